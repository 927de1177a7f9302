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

    async def greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Nobody is greeted."""
        raise AssertionError("there is no certificate")

    async def make_way(self, user: str) -> None:
        """Turn out who is there for anna."""
        self.users.append(user)
        visit = self.entrance.visit
        if user == "anna" and visit is not None:
            self.entrance.turn_out()
            await asyncio.wait({visit.task})

    def refused(self, reason: str) -> None:
        """Note why."""
        self.refusals.append(reason)


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
