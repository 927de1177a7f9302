"""The policy of this end for a session that is joined from here: what may go out, and nothing else."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from core.api.permissions import Capability, Profile, Rule
from core.canonical.documents import canonical_json
from core.errors import PolicyMalformed
from core.evidence.policy import (
    has_trail,
    hosted_policy,
    is_hosted,
    joined_policy,
    parse_hosted_policy,
    read_hosted_policy,
    records_keys,
    sandbox_policy,
)


def _joined() -> dict[str, Any]:
    return copy.deepcopy(dict(joined_policy((1280, 720), 90, may_act=True)))


def test_keys_and_the_pointer_are_asked_for_and_nothing_else_passes() -> None:
    """What the other end shows may be seen; the length is the only limit."""
    rules = read_hosted_policy(canonical_json(_joined()))
    asked = {each for each, rule in rules.rules if rule is Rule.ASK}
    assert asked == {Capability.POINTER, Capability.KEYBOARD}
    assert {each for each, rule in rules.rules if rule is Rule.ALLOW} == {Capability.VIEW}
    assert (rules.width, rules.height) == (1280, 720)
    assert (rules.limits.longest_minutes, rules.limits.idle_minutes) == (90, 90)
    assert (rules.limits.clipboard_kib, rules.limits.file_mib) == (0, 0)


def test_whoever_may_only_watch_lets_nothing_out() -> None:
    """Invited to watch, keys and the pointer are denied here already."""
    rules = parse_hosted_policy(joined_policy((1280, 720), 90, may_act=False))
    assert {rule for each, rule in rules.rules if each is not Capability.VIEW} == {Rule.DENY}


def test_a_joined_session_has_a_trail_and_hosts_nobody() -> None:
    """What has a trail, and what a peer can join, are two things."""
    assert has_trail(_joined())
    assert not is_hosted(_joined())
    assert not records_keys(_joined())
    assert has_trail(hosted_policy(Profile.STRICT))
    assert is_hosted(hosted_policy(Profile.STRICT))
    assert not has_trail(sandbox_policy())


@pytest.mark.parametrize(
    "spoil, field",
    [
        (lambda p: p.update(profile="standard"), "rules.clipboard_in"),
        (lambda p: p["rules"].update(view="ask"), "rules.view"),
        (lambda p: p["rules"].update(clipboard_out="ask"), "rules.clipboard_out"),
        (lambda p: p["rules"].update(audio_in="ask"), "rules.audio_in"),
        (lambda p: p.update(records_keys=True), "records_keys"),
        (lambda p: p.update(allowed_programs=["XTerm"]), "allowed_programs"),
        (
            lambda p: p.update(hidden_windows=[{"title": "Bank", "window_class": ""}]),
            "hidden_windows",
        ),
        (lambda p: p.update(name="watched"), "name"),
    ],
)
def test_more_than_can_be_enforced_is_refused(
    spoil: Callable[[dict[str, Any]], object], field: str
) -> None:
    """A policy of a joined session that promises more than this end can keep is none."""
    policy = _joined()
    spoil(policy)
    with pytest.raises(PolicyMalformed) as caught:
        parse_hosted_policy(policy)
    assert caught.value.facts["field"] == field


@pytest.mark.parametrize("desktop", [(1281, 720), (1280, 399), (8000, 720)])
def test_a_desktop_that_cannot_be_recorded_is_refused(desktop: tuple[int, int]) -> None:
    """The other end's size is the size of the record here."""
    with pytest.raises(PolicyMalformed):
        joined_policy(desktop, 90, may_act=True)
