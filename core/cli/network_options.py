"""How Tor is run, as the environment says it, for every command that starts an engine.

``LUCID_NETWORK=offline`` keeps this start from connecting to anybody, whatever was chosen. ``LUCID_TOR`` names the
program. ``LUCID_TOR_NETWORK`` names a file with torrc lines of a private Tor network, such as a laboratory's.
``LUCID_TOR_SYSTEM`` names a directory with the sockets ``control`` and ``socks`` of a tor that is not ours.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from core.config.engine_options import NetworkOptions
from core.errors import TorRefused, UsageFailure

_LARGEST_FILE = 65_536


def network_options(environment: Mapping[str, str] = os.environ) -> NetworkOptions | None:
    """Read the environment; None where this start stays offline. Raises UsageFailure."""
    told = environment.get("LUCID_NETWORK", "")
    if told == "offline":
        return None
    if told:
        raise UsageFailure(reason=f"LUCID_NETWORK is {told}; it can be offline, or not set")
    system, network = (
        environment.get("LUCID_TOR_SYSTEM", ""),
        environment.get("LUCID_TOR_NETWORK", ""),
    )
    if system and network:
        raise UsageFailure(
            reason="LUCID_TOR_NETWORK is for our own tor; LUCID_TOR_SYSTEM names another"
        )
    return NetworkOptions(
        program=environment.get("LUCID_TOR") or NetworkOptions.program,
        system_control=Path(system) / "control" if system else None,
        system_socks=Path(system) / "socks" if system else None,
        network_lines=_read_network(Path(network)) if network else (),
    )


def _read_network(path: Path) -> tuple[str, ...]:
    """Read the lines of a private network; a file that names none would mean Tor's own, and is refused."""
    from core.onion.torrc import read_network_lines

    try:
        with path.open("rb") as stream:
            text = stream.read(_LARGEST_FILE + 1).decode("utf-8")
        if len(text) > _LARGEST_FILE:
            raise UsageFailure(reason=f"LUCID_TOR_NETWORK: {path} is too long")
        lines = tuple(read_network_lines(text.splitlines()))
    except OSError as error:
        raise UsageFailure(reason=f"LUCID_TOR_NETWORK: {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageFailure(reason=f"LUCID_TOR_NETWORK: {path} is no text") from error
    except TorRefused as failure:
        raise UsageFailure(reason=f"LUCID_TOR_NETWORK: {failure.facts['reason']}") from failure
    if not lines:
        raise UsageFailure(reason=f"LUCID_TOR_NETWORK: {path} names no network")
    return lines
