"""Collects reference cycles on the GUI thread alone.

Python's collector runs on whichever thread happens to allocate. Were that the engine's, a screen that was
closed and is part of a cycle would be destroyed there, and Qt objects must die on their own thread.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS = 1000


class CycleCollector(QObject):
    """Takes the collector over, from its making until ``close``; made on the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        gc.freeze()  # what start-up made stays; looking through it again and again would cost frames
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(EVERY_MS)

    @Slot()
    def collect(self) -> None:
        """Collect the oldest generation whose count is above its threshold, as Python itself would."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return

    def close(self) -> None:
        """Give the collector back."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()
