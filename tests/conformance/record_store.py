"""What the part of a metadata store that keeps records and calls must do; see ``metadata_store``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.errors import StoreCorrupt
from core.storage.metadata import MetadataStore
from core.storage.records import CallRow

OpenStore = Callable[[], MetadataStore]


def call_row(sequence: int, access_id: str = "00" * 8) -> CallRow:
    """Make a call that was answered."""
    what = "GET /v1/sessions/{session_id}"
    return CallRow(sequence, 1_000 + sequence, access_id, "Fleet", what, "s", "answered", bytes(32))


class RecordStoreConformance:
    """The suite."""

    def test_a_record_comes_back_as_it_was_kept(self, open_store: OpenStore) -> None:
        """A record has its newest bytes, also after the store was opened again, and is nowhere else."""
        store = open_store()
        assert store.record("onion", "own") is None
        store.save_record("onion", "own", b"first")
        store.save_record("onion", "own", b"\x00\xff")
        store.save_record("peer", "own", b"other")
        store.close()
        store = open_store()
        assert store.record("onion", "own") == b"\x00\xff"
        assert store.record("peer", "own") == b"other"
        assert store.record("onion", "old") is None
        store.close()

    def test_records_of_a_kind_are_listed_by_key(self, open_store: OpenStore) -> None:
        """Every record of a kind is read, and none of another."""
        store = open_store()
        for kind, key in (("peer", "b"), ("peer", "a"), ("access", "c")):
            store.save_record(kind, key, key.encode())
        assert store.records("peer") == [("a", b"a"), ("b", b"b")]
        assert store.records("nothing") == []
        store.close()

    def test_a_forgotten_record_is_gone(self, open_store: OpenStore) -> None:
        """It is gone for good, its neighbour stays, and forgetting it again is fine."""
        store = open_store()
        for key in "ab":
            store.save_record("peer", key, b"x")
        store.forget_record("peer", "a")
        store.forget_record("peer", "a")
        assert store.records("peer") == [("b", b"x")]
        store.close()

    def test_calls_come_back_newest_first(self, open_store: OpenStore) -> None:
        """Pages of the log follow each other without a gap, of all or of one access."""
        store = open_store()
        assert store.last_call() is None
        rows = [call_row(number, "ab"[number % 2] * 16) for number in range(1, 6)]
        for row in rows:
            store.add_call(row)
        assert store.last_call() == rows[-1]
        assert store.calls(2) == [rows[4], rows[3]]
        assert store.calls(2, before=4) == [rows[2], rows[1]]
        assert store.calls(9, access_id="a" * 16) == [rows[3], rows[1]]
        assert store.calls(9, before=4, access_id="a" * 16) == [rows[1]]
        store.close()

    def test_no_call_takes_the_place_of_another(self, open_store: OpenStore) -> None:
        """A sequence is taken once."""
        store = open_store()
        store.add_call(call_row(1))
        with pytest.raises(StoreCorrupt):
            store.add_call(replace(call_row(1), outcome="failed"))
        assert store.calls(9) == [call_row(1)]
        store.close()

    def test_the_oldest_calls_go_for_good(self, open_store: OpenStore) -> None:
        """What is newer stays, and numbers go on from there."""
        store = open_store()
        for number in range(1, 6):
            store.add_call(call_row(number))
        store.forget_calls(3)
        store.forget_calls(3)
        assert [row.sequence for row in store.calls(9)] == [5, 4]
        assert store.last_call() == call_row(5)
        store.close()
