"""A shared picture that is gone is named as the session it is of: a hosted one, or a joined one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from core.errors import DisplayUnavailable
from core.recording.shared_picture_source import SharedPictures
from core.runtime.clock import SystemClock

CLOCK = SystemClock()


class VanishingPicture:
    """A picture that is closed right after its size was read."""

    is_closed = True

    def header(self) -> SimpleNamespace:
        """Give the size."""
        return SimpleNamespace(width=64, height=48)

    def on_close(self, _: Callable[[], None]) -> None:
        """It has been closed."""

    def forget(self, _: Callable[[], None]) -> None:
        """Nobody is kept."""


@pytest.mark.parametrize("label", ["hosted", "joined"])
def test_a_picture_that_is_gone_is_named_as_its_session(label: str) -> None:
    """Who reads why a recording did not start learns which of the two it was."""

    async def run() -> None:
        pictures = SharedPictures(
            VanishingPicture(),  # type: ignore[arg-type]
            clock=CLOCK,
            ended=asyncio.Event().wait,  # type: ignore[arg-type]
            label=label,
        )
        with pytest.raises(DisplayUnavailable) as caught:
            await pictures.make_source(CLOCK.now()).start()
        assert caught.value.facts == {"display": label}

    asyncio.run(run())
