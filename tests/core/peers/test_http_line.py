"""Tests of core.peers.http_line against a peer that says whatever it likes."""

from __future__ import annotations

import asyncio
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Bug, DestinationUnwritable, PeerRefused, PeerUnreachable
from core.peers.http_line import HttpLine, Reply, Whose
from tests.fakes.peers_by_tor import TOKEN, host_of, reply

WHOSE = Whose("Büro", host_of(0), TOKEN)
KIND = "application/vnd.lucid.evidence"
# Pieces of what is said in HTTP, put together at random: more of it gets past the first line than of random bytes.
PIECES = st.lists(
    st.sampled_from(
        [
            b"HTTP/1.1 200 OK\r\n",
            b"HTTP/1.0 200 OK\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"HTTP/1.1 302 Found\r\n",
            b"HTTP/1.1 999 X\r\n",
            b"Content-Length: 5\r\n",
            b"Content-Length: -1\r\n",
            b"Content-Length: 99999999999999999999\r\n",
            b"Transfer-Encoding: chunked\r\n",
            b"Transfer-Encoding: gzip, chunked\r\n",
            b"Connection: close\r\n",
            b"Content-Type: application/json\r\n",
            b"Content-Encoding: identity\r\n",
            b"\r\n",
            b"5\r\nhello\r\n",
            b"0\r\n\r\n",
            b"fffffffff\r\n",
            b"hello",
            b"\x00\xff",
        ]
    )
    | st.binary(max_size=9),
    max_size=12,
).map(b"".join)


def proven(stream: socket.socket) -> HttpLine:
    """Make a line to a peer whose device has proved to be there."""
    line = HttpLine(stream, WHOSE)
    line.proven()
    return line


async def say(answer: bytes, *, is_file: bool = False) -> Reply | bytes:
    """Let a peer answer one request with these bytes and hang up; gives what was made of it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0)
        theirs.sendall(answer)
        theirs.shutdown(socket.SHUT_WR)
        line = proven(ours)
        if not is_file:
            return await line.ask("/v1/health", "application/json")
        kept = bytearray()

        async def keep(data: bytes) -> None:
            kept.extend(data)

        await line.fetch("/v1/proof", KIND, keep)
        return bytes(kept)


@given(PIECES, st.booleans())
def test_a_hostile_peer_gets_nowhere(answer: bytes, is_file: bool) -> None:
    """Whatever a peer answers leads to a reply, or to a failure that a person can read."""
    try:
        got = asyncio.run(say(answer, is_file=is_file))
    except (PeerRefused, PeerUnreachable):
        return
    assert isinstance(got, bytes) is is_file


def test_an_answer_is_given() -> None:
    """Its kind comes without parameters, and its body whole, in whichever way it was framed."""
    expected = Reply("application/json", b"hello")
    kind = "application/json; charset=utf-8"
    assert asyncio.run(say(reply(b"hello", kind=kind))) == expected
    chunked = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    chunked += b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
    assert asyncio.run(say(chunked)) == expected
    closed = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\nhello"
    assert asyncio.run(say(closed)) == expected
    interim = b"HTTP/1.1 100 Continue\r\n\r\n" + reply(b"hello")
    assert asyncio.run(say(interim)) == expected
    assert asyncio.run(say(reply(b"hello", kind=KIND), is_file=True)) == b"hello"


def test_a_token_is_shown_only_where_it_is_needed() -> None:
    """The request names the peer and the token, and nothing of this appliance; without signing, no token."""

    async def run() -> None:
        for is_signed in (True, False):
            ours, theirs = socket.socketpair()
            with ours, theirs:
                ours.settimeout(0)
                theirs.sendall(reply({}))
                await proven(ours).ask("/x", "application/json", is_signed=is_signed)
                asked = theirs.recv(4096).decode()
            assert asked.startswith("GET /x HTTP/1.1\r\n")
            assert f"Host: {host_of(0)}\r\n" in asked
            assert (f"Authorization: Bearer {TOKEN}" in asked) is is_signed

    asyncio.run(run())


def test_a_token_is_shown_to_nobody_who_has_not_proved_to_be_there() -> None:
    """Nothing at all is sent on a line whose other end may be anybody."""

    async def run() -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.settimeout(0)
            theirs.settimeout(0)
            with pytest.raises(Bug):
                await HttpLine(ours, WHOSE).ask("/x", "application/json")
            with pytest.raises(BlockingIOError):
                theirs.recv(1)

    asyncio.run(run())


def test_a_file_that_cannot_be_kept_is_said() -> None:
    """What writing raises is passed on, and is not taken for the peer's fault."""

    async def run() -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.settimeout(0)
            theirs.sendall(reply(b"hello", kind=KIND))

            async def fail(_: bytes) -> None:
                raise DestinationUnwritable(path="out", reason="it is full")

            with pytest.raises(DestinationUnwritable):
                await proven(ours).fetch("/x", KIND, fail)

    asyncio.run(run())


@pytest.mark.parametrize("limit", ["_PIECE_S", "_BUNDLE_S"])
def test_a_file_that_does_not_come_is_given_up(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that begins a file and sends no more of it is unreachable once patience ends."""
    monkeypatch.setattr(f"core.peers.http_line.{limit}", 0.05)

    async def run() -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.settimeout(0)
            theirs.sendall(reply(bytes(9), kind=KIND)[:-3])

            async def keep(_: bytes) -> None:
                """Keep nothing."""

            with pytest.raises(PeerUnreachable):
                await proven(ours).fetch("/x", KIND, keep)

    asyncio.run(run())


def test_a_connection_that_breaks_is_said() -> None:
    """A line whose other end is gone is unreachable, and not refused."""

    async def run() -> None:
        ours, theirs = socket.socketpair()
        theirs.close()
        with ours:
            ours.settimeout(0)
            with pytest.raises(PeerUnreachable) as caught:
                await proven(ours).ask("/x", "application/json")
        assert caught.value.facts["reason"] == "the connection broke off"

    asyncio.run(run())
