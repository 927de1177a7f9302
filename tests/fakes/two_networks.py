"""Two networks that a cable joins, and somebody who writes down what goes through it; a program of its own.

It runs in a network namespace where it may make others, and prints the process whose network is the other end's. A
line on its standard input has it print what has gone through the cable so far; the end of its input ends both networks.
"""

from __future__ import annotations

import json
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

HERE, THERE = "10.83.0.1", "10.83.0.2"
_IPV4, _IPV6, _ARP, _TCP = 0x0800, 0x86DD, 0x0806, 6
_EVERYTHING = 0x0003  # ETH_P_ALL
_LARGEST = 1 << 16


def main() -> None:
    """Lay the cable and answer until the end of the input."""
    other = subprocess.Popen(
        ["unshare", "-n", "cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    own = Path("/proc/self/ns/net").readlink()
    while Path(f"/proc/{other.pid}/ns/net").readlink() == own:
        assert other.poll() is None
    _lay_cable(other.pid)
    seen = _Seen()
    threading.Thread(target=seen.look, daemon=True).start()
    print(other.pid, flush=True)
    for _ in sys.stdin:
        print(json.dumps(sorted(seen.kinds)), flush=True)
    other.kill()
    other.wait()


def _lay_cable(other: int) -> None:
    there = ["nsenter", "-t", str(other), "-n"]
    for before, words in (
        ([], "link set lo up"),
        ([], f"link add here type veth peer name there netns {other}"),
        ([], "link set here addrgenmode none"),  # nothing of its own on the cable
        (there, "link set there addrgenmode none"),
        ([], f"addr add {HERE}/30 dev here"),
        (there, f"addr add {THERE}/30 dev there"),
        ([], "link set here up"),
        (there, "link set lo up"),
        (there, "link set there up"),
    ):
        subprocess.run([*before, "ip", *words.split()], check=True)


class _Seen:
    """Kinds of packets that went through the cable; of TCP with the port at this end."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self._tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_EVERYTHING))
        self._tap.bind(("here", _EVERYTHING))

    def look(self) -> None:
        """Look for ever."""
        while True:
            packet, (_, _, direction, *_) = self._tap.recvfrom(_LARGEST)
            self.kinds.add(_kind_of(packet, is_going=direction == socket.PACKET_OUTGOING))


def _kind_of(packet: bytes, *, is_going: bool) -> str:
    (kind,) = struct.unpack_from(">H", packet, 12)
    if kind == _ARP:
        return "arp"
    if kind != _IPV4:
        return f"ethernet {kind:#06x}"
    start, protocol = 14 + 4 * (packet[14] & 15), packet[23]
    if protocol != _TCP:
        return f"ip {protocol}"
    source, target = struct.unpack_from(">HH", packet, start)
    return f"tcp {source if is_going else target}"


if __name__ == "__main__":
    main()
