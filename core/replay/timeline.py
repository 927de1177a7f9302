"""Which chunk or gap lies at a moment of a session."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlayableChunk:
    """A chunk and the positions of its first and last picture."""

    index: int
    from_ns: int
    until_ns: int


@dataclass(frozen=True, slots=True)
class PlayableGap:
    """A stretch without pictures between two positions."""

    from_ns: int
    until_ns: int
    reason: str


class Timeline:
    """The chunks and gaps of a session in the order of time."""

    def __init__(
        self, chunks: Sequence[PlayableChunk], gaps: Sequence[PlayableGap], end_ns: int
    ) -> None:
        self._chunks = sorted(chunks, key=lambda chunk: (chunk.from_ns, chunk.index))
        self._chunk_starts = [chunk.from_ns for chunk in self._chunks]
        self._gaps = sorted(gaps, key=lambda gap: gap.from_ns)
        self._gap_starts = [gap.from_ns for gap in self._gaps]
        self.end_ns = max(end_ns, *(chunk.until_ns for chunk in self._chunks), 0)

    def clamp(self, position_ns: int) -> int:
        """Bring a position into the session."""
        return min(max(0, position_ns), self.end_ns)

    def chunk_at(self, position_ns: int) -> PlayableChunk | None:
        """Find the chunk whose picture is on the screen at that position; None in an empty session."""
        if not self._chunks:
            return None
        return self._chunks[max(0, bisect_right(self._chunk_starts, position_ns) - 1)]

    def chunk_after(self, chunk: PlayableChunk) -> PlayableChunk | None:
        """Find the chunk that follows; None after the last."""
        at = bisect_right(self._chunk_starts, chunk.from_ns)
        return self._chunks[at] if at < len(self._chunks) else None

    def chunks_between(self, from_ns: int, until_ns: int) -> list[PlayableChunk]:
        """List the chunks with pictures of that range, among them the one it begins in."""
        first = max(0, bisect_right(self._chunk_starts, from_ns) - 1)
        return self._chunks[first : bisect_right(self._chunk_starts, until_ns)]

    def gap_at(self, position_ns: int) -> PlayableGap | None:
        """Find the gap around a position; at its very ends there are pictures."""
        at = bisect_left(self._gap_starts, position_ns) - 1
        if at < 0 or position_ns >= self._gaps[at].until_ns:
            return None
        return self._gaps[at]

    def next_change(self, position_ns: int) -> int:
        """Find when a gap next begins (just after its last picture) or ends; the session's end if never."""
        if gap := self.gap_at(position_ns):
            return gap.until_ns
        at = bisect_left(self._gap_starts, position_ns)
        return self._gaps[at].from_ns + 1 if at < len(self._gaps) else self.end_ns
