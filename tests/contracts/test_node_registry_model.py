"""NodeRegistry against its model, call by call."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.contracts.abi import Reverted, Value
from tests.contracts.evm import NOBODY, START_UTC_S, Account, Deployed, Evm, accounts, typed_digest
from tests.contracts.models.node_registry import NodeRegistryModel

LIMIT = 2
KEYS = accounts(8, "node key")
OPERATORS = accounts(3, "operator")
POOLS = accounts(2, "pool")
CALLERS = st.sampled_from([*OPERATORS, *POOLS, KEYS[0]])
NODE_IDS = st.integers(0, 6)
KEY = st.sampled_from(KEYS)
POOL = st.sampled_from([NOBODY, *(each.address for each in POOLS)])
HASHES = st.sampled_from([bytes(32), b"\1" * 32, b"\2" * 32, b"\3" * 32])
REGISTER = {
    "Register": [
        ("address", "operator"),
        ("address", "nodeKey"),
        ("bytes32", "identityKey"),
        ("address", "pool"),
        ("bytes32", "onionStatementHash"),
    ]
}
ROTATE = {"RotateKey": [("uint256", "nodeId"), ("address", "newKey")]}


def register_digest(
    nodes: Deployed, operator: bytes, *, key: bytes, identity: bytes, pool: bytes, onion: bytes
) -> bytes:
    """Hash what a key signs to be registered."""
    message = {
        "operator": operator,
        "nodeKey": key,
        "identityKey": identity,
        "pool": pool,
        "onionStatementHash": onion,
    }
    return typed_digest(nodes, REGISTER, message)


class NodeRegistryMachine(RuleBasedStateMachine):
    """Registers, rotates, pools, departs, and lets time pass."""

    def __init__(self) -> None:
        super().__init__()
        self.evm = Evm()
        params = self.evm.deploy("ParamRegistry", self.evm.sender)
        assert isinstance(params, Deployed)
        self.evm.call(params, "set", b"maxNodesPerOperator".ljust(32, b"\0"), LIMIT)
        nodes = self.evm.deploy("NodeRegistry", params.address)
        assert isinstance(nodes, Deployed)
        self.nodes = nodes
        self.model = NodeRegistryModel(START_UTC_S, LIMIT)

    def _call(self, caller: Account, function: str, *arguments: Value) -> Value:
        return self.evm.call(self.nodes, function, *arguments, sender=caller, time=self.model.now)

    def _compare(self, answer: Value, expected: Value) -> None:
        assert answer == expected
        assert self.evm.events == self.model.events

    @rule(
        caller=st.sampled_from(OPERATORS),
        key=KEY,
        identity=HASHES,
        pool=POOL,
        onion=HASHES,
        is_proven=st.sampled_from([True, True, True, False]),
    )
    def register(
        self,
        *,
        caller: Account,
        key: Account,
        identity: bytes,
        pool: bytes,
        onion: bytes,
        is_proven: bool,
    ) -> None:
        """A node is registered under a number, or refused for the first reason there is."""
        operator = caller.address if is_proven else bytes(19) + b"\1"
        digest = register_digest(
            self.nodes, operator, key=key.address, identity=identity, pool=pool, onion=onion
        )
        answer = self._call(
            caller, "register", key.address, identity, pool, onion, key.sign(digest)
        )
        expected = self.model.register(
            caller.address, key.address, identity, pool, onion, is_proven=is_proven
        )
        self._compare(answer, expected)

    @rule(caller=CALLERS, node_id=NODE_IDS, key=KEY, is_proven=st.sampled_from([True, True, False]))
    def rotate(self, caller: Account, node_id: int, key: Account, is_proven: bool) -> None:
        """A node's key is replaced by its operator with a fresh key that wants it."""
        message = {"nodeId": node_id if is_proven else node_id + 1, "newKey": key.address}
        signature = key.sign(typed_digest(self.nodes, ROTATE, message))
        answer = self._call(caller, "rotateKey", node_id, key.address, signature)
        self._compare(
            answer,
            self.model.rotate_key(caller.address, node_id, key.address, is_proven=is_proven),
        )

    @precondition(lambda self: self.model.nodes)
    @rule(data=st.data(), key=KEY)
    def rotate_as_operator(self, data: st.DataObject, key: Account) -> None:
        """The same by who may."""
        node_id = data.draw(st.sampled_from(sorted(self.model.nodes)))
        operator = self.model.nodes[node_id].operator
        caller = next(each for each in OPERATORS if each.address == operator)
        self.rotate(caller, node_id, key, is_proven=True)

    @rule(caller=CALLERS, node_id=NODE_IDS, onion=HASHES)
    def change_onion(self, caller: Account, node_id: int, onion: bytes) -> None:
        """The onion statement is replaced by operator or key."""
        answer = self._call(caller, "changeOnionStatement", node_id, onion)
        self._compare(answer, self.model.change_onion(caller.address, node_id, onion))

    @rule(caller=CALLERS, node_id=NODE_IDS, pool=POOL)
    def ask_pool(self, caller: Account, node_id: int, pool: bytes) -> None:
        """A pool is asked by the operator."""
        answer = self._call(caller, "askPool", node_id, pool)
        self._compare(answer, self.model.ask_pool(caller.address, node_id, pool))

    @rule(caller=st.sampled_from([*POOLS, OPERATORS[0]]), node_id=NODE_IDS)
    def join_pool(self, caller: Account, node_id: int) -> None:
        """A pool that was asked takes a node in."""
        self._compare(
            self._call(caller, "joinPool", node_id), self.model.join_pool(caller.address, node_id)
        )

    @rule(caller=CALLERS, node_id=NODE_IDS)
    def leave_pool(self, caller: Account, node_id: int) -> None:
        """Operator or pool end it."""
        self._compare(
            self._call(caller, "leavePool", node_id), self.model.leave_pool(caller.address, node_id)
        )

    @rule(caller=st.sampled_from(OPERATORS), node_id=NODE_IDS)
    def announce(self, caller: Account, node_id: int) -> None:
        """A departure is announced by the operator."""
        answer = self._call(caller, "announceDeparture", node_id)
        self._compare(answer, self.model.announce_departure(caller.address, node_id))

    @rule(caller=CALLERS, node_id=NODE_IDS)
    def depart(self, caller: Account, node_id: int) -> None:
        """Anyone burns the token of who has left."""
        self._compare(self._call(caller, "depart", node_id), self.model.depart(node_id))

    @rule(caller=CALLERS, node_id=NODE_IDS)
    def move(self, caller: Account, node_id: int) -> None:
        """No token moves."""
        node = self.model.nodes.get(node_id)
        owner = caller.address if node is None else node.operator
        answer = self._call(caller, "transferFrom", owner, POOLS[0].address, node_id)
        has_token = node is not None and not node.is_burnt
        assert answer == (
            Reverted("Soulbound", ())
            if has_token
            else Reverted("ERC721NonexistentToken", (node_id,))
        )

    @rule(
        seconds=st.one_of(st.integers(1, 60), st.integers(20, 40).map(lambda days: days * 86_400))
    )
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.model.now += seconds

    @rule(key=KEY, ago=st.integers(-2, 90 * 86_400))
    def look_back(self, key: Account, ago: int) -> None:
        """Which node a key was is told of what has passed, and of nothing else."""
        moment = self.model.now - ago
        expected: Value = Reverted("TimepointNotPast", (moment, self.model.now))
        if ago > 0:
            expected = self.model.key_was_of(key.address, moment)
        assert self._call(OPERATORS[0], "keyWasOf", key.address, moment) == expected

    @invariant()
    def nodes_are_the_models(self) -> None:
        """What is kept of nodes and keys is what the model keeps."""
        for node_id in range(len(self.model.nodes) + 2):
            node = self.model.nodes.get(node_id)
            kept = self._call(OPERATORS[0], "nodeOf", node_id)
            nothing = (NOBODY, 0, 0, NOBODY, NOBODY, NOBODY, bytes(32), bytes(32))
            assert kept == (nothing if node is None else node.fields())
            account = self._call(OPERATORS[0], "rewardAccountOf", node_id)
            assert account == self.model.reward_account_of(node_id)
        for key in KEYS:
            node_id = self.model.key_was_of(key.address, self.model.now)
            assert self._call(OPERATORS[0], "nodeOfKey", key.address) == node_id
        burnt = sum(each.is_burnt for each in self.model.nodes.values())
        assert self._call(OPERATORS[0], "countOf") == len(self.model.nodes) - burnt


NodeRegistryMachine.TestCase.settings = settings(
    max_examples=8, stateful_step_count=30, deadline=None
)
TestNodeRegistry = NodeRegistryMachine.TestCase
