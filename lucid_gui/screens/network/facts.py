"""The facts behind a connected network: its version, its bridges, its services, its address and the change of it."""

from __future__ import annotations

from typing import Any

from core.api.network import Network, ServicePhase, ServiceShown
from lucid_gui.screens.wording import count_text, day_text
from lucid_gui.text.amounts import moment_text, span_text
from lucid_gui.text.network import ends_soon, is_by_tor
from lucid_gui.text.words import tr

_MS = 1000


def fact_rows(network: Network, now_utc_ms: int) -> list[dict[str, Any]]:
    """Give the rows below the state; ``isAsking`` marks what somebody has to see to."""
    if not is_by_tor(network):
        return []
    rows = [
        _row(tr("Bridges in use"), _bridges_text(network)),
        _row(tr("Tor's version"), network.tor.version),
        _row(
            tr("Its support ends"), _end_text(network, now_utc_ms), ends_soon(network, now_utc_ms)
        ),
        _row(tr("Started again since Lucid runs"), _restarts_text(network)),
    ]
    rows += [_service_row(each) for each in network.services]
    return [row for row in rows if row["value"]]


def rotation_facts(network: Network | None, now_utc_ms: int) -> dict[str, Any]:
    """Give what the card of the address shows."""
    if network is None or not network.address:
        return {"address": "", "isRunning": False}
    running = network.rotation
    return {
        "address": network.address,
        "isRunning": running is not None,
        "oldAddress": running.old_address if running is not None else "",
        "untilText": _until_text(running.until_utc_ms, now_utc_ms) if running is not None else "",
        "changedText": _changed_text(network.rotated_utc_ms),
        "canRotate": running is None and is_by_tor(network) and not network.is_mode_forced,
    }


def _row(title: str, value: str, is_asking: bool = False) -> dict[str, Any]:
    return {"title": title, "value": value, "isAsking": is_asking}


def _bridges_text(network: Network) -> str:
    if not network.bridges:
        return tr("none")
    return count_text(len(network.bridges), tr("%1 bridge"), tr("%1 bridges"))


def _end_text(network: Network, now_utc_ms: int) -> str:
    ends = network.tor.ends_utc_ms
    return day_text(ends, now_utc_ms) if ends is not None else ""


def _restarts_text(network: Network) -> str:
    if not network.tor.restarts:
        return ""
    return count_text(network.tor.restarts, tr("%1 time"), tr("%1 times"))


def _service_row(service: ServiceShown) -> dict[str, Any]:
    purpose = {
        "session": tr("The session's address"),
        "observer": tr("The observer's address"),
        "reading": tr("The address for reading from afar"),
    }.get(service.purpose, service.purpose)
    phase = {
        ServicePhase.PUBLISHING: tr("is being published"),
        ServicePhase.REACHABLE: tr("can be reached"),
        ServicePhase.WAITING: tr("waits for Tor"),
    }[service.phase]
    if not service.clients:
        return _row(purpose, phase)
    keys = count_text(service.clients, tr("%1 key opens it"), tr("%1 keys open it"))
    return _row(purpose, f"{phase}, {keys}")


def _until_text(until_utc_ms: int, now_utc_ms: int) -> str:
    left = (until_utc_ms - now_utc_ms) // _MS
    if left <= 0:
        return tr("It goes now.")
    text = tr("It goes in %1, on %2.").replace("%1", span_text(left))
    return text.replace("%2", moment_text(until_utc_ms))


def _changed_text(rotated_utc_ms: int | None) -> str:
    if rotated_utc_ms is None:
        return ""
    return tr("It was changed last on %1.").replace("%1", moment_text(rotated_utc_ms))
