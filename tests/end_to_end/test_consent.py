"""Terms and consent with the real xrdp and FreeRDP: nothing shows before somebody agreed, and the record has it."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from core.api.commands import EndSession, VerifySession
from core.api.hosting import AuditEntry, AuditKind, Hosting, PeerState, ReadTrail
from core.evidence.consent import Means, PartyKind, Receipt, read_consent
from core.evidence.consent_signature import check_consent
from core.joining.greeting import Admission, accept, read_terms
from core.joining.invited import read_invitation
from tests.end_to_end.hosting_bench import DARK, TERMINAL, WHITE, agree, hosted, kinds, now
from tests.end_to_end.remote_desk import RemoteDesk, agreeing, remote_desk, until
from tests.fakes.front_end import FrontEnd

pytestmark = pytest.mark.timeout(180)

QUIET_S = 3.0


@pytest.fixture
def desk() -> Iterator[RemoteDesk]:
    """Give a peer's display."""
    with remote_desk() as each:
        yield each


def consent_in(owner: FrontEnd, hosting: Hosting) -> tuple[AuditEntry, Receipt]:
    """Read the one consent of a session's trail; it must hold, and come just before the peer."""
    until(lambda: AuditKind.JOINED in kinds(owner, hosting.session_id), "the entry of the peer")
    entries = owner.do(ReadTrail(hosting.session_id))
    (found,) = [each for each in entries if each.kind is AuditKind.CONSENTED]
    consent = read_consent(found.consent.encode())
    check_consent(consent)
    assert str(consent.terms.session_id) == hosting.session_id
    assert consent.terms.policy_hash.hex() == hosting.policy_hash
    told = [each.kind for each in entries]
    assert told.index(AuditKind.CONSENTED) < told.index(AuditKind.JOINED)
    return found, consent.receipt


def test_nothing_shows_before_somebody_has_agreed(data_directory: Path, desk: RemoteDesk) -> None:
    """A client that sends the right code sees the terms, whatever it clicks or types, until Enter was pressed."""
    with hosted(data_directory) as (owner, hosting):
        assert hosting.invitation is not None
        desk.connect(hosting.invitation)
        until(lambda: now(owner).peer.name != "", "the client at the door")
        desk.focus()
        until(lambda: len(set(desk.pixels())) > 1, "the page")
        desk.click(*TERMINAL)
        desk.press("Escape")
        deadline = time.monotonic() + QUIET_S
        while time.monotonic() < deadline:
            assert max(desk.pixel(*TERMINAL)) < DARK
            assert now(owner).peer.state is PeerState.AT_DOOR
        assert AuditKind.JOINED not in kinds(owner, hosting.session_id)
        assert now(owner).wrong_codes == 0
        agree(owner, desk)
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
        entry, receipt = consent_in(owner, hosting)
        assert receipt.means is Means.PRESSED_ENTER
        assert receipt.party.name == entry.resource == now(owner).peer.name
        owner.do(EndSession(hosting.session_id))
        checks = {each.name: each for each in owner.do(VerifySession(hosting.session_id)).checks}
        assert checks["trail"].outcome.value == "holds"
        assert "1 consent in it" in checks["trail"].summary


def test_a_code_that_is_typed_on_the_page_is_consent(
    data_directory: Path, desk: RemoteDesk
) -> None:
    """A client that sends nothing is shown the terms with the place for the code."""
    with hosted(data_directory) as (owner, hosting):
        assert hosting.invitation is not None
        desk.connect(hosting.invitation, "AAAA-AAAA")
        until(lambda: now(owner).wrong_codes == 1, "the client at the door")
        desk.focus()
        until(lambda: _is_refused(owner, desk), "the page's keyboard")
        desk.type(hosting.invitation.code)
        until(lambda: now(owner).peer.state is PeerState.ADMITTED, "the peer")
        assert consent_in(owner, hosting)[1].means is Means.TYPED_CODE


def test_who_cannot_read_the_terms_agrees_to_nothing(
    data_directory: Path, desk: RemoteDesk
) -> None:
    """Enter in a window that is too small lets nobody in and leaves no consent; a larger one has all the terms."""
    with hosted(data_directory) as (owner, hosting):
        assert hosting.invitation is not None
        desk.connect(hosting.invitation, None, "/size:200x200")
        until(lambda: now(owner).peer.name != "", "the client at the door")
        until(agreeing(desk, lambda: _refusals(owner, hosting) != []), "Enter to be refused")
        desk.type(hosting.invitation.code)
        deadline = time.monotonic() + QUIET_S
        while time.monotonic() < deadline:
            desk.press("Return")
            assert now(owner).peer.state is PeerState.AT_DOOR
        desk.disconnect()
        until(lambda: now(owner).peer.state is PeerState.ABSENT, "the client to be gone")
        assert _refusals(owner, hosting) == ["a window too small for the terms"]
        assert not {AuditKind.CONSENTED, AuditKind.JOINED} & {*kinds(owner, hosting.session_id)}
        assert now(owner).wrong_codes == 0

        desk.connect(hosting.invitation, None, "/size:640x400")
        agree(owner, desk)
        assert consent_in(owner, hosting)[1].means is Means.PRESSED_ENTER


def _refusals(owner: FrontEnd, hosting: Hosting) -> list[str]:
    """List why something was refused, as the trail says."""
    entries = owner.do(ReadTrail(hosting.session_id))
    return [each.reason for each in entries if each.kind is AuditKind.REFUSED]


def _is_refused(owner: FrontEnd, desk: RemoteDesk) -> bool:
    """Try a wrong code until the page takes it: its keyboard comes a moment after its picture."""
    if now(owner).wrong_codes == 1:
        desk.type("7777-7777")
    return now(owner).wrong_codes > 1


def test_whoever_has_accepted_comes_in_past_a_stranger(
    data_directory: Path, desk: RemoteDesk
) -> None:
    """A stranger sits at the door; another appliance accepts the terms, and its client is in at once."""
    with hosted(data_directory) as (owner, hosting), remote_desk() as stranger:
        assert hosting.invitation is not None
        stranger.connect(hosting.invitation, "AAAA-AAAA")
        until(lambda: now(owner).wrong_codes == 1, "the stranger at the door")
        admission = asyncio.run(_accept(hosting))
        ticket = replace(hosting.invitation, code=admission.ticket)
        desk.connect(ticket, None, f"/u:{admission.user}")
        until(lambda: now(owner).peer.state is PeerState.ADMITTED, "the guest", patience_s=15)
        assert now(owner).peer.name == "anna"
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
        until(lambda: not stranger.is_connected, "the stranger to be gone")
        entry, receipt = consent_in(owner, hosting)
        assert receipt.party.kind is PartyKind.DEVICE
        assert entry.reason == admission.consent.receipt.receipt_hash.hex()
        assert entry.consent == admission.consent.to_json().decode()


async def _accept(hosting: Hosting) -> Admission:
    """Accept the terms as another appliance does, through the invitation's link."""
    assert hosting.invitation is not None
    key = SigningKey.generate()
    offer = await read_terms(_dial, read_invitation(hosting.invitation.link))
    assert offer.terms.policy_hash.hex() == hosting.policy_hash
    return await accept(
        _dial,
        offer,
        name="anna",
        device=bytes(key.verify_key),
        sign=lambda message: key.sign(message).signature,
        utc_ns=time.time_ns(),
    )


async def _dial(address: str) -> socket.socket:
    host, port = address.split(":")
    stream = socket.socket()
    stream.settimeout(0)
    await asyncio.get_running_loop().sock_connect(stream, (host, int(port)))
    return stream
