"""Numbers, sizes and times as people say them."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale

from lucid_gui.text.words import tr

_MINUTE = 60
_HOUR = 3600
_THOUSAND = 1000
_NARROW_SPACE = "\u202f"


def grouped(number: int) -> str:
    """Write a whole number in groups of three: 18 204."""
    return f"{number:,}".replace(",", _NARROW_SPACE)


def size_text(size_bytes: int) -> str:
    """Write a size in decimal units, as on the box of a disk: 214 MB."""
    amount = float(size_bytes)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if amount < _THOUSAND or unit == "TB":
            break
        amount /= _THOUSAND
    digits = 1 if amount < 10 and unit in {"GB", "TB"} else 0  # noqa: PLR2004 - one digit reads better with one decimal
    return f"{amount:.{digits}f}{_NARROW_SPACE}{unit}"


def span_text(seconds: float) -> str:
    """Write a span with at most two units: 42 s, 12 min 40 s, 1 h 12 min."""
    whole = int(seconds)
    if whole < _MINUTE:
        return tr("%1 s").replace("%1", str(whole))
    if whole < _HOUR:
        return _two(tr("%1 min"), whole // _MINUTE, tr("%1 s"), whole % _MINUTE)
    return _two(tr("%1 h"), whole // _HOUR, tr("%1 min"), whole % _HOUR // _MINUTE)


def _two(first: str, amount: int, second: str, rest: int) -> str:
    said = first.replace("%1", str(amount))
    return said if rest == 0 else f"{said} {second.replace('%1', str(rest))}"


def moment_text(utc_ms: int) -> str:
    """Write a moment in the person's own time zone: Tue 17 Nov, 15:20."""
    moment = QDateTime.fromMSecsSinceEpoch(utc_ms)
    return QLocale().toString(moment, "ddd d MMM, HH:mm")
