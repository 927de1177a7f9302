"""How a kiosk is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

THEMES = ("dark", "light", "contrast")
ROTATIONS = (0, 90, 180, 270)


@dataclass(frozen=True)
class KioskOptions:
    """What ``run_kiosk`` takes; every field has a default that suits an appliance.

    ``theme`` and ``rotation`` hold until the owner changes them; None takes those of the last run from
    ``appearance_file``, and then the engine's settings. ``start_time`` is ``time.monotonic()`` of the program's start;
    ``on_first_frame`` hears, once asyncio runs, the seconds from there to the first frame.
    """

    size: tuple[int, int] = (800, 480)  # of the window, when windowed
    is_windowed: bool = False
    theme: str | None = None
    rotation: int | None = None
    appearance_file: Path | None = None
    start_time: float | None = None
    on_first_frame: Callable[[float], None] | None = None

    @classmethod
    def of(cls, given: KioskOptions | Mapping[str, Any] | None) -> KioskOptions:
        """Read options that a caller without this package gives as a mapping of the same names."""
        if isinstance(given, KioskOptions):
            return given
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in (given or {}).items() if name in known})
