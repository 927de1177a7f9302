"""A chunk reader over clips in memory, and a way to cut a session of them."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import Failure
from core.replay.timeline import PlayableChunk, PlayableGap, Timeline
from core.sealing.frames import Frame
from tests.fakes.clip import RATE, Clip, make_clip

NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, eq=False)
class MemoryChunk:
    """An open chunk that lies in memory."""

    video: memoryview
    frames: tuple[Frame, ...]


class MemoryChunkReader:
    """Opens clips as chunks; a place may hold a failure instead. Notes what it opened, where, and what is left."""

    def __init__(self, chunks: Sequence[Clip | Failure]) -> None:
        self._chunks = list(chunks)
        self._left: weakref.WeakSet[MemoryChunk] = weakref.WeakSet()
        self.opened: list[int] = []
        self.threads: set[str] = set()
        self.most_open = 0

    @property
    def open_chunks(self) -> int:
        """How many opened chunks somebody still holds."""
        return len(self._left)

    def open(self, index: int) -> MemoryChunk:
        """Open a chunk, or raise its failure."""
        self.opened.append(index)
        self.threads.add(threading.current_thread().name)
        content = self._chunks[index]
        if isinstance(content, Failure):
            raise content
        chunk = MemoryChunk(memoryview(content.video), content.frames)
        self._left.add(chunk)
        self.most_open = max(self.most_open, len(self._left))
        return chunk


def make_session(
    chunks: int, pictures: int = 45, gap_s: float = 0.0, key_every: int = 15
) -> tuple[Timeline, MemoryChunkReader]:
    """Make a session of clips one after the other, with a gap after the first where one is asked for.

    Pictures are numbered through the whole session.
    """
    clips: list[Clip | Failure] = []
    rows, gaps = [], []
    at_ns = 0
    for index in range(chunks):
        clip = make_clip(pictures, first=index * pictures, start_ns=at_ns, key_every=key_every)
        clips.append(clip)
        rows.append(PlayableChunk(index, clip.frames[0].at_ns, clip.frames[-1].at_ns))
        at_ns += pictures * NANOSECONDS // RATE
        if index == 0 and gap_s:
            gaps.append(
                PlayableGap(rows[0].until_ns, at_ns + int(gap_s * NANOSECONDS), "encoder_died")
            )
            at_ns = gaps[0].until_ns
    return Timeline(rows, gaps, at_ns), MemoryChunkReader(clips)
