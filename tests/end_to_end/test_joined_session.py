"""A joined session with the real thing at both ends: what this end does not let out does not arrive at the other."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from core.api.commands import (
    AnswerQuestion,
    EndSession,
    LockVault,
    Secret,
    SourceKind,
    StartSession,
    UnlockVault,
    WatchSession,
)
from core.api.events import QuestionAsked, SessionChanged, ThumbnailTaken
from core.api.hosting import (
    AuditKind,
    HideZones,
    HostSession,
    InviteObserver,
    PeerState,
    Revoke,
    Shield,
)
from core.api.joining import AllowHere, DesktopShown, JoinedChanged, JoinRole
from core.api.permissions import Capability, GrantLength, Zone
from core.api.snapshots import SessionState, SessionSummary
from core.errors import CertificateDifferent, Failure
from core.joining import greeting
from core.joining.invited import read_invitation
from core.remote.joined_host import JoinedHost
from core.remote.joined_programs import Target
from core.runtime.clock import SystemClock
from core.transport.transport import Purpose, Transport
from tests.end_to_end.hosting_bench import DARK, TERMINAL, WHITE, allow, hosted, kinds, now
from tests.end_to_end.joining_bench import (
    Pair,
    checks,
    client_pid,
    colours,
    invited,
    joined_pair,
    picture_of,
    two_appliances,
)
from tests.end_to_end.remote_desk import pod_processes, session_home, until
from tests.engine_thread import on_engine_thread
from tests.fakes.front_end import FrontEnd, Refused, running_engine
from tests.fakes.joining_victim import PASSPHRASE
from tests.fakes.other_end import sign_with

LEFT_SHIFT, RIGHT_CONTROL, POINT, D = 42, 97, 52, 32
KEYBOARD, POINTER = Capability.KEYBOARD, Capability.POINTER
AT_TERMINAL = (TERMINAL[1] * 1280 + TERMINAL[0]) * 4

pytestmark = pytest.mark.timeout(180)


def ended(owner: FrontEnd, session_id: str) -> SessionSummary:
    """Wait until a session is sealed."""

    def is_it(event: object) -> bool:
        if not isinstance(event, SessionChanged):
            return False
        session = event.session
        return session.session_id == session_id and session.state is SessionState.ANCHORING

    found = owner.wait_for(is_it)
    assert isinstance(found, SessionChanged)
    return found.session


def pixel_of(guest: FrontEnd) -> bytes:
    """Give the terminal's pixel on the guest's screen: blue, green, red."""
    return guest.all_of(DesktopShown)[-1].pixels[AT_TERMINAL : AT_TERMINAL + 3]


@contextmanager
def killed_at_the_end(program: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave nothing of a program behind, whatever happens meanwhile."""
    try:
        yield
    finally:
        program.kill()
        program.wait()
        if program.stdout is not None:
            program.stdout.close()


def steer(pair: Pair) -> None:
    """Allow keys and the pointer at both ends, and give the terminal the keyboard."""
    pair.allow(KEYBOARD, POINTER)
    pair.click()
    allow(pair.host, POINTER)
    pair.press(1)
    allow(pair.host, KEYBOARD)
    pair.click()


def test_what_is_shown_there_is_seen_here_and_sealed_at_both_ends(tmp_path: Path) -> None:
    """The picture at this seat is the other end's, pixel by pixel; both records hold the same receipt, and verify."""
    with joined_pair(tmp_path) as pair:
        until(
            lambda: colours(pair.desktop().pixels) == picture_of(pair.host), "the very same picture"
        )
        assert pair.joined.consent_hash
        sealed = pair.guest.do(EndSession(pair.session_id))
        assert (sealed.source, sealed.end_reason) == ("joined", "owner")
        until(lambda: now(pair.host).peer.state is PeerState.ABSENT, "the peer to be gone")
        pair.host.do(EndSession(pair.hosting.session_id))
        for owner, session_id in (
            (pair.guest, pair.session_id),
            (pair.host, pair.hosting.session_id),
        ):
            told = kinds(owner, session_id)
            assert AuditKind.CONSENTED in told
            assert told[-1] is AuditKind.ENDED
            found = checks(owner, session_id)
            assert (found["policy"], found["trail"]) == ("holds", "holds")
            assert found["chunk_contents"] == "holds"


def test_keys_and_pointer_leave_only_while_they_are_allowed_here(tmp_path: Path) -> None:
    """The other end hears nothing before a touch here, though it may allow all; nor after a revoke, nor shielded."""
    with joined_pair(tmp_path) as pair:
        home = session_home()
        pair.type("touch before")
        pair.click()
        steer(pair)
        told = kinds(pair.host, pair.hosting.session_id)
        assert told.count(AuditKind.ASKED) == 2, (
            "it was asked for what was allowed here, and no sooner"
        )
        pair.type("touch allowed")
        until((home / "allowed").exists, "what was typed while it was allowed")
        pair.guest.do(Revoke(pair.session_id, KEYBOARD))
        pair.type("touch after")
        pair.allow(KEYBOARD)
        pair.guest.do(Shield(pair.session_id, is_on=True))
        pair.type("touch under")
        until(lambda: max(pixel_of(pair.guest)) < DARK, "darkness at this seat")
        pair.guest.do(Shield(pair.session_id, is_on=False))
        pair.type("touch again")
        until((home / "again").exists, "what was typed when it was allowed again")
        assert not [each for each in ("before", "after", "under") if (home / each).exists()]
        own = kinds(pair.guest, pair.session_id)
        for kind in (AuditKind.GRANTED, AuditKind.REVOKED, AuditKind.SHIELDED):
            assert kind in own


def test_each_key_arrives_as_itself(tmp_path: Path) -> None:
    """Arrows, the block above them, function keys, keypad and the right control reach the other end's programs."""
    sequences = {
        103: "^[[A",
        105: "^[[D",
        106: "^[[C",
        108: "^[[B",
        102: "^[[H",
        107: "^[[F",
        110: "^[[2~",
        111: "^[[3~",
        104: "^[[5~",
        109: "^[[6~",
        88: "^[[24~",
        98: "/",
        86: "<",
    }
    with joined_pair(tmp_path) as pair:
        home = session_home()
        steer(pair)
        for each in "cat -v ":
            pair.press({"c": 46, "a": 30, "t": 20, " ": 57, "-": 12, "v": 47}[each])
        pair.press(LEFT_SHIFT, POINT)
        pair.type("keys")
        until((home / "keys").exists, "the program that reads keys")
        for number in sequences:
            pair.press(number)
        pair.press(96)  # the keypad's enter
        pair.press(RIGHT_CONTROL, D)
        written = "".join(sequences.values()) + "\n"
        until(lambda: (home / "keys").read_text() == written, f"{written!r} in its file")


def test_a_hidden_zone_is_dark_at_this_seat(tmp_path: Path) -> None:
    """What is hidden here is neither shown nor recorded here; the other end shows it as before."""
    with joined_pair(tmp_path) as pair:
        pair.guest.do(HideZones(pair.session_id, (Zone(380, 430, 60, 60),)))
        until(lambda: max(pixel_of(pair.guest)) < DARK, "darkness in the zone")
        assert picture_of(pair.host)[AT_TERMINAL : AT_TERMINAL + 3] == bytes(WHITE)


def test_whoever_was_invited_to_watch_lets_nothing_out(tmp_path: Path) -> None:
    """Joined as an observer, the desktop shows when the other owner allows it; keys are denied here already."""
    with two_appliances(tmp_path) as (host, hosting, guest):
        to_watch = host.do(InviteObserver(hosting.session_id))
        joined = guest.do(invited(guest, hosting, invitation=to_watch.link))
        assert joined.terms.role is JoinRole.OBSERVER
        asked = host.wait_for(lambda event: isinstance(event, QuestionAsked))
        assert isinstance(asked, QuestionAsked)
        yes = AnswerQuestion(asked.question.question_id, is_yes=True, length=GrantLength.UNTIL_END)
        host.do(yes)
        until(lambda: pixel_of(guest) == bytes(WHITE), "the desktop")
        with pytest.raises(Refused) as refused:
            guest.do(AllowHere(joined.session_id, KEYBOARD, GrantLength.UNTIL_END))
        assert refused.value.failure.code == "usage"
        guest.do(EndSession(joined.session_id))
        assert checks(guest, joined.session_id)["trail"] == "holds"


def test_whoever_looks_in_later_is_told_of_it(tmp_path: Path) -> None:
    """A front end that has just come hears how it stands and sees the desktop; nothing else is opened beside it."""
    with joined_pair(tmp_path) as pair:
        late = FrontEnd(pair.guest.engine)
        changed = late.wait_for(lambda event: isinstance(event, JoinedChanged))
        assert isinstance(changed, JoinedChanged)
        assert changed.joined == pair.now()
        late.wait_for(lambda event: isinstance(event, DesktopShown))
        for command in (HostSession(), LockVault(), StartSession(SourceKind.SANDBOX)):
            with pytest.raises(Refused) as refused:
                pair.guest.do(command)
            assert refused.value.failure.code == "session_busy"
        pair.guest.do(WatchSession(pair.session_id, is_watching=True))
        pair.guest.wait_for(lambda event: isinstance(event, ThumbnailTaken))


def test_another_certificate_than_the_accepted_one_is_refused(tmp_path: Path) -> None:
    """Nothing is joined, nothing is recorded, and the code is still good."""
    with two_appliances(tmp_path) as (_, hosting, guest):
        invitation = hosting.invitation
        assert invitation is not None
        command = invited(guest, hosting, invitation=invitation.address, code=invitation.code)
        wrong = {**vars(command), "certificate_sha256": "00" * 32}
        with pytest.raises(Refused) as refused:
            guest.do(type(command)(**wrong))
        assert refused.value.failure.code == "certificate_different"
        assert not guest.all_of(SessionChanged)
        assert guest.do(command).consent_hash


def test_a_client_that_meets_another_certificate_goes(tmp_path: Path) -> None:
    """The client itself compares the fingerprint too, and its end is told as what it is."""

    async def meet(link: str) -> Failure | None:
        dial = partial(Transport().dial, purpose=Purpose.SESSION)
        key, invited_by = SigningKey.generate(), read_invitation(link)
        offer = await greeting.read_terms(dial, invited_by)
        admission = await greeting.accept(
            dial,
            offer,
            name="the hall",
            device=bytes(key.verify_key),
            sign=lambda data: sign_with(key, data),
            utc_ns=time.time_ns(),
        )
        over: asyncio.Future[Failure | None] = asyncio.get_running_loop().create_future()
        host = JoinedHost(
            SystemClock(),
            heard=lambda *_: None,
            lost=over.set_result,
            dial=dial,
            target=Target(invited_by.address, "00" * 32, "the hall"),
            size=(1280, 720),
        )
        await host.start()
        try:
            host.connect(admission.user, admission.ticket)
            async with asyncio.timeout(30):
                return await over
        finally:
            await host.close()

    with hosted(tmp_path / "host") as (_, hosting):
        invitation = hosting.invitation
        assert invitation is not None
        found = on_engine_thread(lambda: meet(invitation.link))
    assert isinstance(found, CertificateDifferent)


def test_the_other_end_may_end_it(tmp_path: Path) -> None:
    """When the host ends its session, the record here is sealed and says so."""
    with joined_pair(tmp_path) as pair:
        pair.host.do(EndSession(pair.hosting.session_id))
        sealed = ended(pair.guest, pair.session_id)
        assert sealed.end_reason == "other_end"
        assert pair.now() is None
        assert checks(pair.guest, pair.session_id)["trail"] == "holds"


def test_a_client_that_is_killed_ends_it(tmp_path: Path) -> None:
    """Without its client there is no session; the other end sees its peer leave."""
    with joined_pair(tmp_path) as pair:
        os.kill(client_pid(), signal.SIGKILL)
        assert ended(pair.guest, pair.session_id).end_reason == "host_lost"
        until(lambda: now(pair.host).peer.state is PeerState.ABSENT, "the peer to be gone")
        assert AuditKind.INCIDENT in kinds(pair.guest, pair.session_id)


def test_an_engine_that_is_killed_leaves_nothing_connected(tmp_path: Path) -> None:
    """With the engine dies its whole pod; the next start seals picture and trail, receipt included."""
    data_directory = tmp_path / "guest"
    with hosted(tmp_path / "host") as (host, hosting):
        assert hosting.invitation is not None
        victim = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.fakes.joining_victim"),
                *(str(data_directory), hosting.invitation.link),
            ],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert victim.stdout is not None
        with killed_at_the_end(victim):
            session_id = victim.stdout.readline().decode().strip()
            pod = list(pod_processes(victim.pid))
            assert len(pod) > 5, session_id
        until(lambda: not any(each.exists() for each in pod), "the pod to be gone")
        until(lambda: now(host).peer.state is PeerState.ABSENT, "the peer to be gone")
    with running_engine(data_directory, is_anchoring=False) as owner:
        owner.do(UnlockVault(Secret(PASSPHRASE)))
        assert ended(owner, session_id).was_interrupted
        assert AuditKind.CONSENTED in kinds(owner, session_id)
        found = checks(owner, session_id)
        assert (found["trail"], found["chunk_contents"]) == ("holds", "holds")


def test_nothing_is_let_out_without_a_seat(tmp_path: Path) -> None:
    """From the command line a session is joined, watched and sealed; it shows its terms and can send nothing."""
    with hosted(tmp_path / "host") as (host, hosting):
        assert hosting.invitation is not None
        passphrase = tmp_path / "passphrase"
        passphrase.write_text("a passphrase for joining")
        joining = subprocess.Popen(
            [
                *(sys.executable, "-m", "core.cli", "session", "join"),
                *("--data-dir", str(tmp_path / "cli"), "--accept-terms"),
                *("--name", "a script", "--json"),
            ],
            env={**os.environ, "LUCID_PASSPHRASE_FILE": str(passphrase)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert joining.stdin is not None
        joining.stdin.write(f"{hosting.invitation.link}\n".encode())
        joining.stdin.flush()
        with killed_at_the_end(joining):
            until(lambda: now(host).peer.state is PeerState.ADMITTED, "the script's client")
            joining.send_signal(signal.SIGINT)
            said, _ = joining.communicate(timeout=120)
        assert joining.returncode == 0
        first, second, rest = said.decode().split("\n", 2)
        assert json.loads(first)["terms"]["session_id"] == hosting.session_id
        assert json.loads(second)["consent_hash"]
        summary = json.loads(rest)
        assert (summary["source"], summary["end_reason"]) == ("joined", "owner")
        until(lambda: AuditKind.LEFT in kinds(host, hosting.session_id), "the peer's end")
