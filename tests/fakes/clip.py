"""Small clips of real H.264 in MPEG-TS in which each picture's brightness tells its number."""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction

import av

from core.recording.elementary_stream import find_unit
from core.sealing.frames import Frame

RATE = 15
_TICKS = 90_000
_PACKET = 188
_DARKEST, _STEP, _SHADES = 40, 6, 30


@dataclass(frozen=True)
class Clip:
    """A clip: its packets, and where each picture's packets begin."""

    video: bytes
    frames: tuple[Frame, ...]
    width: int
    height: int

    def pieces(self) -> list[bytes]:
        """Cut the clip before each picture, program tables with the picture they precede."""
        cuts = [_lead_in(self.video, frame.offset) for frame in self.frames] + [len(self.video)]
        return [self.video[a:b] for a, b in zip([0, *cuts[1:-1]], cuts[1:], strict=True)]


def make_clip(
    pictures: int,
    *,
    first: int = 0,
    start_ns: int = 0,
    size: tuple[int, int] = (64, 48),
    key_every: int = 30,
) -> Clip:
    """Encode ``pictures`` pictures, numbered from ``first``, at 15 a second from ``start_ns`` on."""
    file = io.BytesIO()
    options = {"pat_period": "1", "sdt_period": "60", "mpegts_copyts": "1"}
    with av.open(file, "w", format="mpegts", options=options) as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, _TICKS)
        stream.codec_context.gop_size = key_every
        stream.options = {"preset": "ultrafast", "tune": "zerolatency", "sc_threshold": "0"}
        for place in range(pictures):
            frame = _grey(size, shade_of(first + place))
            frame.pts = start_ns * _TICKS // 1_000_000_000 + place * _TICKS // RATE
            frame.time_base = Fraction(1, _TICKS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    video = file.getvalue()
    frames = _table(video, start_ns, key_every)
    assert len(frames) == pictures
    return Clip(video, frames, *size)


def shade_of(number: int) -> int:
    """Say how bright the picture with that number is; 30 pictures in a row differ."""
    return _DARKEST + _STEP * (number % _SHADES)


def number_of(rgb: bytes) -> int:
    """Read the number, modulo 30, from a decoded picture's first pixel."""
    luma = 16 + rgb[0] * 219 / 255
    return round((luma - _DARKEST) / _STEP)


def _grey(size: tuple[int, int], shade: int) -> av.VideoFrame:
    frame = av.VideoFrame(*size, "yuv420p")
    for plane, value in zip(frame.planes, (shade, 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    return frame


def _table(video: bytes, start_ns: int, key_every: int) -> tuple[Frame, ...]:
    frames: list[Frame] = []
    at = find_unit(video)
    while at >= 0:
        if b"\x00\x00\x01\xe0" in video[at : at + _PACKET]:
            passed = len(frames) * 1_000_000_000 // RATE
            pts = (start_ns + passed) * _TICKS // 1_000_000_000
            is_key = len(frames) % key_every == 0
            frames.append(Frame(at, start_ns + passed, start_ns + passed + 10**18, pts, is_key))
        at = find_unit(video, at + _PACKET)
    return tuple(frames)


def _lead_in(video: bytes, offset: int) -> int:
    pid = video[offset + 1 : offset + 3]
    while offset >= _PACKET and (
        video[offset - _PACKET + 1] & 0x1F,
        video[offset - _PACKET + 2],
    ) != (
        pid[0] & 0x1F,
        pid[1],
    ):
        offset -= _PACKET
    return offset
