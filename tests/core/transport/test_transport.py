"""Tests of core.transport.transport and core.transport.socks."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import (
    AddressRefused,
    ClientKeyNeeded,
    Failure,
    HostUnreachable,
    NetworkOffline,
    TorNotReady,
)
from core.transport.addresses import OnionAddress, onion_host
from core.transport.sockets import listen_loopback
from core.transport.transport import OFFLINE, Purpose, Transport
from tests.core.transport.socks_door import GRANTED, HOST, Door, KnownWay, socks_door

ADDRESS = f"{HOST}:80"
QUICK = {"_PAUSES_S": (0.01, 0.02), "_LAST_ASKED_S": 0.1}
_numbers = itertools.count()


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test's work within ten seconds."""
    asyncio.run(asyncio.wait_for(work(), 10))


def test_a_stream_comes_through_tor(tmp_path: Path) -> None:
    """The stream is the far end's from its first byte on; the name is Tor's to resolve."""

    async def work() -> None:
        way = KnownWay(tmp_path / "socks")
        async with socks_door(tmp_path / "socks", after=b"hello") as door:
            with await Transport(way).dial(ADDRESS, Purpose.SESSION) as stream:
                assert not stream.getblocking()
                loop = asyncio.get_running_loop()
                assert await loop.sock_recv(stream, 64) == b"hello"
        assert [(host, port) for _, _, host, port in door.asked] == [(HOST, 80)]
        assert way.keys == {}

    run(work)


def test_a_client_key_is_given_to_tor_first(tmp_path: Path) -> None:
    """The key is Tor's before the stream is asked for, and forgotten when that is asked for."""

    async def work() -> None:
        way = KnownWay(tmp_path / "socks")
        transport = Transport(way)
        async with socks_door(tmp_path / "socks"):
            (await transport.dial(ADDRESS, Purpose.SESSION, client_key="KEY")).close()
        assert way.keys == {HOST: "KEY"}
        await transport.forget(ADDRESS)
        await transport.forget("127.0.0.1:80")
        assert way.forgotten == [HOST]

    run(work)


async def _marks_of(
    transport: Transport, door: Door, *dials: tuple[str, Purpose, str]
) -> list[Any]:
    for address, purpose, peer in dials:
        (await transport.dial(address, purpose, peer=peer)).close()
    return [(user, password) for user, password, _, _ in door.asked]


def test_purposes_and_peers_share_no_circuit(tmp_path: Path) -> None:
    """Marks differ by purpose, by peer, by address without a peer, and by start; else they are alike."""

    async def work() -> None:
        other = f"{onion_host(bytes(32))}:80"
        way = KnownWay(tmp_path / "socks")
        async with socks_door(tmp_path / "socks") as door:
            different = (
                (ADDRESS, Purpose.SESSION, "a"),
                (ADDRESS, Purpose.SESSION, "b"),
                (ADDRESS, Purpose.PEER, "a"),
                (ADDRESS, Purpose.PEER, ""),
                (other, Purpose.PEER, ""),
            )
            transport = Transport(way)
            marks = await _marks_of(transport, door, *different)
            assert len(set(marks)) == len(different)
            assert {user for user, _ in marks} == {"session", "peer"}
            again = await _marks_of(transport, door, (other, Purpose.SESSION, "a"))
            assert again[-1] == marks[0]
            anew = await _marks_of(Transport(way), door, different[0])
            assert anew[-1] not in marks

    run(work)


@pytest.mark.parametrize("answer", [0xF4, 0xF5])
def test_a_missing_client_key_is_said_as_that(tmp_path: Path, answer: int) -> None:
    """Tor's words for a client key that is missing or wrong become ClientKeyNeeded, at once."""
    failure = _failure(tmp_path, _refusing(answer))
    assert isinstance(failure, ClientKeyNeeded)
    assert failure.facts == {"address": ADDRESS}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (0xF0, "it is not published: the other end is off, or the address is an old one"),
        (0xF6, "Tor does not take this address"),
        (0x05, "it is there, and nothing listens at that port"),
        (0x06, "the way to it took too long"),
        (0xEE, "Tor gives a reason that is not known (0xee)"),
    ],
)
def test_each_refusal_has_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: int, reason: str
) -> None:
    """What Tor says about a service that is not reached is the reason that a person reads."""
    _hurry(monkeypatch)
    failure = _failure(tmp_path, _refusing(answer))
    assert isinstance(failure, HostUnreachable)
    assert failure.facts == {"address": ADDRESS, "reason": reason}


@pytest.mark.parametrize("answer", [0xF0, 0xF1, 0xF2, 0xF3, 0xF7])
def test_what_may_pass_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: int
) -> None:
    """A service that Tor does not find twice and then does is reached, by the same marks."""
    _hurry(monkeypatch)

    async def work() -> None:
        refusing = _refusing(answer)
        async with socks_door(tmp_path / "socks", refusing, refusing, GRANTED, after=b"x") as door:
            way = KnownWay(tmp_path / "socks")
            with await Transport(way).dial(ADDRESS, Purpose.PEER) as stream:
                assert await asyncio.get_running_loop().sock_recv(stream, 9) == b"x"
        assert len(door.asked) == 3
        assert len(set(door.asked)) == 1

    run(work)


@pytest.mark.parametrize("answer", [0x01, 0x02, 0x05, 0xF4, 0xF5, 0xF6, 0xEE])
def test_what_stays_is_asked_once(tmp_path: Path, answer: int) -> None:
    """A wrong key, an address that is none, and a refusal at the far end are told at once."""

    async def work() -> None:
        async with socks_door(tmp_path / "socks", _refusing(answer)) as door:
            with pytest.raises(Failure):
                await Transport(KnownWay(tmp_path / "socks")).dial(ADDRESS, Purpose.PEER)
        assert len(door.asked) == 1

    run(work)


def test_who_is_not_there_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that is never found is asked for more than once, and no longer than is bearable."""
    _hurry(monkeypatch)

    async def work() -> None:
        loop = asyncio.get_running_loop()
        async with socks_door(tmp_path / "socks", _refusing(0xF0)) as door:
            began = loop.time()
            with pytest.raises(HostUnreachable) as caught:
                await Transport(KnownWay(tmp_path / "socks")).dial(ADDRESS, Purpose.PEER)
            assert loop.time() - began < 5
        assert caught.value.facts["reason"].startswith("it is not published")
        assert 2 <= len(door.asked) <= 6

    run(work)


def test_a_dial_is_cancelled_between_two_questions(tmp_path: Path) -> None:
    """Whoever stops a dial while it waits to ask again does not wait."""

    async def work() -> None:
        loop = asyncio.get_running_loop()
        async with socks_door(tmp_path / "socks", _refusing(0xF0)) as door:
            transport = Transport(KnownWay(tmp_path / "socks"))
            dialling = asyncio.ensure_future(transport.dial(ADDRESS, Purpose.PEER))
            await door.was_asked.wait()
            began = loop.time()
            dialling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await dialling
            assert loop.time() - began < 0.5

    run(work)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"choice": b"\x05\x00"}, "Tor's answer cannot be read"),
        ({"choice": b"HT"}, "Tor's answer cannot be read"),
        ({"verdict": b"\x01\x01"}, "Tor's answer cannot be read"),
        ({"answer": b"\x04\x00\x00\x01\0\0\0\0\0\0"}, "Tor's answer cannot be read"),
        ({"answer": b"\x05\x00\x01\x01\0\0\0\0\0\0"}, "Tor's answer cannot be read"),
        ({"answer": b"\x05\x00\x00\x02\0\0\0\0\0\0"}, "Tor's answer cannot be read"),
        ({"answer": b""}, "Tor closed the connection"),
    ],
)
def test_what_is_no_socks_is_refused(
    tmp_path: Path, answers: dict[str, bytes], reason: str
) -> None:
    """A port that speaks otherwise than SOCKS 5 with marks is not taken for Tor."""

    async def work() -> None:
        said = {name: value for name, value in answers.items() if name != "answer"}
        given = [answers["answer"]] if "answer" in answers else []
        async with socks_door(tmp_path / "socks", *given, **said):  # type: ignore[arg-type]
            with pytest.raises(HostUnreachable) as caught:
                await Transport(KnownWay(tmp_path / "socks")).dial(ADDRESS, Purpose.PEER)
            assert caught.value.facts["reason"] == reason

    run(work)


@pytest.mark.parametrize("bound", [b"\x01" + bytes(4), b"\x04" + bytes(16), b"\x03\x02ab"])
def test_every_kind_of_bound_address_is_passed_over(tmp_path: Path, bound: bytes) -> None:
    """Where Tor's end is bound is read whole, of each kind, and nothing after it."""

    async def work() -> None:
        answer = b"\x05\x00\x00" + bound + b"\0\0"
        async with socks_door(tmp_path / "socks", answer, after=b"x"):
            way = KnownWay(tmp_path / "socks")
            with await Transport(way).dial(ADDRESS, Purpose.PEER) as stream:
                assert await asyncio.get_running_loop().sock_recv(stream, 9) == b"x"

    run(work)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=40))
def test_a_hostile_proxy_gets_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    """Whatever a proxy answers leads to a stream or to a failure that a person can read."""
    _hurry(monkeypatch)

    async def work() -> None:
        path = tmp_path / f"s{next(_numbers)}"

        async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(answer)
            writer.close()

        server = await asyncio.start_unix_server(serve, path)
        try:
            (await Transport(KnownWay(path)).dial(ADDRESS, Purpose.PEER)).close()
        except (HostUnreachable, ClientKeyNeeded):
            pass
        finally:
            server.close()
            await server.wait_closed()

    run(work)


def test_tor_that_is_gone_is_not_ready(tmp_path: Path) -> None:
    """A SOCKS port that is not there any more is Tor's fault, and not the other end's."""

    async def work() -> None:
        with pytest.raises(TorNotReady):
            await Transport(KnownWay(tmp_path / "socks")).dial(ADDRESS, Purpose.PEER)

    run(work)


def test_a_silent_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that Tor says nothing about is unreachable once patience ends."""
    monkeypatch.setattr("core.transport.transport._ONION_S", 0.05)

    async def work() -> None:
        path = tmp_path / "socks"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen()
            with pytest.raises(HostUnreachable) as caught:
                await Transport(KnownWay(path)).dial(ADDRESS, Purpose.PEER)
            assert caught.value.facts["reason"] == "it does not answer"

    run(work)


def test_a_dial_is_cancelled_at_once(tmp_path: Path) -> None:
    """A dial that is cancelled closes its connection to Tor."""

    async def work() -> None:
        path = tmp_path / "socks"
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen()
            listener.settimeout(0)
            dialling = asyncio.ensure_future(Transport(KnownWay(path)).dial(ADDRESS, Purpose.PEER))
            stream, _ = await loop.sock_accept(listener)
            with stream:
                dialling.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await dialling
                assert await loop.sock_recv(stream, 9) == b"\x05\x01\x02"
                assert await loop.sock_recv(stream, 9) == b""

    run(work)


def test_offline_nobody_is_reached() -> None:
    """Without a way through Tor, an onion address is refused, with a key or without, and this machine is not."""

    async def work() -> None:
        transport = Transport()
        for key in ("", "KEY"):
            with pytest.raises(NetworkOffline):
                await transport.dial(ADDRESS, Purpose.PEER, client_key=key)
        with pytest.raises(NetworkOffline):
            await OFFLINE.authorise(HOST, "KEY")
        await transport.forget(ADDRESS)
        with listen_loopback() as listener:
            host, port = listener.getsockname()
            (await transport.dial(f"{host}:{port}", Purpose.SESSION)).close()

    run(work)


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    """A loopback port without anybody is said to be refused."""

    async def work() -> None:
        with listen_loopback() as listener:
            address = "{}:{}".format(*listener.getsockname())
        with pytest.raises(HostUnreachable) as caught:
            await Transport().dial(address, Purpose.SESSION)
        assert caught.value.facts["reason"] == "Connection refused"

    run(work)


@pytest.mark.parametrize("address", ["192.0.2.1:80", "example.org:80", "[2001:db8::1]:80", ""])
def test_other_addresses_are_refused(tmp_path: Path, address: str) -> None:
    """What is neither an onion service nor this machine is refused before anything is opened."""

    async def work() -> None:
        with pytest.raises(AddressRefused):
            await Transport(KnownWay(tmp_path / "nothing")).dial(address, Purpose.SESSION)

    run(work)


def test_marks_fit_into_socks() -> None:
    """No peer's name makes a mark that SOCKS cannot carry."""
    marks = Transport().isolate(OnionAddress(HOST, 80), Purpose.SESSION, "ü" * 500)
    assert len(marks.password) == 64


def _refusing(answer: int) -> bytes:
    return GRANTED[:1] + bytes([answer]) + GRANTED[2:]


def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in QUICK.items():
        monkeypatch.setattr(f"core.transport.transport.{name}", value)


def _failure(tmp_path: Path, answer: bytes) -> Failure:
    failures: list[Failure] = []

    async def work() -> None:
        async with socks_door(tmp_path / "socks", answer):
            with pytest.raises(Failure) as caught:
                await Transport(KnownWay(tmp_path / "socks")).dial(ADDRESS, Purpose.PEER)
            failures.append(caught.value)

    run(work)
    return failures[0]
