"""A grant is a yes with a deadline that never moves; everything else is denied."""

from __future__ import annotations

import pytest

from core.api.permissions import Capability, GrantLength, Rule
from core.errors import Bug
from core.permissions.grants import GrantTable, InForce
from core.runtime.clock import Instant

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
ASKED = (
    (Capability.VIEW, Rule.ALLOW),
    (Capability.KEYBOARD, Rule.ASK),
    (Capability.POINTER, Rule.ASK),
)


def at(seconds: float) -> Instant:
    """Give the moment so many seconds after the beginning."""
    passed = round(seconds * SECOND)
    return Instant(5_000 * SECOND + passed, 1_800_000_000 * SECOND + passed)


def test_nothing_is_granted_at_first_but_what_the_policy_allows() -> None:
    """Seeing is allowed by the policy; everything that is asked or not named is denied."""
    grants = GrantTable(ASKED)
    assert grants.in_force(at(0)) == (InForce(Capability.VIEW),)
    assert GrantTable(()).in_force(at(0)) == ()
    assert grants.rule_of(Capability.PRINTING) is Rule.DENY


@pytest.mark.parametrize(
    "length, seconds", [(GrantLength.FIVE_MINUTES, 300), (GrantLength.QUARTER_HOUR, 900)]
)
def test_a_grant_ends_at_its_deadline(length: GrantLength, seconds: int) -> None:
    """One nanosecond before the deadline it holds, at the deadline it does not, whether or not anybody looked."""
    grants = GrantTable(ASKED)
    grants.grant(Capability.KEYBOARD, length, at(0))
    before = Instant(at(seconds).mono_ns - 1, at(seconds).utc_ns)
    assert grants.is_granted(Capability.KEYBOARD, before)
    assert grants.expire(before) == []
    assert not grants.is_granted(Capability.KEYBOARD, at(seconds))
    assert grants.next_deadline() == at(seconds).mono_ns
    assert grants.expire(at(seconds)) == [Capability.KEYBOARD]
    assert grants.expire(at(seconds)) == []
    assert grants.next_deadline() is None


def test_the_wall_clock_moves_no_deadline() -> None:
    """A wall clock that jumps changes what is shown and nothing that is granted."""
    grants = GrantTable(ASKED)
    grants.grant(Capability.KEYBOARD, GrantLength.FIVE_MINUTES, at(0))
    assert grants.is_granted(Capability.KEYBOARD, Instant(at(299).mono_ns, 0))
    assert not grants.is_granted(Capability.KEYBOARD, Instant(at(300).mono_ns, 0))


def test_a_grant_is_never_extended() -> None:
    """A second grant is a mistake while the first one holds, and fine once it was revoked or ran out."""
    grants = GrantTable(ASKED)
    grants.grant(Capability.KEYBOARD, GrantLength.FIVE_MINUTES, at(0))
    with pytest.raises(Bug):
        grants.grant(Capability.KEYBOARD, GrantLength.UNTIL_END, at(299))
    assert not grants.is_granted(Capability.KEYBOARD, at(300))
    grants.grant(Capability.KEYBOARD, GrantLength.UNTIL_END, at(300))
    assert grants.revoke(Capability.KEYBOARD, at(301))
    grants.grant(Capability.KEYBOARD, GrantLength.FIVE_MINUTES, at(301))
    assert grants.in_force(at(302))[-1] == InForce(Capability.KEYBOARD, at(601).mono_ns)


def test_what_the_policy_denies_cannot_be_granted() -> None:
    """Not even the owner's yes can do what the signed policy denies."""
    grants = GrantTable(ASKED)
    with pytest.raises(Bug):
        grants.grant(Capability.FILES_OUT, GrantLength.FIVE_MINUTES, at(0))
    assert not grants.is_granted(Capability.FILES_OUT, at(0))


def test_only_seeing_is_allowed_without_asking() -> None:
    """A table with such a rule for anything else is not made."""
    with pytest.raises(Bug):
        GrantTable(((Capability.KEYBOARD, Rule.ALLOW),))


def test_what_the_policy_allowed_can_be_revoked() -> None:
    """After that it is as any other: the owner is asked, and the next peer does not have it either."""
    grants = GrantTable(ASKED)
    assert grants.revoke(Capability.VIEW, at(0))
    assert not grants.revoke(Capability.VIEW, at(0))
    grants.grant(Capability.VIEW, GrantLength.FIVE_MINUTES, at(1))
    assert grants.peer_left(at(2)) == [Capability.VIEW]
    assert grants.in_force(at(3)) == ()


def test_a_peer_that_leaves_takes_nothing_along() -> None:
    """What the owner granted ends with the peer; what the policy allows is there for the next one."""
    grants = GrantTable(ASKED)
    grants.grant(Capability.KEYBOARD, GrantLength.UNTIL_END, at(0))
    grants.grant(Capability.POINTER, GrantLength.FIVE_MINUTES, at(0))
    assert grants.peer_left(at(300)) == [Capability.KEYBOARD]
    assert grants.in_force(at(301)) == (InForce(Capability.VIEW),)


def test_what_was_tried_is_said_until_it_is_granted_or_its_peer_has_left() -> None:
    """After a revoke the count begins anew, and nothing is said of the next peer that another one tried."""
    grants = GrantTable(ASKED)
    grants.count_attempts(Capability.KEYBOARD, 14)
    grants.count_attempts(Capability.POINTER, 2)
    grants.grant(Capability.KEYBOARD, GrantLength.UNTIL_END, at(0))
    grants.revoke(Capability.KEYBOARD, at(1))
    assert tried(grants) == {Capability.POINTER: 2}
    grants.count_attempts(Capability.KEYBOARD, 1)
    assert tried(grants) == {Capability.POINTER: 2, Capability.KEYBOARD: 1}
    grants.peer_left(at(2))
    assert tried(grants) == {}


def tried(grants: GrantTable) -> dict[Capability, int]:
    """Tell what was tried, and how often."""
    return {each.capability: each.attempts for each in grants.snapshot(at(2)) if each.attempts}


def test_after_the_end_nothing_is_granted_again() -> None:
    """A session that has ended denies everything for good."""
    grants = GrantTable(ASKED)
    grants.grant(Capability.KEYBOARD, GrantLength.UNTIL_END, at(0))
    grants.end()
    assert grants.in_force(at(1)) == ()
    assert grants.has_ended
    with pytest.raises(Bug):
        grants.grant(Capability.POINTER, GrantLength.UNTIL_END, at(2))


def test_a_snapshot_says_how_everything_stands() -> None:
    """Each capability has its place, its rule, its attempts and, when it has one, its deadline on the wall clock."""
    grants = GrantTable(ASKED)
    grants.grant(Capability.KEYBOARD, GrantLength.FIVE_MINUTES, at(0))
    grants.count_attempts(Capability.POINTER, 2)
    grants.count_attempts(Capability.POINTER, 1)
    shown = {each.capability: each for each in grants.snapshot(at(10))}
    assert list(shown) == list(Capability)
    assert shown[Capability.KEYBOARD].until_utc_ms == at(300).utc_ns // 1_000_000
    assert shown[Capability.VIEW].is_granted
    assert shown[Capability.VIEW].until_utc_ms is None
    assert shown[Capability.POINTER].attempts == 3
    assert not shown[Capability.POINTER].is_granted
    late = {each.capability: each for each in grants.snapshot(at(300))}
    assert not late[Capability.KEYBOARD].is_granted
    assert late[Capability.KEYBOARD].until_utc_ms is None
