"""How an observer stands is said in words, and each state offers what can be done."""

from __future__ import annotations

import pytest

from core.api.hosting import Observing, Peer, PeerState
from core.api.permissions import Capability
from lucid_gui.dialogs.wording import words_for
from lucid_gui.screens.hosting.observing import observing_facts
from lucid_gui.screens.wording import time_text
from tests.fakes import made_up_hosting as hosted
from tests.fakes import made_up_sessions as made_up

NOW = made_up.NOW_UTC_MS
INVITED = hosted.observer_invitation()


def plain(text: str) -> str:
    """Take the isolates away."""
    return text.replace("\N{FIRST STRONG ISOLATE}", "").replace("\N{POP DIRECTIONAL ISOLATE}", "")


@pytest.mark.parametrize(
    "observing, is_asking, state, title",
    [
        (None, False, "none", "Let somebody watch"),
        (Observing(), False, "closed", "Nobody watches"),
        (Observing(invitation=INVITED), False, "waiting", "Nobody watches yet"),
        (
            Observing(Peer(PeerState.AT_DOOR), INVITED),
            False,
            "at_door",
            "Somebody is at the door",
        ),
        (Observing(Peer(PeerState.AT_DOOR)), True, "asking", "Somebody wants to watch"),
        (
            Observing(Peer(PeerState.ADMITTED, hosted.OBSERVER)),
            False,
            "asking",
            "Bert-Mac wants to watch",
        ),
        (hosted.watching(), False, "watching", "Bert-Mac watches"),
    ],
)
def test_each_state_has_its_sentence(
    observing: Observing | None, is_asking: bool, state: str, title: str
) -> None:
    """It can be stopped as soon as there is something to stop, and a code is offered until somebody came."""
    facts = observing_facts(observing, NOW, is_asking=is_asking, is_denied=False)
    assert (facts["state"], plain(facts["title"])) == (state, title)
    assert facts["detail"].endswith(".")
    assert facts["canStop"] is (observing is not None)
    assert facts["canInvite"] is (state in {"none", "closed", "waiting"})


def test_where_the_policy_lets_nobody_see_nobody_is_invited() -> None:
    """It says so, and offers nothing that would be refused; who watches all the same can be stopped."""
    facts = observing_facts(None, NOW, is_asking=False, is_denied=True)
    assert (facts["state"], facts["canInvite"], facts["canStop"]) == ("denied", False, False)
    assert facts["detail"] == "The policy lets nobody see the desktop."
    assert observing_facts(Observing(), NOW, is_asking=False, is_denied=True)["canStop"]


def test_it_says_until_when() -> None:
    """Or until the end."""
    until = observing_facts(hosted.watching(NOW + 300_000), NOW, is_asking=False, is_denied=False)
    at = time_text(NOW + 300_000)
    assert until["detail"] == f"Until {at}. It sees what the peer sees."
    assert observing_facts(hosted.watching(), NOW, is_asking=False, is_denied=False)[
        "detail"
    ].startswith("Until the end.")


def test_the_question_says_that_it_may_only_watch() -> None:
    """Nobody takes it for the peer's own question about seeing."""
    asked = hosted.question(Capability.VIEW, 0, is_observer=True, peer=hosted.OBSERVER)
    words = words_for(asked)
    assert plain(words.title) == "Bert-Mac wants to watch only"
    assert "can do nothing" in words.explanation
    assert words.approve == "Let it watch"
    assert words_for(hosted.question(Capability.VIEW, 0, is_observer=True, peer="")).title == (
        "Somebody wants to watch only"
    )
