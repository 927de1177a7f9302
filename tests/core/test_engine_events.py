"""Which events an engine may leave out for a newer one, and which it never does."""

from __future__ import annotations

import pytest

from core.api.access import AccessChanged
from core.api.events import Event, IncidentRecorded, RequestFinished, RequestProgressed
from core.api.network import Network, NetworkChanged
from core.api.peers import PeersChanged
from core.api.snapshots import FailureSnapshot
from core.engine import _coalescing_key

INCIDENT = IncidentRecorded(FailureSnapshot("tor_lost", {}, is_retryable=True, exit_code=3))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (NetworkChanged(Network()), NetworkChanged(Network(address="x.onion"))),
        (AccessChanged(()), AccessChanged(())),
        (
            RequestProgressed(1, "connecting_to_tor", 1, 100),
            RequestProgressed(1, "connecting_to_tor", 9, 100),
        ),
    ],
)
def test_what_tells_the_whole_stands_for_what_came_before(earlier: Event, later: Event) -> None:
    """Ten a second of each kind are enough, for the newest says all."""
    assert _coalescing_key(earlier) is not None
    assert _coalescing_key(earlier) == _coalescing_key(later)


def test_kinds_do_not_stand_for_each_other() -> None:
    """What is held back of one kind is not lost by another."""
    keys = [_coalescing_key(each) for each in (NetworkChanged(Network()), AccessChanged(()))]
    assert len(set(keys)) == 2


@pytest.mark.parametrize("event", [INCIDENT, RequestFinished(1, None), PeersChanged(())])
def test_what_happened_once_is_always_told(event: Event) -> None:
    """An incident, an end, and a change that is rare go out at once, each of them."""
    assert _coalescing_key(event) is None
