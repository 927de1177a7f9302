"""What the assembly of an appliance knows of its services together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from core.api.network import ServicePhase
from core.appliance.assembly import _reached_by_tor
from core.transport.addresses import onion_host


@dataclass
class Shown:
    """A session as a service shows it."""

    session_id: str
    reach: ServicePhase | None = None
    address: str = ""


@dataclass
class Showing:
    """A service that shows a session, or none."""

    session: Shown | None = None

    def shown(self) -> Shown | None:
        """Show it."""
        return self.session


@pytest.mark.parametrize(
    ("hosted", "joined", "expected"),
    [
        (None, None, None),
        (Shown("h"), None, None),
        (Shown("h", ServicePhase.WAITING), None, "h"),
        (Shown("h", ServicePhase.REACHABLE), None, "h"),
        (None, Shown("j", address="127.0.0.1:3389"), None),
        (None, Shown("j", address=f"{onion_host(bytes(32))}:3389"), "j"),
    ],
)
def test_a_session_that_is_reached_by_tor_is_named(
    hosted: Shown | None, joined: Shown | None, expected: str | None
) -> None:
    """Hosted at an onion address or joined at one, it keeps its owner from going offline; one on loopback does not."""
    services: tuple[Any, Any] = (Showing(hosted), Showing(joined))
    assert _reached_by_tor(*services) == expected
