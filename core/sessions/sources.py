"""Where the pictures of a session come from, as the sessions see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from core.api.commands import StartSession
from core.recording.source import FrameSource
from core.runtime.clock import Instant


class Pictures(Protocol):
    """What a session is recorded from: it makes frame sources until it is closed."""

    @property
    def label(self) -> str:
        """Name it for lists: "sandbox" or the display."""

    def make_source(self, session_start: Instant) -> FrameSource:
        """Make a source that was not started yet; all of a session share one time line."""

    async def close(self) -> None:
        """End what was started for it, such as a sandbox."""


@dataclass(frozen=True)
class PictureRequest:
    """What the owner asked to be recorded."""

    command: StartSession
    frames_per_second: int


class OpenPictures(Protocol):
    """Opens what is to be recorded; raises DisplayUnavailable, MissingProgram, EncoderUnavailable."""

    async def __call__(self, request: PictureRequest) -> Pictures:
        """Open it."""
