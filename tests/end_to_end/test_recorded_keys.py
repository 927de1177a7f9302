"""What a real peer types is in the record where the policy says so, and what it typed at the door is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.api.commands import CreateVault, EndSession, Secret, VerifySession
from core.api.hosting import Hosting, HostSession, PeerState, ReadKeys
from core.api.permissions import Capability, PolicyRules, Profile, Rule
from tests.end_to_end.hosting_bench import TERMINAL, WHITE, allow, hosted, join, now
from tests.end_to_end.remote_desk import RemoteDesk, remote_desk, session_home, until
from tests.fakes.front_end import FrontEnd, running_engine

RULES = PolicyRules(
    rules=((Capability.VIEW, Rule.ALLOW), (Capability.KEYBOARD, Rule.ASK)), records_keys=True
)

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def desk() -> Iterator[RemoteDesk]:
    """Give a peer's display."""
    with remote_desk() as each:
        yield each


@contextmanager
def recording_keys(directory: Path) -> Iterator[tuple[FrontEnd, Hosting]]:
    """Run an engine with a hosted session that has what is typed recorded."""
    with running_engine(directory, is_anchoring=False, has_seat=True) as owner:
        owner.do(CreateVault(Secret("a passphrase for hosting")))
        yield owner, owner.do(HostSession(Profile.CUSTOM, RULES))


def pressed(owner: FrontEnd, session_id: str) -> list[str]:
    """Name the keys that were pressed, in order."""
    return [each.key for each in owner.do(ReadKeys(session_id)) if each.is_pressed]


_TYPED_TOO = 2  # wrong codes: the one that the client sent, and one that was typed


def knock(owner: FrontEnd, desk: RemoteDesk, hosting: Hosting) -> None:
    """Type a wrong code at the door, and then the right one."""
    assert hosting.invitation is not None
    desk.connect(hosting.invitation, "AAAA-AAAA")  # some clients ask for what they are not given
    until(lambda: now(owner).wrong_codes == 1, "the peer at the door")
    desk.focus()
    until(lambda: _is_refused(owner, desk), "the wrong code to be refused")
    desk.type(hosting.invitation.code)
    until(lambda: now(owner).peer.state is PeerState.ADMITTED, "the peer")


def _is_refused(owner: FrontEnd, desk: RemoteDesk) -> bool:
    """Try the wrong code until the page takes it: its keyboard comes a moment after its picture."""
    if now(owner).wrong_codes < _TYPED_TOO:
        desk.type("7777-7777")
    return now(owner).wrong_codes >= _TYPED_TOO


def test_what_was_typed_is_read_and_what_was_typed_at_the_door_is_not(
    data_directory: Path, desk: RemoteDesk
) -> None:
    """Neither codes nor what was tried before the grant is in it; each key that reached the session is."""
    with recording_keys(data_directory) as (owner, hosting):
        session_id = hosting.session_id
        knock(owner, desk, hosting)
        home = session_home()
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
        desk.press("q")
        allow(owner, Capability.KEYBOARD)
        desk.type("hello")
        desk.type("touch ~/typed")
        until((home / "typed").exists, "what was typed to arrive")
        typed = pressed(owner, session_id)
        assert typed[:6] == [*"hello", "Return"]
        owner.do(EndSession(session_id))
        assert pressed(owner, session_id) == typed
        strokes = owner.do(ReadKeys(session_id))
        downs = {each.key for each in strokes if each.is_pressed}
        assert {each.key for each in strokes} == downs, "nothing goes up that did not go down"
        assert "7" not in downs
        report = owner.do(VerifySession(session_id))
        assert report.holds
        assert {each.name: each.outcome.value for each in report.checks}["key_log"] == "holds"
        assert len(list(data_directory.rglob("keys.lct"))) == 1


def test_without_the_flag_nothing_of_it_is_kept(data_directory: Path, desk: RemoteDesk) -> None:
    """Under the standard profile a peer types, and no file and no check knows of it."""
    with hosted(data_directory) as (owner, hosting):
        join(owner, desk, hosting)
        home = session_home()
        until(lambda: desk.pixel(*TERMINAL) == WHITE, "the desktop")
        desk.press("q")
        allow(owner, Capability.KEYBOARD)
        desk.press("Return")
        desk.type("touch ~/typed")
        until((home / "typed").exists, "what was typed to arrive")
        owner.do(EndSession(hosting.session_id))
        assert owner.do(ReadKeys(hosting.session_id)) == ()
        assert list(data_directory.rglob("keys*")) == []
        checks = owner.do(VerifySession(hosting.session_id)).checks
        assert "key_log" not in {each.name for each in checks}
