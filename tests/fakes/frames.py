"""A look at a network interface: what kinds of packets go through it, and a frame that marks a moment."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

_EVERYTHING, _MARK = 0x0003, 0x88B5  # ETH_P_ALL; for local experiments (IEEE Std 802)
_IPV4, _IPV6, _ARP = 0x0800, 0x86DD, 0x0806
_TCP, _UDP, _ICMP, _ICMP6, _HOPS = 6, 17, 1, 58, 0
_EPHEMERAL = 10_000
_LARGEST = 1 << 16
_PATIENCE_S = 5.0
# What a link does by itself: finding neighbours and routers, saying which groups one listens to.
_OWN = {"arp", "icmp6 133", "icmp6 135", "icmp6 136", "icmp6 143"}


class Tap:
    """Sees the frames that come in at an interface of the network it is made in."""

    def __init__(self, interface: str) -> None:
        self._tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_EVERYTHING))
        self._tap.bind((interface, _EVERYTHING))
        self._tap.settimeout(_PATIENCE_S)

    def send_mark(self) -> None:
        """Send the marking frame out of the interface."""
        self._tap.send(b"\xff" * 6 + bytes(6) + struct.pack(">H", _MARK) + bytes(46))

    def kinds_before_mark(self) -> set[str]:
        """Name the kinds of packets before the next marking frame, less what a link does by itself."""
        return set(self._until_mark()) - _OWN

    def _until_mark(self) -> Iterator[str]:
        while True:
            frame, (_, _, direction, *_) = self._tap.recvfrom(_LARGEST)
            if direction == socket.PACKET_OUTGOING:
                continue
            if frame[12:14] == struct.pack(">H", _MARK):
                return
            yield kind_of(frame[14:], int.from_bytes(frame[12:14], "big"))


def kind_of(packet: bytes, protocol: int) -> str:
    """Name a packet's kind: protocol, version of IP, and the well-known one of its ports or its ICMP type."""
    if protocol == _ARP:
        return "arp"
    if protocol == _IPV4:
        return _kind_inside(packet[9], packet[4 * (packet[0] & 15) :], 4, packet[8])
    if protocol == _IPV6:
        inner, rest = packet[6], packet[40:]
        if inner == _HOPS:  # hop-by-hop options (RFC 8200, section 4.3)
            inner, rest = rest[0], rest[8 * (rest[1] + 1) :]
        return _kind_inside(inner, rest, 6, packet[7])
    return f"ethernet {protocol:#06x}"


def _kind_inside(protocol: int, content: bytes, version: int, hops: int) -> str:
    if protocol in {_TCP, _UDP}:
        source, target = struct.unpack_from(">HH", content)
        port = target if target < _EPHEMERAL else source
        ending = f" hops {hops}" if port == 67 else ""
        return f"{'tcp' if protocol == _TCP else 'udp'}{version} {port}{ending}"
    if protocol in {_ICMP, _ICMP6}:
        type_, code = content[0], content[1]
        return f"icmp{version} {type_}" + (f"/{code}" if code else "")
    return f"ip{version} {protocol}"
