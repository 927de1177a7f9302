"""The frame source for an X display: ffmpeg grabs, encodes and writes to a pipe."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.errors import (
    DisplayUnavailable,
    EncoderUnavailable,
    MissingFailure,
    MissingProgram,
    RecorderFailed,
)
from core.recording.child import Child, child_environment, find_program
from core.recording.child_source import ChildSource
from core.recording.encoders import Encoder, EncoderProbe
from core.runtime.clock import Clock, Instant

DEFAULT_FRAME_RATE = 15
KEY_SECONDS = 2
_START_SECONDS = 10.0
_LONGEST_STEP_SECONDS = 0.4
_SIZE = re.compile(r"Video: rawvideo.*?, (\d+)x(\d+)")
_DISPLAY_WORDS = ("Cannot open display", "Cannot get the image data", "Can't open display")
_ENCODER_WORDS = (
    "Unknown encoder",
    "Error while opening encoder",
    "Error initializing output stream",
)


def timing_expression(start_seconds: float, frame_rate: int) -> str:
    """Write the ``setpts`` expression that makes time stamps steady, whatever the wall clock does.

    x11grab paces itself by the monotonic clock but stamps frames with the wall clock. A step of the
    input between 0 and 0.4 s is believed; any other one (a clock that was set, either way, or a
    stamp that ffmpeg threw away) counts as one frame. N frames cannot have taken less than N frame
    durations, so time lost to a long pause comes back with the frames that x11grab grabs to catch
    up. Stamps thus never run ahead of the monotonic clock and never go back.
    """
    step = (
        f"if(between(PTS-PREV_INPTS,1,{_LONGEST_STEP_SECONDS}/TB),PTS-PREV_INPTS,1/{frame_rate}/TB)"
    )
    start = f"{start_seconds:.6f}/TB"
    return f"if(isnan(PREV_OUTPTS),{start},max(PREV_OUTPTS+{step},{start}+N/{frame_rate}/TB))"


def grab_arguments(
    display: str, encoder: Encoder, frame_rate: int, start_seconds: float
) -> list[str]:
    """Write ffmpeg's arguments: low delay, a key frame every two seconds, stamps from ``start_seconds``."""
    half_a_frame = 0.5 / frame_rate
    forced = f"expr:isnan(prev_forced_t)+gte(t,prev_forced_t+{KEY_SECONDS - half_a_frame:.4f})"
    timing = timing_expression(start_seconds, frame_rate)
    return [
        *("-hide_banner", "-nostats", "-nostdin", "-loglevel", "info"),
        # the grabber says what it gives: nothing has to be found out from its first pictures
        *("-probesize", "32", "-analyzeduration", "0"),
        *("-f", "x11grab", "-framerate", str(frame_rate), "-i", display),
        # pad: an odd column or row of the display is kept, 4:2:0 needs even sizes
        *("-vf", f"setpts='{timing}',pad='ceil(iw/2)*2:ceil(ih/2)*2'", "-pix_fmt", "yuv420p"),
        *("-fps_mode", "passthrough", "-enc_time_base", "1:90000"),
        *("-c:v", encoder.name, *encoder.options),
        # the interval in frames is only a fallback: two key frames side by side would cost bits
        *("-g", str(KEY_SECONDS * frame_rate + frame_rate // 2), "-force_key_frames", forced),
        *("-f", "mpegts", "-muxdelay", "0", "-muxpreload", "0", "-flush_packets", "1"),
        *("-pat_period", "1", "-sdt_period", "60", *encoder.stream_options, "pipe:1"),
    ]


class X11GrabSource(ChildSource):
    """Records one X display by a child ffmpeg; a FrameSource.

    ``session_start`` fixes the time line: stamps continue from the time since then, so that the runs
    of one session play as one stream.
    """

    def __init__(
        self,
        display: str,
        *,
        clock: Clock,
        session_start: Instant,
        probe: EncoderProbe,
        frame_rate: int = DEFAULT_FRAME_RATE,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(clock)
        self._display = display
        self._session_start = session_start
        self._probe = probe
        self._frame_rate = frame_rate
        self._environment = child_environment(environment)
        self._encoder: Encoder | None = None

    @property
    def encoder(self) -> str:
        """The encoder's name, once started."""
        return self._encoder.name if self._encoder else ""

    async def start(self) -> None:
        """Return once ffmpeg's first bytes wait to be read."""
        ffmpeg = find_program("ffmpeg", "ffmpeg", self._environment)
        self._encoder = await self._probe.choose(ffmpeg, self._environment)
        elapsed = max(0, self._clock.now().mono_ns - self._session_start.mono_ns) / 1e9
        arguments = grab_arguments(self._display, self._encoder, self._frame_rate, elapsed)
        self._child = Child([ffmpeg, *arguments], self._environment, has_output=True)
        try:
            await self._await_first_bytes(self._child)
        except BaseException:
            await self.close()
            raise

    async def _await_first_bytes(self, child: Child) -> None:
        try:
            has_begun = await self._read_first(child, _START_SECONDS)
        except TimeoutError:
            raise DisplayUnavailable(display=self._display) from None
        size = _find_size(child.log_lines)
        if not has_begun or size is None:
            raise self._start_failure(child.log_lines)
        self._size = size

    def _start_failure(self, log: list[str]) -> MissingFailure:
        """Turn ffmpeg's last words into ours."""
        text = "\n".join(log)
        if any(words in text for words in _DISPLAY_WORDS):
            return DisplayUnavailable(display=self._display)
        if "Unknown input format" in text:
            return MissingProgram(program="ffmpeg (x11grab)", package="ffmpeg")
        self._probe.forget()
        if any(words in text for words in _ENCODER_WORDS):
            return EncoderUnavailable(tried=self.encoder)
        return RecorderFailed(attempts=1, reason=log[-1] if log else "ffmpeg said nothing")

    def _death_reason(self, child: Child) -> str:
        is_display = any(words in line for line in child.log_lines for words in _DISPLAY_WORDS)
        return "display_lost" if is_display else "encoder_died"


def _find_size(log: list[str]) -> tuple[int, int] | None:
    """Find the display's size in what ffmpeg says about its input, rounded up to even numbers."""
    for line in log:
        if match := _SIZE.search(line):
            return int(match[1]) + int(match[1]) % 2, int(match[2]) + int(match[2]) % 2
    return None
