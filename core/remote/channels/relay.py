"""The virtual channels between a client (through xrdp) and the session (xrdp-chansrv), filtered.

Both sides send blocks: u32 version, u32 length, then messages of u32 type, u32 length, body; each length counts its
own header. Read from xrdp 0.9.21's chansrv.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

from core.remote.channels.actions import Action, Direction, Limits, Pass
from core.remote.channels.clipboard import ClipboardFilter
from core.remote.channels.drives import DriveFilter
from core.remote.channels.reassembly import Reassembly, fragments
from core.remote.channels.sound import AudioFilter, DeniedFilter
from core.remote.lines.wire import Connection, Violation, split_blocks

Filter = ClipboardFilter | DriveFilter | AudioFilter | DeniedFilter

_SETUP, _DATA = 3, {Direction.IN: 5, Direction.OUT: 8}
_MOST_CHANNELS = 31
_CHANNEL, _FRAGMENT = struct.Struct("<8sHH"), struct.Struct("<HHHI")


class Relay:
    """Passes what the filters pass between the sockets of client and session, which are then its own."""

    def __init__(
        self,
        client: socket.socket,
        session: socket.socket,
        is_granted: Callable[[str], bool],
        limits: Limits,
        report: Callable[[Action], None],
    ) -> None:
        # An end is named by what comes from it.
        ends = {Direction.IN: client, Direction.OUT: session}
        self._ends = {way: Connection(each, split_blocks) for way, each in ends.items()}
        self._report = report
        self._kept: dict[str, Filter] = {
            "cliprdr": ClipboardFilter(is_granted, limits),
            "rdpdr": DriveFilter(is_granted, limits),
            "rdpsnd": AudioFilter(is_granted),
        }
        self._filters: dict[int, Filter] = {}
        self._parts: dict[tuple[Direction, int], Reassembly] = {}

    @property
    def feeds(self) -> dict[Connection, Connection]:
        """Both ends, and where each one's bytes may go."""
        return {end: self._ends[way.opposite] for way, end in self._ends.items()}

    def take(self, end: Connection, block: bytes) -> None:
        """Take a block from one side; raises Closed, Violation or ChannelViolation."""
        way, at = Direction.IN if end is self._ends[Direction.IN] else Direction.OUT, 8
        if any(block[:4]):
            raise Violation("another version of the channels' protocol")
        while at < len(block):
            kind, size = struct.unpack("<II", block[at : at + 8].ljust(8, b"\0"))
            body, at = block[at + 8 : at + size], at + size
            if len(body) != size - 8:
                raise Violation("a channel message of a wrong size")
            if kind == _SETUP and way is Direction.IN:
                self._set_up(body)
            elif kind == _DATA[way]:
                self._take_data(way, body)  # other messages are not passed

    def settle(self) -> None:
        """Follow what is granted now; raises Closed or Violation."""
        for channel, each in self._filters.items():
            self._carry_out(channel, each.changed())

    def _set_up(self, body: bytes) -> None:
        count = int.from_bytes(body[:2], "little")
        if self._filters or not 0 < count <= _MOST_CHANNELS or len(body) != 2 + 12 * count:
            raise Violation("channels that are set up out of turn or bounds")
        passed = b""
        for name, channel, flags in _CHANNEL.iter_unpack(body[2:]):
            label = name.split(b"\0", 1)[0].decode("latin-1").lower()
            self._filters[channel] = found = self._kept.pop(label, None) or DeniedFilter(label)
            if not isinstance(found, DeniedFilter):
                passed += _CHANNEL.pack(name, channel, flags)
        if len(self._filters) != count:
            raise Violation("two channels of one number")
        setup = struct.pack("<H", len(passed) // 12) + passed
        self._ends[Direction.OUT].send(_block(_SETUP, setup))

    def _take_data(self, way: Direction, body: bytes) -> None:
        channel, flags, length, total = _FRAGMENT.unpack(body[:10].ljust(10, b"\0"))
        found, data = self._filters.get(channel), body[10:]
        if found is None or length != len(data):
            raise Violation("channel data of a wrong size or channel")
        pdu: bytes | None = data
        if not isinstance(found, DeniedFilter):
            pdu = self._parts.setdefault((way, channel), Reassembly()).add(flags, total, data)
        if pdu is not None:
            self._carry_out(channel, found.take(way, pdu))

    def _carry_out(self, channel: int, actions: list[Action]) -> None:
        for action in actions:
            if not isinstance(action, Pass):
                self._report(action)
                continue
            for flags, data in fragments(action.data):
                header = _FRAGMENT.pack(channel, flags, len(data), len(action.data))
                way = action.direction
                self._ends[way.opposite].send(_block(_DATA[way], header + data))


def _block(kind: int, body: bytes) -> bytes:
    return struct.pack("<IIII", 0, len(body) + 16, kind, len(body) + 8) + body
