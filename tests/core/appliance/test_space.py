"""Too little space is told, refuses sessions, and ends the one that runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.api.commands import ListSessions, StartSession
from core.api.events import EngineChanged, Event, IncidentRecorded, SpaceChanged
from core.api.snapshots import SessionState, SpaceLevel
from core.errors import DataDirectoryUnwritable
from tests.core.appliance.appliance_bench import appliance, create, start
from tests.core.appliance.test_phases import refusal
from tests.fakes.clocks import LeapingClock
from tests.fakes.front_end import FrontEnd
from tests.fakes.pictures import ClipPictures


class QuickClock(LeapingClock):
    """A second passes in a hundredth."""

    async def sleep(self, seconds: float) -> None:
        """Wait a little."""
        await asyncio.sleep(seconds / 100)
        self.mono_ns += round(seconds * 1e9)


class Space:
    """A disk with as many per mille free as a test says, or one that does not answer."""

    def __init__(self, free: int) -> None:
        self.free = free
        self.is_gone = False

    def __call__(self, path: Path) -> tuple[int, int]:
        """Read it."""
        if self.is_gone:
            raise DataDirectoryUnwritable(path=str(path), reason="Input/output error")
        return self.free, 1000


def level_comes(front_end: FrontEnd, level: SpaceLevel) -> None:
    """Wait until a level is told."""
    front_end.wait_for(lambda event: isinstance(event, SpaceChanged) and event.space.level is level)


def incidents(front_end: FrontEnd) -> list[str]:
    """Name the incidents."""
    return [each.failure.code for each in front_end.all_of(IncidentRecorded)]


def test_each_level_is_told_and_a_low_one_once(data_directory: Path) -> None:
    """Going down through the levels warns once; coming back and going down again warns again."""
    space = Space(500)
    with appliance(data_directory, read_space=space, clock=QuickClock()) as front_end:
        create(front_end)
        level_comes(front_end, SpaceLevel.FINE)
        for free, level in [
            (99, SpaceLevel.LOW),
            (49, SpaceLevel.REFUSING),
            (24, SpaceLevel.CLOSING),
        ]:
            space.free = free
            level_comes(front_end, level)
        assert refusal(front_end, StartSession()) == "storage_too_low"
        assert incidents(front_end) == ["space_low"]
        space.free = 100
        front_end.forget()
        level_comes(front_end, SpaceLevel.FINE)
        space.free = 99
        level_comes(front_end, SpaceLevel.LOW)
        front_end.wait_for(lambda event: isinstance(event, IncidentRecorded))
        assert incidents(front_end) == ["space_low"]


def test_the_last_of_the_space_ends_the_session(data_directory: Path) -> None:
    """Below 2.5 % the running session is closed as "space", said once, and nothing runs any more."""
    space = Space(500)
    clock = QuickClock()
    with appliance(
        data_directory, read_space=space, clock=clock, open_pictures=ClipPictures(clock)
    ) as front_end:
        create(front_end)
        session_id = start(front_end)
        front_end.forget()
        space.free = 24
        front_end.wait_for(_is_closing)
        front_end.wait_for(_says_idle)
        (summary,) = front_end.do(ListSessions())
        assert (summary.session_id, summary.end_reason) == (session_id, "space")
        assert summary.state is SessionState.ANCHORING
        assert incidents(front_end).count("space_closing") == 1
        assert front_end.all_of(EngineChanged)[-1].engine.running_session_id is None


def test_a_disk_that_does_not_answer_is_told_once_and_watched_on(data_directory: Path) -> None:
    """The watch survives a read that fails."""
    space = Space(500)
    with appliance(data_directory, read_space=space, clock=QuickClock()) as front_end:
        create(front_end)
        space.is_gone = True
        front_end.wait_for(lambda event: isinstance(event, IncidentRecorded))
        space.free, space.is_gone = 99, False
        level_comes(front_end, SpaceLevel.LOW)
        assert incidents(front_end)[0] == "data_directory_unwritable"


@pytest.mark.parametrize("free, is_allowed", [(50, True), (49, False)])
def test_sessions_start_down_to_five_percent(
    data_directory: Path, free: int, is_allowed: bool
) -> None:
    """At five percent a session still starts; below, it is refused with both numbers."""
    with appliance(data_directory, read_space=Space(free)) as front_end:
        create(front_end)
        if is_allowed:
            start(front_end)
        else:
            assert refusal(front_end, StartSession()) == "storage_too_low"


def _is_closing(event: Event) -> bool:
    return isinstance(event, IncidentRecorded) and event.failure.code == "space_closing"


def _says_idle(event: Event) -> bool:
    return isinstance(event, EngineChanged) and event.engine.running_session_id is None
