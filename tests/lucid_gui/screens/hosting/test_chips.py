"""A chip says how a capability stands; only what is allowed can be taken back."""

from __future__ import annotations

from typing import Any

from core.api.hosting import Hosting
from core.api.permissions import Capability
from lucid_gui.screens.hosting.chips import chips_of
from lucid_gui.screens.wording import time_text
from tests.fakes import made_up_hosting as hosted
from tests.fakes.made_up_sessions import NOW_UTC_MS


def chip(
    of: Hosting,
    capability: Capability,
    asking: tuple[Capability, ...] = (),
    revoking: tuple[Capability, ...] = (),
) -> dict[str, Any]:
    """Give one capability's chip."""
    return next(
        each for each in chips_of(of, asking, revoking) if each["capability"] == capability.value
    )


def test_there_is_a_chip_for_each_capability() -> None:
    """In the order of Capability; without a session there is none."""
    chips = chips_of(hosted.hosting(), (), ())
    assert [each["capability"] for each in chips] == [each.value for each in Capability]
    assert chips_of(None, (), ()) == []


def test_what_is_allowed_says_until_when_and_can_be_taken_back() -> None:
    """With a time of day, or until the end."""
    until = NOW_UTC_MS + 300_000
    made = hosted.with_grant(
        hosted.hosting(), Capability.KEYBOARD, is_granted=True, until_utc_ms=until
    )
    made = hosted.with_grant(made, Capability.VIEW, is_granted=True)
    typing = chip(made, Capability.KEYBOARD)
    assert (typing["state"], typing["isRevocable"]) == ("allowed", True)
    assert typing["stateText"] == f"until {time_text(until)}"
    assert "Tap to take it back" in typing["name"]
    assert chip(made, Capability.VIEW)["stateText"] == "until the end"


def test_what_is_being_taken_back_cannot_be_taken_back_twice() -> None:
    """It says what is under way."""
    made = hosted.with_grant(hosted.hosting(), Capability.KEYBOARD, is_granted=True)
    under_way = chip(made, Capability.KEYBOARD, revoking=(Capability.KEYBOARD,))
    assert not under_way["isRevocable"]
    assert under_way["stateText"] == "taking it back"


def test_what_is_not_allowed_says_why() -> None:
    """Asked just now, tried before, or never by the rules."""
    made = hosted.with_grant(hosted.hosting(), Capability.POINTER, attempts=3)
    made = hosted.with_grant(made, Capability.KEYBOARD, attempts=1)
    asking = chip(made, Capability.FILES_IN, asking=(Capability.FILES_IN,))
    assert (asking["state"], asking["stateText"]) == ("asking", "asking now")
    assert chip(made, Capability.POINTER)["stateText"] == "tried 3 times"
    assert chip(made, Capability.KEYBOARD)["stateText"] == "tried once"
    assert chip(made, Capability.CLIPBOARD_IN)["stateText"] == "not allowed"
    assert chip(made, Capability.PRINTING)["stateText"] == "never, by the rules"
    assert not any(each["isRevocable"] for each in chips_of(made, (), ()))
