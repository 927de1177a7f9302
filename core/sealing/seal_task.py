"""Sealing one chunk on a thread of its own while the next one fills."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, Future

from core.errors import Bug, StorageFull
from core.sealing.chunk import SealedChunk
from core.sealing.chunk_sealer import ChunkSealer, EncryptedChunk
from core.sealing.filling_chunk import FillingChunk
from core.sealing.journal import JournalWriter


class SealTask:
    """One closed chunk on its way; what was achieved before a failure is not done again.

    A chunk that has a journal is first completed there, so that its last second is safe however long
    storing takes. ``is_reported`` is the owner's mark; ``has_failed`` says that a failure was told and not yet tried
    again. That there is no room is told as things stand then: it is tried again first.
    """

    def __init__(self, chunk: FillingChunk, journal: JournalWriter, sealer: ChunkSealer) -> None:
        self.chunk = chunk
        self.journal = journal
        self.is_reported = False
        self._sealer = sealer
        self._encrypted: EncryptedChunk | None = None
        self.has_failed = False
        self._is_safe = False
        self._is_decided = threading.Event()
        self._executor: Executor | None = None
        self._future: Future[SealedChunk] | None = None

    @property
    def is_done(self) -> bool:
        """Tell whether ``result`` returns or raises at once."""
        return self._future is not None and self._future.done()

    def start(self, executor: Executor) -> None:
        """Begin, or begin again after a failure that ``result`` has told."""
        if self._future is None or self.has_failed:
            self._submit(executor)

    def wait_until_safe(self) -> None:
        """Return when the chunk is on the disk, in its journal or sealed; raises what kept it from there."""
        self._is_decided.wait()
        if not self._is_safe:
            self.result()

    def result(self) -> SealedChunk:
        """Wait for the end; raises what sealing raised. Where there was no room, there may be by now."""
        if self._future is None or self._executor is None:
            raise Bug("sealing was not started")
        try:
            try:
                return self._future.result()
            except StorageFull:
                return self._submit(self._executor).result()
        except BaseException:
            self.has_failed = True
            raise

    def _submit(self, executor: Executor) -> Future[SealedChunk]:
        self.has_failed = False
        self._is_decided.clear()
        self._executor = executor
        self._future = executor.submit(self._run)
        return self._future

    def _run(self) -> SealedChunk:
        try:
            if self.journal.exists:
                self.journal.write(self.chunk, is_end=True)
                self._decide()
            if self._encrypted is None:
                self._encrypted = self._sealer.encrypt(self.chunk)
            self._sealer.store(self._encrypted)
            self._decide()
            return self._encrypted.sealed
        finally:
            self._is_decided.set()

    def _decide(self) -> None:
        self._is_safe = True
        self._is_decided.set()
