"""Which H.264 encoder works here is found out by encoding with it, not by the machine's name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import EncoderUnavailable
from core.recording.child import Child

_PROBE_FRAMES = 12
_PROBE_KEY_DISTANCE = 6
_PROBE_SECONDS = 10.0
_READ_BYTES = 256 << 10
_PARAMETER_SET, _KEY_PICTURE = 7, 5


@dataclass(frozen=True)
class Encoder:
    """An encoder that ffmpeg may have, and how it is asked for low delay and steady key frames."""

    name: str
    options: tuple[str, ...]
    stream_options: tuple[str, ...] = ()


#: The hardware encoder of a Raspberry Pi 4. Its driver may place key frames of its own next to the
#: forced ones, and ffmpeg sends PAT and PMT only before the first of neighbouring key frames.
V4L2_M2M = Encoder(
    "h264_v4l2m2m",
    ("-b:v", "4M", "-bsf:v", "dump_extra=freq=keyframe"),
    ("-mpegts_flags", "+pat_pmt_at_frames"),
)
#: Without scene-cut detection, key frames come only where they are forced.
X264 = Encoder(
    "libx264",
    ("-preset", "veryfast", "-tune", "zerolatency", "-sc_threshold", "0", "-forced-idr", "1"),
)
CANDIDATES = (V4L2_M2M, X264)


class EncoderProbe:
    """Finds the first candidate that works, and remembers it; one for the whole engine."""

    def __init__(self, candidates: Sequence[Encoder] = CANDIDATES) -> None:
        self._candidates = tuple(candidates)
        self._chosen: Encoder | None = None
        self._lock = asyncio.Lock()

    async def choose(self, ffmpeg: str, environment: Mapping[str, str]) -> Encoder:
        """Give the first encoder that passes a tiny encode; raises EncoderUnavailable(tried)."""
        async with self._lock:
            if self._chosen is None:
                self._chosen = await self._try_all(ffmpeg, environment)
            return self._chosen

    def forget(self) -> None:
        """Try anew next time: the chosen one failed at its work."""
        self._chosen = None

    async def _try_all(self, ffmpeg: str, environment: Mapping[str, str]) -> Encoder:
        for candidate in self._candidates:
            if await _works(ffmpeg, environment, candidate):
                return candidate
        raise EncoderUnavailable(tried=", ".join(each.name for each in self._candidates))


async def _works(ffmpeg: str, environment: Mapping[str, str], encoder: Encoder) -> bool:
    """Encode a few frames with two key frames; both must come with their parameter sets."""
    child = Child([ffmpeg, *_probe_arguments(encoder)], environment, has_output=True)
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            return _plays_from_each_key(await _read_all(child))
    except TimeoutError:
        return False
    finally:
        await child.close()


def _probe_arguments(encoder: Encoder) -> list[str]:
    return [
        *("-hide_banner", "-nostdin", "-loglevel", "error", "-f", "lavfi"),
        *("-i", f"testsrc2=size=320x240:rate=15,trim=end_frame={_PROBE_FRAMES}"),
        *("-pix_fmt", "yuv420p", "-c:v", encoder.name, *encoder.options),
        *("-force_key_frames", f"expr:eq(mod(n,{_PROBE_KEY_DISTANCE}),0)", "-f", "h264", "pipe:1"),
    ]


async def _read_all(child: Child) -> bytes:
    """Read to the end; a tiny encode is a few kilobytes."""
    parts: list[bytes] = []
    while (data := child.output.read_ready(_READ_BYTES)) != b"":
        if data is None:
            await child.output.wait_ready()
        else:
            parts.append(data)
    return b"".join(parts)


def _plays_from_each_key(stream: bytes) -> bool:
    """Whether the Annex B stream has a parameter set for each of at least two key pictures."""
    kinds = [unit[0] & 0x1F for unit in stream.split(b"\x00\x00\x01")[1:] if unit]
    expected = _PROBE_FRAMES // _PROBE_KEY_DISTANCE
    return _KEY_PICTURE in kinds and kinds.count(_PARAMETER_SET) >= expected
