"""The network: Tor's phases, the ways around what blocks it, and this appliance's own onion address."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from core.api.commands import Command
from core.api.events import Event
from core.api.snapshots import FailureSnapshot


class NetworkMode(Enum):
    """Whether anybody can be reached. There is no third mode: nothing passes beside Tor."""

    TOR = "tor"
    OFFLINE = "offline"  # this machine's loopback only


class TorPhase(Enum):
    """What our tor is doing."""

    OFF = "off"  # offline, or nothing has to go by it yet
    STARTING = "starting"  # the program starts and is not answering yet
    CONNECTING = "connecting"  # it connects to the network; see percent and tag
    STUCK = "stuck"  # as CONNECTING, and past its deadline: the person chooses what to do
    READY = "ready"
    RESTARTING = "restarting"  # it ended, hung or could not be started; it is tried again by itself
    MISSING = "missing"  # there is no tor, or it does not take our configuration


class BridgeKind(Enum):
    """The transports that a bridge line can name."""

    PLAIN = "plain"
    OBFS4 = "obfs4"
    SNOWFLAKE = "snowflake"


@dataclass(frozen=True)
class Bridge:
    """A bridge in use. ``line`` is the whole line as it is configured, in its normal form.

    Bridges are given to few, so that nobody can block them: neither part shows in a repr.
    """

    kind: BridgeKind
    endpoint: str = field(repr=False)  # IP:port, as the line gives it
    line: str = field(repr=False)


@dataclass(frozen=True)
class TorStatus:
    """Our tor as it stands. Times are UTC milliseconds."""

    phase: TorPhase = TorPhase.OFF
    percent: int = 0  # Tor's own figure
    tag: str = ""  # Tor's own name of its phase, such as "conn_or"
    summary: str = ""  # Tor's own words for it
    since_utc_ms: int = 0  # when percent or tag changed last
    deadline_utc_ms: int = 0  # when CONNECTING becomes STUCK; 0 in other phases
    failure: FailureSnapshot | None = None  # what is in the way, where that is known
    version: str = ""
    ends_utc_ms: int | None = None  # when this version's support ends; None where it is not known
    restarts: int = 0  # since the engine started
    retry_utc_ms: int | None = None  # when it is tried again, in RESTARTING


class ServicePhase(Enum):
    """Whether an onion service can be reached."""

    PUBLISHING = "publishing"
    REACHABLE = "reachable"
    WAITING = "waiting"  # for Tor


@dataclass(frozen=True)
class ServiceShown:
    """One of this appliance's onion services."""

    purpose: str  # "session", "observer", "reading"
    address: str  # ADDRESS.onion:port
    phase: ServicePhase
    clients: int = 0  # how many keys open it; 0: anybody who has the address


@dataclass(frozen=True)
class Rotation:
    """A rotation that is under way: both addresses are served until the old one goes."""

    old_address: str
    new_address: str
    until_utc_ms: int


@dataclass(frozen=True)
class Network:
    """The network as it stands."""

    mode: NetworkMode = NetworkMode.OFFLINE
    is_chosen: bool = False  # a person has chosen the mode; until then nothing is connected
    is_mode_forced: bool = False  # this start was told to stay offline, whatever was chosen
    is_tor_others: bool = False  # tor is the system's, which takes no bridges from Lucid
    tor: TorStatus = TorStatus()
    bridges: tuple[Bridge, ...] = ()
    address: str = ""  # this appliance's own, ADDRESS.onion; "" before the first connection
    rotated_utc_ms: int | None = None
    rotation: Rotation | None = None
    services: tuple[ServiceShown, ...] = ()


@dataclass(frozen=True)
class ReadNetwork(Command):
    """Read how the network stands. Result: Network."""


@dataclass(frozen=True)
class Connect(Command):
    """Go by Tor, or try again now; kept across restarts. Result: Network, before the connection is there."""


@dataclass(frozen=True)
class WaitForTor(Command):
    """Wait until Tor is ready. Result: Network."""

    timeout_s: float = 150.0


@dataclass(frozen=True)
class WorkOffline(Command):
    """End tor and reach nobody; kept across restarts. Refused while a session is reached by it. Result: Network."""


@dataclass(frozen=True)
class ReadBridges(Command):
    """Read bridge lines without using them. Result: tuple[Bridge, ...], what was understood; BridgeMalformed."""

    lines: str = field(repr=False)


@dataclass(frozen=True)
class UseBridges(Command):
    """Go by these bridges from now on, one line each, as a person typed or a QR code said it. Result: Network."""

    lines: str = field(repr=False)


@dataclass(frozen=True)
class ForgetBridges(Command):
    """Go without bridges from now on. Result: Network."""


@dataclass(frozen=True)
class RotateOnion(Command):
    """Give this appliance a new onion address; the old one is served for a while too. Result: Network."""

    overlap_hours: float = 24.0


@dataclass(frozen=True)
class FinishRotation(Command):
    """Let the old address go now. Result: Network."""


@dataclass(frozen=True)
class NetworkChanged(Event):
    """The network changed; coalesced to ten a second, the last is never lost."""

    network: Network
