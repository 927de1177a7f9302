"""A made-up network: Tor that connects, gets stuck and comes back as its script says, and bridges."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.api.commands import Command
from core.api.network import (
    Bridge,
    BridgeKind,
    Connect,
    FinishRotation,
    ForgetBridges,
    Network,
    NetworkChanged,
    NetworkMode,
    ReadBridges,
    ReadNetwork,
    RotateOnion,
    Rotation,
    ServicePhase,
    ServiceShown,
    TorPhase,
    TorStatus,
    UseBridges,
    WaitForTor,
    WorkOffline,
)
from core.api.snapshots import FailureSnapshot
from tests.fakes import made_up_sessions as made_up
from tests.fakes.engine_port import PENDING, failure

if TYPE_CHECKING:
    from tests.fakes.made_up_appliance import MadeUpAppliance

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS
_SECOND_MS = 1000
VERSION = "0.4.9.11"
# Addresses for documentation only (RFC 5737).
OBFS4_LINE = "obfs4 192.0.2.7:443 " + "0F" * 20 + " cert=made+up iat-mode=0"
SNOWFLAKE_LINE = "snowflake 192.0.2.3:80 " + "A1" * 20


def onion_of(word: str) -> str:
    """Make an onion address that has the right form (rend-spec-v3, section 6), the same for a word each time."""
    key = hashlib.sha256(word.encode()).digest()
    check = hashlib.sha3_256(b".onion checksum" + key + b"\x03").digest()[:2]
    return b32encode(key + check + b"\x03").decode().lower() + ".onion"


def client_key_of(word: str) -> str:
    """Make a client key that has the right form, the same for a word each time."""
    return b32encode(hashlib.sha256(word.encode()).digest()).decode().rstrip("=")


OWN, OWN_NEW = onion_of("this appliance"), onion_of("this appliance, later")


def ready(**changes: object) -> Network:
    """Make a network that is connected by Tor."""
    made = Network(
        mode=NetworkMode.TOR,
        is_chosen=True,
        tor=TorStatus(
            TorPhase.READY,
            100,
            "done",
            "Done",
            made_up.NOW_UTC_MS - 600_000,
            version=VERSION,
            ends_utc_ms=made_up.NOW_UTC_MS + 300 * _DAY_MS,
        ),
        address=OWN,
        services=(ServiceShown("reading", f"{OWN}:80", ServicePhase.REACHABLE, 2),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # made-up fields by name


def connecting(percent: int, tag: str, summary: str, **changes: object) -> Network:
    """Make a network whose tor is on its way."""
    tor = TorStatus(
        TorPhase.CONNECTING,
        percent,
        tag,
        summary,
        made_up.NOW_UTC_MS - 12 * _SECOND_MS,
        made_up.NOW_UTC_MS + 80 * _SECOND_MS,
        version=VERSION,
    )
    return Network(NetworkMode.TOR, is_chosen=True, tor=replace(tor, **changes))  # type: ignore[arg-type]


def stuck(reason: FailureSnapshot | None = None) -> Network:
    """Make a network whose tor gets no further."""
    why = reason or failure("tor_stuck", tag="conn_done", percent=10, reason="connection refused")
    network = connecting(10, "conn_done", "Connected to a relay")
    tor = replace(
        network.tor,
        phase=TorPhase.STUCK,
        deadline_utc_ms=0,
        since_utc_ms=made_up.NOW_UTC_MS - 131 * _SECOND_MS,
        failure=why,
    )
    return replace(network, tor=tor)


def restarting() -> Network:
    """Make a network whose tor has ended and comes back by itself."""
    tor = TorStatus(
        TorPhase.RESTARTING,
        failure=failure("tor_lost", reason="it was ended by signal 9"),
        version=VERSION,
        restarts=1,
        retry_utc_ms=made_up.NOW_UTC_MS + 4 * _SECOND_MS,
    )
    return Network(NetworkMode.TOR, is_chosen=True, tor=tor, address=OWN)


def with_unreadable_bridges() -> Network:
    """Make a network that keeps bridges which nobody can read."""
    why = failure("bridges_unreadable", reason="there must be an IP address and a port")
    return Network(NetworkMode.TOR, is_chosen=True, tor=TorStatus(TorPhase.MISSING, failure=why))


class MadeUpNetwork:
    """Knows the network of an appliance; its answers run on the appliance's thread.

    Until a script sets one, an appliance has none that a front end was told of.
    """

    def __init__(self, appliance: MadeUpAppliance) -> None:
        self.network = Network()
        self._appliance = appliance

    def answers(self) -> dict[type[Command], object]:
        """Give what answers the commands about the network."""
        return {
            ReadNetwork: lambda _command: self.network,
            Connect: self._connect,
            WaitForTor: self._wait,
            WorkOffline: lambda _command: self.set(
                replace(self.network, mode=NetworkMode.OFFLINE, is_chosen=True, tor=TorStatus())
            ),
            ReadBridges: lambda command: _understood(command.lines),
            UseBridges: self._use_bridges,
            ForgetBridges: lambda _command: self.set(replace(self.network, bridges=())),
            RotateOnion: self._rotate,
            FinishRotation: lambda _command: self.set(replace(self.network, rotation=None)),
        }

    def set(self, network: Network) -> Network:
        """Let the network be like this, and say so."""
        self.network = self._appliance.network = network
        self._appliance.emit(NetworkChanged(network))
        return network

    def change(self, **changes: Any) -> Network:  # noqa: ANN401 - fields of the snapshot
        """Change the network, and say so."""
        return self.set(replace(self.network, **changes))

    def _connect(self, _command: Connect) -> Network:
        starting = connecting(0, "starting", "Starting").tor
        return self.set(replace(self.network, mode=NetworkMode.TOR, is_chosen=True, tor=starting))

    def _wait(self, _command: WaitForTor) -> object:
        return self.network if self.network.tor.phase is TorPhase.READY else PENDING

    def _use_bridges(self, command: UseBridges) -> object:
        bridges = _understood(command.lines)
        if isinstance(bridges, FailureSnapshot):
            return bridges
        return self.set(replace(self.network, bridges=bridges))

    def _rotate(self, command: RotateOnion) -> Network:
        until = made_up.NOW_UTC_MS + int(command.overlap_hours * _HOUR_MS)
        rotation = Rotation(OWN, OWN_NEW, until) if command.overlap_hours else None
        return self.set(
            replace(
                self.network,
                address=OWN_NEW,
                rotated_utc_ms=made_up.NOW_UTC_MS,
                rotation=rotation,
            )
        )


def _understood(lines: str) -> tuple[Bridge, ...] | FailureSnapshot:
    """Understand lines about as an engine would."""
    found: list[Bridge] = []
    for number, line in enumerate(lines.splitlines(), 1):
        words = line.split()
        if len(words) < 2 or words[0] not in {"obfs4", "snowflake"}:
            return failure("bridge_malformed", 2, line=number, reason="no transport is called that")
        found.append(Bridge(BridgeKind(words[0]), words[1], line))
    return tuple(found)
