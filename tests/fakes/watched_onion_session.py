"""A session between two appliances by a private Tor network, with every packet heard; a program of its own.

It runs in namespaces of its own for network and mounts, where a default route and a name server lead out of an
interface at whose other end only the tap listens. Its argument is a directory. It prints one line of JSON: what was
heard during the session, what after tor was killed, what of a session that was to be had without a tor, and what of
somebody who reaches out on purpose, which must be heard.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from core.api.commands import CreateVault, EndSession, Secret
from core.api.hosting import HostSession
from core.api.joining import ReadTerms
from core.api.network import Connect, ServicePhase
from core.api.permissions import Capability
from core.config.engine_options import NetworkOptions
from tests.end_to_end.hosting_bench import allow, now
from tests.end_to_end.joining_bench import Pair, checks, invited
from tests.end_to_end.onion_bench import (
    host_by_onion,
    invitation_of,
    listening_ports,
    network_of,
    onion_appliance,
    tor_pid,
)
from tests.end_to_end.remote_desk import session_home, until
from tests.fakes.front_end import FrontEnd, Refused, running_engine
from tests.fakes.private_tor import PrivateTor, running_private_tor
from tests.fakes.wire_tap import Heard, WireTap

_OUT, _GATEWAY4, _GATEWAY6 = "10.86.0.1/24", "10.86.0.2", "fd86::2"
_ELSEWHERE = "192.0.2.1"
_PR_CAP_AMBIENT, _CLEAR_ALL = 47, 4
_MAC = "02:00:00:00:00:03"


def main() -> None:
    """Lay the way out, run everything, and print what was heard."""
    directory = Path(sys.argv[1])
    _lay_way_out(directory)
    _hand_no_capabilities_on()
    found: dict[str, Any] = {}
    with running_private_tor(directory / "network") as network:
        found["session"], found["killed"] = _session(directory, network)
    found["missing"] = _without_tor(directory / "missing")
    found["leak"] = _told(_heard_during(_reach_out), frozenset())
    print(json.dumps(found))


def _lay_way_out(directory: Path) -> None:
    names = directory / "resolv.conf"
    names.write_text(f"nameserver {_GATEWAY4}\noptions timeout:1 attempts:1\n", "ascii")
    for words in (
        "ip link set lo up",
        "ip link add out type veth peer name outs-end",
        f"ip addr add {_OUT} dev out",
        "ip addr add fd86::1/64 dev out nodad",
        "ip link set out up",
        "ip link set outs-end up",
        f"ip neigh replace {_GATEWAY4} lladdr {_MAC} dev out",
        f"ip neigh replace {_GATEWAY6} lladdr {_MAC} dev out",
        f"ip route add default via {_GATEWAY4}",
        f"ip route add default via {_GATEWAY6}",
        f"mount --bind {names} /etc/resolv.conf",
    ):
        subprocess.run(words.split(), check=True)


def _hand_no_capabilities_on() -> None:
    """Let programs that are started have what they have for any user: no capability in this namespace (prctl(2))."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_CAP_AMBIENT, _CLEAR_ALL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "capabilities could not be given up")


@contextmanager
def _tap() -> Iterator[Callable[[], Heard]]:
    """Listen until what is given is called, or the block ends."""
    taps = [WireTap()]
    try:
        yield lambda: taps.pop().close()
    finally:
        for each in taps:
            each.close()


def _heard_during(do: Callable[[], None]) -> Heard:
    with _tap() as end:
        do()
        return end()


def _session(directory: Path, network: PrivateTor) -> tuple[dict[str, Any], dict[str, Any]]:
    """Host a session, join it, act in it, kill the host's tor in the midst of another; gives what was heard of each."""
    with (
        _tap() as end,
        onion_appliance(directory / "host", network) as host,
        onion_appliance(directory / "guest", network) as guest,
    ):
        pair = _joined(host, guest)
        pair.allow(Capability.KEYBOARD, Capability.POINTER)
        pair.press(1)
        allow(host, Capability.KEYBOARD)
        pair.type("touch typed")
        until((session_home() / "typed").exists, "what was typed")
        host.do(EndSession(pair.hosting.session_id))
        until(lambda: pair.now() is None, "the end of the joined session")
        trails = {checks(each, each_id)["trail"] for each, each_id in _records(pair)}
        session = _told(end(), network.ports) | {"trails": sorted(trails)}
        return session, _killed(host, network)


def _joined(host: FrontEnd, guest: FrontEnd) -> Pair:
    hosting = host_by_onion(host)
    terms = guest.do(ReadTerms(invitation_of(hosting).link))
    joined = guest.do(invited(guest, hosting))
    pair = Pair(host, hosting, guest, joined, terms)
    until(pair.is_watching, "the other end's desktop")
    until(pair.has_terminal, "its terminal")
    return pair


def _records(pair: Pair) -> tuple[tuple[FrontEnd, str], ...]:
    return (pair.host, pair.hosting.session_id), (pair.guest, pair.session_id)


def _killed(host: FrontEnd, network: PrivateTor) -> dict[str, Any]:
    """Kill tor under a hosted session, and keep it from connecting again: nothing takes its place."""
    hosting = host_by_onion(host)
    with _tap() as end:
        with network.cut():
            os.kill(tor_pid(host), signal.SIGKILL)
            until(lambda: now(host).reach is ServicePhase.WAITING, "that it is not found any more")
            ports = listening_ports(network.pid)
            tor = network_of(host).tor
            failure = tor.failure
            code = failure.code if failure is not None else ""
        host.do(EndSession(hosting.session_id))
        found = _told(end(), network.ports)
    return found | {"listening": sorted(ports), "phase": tor.phase.value, "failure": code}


def _without_tor(directory: Path) -> dict[str, Any]:
    """Choose Tor where there is none: no session is to be had, and what is missing is said."""
    options = NetworkOptions(
        program="tor-that-is-not-installed", network_lines=("DisableNetwork 1",)
    )
    with _tap() as end:
        with running_engine(directory, is_anchoring=False, has_seat=True, network=options) as owner:
            owner.do(CreateVault(Secret("a passphrase for nothing")))
            owner.do(Connect())
            code = ""
            try:
                owner.do(HostSession())
            except Refused as refused:
                code = refused.failure.code
            tor, ports = network_of(owner).tor, listening_ports()
        shown = tor.failure.code if tor.failure is not None else ""
        found = {"refused": code, "phase": tor.phase.value, "failure": shown}
        return _told(end(), frozenset()) | found | {"listening": sorted(ports)}


def _reach_out() -> None:
    """Do what nobody here may: ask for a name, dial an address, dial one's own machine beside Tor, send a datagram."""
    with suppress(OSError):
        socket.getaddrinfo("lucid.example", 443)
    with socket.socket() as one:
        one.setblocking(False)
        one.connect_ex((_ELSEWHERE, 443))
    with socket.create_server(("127.0.0.1", 0)) as one:
        socket.create_connection(one.getsockname()).close()
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one:
        one.sendto(b"?", ("::1", 9008))


def _told(heard: Heard, ports: frozenset[int]) -> dict[str, Any]:
    links_own = {"icmp6 133", "icmp6 135", "icmp6 136", "icmp6 143", "arp"}
    return {
        "outside": sorted(heard.outside - links_own),
        "on_loopback": sorted(heard.on_loopback),
        "strange": len(heard.strange_to(ports)),
        "begun": len(heard.begun),
        "lost": heard.lost,
    }


if __name__ == "__main__":
    main()
