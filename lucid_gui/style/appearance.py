"""How the kiosk is held and coloured: theme and rotation, remembered for the next first frame."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QSaveFile, Signal

from lucid_gui.options import ROTATIONS, THEMES, KioskOptions
from lucid_gui.properties import notified

KnownT = TypeVar("KnownT", str, int)


class Appearance(QObject):
    """Theme and rotation as the window shows them."""

    changed = Signal()

    def __init__(self, options: KioskOptions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = options.appearance_file
        given = {"theme": options.theme, "rotation": options.rotation}
        self._given = {name for name, value in given.items() if value is not None}
        remembered = _read(self._file)
        self._theme = _one_of(THEMES, options.theme, remembered.get("theme"))
        self._rotation = _one_of(ROTATIONS, options.rotation, remembered.get("rotation"))

    def read(self, name: str, value: object) -> None:
        """Take over a setting as it is kept, unless this run was told otherwise."""
        if name not in self._given:
            self.apply(name, value)

    def apply(self, name: str, value: object) -> None:
        """Take over a setting of that name if it is one of the appearance's."""
        if name == "theme" and value in THEMES:
            self._change(theme=str(value))
        elif name == "rotation" and value in ROTATIONS:
            self._change(rotation=int(str(value)))

    def _change(self, *, theme: str | None = None, rotation: int | None = None) -> None:
        wanted = (theme or self._theme, self._rotation if rotation is None else rotation)
        if wanted == (self._theme, self._rotation):
            return
        self._theme, self._rotation = wanted
        _write(self._file, {"theme": self._theme, "rotation": self._rotation})
        self.changed.emit()

    def _read_theme(self) -> str:
        return self._theme

    def _read_rotation(self) -> int:
        return self._rotation

    theme = notified(str, _read_theme, changed)
    rotation = notified(int, _read_rotation, changed)


def _one_of(known: tuple[KnownT, ...], *wanted: object) -> KnownT:
    """Give the first wanted value that is known, else the first known one."""
    return next((value for each in wanted for value in known if value == each), known[0])


def _read(file: Path | None) -> dict[str, Any]:
    """Read what was remembered; a file that is missing or damaged remembers nothing."""
    try:
        found = json.loads(file.read_text(encoding="utf-8")) if file else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path | None, values: dict[str, Any]) -> None:
    """Remember for the next start; where that cannot be written, it is only forgotten."""
    if file is None:
        return
    target = QSaveFile(str(file))
    if target.open(QSaveFile.OpenModeFlag.WriteOnly):
        target.write(json.dumps(values).encode())
        target.commit()
