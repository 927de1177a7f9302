"""What every metadata store must do; a new one subclasses ``MetadataStoreConformance`` and gives a fixture.

The fixture ``open_store`` is a function that opens the same store anew each time it is called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from core.errors import SessionIdUsed, SessionUnknown, StoreCorrupt
from core.storage.metadata import ChunkRow, GapRow, MetadataStore, OutboxRow, SessionRow

OpenStore = Callable[[], MetadataStore]


def session_row(started_utc_ns: int = 1_800_000_000_000_000_000) -> SessionRow:
    """Make a session that was never there."""
    return SessionRow(
        session_id=uuid4(),
        state="recording",
        source="sandbox",
        started_utc_ns=started_utc_ns,
        started_mono_ns=5,
        policy_hash=bytes(32),
        ephemeral_public_key=bytes(range(32)),
    )


def chunk_row(index: int) -> ChunkRow:
    """Make a chunk of ten seconds."""
    first = index * 10_000_000_000
    return ChunkRow(
        index, first, first + 9_999_999_999, 1, 2, 100, 90, True, 150, bytes([index]) * 32
    )


def outbox_row(key: str, session_id: UUID | None = None, kind: str = "opened") -> OutboxRow:
    """Make a row that waits."""
    return OutboxRow(key=key, kind=kind, call="{}", session_id=session_id)


def _sessions(store: MetadataStore, count: int) -> list[OutboxRow]:
    """Keep so many sessions, each with its opening in the outbox."""
    rows: list[OutboxRow] = []
    for number in range(count):
        session = session_row()
        rows.append(outbox_row(f"opened:{number}", session.session_id))
        store.add_session(session, (rows[-1],))
    return rows


class MetadataStoreConformance:
    """The suite."""

    def test_a_session_comes_back_as_it_was_kept(self, open_store: OpenStore) -> None:
        """What was kept is there after the store was closed and opened again."""
        row = session_row()
        store = open_store()
        store.add_session(row, (outbox_row("a", row.session_id),))
        store.add_chunk(row.session_id, chunk_row(0))
        store.add_gap(row.session_id, GapRow(1, 2, "encoder_died"))
        store.close()
        store = open_store()
        found = store.session(row.session_id)
        assert found.row == row
        assert (found.totals.chunks, found.totals.gaps, found.totals.plain_bytes) == (1, 1, 100)
        assert store.chunks(row.session_id) == [chunk_row(0)]
        assert store.gaps(row.session_id) == [GapRow(1, 2, "encoder_died")]
        assert [each.key for each in store.outbox()] == ["a"]
        store.close()

    def test_an_id_is_refused_for_ever(self, open_store: OpenStore) -> None:
        """A session ID serves once, whatever became of the session."""
        row = session_row()
        store = open_store()
        store.add_session(row)
        store.save_session(replace(row, state="anchored"))
        with pytest.raises(SessionIdUsed):
            store.add_session(row)
        store.close()

    def test_a_refused_session_leaves_no_outbox_row(self, open_store: OpenStore) -> None:
        """Session and announcement are kept together or not at all."""
        row = session_row()
        store = open_store()
        store.add_session(row)
        with pytest.raises(SessionIdUsed):
            store.add_session(row, (outbox_row("b"),))
        assert store.outbox() == []
        store.close()

    def test_sessions_are_listed_newest_first(self, open_store: OpenStore) -> None:
        """The list begins with the session that was started last."""
        store = open_store()
        rows = [session_row(started) for started in (3, 1, 2)]
        for row in rows:
            store.add_session(row)
        assert [each.row.started_utc_ns for each in store.sessions()] == [3, 2, 1]
        store.close()

    def test_an_unknown_session_is_said_to_be_unknown(self, open_store: OpenStore) -> None:
        """Reading or replacing what was never there fails."""
        store = open_store()
        with pytest.raises(SessionUnknown):
            store.session(uuid4())
        with pytest.raises(StoreCorrupt):
            store.save_session(session_row())
        store.close()

    def test_two_chunks_of_one_index_cannot_be(self, open_store: OpenStore) -> None:
        """The same chunk again is fine; another one of that index is not."""
        store = open_store()
        row = session_row()
        store.add_session(row)
        store.add_chunk(row.session_id, chunk_row(0))
        store.add_chunk(row.session_id, chunk_row(0))
        with pytest.raises(StoreCorrupt):
            store.add_chunk(row.session_id, replace(chunk_row(0), leaf=b"other" + bytes(27)))
        assert store.chunks(row.session_id) == [chunk_row(0)]
        store.close()

    def test_an_idempotency_key_is_taken_once(self, open_store: OpenStore) -> None:
        """A second row with a key that is there is not made."""
        store = open_store()
        assert store.put_outbox(outbox_row("k"))
        assert not store.put_outbox(replace(outbox_row("k"), call="[]"))
        assert [each.call for each in store.outbox()] == ["{}"]
        store.close()

    def test_the_outbox_keeps_the_order_of_its_rows(self, open_store: OpenStore) -> None:
        """Rows come back in the order they were made, by state and by session."""
        store = open_store()
        mine, other = session_row(), session_row()
        for row in (mine, other):
            store.add_session(row)
        for number in range(5):
            store.put_outbox(outbox_row(str(number), (mine, other)[number % 2].session_id))
        store.save_outbox(replace(store.outbox()[0], state="confirmed", transaction=b"t" * 32))
        assert [each.key for each in store.outbox(("waiting",))] == ["1", "2", "3", "4"]
        assert [each.key for each in store.outbox((), mine.session_id)] == ["0", "2", "4"]
        assert [each.key for each in store.outbox(("confirmed", "waiting"))] == list("01234")
        store.close()

    def test_only_unsigned_rows_of_the_kind_are_superseded(self, open_store: OpenStore) -> None:
        """What was signed or is of another kind or session stays."""
        store = open_store()
        row = session_row()
        store.add_session(row)
        for key, kind in (("p1", "progress"), ("p2", "progress"), ("s", "sealed")):
            store.put_outbox(outbox_row(key, row.session_id, kind))
        signed = next(each for each in store.outbox() if each.key == "p1")
        store.save_outbox(replace(signed, raw=b"signed"))
        store.supersede_outbox(outbox_row("p3", row.session_id, "progress"))
        assert [each.key for each in store.outbox()] == ["p1", "s", "p3"]
        store.close()

    def test_rows_are_counted_and_found_by_kind(self, open_store: OpenStore) -> None:
        """Counting by state and reading by kind see the same rows."""
        store = open_store()
        for key, kind in (("a", "opened"), ("b", "sealed"), ("c", "opened")):
            store.put_outbox(outbox_row(key, None, kind))
        assert [each.key for each in store.outbox_of_kind("opened")] == ["a", "c"]
        assert store.count_outbox(("waiting",)) == 3
        assert store.count_outbox(("confirmed", "rejected")) == 0
        store.close()

    def test_rows_travel_in_a_batch(self, open_store: OpenStore) -> None:
        """The members are known by their batch, share its state, and are not sent by themselves."""
        store = open_store()
        rows = _sessions(store, 3)
        batch = outbox_row("batch:1", None, "batch")
        members = [replace(each, batch="batch:1", proof=bytes([7]) * 32) for each in rows[:2]]
        assert store.put_batch(batch, members)
        assert {each.key for each in store.outbox_by_itself(("waiting",))} == {
            rows[2].key,
            "batch:1",
        }
        assert [(each.key, each.proof) for each in store.batch_members("batch:1")] == [
            (each.key, bytes([7]) * 32) for each in rows[:2]
        ]
        stored = store.outbox_row("batch:1")
        assert stored is not None
        store.save_batch(replace(stored, state="confirmed", transaction=b"t" * 32, block_number=9))
        for each in store.batch_members("batch:1"):
            assert (each.state, each.transaction, each.block_number) == ("confirmed", b"t" * 32, 9)
        assert [each.state for each in store.outbox((), rows[2].session_id)] == ["waiting"]
        store.close()

    def test_a_batch_is_put_whole_or_not_at_all(self, open_store: OpenStore) -> None:
        """When a member was signed, has gone or is in another batch already, nothing happens."""
        store = open_store()
        rows = _sessions(store, 3)
        members = [replace(each, batch="batch:1", proof=b"") for each in rows]
        store.save_outbox(replace(rows[1], raw=b"signed"))
        before = store.outbox()
        assert not store.put_batch(outbox_row("batch:1", None, "batch"), members)
        assert store.outbox() == before
        assert store.put_batch(outbox_row("batch:1", None, "batch"), [members[0], members[2]])
        assert not store.put_batch(outbox_row("batch:2", None, "batch"), [members[0]])
        assert not store.put_batch(
            outbox_row("batch:3", None, "batch"), [replace(members[0], key="gone")]
        )
        store.close()

    def test_what_waits_on_the_way_goes_with_a_batch(self, open_store: OpenStore) -> None:
        """Unsigned progress of a batch's sessions is dropped with it; later progress can be, and nothing signed is."""
        store = open_store()
        row = _sessions(store, 1)[0]
        progress = outbox_row("p", row.session_id, "progress")
        store.put_outbox(progress)
        assert store.batched_sessions() == set()
        store.put_batch(outbox_row("b", None, "batch"), [replace(row, batch="b", proof=b"")])
        assert store.outbox_row("p") is None
        store.put_outbox(progress)
        assert store.batched_sessions() == {row.session_id}
        store.drop_outbox("p")
        assert store.outbox_row("p") is None
        store.put_outbox(progress)
        store.save_outbox(replace(progress, raw=b"signed"))
        store.drop_outbox("p")
        assert store.outbox_row("p") is not None
        store.close()

    def test_nonces_of_signed_rows_are_told(self, open_store: OpenStore) -> None:
        """Those of the states that are asked for, once each; rows that are not signed have none."""
        store = open_store()
        for number, state in enumerate(("waiting", "submitted", "confirmed", "waiting")):
            signed = {} if number == 3 else {"raw": b"raw", "nonce": number + 7}
            store.put_outbox(OutboxRow(f"key {number}", "opened", "{}", state=state, **signed))  # type: ignore[arg-type]
        assert store.taken_nonces(("waiting", "submitted")) == {7, 8}
        assert store.taken_nonces(("rejected",)) == set()
        store.close()

    def test_settled_rows_are_told_until_their_sessions_know(self, open_store: OpenStore) -> None:
        """A confirmed seal of a session that waits, and a refusal that its session does not have; nothing else."""
        store = open_store()
        rows = {
            state: [
                OutboxRow(f"{state} {kind} {told}", kind, "{}", state=told)
                for kind, told in (
                    ("opened", "confirmed"),
                    ("sealed", "confirmed"),
                    ("progress", "rejected"),
                )
            ]
            for state in ("recording", "anchoring", "anchored")
        }
        for number, (state, each) in enumerate(rows.items()):
            session = replace(session_row(), session_id=UUID(int=number, version=4), state=state)
            kept = [replace(row, session_id=session.session_id) for row in each]
            store.add_session(session, tuple(kept))
        told = [row.key for row in store.unsettled_outbox()]
        assert told == [
            "recording progress rejected",
            "anchoring sealed confirmed",
            "anchoring progress rejected",
        ]
        waiting = store.session(UUID(int=1, version=4)).row
        store.save_session(replace(waiting, state="anchored", failure="{}"))
        assert [row.key for row in store.unsettled_outbox()] == ["recording progress rejected"]
        store.close()

    def test_sessions_are_replaced_together(self, open_store: OpenStore) -> None:
        """Several sessions change at once, or none when one of them was never there."""
        store = open_store()
        rows = [session_row(), session_row()]
        for row in rows:
            store.add_session(row)
        changed = [replace(row, state="anchored") for row in rows]
        with pytest.raises(StoreCorrupt):
            store.save_sessions([*changed, session_row()])
        assert {each.row.state for each in store.sessions()} == {"recording"}
        store.save_sessions(changed)
        assert {each.row.state for each in store.sessions()} == {"anchored"}
        store.close()

    def test_settings_are_kept(self, open_store: OpenStore) -> None:
        """A setting has its newest value, and none before it was kept."""
        store = open_store()
        assert store.setting("x") is None
        store.save_setting("x", "1")
        store.save_setting("x", "2")
        assert store.setting("x") == "2"
        store.close()
