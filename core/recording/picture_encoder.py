"""Encoding pictures to H.264 in MPEG-TS by PyAV, each as soon as it comes; for a child process.

What x11grab's ffmpeg does by its arguments is done here picture by picture, since the time of each and
whether it is a key picture are decided while they come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from core.recording.elementary_stream import has_parameter_sets

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

TICKS = 90_000
_NEVER = 1 << 30
_THREADS = 2
_PROBE_SIZE = (320, 240)
_PROBE_PICTURES, _PROBE_KEY_DISTANCE = 12, 6
_SHADE_STEP = 16
_STREAM_OPTIONS = {
    # PAT and PMT stand before each key picture anyway; more often they would cost more than a still picture
    "pat_period": "10",
    "sdt_period": "60",
    "flush_packets": "1",
}


@dataclass(frozen=True)
class PictureCodec:
    """An encoder that PyAV may have, and how it is asked for low delay and key pictures on demand only."""

    name: str
    options: tuple[tuple[str, str], ...]


#: The hardware encoder of a Raspberry Pi 4. Its driver may place key pictures of its own.
V4L2_M2M = PictureCodec("h264_v4l2m2m", (("b", "4000000"),))
#: Desktops scroll by more than the preset's motion search finds: with a wider one a scrolled text takes a
#: tenth of the bytes and less than half of the time, since hardly anything is left to encode.
X264 = PictureCodec(
    "libx264",
    (
        ("preset", "veryfast"),
        ("tune", "zerolatency"),
        ("sc_threshold", "0"),
        ("forced-idr", "1"),
        ("x264-params", "me=umh:merange=32"),
    ),
)
CODECS = (V4L2_M2M, X264)


class CodecFailed(Exception):
    """The encoder is not there, or does not give what it should. Ends the child, which says so."""


class PictureEncoder:
    """Encodes pictures of one even size; ``write`` gets the packets of one picture at a time.

    Raises CodecFailed.
    """

    def __init__(
        self,
        codec: PictureCodec,
        size: tuple[int, int],
        frame_rate: int,
        write: Callable[[bytes], None],
    ) -> None:
        import av

        self._av = av
        self._write = write
        self._packets = _Packets()
        self._last_ticks: int | None = None
        self._container = av.open(self._packets, "w", format="mpegts", options=_STREAM_OPTIONS)
        try:
            self._stream = self._add_stream(codec, size, frame_rate)
            self._stream.codec_context.open()
        except (av.FFmpegError, ValueError, OSError) as error:
            raise CodecFailed(f"{codec.name}: {error}") from error

    def encode(self, frame: VideoFrame, at_ns: int, *, is_key: bool) -> tuple[int, bool]:
        """Encode a picture taken at ``at_ns`` of the session; gives its bytes, and whether it is a key picture.

        A picture may be encoded again, at a later time.
        """
        kinds = self._av.video.frame.PictureType
        ticks = at_ns * TICKS // 1_000_000_000
        self._last_ticks = ticks if self._last_ticks is None else max(ticks, self._last_ticks + 1)
        frame.pts, frame.time_base = self._last_ticks, Fraction(1, TICKS)
        frame.pict_type = kinds.I if is_key else kinds.NONE
        return self._mux(self._encoded(frame))

    def finish(self) -> None:
        """Write what the encoder still holds."""
        self._mux(self._encoded(None))
        self._container.close()
        self._pass_on()

    def _add_stream(
        self, codec: PictureCodec, size: tuple[int, int], frame_rate: int
    ) -> VideoStream:
        stream = self._container.add_stream(codec.name, rate=frame_rate)
        if not isinstance(stream, self._av.VideoStream):
            raise CodecFailed(f"{codec.name}: it does not encode pictures")
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = Fraction(1, TICKS)
        context.gop_size = _NEVER
        context.max_b_frames = 0
        context.thread_count = _THREADS
        context.options = dict(codec.options)
        return stream

    def _encoded(self, frame: VideoFrame | None) -> list[Packet[VideoStream]]:
        try:
            return list(self._stream.encode(frame))
        except (self._av.FFmpegError, OSError) as error:
            raise CodecFailed(str(error)) from error

    def _mux(self, packets: list[Packet[VideoStream]]) -> tuple[int, bool]:
        for packet in packets:
            self._container.mux(packet)
        self._pass_on()
        return sum(packet.size for packet in packets), any(each.is_keyframe for each in packets)

    def _pass_on(self) -> None:
        if data := self._packets.take():
            self._write(data)


class _Packets:
    """A file in memory that PyAV writes to."""

    def __init__(self) -> None:
        self._data = bytearray()

    def write(self, data: bytes) -> int:
        self._data += data
        return len(data)

    def take(self) -> bytes:
        data = bytes(self._data)
        self._data.clear()
        return data


def check(codec: PictureCodec) -> None:
    """Encode a few pictures, two of them key pictures; raises CodecFailed when it does not do as asked.

    Each picture has to come out at once, for the next one may be long in coming; the key pictures have to
    be where they were asked for, with their parameter sets.
    """
    pictures: list[bytes] = []
    encoder = PictureEncoder(codec, _PROBE_SIZE, 15, pictures.append)
    for number in range(_PROBE_PICTURES):
        wanted = number % _PROBE_KEY_DISTANCE == 0
        _, is_key = encoder.encode(_grey(number), number * 100_000_000, is_key=wanted)
        if len(pictures) != number + 1:
            raise CodecFailed(f"{codec.name}: it holds pictures back")
        if wanted and not (is_key and has_parameter_sets(pictures[-1])):
            raise CodecFailed(f"{codec.name}: it does not play from its key pictures")
    encoder.finish()


def _grey(number: int) -> VideoFrame:
    import av

    frame = av.VideoFrame(*_PROBE_SIZE, "yuv420p")
    for plane in frame.planes:
        plane.update(bytes([number * _SHADE_STEP]) * plane.buffer_size)
    return frame
