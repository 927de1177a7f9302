"""Translation for Python's side of the kiosk: one context, English as the key."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

CONTEXT = "Lucid"


def tr(text: str, count: int = -1) -> str:
    """Translate ``text``; ``%n`` becomes ``count`` in the language's own plural."""
    return QCoreApplication.translate(CONTEXT, text, None, count)
