"""The frame source for a gate's shared picture: a child takes it when it changes, and encodes it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence

from core.errors import DisplayUnavailable, EncoderUnavailable, MissingFailure, RecorderFailed
from core.recording.child import Child, child_environment
from core.recording.child_source import ChildSource
from core.recording.picture_encoder import CODECS
from core.recording.shared_picture import SharedPicture
from core.recording.shared_picture_encoder import EXIT_CODEC, EXIT_PICTURE
from core.recording.source import FrameSource
from core.runtime.clock import Clock, Instant

LABEL = "hosted"
DEFAULT_FRAME_RATE = 15
_PROGRAM = (sys.executable, "-P", "-m", "core.recording.shared_picture_encoder")
CODEC_NAMES = tuple(codec.name for codec in CODECS)
_START_SECONDS = 10.0


class CodecChoice:
    """The codecs to try, the one that is known to work first; one for a session."""

    def __init__(self, names: Sequence[str] = CODEC_NAMES) -> None:
        self._names = tuple(names)
        self.known: str | None = None

    @property
    def to_try(self) -> list[str]:
        """List the codecs in the order in which they are tried."""
        first = [self.known] if self.known else []
        return first + [name for name in self._names if name != self.known]

    @property
    def tried(self) -> str:
        """Name them all, as the failure does."""
        return ", ".join(self._names)


class SharedPictureSource(ChildSource):
    """Records a shared picture by a child that reads it by itself; a FrameSource.

    Stamps count from ``session_start``, whose monotonic time is the machine's. When the picture is
    closed, the stream ends as one whose display was lost.
    """

    def __init__(
        self,
        picture: SharedPicture,
        *,
        clock: Clock,
        session_start: Instant,
        codecs: CodecChoice | None = None,
        frame_rate: int = DEFAULT_FRAME_RATE,
        label: str = LABEL,
        environment: Mapping[str, str] | None = None,
        program: Sequence[str] = _PROGRAM,
    ) -> None:
        super().__init__(clock)
        self._picture = picture
        self._session_start = session_start
        self._codecs = codecs or CodecChoice()
        self._frame_rate = frame_rate
        self._label = label
        self._environment = child_environment(environment)
        self._program = tuple(program)
        self._encoder = ""
        self._is_lost = False

    @property
    def encoder(self) -> str:
        """The encoder's name, once started."""
        return self._encoder

    async def start(self) -> None:
        """Return once the child's first bytes wait to be read.

        Raises DisplayUnavailable, EncoderUnavailable or RecorderFailed.
        """
        header = self._picture.header()
        self._size = (header.width + header.width % 2, header.height + header.height % 2)
        self._picture.on_close(self._lose)
        try:
            await self._try_codecs()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Kill the child and release everything; the picture stays as it is."""
        self._picture.forget(self._lose)
        await super().close()

    async def _try_codecs(self) -> None:
        for name in self._codecs.to_try:
            if await self._try(name):
                self._codecs.known = self._encoder = name
                return
            self._codecs.known = None
        raise EncoderUnavailable(tried=self._codecs.tried)

    async def _try(self, codec: str) -> bool:
        """Start the child with a codec; False when it does not work here."""
        if self._picture.is_closed:
            raise DisplayUnavailable(display=self._label)
        descriptors = [self._picture.memory, self._picture.changes]
        child = Child(
            [*self._program, *self._arguments(codec)],
            self._environment,
            has_output=True,
            inherited=descriptors,
        )
        self._child = child
        try:
            if await self._read_first(child, _START_SECONDS):
                return True
        except TimeoutError:  # a driver that hangs: the next codec may do better
            await child.close()
            return False
        await child.close()
        if child.exit_code != EXIT_CODEC:
            raise self._start_failure(child)
        return False

    def _arguments(self, codec: str) -> list[str]:
        return [
            *("--memory", str(self._picture.memory), "--changes", str(self._picture.changes)),
            *("--codec", codec, *(["--is-checked"] if codec == self._codecs.known else [])),
            *("--frame-rate", str(self._frame_rate)),
            *("--start-ns", str(self._session_start.mono_ns)),
        ]

    def _start_failure(self, child: Child) -> MissingFailure:
        if self._is_lost or child.exit_code == EXIT_PICTURE:
            return DisplayUnavailable(display=self._label)
        lines = child.log_lines
        return RecorderFailed(attempts=1, reason=lines[-1] if lines else "the encoder said nothing")

    def _death_reason(self, child: Child) -> str:
        is_display = self._is_lost or child.exit_code == EXIT_PICTURE
        return "display_lost" if is_display else "encoder_died"

    def _lose(self) -> None:
        """End: there is nothing to record any more."""
        self._is_lost = True
        if self._child is not None:
            self._child.send(signal.SIGKILL)


class SharedPictures:
    """What a hosted or joined session is recorded from; ``ended`` ends what shows the picture."""

    def __init__(
        self,
        picture: SharedPicture,
        *,
        clock: Clock,
        ended: Callable[[], Awaitable[None]],
        frame_rate: int = DEFAULT_FRAME_RATE,
        label: str = LABEL,
    ) -> None:
        self._picture = picture
        self._label = label
        self._clock = clock
        self._ended = ended
        self._frame_rate = frame_rate
        self._codecs = CodecChoice()

    @property
    def label(self) -> str:
        """Name it as lists do."""
        return self._label

    def make_source(self, session_start: Instant) -> FrameSource:
        """Make a source that was not started yet; all of a session share one time line."""
        return SharedPictureSource(
            self._picture,
            clock=self._clock,
            session_start=session_start,
            codecs=self._codecs,
            frame_rate=self._frame_rate,
            label=self._label,
        )

    async def close(self) -> None:
        """Let go of the picture, and end what hosts it; harmless when closed already."""
        if self._picture.is_closed:
            return
        self._picture.close()
        await self._ended()
