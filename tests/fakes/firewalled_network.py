"""A machine behind a firewall, and what comes out of it at the other end of its cable; a program of its own.

It runs in namespaces of its own for network and mounts. Its arguments are the firewall's rules ("-" for none) and the
list of users (as passwd(5)) by which the names in the rules are read. It is user 0: the list decides who that is. It
tries to reach others and to be reached, and prints a line of JSON: what got through, and what the rules counted.

Nothing waits for a time. After each attempt a frame of a kind of its own goes along the same way, past the rules: what
has not come before it does not come, since all of it is done on one processor, whose queue keeps the order.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from tests.fakes.frames import Tap

Result = TypeVar("Result")

_HERE4, _THERE4, _BEHIND4, _BEYOND4 = "10.84.0.1", "10.84.0.2", "10.85.0.1", "192.0.2.1"
_HERE6, _THERE6 = "fd84::1", "fd84::2"
_HERE_MAC, _THERE_MAC = "02:00:00:00:00:01", "02:00:00:00:00:02"
_NFT = "/usr/sbin/nft"  # where an ordinary user's PATH does not lead
_ANSWER_S = 2.0
_CLONE_NEWNET = 0x40000000
_SCTP, _GRE = 132, 47
_ECHO4, _ECHO6 = b"\x08\x00\xf7\xff\0\0\0\0", b"\x80\0\0\0\0\0\0\0"
_OWN_ADVERTISEMENT = b"\x88\x4d\0\0\0\0\0\0"  # a neighbour's, of a code that the kernel never sends


def main() -> None:
    """Build both ends, try everything, and print what was seen."""
    rules, users = sys.argv[1:]
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with _other_network() as other:
        _lay_cable(other)
        subprocess.run(["mount", "--bind", users, "/etc/passwd"], check=True)
        if rules != "-":
            subprocess.run([_NFT, "-f", rules], check=True)
        ends = _Ends(other)
        found: dict[str, object] = {
            "out": ends.try_out(),
            "in": ends.try_in(),
            "through": ends.try_through(),
            "answered": ends.try_talking(),
            "loopback": _try_loopback(),
            "counters": _counters() if rules != "-" else {},
        }
        print(json.dumps(found))


@contextmanager
def _other_network() -> Iterator[int]:
    """Hold another network; gives the process it is of."""
    holder = subprocess.Popen(["unshare", "-n", "cat"], stdin=subprocess.PIPE)
    own = Path("/proc/self/ns/net").readlink()
    while Path(f"/proc/{holder.pid}/ns/net").readlink() == own:
        assert holder.poll() is None
    try:
        yield holder.pid
    finally:
        holder.kill()
        holder.wait()


def _lay_cable(other: int) -> None:
    there = ["nsenter", "-t", str(other), "-n"]
    for before, words in (
        ([], "link set lo up"),
        ([], f"link add here address {_HERE_MAC} type veth peer name there netns {other}"),
        ([], f"addr add {_HERE4}/24 dev here"),
        ([], f"addr add {_HERE6}/64 dev here nodad"),
        (there, f"link set there address {_THERE_MAC}"),
        (there, f"addr add {_THERE4}/24 dev there"),
        (there, f"addr add {_THERE6}/64 dev there nodad"),
        ([], "link set here up"),
        (there, "link set lo up"),
        (there, "link set there up"),
        ([], f"route add default via {_THERE4}"),
        ([], "link add behind type veth peer name behinds-end"),
        ([], "addr add 10.85.0.254/24 dev behind"),
        ([], "link set behinds-end up"),
        ([], "link set behind up"),
        ([], f"neigh replace {_BEHIND4} lladdr {_THERE_MAC} dev behind"),
        (there, f"route add 10.85.0.0/24 via {_HERE4}"),
        *(
            ([], f"neigh replace {each} lladdr {_THERE_MAC} dev here")
            for each in (_THERE4, _THERE6)
        ),
        *(
            (there, f"neigh replace {each} lladdr {_HERE_MAC} dev there")
            for each in (_HERE4, _HERE6)
        ),
    ):
        subprocess.run([*before, "ip", *words.split()], check=True)
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1", "ascii")


class _Ends:
    """Both ends of the cable, and a look at each."""

    def __init__(self, other: int) -> None:
        self._other = other
        self._here, self._behind, self._beyond = Tap("here"), Tap("behind"), Tap("behinds-end")
        self._there = self._in_other(lambda: Tap("there"))
        self._listening = self._in_other(lambda: _listening(9001))

    def try_out(self) -> list[str]:
        """Send packets of many kinds from here; lists what came to the other end."""
        found: set[str] = set()
        for attempt in (_connect_out, _send_out, _broadcast_out, _send_raw_out):
            attempt()
            found |= self._arrived_there()
        return sorted(found)

    def try_in(self) -> list[str]:
        """Send packets of many kinds to here; lists what was taken, and what the other end got back."""
        connections, datagrams = _listening(9002), _receiving(9003)
        self._in_other(_send_in)
        self._in_other(self._there.send_mark)
        self._here.kinds_before_mark()
        found = self._arrived_there()
        with connections, datagrams:
            connections.setblocking(False)
            with suppress(BlockingIOError):
                connections.accept()[0].close()
                found.add("taken by TCP")
            with suppress(BlockingIOError):
                datagrams.recv(100)
                found.add("taken by UDP")
        return sorted(found)

    def try_through(self) -> list[str]:
        """Send a packet that is for a network behind this one; lists what went there."""
        self._in_other(lambda: _datagram(socket.AF_INET, _BEHIND4, 9004))
        self._in_other(self._there.send_mark)
        self._here.kinds_before_mark()
        self._behind.send_mark()
        return sorted(self._beyond.kinds_before_mark())

    def try_talking(self) -> list[str]:
        """Find the other end without being told where, ask it by TCP, and hear its answer."""
        subprocess.run(["ip", "neigh", "flush", "dev", "here", "nud", "permanent"], check=True)
        found = []
        for address in (_THERE4, _THERE6):
            with suppress(OSError), socket.create_connection((address, 9001), _ANSWER_S) as asking:
                asking.sendall(b"?")
                self._answer()
                found += [address] if asking.recv(3) == b"yes" else []
        return found

    def _answer(self) -> None:
        """Answer whoever asks; those who merely connected before are passed over."""
        while True:
            answering, _ = self._listening.accept()
            with answering:
                answering.settimeout(_ANSWER_S)
                with suppress(OSError):
                    if answering.recv(1):
                        answering.sendall(b"yes")
                        return

    def _arrived_there(self) -> set[str]:
        self._here.send_mark()
        return self._there.kinds_before_mark()

    def _in_other(self, do: Callable[[], Result]) -> Result:
        """Do something in the other network, on a thread of its own, and give what came of it."""
        found: list[Result] = []

        def enter() -> None:
            with Path(f"/proc/{self._other}/ns/net").open("rb") as network:
                libc = ctypes.CDLL(None, use_errno=True)
                assert libc.setns(network.fileno(), _CLONE_NEWNET) == 0
            found.append(do())

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        return found[0]


def _connect_out() -> None:
    for family, address, port in (
        (socket.AF_INET, _THERE4, 9001),
        (socket.AF_INET6, _THERE6, 9001),
        (socket.AF_INET, _BEYOND4, 443),
    ):
        _begin_connecting(family, address, port)


def _send_out() -> None:
    for port in (53, 123, 5353):
        _datagram(socket.AF_INET, _THERE4, port)
        _datagram(socket.AF_INET6, _THERE6, port)
    _datagram(socket.AF_INET, _BEYOND4, 4433)


def _broadcast_out() -> None:
    _datagram(socket.AF_INET, "255.255.255.255", 67, source=68, hops=1)
    _datagram(socket.AF_INET, _THERE4, 67, source=68, hops=64)
    _datagram(socket.AF_INET6, "ff02::1:2%here", 547, source=546)
    _datagram(socket.AF_INET6, _THERE6, 547, source=546)


def _send_raw_out() -> None:
    for family, address, protocol, content in (
        (socket.AF_INET, _THERE4, socket.IPPROTO_ICMP, _ECHO4),
        (socket.AF_INET6, _THERE6, socket.IPPROTO_ICMPV6, _ECHO6),
        (socket.AF_INET6, _THERE6, socket.IPPROTO_ICMPV6, _OWN_ADVERTISEMENT),
        (socket.AF_INET, _THERE4, _SCTP, bytes(12)),
        (socket.AF_INET, _THERE4, _GRE, bytes(4)),
    ):
        _raw(family, address, protocol, content)


def _send_in() -> None:
    for family, address, protocol, echo in (
        (socket.AF_INET, _HERE4, socket.IPPROTO_ICMP, _ECHO4),
        (socket.AF_INET6, _HERE6, socket.IPPROTO_ICMPV6, _ECHO6),
    ):
        for port in (9002, 9005):  # nothing listens on the second
            _begin_connecting(family, address, port)
        for port in (9003, 9006):
            _datagram(family, address, port)
        _raw(family, address, protocol, echo)


def _begin_connecting(family: int, address: str, port: int) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.setblocking(False)
        one.connect_ex((address, port))


def _datagram(family: int, address: str, port: int, *, source: int = 0, hops: int = 64) -> None:
    with socket.socket(family, socket.SOCK_DGRAM) as one, suppress(PermissionError):
        if family == socket.AF_INET:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            one.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hops)
        one.bind(("", source))
        one.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, _device_for(address))
        one.sendto(b"?", socket.getaddrinfo(address, port, family, socket.SOCK_DGRAM)[0][4])


def _device_for(address: str) -> bytes:
    """Bind what goes to everybody on the link to that link."""
    return b"here" if address.startswith(("255.", "ff02")) else b""


def _raw(family: int, address: str, protocol: int, content: bytes) -> None:
    with socket.socket(family, socket.SOCK_RAW, protocol) as one, suppress(PermissionError):
        if protocol == socket.IPPROTO_ICMPV6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 255)
        one.sendto(content, (address, 0))


def _listening(port: int) -> socket.socket:
    return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)


def _receiving(port: int) -> socket.socket:
    one = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    one.setblocking(False)
    one.bind(("", port))
    return one


def _try_loopback() -> list[str]:
    found = []
    with _listening(9007):
        for address in ("127.0.0.1", "::1"):
            with suppress(OSError), socket.create_connection((address, 9007), _ANSWER_S):
                found.append(address)
    return found


def _counters() -> dict[str, int]:
    said = subprocess.run([_NFT, "-j", "list", "counters"], check=True, capture_output=True)
    counters = [
        each["counter"] for each in json.loads(said.stdout)["nftables"] if "counter" in each
    ]
    return {each["name"]: each["packets"] for each in counters}


if __name__ == "__main__":
    main()
