"""A whole engine by a real tor in a private network: chosen, connected, served, rotated, restarted, offline."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from core.api.access import GrantAccess, Scope
from core.api.commands import LockVault
from core.api.events import Event
from core.api.network import (
    Connect,
    FinishRotation,
    Network,
    NetworkChanged,
    NetworkMode,
    ReadNetwork,
    RotateOnion,
    ServicePhase,
    TorPhase,
    WaitForTor,
    WorkOffline,
)
from core.config.engine_options import NetworkOptions
from tests.core.appliance.appliance_bench import appliance, create, unlock
from tests.fakes.front_end import FrontEnd
from tests.fakes.private_tor import PrivateTor

CONNECT_S = 60.0


def network(front_end: FrontEnd) -> Network:
    """Read how it stands."""
    return cast("Network", front_end.do(ReadNetwork()))


def wait_reachable(front_end: FrontEnd, *addresses: str) -> None:
    """Wait until exactly these addresses can be reached."""
    wanted = {f"{each}:80" for each in addresses}

    def is_it(event: Event) -> bool:
        return isinstance(event, NetworkChanged) and wanted == {
            each.address for each in event.network.services if each.phase is ServicePhase.REACHABLE
        }

    front_end.wait_for(is_it, CONNECT_S)


def test_the_life_of_a_network(data_directory: Path, private_tor: PrivateTor) -> None:
    """From undecided to connected; the address is there, is rotated, outlives a restart, and offline ends tor."""
    options = NetworkOptions(network_lines=private_tor.network_lines)
    with appliance(data_directory, network=options) as front_end:
        create(front_end)
        assert not network(front_end).is_chosen
        front_end.do(Connect())
        ready = front_end.do(WaitForTor(CONNECT_S), CONNECT_S + 10)
        assert ready.tor.phase is TorPhase.READY
        assert ready.tor.version
        address = ready.address
        assert address
        granted = front_end.do(GrantAccess("Fleet", (Scope.HEALTH,)))
        assert granted.address == f"{address}:80"
        wait_reachable(front_end, address)
        rotated = front_end.do(RotateOnion(1.0))
        assert rotated.rotation.old_address == address
        wait_reachable(front_end, address, rotated.address)
        percents = [each.network.tor.percent for each in front_end.all_of(NetworkChanged)]
        assert percents == sorted(percents)
        assert percents[-1] == 100
    with appliance(data_directory, network=options) as front_end:
        assert network(front_end).tor.phase is not TorPhase.OFF  # before the vault is open
        assert network(front_end).address == ""
        unlock(front_end)
        assert network(front_end).rotation == rotated.rotation
        assert front_end.do(FinishRotation()).rotation is None
        front_end.do(WaitForTor(CONNECT_S), CONNECT_S + 10)
        wait_reachable(front_end, rotated.address)
        front_end.do(LockVault())
        locked = network(front_end)
        assert (locked.address, locked.services) == ("", ())
        offline = front_end.do(WorkOffline())
        assert (offline.mode, offline.tor.phase) == (NetworkMode.OFFLINE, TorPhase.OFF)
