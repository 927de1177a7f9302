"""What can be recorded here: a sandbox desktop, or an X display that is there already."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from core.api.commands import SourceKind
from core.errors import DisplayUnavailable
from core.recording.child import child_environment, find_program
from core.recording.encoders import EncoderProbe
from core.recording.sandbox import SandboxDesktop
from core.recording.source import FrameSource
from core.recording.x11grab import X11GrabSource
from core.runtime.clock import Clock, Instant
from core.sessions.sources import PictureRequest


@dataclass(frozen=True)
class GrabTools:
    """What every grab of a display needs."""

    clock: Clock
    probe: EncoderProbe


class DisplayPictures:
    """An X display that somebody else started."""

    def __init__(self, request: PictureRequest, tools: GrabTools, display: str) -> None:
        self._request = request
        self._tools = tools
        self._display = display

    @property
    def label(self) -> str:
        """Name the display."""
        return f"display {self._display}"

    def make_source(self, session_start: Instant) -> FrameSource:
        """Make a source that grabs it."""
        return X11GrabSource(
            self._display,
            clock=self._tools.clock,
            session_start=session_start,
            probe=self._tools.probe,
            frame_rate=self._request.frames_per_second,
        )

    async def close(self) -> None:
        """Leave the display as it is."""


class SandboxPictures:
    """A desktop made for one session and thrown away after it."""

    def __init__(self, request: PictureRequest, tools: GrabTools, desktop: SandboxDesktop) -> None:
        self._request = request
        self._tools = tools
        self._desktop = desktop

    @property
    def label(self) -> str:
        """Name it as lists do."""
        return SourceKind.SANDBOX.value

    def make_source(self, session_start: Instant) -> FrameSource:
        """Make a source that grabs the desktop's display."""
        return X11GrabSource(
            self._desktop.display,
            clock=self._tools.clock,
            session_start=session_start,
            probe=self._tools.probe,
            frame_rate=self._request.frames_per_second,
            environment={**os.environ, **self._desktop.environment},
        )

    async def close(self) -> None:
        """End the desktop."""
        await self._desktop.stop()


class PictureOpener:
    """Opens what the owner asked to be recorded."""

    def __init__(self, runtime_directory: Path, clock: Clock) -> None:
        self._runtime_directory = runtime_directory
        self._tools = GrabTools(clock, EncoderProbe())

    async def __call__(self, request: PictureRequest) -> DisplayPictures | SandboxPictures:
        """Open it; raises DisplayUnavailable, MissingProgram, EncoderUnavailable.

        The encoder is chosen here, so that the first picture does not wait for it.
        """
        environment = child_environment(None)
        ffmpeg = find_program("ffmpeg", "ffmpeg", environment)
        await self._tools.probe.choose(ffmpeg, environment)
        if request.command.source is SourceKind.DISPLAY:
            display = request.command.display or os.environ.get("DISPLAY", "")
            if not display:
                raise DisplayUnavailable(display="none given, and DISPLAY is not set")
            return DisplayPictures(request, self._tools, display)
        desktop = SandboxDesktop(self._runtime_directory)
        await desktop.start()
        return SandboxPictures(request, self._tools, desktop)
