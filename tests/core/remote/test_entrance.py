"""The way in: who is let through to xrdp's socket, who is turned away, and how a visit ends."""

from __future__ import annotations

import asyncio
import socket
import stat
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from core.errors import RemoteHostFailed
from core.remote import entrance as under_test
from core.remote.entrance import Entrance

# The first packet of an RDP client: a connection request, here without a user name.
HELLO = bytes((3, 0, 0, 19, 14, 0xE0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0))

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class House:
    """An entrance with something behind it that says back what it is told, in capitals."""

    def __init__(self, directory: Path) -> None:
        self.target = directory / "rdp"
        self.inside: list[asyncio.StreamWriter] = []
        self.asked = 0
        self.is_open = True
        self.is_deaf = False
        self.entrance = Entrance(self.target, self._may_enter)
        self._clients: list[asyncio.StreamWriter] = []

    def _may_enter(self, _: str) -> bool:
        self.asked += 1
        return self.is_open

    async def open(self) -> None:
        """Open both doors."""
        self._server = await asyncio.start_unix_server(self._answer, self.target)
        await self.entrance.open()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.inside.append(writer)
        with suppress(ConnectionError):
            while not self.is_deaf and (data := await reader.read(1 << 16)):
                writer.write(data.upper())
                await writer.drain()
        if not self.is_deaf:
            writer.close()

    async def connect(self, first: bytes = HELLO) -> Streams:
        """Connect as a client does, and say something first."""
        host, port = self.entrance.address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        self._clients.append(writer)
        writer.write(first)
        return reader, writer

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(10):
            while not is_so():  # noqa: ASYNC110 - what is waited for may be anything
                await asyncio.sleep(0.001)

    async def close(self) -> None:
        """Close everything."""
        await self.entrance.close()
        self._server.close()
        for each in [*self._clients, *self.inside]:
            each.transport.abort()
        await asyncio.sleep(0)


def play(scene: Callable[[House], Awaitable[None]]) -> House:
    """Play a scene at an entrance; no visit outlives it."""

    async def run(directory: Path) -> House:
        house = House(directory)
        await house.open()
        try:
            await scene(house)
        finally:
            await house.close()
        assert house.entrance.visit is None
        return house

    with TemporaryDirectory() as directory:
        return asyncio.run(run(Path(directory)))


async def is_turned_away(streams: Streams) -> bool:
    """Wait for the end of a connection, and tell whether nothing came before it."""
    async with asyncio.timeout(10):
        try:
            return await streams[0].read() == b""
        except ConnectionResetError:
            return True


def test_a_visit_is_handed_on_both_ways() -> None:
    """Bytes get through and back, and the visit is over when the client leaves."""

    async def scene(house: House) -> None:
        reader, writer = await house.connect()
        await house.until(lambda: house.entrance.visit is not None)
        assert house.entrance.visit is not None
        assert await reader.readexactly(len(HELLO)) == HELLO
        assert not house.entrance.visit.has_spoken
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"HELLO"
        assert house.entrance.visit.has_spoken
        writer.close()
        await house.until(lambda: house.entrance.visit is None)
        reader, writer = await house.connect()
        writer.write(b"again")
        assert await reader.readexactly(len(HELLO) + 5) == HELLO + b"AGAIN"

    play(scene)


def test_one_at_a_time() -> None:
    """Of many who come at once one is let in; each of them was asked about, and so counted."""

    async def scene(house: House) -> None:
        _, writer = first = await house.connect()
        await house.until(lambda: house.entrance.visit is not None)
        others = await asyncio.gather(*[house.connect() for _ in range(40)])
        assert all(await asyncio.gather(*map(is_turned_away, others)))
        writer.write(b"still here")
        assert await first[0].readexactly(len(HELLO) + 10) == HELLO + b"STILL HERE"
        assert house.asked == 41
        assert len(house.inside) == 1

    play(scene)


def test_who_may_not_enter_reaches_nothing() -> None:
    """A door that is not open lets not one byte through."""

    async def scene(house: House) -> None:
        house.is_open = False
        assert await is_turned_away(await house.connect())
        assert house.inside == []

    play(scene)


def test_whoever_is_turned_out_is_cut_off() -> None:
    """What was on its way to a client that does not read is thrown away with the connection."""

    async def scene(house: House) -> None:
        reader, writer = await house.connect()
        writer.write(b"x")
        await reader.readexactly(len(HELLO) + 1)
        house.is_deaf = True
        house.inside[0].write(b"secret" * (1 << 20))
        await house.until(lambda: len(reader._buffer) > 1 << 10)  # type: ignore[attr-defined]
        house.entrance.turn_out()
        await house.until(lambda: house.entrance.visit is None)
        received = 0
        with suppress(ConnectionResetError):
            while data := await reader.read(1 << 20):
                received += len(data)
        assert received < 6 << 20
        house.entrance.turn_out()

    play(scene)


def test_the_other_end_may_close_first() -> None:
    """What xrdp said last still gets to the client, and then the connection ends."""

    async def scene(house: House) -> None:
        reader, writer = await house.connect()
        writer.write(b"x")
        await reader.readexactly(len(HELLO) + 1)
        house.inside[0].write(b"goodbye")
        house.inside[0].close()
        assert await reader.read() == b"goodbye"

    play(scene)


def test_a_client_that_reads_nothing_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """When xrdp has closed its end, the client has a moment to read what is left, and is then cut off."""
    monkeypatch.setattr(under_test, "_FAREWELL_S", 0.05)

    async def scene(house: House) -> None:
        house.is_deaf = True
        host, port = house.entrance.address.split(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(HELLO)
            await house.until(lambda: bool(house.inside))
            house.inside[0].write(b"x" * (8 << 20))
            await house.until(lambda: house.entrance.visit is not None)
            house.inside[0].transport.abort()
            await house.until(lambda: house.entrance.visit is None)
            await house.until(lambda: not house.entrance._arrivals)

    play(scene)


def test_nothing_behind_the_entrance() -> None:
    """When xrdp no longer listens whoever comes is turned away, and the next one is asked about again."""

    async def scene(house: House) -> None:
        house._server.close()
        for asked in (1, 2):
            assert await is_turned_away(await house.connect())
            assert house.asked == asked

    play(scene)


def test_what_takes_the_place_of_xrdps_socket_is_not_reached() -> None:
    """What whoever took xrdp over puts in place of its socket leads nowhere, before and after the entrance opened."""

    async def scene(house: House) -> None:
        other = house.target.with_name("other")
        reached = asyncio.Event()
        victim = await asyncio.start_unix_server(lambda *_: reached.set(), other)
        house.target.unlink()
        house.target.symlink_to(other)
        reader, writer = await house.connect()
        writer.write(b"hello")
        assert await reader.readexactly(len(HELLO) + 5) == HELLO + b"HELLO"
        assert not reached.is_set()
        with pytest.raises(RemoteHostFailed):
            await Entrance(house.target, lambda _: True).open()
        victim.close()

    play(scene)


def test_closing_ends_the_visit() -> None:
    """The client is cut off, and nobody can connect any more."""

    async def scene(house: House) -> None:
        streams = await house.connect()
        await house.until(lambda: house.entrance.visit is not None)
        await house.entrance.close()
        assert house.entrance.visit is None
        assert await streams[0].read() in {b"", HELLO}
        with pytest.raises(OSError):  # noqa: PT011 - refused or reset, as the system likes
            await house.connect()
        await house.entrance.close()

    play(scene)


def test_a_client_whose_machine_is_gone_is_found_out() -> None:
    """The system asks after a silent client, and gives it up within half a minute."""
    seen: list[int] = []

    async def scene(house: House) -> None:
        real = under_test._keep_alive

        def look(writer: asyncio.StreamWriter) -> None:
            real(writer)
            stream = writer.get_extra_info("socket")
            seen.extend(stream.getsockopt(*each[:2]) for each in under_test._KEEP_ALIVE)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(under_test, "_keep_alive", look)
            await house.connect()
            await house.until(lambda: bool(seen))

    play(scene)
    assert seen == [each[2] for each in under_test._KEEP_ALIVE]
    _, idle_s, interval_s, count, _ = seen
    assert idle_s + interval_s * count <= 30


def test_an_address_that_is_taken() -> None:
    """It is said, and the entrance stays closed."""

    async def scene(house: House) -> None:
        port = house.entrance.address.rpartition(":")[2]
        second = Entrance(house.target, lambda _: True)
        with pytest.raises(RemoteHostFailed):
            await second.open(port=int(port))
        assert second.address == ""
        await second.close()

    play(scene)


def test_an_entrance_at_a_unix_socket_is_for_those_who_pass_its_directory() -> None:
    """There is no port, its directory says who comes, and a visit goes on as at one, without what only ports have."""

    async def scene(house: House) -> None:
        place = house.target.parent / "entrance"
        entrance = Entrance(house.target, lambda _: True)
        await entrance.open(place)
        assert entrance.address == ""
        assert stat.S_IMODE(place.stat().st_mode) == 0o660
        reader, writer = await asyncio.open_unix_connection(place)
        writer.write(HELLO + b"hello")
        assert await reader.readexactly(len(HELLO) + 5) == HELLO + b"HELLO"
        entrance.turn_out()
        assert await is_turned_away((reader, writer))
        writer.close()
        await entrance.close()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_unix_connection(place)

    play(scene)


def test_a_place_that_cannot_be_listened_at() -> None:
    """It is said, and nothing is held."""

    async def scene(house: House) -> None:
        entrance = Entrance(house.target, lambda _: True)
        with pytest.raises(RemoteHostFailed):
            await entrance.open(house.target.parent / "nowhere" / "entrance")
        await entrance.close()

    play(scene)
