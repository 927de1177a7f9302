"""Writing a stretch of a session as an ordinary video file, without encoding it again."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO

from core.errors import Cancelled, DestinationUnwritable, SessionEmpty, StorageFull
from core.recording.elementary_stream import picture_bytes
from core.replay.chunk_reader import ChunkReader, ReadableChunk
from core.replay.timeline import PlayableChunk, Timeline

_FORMATS = {".mp4": "mp4", ".ts": "mpegts", ".mkv": "matroska"}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NANOSECONDS = 1_000_000_000
_TICKS = 90_000
_SHORTEST_LAST_TICKS = _TICKS // 15


@dataclass(frozen=True, slots=True)
class ExportedVideo:
    """A video that was written: ``from_ns`` is the position of its first picture."""

    path: Path
    size_bytes: int
    chunks: int
    pictures: int
    from_ns: int


@dataclass(frozen=True, slots=True)
class CodedPicture:
    """A picture as it was recorded, in H.264, and its position."""

    data: bytes
    at_ns: int
    is_key: bool


def export_video(
    timeline: Timeline,
    reader: ChunkReader,
    destination: Path,
    *,
    from_ns: int = 0,
    until_ns: int | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> ExportedVideo:
    """Write the pictures of a range to ``destination``: MP4, or by its suffix MPEG-TS or Matroska.

    Blocks; for a worker thread. Begins at the key frame at or before ``from_ns``; gaps stay on the time
    line as a picture that stands. One chunk is open at a time. ``on_progress`` gets chunks done and in
    all; ``is_cancelled`` is asked at every picture. The file appears whole or not at all. Raises
    Cancelled, DestinationUnwritable, StorageFull, SessionEmpty or a chunk's failure.
    """
    begin_ns = timeline.clamp(from_ns)
    end_ns = timeline.clamp(timeline.end_ns if until_ns is None else until_ns)
    chunks = timeline.chunks_between(begin_ns, end_ns)
    pictures = _coded_pictures(chunks, reader, begin_ns, end_ns, on_progress)
    track = VideoTrack(_FORMATS.get(destination.suffix.lower(), "mp4"), end_ns)
    with _whole_file(destination) as stream:
        try:
            for picture in pictures:
                if is_cancelled():
                    raise Cancelled
                track.add(stream, picture)
            track.finish()
        finally:
            track.close()
    size = destination.stat().st_size
    return ExportedVideo(destination, size, len(chunks), track.pictures, track.from_ns)


class VideoTrack:
    """Multiplexes pictures into a file, each at its position from the first one's."""

    def __init__(self, kind: str, end_ns: int) -> None:
        import av

        self._av = av
        self._kind = kind
        self._end_ns = end_ns
        self._container: av.container.OutputContainer | None = None
        self._stream: av.VideoStream | None = None
        self._held: CodedPicture | None = None
        self._ticks = -1
        self.from_ns = 0
        self.pictures = 0

    def add(self, stream: IO[bytes], picture: CodedPicture) -> None:
        """Take the next picture; the one before it is written, as long as it stood."""
        if self._container is None:
            self.from_ns = picture.at_ns
            self._open(stream, picture.data)
        self._write_held(picture.at_ns)
        self._held = picture

    def finish(self) -> None:
        """Write the last picture, which stands until the end of the range, and the file's index."""
        self._write_held(self._end_ns)
        if self._container is None:
            raise SessionEmpty(session_id="")
        container, self._container = self._container, None
        container.close()

    def close(self) -> None:
        """Let go of a file that will not be finished."""
        container, self._container = self._container, None
        if container is not None:
            with suppress(self._av.FFmpegError, OSError):
                container.close()

    def _open(self, stream: IO[bytes], first: bytes) -> None:
        """Describe the track by the first picture's parameter sets."""
        with self._av.open(io.BytesIO(first), format="h264") as source:
            self._container = self._av.open(stream, "w", format=self._kind)
            self._stream = self._container.add_stream_from_template(source.streams.video[0])

    def _write_held(self, until_ns: int) -> None:
        held, self._held = self._held, None
        if held is None or self._container is None or self._stream is None:
            return
        # pictures that came in one piece have one instant: each still needs a tick of its own
        self._ticks = max(self._ticks + 1, _to_ticks(held.at_ns - self.from_ns))
        packet = self._av.Packet(held.data)
        packet.stream = self._stream
        packet.time_base = Fraction(1, _TICKS)
        packet.pts = packet.dts = self._ticks
        packet.is_keyframe = held.is_key
        stands = _to_ticks(until_ns - self.from_ns) - self._ticks
        packet.duration = max(stands, 1 if until_ns < self._end_ns else _SHORTEST_LAST_TICKS)
        self._container.mux(packet)
        self.pictures += 1


def _to_ticks(nanoseconds: int) -> int:
    return nanoseconds * _TICKS // _NANOSECONDS


def _coded_pictures(
    chunks: list[PlayableChunk],
    reader: ChunkReader,
    from_ns: int,
    end_ns: int,
    on_progress: Callable[[int, int], None],
) -> Iterator[CodedPicture]:
    """Cut out the pictures of a range, from the key frame at or before its start."""
    has_begun = False
    for done, each in enumerate(chunks):
        on_progress(done, len(chunks))
        chunk = reader.open(each.index)
        first = 0 if has_begun else _first_place(chunk, from_ns)
        for picture in _pictures_of(chunk, first, end_ns):
            has_begun = has_begun or picture.is_key  # nothing can be decoded before a key frame
            if has_begun:
                yield picture
    on_progress(len(chunks), len(chunks))


def _first_place(chunk: ReadableChunk, from_ns: int) -> int:
    keys = (i for i, frame in enumerate(chunk.frames) if frame.is_key and frame.at_ns <= from_ns)
    return max(keys, default=0)


def _pictures_of(chunk: ReadableChunk, first: int, end_ns: int) -> Iterator[CodedPicture]:
    frames = chunk.frames
    for place in range(first, len(frames)):
        frame = frames[place]
        if frame.at_ns > end_ns:
            return
        end = frames[place + 1].offset if place + 1 < len(frames) else len(chunk.video)
        data = picture_bytes(chunk.video[frame.offset : end])
        yield CodedPicture(data, frame.at_ns, frame.is_key)


@contextmanager
def _whole_file(destination: Path) -> Iterator[IO[bytes]]:
    """Give a file that is moved to ``destination`` when all went well, and removed when not."""
    part = destination.with_name(destination.name + ".part")
    with _write_errors(destination):
        stream = os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        try:
            with stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(destination)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


@contextmanager
def _write_errors(destination: Path) -> Iterator[None]:
    """Turn the system's word on a failed write into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(path=str(destination)) from error
        reason = error.strerror or type(error).__name__
        raise DestinationUnwritable(path=str(destination), reason=reason) from error
