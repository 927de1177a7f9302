"""Loads the fonts that come with Lucid, since Qt brings none."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from lucid_gui.style.resources import FONTS

FIRST_FRAME = ("Inter-Regular.ttf", "Inter-SemiBold.ttf")
LATER = ("Inter-Medium.ttf", "JetBrainsMono-Regular.ttf")
_BODY_PIXELS = 17


def load_first(application: QGuiApplication) -> None:
    """Load what the first frame is written in, and make it the application's font."""
    _load(FIRST_FRAME)
    font = QFont("Inter")
    font.setPixelSize(_BODY_PIXELS)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    application.setFont(font)


def load_rest() -> None:
    """Load the other weights and the monospaced font."""
    _load(LATER)


def _load(names: tuple[str, ...]) -> None:
    for name in names:
        QFontDatabase.addApplicationFont(str(FONTS / name))
