"""The nodes and whose they are, from the specification: who runs which, under which key, in which pool, until when."""

from dataclasses import dataclass, field

from tests.contracts.abi import Emitted, Reverted
from tests.contracts.models.months import month_of, start_of

FOREVER = 2**48 - 1
NOBODY = bytes(20)


@dataclass
class Node:
    """A node; ``pool`` and ``asked_pool`` are 20 zeros where there is none, ``departs_at`` is 0 until announced."""

    operator: bytes
    registered_at: int
    key: bytes
    asked_pool: bytes
    identity: bytes
    onion: bytes
    pool: bytes = NOBODY
    departs_at: int = 0
    is_burnt: bool = False

    def fields(self) -> tuple[object, ...]:
        """Give what the contract keeps, in its order."""
        return (
            self.operator,
            self.registered_at,
            self.departs_at,
            self.key,
            self.pool,
            self.asked_pool,
            self.identity,
            self.onion,
        )


@dataclass
class Tenure:
    """When a key was its node's: from a moment until another, which does not count."""

    node_id: int
    start: int
    end: int = FOREVER


@dataclass
class NodeRegistryModel:
    """All nodes by number. ``now`` is the block's time; ``events`` are those of the last call."""

    now: int
    limit: int = 16
    nodes: dict[int, Node] = field(default_factory=dict)
    tenures: dict[bytes, Tenure] = field(default_factory=dict)
    events: list[Emitted] = field(default_factory=list)

    def register(
        self,
        caller: bytes,
        key: bytes,
        identity: bytes,
        pool: bytes,
        onion: bytes,
        *,
        is_proven: bool,
    ) -> int | Reverted:
        """Register a node; ``is_proven`` says whether the key signed exactly this."""
        self.events = []
        for value, name in ((identity, "identityKey"), (onion, "onionStatementHash")):
            if value == bytes(32):
                return Reverted("ZeroValue", (name,))
        if (refusal := self._refuse_key(key, is_proven=is_proven)) is not None:
            return refusal
        if self.balance(caller) >= self.limit:
            return Reverted("TooManyNodes", (caller, self.limit))
        node_id = len(self.nodes) + 1
        self.nodes[node_id] = Node(caller, self.now, key, pool, identity, onion)
        self.tenures[key] = Tenure(node_id, self.now)
        self._tell(
            "NodeRegistered",
            nodeId=node_id,
            operator=caller,
            nodeKey=key,
            identityKey=identity,
            onionStatementHash=onion,
        )
        if pool != NOBODY:
            self._tell("PoolAsked", nodeId=node_id, pool=pool)
        self._tell("Transfer", **{"from": NOBODY, "to": caller, "tokenId": node_id})
        self._tell("Locked", tokenId=node_id)
        return node_id

    def rotate_key(
        self, caller: bytes, node_id: int, key: bytes, *, is_proven: bool
    ) -> Reverted | None:
        """Give a node another key."""
        self.events = []
        refusal = self._refuse_stranger(caller, node_id)
        refusal = refusal or self._refuse_key(key, is_proven=is_proven)
        if refusal is not None:
            return refusal
        node = self.nodes[node_id]
        old = self.tenures[node.key]
        self.tenures[key] = Tenure(node_id, self.now, old.end)
        old.end = self.now
        self._tell("NodeKeyRotated", nodeId=node_id, oldKey=node.key, newKey=key)
        node.key = key
        return None

    def change_onion(self, caller: bytes, node_id: int, onion: bytes) -> Reverted | None:
        """Replace the onion statement."""
        self.events = []
        if not self.is_present(node_id):
            return Reverted("NodeUnknown", (node_id,))
        node = self.nodes[node_id]
        if caller not in {node.operator, node.key}:
            return Reverted("NotAllowed", (node_id, caller))
        if onion == bytes(32):
            return Reverted("ZeroValue", ("onionStatementHash",))
        node.onion = onion
        self._tell("OnionStatementChanged", nodeId=node_id, onionStatementHash=onion)
        return None

    def ask_pool(self, caller: bytes, node_id: int, pool: bytes) -> Reverted | None:
        """Ask a pool to take the node in."""
        self.events = []
        if (refusal := self._refuse_stranger(caller, node_id)) is not None:
            return refusal
        self.nodes[node_id].asked_pool = pool
        self._tell("PoolAsked", nodeId=node_id, pool=pool)
        return None

    def join_pool(self, caller: bytes, node_id: int) -> Reverted | None:
        """Take a node in."""
        self.events = []
        if not self.is_present(node_id):
            return Reverted("NodeUnknown", (node_id,))
        node = self.nodes[node_id]
        if caller != node.asked_pool:
            return Reverted("NotAllowed", (node_id, caller))
        if node.pool != NOBODY:
            self._tell("PoolLeft", nodeId=node_id, pool=node.pool)
        node.pool, node.asked_pool = caller, NOBODY
        self._tell("PoolJoined", nodeId=node_id, pool=caller)
        return None

    def leave_pool(self, caller: bytes, node_id: int) -> Reverted | None:
        """Take a node out of its pool."""
        self.events = []
        if not self.is_present(node_id):
            return Reverted("NodeUnknown", (node_id,))
        node = self.nodes[node_id]
        if caller not in {node.operator, node.pool}:
            return Reverted("NotAllowed", (node_id, caller))
        if node.pool == NOBODY:
            return Reverted("NotInPool", (node_id,))
        self._tell("PoolLeft", nodeId=node_id, pool=node.pool)
        node.pool = NOBODY
        return None

    def announce_departure(self, caller: bytes, node_id: int) -> Reverted | None:
        """Announce that a node leaves, after one whole month, as a month begins."""
        self.events = []
        if (refusal := self._refuse_stranger(caller, node_id)) is not None:
            return refusal
        node = self.nodes[node_id]
        if node.departs_at:
            return Reverted("DepartureAlreadyAnnounced", (node_id, node.departs_at))
        node.departs_at = start_of(month_of(self.now) + 2)
        self.tenures[node.key].end = node.departs_at
        self._tell("DepartureAnnounced", nodeId=node_id, operator=caller, departsAt=node.departs_at)
        return None

    def depart(self, node_id: int) -> Reverted | None:
        """Burn the token of a node that has left."""
        self.events = []
        node = self.nodes.get(node_id)
        if node is None or node.is_burnt:
            return Reverted("ERC721NonexistentToken", (node_id,))
        if not node.departs_at or self.now < node.departs_at:
            return Reverted("NotDepartedYet", (node_id, node.departs_at))
        node.is_burnt = True
        self._tell("NodeDeparted", nodeId=node_id, operator=node.operator)
        self._tell("Transfer", **{"from": node.operator, "to": NOBODY, "tokenId": node_id})
        return None

    def balance(self, operator: bytes) -> int:
        """Count an operator's tokens."""
        return sum(each.operator == operator and not each.is_burnt for each in self.nodes.values())

    def key_was_of(self, key: bytes, moment: int) -> int:
        """Tell the node that a key is or was at a moment, 0 if none."""
        tenure = self.tenures.get(key)
        return tenure.node_id if tenure and tenure.start <= moment < tenure.end else 0

    def reward_account_of(self, node_id: int) -> bytes | Reverted:
        """Tell who is paid."""
        node = self.nodes.get(node_id)
        if node is None:
            return Reverted("NodeUnknown", (node_id,))
        return node.operator if node.pool == NOBODY else node.pool

    def is_present(self, node_id: int) -> bool:
        """Tell whether there is a node that has not left."""
        node = self.nodes.get(node_id)
        return node is not None and not (node.departs_at and self.now >= node.departs_at)

    def _refuse_stranger(self, caller: bytes, node_id: int) -> Reverted | None:
        if not self.is_present(node_id):
            return Reverted("NodeUnknown", (node_id,))
        if caller != self.nodes[node_id].operator:
            return Reverted("NotAllowed", (node_id, caller))
        return None

    def _refuse_key(self, key: bytes, *, is_proven: bool) -> Reverted | None:
        if key in self.tenures:
            return Reverted("KeyAlreadyUsed", (key,))
        return None if is_proven else Reverted("KeyNotProven", (key,))

    def _tell(self, name: str, **values: object) -> None:
        self.events.append(Emitted("NodeRegistry", name, values))
