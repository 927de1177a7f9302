"""A hostile display cannot keep the gate busy: what it paints in one go is one copy, and no more than the picture."""

from __future__ import annotations

import struct
import threading
import time

import pytest

from core.remote.gate import display
from core.remote.lines.link import Rectangle
from tests.fakes.gate_bench import DARK, SECRET, SIZE, WHITE, GateBench

WHOLE = (0, 0, *SIZE)
PIXELS = SIZE[0] * SIZE[1]


@pytest.fixture
def copies(bench: GateBench, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """List how many pixels each copy has."""
    found: list[int] = []
    copy = bench.gate._picture._copy

    def count(pieces: list[Rectangle]) -> None:
        found.append(sum(width * height for _, _, width, height in pieces))
        copy(pieces)

    monkeypatch.setattr(bench.gate._picture, "_copy", count)
    return found


def paints(bench: GateBench, rectangles: list[Rectangle], count: int) -> bytes:
    """Write one message with many orders to paint."""
    one = display.paint(rectangles, 7, bench.display.memory.identity, SIZE)
    order = one[12:-4]
    return struct.pack("<HHI", 3, count, len(order) * count) + order * count


def wait_taken(bench: GateBench, count: int) -> None:
    """Wait until so many frames are taken."""
    for _ in range(count):
        bench.display.side.read_until(lambda message: message[4:6] == b"\x6a\0")


def test_many_paints_of_a_message_are_one_copy(bench: GateBench, copies: list[int]) -> None:
    """Each order asks for the whole picture many times over; it is copied once."""
    bench.engine.tell("view")
    bench.display.fill(WHOLE, WHITE)
    copies.clear()
    bench.display.side.send(paints(bench, [WHOLE] * 60, 60))
    wait_taken(bench, 60)
    assert len(copies) <= 2  # a message may come in two reads
    assert max(copies) <= PIXELS
    assert set(bench.engine.recorded()) == set(WHITE)


def test_rectangles_that_deceive_about_their_size_are_copied_once(
    bench: GateBench, copies: list[int]
) -> None:
    """Rectangles of negative size, and those that lie outside, do not hide that others overlap."""
    bench.engine.tell("view")
    copies.clear()
    deceit = [(0, 0, -30000, 30000), (5000, 5000, 10, 10)]
    bench.display.say_painted([*deceit, *[WHOLE] * 20])
    assert copies == [PIXELS]


def test_more_paints_than_a_display_may_have_open_end_it(bench: GateBench) -> None:
    """A display waits until its frames are taken; one that does not is none."""
    bench.engine.tell("view")
    bench.display.side.send(paints(bench, [WHOLE], 200))
    assert bench.engine.hear("gone")["reason"]
    bench.wait_ended()


def test_a_revoke_acts_while_a_display_floods(bench: GateBench) -> None:
    """Between two rounds the engine is heard: the shield falls while the display paints without end."""
    bench.engine.tell("view")
    bench.display.fill(WHOLE, SECRET)
    message = paints(bench, [WHOLE] * 8, 60)
    is_over = threading.Event()

    def flood() -> None:
        while not is_over.is_set():
            bench.display.side.send(message)
            wait_taken(bench, 60)

    flooding = threading.Thread(target=flood)
    flooding.start()
    times = []
    for is_shielded in (True, False) * 10:
        began = time.monotonic()
        bench.engine.tell("view", is_shielded=is_shielded)
        times.append(time.monotonic() - began)
        assert not is_shielded or set(bench.engine.recorded()) == set(DARK)
    is_over.set()
    flooding.join()
    assert min(times) < 0.05
    assert bench.is_running


def test_a_display_is_told_what_to_send_once(bench: GateBench) -> None:
    """A display that answers the version again and again is not described to each time."""
    bench.engine.tell("view")
    bench.display.side.read()
    bench.display.side.send(display.capabilities() * 1000)
    bench.display.say_painted([WHOLE])
    assert bench.display.side.read() == []
