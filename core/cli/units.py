"""Units: bytes, lengths of time and moments as people read them."""

from __future__ import annotations

import time

_STEP = 1024
_MINUTE = 60
_HOUR = 3600


def size(count: int) -> str:
    """Say a number of bytes in the binary unit that fits."""
    if count < _STEP:
        return f"{count} B"
    amount = float(count)
    for unit in ("KiB", "MiB", "GiB"):
        amount /= _STEP
        if amount < _STEP:
            return f"{amount:.1f} {unit}"
    return f"{amount / _STEP:.1f} TiB"


def length(seconds: float) -> str:
    """Say a length of time in words."""
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02d} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"


def clock(seconds: float) -> str:
    """Say a position in a recording, as in 1:02:03.4."""
    tenths = round(seconds * 10)
    whole = tenths // 10
    return f"{whole // _HOUR}:{whole % _HOUR // _MINUTE:02d}:{whole % _MINUTE:02d}.{tenths % 10}"


def moment(utc_ms: int | None) -> str:
    """Say a moment in UTC."""
    if utc_ms is None:
        return "-"
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(utc_ms // 1000))


def count(number: int, noun: str) -> str:
    """Say a number of things: 1 chunk, 2 chunks."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
