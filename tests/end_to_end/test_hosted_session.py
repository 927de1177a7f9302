"""A hosted session with the real xrdp, Xorg and xfreerdp: what is not allowed does not arrive."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.api.commands import AnswerQuestion, EndSession, VerifySession
from core.api.events import SessionChanged
from core.api.hosting import (
    AuditKind,
    DropPeer,
    HideZones,
    Hosting,
    Invite,
    PeerState,
    ReadTrail,
    Revoke,
    Shield,
)
from core.api.permissions import Capability, Profile, Zone
from core.api.snapshots import SessionState
from tests.end_to_end.hosting_bench import (
    DARK,
    TERMINAL,
    WHITE,
    agree,
    allow,
    ask_for,
    hosted,
    is_granted,
    join,
    kinds,
    now,
)
from tests.end_to_end.remote_desk import RemoteDesk, gate_pid, remote_desk, session_home, until
from tests.fakes.front_end import FrontEnd, Refused

LARGE_BYTES = 30 << 20

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def desk() -> Iterator[RemoteDesk]:
    """Give a peer's display."""
    with remote_desk() as each:
        yield each


def test_nothing_typed_arrives_unless_it_is_allowed(data_directory: Path, desk: RemoteDesk) -> None:
    """Keys are dropped before a grant, arrive after it, and are dropped again after the revoke; all of it is sealed."""
    with hosted(data_directory) as (owner, hosting):
        join(owner, desk, hosting)
        home = session_home()
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop on the peer's screen")
        desk.type("touch ~/before")
        allow(owner, Capability.KEYBOARD)
        desk.press("Return")
        desk.type("touch ~/allowed")
        until((home / "allowed").exists, "what was typed while it was allowed")
        owner.do(Revoke(hosting.session_id, Capability.KEYBOARD))
        assert not is_granted(owner, Capability.KEYBOARD)
        before = desk.pixels()
        desk.type("touch ~/after")
        question = ask_for(owner, Capability.KEYBOARD)
        assert question.peer
        assert desk.pixels() == before
        assert not (home / "before").exists()
        assert not (home / "after").exists()
        summary = owner.do(EndSession(hosting.session_id))
        assert summary.state is SessionState.ANCHORING
        told = kinds(owner, hosting.session_id)
        for kind in (AuditKind.JOINED, AuditKind.ASKED, AuditKind.GRANTED, AuditKind.REVOKED):
            assert kind in told
        assert told[-1] is AuditKind.ENDED
        checks = {
            each.name: each.outcome.value
            for each in owner.do(VerifySession(hosting.session_id)).checks
        }
        assert checks["trail"] == "holds"
        assert checks["policy"] == "holds"


def test_the_clipboard_passes_each_way_by_its_own_grant(
    data_directory: Path, desk: RemoteDesk
) -> None:
    """Text gets in, and out, only after the grant for that way, and no longer after the revoke."""
    with hosted(data_directory) as (owner, hosting):
        join(owner, desk, hosting)
        home = session_home()
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
        desk.press("a")
        allow(owner, Capability.KEYBOARD)
        desk.press("BackSpace")
        desk.copy("from the peer")
        desk.type("timeout 2 xclip -o -selection clipboard > ~/early; touch ~/tried")
        until((home / "tried").exists, "the first try")
        assert (home / "early").read_text() == ""
        allow(owner, Capability.CLIPBOARD_IN)
        desk.type("xclip -o -selection clipboard > ~/pasted")
        until(lambda: "from the peer" in text_of(home / "pasted"), "the peer's text")
        desk.type("printf secret | xclip -selection clipboard")
        ask_for(owner, Capability.CLIPBOARD_OUT)
        assert "secret" not in desk.paste()
        allow(owner, Capability.CLIPBOARD_OUT)
        until(lambda: desk.paste() == "secret", "the session's text")
        owner.do(Revoke(hosting.session_id, Capability.CLIPBOARD_OUT))
        assert AuditKind.CLIPBOARD in kinds(owner, hosting.session_id)


def test_files_pass_each_way_by_their_own_grant(
    data_directory: Path, desk: RemoteDesk, tmp_path: Path
) -> None:
    """A shared folder is not there before a grant; then files come in, and go out only by the other grant."""
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "given.txt").write_text("from the peer's disk")
    with hosted(data_directory) as (owner, hosting):
        home = join_with_folder(owner, desk, hosting, shared)
        desk.type("ls ~/drives > ~/early; touch ~/tried")
        until((home / "tried").exists, "the first try")
        assert "share" not in (home / "early").read_text()
        allow(owner, Capability.FILES_IN)
        desk.type("until cp ~/drives/share/given.txt ~/taken.txt; do sleep 0.2; done")
        until(lambda: text_of(home / "taken.txt") == "from the peer's disk", "the peer's file")
        desk.type("echo stolen > ~/drives/share/stolen.txt; touch ~/tried-again")
        until((home / "tried-again").exists, "the second try")
        assert text_of(shared / "stolen.txt") == ""
        allow(owner, Capability.FILES_OUT)
        desk.type("echo given back > ~/drives/share/back.txt")
        until(lambda: text_of(shared / "back.txt") == "given back\n", "the session's file")
        desk.type("for to in '>' '>>'; do eval echo replaced $to ~/drives/share/given.txt; done")
        desk.type("mv -f ~/drives/share/back.txt ~/drives/share/given.txt; touch ~/replaced")
        until((home / "replaced").exists, "the tries to replace the peer's file")
        assert text_of(shared / "given.txt") == "from the peer's disk"
        desk.type("mv ~/drives/share/back.txt ~/drives/share/moved.txt; ls ~/drives/share > ~/list")
        until(lambda: text_of(home / "list") == "given.txt\nmoved.txt\n", "the listing")
        desk.type("rm ~/drives/share/moved.txt")
        until(lambda: not (shared / "moved.txt").exists(), "the end of the session's own file")
        names = {each.resource for each in owner.do(ReadTrail(hosting.session_id))}
        assert {"/given.txt", "/back.txt", "/moved.txt"} <= names


def test_a_revoke_cuts_a_copy_in_the_middle(
    data_directory: Path, desk: RemoteDesk, tmp_path: Path
) -> None:
    """Of a large file only what came before the revoke is in the session, and the trail says how much that was."""
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "large").write_bytes(b"x" * LARGE_BYTES)
    with hosted(data_directory) as (owner, hosting):
        home = join_with_folder(owner, desk, hosting, shared)
        allow(owner, Capability.FILES_IN)
        desk.type("cp ~/drives/share/large ~/cut; echo $? > ~/ended")
        until(lambda: size_of(home / "cut") > 0, "the beginning of the copy")
        owner.do(Revoke(hosting.session_id, Capability.FILES_IN))
        until(lambda: text_of(home / "ended") == "1\n", "the copy to fail")
        assert size_of(home / "cut") < LARGE_BYTES
        until(lambda: bool(closings(owner, hosting.session_id)), "the end of the copy in the trail")
        assert size_of(home / "cut") <= closings(owner, hosting.session_id)[0] < LARGE_BYTES


def closings(owner: FrontEnd, session_id: str) -> list[int]:
    """List how many bytes had been read of each file when it was closed, as the trail says."""
    told = [each.reason.split() for each in owner.do(ReadTrail(session_id))]
    return [int(words[2]) for words in told if words[:2] == ["closed", "in,"]]


def size_of(path: Path) -> int:
    """Tell how large a file is; 0 when it is not there yet."""
    return path.stat().st_size if path.exists() else 0


def join_with_folder(owner: FrontEnd, desk: RemoteDesk, hosting: Hosting, shared: Path) -> Path:
    """Let a peer in that shares a folder and may type; gives the session's home."""
    assert hosting.invitation is not None
    desk.connect(hosting.invitation, None, f"/drive:share,{shared}")
    agree(owner, desk)
    until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
    desk.press("a")
    allow(owner, Capability.KEYBOARD)
    desk.press("BackSpace")
    return session_home()


def text_of(path: Path) -> str:
    """Read a file that may not be there yet."""
    return path.read_text() if path.exists() else ""


def test_a_strict_session_shows_nothing_until_it_is_allowed(
    data_directory: Path, desk: RemoteDesk
) -> None:
    """The peer sees a page in place of the desktop, then the desktop, and the page again after the revoke."""
    with hosted(data_directory, Profile.STRICT) as (owner, hosting):
        join(owner, desk, hosting)
        allow(owner, Capability.VIEW)
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
        owner.do(Revoke(hosting.session_id, Capability.VIEW))
        until(lambda: max(desk.pixel(*TERMINAL)) < DARK, "the page")


def test_clicks_arrive_only_while_they_are_allowed(data_directory: Path, desk: RemoteDesk) -> None:
    """A click on the terminal's close button does nothing before the grant, and closes it after."""
    with hosted(data_directory) as (owner, hosting):
        join(owner, desk, hosting)
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
        desk.click(873, 62)
        question = ask_for(owner, Capability.POINTER)
        owner.do(AnswerQuestion(question.question_id, is_yes=False))
        assert desk.pixel(*TERMINAL) == WHITE


def test_the_shield_darkens_the_peers_screen_and_the_recording(
    data_directory: Path, desk: RemoteDesk
) -> None:
    """One command blanks both at once; the same command brings both back, and the trail says when."""
    with hosted(data_directory) as (owner, hosting):
        join(owner, desk, hosting)
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
        owner.do(Shield(hosting.session_id, is_on=True))
        until(lambda: max(desk.pixel(*TERMINAL)) < DARK, "darkness")
        owner.do(Shield(hosting.session_id, is_on=False))
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop again")
        told = kinds(owner, hosting.session_id)
        assert told.index(AuditKind.SHIELDED) < told.index(AuditKind.UNSHIELDED)


def test_a_hidden_zone_is_hidden_from_the_peer(data_directory: Path, desk: RemoteDesk) -> None:
    """Pixels in the zone are dark on the peer's screen, those beside it are not; undoing it shows them again."""
    with hosted(data_directory) as (owner, hosting):
        join(owner, desk, hosting)
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
        owner.do(HideZones(hosting.session_id, (Zone(380, 430, 60, 60),)))
        until(lambda: max(desk.pixel(*TERMINAL)) < DARK, "the zone")
        assert desk.pixel(600, 450) == WHITE
        owner.do(HideZones(hosting.session_id, ()))
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop again")


def test_a_code_works_once(data_directory: Path, desk: RemoteDesk) -> None:
    """After the peer has left, its code is worthless; a new one lets somebody in again."""
    with hosted(data_directory) as (owner, hosting):
        join(owner, desk, hosting)
        assert now(owner).invitation is None
        with pytest.raises(Refused) as refused:
            owner.do(Invite(hosting.session_id))
        assert refused.value.failure.code == "peer_present"
        owner.do(DropPeer(hosting.session_id))
        until(lambda: now(owner).peer.state is PeerState.ABSENT, "the peer to be gone")
        until(lambda: not desk.is_connected, "the client to end")
        assert hosting.invitation is not None
        desk.connect(hosting.invitation)
        until(lambda: not desk.is_connected, "the client to be turned away")
        assert now(owner).peer.state is PeerState.ABSENT
        owner.do(Invite(hosting.session_id))
        join(owner, desk, now(owner))


def test_a_wrong_code_lets_nobody_in(data_directory: Path, desk: RemoteDesk) -> None:
    """A code that is not right is asked for again, on a page of the gate's own; the right one, typed there, works."""
    with hosted(data_directory) as (owner, hosting):
        assert hosting.invitation is not None
        desk.connect(hosting.invitation, "AAAA-AAAA")
        until(lambda: now(owner).wrong_codes == 1, "the wrong code")
        assert now(owner).peer.state is PeerState.AT_DOOR
        desk.focus()
        assert max(desk.pixel(*TERMINAL)) < DARK
        desk.type(hosting.invitation.code)
        until(lambda: now(owner).peer.state is PeerState.ADMITTED, "the peer")
        assert AuditKind.WRONG_CODE in kinds(owner, hosting.session_id)


def test_a_second_client_is_turned_away(data_directory: Path, desk: RemoteDesk) -> None:
    """While a peer is there, another client gets nothing, and the first one notices nothing."""
    with hosted(data_directory) as (owner, hosting), remote_desk() as other:
        join(owner, desk, hosting)
        assert hosting.invitation is not None
        other.connect(hosting.invitation)
        until(lambda: not other.is_connected, "the second client to be turned away")
        assert desk.is_connected
        assert now(owner).peer.state is PeerState.ADMITTED


def test_a_gate_that_is_killed_ends_the_session(data_directory: Path, desk: RemoteDesk) -> None:
    """Without its gate nothing passes: the client is cut off, and what was recorded is sealed."""
    with hosted(data_directory) as (owner, hosting):
        join(owner, desk, hosting)
        os.kill(gate_pid(), signal.SIGKILL)
        ended = owner.wait_for(
            lambda event: (
                isinstance(event, SessionChanged) and event.session.state is SessionState.ANCHORING
            )
        )
        assert isinstance(ended, SessionChanged)
        assert ended.session.end_reason == "host_lost"
        until(lambda: not desk.is_connected, "the client to be cut off")
        assert kinds(owner, hosting.session_id)[-1] is AuditKind.ENDED
