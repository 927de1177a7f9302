"""The host without programs starts, hands over and ends as the real one does, and fails where it is told to."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from core.errors import RecorderFailed
from core.recording.shared_picture import SharedPicture
from tests.fakes.clocks import ManualClock
from tests.fakes.puppet_host import ADDRESS, PuppetHost


def make(lost: list[str]) -> PuppetHost:
    """Make one."""
    return PuppetHost(ManualClock(), heard=lambda *_: None, lost=lost.append)


def test_it_has_a_picture_an_entrance_and_an_end() -> None:
    """The picture can be read; somebody can come and be turned out; what is lost is told until it is closed."""

    async def run() -> None:
        lost: list[str] = []
        host = make(lost)
        await host.start()
        assert host.come() is None
        await host.open(Path("entrance"))
        assert host.place == Path("entrance")
        assert host.come() is not None
        assert host.entrance is not None
        assert host.entrance.address == ADDRESS
        host.entrance.turn_out()
        assert (host.entrance.visit, host.entrance.turned_out) == (None, 1)
        picture = SharedPicture(*host.give_picture())
        assert (picture.width, picture.height) == (640, 480)
        picture.close()
        host.lose("xorg")
        await host.close()
        host.lose("gate")
        assert lost == ["xorg"]

    asyncio.run(run())


def test_it_fails_where_it_is_told_to() -> None:
    """A start that fails has closed it; a picture that is none cannot be used."""

    async def run() -> None:
        host = make([])
        host.failures["start"] = ZeroDivisionError()
        with pytest.raises(ZeroDivisionError):
            await host.start()
        assert host.closed == 1
        other = make([])
        await other.start()
        other.failures["picture"] = ZeroDivisionError()
        descriptors = other.give_picture()
        with pytest.raises(RecorderFailed):
            SharedPicture(*descriptors)
        for each in descriptors:
            os.close(each)
        await other.close()

    asyncio.run(run())
