"""The licences screen's state: the parts that are shown or heard on this screen, and their texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from lucid_gui.bridge import Bridge
from lucid_gui.properties import notified
from lucid_gui.screens.screen_model import ScreenModel
from lucid_gui.shell import Navigator
from lucid_gui.style.resources import FONTS, ICONS, IMPORT_PATH
from lucid_gui.text.words import tr


class Part(NamedTuple):
    """Something that Lucid is made of; ``text`` is the file with its whole licence, if it is here."""

    name: str
    licence: str
    text: Path | None


PARTS = (
    Part("Lucid", "GPL-3.0-or-later", IMPORT_PATH / "LICENSE"),
    Part("Qt, PySide6", "LGPL-3.0", None),
    Part("Inter", "OFL-1.1", FONTS / "Inter-LICENSE.txt"),
    Part("JetBrains Mono", "OFL-1.1", FONTS / "JetBrainsMono-LICENSE.txt"),
    Part("Lucide", "ISC", ICONS / "LICENSE"),
)


class LicencesModel(ScreenModel):
    """Lists the parts; shows the text of the one that is chosen."""

    changed = Signal()

    def __init__(self, bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(bridge, navigator, parent)
        self._chosen = -1

    @Slot(int)
    def choose(self, index: int) -> None:
        """Show the text of a part; the same one again hides it."""
        self._chosen = -1 if index == self._chosen else index
        self.changed.emit()

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {
                "name": part.name,
                "licence": part.licence,
                "hasText": _is_here(part),
                "text": self._text_of(index),
            }
            for index, part in enumerate(PARTS)
        ]

    def _text_of(self, index: int) -> str:
        part = PARTS[index]
        if index != self._chosen or part.text is None:
            return ""
        try:
            return part.text.read_text(encoding="utf-8")
        except OSError:
            return tr("The text is not on this device; it comes with the source.")

    parts = notified("QVariantList", _rows, changed)


def _is_here(part: Part) -> bool:
    return part.text is not None and part.text.is_file()


def create(bridge: Bridge, navigator: Navigator, parent: QObject | None = None) -> QObject:
    """Make the screen's view model."""
    return LicencesModel(bridge, navigator, parent)
