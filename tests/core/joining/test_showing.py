"""What this seat sees: each new picture once, and nothing while nothing changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from core.api.events import Event
from core.api.joining import DesktopShown
from core.joining.showing import LOOK_S, MOST_BYTES_A_SECOND, Showing
from core.recording.shared_picture import SharedPicture
from tests.fakes.clocks import ManualClock, settle
from tests.fakes.shared_picture import FakeGate

RED = (0, 0, 200)


@pytest.fixture
def gate() -> Iterator[FakeGate]:
    """Give a gate that paints."""
    made = FakeGate((64, 48))
    yield made
    made.close()


class Screen:
    """A seat's screen."""

    def __init__(self, gate: FakeGate) -> None:
        self.clock = ManualClock()
        self.shown: list[Event] = []
        self.picture: SharedPicture = gate.share()
        self.showing = Showing(self.picture, "an ID", self.clock, self.shown.append)

    async def until(self, count: int) -> None:
        """Wait until so many pictures were shown, looking again and again."""
        async with asyncio.timeout(10):
            while len(self.shown) < count:
                await asyncio.sleep(0.002)
                await self.clock.advance(LOOK_S)


def watch(gate: FakeGate, work: Callable[[Screen], Awaitable[None]]) -> None:
    """Watch a gate's picture while a test works."""

    async def run() -> None:
        screen = Screen(gate)
        looking = asyncio.ensure_future(screen.showing.run())
        try:
            await work(screen)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            screen.picture.close()

    asyncio.run(run())


def test_a_picture_is_shown_whole(gate: FakeGate) -> None:
    """It has the display's size and pixels, and the newest one is kept."""

    async def work(screen: Screen) -> None:
        await screen.until(1)
        gate.paint((0, 0, 64, 48), RED)
        await screen.until(2)
        shown = screen.shown[-1]
        assert isinstance(shown, DesktopShown)
        assert (shown.session_id, shown.width, shown.height) == ("an ID", 64, 48)
        assert shown.pixels == bytes((*RED, 0)) * (64 * 48)
        assert screen.showing.last is shown

    watch(gate, work)


def test_nothing_is_shown_while_nothing_changes(gate: FakeGate) -> None:
    """A desktop at rest costs a look at a number."""

    async def work(screen: Screen) -> None:
        await screen.until(1)
        for _ in range(50):
            await screen.clock.advance(LOOK_S)
        await settle()
        assert len(screen.shown) == 1

    watch(gate, work)


def test_a_picture_at_rest_is_shown_again_when_that_is_asked_for(gate: FakeGate) -> None:
    """Whoever could not take it the first time gets it once more, and only once."""

    async def work(screen: Screen) -> None:
        await screen.until(1)
        screen.showing.show_again()
        await screen.until(2)
        for _ in range(50):
            await screen.clock.advance(LOOK_S)
        await settle()
        assert len(screen.shown) == 2

    watch(gate, work)


def test_it_ends_with_the_picture(gate: FakeGate) -> None:
    """A picture that is closed is shown no more, and nobody is told of a failure."""

    async def run() -> None:
        screen = Screen(gate)
        looking = asyncio.ensure_future(screen.showing.run())
        await screen.until(1)
        screen.picture.close()
        async with asyncio.timeout(10):
            while not looking.done():
                await asyncio.sleep(0.002)
                await screen.clock.advance(LOOK_S)
        await looking

    asyncio.run(run())


class PaintingClock(ManualClock):
    """Each sleep passes at once and changes the picture; the sixth closes it."""

    def __init__(self, gate: FakeGate, picture: SharedPicture) -> None:
        super().__init__()
        self._gate, self._picture = gate, picture
        self.sleeps: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Count the sleep, and paint."""
        self.sleeps.append(seconds)
        if len(self.sleeps) == 6:
            self._picture.close()
        else:
            self._gate.paint((0, 0, 8, 8), (0, 0, len(self.sleeps)))


@pytest.mark.parametrize("size", [(320, 200), (1280, 720), (1920, 1080), (2560, 1600)])
def test_a_large_picture_is_copied_less_often(size: tuple[int, int]) -> None:
    """So many bytes a second and no more, however often it changes; one of the usual size thirty times."""

    async def run() -> PaintingClock:
        gate = FakeGate(size)
        picture = gate.share()
        clock, shown = PaintingClock(gate, picture), []
        await Showing(picture, "an ID", clock, shown.append).run()
        gate.close()
        assert len(shown) == 6
        return clock

    pauses = asyncio.run(run()).sleeps
    assert max(size[0] * size[1] * 4 / each for each in pauses) <= MOST_BYTES_A_SECOND
    assert min(pauses) >= LOOK_S
    if size[0] <= 1280:
        assert max(pauses) == LOOK_S
