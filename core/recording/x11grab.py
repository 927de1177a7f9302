"""The frame source for an X display: ffmpeg grabs, encodes and writes to a pipe."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Mapping

from core.errors import (
    DisplayUnavailable,
    EncoderUnavailable,
    MissingFailure,
    MissingProgram,
    RecorderFailed,
)
from core.recording.child import Child, child_environment, find_program
from core.recording.encoders import Encoder, EncoderProbe
from core.recording.source import TS_PACKET_BYTES, StreamPiece
from core.runtime.clock import Clock, Instant

DEFAULT_FRAME_RATE = 15
KEY_SECONDS = 2
_START_SECONDS = 10.0
_STOP_SECONDS = 3.0
_LAST_READ_SECONDS = 1.0
_READ_BYTES = 512 << 10
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


class X11GrabSource:
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
        self._display = display
        self._clock = clock
        self._session_start = session_start
        self._probe = probe
        self._frame_rate = frame_rate
        self._environment = child_environment(environment)
        self._child: Child | None = None
        self._encoder: Encoder | None = None
        self._size = (0, 0)
        self._rest = b""
        self._end_reason = ""
        self._is_stopping = False
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def encoder(self) -> str:
        """The encoder's name, once started."""
        return self._encoder.name if self._encoder else ""

    @property
    def width(self) -> int:
        """The picture's width in pixels, even, once started."""
        return self._size[0]

    @property
    def height(self) -> int:
        """The picture's height in pixels, even, once started."""
        return self._size[1]

    @property
    def end_reason(self) -> str:
        """Why the stream ended: "stopped", "encoder_died" or "display_lost"; "" while it runs."""
        return self._end_reason

    @property
    def pid(self) -> int | None:
        """The process id of ffmpeg, while it runs."""
        return self._child.pid if self._child and self._child.is_alive else None

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

    async def read(self) -> StreamPiece | None:
        """Wait for the next piece; None when the stream ended, and everything is released by then."""
        if len(self._rest) >= TS_PACKET_BYTES:
            return StreamPiece(self._whole_packets(b""), self._clock.now())
        while self._child is not None:
            data = self._child.output.read_ready(_READ_BYTES)
            if data is None:
                await self._child.output.wait_ready()
            elif not data:
                await self._finish(self._child)
            elif piece := self._whole_packets(data):
                return StreamPiece(piece, self._clock.now())
        return None

    async def stop(self) -> None:
        """Ask ffmpeg for a clean end; it is killed if it has not obeyed within three seconds."""
        self._is_stopping = True
        if self._child is not None and self._deadline is None:
            self._child.send(signal.SIGINT)
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(_STOP_SECONDS, self._child.send, signal.SIGKILL)

    async def close(self) -> None:
        """Kill ffmpeg and release everything."""
        self._cancel_deadline()
        child, self._child = self._child, None
        if child is not None:
            self._end_reason = self._end_reason or "stopped"
            await child.close()

    async def _await_first_bytes(self, child: Child) -> None:
        try:
            async with asyncio.timeout(_START_SECONDS):
                await child.output.wait_ready()
        except TimeoutError:
            raise DisplayUnavailable(display=self._display) from None
        size = _find_size(child.log_lines)
        first = child.output.read_ready(_READ_BYTES)
        if not first or size is None:
            await child.wait(_LAST_READ_SECONDS)
            raise self._start_failure(child.log_lines)
        self._rest = first
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

    def _whole_packets(self, data: bytes) -> bytes:
        """Join what was left over before, and leave over what is not a whole packet."""
        if self._rest:
            data = self._rest + data
            self._rest = b""
        over = len(data) % TS_PACKET_BYTES
        if over:
            self._rest = data[-over:]
            data = data[:-over]
        return data

    async def _finish(self, child: Child) -> None:
        """Note why the pipe has ended, and release the child."""
        await child.wait(_LAST_READ_SECONDS)
        self._end_reason = self._find_end_reason(child.log_lines)
        await self.close()

    def _find_end_reason(self, log: list[str]) -> str:
        if self._is_stopping:
            return "stopped"
        is_display = any(words in line for line in log for words in _DISPLAY_WORDS)
        return "display_lost" if is_display else "encoder_died"

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()


def _find_size(log: list[str]) -> tuple[int, int] | None:
    """Find the display's size in what ffmpeg says about its input, rounded up to even numbers."""
    for line in log:
        if match := _SIZE.search(line):
            return int(match[1]) + int(match[1]) % 2, int(match[2]) + int(match[2]) % 2
    return None
