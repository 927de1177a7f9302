"""The seat: what is done at it, as a real gate takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from core.api.joining import KeyInput, PointerInput
from core.errors import RemoteHostFailed
from core.joining.seat import Seat
from core.remote.gate import display
from core.remote.gate.display import Event
from tests.fakes.gate_bench import SIZE, GateBench
from tests.fakes.gate_sides import PROTOCOL

A, UP, SHIFT = 30, 103, 42
_LAST_KIND = display.LAST_BUTTON


@pytest.fixture
def bench() -> Iterator[GateBench]:
    """Give a gate."""
    with TemporaryDirectory() as directory:
        made = GateBench(Path(directory))
        yield made
        made.close()


LAST = PointerInput(SIZE[0] - 1, SIZE[1] - 1)  # by which a test knows that all before it has come


def sit(bench: GateBench, work: Callable[[Seat], Awaitable[None]]) -> None:
    """Work at a seat that the gate has let in."""

    async def run() -> None:
        seat = Seat()
        await seat.enter(bench.places.front, PROTOCOL)
        told = await asyncio.to_thread(bench.engine.hear, "code")
        assert told["code"] == seat.code
        bench.engine.say(admitted=told["attempt"])
        try:
            await work(seat)
        finally:
            await seat.leave()
        await asyncio.to_thread(bench.engine.hear, "left")

    bench.engine.tell()
    asyncio.run(run())


async def grant(bench: GateBench, *capabilities: str) -> None:
    """Let something out, and nothing else."""
    await asyncio.to_thread(bench.engine.tell, *capabilities)


async def arrived(bench: GateBench) -> list[Event]:
    """List what the display was told up to the last move."""
    last = display.event(display.MOVE, LAST.x, LAST.y)
    said = await asyncio.to_thread(bench.display.side.read_until, lambda each: each == last)
    bodies = [display.read_message(each)[1] for each in said if each[4] == display.EVENT]
    return [event for each in bodies if (event := display.read_event(each)).kind <= _LAST_KIND][:-1]


def test_what_is_granted_arrives(bench: GateBench) -> None:
    """Keys come with scan code and flags; the pointer is moved before a button goes down, and stays inside."""

    async def work(seat: Seat) -> None:
        await grant(bench, "keyboard", "pointer")
        seat.act([KeyInput(A, is_pressed=True), KeyInput(A, is_pressed=False)])
        seat.act([KeyInput(UP, is_pressed=True), KeyInput(UP, is_pressed=False)])
        seat.act([PointerInput(5, 7, 1, is_pressed=True), PointerInput(5, 7, 1, is_pressed=False)])
        seat.act([PointerInput(9000, -4), LAST])
        assert await arrived(bench) == [
            (display.KEY_DOWN, 0, 0, 30, 0),
            (display.KEY_UP, 0, 0, 30, 0xC000),
            (display.KEY_DOWN, 0, 0, 72, 0x100),
            (display.KEY_UP, 0, 0, 72, 0xC100),
            (display.MOVE, 5, 7, 0, 0),
            (102, 5, 7, 0, 0),
            (display.MOVE, 5, 7, 0, 0),
            (101, 5, 7, 0, 0),
            (display.MOVE, SIZE[0] - 1, 0, 0, 0),
        ]

    sit(bench, work)


@pytest.mark.parametrize(("button", "down"), [(1, 102), (2, 106), (3, 104), (4, 108), (5, 110)])
def test_each_button_has_its_event(bench: GateBench, button: int, down: int) -> None:
    """Left, middle, right, and the wheel up and down."""

    async def work(seat: Seat) -> None:
        await grant(bench, "pointer")
        seat.act([PointerInput(1, 1, button, is_pressed=True), PointerInput(1, 1, button), LAST])
        kinds = [each.kind for each in await arrived(bench)]
        assert kinds == [display.MOVE, down, display.MOVE, down - 1]

    sit(bench, work)


def test_what_is_not_granted_does_not_arrive(bench: GateBench) -> None:
    """The gate keeps keys back, and tells of the attempt; a button that no mouse has is a move."""

    async def work(seat: Seat) -> None:
        await grant(bench, "pointer")
        seat.act([KeyInput(SHIFT, is_pressed=True), KeyInput(A, is_pressed=True)])
        seat.act([PointerInput(3, 3, 9, is_pressed=True), LAST])
        assert await arrived(bench) == [(display.MOVE, 3, 3, 0, 0)]
        told = await asyncio.to_thread(bench.engine.hear, "attempt", capability="keyboard")
        assert told["count"] == 1  # a shift alone is none

    sit(bench, work)


def test_lock_keys_begin_off(bench: GateBench) -> None:
    """The display is told that no lock key is on."""

    async def work(seat: Seat) -> None:
        await grant(bench, "keyboard", "pointer")
        seat.unlock_keys()
        seat.act([LAST])
        assert await arrived(bench) == [(display.KEY_SYNC, 0, 0, 0, 0)]

    sit(bench, work)


def test_what_is_held_is_let_go_when_the_seat_is_left(bench: GateBench) -> None:
    """No key stays down behind."""

    async def work(seat: Seat) -> None:
        await grant(bench, "keyboard", "pointer")
        seat.act([KeyInput(A, is_pressed=True), LAST])
        await arrived(bench)

    sit(bench, work)
    assert bench.display.wait_event(display.KEY_UP).c == 30


def test_a_gate_that_is_not_there_is_said() -> None:
    """A seat that finds no door says so; acting at one that nobody entered does nothing."""

    async def run() -> None:
        seat = Seat()
        seat.act([KeyInput(A, is_pressed=True)])
        with TemporaryDirectory() as directory, pytest.raises(RemoteHostFailed):
            await seat.enter(Path(directory) / "door", PROTOCOL)
        await seat.leave()

    asyncio.run(run())
