"""Thumbnails come from the stream that is recorded, seldom, and only for those who watch."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from core.recording.picture import Picture, fit_within
from core.recording.source import StreamPiece
from core.recording.thumbnail import ThumbnailMaker
from tests.engine_thread import on_engine_thread
from tests.fakes.clip import make_clip, number_of
from tests.fakes.clocks import ManualClock

CLIP = make_clip(60, size=(640, 360), key_every=15)
PIECES = CLIP.pieces()


class Watcher:
    """Offers pieces to a thumbnail maker and keeps what it makes."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.taken: list[Picture] = []
        self.threads: set[str] = set()
        self.maker = ThumbnailMaker(self.clock, self._keep)

    def _keep(self, picture: Picture) -> None:
        self.taken.append(picture)
        self.threads.add(threading.current_thread().name)

    async def offer(self, pieces: list[bytes], seconds_each: float = 1 / 15) -> None:
        """Offer pieces, each after its time, waiting for decoding each time."""
        for data in pieces:
            self.maker.offer(StreamPiece(data, self.clock.now()))
            if self.maker._decoding is not None:
                await asyncio.wait([self.maker._decoding])
            await self.clock.advance(seconds_each)


def test_it_shows_the_newest_key_pictures() -> None:
    """A watcher gets each second's key picture, 320 pixels wide, on the loop's own thread."""

    async def scenario() -> None:
        watcher = Watcher()
        watcher.maker.watch(is_watched=True)
        await watcher.offer(PIECES)
        await watcher.maker.close()
        assert [number_of(picture.rgb) for picture in watcher.taken] == [0, 15, 0, 15]
        assert {(each.width, each.height, len(each.rgb)) for each in watcher.taken} == {
            (320, 180, 320 * 180 * 3)
        }
        assert watcher.threads == {"engine"}

    on_engine_thread(scenario)


def test_nobody_watching_costs_nothing() -> None:
    """Without a watcher nothing is decoded; one who comes later gets the next key picture."""

    async def scenario() -> None:
        watcher = Watcher()
        await watcher.offer(PIECES[:20])
        assert watcher.taken == []
        watcher.maker.watch(is_watched=True)
        await watcher.offer(PIECES[20:32])
        assert [number_of(picture.rgb) for picture in watcher.taken] == [0]
        watcher.maker.watch(is_watched=False)
        await watcher.offer(PIECES[32:])
        assert len(watcher.taken) == 1
        await watcher.maker.close()

    on_engine_thread(scenario)


def test_at_most_one_a_second() -> None:
    """Key pictures that come faster are passed over."""

    async def scenario() -> None:
        watcher = Watcher()
        watcher.maker.watch(is_watched=True)
        await watcher.offer(PIECES, seconds_each=0.01)
        assert len(watcher.taken) == 1
        await watcher.maker.close()

    on_engine_thread(scenario)


def test_a_key_picture_that_is_cut_off_is_passed_over() -> None:
    """Bytes that do not decode give no picture, and the next key picture comes as ever."""

    async def scenario() -> None:
        watcher = Watcher()
        watcher.maker.watch(is_watched=True)
        start = CLIP.frames[0].offset
        cut_off = CLIP.video[start : start + 188]
        await watcher.offer([cut_off, *PIECES[1:15]], seconds_each=0.1)
        await watcher.offer(PIECES[15:30])
        await watcher.maker.close()
        assert number_of(watcher.taken[-1].rgb) == 15

    on_engine_thread(scenario)


def test_an_offer_is_quick() -> None:
    """Offering a piece never waits for the decoder."""

    async def scenario() -> float:
        watcher = Watcher()
        watcher.maker.watch(is_watched=True)
        began = time.perf_counter()
        for data in PIECES:
            watcher.maker.offer(StreamPiece(data, watcher.clock.now()))
        spent = time.perf_counter() - began
        await watcher.maker.close()
        return spent / len(PIECES)

    assert on_engine_thread(scenario) < 0.005


@pytest.mark.parametrize(
    "size, limit, expected",
    [
        ((1280, 720), (320, 1000), (320, 180)),
        ((100, 50), (320, 320), (100, 50)),
        ((720, 1280), (800, 480), (270, 480)),
        ((3000, 1), (320, 320), (320, 1)),
    ],
)
def test_pictures_keep_their_shape(
    size: tuple[int, int], limit: tuple[int, int], expected: tuple[int, int]
) -> None:
    """A size is scaled down to fit, never up, and never to nothing."""
    assert fit_within(*size, limit) == expected
