"""Fragments of a virtual channel, joined to whole PDUs and cut again."""

from __future__ import annotations

from collections.abc import Iterator

from core.remote.channels.actions import ChannelViolation

_FIRST, _LAST, _SHOW_PROTOCOL = 0x01, 0x02, 0x10
LARGEST_PDU, FRAGMENT_BYTES = 16 << 20, 1600


class Reassembly:
    """Joins one channel's fragments of one direction; holds what has come, not what was promised."""

    def __init__(self) -> None:
        self._parts, self._total = bytearray(), 0  # the total is 0 between PDUs

    def add(self, flags: int, total: int, data: bytes) -> bytes | None:
        """Take a fragment; returns the PDU with its last one. Raises ChannelViolation and forgets the rest."""
        parts, begun, is_last = self._parts, self._total, bool(flags & _LAST)
        self._parts, self._total = bytearray(), 0
        filled = len(parts) + len(data)
        is_next = not begun if flags & _FIRST else begun == total
        fits = 0 < total <= LARGEST_PDU and (filled == total if is_last else filled < total)
        if not data or not is_next or not fits or flags & ~(_FIRST | _LAST | _SHOW_PROTOCOL):
            raise ChannelViolation("fragments do not fit together")
        parts += data
        if is_last:
            return bytes(parts)
        self._parts, self._total = parts, total
        return None


def fragments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Cut a PDU into flags and pieces as xrdp and chansrv want them."""
    for start in range(0, len(data), FRAGMENT_BYTES):
        end = start + FRAGMENT_BYTES
        yield _FIRST * (start == 0) | _LAST * (end >= len(data)), data[start:end]
