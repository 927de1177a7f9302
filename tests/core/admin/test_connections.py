"""Hostile readers: those who hold a place and do nothing, take nothing, or come in crowds."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing, suppress
from pathlib import Path

from core.admin.connections import ConnectionLimits
from core.admin.desk import Rates
from core.admin.limits import Rate
from core.api.access import RevokeAccess
from tests.core.admin.admin_bench import AdminBench, UnixConnection

SHORT = ConnectionLimits(most=3, still_s=0.2, longest_s=60)
GET_SELF = b"GET /v1/self HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n"


def connect(at: AdminBench) -> socket.socket:
    """Connect, and wait for whatever comes."""
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    stream.settimeout(20)
    stream.connect(str(at.socket))
    return stream


async def until_ended(stream: socket.socket) -> bytes:
    """Read until the other end has ended it."""

    def read() -> bytes:
        found = b""
        try:
            while piece := stream.recv(1 << 16):
                found += piece
        except ConnectionResetError:
            pass
        return found

    return await asyncio.to_thread(read)


async def until_left(at: AdminBench, count: int) -> None:
    """Wait until so many connections are left."""
    async with asyncio.timeout(20):
        while at.api.connections != count:  # noqa: ASYNC110 - the API tells nobody when one goes
            await asyncio.sleep(0.005)


def test_who_says_nothing_is_sent_away(data_directory: Path) -> None:
    """Nothing, half a head, or one letter after the other: none of it holds a place."""

    async def run() -> None:
        async with AdminBench(data_directory, limits=SHORT) as at:
            for sent in (b"", b"GET /v1/self HTTP/1.1\r\nHost:"):
                with closing(connect(at)) as stream:
                    stream.sendall(sent)
                    assert await until_ended(stream) == b""
            with closing(connect(at)) as stream:
                stream.sendall(b"GET / HTTP/1.1\r\nX: ")
                await letter_by_letter(stream)
            await until_left(at, 0)

    asyncio.run(run())


async def letter_by_letter(stream: socket.socket) -> None:
    """Send letters until the other end has enough; fails if it never has."""
    async with asyncio.timeout(20):
        while True:
            try:
                stream.sendall(b"a")
            except OSError:
                return
            await asyncio.sleep(0.05)


def test_who_takes_nothing_is_sent_away(data_directory: Path) -> None:
    """A reader that asks and does not read loses the connection, and the bundle it asked for is let go."""

    async def run() -> None:
        async with AdminBench(data_directory, limits=SHORT) as at:
            with closing(connect(at)) as stream:
                stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                await asyncio.to_thread(ask_and_take_nothing, stream)
                await until_left(at, 0)

    asyncio.run(run())


def ask_and_take_nothing(stream: socket.socket) -> None:
    """Ask for as much as fits on the way; the other end stops reading, and then ends it."""
    with suppress(OSError):
        for _ in range(20_000):
            stream.sendall(b"GET /v1/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n")


def test_who_goes_on_asking_may_stay(data_directory: Path) -> None:
    """A connection that is used stays longer than an idle one may."""

    async def run() -> None:
        async with AdminBench(data_directory, limits=SHORT) as at:
            token = (await at.grant()).token
            with closing(UnixConnection(at.socket)) as client:
                for _ in range(10):
                    got = await asyncio.to_thread(ask, client, token)
                    assert got == 200
                    await asyncio.sleep(0.06)

    asyncio.run(run())


def ask(client: UnixConnection, token: str) -> int:
    """Call over a connection that stays."""
    client.request("GET", "/v1/self", headers={"Authorization": f"Bearer {token}"})
    answer = client.getresponse()
    answer.read()
    return answer.status


def test_nobody_stays_for_ever(data_directory: Path) -> None:
    """A connection ends at its longest, however busy it is."""

    async def run() -> None:
        limits = ConnectionLimits(most=3, still_s=0.1, longest_s=0.4)
        async with AdminBench(data_directory, limits=limits) as at:
            token = (await at.grant()).token
            with closing(connect(at)) as stream:
                stream.settimeout(0.05)
                async with asyncio.timeout(20):
                    while await asyncio.to_thread(is_alive, stream, token):
                        pass
            await until_left(at, 0)

    asyncio.run(run())


def is_alive(stream: socket.socket, token: str) -> bool:
    """Ask again and take what comes."""
    try:
        stream.sendall(GET_SELF % token.encode())
        return bool(stream.recv(1 << 16))
    except TimeoutError:
        return True
    except OSError:
        return False


def test_there_is_room_for_so_many(data_directory: Path) -> None:
    """Whoever comes when it is full is sent away at once; a place that is free again is taken."""

    async def run() -> None:
        limits = ConnectionLimits(most=3, still_s=60, longest_s=60)
        async with AdminBench(data_directory, limits=limits) as at:
            token = (await at.grant()).token
            crowd = [connect(at) for _ in range(3)]
            await until_left(at, 3)
            with closing(connect(at)) as stream:
                assert await until_ended(stream) == b""
            crowd.pop().close()
            await until_left(at, 2)
            assert (await at.get("/v1/self", token)).status == 200
            for each in crowd:
                each.close()
            await until_left(at, 0)

    asyncio.run(run())


def test_ending_an_access_cuts_its_connections(data_directory: Path) -> None:
    """The connection of whose access was revoked ends at once, and another reader's stays."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            granted, other = await at.grant(), await at.grant()
            with closing(connect(at)) as cut, closing(UnixConnection(at.socket)) as kept:
                cut.sendall(GET_SELF % granted.token.encode())
                assert (await asyncio.to_thread(cut.recv, 1 << 16)).startswith(b"HTTP/1.1 200")
                assert await asyncio.to_thread(ask, kept, other.token) == 200
                await at.access.revoke(RevokeAccess(granted.access.access_id))
                await until_ended(cut)
                assert await asyncio.to_thread(ask, kept, other.token) == 200

    asyncio.run(run())


def test_too_many_calls_are_refused_for_a_while(data_directory: Path) -> None:
    """A reader hears in how many seconds to come again, strangers share one measure, and neither stops the other."""

    async def run() -> None:
        few, plenty = Rate(per_minute=6, burst=2), Rate(per_minute=600, burst=99)
        rates = Rates(few, plenty, few, few)
        async with AdminBench(data_directory, rates=rates) as at:
            token, other = (await at.grant()).token, (await at.grant()).token
            for given, fine in ((token, 200), ("", 401)):
                answers = [await at.get("/v1/self", given) for _ in range(4)]
                assert [got.status for got in answers] == [fine, fine, 429, 429]
                assert 1 <= int(answers[-1].headers["retry-after"]) <= 10
                assert answers[-1].json["code"] == "too_many_calls"
            answers = [await at.get("/v1/openapi.json") for _ in range(3)]
            assert [got.status for got in answers] == [200, 200, 429]
            assert (await at.get("/v1/self", other)).status == 200
            at.clock.ahead_s += 10
            assert (await at.get("/v1/self", token)).status == 200
            outcomes = [outcome for _, outcome in await at.outcomes()]
            assert outcomes.count("too_many") == 2  # the reader's and the strangers'

    asyncio.run(run())


def test_all_readers_together_have_a_measure_too(data_directory: Path) -> None:
    """Several accesses cannot together write to the disk more often than recording can stand."""

    async def run() -> None:
        few, plenty = Rate(per_minute=6, burst=2), Rate(per_minute=600, burst=99)
        async with AdminBench(data_directory, rates=Rates(plenty, few, plenty, plenty)) as at:
            tokens = [(await at.grant()).token for _ in range(3)]
            answers = [await at.get("/v1/self", token) for token in tokens]
            assert [got.status for got in answers] == [200, 200, 429]

    asyncio.run(run())


def test_so_many_bundles_are_made_at_once(data_directory: Path) -> None:
    """The third waits its turn; it is told when to come again."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            session_id = await at.seal()
            token = (await at.grant()).token
            path = f"/v1/sessions/{session_id}/proof"
            at.desk._bundles = 2
            got = await at.get(path, token)
            assert (got.status, got.headers["retry-after"]) == (429, "10")
            at.desk._bundles = 0
            for _ in range(5):
                assert (await at.get(path, token)).status == 200
            await until_left(at, 0)  # its last piece has come before it is put away
            assert at.desk._bundles == 0

    asyncio.run(run())
