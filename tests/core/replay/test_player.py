"""The player shows pictures at their moments, seeks at once, and forgets."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable

import pytest

from core.errors import ChunkAltered, SettingOutOfBounds
from core.replay.player import PlaybackState, Player, ShownPicture
from core.replay.timeline import Timeline
from tests.engine_thread import on_engine_thread
from tests.fakes.busy_worker import cancel_before_its_turn
from tests.fakes.chunk_reader import MemoryChunkReader, make_session
from tests.fakes.clip import number_of
from tests.fakes.clocks import LeapingClock


class Audience:
    """Watches a player and keeps what it was shown and told."""

    def __init__(self, timeline: Timeline, reader: MemoryChunkReader) -> None:
        self.pictures: list[ShownPicture] = []
        self.states: list[PlaybackState] = []
        self.failures: list[Exception] = []
        self.threads: set[str] = set()
        self.changed = asyncio.Event()
        self.clock = LeapingClock()
        self.player = Player(
            timeline,
            reader,
            self.clock,
            on_frame=self._see,
            on_change=self._hear,
            on_failure=self.failures.append,
        )

    @property
    def numbers(self) -> list[int]:
        """The numbers seen in the pictures, modulo 30."""
        return [number_of(each.picture.rgb) for each in self.pictures]

    @property
    def positions(self) -> list[float]:
        """The positions of the pictures."""
        return [each.position_s for each in self.pictures]

    async def until(self, is_so: Callable[[PlaybackState], bool]) -> None:
        """Wait until a state was told of which that is so."""
        while not any(map(is_so, self.states)):
            self.changed.clear()
            await self.changed.wait()

    def _see(self, picture: ShownPicture) -> None:
        self.pictures.append(picture)
        self.threads.add(threading.current_thread().name)

    def _hear(self, state: PlaybackState) -> None:
        self.states.append(state)
        self.changed.set()


def watch(
    scenario: Callable[[Audience], Awaitable[None]],
    session: tuple[Timeline, MemoryChunkReader],
) -> Audience:
    """Play a scenario before an audience and close the player."""

    async def whole() -> Audience:
        audience = Audience(*session)
        try:
            await scenario(audience)
        finally:
            await audience.player.close()
        return audience

    return on_engine_thread(whole)


def is_at_end(state: PlaybackState) -> bool:
    """Say whether a playback has come to its end."""
    return state.is_at_end and not state.is_playing


def test_a_seek_shows_the_picture_of_that_moment() -> None:
    """Each seek returns with the one right picture shown, on the loop's thread, decoded on another."""
    session = make_session(2)

    async def scenario(audience: Audience) -> None:
        for position_s in (0.0, 1.0, 4.5, 0.5, 99.0):
            await audience.player.seek(position_s)

    audience = watch(scenario, session)
    assert audience.numbers == [0, 15, 67 % 30, 7, 89 % 30]
    assert audience.positions[1] == pytest.approx(1.0)
    assert audience.pictures[1].utc_ns == 10**18 + 10**9
    assert audience.threads == {"engine"}
    assert all(name.startswith("player") for name in session[1].threads)
    assert audience.states[-1].is_at_end


def test_playing_shows_every_picture_in_order() -> None:
    """At normal speed each picture of each chunk is shown once, until the end is told."""

    async def scenario(audience: Audience) -> None:
        await audience.player.play()
        await audience.until(is_at_end)

    audience = watch(scenario, make_session(2, pictures=20))
    assert audience.numbers == [number % 30 for number in range(40)]
    assert audience.states[0].is_playing
    assert audience.states[-1].position_s == pytest.approx(40 / 15, abs=0.01)


def test_playing_again_at_the_end_begins_anew() -> None:
    """What has come to its end plays from the start."""

    async def scenario(audience: Audience) -> None:
        await audience.player.seek(99)
        audience.states.clear()
        await audience.player.play()
        await audience.until(is_at_end)

    audience = watch(scenario, make_session(1, pictures=20))
    assert audience.numbers == [19, *range(20)]


def test_fast_playing_takes_less_time_and_fewer_pictures() -> None:
    """At 16 times the speed a session takes a sixteenth of its time, in at most 30 pictures a second."""

    async def scenario(audience: Audience) -> None:
        before = audience.clock.mono_ns
        await audience.player.play(16.0)
        await audience.until(is_at_end)
        assert (audience.clock.mono_ns - before) / 1e9 == pytest.approx(12 / 16, abs=0.1)

    audience = watch(scenario, make_session(4))
    assert 12 <= len(audience.pictures) <= 26
    assert audience.positions == sorted(audience.positions)


def test_slow_playing_takes_twice_the_time() -> None:
    """At half the speed a session takes twice its time."""

    async def scenario(audience: Audience) -> None:
        before = audience.clock.mono_ns
        await audience.player.play(0.5)
        await audience.until(is_at_end)
        assert (audience.clock.mono_ns - before) / 1e9 == pytest.approx(2, abs=0.1)

    assert watch(scenario, make_session(1, pictures=15)).numbers == list(range(15))


@pytest.mark.parametrize("speed", [0.0, 0.4, 16.1, -1.0])
def test_other_speeds_are_refused(speed: float) -> None:
    """A speed out of bounds is named."""

    async def scenario(audience: Audience) -> None:
        with pytest.raises(SettingOutOfBounds):
            await audience.player.play(speed)

    watch(scenario, make_session(1, pictures=2))


def test_the_position_runs_on_through_a_gap() -> None:
    """In a gap the position is told ten times a second with the gap's bounds; then pictures go on."""

    async def scenario(audience: Audience) -> None:
        await audience.player.play()
        await audience.until(is_at_end)

    audience = watch(scenario, make_session(2, pictures=15, gap_s=2.0))
    inside = [state for state in audience.states if state.is_in_gap]
    assert 15 <= len(inside) <= 25
    assert {state.gap.reason for state in inside if state.gap} == {"encoder_died"}
    positions = [state.position_s for state in inside]
    assert positions == sorted(positions)
    assert 0.9 < positions[0] < 1.1
    assert audience.numbers == list(range(30))
    assert not audience.states[-1].is_in_gap


def test_a_seek_into_a_gap_shows_what_was_before() -> None:
    """In a gap stands the picture before it, and the state tells the gap."""

    async def scenario(audience: Audience) -> None:
        await audience.player.seek(2.0)

    audience = watch(scenario, make_session(2, pictures=15, gap_s=2.0))
    assert audience.numbers == [14]
    assert audience.states[-1].is_in_gap
    assert audience.states[-1].position_s == 2.0


def test_holding_stays_and_playing_goes_on() -> None:
    """A held playback keeps its position; playing on goes on from it."""

    async def scenario(audience: Audience) -> None:
        await audience.player.seek(0.5)
        await audience.player.hold()
        assert not audience.player.state.is_playing
        audience.clock.mono_ns += 10**10
        assert audience.player.state.position_s == 0.5
        await audience.player.play()
        await audience.until(is_at_end)

    assert watch(scenario, make_session(1, pictures=15)).numbers == list(range(7, 15))


def test_a_seek_while_playing_plays_on_from_there() -> None:
    """A playback that runs goes on from where it was sent."""

    async def scenario(audience: Audience) -> None:
        await audience.player.play()
        await audience.player.seek(2.0)
        assert audience.player.state.is_playing
        await audience.until(is_at_end)

    audience = watch(scenario, make_session(1))
    assert audience.numbers[-15:] == [number % 30 for number in range(30, 45)]


def test_a_moving_finger_decodes_only_the_last_place() -> None:
    """Of many seeks at once the last one's picture is shown, and most others are not decoded."""

    async def scenario(audience: Audience) -> None:
        async with asyncio.TaskGroup() as group:
            for step in range(30):
                group.create_task(audience.player.seek(step * 0.1))

    audience = watch(scenario, make_session(1))
    assert audience.numbers[-1] == 43 % 30
    assert len(audience.pictures) < 5


def test_a_chunk_that_does_not_hold_stops_a_seek() -> None:
    """A seek into an altered chunk raises its failure; other chunks play as ever."""
    timeline, reader = make_session(2)
    reader._chunks[1] = ChunkAltered(index=1)

    async def scenario(audience: Audience) -> None:
        with pytest.raises(ChunkAltered):
            await audience.player.seek(4.0)
        assert not audience.player.state.is_playing
        await audience.player.seek(1.0)

    assert watch(scenario, (timeline, reader)).numbers == [15]


def test_a_chunk_that_does_not_hold_stops_the_playing() -> None:
    """Playing into an altered chunk tells the failure and holds there."""
    timeline, reader = make_session(2, pictures=15)
    reader._chunks[1] = ChunkAltered(index=1)

    async def scenario(audience: Audience) -> None:
        await audience.player.play()
        await audience.until(lambda state: not state.is_playing)

    audience = watch(scenario, (timeline, reader))
    assert audience.numbers == list(range(15))
    assert [type(failure) for failure in audience.failures] == [ChunkAltered]
    assert audience.states[-1].position_s == pytest.approx(1.0, abs=0.1)


def test_few_chunks_are_open_and_none_after_closing() -> None:
    """At most two chunks are held, and the closed player holds none; what is asked of it then is nothing."""
    session = make_session(5, pictures=15)

    async def scenario(audience: Audience) -> None:
        for position_s in (0.5, 1.5, 2.5, 3.5, 4.5, 0.5):
            await audience.player.seek(position_s)
        gc.collect()
        assert session[1].open_chunks <= 2
        await audience.player.play(4.0)
        await audience.player.close()
        await audience.player.seek(1.0)
        gc.collect()
        assert session[1].open_chunks == 0

    watch(scenario, session)
    assert session[1].most_open <= 3  # the one that was just let go may not be collected yet


@pytest.mark.parametrize("is_playing", [False, True])
@pytest.mark.parametrize("pauses", range(6))
def test_a_seek_that_is_overtaken_by_closing_shows_nothing(
    pauses: int, *, is_playing: bool
) -> None:
    """Whenever closing comes between, the seek ends quietly."""

    async def scenario(audience: Audience) -> None:
        if is_playing:
            await audience.player.play()
        seeking = asyncio.ensure_future(audience.player.seek(1.0))
        for _ in range(pauses):
            await asyncio.sleep(0)
        closing = asyncio.ensure_future(audience.player.close())
        late = asyncio.ensure_future(audience.player.seek(2.0))
        await asyncio.gather(seeking, closing, late)

    assert watch(scenario, make_session(1)).failures == []


def test_an_empty_session_is_at_its_end() -> None:
    """A session without video plays to its end at once."""

    async def scenario(audience: Audience) -> None:
        await audience.player.seek(0)
        await audience.player.play()
        await audience.until(is_at_end)

    assert watch(scenario, (Timeline([], [], 0), MemoryChunkReader([]))).pictures == []


def test_closing_that_is_cancelled_forgets_and_ends_the_thread() -> None:
    """Nobody can close it again, so whoever was cancelled has closed it: no key stays, and no thread."""
    session = make_session(2, pictures=15)

    async def scenario(audience: Audience) -> None:
        player = audience.player
        await player.seek(0.5)
        await cancel_before_its_turn(player._worker, player.close())
        gc.collect()
        assert session[1].open_chunks == 0
        assert not any(each.name.startswith("player") for each in threading.enumerate())

    watch(scenario, session)
