"""The exchange of terms: a real entrance, TLS, the joining appliance's half of it, and whoever abuses it."""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api.hosting import AuditActor, AuditKind, PeerState
from core.api.joining import JoinRole
from core.errors import (
    CertificateDifferent,
    CodeWrong,
    HostUnreachable,
    JoinRefused,
    TermsRefused,
)
from core.evidence.consent import read_consent
from core.evidence.consent_signature import check_consent, sign_receipt
from core.hosting import greeting as hosting_greeting
from core.joining.greeting import accept, read_terms
from core.joining.invited import Invited, read_invitation
from core.permissions.limits import Knock
from core.remote import entrance as under_test
from core.remote import exchange
from core.remote.exchange import LONGEST_LINE, write_line
from core.remote.guests import Stage
from tests.core.evidence.consents import example_receipt, sign_as_guest
from tests.fakes.greeting_bench import GreetingBench, as_guest, greeting_bench

Scene = Callable[[GreetingBench], Awaitable[None]]


def play(scene: Scene, role: JoinRole = JoinRole.PEER) -> GreetingBench:
    """Play a scene at a real entrance."""

    async def run(directory: Path) -> GreetingBench:
        async with greeting_bench(directory, role) as bench:
            async with asyncio.timeout(30):
                await scene(bench)
        return bench

    with TemporaryDirectory() as directory:
        return asyncio.run(run(Path(directory)))


def invited(bench: GreetingBench) -> Invited:
    """Read the invitation's link."""
    return read_invitation(bench.invitation.link)


async def ask(bench: GreetingBench, line: bytes) -> bytes:
    """Say a line over TLS and give all that is answered."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host, port = bench.entrance.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port), ssl=context)
    writer.write(line)
    answer = await reader.read()
    writer.close()
    return answer


async def join(bench: GreetingBench) -> None:
    """Read the terms and accept them."""
    offer = await read_terms(bench.dial, invited(bench))
    await accept(bench.dial, offer, utc_ns=bench.clock.now().utc_ns, **as_guest())  # type: ignore[arg-type]


def error_in(answer: bytes) -> str:
    """Give the error that was answered."""
    return str(json.loads(answer).get("error", ""))


@pytest.mark.parametrize("role", JoinRole)
def test_terms_are_read_and_accepted(role: JoinRole) -> None:
    """The code is looked at, then used up; the consent is in the trail before the ticket lets one client in."""

    async def scene(bench: GreetingBench) -> None:
        offer = await read_terms(bench.dial, invited(bench))
        assert offer.terms.role is role
        assert offer.shown().is_certificate_known
        assert offer.shown().text == offer.terms.text
        assert bench.door.invitation() is not None
        utc_ns = bench.clock.now().utc_ns
        admission = await accept(bench.dial, offer, utc_ns=utc_ns, **as_guest())  # type: ignore[arg-type]
        assert bench.door.invitation() is None
        assert bench.door.is_open
        assert bench.consents == [admission.consent.to_json().decode()]
        check_consent(read_consent(bench.consents[0].encode()))
        assert bench.door.try_code("AAAA-AAAA", is_typed=False) is Knock.WRONG
        assert bench.door.try_code(admission.ticket, is_typed=False) is Knock.RIGHT
        assert (bench.door.peer.state, bench.door.peer.name) == (PeerState.ADMITTED, "anna")
        bench.door.left()
        assert not bench.door.is_open
        assert bench.door.try_code(admission.ticket, is_typed=False) is Knock.WRONG

    bench = play(scene, role)
    actor = AuditActor.PEER if role is JoinRole.PEER else AuditActor.OBSERVER
    hashed = read_consent(bench.consents[0].encode()).receipt.receipt_hash.hex()
    assert bench.entries == [(AuditKind.CONSENTED, actor, "anna", "", hashed)]
    assert bench.connections == 2


def test_an_address_and_a_code_are_enough() -> None:
    """Then the certificate that was presented is given back, and must be the same when the terms are accepted."""

    async def scene(bench: GreetingBench) -> None:
        there = read_invitation(bench.entrance.address, bench.invitation.code.lower())
        offer = await read_terms(bench.dial, there)
        assert not offer.shown().is_certificate_known
        assert offer.shown().certificate_sha256 == bench.certificate
        await accept(bench.dial, offer, utc_ns=bench.clock.now().utc_ns, **as_guest())  # type: ignore[arg-type]

    play(scene)


def test_another_certificate_hears_nothing() -> None:
    """Neither the code nor a receipt is said to whoever has another certificate than the link's, or than before."""

    async def scene(bench: GreetingBench) -> None:
        there = invited(bench)
        with pytest.raises(CertificateDifferent) as caught:
            await read_terms(bench.dial, replace(there, certificate_sha256="0" * 64))
        assert caught.value.facts == {"found": bench.certificate, "expected": "0" * 64}
        offer = await read_terms(bench.dial, there)
        other = replace(offer, terms=replace(offer.terms, certificate_sha256=bytes(32)))
        with pytest.raises(CertificateDifferent):
            await accept(bench.dial, other, utc_ns=0, **as_guest())  # type: ignore[arg-type]
        assert bench.door.wrong_codes == 0

    assert play(scene).consents == []


def test_wrong_codes_count_and_lock() -> None:
    """Five of them in greetings lock the door for everybody, as those at the door do; each is in the trail."""

    async def scene(bench: GreetingBench) -> None:
        wrong = replace(invited(bench), code="AAAA-AAAA")
        for _ in range(5):
            with pytest.raises(CodeWrong):
                await read_terms(bench.dial, wrong)
        for there in (wrong, invited(bench)):
            with pytest.raises(JoinRefused, match="too many wrong codes"):
                await read_terms(bench.dial, there)
        assert bench.door.locked_until_utc_ms is not None

    kinds = [each[0] for each in play(scene).entries]
    assert kinds == [AuditKind.WRONG_CODE] * 5


def test_what_does_not_hold_is_not_taken() -> None:
    """A receipt for other terms, of another time or another's signature is refused, and the code is still good."""

    async def scene(bench: GreetingBench) -> None:
        offer = await read_terms(bench.dial, invited(bench))
        utc_ns = bench.clock.now().utc_ns
        other = replace(offer.terms, records_keys=True)
        good = replace(example_receipt(offer.terms), accepted_utc_ns=utc_ns)
        late = replace(good, accepted_utc_ns=utc_ns - 601 * 10**9)
        cases = [
            (replace(good, terms_hash=other.terms_hash), None, exchange.TERMS_DIFFERENT),
            (late, None, exchange.RECEIPT_WRONG),
            (good, bytes(64), exchange.RECEIPT_WRONG),
            (example_receipt(offer.terms, is_door=True), bytes(64), exchange.RECEIPT_WRONG),
        ]
        for receipt, signature, error in cases:
            asked: dict[str, Any] = {
                "ask": "join",
                "code": bench.invitation.code,
                "receipt": receipt.members(),
                "signature": (signature or sign_receipt(receipt, sign_as_guest)).hex(),
            }
            assert error_in(await ask(bench, write_line(asked))) == error
        assert bench.door.invitation() is not None
        with pytest.raises(JoinRefused, match="terms have changed"):
            await accept(bench.dial, replace(offer, terms=other), utc_ns=utc_ns, **as_guest())  # type: ignore[arg-type]

    bench = play(scene)
    assert bench.consents == []
    assert len(bench.refusals) == 5


def test_nobody_comes_in_whose_consent_is_not_kept() -> None:
    """Where it cannot be witnessed, or not be written down, there is no ticket."""

    async def scene(bench: GreetingBench) -> None:
        offer = await read_terms(bench.dial, invited(bench))
        utc_ns = bench.clock.now().utc_ns
        bench.is_unlocked = False
        with pytest.raises(JoinRefused, match="vault is locked"):
            await accept(bench.dial, offer, utc_ns=utc_ns, **as_guest())  # type: ignore[arg-type]
        bench.is_unlocked, bench.can_write = True, False
        with pytest.raises(JoinRefused):
            await accept(bench.dial, offer, utc_ns=utc_ns, **as_guest())  # type: ignore[arg-type]
        assert not bench.door.is_open

    assert [each.code for each in play(scene).failures] == ["vault_locked"]


def test_nobody_is_greeted_while_somebody_is_in() -> None:
    """The code is not even looked at."""

    async def scene(bench: GreetingBench) -> None:
        bench.door.knocked()
        bench.door.try_code(bench.invitation.code)
        with pytest.raises(JoinRefused, match="somebody else"):
            await read_terms(bench.dial, invited(bench))
        assert bench.door.wrong_codes == 0

    play(scene)


def test_openssl_speaks_with_it() -> None:
    """What the page says is enough for any TLS client: a line in, a line out, the invitation's certificate."""

    async def scene(bench: GreetingBench) -> None:
        line = json.dumps({"ask": "terms", "code": bench.invitation.code}) + "\n"
        ran = await asyncio.to_thread(
            subprocess.run,
            ["openssl", "s_client", "-connect", bench.entrance.address, "-ign_eof", "-tls1_2"],
            input=line.encode(),
            capture_output=True,
            check=False,
            timeout=20,
        )
        answer = next(each for each in ran.stdout.splitlines() if each.startswith(b'{"signature"'))
        assert json.loads(answer)["terms"]["certificate_sha256"] == bench.certificate

    play(scene)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.binary(max_size=200).filter(lambda data: b"\n" not in data)
        | st.dictionaries(
            st.sampled_from(["ask", "code", "receipt", "signature", "x"]),
            st.none() | st.text(max_size=20) | st.integers(-5, 5) | st.just({}),
        ).map(lambda value: json.dumps(value).encode())
        | st.just(b"x" * (LONGEST_LINE + 1))
        | st.just(b"[" * 4000),
        min_size=1,
        max_size=4,
    )
)
def test_any_line_is_answered_with_an_error(lines: list[bytes]) -> None:
    """Whatever a stranger says it is an error and the end, and the next one is greeted as if nothing had been."""

    async def scene(bench: GreetingBench) -> None:
        for line in lines:
            answer = await ask(bench, line + b"\n")
            assert error_in(answer) in {exchange.UNREADABLE, exchange.CODE_WRONG}
        await read_terms(bench.dial, invited(bench))

    play(scene)


@pytest.mark.parametrize(
    "first", [b"", b"\x16", b"\x03", b"\x03\x00\x00\x13", b"GET / HTTP/1.0\r\n\r\n"]
)
def test_who_says_nothing_or_nonsense_is_put_out(
    first: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within seconds, without having been taken for a client; it holds nothing up meanwhile."""
    # Whoever reads the terms beside it has no more time: enough of it for a busy machine.
    monkeypatch.setattr(under_test, "_HELLO_S", 1.0)
    monkeypatch.setattr(under_test, "LINE_S", 1.0)

    async def scene(bench: GreetingBench) -> None:
        host, port = bench.entrance.address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(first)
        await read_terms(bench.dial, invited(bench))
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()

    bench = play(scene)
    assert bench.entrance.visit is None
    assert len(bench.refusals) == (0 if first == b"\x16" else 1)


def test_slow_strangers_do_not_hold_the_greeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many who begin a line and do not end it, at once: whoever has the code is answered, and the oldest have to go."""
    monkeypatch.setattr(under_test, "_MOST_GUESTS", 8)

    async def scene(bench: GreetingBench) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        host, port = bench.entrance.address.split(":")
        slow = []
        for _ in range(12):
            reader, writer = await asyncio.open_connection(host, int(port), ssl=context)
            writer.write(b'{"ask":')
            slow.append((reader, writer))
        assert bench.entrance._guests.at(Stage.SPEAKING) <= 8
        offers = await asyncio.gather(*(read_terms(bench.dial, invited(bench)) for _ in range(2)))
        assert offers[0] == offers[1]
        for reader, writer in slow[:4]:
            with_error = await reader.read()
            assert with_error == b""
            writer.close()
        for _, writer in slow[4:]:
            writer.close()

    play(scene)


def test_a_line_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time, with an error."""
    monkeypatch.setattr(exchange, "LINE_S", 0.2)

    async def scene(bench: GreetingBench) -> None:
        assert error_in(await ask(bench, b'{"ask":')) == exchange.UNREADABLE

    assert play(scene).refusals == ["a greeting that cannot be read: it does not come to an end"]


def test_two_cannot_use_one_code() -> None:
    """Of two who accept at once one gets a ticket."""

    async def scene(bench: GreetingBench) -> None:
        offer = await read_terms(bench.dial, invited(bench))
        utc_ns = bench.clock.now().utc_ns
        tries = (accept(bench.dial, offer, utc_ns=utc_ns, **as_guest()) for _ in range(2))  # type: ignore[arg-type]
        found = await asyncio.gather(*tries, return_exceptions=True)
        assert sorted(type(each).__name__ for each in found) == ["Admission", "CodeWrong"]

    assert len(play(scene).consents) == 1


@pytest.mark.parametrize("member", ["signature", "terms", "witness", "ticket", "user"])
def test_a_host_that_lies_is_found_out(member: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terms without their signature, a witness that is none, or a ticket that no client can be given."""
    real = hosting_greeting.Greeting._answer

    async def lying(self: Any, asked: Any, welcome: Any) -> Any:  # noqa: ANN401
        answer = dict(await real(self, asked, welcome))
        if member in answer:
            answer[member] = "ab" * 64 if member in {"signature", "witness"} else "\x1b"
        return answer

    monkeypatch.setattr(hosting_greeting.Greeting, "_answer", lying)

    async def scene(bench: GreetingBench) -> None:
        with pytest.raises(TermsRefused):
            await join(bench)

    play(scene)


def test_a_host_that_is_not_there() -> None:
    """Nothing listens, or what listens is no Lucid; both are said."""

    async def scene(bench: GreetingBench) -> None:
        there = invited(bench)

        async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        other = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        port = other.sockets[0].getsockname()[1]
        for address in ("127.0.0.1:1", f"127.0.0.1:{port}"):
            with pytest.raises(HostUnreachable):
                await read_terms(bench.dial, replace(there, address=address))
        other.close()

    play(scene)
