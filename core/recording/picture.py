"""Decoded pictures as plain bytes, decoded from memory by PyAV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture: ``rgb`` is height × width × 3 bytes, no padding."""

    width: int
    height: int
    rgb: bytes


def open_decoder() -> VideoCodecContext:
    """Open an H.264 decoder that gives each picture as soon as it can."""
    import av  # slow to import, and only needed once something is watched

    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_type = "SLICE"  # frame threads would hold pictures back
    decoder.flags |= av.codec.context.Flags.low_delay
    return decoder


def fit_within(width: int, height: int, limit: tuple[int, int]) -> tuple[int, int]:
    """Scale a size down, never up, to fit within ``limit``, keeping its shape."""
    scale = min(1.0, limit[0] / width, limit[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def to_picture(frame: VideoFrame, limit: tuple[int, int]) -> Picture:
    """Convert a decoded frame to RGB, scaled down to fit within ``limit``."""
    width, height = fit_within(frame.width, frame.height, limit)
    converted = frame.reformat(width=width, height=height, format="rgb24")
    plane = converted.planes[0]
    row = width * 3
    if plane.line_size == row:
        return Picture(width, height, bytes(plane))
    padded = memoryview(plane)
    step = plane.line_size
    return Picture(
        width, height, b"".join(padded[y * step : y * step + row] for y in range(height))
    )
