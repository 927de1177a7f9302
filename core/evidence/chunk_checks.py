"""Checks of the chunks themselves: as they lie there, and of what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from core.errors import ChunkAltered, ChunkKeyWrong, ChunkMalformed, Failure, ProofWrong
from core.evidence.bundle_documents import InclusionProof
from core.evidence.checklist import NotChecked
from core.evidence.manifest import Manifest
from core.evidence.wording import counted
from core.sealing.checking import check_stored
from core.sealing.chunk import OpenChunk, SealedChunk, open_chunk
from core.sealing.merkle import verify_inclusion
from core.storage.chunk_store import ChunkStore

_NAMED = 5


@dataclass(frozen=True)
class ChunkFinding:
    """What looking at one chunk came to."""

    index: int
    stored_bytes: int
    damage: Failure | None
    was_opened: bool
    frames: int
    content_failure: Failure | None


@dataclass
class ChunkFindings:
    """What looking at chunks came to."""

    looked_at: int = 0
    stored_bytes: int = 0
    opened: int = 0
    frames: int = 0
    damaged: dict[int, Failure] = field(default_factory=dict)
    unreadable: dict[int, Failure] = field(default_factory=dict)

    def add(self, finding: ChunkFinding) -> None:
        """Count one chunk in."""
        self.looked_at += 1
        self.stored_bytes += finding.stored_bytes
        self.opened += finding.was_opened
        self.frames += finding.frames
        if finding.damage is not None:
            self.damaged[finding.index] = finding.damage
        if finding.content_failure is not None:
            self.unreadable[finding.index] = finding.content_failure


def look_at(chunks: ChunkStore, manifest: Manifest, index: int, key: bytes | None) -> ChunkFinding:
    """Check the chunk at ``index``, and open it where there is a key. Any thread."""
    expected = manifest.chunks[index]
    damage: Failure | None = None
    content: int | Failure = 0
    try:
        check_stored(chunks, manifest.session_id, expected)
    except Failure as failure:
        damage = failure
    if key is not None:
        content = _frames_in(chunks, manifest.session_id, expected, key)
        if isinstance(content, ChunkAltered) and damage is None:
            content = ChunkKeyWrong(index=index)
    return ChunkFinding(
        index=index,
        stored_bytes=expected.stored_bytes,
        damage=damage,
        was_opened=key is not None,
        frames=content if isinstance(content, int) else 0,
        content_failure=content if isinstance(content, Failure) else None,
    )


def _frames_in(
    chunks: ChunkStore, session_id: UUID, expected: SealedChunk, key: bytes
) -> int | Failure:
    """Count the frames of a chunk that holds what the manifest says, or give what is wrong."""
    try:
        with chunks.open(session_id, expected.index) as stored:
            content = open_chunk(stored.view, session_id=session_id, index=expected.index, key=key)
            _check_content(content, expected)
            return len(content.frames)
    except Failure as failure:
        return failure


def _check_content(content: OpenChunk, expected: SealedChunk) -> None:
    times = [frame.at_ns for frame in content.frames]
    if len(content.video) != expected.plain_bytes or len(times) != expected.frames:
        raise ChunkMalformed(index=expected.index, field="frame table")
    within = all(expected.first_at_ns <= at <= expected.last_at_ns for at in times)
    if not within or times != sorted(times):
        raise ChunkMalformed(index=expected.index, field="frame times")


def chunks_summary(findings: ChunkFindings, manifest: Manifest) -> str:
    """Say how many chunks are there and as they were sealed; raise the first failure."""
    _raise_first(findings.damaged)
    if not findings.looked_at and manifest.chunks:
        raise NotChecked(f"none of {counted(len(manifest.chunks), 'chunk')} is here")
    return (
        f"{findings.looked_at} of {counted(len(manifest.chunks), 'chunk')} are here, {findings.stored_bytes} bytes, "
        "and each has the leaf that the manifest lists."
    )


def contents_summary(findings: ChunkFindings, manifest: Manifest) -> str:
    """Say how many chunks were opened and hold what the manifest says; raise the first failure."""
    _raise_first(findings.unreadable)
    if not findings.opened:
        raise NotChecked("no key is at hand, so the chunks stay sealed")
    return (
        f"{findings.opened} of {counted(len(manifest.chunks), 'chunk')} were opened: "
        f"{counted(findings.frames, 'frame')}, at the times that the manifest lists."
    )


def check_inclusion(
    manifest: Manifest, proofs: Sequence[InclusionProof], needed: Sequence[int]
) -> str:
    """Check that each proof leads to the root, and that no chunk here is without one."""
    for each in proofs:
        if each.index >= len(manifest.chunks) or not verify_inclusion(
            leaf=manifest.chunks[each.index].leaf,
            index=each.index,
            count=manifest.chunk_count,
            proof=each.path,
            root=manifest.merkle_root,
        ):
            raise ProofWrong(claim=f"inclusion of chunk {each.index}", reason="another root")
    missing = sorted(set(needed) - {each.index for each in proofs})
    if missing:
        raise ProofWrong(claim=f"inclusion of chunk {missing[0]}", reason="it is missing")
    return f"The root is reached by {counted(len(proofs), 'inclusion proof')}."


def _raise_first(failures: dict[int, Failure]) -> None:
    if not failures:
        return
    first = failures[min(failures)]
    if len(failures) > 1:
        named = ", ".join(str(index) for index in sorted(failures)[:_NAMED])
        more = "…" if len(failures) > _NAMED else ""
        first.facts |= {"failing": len(failures), "failing_indexes": named + more}
    raise first
