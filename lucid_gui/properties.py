"""Read-only QML properties from plain methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Property, Signal


def notified(kind: type | str, read: Callable[[Any], Any], changed: Signal) -> Any:  # noqa: ANN401 - PySide types its Property loosely
    """Make a QML property of ``read`` that is read again after ``changed``."""
    return Property(kind, read, notify=changed)  # type: ignore[arg-type]  # the stub knows types only
