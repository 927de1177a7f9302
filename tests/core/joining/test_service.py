"""Reading terms, joining, steering and leaving: one session at a time, and nothing left behind when a step fails."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from core.api import hosting as h
from core.api import joining as j
from core.api.events import IncidentRecorded
from core.api.permissions import Capability, GrantLength
from core.errors import (
    CertificateDifferent,
    CodeWrong,
    DesktopTooLarge,
    Failure,
    RemoteHostFailed,
    SeatNeeded,
    SessionBusy,
    SessionNotJoined,
    StorageTooLow,
    StoreCorrupt,
    TermsRefused,
    UsageFailure,
    VaultLocked,
)
from core.joining.service import LABEL
from core.joining.showing import Showing
from core.remote import exchange
from core.sessions.hosted import HostedStart
from tests.core.joining.hall import Hall, at
from tests.fakes.other_end import CODE, SIZE


@pytest.mark.parametrize(
    ("width", "height", "is_shown"),
    [(2560, 1600, True), (1000, 4096, True), (2560, 1601, False), (4096, 4096, False)],
)
def test_a_desktop_that_is_too_large_to_show_is_not_joined(
    width: int, height: int, is_shown: bool
) -> None:
    """So many pixels would take all of this machine's time: the terms are refused before they are accepted."""

    async def work(hall: Hall) -> None:
        hall.other_end.terms = replace(hall.other_end.terms, width=width, height=height)
        asked = j.ReadTerms(hall.other_end.link)
        if is_shown:
            assert (await hall.service.read_terms(asked)).width == width
            return
        with pytest.raises(DesktopTooLarge) as caught:
            await hall.service.read_terms(asked)
        assert caught.value.facts == {"width": width, "height": height, "most": "2560×1600"}
        with pytest.raises(DesktopTooLarge):
            await hall.join()
        assert set(hall.other_end.asked) == {"terms"}
        assert hall.hosts == []

    at(work)


def test_terms_are_read_and_nothing_else_happens() -> None:
    """Reading them opens nothing; the certificate is known where a link named it."""

    async def work(hall: Hall) -> None:
        terms = await hall.service.read_terms(j.ReadTerms(hall.other_end.link))
        assert terms.terms_hash == hall.other_end.terms.terms_hash.hex()
        assert terms.is_certificate_known
        by_address = j.ReadTerms(hall.other_end.address, CODE)
        assert not (await hall.service.read_terms(by_address)).is_certificate_known
        assert hall.hosts == []

    at(work)


def test_joining_records_under_a_policy_of_this_end() -> None:
    """The session is recorded as one of its own; the client is to meet the accepted certificate."""

    async def work(hall: Hall) -> None:
        joined = await hall.join()
        (start,) = hall.sessions.started
        assert joined.session_id == str(start.session_id) != joined.terms.session_id
        assert start.pictures.label == LABEL
        assert b'"name":"joined"' in start.policy_json
        (host,) = hall.hosts
        assert host.target is not None
        assert host.target.address == hall.other_end.address
        assert host.target.certificate_sha256 == hall.other_end.certificate_sha256
        assert host.size == SIZE
        assert hall.service.shown() == joined
        assert hall.service.is_about(joined.session_id)
        assert hall.other_end.asked == ["terms", "join"]

    hall = at(work)
    assert hall.events[-1] == j.JoinedChanged(None)


def test_the_seat_steers_it() -> None:
    """Allowing, sending, revoking, shielding and hiding reach the session that runs."""

    async def work(hall: Hall) -> None:
        session_id = (await hall.join()).session_id
        gate = hall.hosts[0].puppet
        keyboard = Capability.KEYBOARD
        await hall.service.allow(j.AllowHere(session_id, keyboard, GrantLength.UNTIL_END))
        assert "keyboard" in gate.state["granted"]
        typed = (j.KeyInput(30, is_pressed=True),)
        await hall.service.act(j.SendInput(session_id, typed))
        await hall.service.revoke(h.Revoke(session_id, keyboard))
        assert "keyboard" not in gate.state["granted"]
        await hall.service.shield(h.Shield(session_id, is_on=True))
        assert gate.state["is_shielded"]
        await hall.service.hide(h.HideZones(session_id, ()))
        with pytest.raises(UsageFailure):
            await hall.service.act(j.SendInput(session_id, typed * 257))

    at(work)


def test_the_desktop_is_shown_at_the_seat() -> None:
    """Its picture is published, and kept for whoever comes later."""

    async def work(hall: Hall) -> None:
        await hall.join()
        async with asyncio.timeout(10):
            while hall.service.desktop not in hall.events:  # noqa: ASYNC110 - a thread reads it
                await asyncio.sleep(0.005)
        assert hall.service.desktop is not None

    at(work)


@pytest.mark.expects_log_errors
def test_a_fault_that_freezes_the_desktop_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks at a picture that stands still for good hears why; the session goes on."""

    def fail(_: Showing, __: int) -> int:
        raise ValueError("no such picture")

    monkeypatch.setattr(Showing, "_read", fail)

    async def work(hall: Hall) -> None:
        joined = await hall.join()
        told: list[IncidentRecorded] = []
        async with asyncio.timeout(10):
            while not told:
                await asyncio.sleep(0.005)
                told = [each for each in hall.events if isinstance(each, IncidentRecorded)]
        assert told[0].session_id == joined.session_id
        assert hall.service.shown() is not None

    at(work)


def test_without_a_seat_nothing_is_let_out_and_nothing_shown() -> None:
    """Allowing and sending need a touch; revoking and the shield do not."""

    async def work(hall: Hall) -> None:
        session_id = (await hall.join()).session_id
        asked = j.AllowHere(session_id, Capability.KEYBOARD, GrantLength.UNTIL_END)
        with pytest.raises(SeatNeeded):
            await hall.service.allow(asked)
        with pytest.raises(SeatNeeded):
            await hall.service.act(j.SendInput(session_id, ()))
        await hall.service.shield(h.Shield(session_id, is_on=True))
        assert hall.service.desktop is None

    at(work, has_seat=False)


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"certificate_sha256": "00" * 32}, CertificateDifferent),
        ({"terms_hash": "00" * 32}, TermsRefused),
        ({"name": ""}, UsageFailure),
        ({"name": "a\nb"}, UsageFailure),
        ({"invitation": "somewhere"}, UsageFailure),
    ],
)
def test_what_was_not_accepted_is_not_joined(
    changes: dict[str, str], failure: type[Failure]
) -> None:
    """Another certificate, other terms, or no name: nothing is opened, and the code is not used up."""

    async def work(hall: Hall) -> None:
        with pytest.raises(failure):
            await hall.join(**changes)
        assert hall.hosts == []
        assert hall.sessions.started == []
        assert "join" not in hall.other_end.asked

    at(work)


def test_an_address_is_pinned_to_the_accepted_certificate() -> None:
    """Where no link names it, the accepted fingerprint is what the other end must have."""

    async def work(hall: Hall) -> None:
        by_address = {"invitation": hall.other_end.address, "code": CODE}
        with pytest.raises(CertificateDifferent):
            await hall.join(**by_address, certificate_sha256="00" * 32)
        assert hall.other_end.asked == []
        await hall.join(**by_address)

    at(work)


def test_a_locked_vault_joins_nothing() -> None:
    """Without its key this device can accept nothing."""

    async def work(hall: Hall) -> None:
        hall.is_locked = True
        with pytest.raises(VaultLocked):
            await hall.join()
        assert hall.other_end.asked == []

    at(work)


def test_one_is_joined_at_a_time() -> None:
    """A second one is refused while one runs."""

    async def work(hall: Hall) -> None:
        await hall.join()
        with pytest.raises(SessionBusy):
            await hall.join()

    at(work)


def test_a_host_that_does_not_start_leaves_nothing() -> None:
    """No recording is opened for it."""

    async def work(hall: Hall) -> None:
        hall.host_failure = RemoteHostFailed(program="xorg", reason="it ended")
        with pytest.raises(RemoteHostFailed):
            await hall.join()
        assert hall.sessions.started == []

    at(work)


def test_a_recording_that_does_not_start_ends_the_host() -> None:
    """The terms are not accepted for a session that cannot be recorded."""

    async def work(hall: Hall) -> None:
        hall.sessions.start_failure = StorageTooLow(free_percent=1, needed_percent=5)
        with pytest.raises(StorageTooLow):
            await hall.join()
        assert "join" not in hall.other_end.asked

    at(work)


def test_a_setting_that_cannot_be_read_leaves_nothing_open() -> None:
    """It is read before there are programs, and a picture whose descriptors somebody must close."""

    async def work(hall: Hall) -> None:
        async def unreadable(_: str) -> int:
            raise StoreCorrupt(path="x")

        object.__setattr__(hall.service._parts, "number", unreadable)
        with pytest.raises(StoreCorrupt):
            await hall.join()
        assert hall.hosts == []
        assert hall.sessions.started == []

    at(work)


def test_an_acceptance_that_is_refused_ends_the_record() -> None:
    """The other end has the last word; what was opened here is sealed as it is."""

    async def work(hall: Hall) -> None:
        start = hall.sessions.start_hosted

        async def start_and_refuse(begun: HostedStart) -> None:
            await start(begun)
            hall.other_end.refuses = exchange.CODE_WRONG

        hall.sessions.start_hosted = start_and_refuse  # type: ignore[method-assign]
        with pytest.raises(CodeWrong):
            await hall.join()
        assert hall.sessions.ended == ["other_end"]
        assert hall.hosts[0].connected == []

    at(work)


def test_a_close_that_fails_ends_the_session_too() -> None:
    """Whatever goes wrong at the end is told to whoever asked for it, and the session is over."""

    async def work(hall: Hall) -> None:
        await hall.join()
        running = hall.service._running
        assert running is not None
        close = running.close

        async def fail() -> None:
            await close()
            raise StorageTooLow(free_percent=1, needed_percent=5)

        running.close = fail  # type: ignore[method-assign]
        with pytest.raises(StorageTooLow):
            await hall.service.close()
        assert not hall.service.is_about(str(running.session_id))
        assert hall.events[-1] == j.JoinedChanged(None)
        await hall.sessions.end(running.session_id, "owner")

    at(work)


def test_commands_about_another_session_are_refused() -> None:
    """Only the one that runs is steered."""

    async def work(hall: Hall) -> None:
        await hall.join()
        other = "3f2a9c1e-7f6b-4a58-9d0a-0c6f1e2d3b4a"
        assert not hall.service.is_about(other)
        with pytest.raises(SessionNotJoined):
            await hall.service.shield(h.Shield(other, is_on=True))

    at(work)
