"""How a peer's behaviour is counted: what a client does by itself, and what an owner does once, is not unusual."""

from __future__ import annotations

from core.api.permissions import Capability
from core.hosting.behaviour import Behaviour
from core.permissions.anomalies import DEFAULT_RESPONSES, AnomalyKind
from core.permissions.desk import Why
from core.runtime.clock import Instant

SECOND_NS = 1_000_000_000


def at(seconds: float) -> Instant:
    """Give a moment."""
    return Instant(round(seconds * SECOND_NS), 0)


def kinds(found: tuple[object, ...]) -> list[AnomalyKind]:
    """Name what became unusual."""
    return [each.kind for each in found]  # type: ignore[attr-defined]


def test_only_the_owners_no_to_what_was_refused_before_counts() -> None:
    """The first no to each thing does not; policy, time and the peer's own end never do."""
    behaviour = Behaviour(DEFAULT_RESPONSES)
    for why in (Why.POLICY, Why.EXPIRED, Why.WITHDRAWN):
        for _ in range(20):
            behaviour.denied(Capability.PRINTING, why)
    for each in Capability:
        behaviour.denied(each, Why.OWNER)
    assert behaviour.look(at(2)) == ()
    for _ in range(5):
        behaviour.denied(Capability.KEYBOARD, Why.OWNER)
    assert kinds(behaviour.look(at(4))) == [AnomalyKind.REPEATED_DENIALS]


def test_the_next_peer_is_not_blamed_for_the_one_before() -> None:
    """What it is refused for the first time does not count."""
    behaviour = Behaviour(DEFAULT_RESPONSES)
    for _ in range(10):
        behaviour.denied(Capability.KEYBOARD, Why.OWNER)
        behaviour.peer_left()
    assert behaviour.look(at(2)) == ()


def test_a_look_between_two_reports_hides_no_burst() -> None:
    """Where the gate has told of activity a moment ago, silence since then says nothing."""
    behaviour = Behaviour(DEFAULT_RESPONSES)
    found = []
    for second in range(5):
        found += kinds(behaviour.active(200, 0, at(second)))
        found += kinds(behaviour.look(at(second + 0.5)))
    assert found == [AnomalyKind.INPUT_BURST]


def test_a_burst_is_over_when_nothing_is_told_for_a_while() -> None:
    """Fast typing with pauses is not a burst."""
    behaviour = Behaviour(DEFAULT_RESPONSES)
    found = []
    for second in range(0, 20, 4):
        found += kinds(behaviour.active(200, 0, at(second)))
        found += kinds(behaviour.active(200, 0, at(second + 1)))
        found += kinds(behaviour.look(at(second + 3)))
    assert found == []


def test_connections_are_counted_even_when_nobody_is_there() -> None:
    """Twenty within a minute are told once."""
    behaviour = Behaviour(DEFAULT_RESPONSES)
    for _ in range(20):
        behaviour.connection_came()
    assert kinds(behaviour.look(at(2))) == [AnomalyKind.CONNECTION_FLOOD]
    assert behaviour.look(at(4)) == ()
