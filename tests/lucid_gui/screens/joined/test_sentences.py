"""How a joined session stands is said in a few words, and what goes out in colour."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.api.devices import fingerprint_of
from core.api.hosting import Grant
from core.api.joining import Joined, JoinedState, JoinRole
from core.api.permissions import Capability, Rule
from lucid_gui.screens.joined.sentences import (
    acting_chips,
    home_facts,
    is_out,
    joined_sentence,
    other_end,
    picker_facts,
)
from tests.fakes import made_up_joining as other
from tests.fakes import made_up_sessions as made_up

NOBODY: frozenset[Capability] = frozenset()
POINTER, KEYBOARD = Capability.POINTER, Capability.KEYBOARD


def watching(*out: Capability, **changes: object) -> Joined:
    """Make a joined session that lets just this out."""
    made = other.joined(state=JoinedState.WATCHING, **changes)
    grants = tuple(
        replace(each, is_granted=True) if each.capability in out else each for each in made.grants
    )
    return replace(made, grants=grants)


@pytest.mark.parametrize(
    "joined, is_in_gap, detail",
    [
        (None, False, "The recording is being started."),
        (other.joined(), False, "Connecting."),
        (watching(), False, "You watch. Nothing goes out."),
        (watching(POINTER), False, "Your clicks go out."),
        (watching(KEYBOARD), False, "Your keys go out."),
        (watching(POINTER, KEYBOARD), False, "Your clicks and keys go out."),
        (watching(POINTER), True, "No pictures come."),
        (watching(POINTER, is_shielded=True), False, "Shielded."),
        (other.joined(state=JoinedState.ENDED), False, "It is over."),
    ],
)
def test_each_state_is_said(joined: Joined | None, is_in_gap: bool, detail: str) -> None:
    """In one short sentence."""
    assert joined_sentence(joined, is_in_gap=is_in_gap)[1] == detail


def test_the_other_end_is_named_by_its_key() -> None:
    """Never by a name that it gives itself."""
    device = fingerprint_of(made_up.hex_of("other device"))
    assert other_end(other.joined()) == f"Appliance {device[:4]} {device[4:8]}"
    assert other_end(other.joined()) in home_facts(other.joined(), is_in_gap=False)["title"]


def test_what_goes_out_counts_only_what_acts() -> None:
    """Seeing is nothing that goes out, and under the shield nothing does."""
    assert not is_out(watching(Capability.VIEW))
    assert is_out(watching(KEYBOARD))
    assert not is_out(watching(KEYBOARD, is_shielded=True))


def test_a_chip_says_how_it_stands_and_what_a_tap_does() -> None:
    """What this end's rules deny cannot be tapped; an observer has none."""
    until = made_up.NOW_UTC_MS
    grants = (
        Grant(POINTER, Rule.ASK, is_granted=True, until_utc_ms=until),
        Grant(KEYBOARD, Rule.DENY),
    )
    pointer, keyboard = acting_chips(other.joined(grants=grants), NOBODY)
    assert pointer["stateText"].startswith("until ")
    assert pointer["name"].endswith("Tap to stop it.")
    assert keyboard["stateText"] == "never"
    assert not keyboard["isRevocable"]
    assert not acting_chips(other.joined(grants=grants), frozenset({POINTER}))[0]["isRevocable"]
    watcher = other.joined(terms=other.terms(role=JoinRole.OBSERVER))
    assert acting_chips(watcher, NOBODY) == []
    assert acting_chips(None, NOBODY) == []


def test_the_sheet_names_whose_desktop_it_is() -> None:
    """Nothing is shown while nothing is asked."""
    facts = picker_facts(KEYBOARD, other.joined())
    assert other_end(other.joined()) in facts["explanation"]
    assert facts["lengths"][0]["value"] == "five_minutes"
    assert picker_facts(None, other.joined()) == {}
