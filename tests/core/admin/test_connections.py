"""Hostile readers: those who hold a place and do nothing, take nothing, or come in crowds."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path

import pytest

from core.admin.answers import Answer
from core.admin.bundles import MOST_MADE, MOST_OF_ONE, MOST_SENT, Bundles
from core.admin.call_log import MOST_KEPT
from core.admin.connections import ConnectionLimits
from core.admin.desk import Asked, Rates
from core.admin.limits import IN_LOG, Rate
from core.admin.summing import LONGEST_WINDOW_S
from core.api.access import RevokeAccess
from core.errors import TooManyCalls
from tests.core.admin.admin_bench import AdminBench, UnixConnection

SHORT = ConnectionLimits(most=3, still_s=0.2, longest_s=60)
GET_FILE = b"GET %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n"
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


def ask(client: UnixConnection, token: str, path: str = "/v1/self") -> int:
    """Call over a connection that stays."""
    client.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
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


def test_the_oldest_that_nobody_knows_makes_way(data_directory: Path) -> None:
    """Who comes when it is full comes in; who only connects, or asks what needs no token, keeps nobody out."""

    async def run() -> None:
        limits = ConnectionLimits(most=3, of_known=2, still_s=60, longest_s=60)
        async with AdminBench(data_directory, limits=limits) as at:
            token = (await at.grant()).token
            with closing(UnixConnection(at.socket)) as kept:
                assert await asyncio.to_thread(ask, kept, token) == 200
                crowd = [connect(at) for _ in range(2)]
                crowd[0].sendall(b"GET /v1/move HTTP/1.1\r\nHost: a\r\n\r\n")
                assert await asyncio.to_thread(crowd[0].recv, 1 << 16)
                await until_left(at, 3)
                assert (await at.get("/v1/self", token)).status == 200
                await until_ended(crowd[0])
                crowd += [connect(at) for _ in range(5)]
                for each in crowd[:-2]:
                    await until_ended(each)
                assert await asyncio.to_thread(ask, kept, token) == 200
                for each in crowd:
                    each.close()

    asyncio.run(run())


def test_an_access_has_its_share_of_connections(data_directory: Path) -> None:
    """Its own oldest makes way for another of it; who has the most gives one up for somebody else's first."""

    async def run() -> None:
        limits = ConnectionLimits(most=9, of_known=3, of_one=2, still_s=60, longest_s=60)
        async with AdminBench(data_directory, limits=limits) as at:
            tokens = [(await at.grant()).token for _ in range(3)]
            streams = [await known(at, tokens[each]) for each in (0, 0)]
            streams.append(await known(at, tokens[0]))
            await until_ended(streams[0])
            streams.append(await known(at, tokens[1]))
            assert at.api.connections == 3
            streams.append(await known(at, tokens[2]))
            await until_ended(streams[1])
            for stream in streams[2:]:
                assert await asyncio.to_thread(is_alive, stream, tokens[0])
            for stream in streams:
                stream.close()
            await until_left(at, 0)

    asyncio.run(run())


async def known(at: AdminBench, token: str) -> socket.socket:
    """Connect, and call once."""
    stream = connect(at)
    stream.sendall(GET_SELF % token.encode())
    assert (await asyncio.to_thread(stream.recv, 1 << 16)).startswith(b"HTTP/1.1 200")
    return stream


def test_who_asks_without_a_token_does_not_stay(data_directory: Path) -> None:
    """Calls that anybody can make hold no place, and neither do those of an access that has ended."""

    async def run() -> None:
        async with AdminBench(data_directory, limits=SHORT) as at:
            ended = await at.grant()
            await at.access.revoke(RevokeAccess(ended.access.access_id))
            for asking in (
                b"GET /v1/move HTTP/1.1\r\nHost: a\r\n\r\n",
                GET_SELF % ended.token.encode(),
            ):
                with closing(connect(at)) as stream:
                    async with asyncio.timeout(20):
                        while await asyncio.to_thread(goes_on, stream, asking):  # noqa: ASYNC110
                            await asyncio.sleep(0.05)
            await until_left(at, 0)

    asyncio.run(run())


def goes_on(stream: socket.socket, asking: bytes) -> bool:
    """Ask and take what comes; False once the other end has had enough."""
    try:
        stream.sendall(asking)
        return bool(stream.recv(1 << 16))
    except OSError:
        return False


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


def test_what_is_not_there_takes_nothing_from_what_is(data_directory: Path) -> None:
    """Calls of places that there are not, and tokens that have ended, use up no measure of those who may read."""

    async def run() -> None:
        few, plenty = Rate(per_minute=6, burst=2), Rate(per_minute=600, burst=99)
        async with AdminBench(data_directory, rates=Rates(plenty, few, few, few)) as at:
            ended, token = await at.grant(), (await at.grant()).token
            await at.access.revoke(RevokeAccess(ended.access.access_id))
            for _ in range(4):
                await at.get("/v1/nothing")
                await at.get("/v1/self", ended.token)
            assert (await at.get("/v1/nothing")).status == 429
            assert (await at.get("/v1/move")).status == 200
            assert (await at.get("/v1/self", token)).status == 200

    asyncio.run(run())


def test_nobody_uses_up_the_open_places(data_directory: Path) -> None:
    """Each connection has its share of them, and who shows a token that may read is counted for itself."""

    async def run() -> None:
        few, plenty = Rate(per_minute=6, burst=2), Rate(per_minute=600, burst=99)
        rates = Rates(plenty, plenty, plenty, Rate(6, 6), plenty, of_connection=few)
        async with AdminBench(data_directory, rates=rates) as at:
            token = (await at.grant()).token
            with closing(UnixConnection(at.socket)) as client:
                answers = [await asyncio.to_thread(ask, client, "", "/v1/move") for _ in range(9)]
                assert answers == [200] * 2 + [429] * 7
            assert (await at.get("/v1/move")).status == 200
            for _ in range(9):
                assert (await at.get("/v1/move", token)).status == 200
            assert ("GET /v1/move", "answered") in await at.outcomes()
            assert at.access.shown()[0].calls == 9
            answers = [(await at.get("/v1/move")).status for _ in range(4)]
            assert answers == [200] * 3 + [429]

    asyncio.run(run())


def test_an_access_has_its_share_of_the_log(data_directory: Path) -> None:
    """Who writes too much into it in the long run is refused, so that nobody pushes others' calls out of it."""

    async def run() -> None:
        plenty = Rate(per_minute=600, burst=99)
        rates = Rates(plenty, plenty, plenty, plenty, in_log=Rate(per_minute=4, burst=3))
        async with AdminBench(data_directory, rates=rates) as at:
            token, other = (await at.grant()).token, (await at.grant()).token
            answers = [await at.get("/v1/self", token) for _ in range(5)]
            assert [got.status for got in answers] == [200] * 3 + [429] * 2
            assert 1 <= int(answers[-1].headers["retry-after"]) <= 15
            assert (await at.get("/v1/self", other)).status == 200
            at.clock.ahead_s += 15
            assert (await at.get("/v1/self", token)).status == 200

    asyncio.run(run())


def test_the_log_holds_the_calls_of_weeks() -> None:
    """One access that calls as often as it may, with a stranger beside it, needs eight to fill it."""
    a_day = 24 * 60
    sums = 7 * (a_day * 60 / LONGEST_WINDOW_S) * 2  # of each outcome: an entry, and its sum
    assert IN_LOG.burst + 8 * 7 * (IN_LOG.per_minute * a_day + sums) < MOST_KEPT


def test_what_is_no_http_is_counted_and_written_down(data_directory: Path) -> None:
    """It is a stranger's call: in the log, summed up, and refused for a while where it comes too often."""

    async def run() -> None:
        few, plenty = Rate(per_minute=6, burst=2), Rate(per_minute=600, burst=99)
        async with AdminBench(data_directory, rates=Rates(plenty, plenty, few, plenty)) as at:
            answers = [await at.send(b"\x16\x03\x01 hello\r\n\r\n") for _ in range(4)]
            found = [answer.split()[1] for answer in answers]
            assert found == [b"400", b"400", b"429", b"429"]
            assert await at.outcomes() == [
                ("what is no HTTP", "refused"),
                ("what is no HTTP", "too_many"),
            ]
            await at.access.close()
            assert (await at.send(b"\x16 hello\r\n\r\n")).split()[1] == b"503"
            await at.access.open()
            assert (await at.outcomes())[2:] == [
                ("1 further call", "refused"),
                ("1 further call", "too_many"),
            ]

    asyncio.run(run())


def test_a_fault_of_our_own_is_logged_and_ends_the_connection(
    data_directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing of it goes out, and the next call is answered."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            token = (await at.grant()).token
            real, at.desk.answer = at.desk.answer, failing
            assert await at.send(GET_SELF % token.encode()) == b""
            at.desk.answer = real
            assert (await at.get("/v1/self", token)).status == 200

    asyncio.run(run())
    assert [each.message for each in caplog.records] == ["a call failed by a fault of its own"]
    caplog.clear()


async def failing(_asked: Asked) -> Answer:
    """Have a bug."""
    raise ZeroDivisionError


def test_slow_readers_of_bundles_keep_nobody_waiting(data_directory: Path) -> None:
    """Each access has so many on their way; the next reader gets theirs while others take their time."""

    async def run() -> None:
        async with AdminBench(data_directory) as at:
            session_id = await at.seal()
            token, other = (await at.grant()).token, (await at.grant()).token
            path = f"/v1/sessions/{session_id}/proof"
            small, at.export = at.export, export_much
            slow = [connect(at) for _ in range(MOST_OF_ONE)]
            for stream in slow:
                stream.sendall(GET_FILE % (path.encode(), token.encode()))
                assert await asyncio.to_thread(stream.recv, 64)
            at.export = small
            got = await at.get(path, token)
            assert (got.status, got.headers["retry-after"]) == (429, "10")
            assert (await at.get(path, other)).status == 200
            for stream in slow:
                stream.close()
            await until_let_go(at)
            assert (await at.get(path, token)).status == 200

    asyncio.run(run())


def test_a_bundle_must_be_taken_at_some_pace(data_directory: Path) -> None:
    """Who takes it letter by letter loses the connection, and its place is free."""

    async def run() -> None:
        limits = ConnectionLimits(file_s=0.2, least_bytes_per_s=1 << 30)
        async with AdminBench(data_directory, limits=limits) as at:
            session_id = await at.seal()
            token = (await at.grant()).token
            at.export = export_much
            with closing(connect(at)) as stream:
                path = f"/v1/sessions/{session_id}/proof"
                stream.sendall(GET_FILE % (path.encode(), token.encode()))
                assert await asyncio.to_thread(stream.recv, 64)
                await until_let_go(at)
                await until_left(at, 0)

    asyncio.run(run())


async def export_much(_session_id: str, destination: Path) -> None:
    """Write more than fits on the way."""
    await asyncio.to_thread(destination.write_bytes, bytes(8 << 20))


async def until_let_go(at: AdminBench) -> None:
    """Wait until no bundle is on its way."""
    async with asyncio.timeout(20):
        while at.desk._bundles.count:  # noqa: ASYNC110 - the desk tells nobody
            await asyncio.sleep(0.005)


def test_so_many_bundles_are_on_their_way_at_once() -> None:
    """Two are made, eight are made or sent; the next is told when to come again, and what failed counts no more."""

    async def run() -> None:
        bundles, go_on = Bundles(), asyncio.Event()

        async def make() -> Answer:
            await go_on.wait()
            return Answer(file=BytesIO())

        making = [asyncio.ensure_future(bundles.make(str(each), make)) for each in range(MOST_MADE)]
        await asyncio.sleep(0)
        with pytest.raises(TooManyCalls):
            await bundles.make("other", make)
        making[0].cancel()
        await asyncio.wait(making[:1])
        go_on.set()
        answers = [await making[1]]
        answers += [await bundles.make(f"other {each}", make) for each in range(MOST_SENT - 1)]
        with pytest.raises(TooManyCalls):
            await bundles.make("other", make)
        for answer in answers:
            assert answer.file is not None
            bundles.sent(answer.file)
            bundles.sent(answer.file)
        assert bundles.count == 0

    asyncio.run(run())
