"""What a connection says first decides what becomes of it; who receives it hears the name that it gives."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.remote import entrance as under_test
from core.remote.entrance import Entrance
from tests.core.remote.test_entrance import HELLO, House, is_turned_away


class Reception:
    """Notes who comes, and turns out whoever is there for one name."""

    def __init__(self, entrance: Entrance) -> None:
        self.entrance = entrance
        self.users: list[str] = []
        self.refusals: list[str] = []
        self.faults: list[Exception] = []
        self.waiting: list[str] = []  # who is being made way for
        self.is_free = asyncio.Event()
        self.is_free.set()

    async def greet(self, *_: object) -> None:
        """Nobody is greeted."""
        raise AssertionError("there is no certificate")

    def came(self, user: str) -> bool:
        """Let anna go first."""
        self.users.append(user)
        return user == "anna"

    async def make_way(self, user: str) -> None:
        """Turn out who is there for anna; for her, and for who is slow, wait as long as the test does."""
        visit = self.entrance.visit
        if user == "anna" and visit is not None:
            self.entrance.turn_out()
            await asyncio.wait({visit.task})
        if user in {"anna", "slow"}:
            self.waiting.append(user)
            await self.is_free.wait()

    def refused(self, reason: str) -> None:
        """Note why."""
        self.refusals.append(reason)

    def failed(self, error: Exception) -> None:
        """Note what went wrong."""
        self.faults.append(error)


Scene = Callable[[House, Reception], Awaitable[None]]


def play(scene: Scene) -> Reception:
    """Play a scene at an entrance with a reception, and without a certificate."""

    async def run(directory: Path) -> Reception:
        house = House(directory)
        await house.open()
        house.entrance.reception = reception = Reception(house.entrance)
        try:
            await scene(house, reception)
        finally:
            await house.close()
        return reception

    with TemporaryDirectory() as directory:
        return asyncio.run(run(Path(directory)))


def hello_of(user: str) -> bytes:
    """Write the first packet of a client that says a user name."""
    rest = f"Cookie: mstshash={user}\r\n".encode() + bytes((1, 0, 8, 0, 3, 0, 0, 0))
    request = bytes((6 + len(rest), 0xE0, 0, 0, 0, 0, 0)) + rest
    return bytes((3, 0)) + (4 + len(request)).to_bytes(2, "big") + request


def test_who_comes_under_a_name_may_be_made_way_for() -> None:
    """The reception hears each name before the door is asked, and the one who must go is gone by then."""

    async def scene(house: House, _: Reception) -> None:
        first = await house.connect(hello_of("eve"))
        assert await first[0].readexactly(3) == hello_of("eve")[:3]
        assert await is_turned_away(await house.connect())
        second, _ = await house.connect(hello_of("anna"))
        assert await second.readexactly(len(hello_of("anna"))) == hello_of("anna").upper()
        with suppress(ConnectionResetError):
            await first[0].read()
        assert house.asked == 3

    assert play(scene).users == ["eve", "", "anna"]


def test_a_first_packet_may_come_in_pieces() -> None:
    """It is handed on whole."""

    async def scene(house: House, _: Reception) -> None:
        reader, writer = await house.connect(HELLO[:3])
        for each in range(3, len(HELLO)):
            await asyncio.sleep(0)
            writer.write(HELLO[each : each + 1])
            await writer.drain()
        assert await reader.readexactly(len(HELLO)) == HELLO

    assert play(scene).users == [""]


def test_a_silent_connection_is_not_even_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes nobody's place, and is closed."""
    monkeypatch.setattr(under_test, "_HELLO_S", 1.0)  # the one who speaks has no more

    async def scene(house: House, _: Reception) -> None:
        silent = await house.connect(b"")
        reader, _ = await house.connect()
        assert await reader.readexactly(len(HELLO)) == HELLO
        assert await is_turned_away(silent)
        assert house.asked == 1

    assert play(scene).refusals == ["a connection that says nothing"]


_lengths = st.integers(0, 0xFFFF).filter(lambda each: not 11 <= each <= 512)


@settings(max_examples=40, deadline=None)
@given(
    st.binary(min_size=1, max_size=40).filter(lambda data: data[0] not in {3, 0x16})
    | _lengths.map(lambda length: bytes((3, 0)) + length.to_bytes(2, "big") + bytes(20))
)
def test_what_is_no_first_packet_reaches_nothing(first: bytes) -> None:
    """Whatever it is: it is closed, and written down."""

    async def scene(house: House, _: Reception) -> None:
        assert await is_turned_away(await house.connect(first))
        assert house.inside == []
        assert house.asked == 0

    assert len(play(scene).refusals) == 1


def test_without_a_certificate_nobody_is_greeted() -> None:
    """An appliance that comes to such an entrance finds no one."""

    async def scene(house: House, _: Reception) -> None:
        assert await is_turned_away(await house.connect(b"\x16\x03\x01\x00\x05hello"))

    assert play(scene).refusals == []


def test_too_many_that_say_nothing_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest goes; whoever speaks is not among them."""
    monkeypatch.setattr(under_test, "_MOST_GUESTS", 3)

    async def scene(house: House, _: Reception) -> None:
        reader, writer = await house.connect()
        assert await reader.readexactly(len(HELLO)) == HELLO
        silent = [await house.connect(b"") for _ in range(5)]
        for each in silent[:2]:
            assert await is_turned_away(each)
        writer.write(b"still here")
        assert await reader.readexactly(10) == b"STILL HERE"

    play(scene)


def test_nobody_takes_the_place_of_who_goes_first() -> None:
    """While somebody makes way for anna, whoever else comes is turned away at once and not asked about."""

    async def scene(house: House, reception: Reception) -> None:
        first = await house.connect(hello_of("eve"))
        assert await first[0].readexactly(3) == hello_of("eve")[:3].upper()
        reception.is_free.clear()
        anna, _ = await house.connect(hello_of("anna"))
        await house.until(lambda: reception.waiting == ["anna"] and house.entrance.visit is None)
        for user in ("eve", "mallory", "anna") * 5:
            assert await is_turned_away(await house.connect(hello_of(user)))
        assert (house.asked, len(house.inside)) == (1, 1)
        reception.is_free.set()
        assert await anna.readexactly(len(hello_of("anna"))) == hello_of("anna").upper()
        visit = house.entrance.visit
        assert visit is not None
        assert (visit.user, house.asked, len(house.inside)) == ("anna", 2, 2)

    assert play(scene).users == ["eve", "anna", *("eve", "mallory", "anna") * 5]


def test_who_goes_first_need_not_wait_behind_a_stranger() -> None:
    """A stranger that is being made way for when anna comes is turned away, and she is in."""

    async def scene(house: House, reception: Reception) -> None:
        reception.is_free.clear()
        slow = await house.connect(hello_of("slow"))
        await house.until(lambda: reception.waiting == ["slow"])
        assert await is_turned_away(await house.connect(hello_of("eve")))
        anna, _ = await house.connect(hello_of("anna"))
        await house.until(lambda: reception.users == ["slow", "eve", "anna"])
        reception.is_free.set()
        assert await is_turned_away(slow)
        assert await anna.readexactly(len(hello_of("anna"))) == hello_of("anna").upper()
        assert house.asked == 1

    play(scene)


def test_who_goes_first_and_leaves_keeps_nobody_out() -> None:
    """When the entrance is asked again the way is free for anybody."""

    async def scene(house: House, _: Reception) -> None:
        house.is_open = False
        assert await is_turned_away(await house.connect(hello_of("anna")))
        house.is_open = True
        reader, _ = await house.connect(hello_of("eve"))
        assert await reader.readexactly(len(hello_of("eve"))) == hello_of("eve").upper()

    play(scene)


def test_a_fault_is_heard_of() -> None:
    """Whatever a connection leads to that nobody foresaw; the next one is received."""
    fault = ValueError("odd")

    async def scene(house: House, reception: Reception) -> None:
        real, reception.came = reception.came, raises(fault)  # type: ignore[method-assign]
        assert await is_turned_away(await house.connect())
        reception.came = real  # type: ignore[method-assign]
        reader, _ = await house.connect()
        assert await reader.readexactly(len(HELLO)) == HELLO

    assert play(scene).faults == [fault]


def raises(error: Exception) -> Callable[[str], bool]:
    """Make a listener that fails."""

    def fail(_: str) -> bool:
        raise error

    return fail
