"""How the network stands, in few words: for the header, and for whoever has to wait for it."""

from __future__ import annotations

from core.api.network import Network, NetworkMode, TorPhase
from lucid_gui.text.words import tr

# What Settings, Network puts right or can say more about.
NETWORK_CODES = frozenset(
    {
        "network_offline",
        "tor_not_ready",
        "tor_refused",
        "tor_lost",
        "tor_stuck",
        "bridges_stuck",
        "clock_wrong",
        "bridges_unreadable",
        "publish_failed",
    }
)
_ON_THE_WAY = (TorPhase.OFF, TorPhase.STARTING, TorPhase.CONNECTING, TorPhase.RESTARTING)
ENDS_SOON_MS = 60 * 86_400_000


def is_by_tor(network: Network | None) -> bool:
    """Tell whether this appliance goes by Tor, connected or not."""
    return network is not None and network.mode is NetworkMode.TOR


def is_ready(network: Network | None) -> bool:
    """Tell whether Tor is there and connected."""
    return network is not None and is_by_tor(network) and network.tor.phase is TorPhase.READY


def is_undecided(network: Network | None) -> bool:
    """Tell whether a person has still to choose, and can."""
    return network is not None and not (network.is_chosen or network.is_mode_forced)


def ends_soon(network: Network | None, now_utc_ms: int) -> bool:
    """Tell whether the support of the tor that runs ends within sixty days, or has ended."""
    ends = network.tor.ends_utc_ms if network is not None else None
    return ends is not None and ends - now_utc_ms <= ENDS_SOON_MS


def short_text(network: Network | None) -> str:
    """Say it for the header; empty while nothing is known."""
    if network is None:
        return ""
    if not is_by_tor(network):
        return tr("Offline")
    return {
        TorPhase.READY: tr("Tor"),
        TorPhase.STUCK: tr("Tor stuck"),
        TorPhase.MISSING: tr("No Tor"),
        TorPhase.OFF: tr("Tor off"),
        TorPhase.CONNECTING: tr("Tor %1 %").replace("%1", str(network.tor.percent)),
    }.get(network.tor.phase, tr("Tor starts"))


def state_text(network: Network | None) -> str:
    """Say it for a row of the settings; empty while nothing is known."""
    if network is None:
        return ""
    if is_undecided(network):
        return tr("not chosen yet")
    if not is_by_tor(network):
        return tr("offline")
    return {
        TorPhase.OFF: tr("Tor does not run"),
        TorPhase.STARTING: tr("Tor is starting"),
        TorPhase.CONNECTING: tr("connecting, %1 %").replace("%1", str(network.tor.percent)),
        TorPhase.STUCK: tr("Tor gets no further"),
        TorPhase.READY: tr("connected by Tor"),
        TorPhase.RESTARTING: tr("Tor is started again"),
        TorPhase.MISSING: tr("Tor cannot be started"),
    }[network.tor.phase]


def tone(network: Network | None, now_utc_ms: int) -> str:
    """Give the colour of it: "safe", "ask", "quiet" or "busy"."""
    if network is None or not is_by_tor(network):
        return "ask" if is_undecided(network) else "quiet"
    if network.tor.phase in _ON_THE_WAY:
        return "busy"
    is_fine = network.tor.phase is TorPhase.READY and not ends_soon(network, now_utc_ms)
    return "safe" if is_fine else "ask"


def bridge_name(kind: str) -> str:
    """Name a kind of bridge."""
    return {
        "obfs4": tr("obfs4 bridge"),
        "snowflake": tr("Snowflake"),
        "plain": tr("Bridge without a disguise"),
    }[kind]
