"""Work credits month by month, from the specification: attested roots, a window in which a false one falls, proofs."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field

from eth_abi import encode

from core.chain.encoding import keccak256
from tests.contracts.abi import Emitted, Reverted
from tests.contracts.models.months import month_of
from tests.contracts.models.node_registry import NodeRegistryModel
from tests.contracts.models.signing import Signature
from tests.contracts.models.validator_set import ValidatorSetModel

FRAUDS = (
    "NodeUnknown",
    "WrongOperator",
    "UptimeAboveExpected",
    "EarnedAboveCap",
    "NodeOverCap",
    "NodeTwice",
    "OperatorOverCap",
)
MOST_LUCID = 42 * 10**27
RECORD_TYPES = (
    "uint256",
    "address",
    *("uint64",) * 4,
    "uint32",
    "uint32",
    "uint128",
)


@dataclass(frozen=True)
class Record:
    """What one node did in one month."""

    node_id: int
    operator: bytes
    relay: int = 0
    storage_proofs: int = 0
    validations: int = 0
    beacons: int = 0
    uptime_seen: int = 0
    uptime_expected: int = 0
    earned: int = 0

    @property
    def fields(self) -> tuple[int | bytes, ...]:
        """Give the record as the contract takes it."""
        return astuple(self)

    @property
    def kinds(self) -> tuple[int, ...]:
        """Give the credits of the four kinds."""
        return (self.relay, self.storage_proofs, self.validations, self.beacons)

    @property
    def leaf(self) -> bytes:
        """Give the record's leaf: hashed twice."""
        return keccak256(keccak256(encode(RECORD_TYPES, self.fields)))


class Tree:
    """A Merkle tree over records, laid out as OpenZeppelin's library for JavaScript does: root first, leaves last."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = tuple(records)
        count = len(records)
        self._nodes = [b""] * (count - 1) + [each.leaf for each in reversed(records)]
        for place in reversed(range(count - 1)):
            self._nodes[place] = keccak256(
                b"".join(sorted((self._nodes[2 * place + 1], self._nodes[2 * place + 2])))
            )

    @property
    def root(self) -> bytes:
        """Give the root."""
        return self._nodes[0]

    def proof(self, index: int) -> list[bytes]:
        """Give the proof of a record: the nodes beside its way to the root."""
        place, proof = len(self._nodes) - 1 - index, []
        while place > 0:
            proof.append(self._nodes[place + 1 if place % 2 else place - 1])
            place = (place - 1) // 2
        return proof


@dataclass
class Caps:
    """How many credits a node may have of each kind, an operator in all, and how long a month can be challenged."""

    kinds: tuple[int, int, int, int]
    operator: int
    window_s: int


@dataclass
class Epoch:
    """A month's commitment, with what judges it."""

    tree: Tree
    attempt: int
    version: int
    committed_at: int
    caps: Caps

    @property
    def final_at(self) -> int:
        """The first second in which it is final."""
        return self.committed_at + self.caps.window_s


@dataclass
class WorkCreditsOracleModel:
    """Months by number. ``nodes.now`` is the block's time; ``events`` are those of the last call."""

    nodes: NodeRegistryModel
    validators: ValidatorSetModel
    caps: Caps
    epochs: dict[int, Epoch] = field(default_factory=dict)
    attempts: dict[int, int] = field(default_factory=dict)
    events: list[Emitted] = field(default_factory=list)

    def commit(self, month: int, tree: Tree, signatures: Sequence[Signature]) -> Reverted | None:
        """Commit a month; the signatures are all over the right digest."""
        self.events = []
        current = month_of(self.nodes.now)
        if month >= current:
            return Reverted("MonthNotOver", (month, current))
        if month in self.epochs:
            return Reverted("EpochAlreadyCommitted", (month,))
        if len(tree.records) > len(self.nodes.nodes):
            return Reverted("MoreRecordsThanNodes", (len(tree.records), len(self.nodes.nodes)))
        if (refusal := self.validators.require_quorum(signatures)) is not None:
            return refusal
        version = len(self.validators.sets)
        epoch = Epoch(tree, self.attempts.get(month, 0), version, self.nodes.now, self.caps)
        self.epochs[month] = epoch
        self._tell(
            "EpochCommitted",
            month=month,
            root=tree.root,
            nodeCount=len(tree.records),
            attempt=epoch.attempt,
            validatorsVersion=version,
            finalAt=epoch.final_at,
        )
        return None

    def retract(self, month: int, signatures: Sequence[Signature]) -> Reverted | None:
        """Take a month back; the signatures are all over the right digest."""
        if (refusal := self._refuse_challenge(month, [])) is not None:
            return refusal
        if (refusal := self.validators.require_quorum(signatures)) is not None:
            return refusal
        epoch = self._take_back(month)
        self._tell(
            "EpochRetracted",
            month=month,
            root=epoch.tree.root,
            validatorsVersion=len(self.validators.sets),
            attempt=epoch.attempt,
        )
        return None

    def challenge_record(self, caller: bytes, month: int, record: Record) -> Reverted | None:
        """Show one record; its proof is right if the tree has it."""
        if (refusal := self._refuse_challenge(month, [record])) is not None:
            return refusal
        fraud = self.fraud_of(month, record)
        if fraud is None:
            return Reverted("NoFraudShown", (month,))
        return self._void(caller, month, fraud, record.node_id)

    def challenge_twice(
        self, caller: bytes, month: int, first: Record, second: Record
    ) -> Reverted | None:
        """Show two records."""
        if (refusal := self._refuse_challenge(month, [first, second])) is not None:
            return refusal
        if first.node_id != second.node_id or first == second:
            return Reverted("NoFraudShown", (month,))
        return self._void(caller, month, "NodeTwice", first.node_id)

    def challenge_operator(
        self, caller: bytes, month: int, records: Sequence[Record]
    ) -> Reverted | None:
        """Show an operator's records."""
        refusal = self._refuse_challenge(month, []) or self._refuse_together(month, records)
        if refusal is not None:
            return refusal
        if sum(sum(each.kinds) for each in records) <= self.epochs[month].caps.operator:
            return Reverted("NoFraudShown", (month,))
        return self._void(caller, month, "OperatorOverCap", records[0].node_id)

    def is_final(self, month: int) -> bool:
        """Tell whether a month is committed and its window has passed."""
        epoch = self.epochs.get(month)
        return epoch is not None and self.nodes.now >= epoch.final_at

    def verify(self, month: int, record: Record) -> bool:
        """Tell whether a record is one of a final month, and breaks no rule by itself."""
        is_in = self.is_final(month) and record in self.epochs[month].tree.records
        return is_in and self.fraud_of(month, record) is None

    def fraud_of(self, month: int, record: Record) -> str | None:
        """Name the first rule that a record breaks by itself."""
        node = self.nodes.nodes.get(record.node_id)
        was_node = (
            node is not None
            and month_of(node.registered_at) <= month
            and not (node.departs_at and month_of(node.departs_at) <= month)
        )
        if node is None or not was_node:
            return "NodeUnknown"
        if record.operator != node.operator:
            return "WrongOperator"
        if record.uptime_seen > record.uptime_expected:
            return "UptimeAboveExpected"
        if record.earned > MOST_LUCID:
            return "EarnedAboveCap"
        caps = self.epochs[month].caps.kinds
        is_over = any(given > cap for given, cap in zip(record.kinds, caps, strict=True))
        return "NodeOverCap" if is_over else None

    def _refuse_challenge(self, month: int, records: Sequence[Record]) -> Reverted | None:
        self.events = []
        epoch = self.epochs.get(month)
        if epoch is None:
            return Reverted("EpochNotCommitted", (month,))
        if self.nodes.now >= epoch.final_at:
            return Reverted("EpochIsFinal", (month, epoch.final_at))
        absent = next((each for each in records if each not in epoch.tree.records), None)
        return None if absent is None else Reverted("RecordNotInEpoch", (month, absent.node_id))

    def _refuse_together(self, month: int, records: Sequence[Record]) -> Reverted | None:
        if not records:
            return Reverted("ProofCountMismatch", (0, 0))
        for index, record in enumerate(records):
            if record not in self.epochs[month].tree.records:
                return Reverted("RecordNotInEpoch", (month, record.node_id))
            if record.operator != records[0].operator:
                return Reverted("OperatorsDiffer", (index,))
            if index and record.node_id <= records[index - 1].node_id:
                return Reverted("NodesNotAscending", (index,))
        return None

    def _take_back(self, month: int) -> Epoch:
        epoch = self.epochs.pop(month)
        self.attempts[month] = epoch.attempt + 1
        return epoch

    def _void(self, caller: bytes, month: int, fraud: str, node_id: int) -> None:
        epoch = self._take_back(month)
        self._tell(
            "EpochVoided",
            month=month,
            root=epoch.tree.root,
            challenger=caller,
            fraud=FRAUDS.index(fraud),
            nodeId=node_id,
            attempt=epoch.attempt,
        )

    def _tell(self, name: str, **values: object) -> None:
        self.events.append(Emitted("WorkCreditsOracle", name, values))
