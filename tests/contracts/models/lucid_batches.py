"""Batches of records, from docs/formats/anchors.md and docs/contracts/LucidBatches.md: whole trees, not proofs."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.chain.encoding import keccak256
from tests.contracts.abi import Emitted, Reverted

OPENED_TWICE, OPENED_ELSEWHERE, SEALED_TWICE = range(3)
_NAME = "LucidBatches"


@dataclass(frozen=True)
class Record:
    """What was opened or sealed: ``kind`` is "Opened" or "Sealed", ``values`` the fields behind the ID."""

    kind: str
    owner: bytes
    session_id: bytes
    values: tuple[bytes | int, ...]

    def leaf(self) -> bytes:
        """Give the double hash of the record's words."""
        words = [
            self.kind.encode().ljust(32, b"\0"),
            self.owner.rjust(32, b"\0"),
            self.session_id.ljust(32, b"\0"),
            *(each.to_bytes(32, "big") if isinstance(each, int) else each for each in self.values),
        ]
        return keccak256(keccak256(b"".join(words)))


@dataclass(frozen=True)
class Batch:
    """A batch that was anchored."""

    owner: bytes
    number: int
    root: bytes
    count: int
    time: int
    place: int
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Use:
    """A record, and the batch of its owner that holds it by the reporter's word; None for a record in none."""

    record: Record
    batch: Batch | None


@dataclass
class LucidBatchesModel:
    """What the contract knows; ``direct`` is what LucidAnchors says of an ID: who opened it, and when."""

    batches: list[Batch] = field(default_factory=list)
    flags: dict[tuple[bytes, bytes], tuple[int, int]] = field(default_factory=dict)  # time, place
    direct: dict[bytes, tuple[bytes, int]] = field(default_factory=dict)
    events: list[Emitted] = field(default_factory=list)

    def anchor(
        self, owner: bytes, root: bytes, count: int, time: int, records: tuple[Record, ...] = ()
    ) -> int | Reverted:
        """Anchor a batch."""
        self.events = []
        if root == bytes(32):
            return Reverted("ZeroValue", ("root",))
        if count == 0:
            return Reverted("ZeroValue", ("count",))
        mine = [each for each in self.batches if each.owner == owner]
        for each in mine:
            if each.root == root:
                return Reverted("BatchAlreadyAnchored", (owner, root, each.number))
        number, place = len(mine) + 1, len(self.batches) + 1
        self.batches.append(Batch(owner, number, root, count, time, place, records))
        values = {"owner": owner, "number": number, "root": root, "count": count}
        self.events = [Emitted(_NAME, "BatchAnchored", values)]
        return number

    def report_reuse(self, first: Use, second: Use, time: int) -> Reverted | None:
        """Show two openings."""
        self.events = []
        for use in (first, second):
            if (refused := self._not_there(use)) is not None:
                return refused
        assert first.batch is not None
        assert second.batch is not None
        if first.record == second.record:
            return Reverted("NoReuse", (first.record.session_id,))
        if first.record.owner == second.record.owner:
            return self._void(first.record, OPENED_TWICE, time, 0)
        earlier, later = sorted(
            (first, second), key=lambda use: use.batch.place if use.batch else 0
        )
        assert earlier.batch is not None
        return self._void(later.record, OPENED_TWICE, time, earlier.batch.place)

    def report_elsewhere(self, use: Use, time: int) -> Reverted | None:
        """Show an opening of an ID that LucidAnchors knows."""
        self.events = []
        if (refused := self._not_there(use)) is not None:
            return refused
        assert use.batch is not None
        known = self.direct.get(use.record.session_id)
        if known is None or (known[0] != use.record.owner and use.batch.time < known[1]):
            return Reverted("NoReuse", (use.record.session_id,))
        is_own = known[0] == use.record.owner
        return self._void(use.record, OPENED_ELSEWHERE, time, 0 if is_own else use.batch.place)

    def report_seals(self, first: Use, second: Use, time: int) -> Reverted | None:
        """Show two seals."""
        self.events = []
        if first.record.owner != second.record.owner:
            return Reverted("NoReuse", (first.record.session_id,))
        for use in (first, second):
            if (refused := self._not_there(use)) is not None:
                return refused
        if first.record == second.record:
            return Reverted("NoReuse", (first.record.session_id,))
        return self._void(first.record, SEALED_TWICE, time, 0)

    def flag(self, owner: bytes, session_id: bytes) -> tuple[int, int]:
        """Tell when a use was voided, and from which place on."""
        return self.flags.get((owner, session_id), (0, 0))

    def is_void(self, batch: Batch, session_id: bytes) -> bool:
        """Tell whether what was opened in a batch is void."""
        time, place = self.flag(batch.owner, session_id)
        return time != 0 and batch.place >= place

    @staticmethod
    def _not_there(use: Use) -> Reverted | None:
        record = use.record
        is_there = (
            use.batch is not None
            and use.batch.owner == record.owner
            and record in use.batch.records
        )
        return None if is_there else Reverted("RecordNotAnchored", (record.owner, record.leaf()))

    def _void(self, record: Record, reason: int, time: int, place: int) -> Reverted | None:
        key = record.owner, record.session_id
        if key in self.flags and self.flags[key][1] <= place:
            return Reverted("AlreadyVoid", (record.session_id, record.owner))
        self.flags[key] = time, place
        values = {
            "sessionId": record.session_id,
            "owner": record.owner,
            "reason": reason,
            "fromPlace": place,
        }
        self.events = [Emitted(_NAME, "SessionVoided", values)]
        return None
