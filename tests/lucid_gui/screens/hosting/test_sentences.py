"""A hosted session is said in one sentence, whatever its state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.api.hosting import Hosting, Peer, PeerState
from core.api.permissions import Capability
from lucid_gui.screens.hosting.sentences import (
    home_facts,
    hosting_sentence,
    invitation_facts,
    may_sentence,
)
from tests.fakes import made_up_hosting as hosted
from tests.fakes.made_up_sessions import NOW_UTC_MS


def allowed(*capabilities: Capability) -> Hosting:
    """Make a session whose peer is in and may do just this."""
    made = hosted.hosting(peer=hosted.admitted(), invitation=None)
    for each in capabilities:
        made = hosted.with_grant(made, each, is_granted=True)
    return made


def plain(text: str) -> str:
    """Take the isolates around the peer's name away."""
    return text.replace("\N{FIRST STRONG ISOLATE}", "").replace("\N{POP DIRECTIONAL ISOLATE}", "")


def test_nobody_is_connected() -> None:
    """With a code, the next step is to hand it over; without one, to make one."""
    assert hosting_sentence(hosted.hosting(), NOW_UTC_MS) == (
        "Nobody is connected",
        "Give your peer the address and the code.",
    )
    assert "Make a new one" in hosting_sentence(hosted.hosting(invitation=None), NOW_UTC_MS)[1]
    assert hosting_sentence(None, NOW_UTC_MS)[0] == "Opening the door"


def test_somebody_is_at_the_door() -> None:
    """It says so, and how many wrong codes there were."""
    at_door = hosted.hosting(peer=Peer(PeerState.AT_DOOR), wrong_codes=2)
    title, detail = hosting_sentence(at_door, NOW_UTC_MS)
    assert title == "Waiting for the code"
    assert detail.startswith("2 wrong codes so far.")
    one = replace(at_door, wrong_codes=1)
    assert hosting_sentence(one, NOW_UTC_MS)[1].startswith("1 wrong code so far.")


def test_a_locked_door_counts_down() -> None:
    """The seconds are rounded up, and afterwards it is an ordinary door."""
    locked = hosted.hosting(wrong_codes=5, locked_until_utc_ms=NOW_UTC_MS + 251_001)
    assert hosting_sentence(locked, NOW_UTC_MS) == (
        "Too many wrong codes",
        "Nobody can come in for 4:12.",
    )
    assert hosting_sentence(locked, NOW_UTC_MS + 251_001)[0] == "Nobody is connected"


@pytest.mark.parametrize(
    "capabilities, said",
    [
        ((), "It sees nothing."),
        ((Capability.VIEW,), "It sees the desktop and may do nothing."),
        ((Capability.VIEW, Capability.KEYBOARD), "It sees the desktop and may type."),
        ((Capability.KEYBOARD,), "It sees nothing, but may type."),
        (
            (Capability.VIEW, Capability.POINTER, Capability.KEYBOARD, Capability.FILES_IN),
            "It sees the desktop and may click, type and bring files.",
        ),
        (tuple(Capability), "It sees the desktop and may click, type and 8 more."),
    ],
)
def test_what_the_peer_may(capabilities: tuple[Capability, ...], said: str) -> None:
    """Seeing first, then the rest; what is much is counted."""
    title, detail = hosting_sentence(allowed(*capabilities), NOW_UTC_MS)
    assert plain(title) == "Anna-PC is connected"
    assert detail == said


def test_the_shield_is_said_before_the_grants() -> None:
    """What is allowed does not matter while everything is hidden."""
    shielded = replace(allowed(Capability.VIEW), is_shielded=True)
    assert may_sentence(shielded).startswith("The desktop is hidden")


def test_an_invitation_runs_out() -> None:
    """It says how long it still works, and what to do when it does not."""
    facts = invitation_facts(hosted.invitation(), NOW_UTC_MS)
    assert facts["validText"] == "Works once, 10:00 left."
    assert not facts["isExpired"]
    over = invitation_facts(hosted.invitation(), NOW_UTC_MS + hosted.CODE_LASTS_MS)
    assert over["isExpired"]
    assert "Make a new one" in over["validText"]
    assert invitation_facts(None, NOW_UTC_MS) == {}


def test_home_says_what_waits_for_the_owner() -> None:
    """What was tried and is not allowed is named."""
    tried = hosted.with_grant(allowed(Capability.VIEW), Capability.KEYBOARD, attempts=2)
    facts = home_facts(tried, NOW_UTC_MS)
    assert plain(facts["title"]) == "Anna-PC is connected"
    assert facts["detail"].endswith("It has tried to type, which is not allowed.")


def test_home_says_that_somebody_watches() -> None:
    """Beside what the peer may do."""
    watched = hosted.hosting(peer=hosted.admitted(), observing=hosted.watching())
    assert "Bert-Mac" in home_facts(watched, NOW_UTC_MS)["detail"]
    assert home_facts(watched, NOW_UTC_MS)["detail"].endswith("watches.")
