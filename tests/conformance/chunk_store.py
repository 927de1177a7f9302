"""What every chunk store must do; a new one subclasses ``ChunkStoreConformance`` and gives a fixture.

The fixture ``open_store`` is a function that opens the same store anew each time it is called.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest

from core.errors import Bug, ChunkMissing
from core.storage.chunk_store import ChunkStore
from core.storage.page_buffer import PageBuffer

OpenStore = Callable[[], ChunkStore]

SESSION = UUID("6f1b0a52-7a0c-4f5d-9a43-0d2b8f3c9e11")
# Around pages, device blocks and pieces: nothing, a byte, a page more or less, more than a piece.
LENGTHS = [0, 1, 511, 4095, 4096, 4097, 8192, (1 << 20) - 1, (1 << 20) + 4097, 3 << 20]


def content_of(store: ChunkStore, session_id: UUID, index: int) -> bytes:
    """Read a chunk whole."""
    with store.open(session_id, index) as stored:
        assert stored.size == len(stored.view)
        return bytes(stored.view)


def joined(pieces: Iterator[memoryview]) -> bytes:
    """Read a chunk piece by piece."""
    return b"".join(bytes(piece) for piece in pieces)


class ChunkStoreConformance:
    """The suite."""

    @pytest.mark.parametrize("length", LENGTHS)
    @pytest.mark.parametrize("is_aligned", [True, False])
    def test_gives_back_what_was_put(
        self, open_store: OpenStore, length: int, is_aligned: bool
    ) -> None:
        """A chunk of any length comes back as it was, by every way of reading, after opening the store anew."""
        content = os.urandom(length)
        memory = PageBuffer(length + 1)
        start = 0 if is_aligned else 1
        memory.view[start : start + length] = content
        open_store().put(SESSION, 0, [memory.view[start : start + length]])
        memory.close()
        store = open_store()
        assert content_of(store, SESSION, 0) == content
        assert joined(store.pieces(SESSION, 0)) == content
        assert joined(store.read_back(SESSION, 0)) == content
        assert store.size(SESSION, 0) == length

    def test_joins_parts(self, open_store: OpenStore) -> None:
        """Parts of any kind are stored as one chunk, in their order."""
        store = open_store()
        store.put(SESSION, 7, [b"head", bytearray(b""), memoryview(b"x" * 5000), b"tail"])
        assert content_of(store, SESSION, 7) == b"head" + b"x" * 5000 + b"tail"

    def test_never_replaces(self, open_store: OpenStore) -> None:
        """Putting to an index that is stored is a bug, and what lies there stays."""
        store = open_store()
        store.put(SESSION, 0, [b"first"])
        with pytest.raises(Bug):
            store.put(SESSION, 0, [b"second"])
        assert content_of(open_store(), SESSION, 0) == b"first"

    def test_keeps_sessions_apart(self, open_store: OpenStore) -> None:
        """The same index of two sessions is two chunks."""
        store, other = open_store(), uuid4()
        store.put(SESSION, 0, [b"one"])
        store.put(other, 0, [b"two"])
        store.delete(SESSION, 0)
        assert content_of(store, other, 0) == b"two"
        assert store.indexes(SESSION) == []

    def test_lists_rising_indexes(self, open_store: OpenStore) -> None:
        """Indexes rise as numbers, whatever the order of storing; a session without chunks has none."""
        store = open_store()
        for index in (10, 2, 0, 99_999_999):
            store.put(SESSION, index, [b"x"])
        assert open_store().indexes(SESSION) == [0, 2, 10, 99_999_999]
        assert store.indexes(uuid4()) == []

    def test_misses_what_is_not_there(self, open_store: OpenStore) -> None:
        """Every way of reading a chunk that is not there raises ChunkMissing and names it."""
        store = open_store()
        for read in (
            lambda: store.open(SESSION, 4),
            lambda: joined(store.pieces(SESSION, 4)),
            lambda: joined(store.read_back(SESSION, 4)),
            lambda: store.size(SESSION, 4),
        ):
            with pytest.raises(ChunkMissing) as caught:
                read()
            assert caught.value.facts == {"index": 4}

    def test_deletes(self, open_store: OpenStore) -> None:
        """A deleted chunk is gone and its index free; deleting nothing is no error."""
        store = open_store()
        store.put(SESSION, 0, [b"old"])
        store.delete(SESSION, 0)
        store.delete(SESSION, 0)
        store.delete(uuid4(), 0)
        store.put(SESSION, 0, [b"new"])
        assert content_of(open_store(), SESSION, 0) == b"new"

    def test_reads_from_several_threads(self, open_store: OpenStore) -> None:
        """Readers do not disturb each other."""
        store = open_store()
        contents = [bytes([index]) * 2_000_000 for index in range(4)]
        for index, content in enumerate(contents):
            store.put(SESSION, index, [content])
        results: dict[int, bytes] = {}

        def read(index: int) -> None:
            results[index] = joined(store.pieces(SESSION, index))

        threads = [threading.Thread(target=read, args=(index,)) for index in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [results[index] for index in range(4)] == contents

    def test_stopping_to_read_is_fine(self, open_store: OpenStore) -> None:
        """Whoever stops in the middle of a chunk leaves nothing open."""
        store = open_store()
        store.put(SESSION, 0, [bytes(3 << 20)])
        pieces = store.pieces(SESSION, 0)
        next(pieces)
        del pieces
        assert store.size(SESSION, 0) == 3 << 20

    def test_clears_what_was_not_finished(self, open_store: OpenStore) -> None:
        """Clearing after an interrupted put takes away no stored chunk."""
        store = open_store()
        store.put(SESSION, 0, [b"whole"])
        store.remove_unfinished(SESSION)
        store.remove_unfinished(uuid4())
        assert content_of(store, SESSION, 0) == b"whole"
