"""Hears all that is sent in a network: each packet that leaves, and who begins to speak with whom on loopback."""

from __future__ import annotations

import ctypes
import socket
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.fakes.frames import kind_of

_EVERYTHING = 0x0003  # ETH_P_ALL
_ATTACH_FILTER, _STATISTICS, _SOL_PACKET = 26, 6, 263
_PROTOCOL = (
    0xFFFFF000  # where a filter finds the packet's protocol (linux/filter.h, SKF_AD_PROTOCOL)
)
_IPV4, _IPV6, _TCP = 0x0800, 0x86DD, 6
_LARGEST = 4096
_BUFFER = 8 << 20
_LOOK_S = 0.1

# Of TCP over IPv4 only what begins a connection (SYN without ACK), of everything else all.
_BEGINNINGS = (
    (0x28, 0, 0, _PROTOCOL),  # A = protocol
    (0x15, 0, 7, _IPV4),  # not IPv4: take
    (0x30, 0, 0, 9),  # A = what is inside
    (0x15, 0, 5, _TCP),  # not TCP: take
    (0xB1, 0, 0, 0),  # X = length of the header
    (0x50, 0, 0, 13),  # A = flags
    (0x54, 0, 0, 0x12),
    (0x15, 1, 0, 0x02),  # SYN without ACK: take
    (0x06, 0, 0, 0),
    (0x06, 0, 0, _LARGEST),
)


@dataclass
class Heard:
    """What was heard: kinds of packets beyond loopback, kinds on loopback that are no TCP, and TCP's beginnings."""

    outside: set[str] = field(default_factory=set)
    on_loopback: set[str] = field(default_factory=set)
    begun: set[tuple[int, int]] = field(
        default_factory=set
    )  # from which port to which, on loopback
    lost: int = 0

    def strange_to(self, ports: frozenset[int]) -> set[tuple[int, int]]:
        """List the connections that none of these ports has to do with."""
        return {each for each in self.begun if not ports & set(each)}


class WireTap:
    """Listens on every interface of the network that it is made in."""

    def __init__(self) -> None:
        self._tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_EVERYTHING))
        self._tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        _attach(self._tap, _BEGINNINGS)
        self._tap.settimeout(_LOOK_S)
        self._heard = Heard()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="wire-tap")
        self._thread.start()

    def close(self) -> Heard:
        """Listen no more; gives what was heard."""
        self._is_over.set()
        self._thread.join()
        counted = self._tap.getsockopt(_SOL_PACKET, _STATISTICS, 8)
        self._heard.lost = struct.unpack("II", counted)[1]
        self._tap.close()
        return self._heard

    def _listen(self) -> None:
        while True:
            try:
                packet, (interface, protocol, *_) = self._tap.recvfrom(_LARGEST)
            except TimeoutError:
                if self._is_over.is_set():
                    return
                continue
            self._note(packet, interface, protocol)

    def _note(self, packet: bytes, interface: str, protocol: int) -> None:
        if interface != "lo":
            self._heard.outside.add(kind_of(packet, protocol))
        elif protocol == _IPV4 and packet[9] == _TCP:
            source, target = struct.unpack_from(">HH", packet, 4 * (packet[0] & 15))
            self._heard.begun.add((source, target))
        else:
            self._heard.on_loopback.add(kind_of(packet, protocol))


def _attach(tap: socket.socket, program: Sequence[tuple[int, int, int, int]]) -> None:
    """Have the kernel leave out what a program of its packet filter does not take (socket(7), SO_ATTACH_FILTER)."""
    instructions = b"".join(struct.pack("HBBI", *each) for each in program)
    held = ctypes.create_string_buffer(instructions)
    described = struct.pack("HxxxxxxP", len(program), ctypes.addressof(held))
    tap.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, described)
