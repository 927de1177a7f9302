"""After a crash: what journals and half-made chunks hold is sealed, with no manual step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from core.errors import ChunkUnreadable, DoesNotHold, JournalCorrupt, JournalDamaged
from core.runtime.clock import Instant
from core.runtime.files import storage_errors
from core.sealing.checking import check_stored
from core.sealing.chunk import SealedChunk, open_chunk, sealed_chunk
from core.sealing.chunk_sealer import ChunkSealer
from core.sealing.filling_chunk import FillingChunk, TimeRange, plain_buffer
from core.sealing.journal_format import DAMAGED_SUFFIX, PART_SUFFIX, SUFFIX
from core.sealing.journal_reader import JournalContent, read_journal
from core.sealing.keys import chunk_key
from core.sealing.merkle import leaf_hash
from core.storage.chunk_store import ChunkStore
from core.storage.disk import Disk


def recover(
    *,
    session_id: UUID,
    session_key: bytes,
    start: Instant,
    chunks: ChunkStore,
    journal_directory: Path,
    known: Sequence[SealedChunk],
    is_sealed: Callable[[SealedChunk], None] | None = None,
    on_damage: Callable[[DoesNotHold], None] | None = None,
    disk: Disk | None = None,
) -> list[SealedChunk]:
    """Seal what a session that was not finished left behind; gives the chunks that ``known`` does not list, in order.

    It can be repeated and can itself be killed at any point. A chunk that is stored already is kept as it is
    and its journal removed, so one index never gets two chunks. ``is_sealed`` hears of each chunk before its
    journal goes. ``on_damage`` hears what a crash alone does not
    explain: JournalDamaged (what precedes the damage is sealed), JournalCorrupt (nothing of the journal can be
    read), ChunkAltered and its kin (a stored chunk does not open or is not what ``known`` says). Such a journal is
    kept as ``*.lcj.damaged``; an index of which nothing is left gets an empty chunk, so that there are no holes.

    Raises StorageFull, DataDirectoryUnwritable and ChunkUnreadable; what was not sealed then is still in its
    journal.
    """
    work = _Recovery(
        session_id=session_id,
        session_key=session_key,
        start=start,
        chunks=chunks,
        directory=journal_directory,
        known=known,
        is_sealed=is_sealed or _ignore,
        on_damage=on_damage or _ignore,
        disk=disk or Disk(),
    )
    try:
        return work.run()
    finally:
        work.close()


class _Recovery:
    def __init__(
        self,
        *,
        session_id: UUID,
        session_key: bytes,
        start: Instant,
        chunks: ChunkStore,
        directory: Path,
        known: Sequence[SealedChunk],
        is_sealed: Callable[[SealedChunk], None],
        on_damage: Callable[[DoesNotHold], None],
        disk: Disk,
    ) -> None:
        self._session_id = session_id
        self._session_key = session_key
        self._chunks = chunks
        self._directory = directory
        self._known = {each.index: each for each in known}
        self._found: dict[int, SealedChunk] = {}
        self._start = start
        self._is_sealed = is_sealed
        self._on_damage = on_damage
        self._disk = disk
        self._memory = plain_buffer()
        self._sealer = ChunkSealer(session_id=session_id, session_key=session_key, chunks=chunks)

    def run(self) -> list[SealedChunk]:
        self._chunks.remove_unfinished(self._session_id)
        self._remove_parts()
        self._adopt_stored()
        for path in sorted(self._directory.glob(f"*{SUFFIX}")):
            if path.stem.isdecimal():  # whatever else lies here is not ours
                self._settle_journal(path, int(path.stem))
        self._fill_holes()
        return [self._found[index] for index in sorted(self._found)]

    def close(self) -> None:
        self._sealer.close()
        self._memory.close()

    def _remove_parts(self) -> None:
        for part in self._directory.glob(f"*{PART_SUFFIX}"):
            with storage_errors(part):
                self._disk.remove(part)

    def _adopt_stored(self) -> None:
        """Take stored chunks that are not known, each after it was opened."""
        for index in self._chunks.indexes(self._session_id):
            if index in self._known:
                continue
            try:
                self._keep(self._open(index))
            except ChunkUnreadable:
                raise  # the medium may give it back another time
            except DoesNotHold as damage:
                self._on_damage(damage)

    def _open(self, index: int) -> SealedChunk:
        key = chunk_key(self._session_key, self._session_id, index)
        with self._chunks.open(self._session_id, index) as stored:
            header = open_chunk(
                stored.view, session_id=self._session_id, index=index, key=key
            ).header
            return sealed_chunk(header, leaf_hash(stored.view))

    def _settle_journal(self, path: Path, index: int) -> None:
        if index in self._found or self._is_whole(index):
            self._discard(path)
        elif index not in self._known:
            self._seal_journal(path, index)

    def _is_whole(self, index: int) -> bool:
        """Tell whether a known chunk lies there as it was sealed; if not, its journal is all that is left of it."""
        if index not in self._known:
            return False
        try:
            check_stored(self._chunks, self._session_id, self._known[index])
        except DoesNotHold as damage:
            self._on_damage(damage)
            return False
        return True

    def _seal_journal(self, path: Path, index: int) -> None:
        try:
            content = self._read(path, index)
        except JournalCorrupt as damage:
            self._on_damage(damage)
            self._set_aside(path)
            return
        if content.video_bytes:
            self._seal(index, content)
        if content.lost_bytes:
            self._on_damage(
                JournalDamaged(
                    index=index, kept_bytes=content.video_bytes, lost_bytes=content.lost_bytes
                )
            )
            self._set_aside(path)
        else:
            self._discard(path)

    def _read(self, path: Path, index: int) -> JournalContent:
        with storage_errors(path):
            return read_journal(
                path, session_key=self._session_key, session_id=self._session_id, index=index
            )

    def _seal(self, index: int, content: JournalContent) -> None:
        chunk = FillingChunk(index, self._memory)
        content.fill(chunk)
        encrypted = self._sealer.encrypt(chunk)
        self._sealer.store(encrypted)
        self._keep(encrypted.sealed)

    def _keep(self, sealed: SealedChunk) -> None:
        self._found[sealed.index] = sealed
        self._is_sealed(sealed)

    def _fill_holes(self) -> None:
        """Seal an empty chunk at each index below the highest of which nothing is left."""
        there = self._known | self._found
        last = TimeRange(0, 0, self._start.utc_ns, self._start.utc_ns)
        for index in range(max(there, default=-1) + 1):
            if index in there:
                before = there[index]
                last = TimeRange(
                    before.last_at_ns, before.last_at_ns, before.last_utc_ns, before.last_utc_ns
                )
            else:
                self._seal(index, JournalContent(index, times=last))

    def _discard(self, path: Path) -> None:
        with storage_errors(path):
            self._disk.remove(path)

    def _set_aside(self, path: Path) -> None:
        with storage_errors(path):
            self._disk.rename(path, path.with_suffix(DAMAGED_SUFFIX))
            self._disk.sync_directory(path.parent)


def _ignore(_word: object) -> None:
    """Hear nothing."""
