"""The part of the walk through the screens that goes through the network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.api.network import BridgeKind, Network, RotateOnion, TorPhase, TorStatus
from tests.fakes import made_up_network as net
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import failure

if TYPE_CHECKING:
    from lucid_gui.screenshots import Studio
    from tests.fakes.made_up_appliance import MadeUpAppliance

_MISSING = TorStatus(
    TorPhase.MISSING,
    failure=failure("missing_program", program="tor", package="tor"),
)
_BRIDGES = f"{net.OBFS4_LINE}\n{net.OBFS4_LINE.replace('192.0.2.7', '198.51.100.23')}"


async def walk_network(studio: Studio, port: MadeUpAppliance) -> None:
    """Go from the first choice to a connected network, its bridges and the change of its address."""
    port.net.set(Network())
    await studio.open("home")
    await studio.until(lambda: studio.has("chooseNetwork"))
    await studio.picture("home-undecided")
    await studio.open("network", isFirst=True)
    await _shown(studio, port, Network(), "network-undecided")
    await _shown(studio, port, net.connecting(0, "starting", "Starting"), None)
    await studio.open("settings", "network")
    percent_50 = net.connecting(50, "loading_descriptors", "Loading relay descriptors")
    await _shown(studio, port, percent_50, "network-connecting")
    await _shown(studio, port, net.stuck(), "network-stuck")
    clock = failure("clock_wrong", minutes=127, direction="slow")
    await _shown(studio, port, net.stuck(clock), "network-clock")
    await _shown(studio, port, net.restarting(), "network-restarting")
    await _shown(studio, port, replace(net.restarting(), tor=_MISSING), "network-missing")
    await _shown(studio, port, net.with_unreadable_bridges(), "network-bridges-unreadable")
    await _shown(studio, port, Network(is_chosen=True), "network-offline")
    await _bridges(studio, port)
    await _rotation(studio, port)
    port.net.set(net.ready())
    await studio.until(lambda: studio.model.state["state"] == "ready" and not studio.model.bridges)


async def _shown(studio: Studio, port: MadeUpAppliance, network: Network, name: str | None) -> None:
    """Let the network be like this, and picture it."""
    port.net.set(network)
    await studio.until(lambda: studio.model._network == network)
    if name is not None:
        await studio.picture(name)


async def _bridges(studio: Studio, port: MadeUpAppliance) -> None:
    await _shown(studio, port, net.connecting(10, "conn_done", "Connected to a relay"), None)
    studio.tap("bridgeButton")
    await studio.picture("network-bridges")
    studio.model.bridgeChoice.understand("not a bridge")
    await studio.until(lambda: studio.model.bridgeChoice.failure)
    await studio.picture("network-bridges-failed")
    studio.model.bridgeChoice.understand(_BRIDGES)
    await studio.until(lambda: studio.model.bridgeChoice.understood)
    await studio.picture("network-bridges-understood")
    studio.tap("useBridgesButton")
    await studio.until(lambda: studio.model.bridges)
    used = port.net.network.bridges
    assert {each.kind for each in used} == {BridgeKind.OBFS4}
    await _shown(studio, port, net.ready(bridges=used), "network-ready")


async def _rotation(studio: Studio, port: MadeUpAppliance) -> None:
    studio.tap("rotateButton")
    await studio.picture("network-rotation")
    studio.tap("rotateNowButton")
    await studio.until(lambda: not studio.find("rotateSheet").property("isGuarded"))
    await studio.picture("network-rotation-confirm")
    studio.find("rotateSheet").setProperty("isOpen", False)
    studio.tap("partBackButton")
    port.submit(RotateOnion(24.0))
    await studio.until(lambda: studio.model.rotation["isRunning"])
    soon = replace(port.net.network.tor, ends_utc_ms=made_up.NOW_UTC_MS + 41 * 86_400_000)
    port.net.change(tor=soon)
    await studio.until(lambda: studio.model.hasEnding)
    await studio.picture("network-ending")
    studio.dismiss_notices()
    await studio.picture("network-rotating")
