"""A navigator that opens nothing and remembers what it was asked."""

from __future__ import annotations

from PySide6.QtCore import QObject

from tests.fakes.made_up_seat import MadeUpSeat


class RecordedNavigator(QObject):
    """Remembers every ``open`` and ``replace`` and counts every ``back``; somebody presses on its seat."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[tuple[str, dict[str, object]]] = []
        self.replaced: list[tuple[str, dict[str, object]]] = []
        self.backs = 0
        self.seat = MadeUpSeat()

    def open(self, screen: str, arguments: dict[str, object] | None = None) -> None:
        """Remember a screen and its arguments."""
        self.opened.append((screen, arguments or {}))

    def replace(self, screen: str, arguments: dict[str, object] | None = None) -> None:
        """Remember a screen that takes the place of the current one."""
        self.replaced.append((screen, arguments or {}))

    def back(self) -> None:
        """Remember that somebody went back."""
        self.backs += 1
