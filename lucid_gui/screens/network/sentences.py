"""How the network stands, as one sentence, what is behind it, and what can be done; from the snapshot alone."""

from __future__ import annotations

from typing import Any

from core.api.network import Network, TorPhase, TorStatus
from lucid_gui.screens.wording import clock_text
from lucid_gui.text.amounts import span_text
from lucid_gui.text.failures import say
from lucid_gui.text.network import is_by_tor, is_undecided
from lucid_gui.text.words import tr

_MS = 1000
_SILENCE_S = 5  # a shorter one is not worth words
_CLOCK = "clock_wrong"
_UNREADABLE = "bridges_unreadable"
_STUCK = "tor_stuck"
_CONNECTING_FROM = ("undecided", "offline", "stuck", "missing", "off", "restarting")
_MOVING = (TorPhase.STARTING, TorPhase.CONNECTING, TorPhase.STUCK)


def state_of(network: Network | None) -> str:
    """Name the state that the screen is in; the phase of Tor where a person has chosen Tor."""
    if network is None:
        return "reading"
    if network.is_mode_forced:
        return "forced"
    if is_undecided(network):
        return "undecided"
    return network.tor.phase.value if is_by_tor(network) else "offline"


def state_facts(network: Network | None, now_utc_ms: int) -> dict[str, Any]:
    """Give what the card of the state shows, and which buttons it has."""
    state = state_of(network)
    tor = network.tor if network is not None else TorStatus()
    takes_bridges = network is None or not network.is_tor_others
    title, detail = _words(state, tor, now_utc_ms, takes_bridges=takes_bridges)
    is_clock = tor.failure is not None and tor.failure.code == _CLOCK
    has_unreadable = tor.failure is not None and tor.failure.code == _UNREADABLE
    return {
        "state": state,
        "icon": _icon(state, is_clock=is_clock),
        "tone": _tone(state),
        "title": title,
        "detail": detail,
        "percent": tor.percent,
        "isMoving": tor.phase in _MOVING and state == tor.phase.value,
        "summary": _summary(tor),
        "silence": _silence(tor, now_utc_ms),
        "deadline": _deadline(tor, now_utc_ms),
        # Bridges that cannot be read are replaced or forgotten on their own card; until then no try leads anywhere.
        "canConnect": state in _CONNECTING_FROM and not has_unreadable,
        "connectText": tr("Connect") if state in {"undecided", "offline"} else tr("Try again"),
        "takesBridges": takes_bridges,
        "canBridge": takes_bridges
        and state in {"undecided", "starting", "connecting", "stuck"}
        and not is_clock,
        "bridgeText": tr("Use a bridge first") if state == "undecided" else tr("Use a bridge"),
        "hasUnreadableBridges": has_unreadable,
        "canGoOffline": state not in {"offline", "forced", "reading"},
    }


def _icon(state: str, *, is_clock: bool) -> str:
    if is_clock:
        return "clock"
    return {
        "ready": "globe-lock",
        "undecided": "circle-help",
        "offline": "unplug",
        "forced": "unplug",
        "off": "unplug",
        "stuck": "triangle-alert",
        "missing": "triangle-alert",
    }.get(state, "loader-circle")


def _tone(state: str) -> str:
    if state in {"stuck", "missing", "undecided", "restarting"}:
        return "ask"
    return "safe" if state == "ready" else "plain"


def _words(state: str, tor: TorStatus, now_utc_ms: int, *, takes_bridges: bool) -> tuple[str, str]:
    if state in {"stuck", "missing"}:
        return _obstacle(state, tor, takes_bridges=takes_bridges)
    if state == "restarting":
        return tr("Tor is being started again"), _restart_text(tor, now_utc_ms)
    return {
        "reading": (tr("Reading how the network stands"), ""),
        "undecided": (
            tr("How may this appliance be reached?"),
            tr(
                "Everything between appliances goes through Tor, so that nobody on the way learns who speaks "
                "with whom. Nothing is connected before you choose. Where Tor is blocked, or may not be seen, "
                "use a bridge first."
            )
            if takes_bridges
            else tr(
                "Everything between appliances goes through Tor, so that nobody on the way learns who speaks "
                "with whom. Nothing is connected before you choose. Tor is this machine's own: where it is "
                "blocked, or may not be seen, set bridges in its configuration first."
            ),
        ),
        "offline": (
            tr("This appliance works offline"),
            tr(
                "It reaches nobody, and nobody reaches it. Sessions can be joined on this machine only."
            ),
        ),
        "forced": (
            tr("This appliance works offline"),
            tr(
                "Lucid was started to stay offline, whatever is chosen here. Start it without that to go online."
            ),
        ),
        "off": (tr("Tor does not run"), tr("It starts when something has to go by it.")),
        "starting": (tr("Tor is starting"), tr("The program is being started on this machine.")),
        "connecting": (tr("Connecting to Tor"), ""),
        "ready": (
            tr("Connected by Tor"),
            tr(
                "Other appliances reach this one at its onion address. No other way leads in or out."
            ),
        ),
    }[state]


def _obstacle(state: str, tor: TorStatus, *, takes_bridges: bool) -> tuple[str, str]:
    """Say what is in the way, where that is known."""
    if tor.failure is not None:
        sentence = say(tor.failure)
        is_about_bridges = tor.failure.code == _STUCK and not takes_bridges
        return sentence.what, _way_on(
            takes_bridges=False
        ) if is_about_bridges else sentence.next_step
    if state == "missing":
        return tr("Tor cannot be started"), tr(
            "See that the package tor is installed, and try again."
        )
    return tr("Tor gets no further"), _way_on(takes_bridges=takes_bridges)


def _way_on(*, takes_bridges: bool) -> str:
    if takes_bridges:
        return tr("See that this appliance has a network. If Tor is blocked there, use a bridge.")
    return tr(
        "See that this appliance has a network. If Tor is blocked there, set bridges in Tor's own configuration."
    )


def _restart_text(tor: TorStatus, now_utc_ms: int) -> str:
    why = say(tor.failure).what if tor.failure is not None else tr("It has ended.")
    if tor.retry_utc_ms is None:
        return why
    left = max(0, -(-(tor.retry_utc_ms - now_utc_ms) // _MS))
    when = tr("Next try in %1.").replace("%1", span_text(left)) if left else tr("Trying now.")
    return f"{why} {when}"


def _summary(tor: TorStatus) -> str:
    """Give Tor's own words for what it does."""
    return tr("Tor says: %1").replace("%1", tor.summary) if tor.summary else ""


def _silence(tor: TorStatus, now_utc_ms: int) -> str:
    """Say for how long nothing has changed."""
    if not tor.since_utc_ms or tor.phase not in _MOVING:
        return ""
    seconds = (now_utc_ms - tor.since_utc_ms) // _MS
    if seconds < _SILENCE_S:
        return ""
    return tr("No change for %1.").replace("%1", span_text(seconds))


def _deadline(tor: TorStatus, now_utc_ms: int) -> str:
    """Say when it is called stuck."""
    if tor.phase is not TorPhase.CONNECTING or not tor.deadline_utc_ms:
        return ""
    left = max(0, -(-(tor.deadline_utc_ms - now_utc_ms) // _MS))
    return tr("If it gets nowhere, you are asked what to do in %1.").replace("%1", clock_text(left))
