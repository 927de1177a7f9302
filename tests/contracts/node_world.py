"""The four contracts about nodes on one chain, each beside its model, with one clock for all."""

from collections.abc import Sequence

from tests.contracts.abi import Value
from tests.contracts.evm import NOBODY, START_UTC_S, Account, Deployed, Evm, accounts, typed_digest
from tests.contracts.models.eligibility_manager import EligibilityManagerModel
from tests.contracts.models.months import start_of
from tests.contracts.models.node_registry import NodeRegistryModel
from tests.contracts.models.signing import signed
from tests.contracts.models.validator_set import ValidatorSetModel
from tests.contracts.models.work_credits_oracle import (
    Caps,
    Record,
    Tree,
    WorkCreditsOracleModel,
)

VALIDATORS = accounts(8, "validator")
OPERATORS = accounts(2, "operator")
KEYS = accounts(8, "node key")
IDENTITY, ONION = b"\1" * 32, b"\2" * 32
FIRST_MONTH = 2026 * 12 + 9  # START_UTC_S is late in it
CAP = 1000  # credits of a kind
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
EPOCH = {
    "Epoch": [
        ("uint32", "month"),
        ("bytes32", "root"),
        ("uint32", "nodeCount"),
        ("uint32", "attempt"),
        ("uint64", "operatorCap"),
        ("uint64", "relayCap"),
        ("uint64", "storageCap"),
        ("uint64", "validationsCap"),
        ("uint64", "beaconsCap"),
        ("uint48", "challengeWindowSec"),
    ]
}
RETRACTION = {"Retraction": [("uint32", "month"), ("bytes32", "root"), ("uint32", "attempt")]}


class NodeWorld:
    """Deploys everything on a chain of its own; whoever deploys is the timelock of the set and the parameters."""

    def __init__(self) -> None:
        self.evm = Evm()
        timelock = self.evm.sender
        params = self._deploy("ParamRegistry", timelock)
        caps = dict.fromkeys(("Relay", "Storage", "Validations", "Beacons"), CAP)
        for kind, cap in caps.items():
            self.evm.call(params, "set", f"cap{kind}PerNode".encode().ljust(32, b"\0"), cap)
        self.evm.call(params, "set", b"capCreditsPerOperator".ljust(32, b"\0"), 5 * CAP)
        first = [each.address for each in VALIDATORS[:4]]
        self.validators = self._deploy("ValidatorSet", timelock, first)
        self.nodes = self._deploy("NodeRegistry", params.address)
        self.oracle = self._deploy(
            "WorkCreditsOracle", self.validators.address, self.nodes.address, params.address
        )
        self.manager = self._deploy("EligibilityManager", self.nodes.address, self.oracle.address)
        self.node_model = NodeRegistryModel(START_UTC_S)
        self.set_model = ValidatorSetModel(timelock, first)
        self.oracle_model = WorkCreditsOracleModel(
            self.node_model, self.set_model, Caps((CAP, CAP, CAP, CAP), 5 * CAP, 86_400)
        )
        self.manager_model = EligibilityManagerModel(self.oracle_model)

    @property
    def now(self) -> int:
        """The time of the next block."""
        return self.node_model.now

    def wait_until(self, moment: int) -> None:
        """Let time pass up to a moment, or not at all if it has passed."""
        self.node_model.now = max(self.now, moment)

    def wait_until_month(self, month: int) -> None:
        """Let time pass until a month has begun."""
        self.wait_until(start_of(month))

    def call(
        self, contract: Deployed, function: str, *arguments: Value, sender: Account | None = None
    ) -> Value:
        """Call at the world's time."""
        return self.evm.call(contract, function, *arguments, sender=sender, time=self.now)

    def register(self, operator: Account, key: Account) -> None:
        """Register a node, in no pool."""
        message = {
            "operator": operator.address,
            "nodeKey": key.address,
            "identityKey": IDENTITY,
            "pool": NOBODY,
            "onionStatementHash": ONION,
        }
        signature = key.sign(typed_digest(self.nodes, REGISTER, message))
        answer = self.call(
            self.nodes, "register", key.address, IDENTITY, NOBODY, ONION, signature, sender=operator
        )
        assert answer == self.node_model.register(
            operator.address, key.address, IDENTITY, NOBODY, ONION, is_proven=True
        )

    def rotate_key(self, node_id: int, key: Account) -> None:
        """Give a node another key, as its operator."""
        operator = self.operator_of(node_id)
        message = {"nodeId": node_id, "newKey": key.address}
        signature = key.sign(typed_digest(self.nodes, ROTATE, message))
        answer = self.call(
            self.nodes, "rotateKey", node_id, key.address, signature, sender=operator
        )
        expected = self.node_model.rotate_key(
            operator.address, node_id, key.address, is_proven=True
        )
        assert answer == expected

    def announce_departure(self, node_id: int) -> None:
        """Announce that a node leaves, as its operator."""
        operator = self.operator_of(node_id)
        answer = self.call(self.nodes, "announceDeparture", node_id, sender=operator)
        assert answer == self.node_model.announce_departure(operator.address, node_id)

    def operator_of(self, node_id: int) -> Account:
        """Give the account that runs a node."""
        address = self.node_model.nodes[node_id].operator
        return next(each for each in OPERATORS if each.address == address)

    def commit(self, month: int, tree: Tree, signers: Sequence[Account]) -> Value:
        """Commit a month and hold the answer and its events against the model; give the answer."""
        message = {
            "month": month,
            "root": tree.root,
            "nodeCount": len(tree.records),
            "attempt": self.oracle_model.attempts.get(month, 0),
            "operatorCap": 5 * CAP,
            "relayCap": CAP,
            "storageCap": CAP,
            "validationsCap": CAP,
            "beaconsCap": CAP,
            "challengeWindowSec": 86_400,
        }
        digest = typed_digest(self.oracle, EPOCH, message)
        signatures = [signed(each, digest) for each in signers]
        answer = self.call(
            self.oracle,
            "commit",
            month,
            tree.root,
            len(tree.records),
            [each.content for each in signatures],
        )
        assert answer == self.oracle_model.commit(month, tree, signatures)
        assert self.evm.events == self.oracle_model.events
        return answer

    def retract(self, month: int, signers: Sequence[Account]) -> None:
        """Take a month back and hold the answer and its events against the model."""
        epoch = self.oracle_model.epochs.get(month)
        root = bytes(32) if epoch is None else epoch.tree.root
        attempt = self.oracle_model.attempts.get(month, 0)
        message = {"month": month, "root": root, "attempt": attempt}
        digest = typed_digest(self.oracle, RETRACTION, message)
        signatures = [signed(each, digest) for each in signers]
        answer = self.call(self.oracle, "retract", month, [each.content for each in signatures])
        assert answer == self.oracle_model.retract(month, signatures)
        assert self.evm.events == self.oracle_model.events

    def members(self) -> list[Account]:
        """Give the validators in force."""
        return [each for each in VALIDATORS if each.address in self.set_model.sets[-1]]

    def proof(self, month: int, record: Record) -> list[bytes]:
        """Give a record's proof against its month's tree; none where the tree has it not."""
        epoch = self.oracle_model.epochs.get(month)
        if epoch is None or record not in epoch.tree.records:
            return []
        return epoch.tree.proof(epoch.tree.records.index(record))

    def _deploy(self, name: str, *arguments: Value) -> Deployed:
        deployed = self.evm.deploy(name, *arguments)
        assert isinstance(deployed, Deployed), deployed
        return deployed
