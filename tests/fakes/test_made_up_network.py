"""The made-up network, accesses and peers answer as an engine would."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.api.access import AccessGranted, GrantAccess, Scope
from core.api.network import (
    BridgeKind,
    Connect,
    NetworkMode,
    ReadBridges,
    RotateOnion,
    TorPhase,
    UseBridges,
    WaitForTor,
)
from core.api.peers import AddPeer
from core.api.snapshots import FailureSnapshot
from core.peers.pairing import read_pairing
from core.transport.addresses import read_onion_address
from tests.fakes import made_up_network as net
from tests.fakes import made_up_peers as peers
from tests.fakes.engine_port import PENDING
from tests.fakes.made_up_appliance import MadeUpAppliance


@pytest.fixture
def appliance() -> Iterator[MadeUpAppliance]:
    """Give a made-up appliance."""
    made = MadeUpAppliance()
    yield made
    made.stop()
    assert made.wait_stopped(10.0)


def test_its_addresses_and_lines_are_ones_that_an_engine_takes() -> None:
    """What is shown on the screen has the form of what is real."""
    assert read_onion_address(f"{net.OWN}:80").host == net.OWN
    assert read_pairing(peers.LINK).host == net.onion_of("peer 0")


def test_tor_is_chosen_and_waited_for(appliance: MadeUpAppliance) -> None:
    """Connecting is not there yet; a wait for it is open until it is."""
    assert appliance.net._connect(Connect()).mode is NetworkMode.TOR
    assert appliance.net.network.tor.phase is TorPhase.CONNECTING
    assert appliance.net._wait(WaitForTor()) is PENDING
    appliance.net.set(net.ready())
    assert appliance.net._wait(WaitForTor()) is appliance.net.network


def test_bridges_are_read_and_used(appliance: MadeUpAppliance) -> None:
    """A wrong line is refused by its number and changes nothing."""
    answer = appliance.net.answers()[ReadBridges]
    assert callable(answer)
    refused = answer(ReadBridges(f"{net.OBFS4_LINE}\nhello"))
    assert isinstance(refused, FailureSnapshot)
    assert refused.facts["line"] == 2
    assert isinstance(appliance.net._use_bridges(UseBridges("hello")), FailureSnapshot)
    appliance.net._use_bridges(UseBridges(net.SNOWFLAKE_LINE))
    assert [each.kind for each in appliance.net.network.bridges] == [BridgeKind.SNOWFLAKE]


def test_a_rotation_serves_both_unless_it_is_told_not_to(appliance: MadeUpAppliance) -> None:
    """Without an overlap, the old address is gone at once."""
    assert appliance.net._rotate(RotateOnion(24.0)).rotation is not None
    assert appliance.net._rotate(RotateOnion(0.0)).rotation is None


def test_an_access_has_its_secrets_and_a_peer_its_line(appliance: MadeUpAppliance) -> None:
    """A line that is none is refused."""
    appliance.net.set(net.ready())
    granted = appliance.readers._grant(GrantAccess("x", (Scope.HEALTH,), 7))
    assert isinstance(granted, AccessGranted)
    assert net.OWN in granted.link
    assert isinstance(appliance.peers._add(AddPeer("nonsense")), FailureSnapshot)
