"""Where the kiosk's icons, fonts and translations lie."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
IMPORT_PATH = PACKAGE.parent  # so that QML imports lucid_gui.controls by its package name
RESOURCES = IMPORT_PATH / "resources"
ICONS = RESOURCES / "icons"
FONTS = RESOURCES / "fonts"
TRANSLATIONS = RESOURCES / "translations"
