"""LucidBatches against its model, call by call."""

from __future__ import annotations

from typing import cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.chain.encoding import keccak256
from core.sealing.sorted_tree import SortedTree
from tests.contracts.evm import Account, Deployed, Evm, Reverted, accounts
from tests.contracts.models.lucid_batches import Batch, LucidBatchesModel, Record, Use

CALLERS = accounts(3, "owner")
IDS = [bytes([each]) * 16 for each in (1, 2)]
WORDS = [bytes([each]) * 32 for each in (7, 8)]


@st.composite
def _records(draw: st.DrawFn) -> tuple[Record, ...]:
    """Draw one to five different records of few IDs and values, mostly of one owner."""
    owner = draw(st.sampled_from(CALLERS)).address
    made: list[Record] = []
    for _ in range(draw(st.integers(1, 5))):
        session_id, first, second = (draw(st.sampled_from(each)) for each in (IDS, WORDS, WORDS))
        if draw(st.booleans()):
            made.append(Record("Opened", owner, session_id, (first, second)))
        else:
            count = draw(st.integers(0, 2))
            made.append(Record("Sealed", owner, session_id, (first, second, count)))
    return tuple(dict.fromkeys(made))


class LucidBatchesMachine(RuleBasedStateMachine):
    """Anchors batches, opens sessions by themselves, and reports what may be a reuse."""

    def __init__(self) -> None:
        super().__init__()
        self.evm = Evm()
        self.anchors = cast("Deployed", self.evm.deploy("LucidAnchors"))
        self.batches = cast("Deployed", self.evm.deploy("LucidBatches", self.anchors.address))
        self.model = LucidBatchesModel()

    def _same(self, found: object, expected: object) -> None:
        assert found == expected
        assert self.evm.events == self.model.events

    @rule(records=_records(), seconds=st.integers(0, 2), is_stolen=st.integers(0, 9))
    def anchor_a_batch(self, records: tuple[Record, ...], seconds: int, is_stolen: int) -> None:
        """A batch is taken with the next number, once in a while a copy by somebody whom the records do not name."""
        owner = records[0].owner if is_stolen else CALLERS[0].address
        root = SortedTree([each.leaf() for each in records]).root
        self.evm.time += seconds
        expected = self.model.anchor(owner, root, len(records), self.evm.time, records)
        found = self.evm.call(self.batches, "anchorBatch", root, len(records), sender=owner)
        self._same(found, expected)

    @rule(root=st.sampled_from([bytes(32), WORDS[0]]), count=st.sampled_from([0, 1, 2**32 - 1]))
    def anchor_a_root(self, root: bytes, count: int) -> None:
        """A root that nobody has the leaves of is taken once; nothing is refused."""
        owner = CALLERS[1].address
        expected = self.model.anchor(owner, root, count, self.evm.time)
        self._same(self.evm.call(self.batches, "anchorBatch", root, count, sender=owner), expected)

    @rule(caller=st.sampled_from(CALLERS), session_id=st.sampled_from(IDS))
    def open_by_itself(self, caller: Account, session_id: bytes) -> None:
        """A session is opened in LucidAnchors, where it is the first of its ID."""
        found = self.evm.call(self.anchors, "openSession", session_id, *WORDS, sender=caller)
        assert (found is None) == (session_id not in self.model.direct)
        self.model.direct.setdefault(session_id, (caller.address, self.evm.time))

    def _use(self, data: st.DataObject, kind: str, session_id: bytes) -> Use:
        """Draw a record that is in a batch, or one that is in none, or is said to be in another."""
        known = [
            (record, batch)
            for batch in self.model.batches
            for record in batch.records
            if record.kind == kind and record.session_id == session_id
        ]
        if known and data.draw(st.integers(0, 5)):
            return Use(*data.draw(st.sampled_from(known)))
        values = (*WORDS, 1) if kind == "Sealed" else tuple(WORDS)
        record = Record(kind, data.draw(st.sampled_from(CALLERS)).address, session_id, values)
        return Use(record, None)

    def _proof(self, use: Use) -> tuple[bytes, ...]:
        if use.batch is None:
            return (bytes(32),)
        return _tree(use.batch).path(use.batch.records.index(use.record))

    def _opened(self, use: Use) -> tuple[object, ...]:
        return (use.record.owner, *use.record.values, self._proof(use))

    def _sealed(self, use: Use) -> tuple[object, ...]:
        manifest_hash, root, count = use.record.values
        return (use.record.owner, count, manifest_hash, root, self._proof(use))

    @rule(data=st.data(), session_id=st.sampled_from(IDS), caller=st.sampled_from(CALLERS))
    def report_two_openings(self, data: st.DataObject, session_id: bytes, caller: Account) -> None:
        """Two openings void the later one, unless they are one."""
        first, second = (self._use(data, "Opened", session_id) for _ in range(2))
        expected = self.model.report_reuse(first, second, self.evm.time)
        shown = self._opened(first), self._opened(second)
        found = self.evm.call(self.batches, "reportReuse", session_id, *shown, sender=caller)
        self._same(found, expected)

    @rule(data=st.data(), session_id=st.sampled_from(IDS))
    def report_an_opening_elsewhere(self, data: st.DataObject, session_id: bytes) -> None:
        """An opening in a batch is void where LucidAnchors knows the ID, unless somebody else came later there."""
        use = self._use(data, "Opened", session_id)
        expected = self.model.report_elsewhere(use, self.evm.time)
        found = self.evm.call(self.batches, "reportOpenedElsewhere", session_id, self._opened(use))
        self._same(found, expected)

    @rule(data=st.data(), session_id=st.sampled_from(IDS))
    def report_two_seals(self, data: st.DataObject, session_id: bytes) -> None:
        """Two different seals by one account void its session."""
        first, second = (self._use(data, "Sealed", session_id) for _ in range(2))
        expected = self.model.report_seals(first, second, self.evm.time)
        shown = self._sealed(first), self._sealed(second)
        found = self.evm.call(self.batches, "reportSecondSeal", session_id, *shown)
        self._same(found, expected)

    @invariant()
    def what_is_stored_is_the_models(self) -> None:
        """Batches, their records, counts and voids are the model's."""
        call = self.evm.call
        assert call(self.batches, "sequence") == len(self.model.batches)
        for batch in self.model.batches[-2:]:
            stored = call(self.batches, "batchOf", batch.owner, batch.root)
            assert stored == (batch.number, batch.count, batch.time, batch.place)
            for index, record in enumerate(batch.records[:2]):
                asked = batch.owner, batch.number, record.leaf(), _tree(batch).path(index)
                assert call(self.batches, "isAnchored", *asked) is True
        for caller in CALLERS:
            mine = [each for each in self.model.batches if each.owner == caller.address]
            assert call(self.batches, "batchCountOf", caller.address) == len(mine)
            for session_id in IDS:
                expected = self.model.flag(caller.address, session_id)
                assert call(self.batches, "flagOf", caller.address, session_id) == expected
                for batch in mine[:2] + mine[-1:]:
                    is_void = self.model.is_void(batch, session_id)
                    asked = caller.address, batch.root, session_id
                    assert call(self.batches, "isVoid", *asked) is is_void


def _tree(batch: Batch) -> SortedTree:
    return SortedTree([each.leaf() for each in batch.records])


LucidBatchesMachine.TestCase.settings = settings(
    max_examples=8, stateful_step_count=20, deadline=None
)
TestLucidBatches = LucidBatchesMachine.TestCase


def test_a_stranger_cannot_void_by_a_copied_root() -> None:
    """Whoever anchors somebody's root first has no record in it, so the owner's use stands."""
    evm = Evm()
    anchors = cast("Deployed", evm.deploy("LucidAnchors"))
    batches = cast("Deployed", evm.deploy("LucidBatches", anchors.address))
    owner, thief, _ = CALLERS
    record = Record("Opened", owner.address, IDS[0], tuple(WORDS))
    for caller in (thief, owner):
        evm.call(batches, "anchorBatch", record.leaf(), 1, sender=caller)
    own = (owner.address, *WORDS, ())
    copied = (thief.address, *WORDS, ())
    leaf = Record("Opened", thief.address, IDS[0], tuple(WORDS)).leaf()
    found = evm.call(batches, "reportReuse", IDS[0], own, copied)
    assert found == Reverted("RecordNotAnchored", (thief.address, leaf))


def test_a_record_anchored_again_after_a_restored_backup_voids_nothing() -> None:
    """The same record in two batches is one use; one that differs in its key alone is a second."""
    evm = Evm()
    anchors = cast("Deployed", evm.deploy("LucidAnchors"))
    batches = cast("Deployed", evm.deploy("LucidBatches", anchors.address))
    owner, *_ = CALLERS
    record = Record("Opened", owner.address, IDS[0], tuple(WORDS))
    other = Record("Opened", owner.address, IDS[0], (WORDS[0], bytes([7]) * 32))
    beside = bytes(32)
    root = keccak256(b"".join(sorted((record.leaf(), beside))))
    for each in (record.leaf(), root, other.leaf()):
        evm.call(batches, "anchorBatch", each, 1, sender=owner)
    first, again = (owner.address, *WORDS, ()), (owner.address, *WORDS, (beside,))
    found = evm.call(batches, "reportReuse", IDS[0], first, again)
    assert found == Reverted("NoReuse", (IDS[0],))
    assert evm.call(batches, "flagOf", owner.address, IDS[0]) == (0, 0)
    second = (owner.address, *other.values, ())
    assert evm.call(batches, "reportReuse", IDS[0], again, second) is None
    assert evm.call(batches, "flagOf", owner.address, IDS[0]) == (evm.time, 0)


def test_a_reader_voids_only_what_is_anchored_after_him() -> None:
    """Who takes an ID between two anchorings of one record voids the second; the first stands in its own batch."""
    evm = Evm()
    anchors = cast("Deployed", evm.deploy("LucidAnchors"))
    batches = cast("Deployed", evm.deploy("LucidBatches", anchors.address))
    owner, reader, _ = CALLERS
    record, taken = (
        Record("Opened", each.address, IDS[0], tuple(WORDS)) for each in (owner, reader)
    )
    beside = bytes(32)
    again = keccak256(b"".join(sorted((record.leaf(), beside))))
    roots = ((owner, record.leaf()), (reader, taken.leaf()), (owner, again))
    for caller, root in roots:
        evm.call(batches, "anchorBatch", root, 1, sender=caller)
    first, bobs = ((each.address, *WORDS, ()) for each in (owner, reader))
    evm.call(batches, "reportReuse", IDS[0], (owner.address, *WORDS, (beside,)), bobs)
    found = [evm.call(batches, "isVoid", each.address, root, IDS[0]) for each, root in roots]
    assert found == [False, False, True]
    evm.call(batches, "reportReuse", IDS[0], bobs, first)
    found = [evm.call(batches, "isVoid", each.address, root, IDS[0]) for each, root in roots]
    assert found == [False, True, True]
