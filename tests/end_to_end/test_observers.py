"""Two real clients at one session, a peer and somebody who may only watch: who sees what, and whose keys arrive."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core.api.commands import AnswerQuestion, EndSession, VerifySession
from core.api.events import QuestionAsked
from core.api.hosting import (
    AuditActor,
    AuditKind,
    DropObserver,
    HideZones,
    Hosting,
    Invitation,
    InviteObserver,
    Observing,
    PeerState,
    ReadTrail,
    Shield,
)
from core.api.joining import DesktopShown, JoinRole, JoinSession, ReadTerms
from core.api.permissions import Capability, GrantLength, Zone
from core.api.questions import PermissionQuestion
from tests.end_to_end.hosting_bench import DARK, TERMINAL, WHITE, allow, hosted, kinds, now
from tests.end_to_end.joining_bench import two_appliances
from tests.end_to_end.remote_desk import (
    RemoteDesk,
    agreeing,
    gate_pid,
    pod_processes,
    remote_desk,
    session_home,
    until,
)
from tests.fakes.front_end import FrontEnd

pytestmark = pytest.mark.timeout(180)
CORNER = (1270, 710)  # of the desktop, where nothing is


@pytest.fixture
def desk() -> Iterator[RemoteDesk]:
    """Give a peer's display."""
    with remote_desk() as each:
        yield each


@pytest.fixture
def watcher() -> Iterator[RemoteDesk]:
    """Give the display of somebody who may only watch."""
    with remote_desk() as each:
        yield each


def observing(owner: FrontEnd) -> Observing:
    """Show how it stands with who may only watch; nobody where nobody was invited."""
    return now(owner).observing or Observing()


def join(owner: FrontEnd, desk: RemoteDesk, hosting: Hosting) -> None:
    """Let a peer in, who agrees to the terms by Enter."""
    assert hosting.invitation is not None
    desk.connect(hosting.invitation)
    until(lambda: bool(now(owner).peer.name), "the peer at the door")
    desk.focus()
    desk.press("Return")
    until(lambda: now(owner).peer.state is PeerState.ADMITTED, "the peer")
    until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop on the peer's screen")


def come_to_watch(
    owner: FrontEnd, watcher: RemoteDesk, hosting: Hosting, after: int = 0
) -> PermissionQuestion:
    """Let somebody come to watch, and agree; gives the question that the owner is asked after an earlier one."""
    invitation = owner.do(InviteObserver(hosting.session_id))
    assert isinstance(invitation, Invitation)
    watcher.connect(invitation)
    until(lambda: bool(observing(owner).peer.name), "the observer at the door")
    watcher.focus()
    watcher.press("Return")
    return asked_to_watch(owner, after)


def asked_to_watch(owner: FrontEnd, after: int = 0) -> PermissionQuestion:
    """Wait for the question about who may only watch, after an earlier one."""
    asked = owner.wait_for(
        lambda event: (
            isinstance(event, QuestionAsked)
            and isinstance(event.question, PermissionQuestion)
            and event.question.is_observer
            and event.question.question_id > after
        )
    )
    assert isinstance(asked, QuestionAsked)
    assert isinstance(asked.question, PermissionQuestion)
    return asked.question


def let_watch(owner: FrontEnd, watcher: RemoteDesk, hosting: Hosting, after: int = 0) -> int:
    """Let somebody watch until the end, and wait until it does; gives the question's number."""
    question = come_to_watch(owner, watcher, hosting, after)
    owner.do(AnswerQuestion(question.question_id, is_yes=True, length=GrantLength.UNTIL_END))
    until(lambda: watcher.pixel(*TERMINAL) == WHITE, "the desktop on the observer's screen")
    return question.question_id


def observer_pid() -> int:
    """Find the program that shows the picture to who may only watch."""
    for process in pod_processes(os.getpid()):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes()
            if b"core.remote.observer.program" in words and words.startswith(b"/usr/bin/python3"):
                return int(process.name)
    raise AssertionError("nobody can watch")


def test_who_watches_sees_what_the_peer_sees(
    data_directory: Path, desk: RemoteDesk, watcher: RemoteDesk
) -> None:
    """Nothing before the yes, then the peer's pixels with its hidden parts, and darkness under the shield."""
    with hosted(data_directory) as (owner, hosting):
        join(owner, desk, hosting)
        question = come_to_watch(owner, watcher, hosting)
        assert question.capability is Capability.VIEW
        assert max(watcher.pixel(*TERMINAL)) < DARK
        assert not observing(owner).is_watching
        owner.do(AnswerQuestion(question.question_id, is_yes=True, length=GrantLength.UNTIL_END))
        until(lambda: watcher.pixels() == desk.pixels(), "the same picture on both screens")
        assert watcher.pixel(*TERMINAL) == WHITE
        assert observing(owner).is_watching

        owner.do(HideZones(hosting.session_id, (Zone(380, 430, 60, 60),)))
        until(lambda: max(watcher.pixel(*TERMINAL)) < DARK, "the zone on the observer's screen")
        until(lambda: watcher.pixels() == desk.pixels(), "the same picture on both screens")
        owner.do(HideZones(hosting.session_id, ()))
        until(lambda: watcher.pixel(*TERMINAL) == WHITE, "the desktop again")

        owner.do(Shield(hosting.session_id, is_on=True))
        until(lambda: max(watcher.pixel(*TERMINAL)) < DARK, "darkness on the observer's screen")
        owner.do(Shield(hosting.session_id, is_on=False))
        until(lambda: watcher.pixel(*TERMINAL) == WHITE, "the desktop again")


def test_keys_and_clicks_of_who_watches_go_nowhere(
    data_directory: Path, desk: RemoteDesk, watcher: RemoteDesk
) -> None:
    """What the peer may do an observer may not; dropped, it is gone while the peer works on, and the trail tells."""
    with hosted(data_directory) as (owner, hosting):
        join(owner, desk, hosting)
        let_watch(owner, watcher, hosting)
        home = session_home()
        watcher.type("touch ~/watcher")
        watcher.click(873, 62)
        desk.press("a")
        allow(owner, Capability.KEYBOARD)
        desk.press("BackSpace")
        desk.type("touch ~/peer")
        until((home / "peer").exists, "what the peer typed")
        assert not (home / "watcher").exists()
        assert watcher.pixel(*TERMINAL) == WHITE, "the click closed nothing"
        until(lambda: watcher.pixels() == desk.pixels(), "the same picture on both screens")

        owner.do(DropObserver(hosting.session_id))
        until(lambda: not watcher.is_connected, "the observer to be cut off")
        assert now(owner).observing is None
        desk.type("touch ~/later")
        until((home / "later").exists, "what the peer typed afterwards")
        owner.do(EndSession(hosting.session_id))
        assert told_of_observers(owner, hosting.session_id) == {
            AuditKind.KNOCKED,
            AuditKind.CONSENTED,
            AuditKind.JOINED,
            AuditKind.ASKED,
            AuditKind.LEFT,
        }
        checks = {
            each.name: each.outcome.value
            for each in owner.do(VerifySession(hosting.session_id)).checks
        }
        assert checks["trail"] == "holds"


def told_of_observers(owner: FrontEnd, session_id: str) -> set[AuditKind]:
    """Name what the trail says that observers did."""
    trail = owner.do(ReadTrail(session_id))
    return {each.kind for each in trail if each.actor is AuditActor.OBSERVER}


def test_the_observers_programs_share_nothing_with_the_session(data_directory: Path) -> None:
    """They have namespaces and users of their own, and hold one thing of the session: its picture, only to read."""
    with hosted(data_directory) as (owner, hosting):
        owner.do(InviteObserver(hosting.session_id))
        gate, program = Path("/proc", str(gate_pid())), Path("/proc", str(observer_pid()))
        for each in ("net", "ipc", "pid", "mnt", "uts"):
            assert (gate / "ns" / each).readlink() != (program / "ns" / each).readlink()
        if os.geteuid() == 0:
            assert gate.stat().st_uid != program.stat().st_uid
        held = [
            each for each in (program / "fd").iterdir() if "lucid-picture" in str(each.readlink())
        ]
        assert len(held) == 1
        told = (program / "fdinfo" / held[0].name).read_text().split()
        assert int(told[told.index("flags:") + 1], 8) & os.O_ACCMODE == os.O_RDONLY


def test_another_appliance_may_watch(tmp_path: Path) -> None:
    """It reads and signs the terms of who may only watch, and sees the desktop once that is allowed."""
    with two_appliances(tmp_path) as (owner, hosting, guest):
        invitation = owner.do(InviteObserver(hosting.session_id))
        terms = guest.do(ReadTerms(invitation.link))
        assert terms.role is JoinRole.OBSERVER
        accepted = (terms.certificate_sha256, terms.terms_hash)
        guest.do(JoinSession(invitation.link, "", *accepted, "the hall"))
        question = asked_to_watch(owner)
        assert question.peer == "the hall"
        owner.do(AnswerQuestion(question.question_id, is_yes=True, length=GrantLength.UNTIL_END))
        at = (TERMINAL[1] * hosting.width + TERMINAL[0]) * 4
        until(
            lambda: guest.all_of(DesktopShown)[-1].pixels[at : at + 3] == bytes(WHITE),
            "the desktop at the other appliance",
        )


def test_who_cannot_read_the_terms_does_not_watch(
    data_directory: Path, watcher: RemoteDesk
) -> None:
    """Enter in a window that is too small agrees to nothing: the owner is not even asked."""
    with hosted(data_directory) as (owner, hosting):
        invitation = owner.do(InviteObserver(hosting.session_id))
        watcher.connect(invitation, None, "/size:320x240")
        until(lambda: bool(observing(owner).peer.name), "the observer at the door")
        until(
            agreeing(watcher, lambda: AuditKind.REFUSED in kinds(owner, hosting.session_id)),
            "Enter to be refused",
        )
        assert observing(owner).peer.state is PeerState.AT_DOOR
        assert told_of_observers(owner, hosting.session_id) == {AuditKind.KNOCKED}
        owner.do(EndSession(hosting.session_id))
        assert not any(
            isinstance(each.question, PermissionQuestion) for each in owner.all_of(QuestionAsked)
        )


def test_who_may_not_watch_sees_nothing_and_is_turned_out(
    data_directory: Path, watcher: RemoteDesk
) -> None:
    """After a no there is a sentence for a moment, and never a pixel of the desktop."""
    with hosted(data_directory) as (owner, hosting):
        question = come_to_watch(owner, watcher, hosting)
        owner.do(AnswerQuestion(question.question_id, is_yes=False))
        assert max(watcher.pixel(*CORNER)) < DARK
        assert max(watcher.pixel(*TERMINAL)) < DARK
        until(lambda: not watcher.is_connected, "the observer to be turned out")
        assert observing(owner).peer.state is PeerState.ABSENT


def test_an_observers_programs_that_are_killed_leave_the_peer_alone(
    data_directory: Path, desk: RemoteDesk, watcher: RemoteDesk
) -> None:
    """Who watched is cut off, the peer notices nothing, and somebody can be invited again."""
    with hosted(data_directory) as (owner, hosting):
        join(owner, desk, hosting)
        first = let_watch(owner, watcher, hosting)
        os.kill(observer_pid(), signal.SIGKILL)
        until(lambda: not watcher.is_connected, "the observer to be cut off")
        until(lambda: now(owner).observing is None, "the way in to be closed")
        assert desk.is_connected
        assert now(owner).peer.state is PeerState.ADMITTED
        let_watch(owner, watcher, hosting, after=first)


def test_an_engine_that_is_killed_leaves_nobody_watching(
    data_directory: Path, watcher: RemoteDesk
) -> None:
    """With the engine dies the observer's pod, and all that was in it."""
    victim = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.watching_victim", str(data_directory)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert victim.stdout is not None
    with victim.stdout as said:
        facts = json.loads(said.readline())
        facts.pop("session_id")
        watcher.connect(Invitation(**facts))
        watcher.focus()
        until(lambda: came_in(watcher), "the desktop on the observer's screen")
        pod = list(pod_processes(victim.pid))
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
    until(lambda: not watcher.is_connected, "the observer to be cut off")
    until(lambda: not any(each.exists() for each in pod), "the pods to be gone")


def came_in(watcher: RemoteDesk) -> bool:
    """Press Enter, which goes nowhere but at the door, and tell whether the desktop is there."""
    watcher.press("Return")
    return watcher.pixel(*TERMINAL) == WHITE
