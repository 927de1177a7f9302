"""An accepted code costs its owner nothing, whatever a crowd of strangers does; and faults and odd words are told."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from core.api.hosting import AuditActor, AuditKind
from core.errors import CodeWrong
from core.evidence.consent_signature import sign_receipt
from core.hosting import greeting as hosting_greeting
from core.joining.greeting import Admission, accept, read_terms
from core.remote import entrance as entrance_under_test
from core.remote import exchange
from core.remote.exchange import write_line
from core.remote.guests import Stage
from tests.core.evidence.consents import example_receipt, sign_as_guest
from tests.core.hosting.test_greeting import ask, error_in, invited, play
from tests.fakes.greeting_bench import GreetingBench, as_guest

KNOWN_TO_NOBODY = "a greeting that cannot be read: a member that nobody knows"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def begin_to_join(bench: GreetingBench) -> asyncio.Task[Admission]:
    """Accept the terms at a host that takes its time to write it down; the code is used up when this returns."""
    bench.is_slow.clear()
    offer = await read_terms(bench.dial, invited(bench))
    utc_ns = bench.clock.now().utc_ns
    joining = asyncio.ensure_future(accept(bench.dial, offer, utc_ns=utc_ns, **as_guest()))  # type: ignore[arg-type]
    await bench.has_consented.wait()
    return joining


def line_with(bench: GreetingBench) -> dict[str, Any]:
    """Write what an appliance says to join."""
    terms = bench.arrival._consents.terms  # type: ignore[union-attr]
    receipt = replace(example_receipt(terms), accepted_utc_ns=bench.clock.now().utc_ns)
    return {
        "ask": "join",
        "code": bench.invitation.code,
        "receipt": receipt.members(),
        "signature": sign_receipt(receipt, sign_as_guest).hex(),
    }


async def _say(bench: GreetingBench, first: bytes) -> Streams:
    host, port = bench.entrance.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(first)
    return reader, writer


async def _speak(bench: GreetingBench, first: bytes) -> Streams:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host, port = bench.entrance.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port), ssl=context)
    writer.write(first)
    return reader, writer


async def crowd_out(
    bench: GreetingBench, connect: Callable[[GreetingBench, bytes], Any], first: bytes
) -> None:
    """Let five come where two have room, and wait until three were sent away without a word; then they all go."""
    crowd: list[Streams] = [await connect(bench, first) for _ in range(5)]
    waiting = {asyncio.ensure_future(reader.read()) for reader, _ in crowd}
    while len(waiting) > 2:
        gone, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert {each.result() for each in gone} == {b""}
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    for _, writer in crowd:
        writer.transport.abort()


async def until_one_is(bench: GreetingBench, stage: Stage) -> None:
    """Wait until one guest is at a stage."""
    while bench.entrance._guests.at(stage) != 1:  # noqa: ASYNC110 - nobody tells of it
        await asyncio.sleep(0.001)


@pytest.mark.parametrize(
    ("connect", "first"),
    [(_say, b""), (_say, b"\x16"), (_speak, b""), (_speak, b'{"ask":')],
    ids=["silent", "handshake", "speaking", "half a line"],
)
def test_a_crowd_costs_nobody_an_accepted_code(
    connect: Callable[[GreetingBench, bytes], Any], first: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strangers fill every place while a consent is written; they send each other away, and the ticket is given."""
    monkeypatch.setattr(entrance_under_test, "_MOST_GUESTS", 2)

    async def scene(bench: GreetingBench) -> None:
        joining = await begin_to_join(bench)
        await crowd_out(bench, connect, first)
        assert not joining.done()
        bench.is_slow.set()
        admission = await joining
        assert bench.door.tickets.expects(admission.user)

    assert len(play(scene).consents) == 1


def test_who_only_connects_sends_nobody_away_who_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by silence nor by half a handshake: a line that has begun can be ended."""
    monkeypatch.setattr(entrance_under_test, "_MOST_GUESTS", 2)

    async def scene(bench: GreetingBench) -> None:
        line = write_line({"ask": "terms", "code": bench.invitation.code})
        reader, writer = await _speak(bench, line[:5])
        await until_one_is(bench, Stage.SPEAKING)
        for first in (b"", b"\x16"):
            await crowd_out(bench, _say, first)
        writer.write(line[5:])
        assert "terms" in json.loads(await reader.read())
        writer.close()

    play(scene)


def test_who_says_nothing_sends_nobody_away_who_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handshake that has begun can go on."""
    monkeypatch.setattr(entrance_under_test, "_MOST_GUESTS", 2)

    async def scene(bench: GreetingBench) -> None:
        hello = _client_hello()
        reader, writer = await _say(bench, hello[:5])
        await until_one_is(bench, Stage.HANDSHAKE)
        await crowd_out(bench, _say, b"")
        writer.write(hello[5:])
        assert await reader.readexactly(1) == b"\x16"
        writer.transport.abort()

    play(scene)


def _client_hello() -> bytes:
    answers, said = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(answers, said, server_hostname="localhost")
    with suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return said.read()


def test_a_new_code_leaves_the_old_one_no_ticket() -> None:
    """Not even where the old one was accepted, and its consent is still being written."""

    async def scene(bench: GreetingBench) -> None:
        joining = await begin_to_join(bench)
        bench.invitation = bench.door.invite()
        bench.is_slow.set()
        with pytest.raises(CodeWrong):
            await joining
        assert bench.door.tickets.current is None
        assert bench.door.wrong_codes == 0
        await read_terms(bench.dial, invited(bench))

    assert len(play(scene).consents) == 1


def test_an_end_leaves_no_ticket() -> None:
    """The session ended while the consent was being written."""

    async def scene(bench: GreetingBench) -> None:
        joining = await begin_to_join(bench)
        bench.door.shut()
        bench.is_slow.set()
        with pytest.raises(CodeWrong):
            await joining
        assert not bench.door.is_open

    play(scene)


def test_a_receipt_is_taken_once() -> None:
    """With another code too; that code can still be used."""

    async def scene(bench: GreetingBench) -> None:
        said = line_with(bench)
        assert "ticket" in json.loads(await ask(bench, write_line(said)))
        bench.invitation = bench.door.invite()
        again = {**said, "code": bench.invitation.code}
        assert error_in(await ask(bench, write_line(again))) == exchange.RECEIPT_WRONG
        assert bench.door.invitation() is not None

    bench = play(scene)
    assert len(bench.consents) == 1
    assert bench.refusals == ["an acceptance that does not hold: receipt"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"ask":"join","code":"x","receipt":{"a":"\\ud800"},"signature":"00"}', "receipt"),
        (b'{"ask":"join","code":"x","receipt":{"a":1e999},"signature":"00"}', "receipt"),
        (b'{"ask":"join","code":"x","receipt":{"a":1},"signature":"00"}', "receipt.format"),
        (b'{"ask":"join","code":"x","receipt":7,"signature":"00"}', "receipt"),
        (b'{"ask":"terms","code":["x"]}', "code"),
        (b'{"ask":"terms"}', "code"),
        (b'{"ask":"anything","code":"x"}', "ask"),
        (b'{"ask":"terms","code":"x","I was never here":1}', ""),
        (b'{"ask":"terms","code":"x","\\ud800":1}', ""),
    ],
)
def test_the_trail_names_what_is_known_only(line: bytes, told: str) -> None:
    """A stranger writes no words of its own into it, and whatever it says is answered."""

    async def scene(bench: GreetingBench) -> None:
        assert error_in(await ask(bench, line + b"\n")) == exchange.UNREADABLE

    bench = play(scene)
    assert bench.refusals == [
        f"a greeting that cannot be read: {told}" if told else KNOWN_TO_NOBODY
    ]
    assert bench.failures == []


def test_a_strangers_receipt_names_nothing_either() -> None:
    """An odd member of a receipt that is whole otherwise is no member of ours."""

    async def scene(bench: GreetingBench) -> None:
        said = line_with(bench)
        for odd in ({"I was never here": 1}, {"party": {**said["receipt"]["party"], "or here": 1}}):
            asked = {**said, "receipt": {**said["receipt"], **odd}}
            assert error_in(await ask(bench, write_line(asked))) == exchange.UNREADABLE

    assert play(scene).refusals == ["a greeting that cannot be read: receipt"] * 2


def test_a_fault_in_a_greeting_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands in the trail, front ends hear of it, and the next one is greeted."""
    real = hosting_greeting.Greeting._look
    fault = ZeroDivisionError("odd")

    def fail(*_: object) -> None:
        raise fault

    async def scene(bench: GreetingBench) -> None:
        monkeypatch.setattr(hosting_greeting.Greeting, "_look", fail)
        line = write_line({"ask": "terms", "code": bench.invitation.code})
        assert await ask(bench, line) == b""
        monkeypatch.setattr(hosting_greeting.Greeting, "_look", real)
        await read_terms(bench.dial, invited(bench))

    bench = play(scene)
    assert bench.failures == [fault]
    told = "a connection met a fault of the program"
    assert bench.entries == [(AuditKind.INCIDENT, AuditActor.APPLIANCE, "entrance", "", told)]
