"""The configuration of our tor, written whole by us: a client that opens onion services and offers some, nothing else.

Source: tor(1). Tor reads a line up to its end, a comment, or a backslash: no value may hold what would end it early.
Tor reaches our runtime directory by a descriptor that it inherits, since the address of a Unix socket has room for
107 bytes only, and for no spaces in ADD_ONION.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.api.network import Bridge, BridgeKind
from core.errors import TorRefused
from core.onion.bridges import read_bridges

TRANSPORT_PROGRAMS: Mapping[BridgeKind, tuple[str, str]] = {  # the program and its Debian package
    BridgeKind.OBFS4: ("obfs4proxy", "obfs4proxy"),
    BridgeKind.SNOWFLAKE: ("snowflake-client", "snowflake-client"),
}

# What a private network's line may say: which network it is, and how fast a laboratory goes. Nothing of it opens a
# port, starts a program or names a file.
_NETWORK_OPTIONS = {
    name.lower(): name
    for name in (
        "AssumeReachable",
        "CircuitBuildTimeout",
        "ClientBootstrapConsensusAuthorityDownloadInitialDelay",
        "ClientBootstrapConsensusFallbackDownloadInitialDelay",
        "DirAllowPrivateAddresses",
        "DirAuthority",
        "DisableNetwork",
        "EnforceDistinctSubnets",
        "ExtendAllowPrivateAddresses",
        "FallbackDir",
        "FetchDirInfoEarly",
        "FetchDirInfoExtraEarly",
        "LearnCircuitBuildTimeout",
        "PathsNeededToBuildCircuits",
        "TestingClientConsensusDownloadInitialDelay",
        "TestingClientDownloadInitialDelay",
        "TestingClientMaxIntervalWithoutRequest",
        "TestingTorNetwork",
        "UseDefaultFallbackDirs",
        "V3AuthVotingInterval",
    )
}
_NETWORK_LINE = re.compile(r"([A-Za-z0-9]+)[ \t]+([A-Za-z0-9 .,:;=+/_$*\[\]-]+)")
_APART = re.compile(
    r"DirAuthority .+|DisableNetwork 1"
)  # without one it would be Tor's own network
_PROGRAM = re.compile(r"/[A-Za-z0-9._/+-]+")
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class TorPlaces:
    """Where our tor works: ``run`` for sockets and the cookie, ``data`` for what it keeps; both private (0700)."""

    run: Path
    data: Path

    @property
    def torrc(self) -> Path:
        """The configuration; rewritten at each start."""
        return self.run / "torrc"

    @property
    def control(self) -> Path:
        """The control socket."""
        return self.run / "control"

    @property
    def socks(self) -> Path:
        """The SOCKS port, a Unix socket."""
        return self.run / "socks"

    @property
    def cookie(self) -> Path:
        """What authenticates us at the control socket."""
        return self.run / "cookie"


def write_torrc(
    places: TorPlaces,
    *,
    run_descriptor: int,
    owner: int,
    bridges: Sequence[Bridge] = (),
    transports: Mapping[BridgeKind, str] | None = None,
    network_lines: Sequence[str] = (),
) -> str:
    """Write the configuration.

    ``run_descriptor`` is the runtime directory as tor has it open, ``owner`` the process that tor ends with, and
    ``transports`` the programs of the bridges' transports. Raises TorRefused when a value cannot be said in torrc,
    BridgeMalformed for a bridge that is not in its normal form.
    """
    run = seen_directory(run_descriptor)
    lines = [
        "ClientOnly 1",  # never a relay, and so never an exit
        "ORPort 0",
        "ExitRelay 0",
        "PublishServerDescriptor 0",
        "DNSPort 0",
        "TransPort 0",
        "NATDPort 0",
        "HTTPTunnelPort 0",
        f'SocksPort unix:"{run}/{places.socks.name}" OnionTrafficOnly IsolateSOCKSAuth ExtendedErrors',
        f'ControlSocket "{run}/{places.control.name}"',
        "CookieAuthentication 1",
        f"CookieAuthFile {_quoted(places.cookie)}",
        f"DataDirectory {_quoted(places.data)}",
        f"__OwningControllerProcess {owner}",
        "SafeLogging 1",
        "Log notice stderr",
        "AvoidDiskWrites 1",
        "DisableDebuggerAttachment 1",
        "VanguardsLiteEnabled 1",
        "DormantTimeoutEnabled 0",  # an appliance is waited for, and asks nobody for a day
        *_bridge_lines(bridges, transports or {}),
        *read_network_lines(network_lines),
    ]
    return "\n".join(lines) + "\n"


def seen_directory(descriptor: int) -> str:
    """Name a directory as a program sees it that inherited this descriptor. The dot makes it no link for tor."""
    return f"/proc/self/fd/{descriptor}/."


def read_network_lines(lines: Sequence[str]) -> list[str]:
    """Read the lines of a private network, leaving out empty ones and comments. Raises TorRefused."""
    given = [line.strip() for line in lines]
    read = [_network_line(line) for line in given if line and not line.startswith("#")]
    if read and not any(_APART.fullmatch(line) for line in read):
        raise TorRefused(reason="a private network has a DirAuthority of its own")
    return read


def _network_line(line: str) -> str:
    found = _NETWORK_LINE.fullmatch(line)
    if found is None:
        raise TorRefused(reason="a line of the private network is no option and its value")
    name = _NETWORK_OPTIONS.get(found[1].lower())
    if name is None:
        raise TorRefused(reason=f"a private network is not told by {found[1]}")
    return f"{name} {found[2].strip()}"


def _bridge_lines(bridges: Sequence[Bridge], transports: Mapping[BridgeKind, str]) -> list[str]:
    if not bridges:
        return []
    used = dict.fromkeys(bridge.kind for bridge in bridges if bridge.kind is not BridgeKind.PLAIN)
    plugins = [
        f"ClientTransportPlugin {kind.value} exec {_program(transports[kind])}" for kind in used
    ]
    lines = [f"Bridge {each.line}" for bridge in bridges for each in read_bridges(bridge.line)]
    return ["UseBridges 1", *plugins, *lines]


def _program(path: str) -> str:
    if not _PROGRAM.fullmatch(path):
        raise TorRefused(
            reason="the path of a transport's program has characters that torrc cannot say"
        )
    return path


def _quoted(path: Path) -> str:
    text = str(path)
    if _CONTROL_CHARACTER.search(text) or not path.is_absolute():
        raise TorRefused(reason="the path of a directory has characters that torrc cannot say")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def torrc_bytes(text: str) -> bytes:
    """Encode the configuration as paths are on this system."""
    return os.fsencode(text)
