"""Write an evidence bundle: piece by piece, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from blake3 import blake3

from core.audit.trail_file import TrailFile
from core.errors import Cancelled, ChunkAltered, DestinationUnwritable, UsageFailure
from core.evidence.anchors import SessionAnchors
from core.evidence.bundle_documents import (
    InclusionProof,
    write_chunk_keys,
    write_inclusion_proofs,
    write_trail_key,
)
from core.evidence.bundle_format import (
    ANCHORS,
    CHUNK_KEYS,
    HEADER_BYTES,
    INCLUSION_PROOFS,
    LARGEST_DOCUMENT,
    LARGEST_TABLE,
    MANIFEST,
    SIGNATURES,
    TRAIL,
    TRAIL_KEY,
    Section,
    chunk_section,
    pack_header,
    pack_table,
)
from core.evidence.manifest import Manifest
from core.evidence.manifest_json import from_json
from core.evidence.signatures import SignedManifest
from core.sealing.merkle import inclusion_proof, leaf_hasher
from core.storage.chunk_store import ChunkStore, Part

Progress = Callable[[int, int], None]
_PART_SUFFIX = ".part"


def write_bundle(
    destination: Path,
    *,
    signed: SignedManifest,
    anchors: SessionAnchors,
    chunks: ChunkStore | None = None,
    indexes: Sequence[int] = (),
    chunk_keys: Mapping[int, bytes] | None = None,
    trail: TrailFile | None = None,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Write a bundle in place of ``destination`` and give its size in bytes.

    Without ``indexes`` it holds proofs only, for every chunk; with them, those chunks and their
    proofs, and of ``chunk_keys`` whatever is to be readable; likewise the ``trail``, with its key
    where that is given. ``progress`` hears done and total bytes. Blocks; memory does not grow with
    the chunks. Raises DestinationUnwritable, Cancelled, UsageFailure for more than a bundle can
    hold, ChunkMissing, ChunkUnreadable, ChunkAltered, TrailMalformed and TrailAltered, and then
    leaves nothing behind.
    """
    manifest = from_json(signed.manifest_json)
    chosen = _chosen(manifest, indexes)
    total = sum(manifest.chunks[index].stored_bytes for index in chosen)
    with _new_file(destination) as stream:
        writer = _Writer(stream, destination, total, progress, is_cancelled)
        writer.add_document(MANIFEST, signed.manifest_json)
        writer.add_document(SIGNATURES, signed.signatures_json())
        writer.add_document(ANCHORS, anchors.to_json())
        writer.add_document(INCLUSION_PROOFS, write_inclusion_proofs(_proofs(manifest, chosen)))
        if chunk_keys:
            _check_keys(chunk_keys, chosen)
            writer.add_document(CHUNK_KEYS, write_chunk_keys(chunk_keys))
        if trail is not None:
            _add_trail(writer, manifest, trail)
        for index in chosen:
            if chunks is None:
                raise UsageFailure(reason="a bundle with chunks needs the store that has them")
            writer.add_chunk(manifest, chunks, index)
        return writer.finish()


def _add_trail(writer: _Writer, manifest: Manifest, trail: TrailFile) -> None:
    """Write the trail, and refuse to export one that is not what the manifest says."""
    if manifest.trail is None:
        raise UsageFailure(reason="the session has no trail")
    trail.check_header(manifest.session_id)
    if trail.key is not None:
        trail.entries(manifest.session_id, manifest.trail)
        writer.add_document(TRAIL_KEY, write_trail_key(trail.key))
    writer.add(TRAIL, [trail.data])


class _Writer:
    """Writes sections one after the other and remembers them for the table."""

    def __init__(
        self,
        stream: BinaryIO,
        destination: Path,
        total: int,
        progress: Progress | None,
        is_cancelled: Callable[[], bool],
    ) -> None:
        self._stream = stream
        self._destination = destination
        self._total = total
        self._done = 0
        self._progress = progress
        self._is_cancelled = is_cancelled
        self._sections: list[Section] = []
        self._end = HEADER_BYTES
        self._put(bytes(HEADER_BYTES))

    def add(self, name: str, pieces: Iterable[Part]) -> None:
        hasher, length = blake3(), 0
        for piece in pieces:
            if self._is_cancelled():
                raise Cancelled
            hasher.update(piece)
            self._put(piece)
            length += len(piece)
        self._sections.append(Section(name, self._end, length, hasher.digest()))
        self._end += length

    def add_document(self, name: str, document: bytes) -> None:
        _check_size(name, document, LARGEST_DOCUMENT)
        self.add(name, [document])

    def add_chunk(self, manifest: Manifest, chunks: ChunkStore, index: int) -> None:
        """Copy a chunk, and refuse to export one that is not what the manifest says."""
        hasher = leaf_hasher()
        self.add(
            chunk_section(index), self._counted(chunks.pieces(manifest.session_id, index), hasher)
        )
        if hasher.digest() != manifest.chunks[index].leaf:
            raise ChunkAltered(index=index)

    def finish(self) -> int:
        table = pack_table(self._sections)
        _check_size("table", table, LARGEST_TABLE)
        self._put(table)
        with _destination_errors(self._destination):
            self._stream.seek(0)
        self._put(pack_header(self._end, table))
        return self._end + len(table)

    def _counted(self, pieces: Iterator[memoryview], hasher: blake3) -> Iterator[memoryview]:
        for piece in pieces:
            hasher.update(piece)
            yield piece
            self._done += len(piece)
            if self._progress is not None:
                self._progress(self._done, self._total)

    def _put(self, piece: Part) -> None:
        with _destination_errors(self._destination):
            self._stream.write(piece)


def _check_size(name: str, document: bytes, largest: int) -> None:
    """Refuse to write what no reader would take."""
    if len(document) > largest:
        raise UsageFailure(
            reason=f"the session is too long for this bundle: its {name} is over {largest >> 20} MiB"
        )


def _chosen(manifest: Manifest, indexes: Sequence[int]) -> list[int]:
    chosen = sorted(set(indexes))
    if chosen and not 0 <= chosen[0] <= chosen[-1] < len(manifest.chunks):
        raise UsageFailure(reason=f"the session has {len(manifest.chunks)} chunks")
    return chosen


def _proofs(manifest: Manifest, chosen: Sequence[int]) -> list[InclusionProof]:
    wanted = chosen or range(len(manifest.chunks))
    return [InclusionProof(index, inclusion_proof(manifest.leaves, index)) for index in wanted]


def _check_keys(keys: Mapping[int, bytes], chosen: Sequence[int]) -> None:
    if not set(keys) <= set(chosen):
        raise UsageFailure(reason="a key is disclosed only with its chunk")


@contextmanager
def _destination_errors(destination: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DestinationUnwritable(path=str(destination), reason=reason) from error


@contextmanager
def _new_file(destination: Path) -> Iterator[BinaryIO]:
    """Open a private file beside ``destination``; it takes its place when all went well."""
    part = destination.with_name(destination.name + _PART_SUFFIX)
    with _destination_errors(destination):
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            with _destination_errors(destination):
                stream.flush()
                os.fsync(stream.fileno())
        with _destination_errors(destination):
            part.replace(destination)
            _sync_directory(destination.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
