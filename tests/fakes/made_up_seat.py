"""A seat where somebody presses, or where nobody does, as a test says."""

from __future__ import annotations


class MadeUpSeat:
    """Says that a press is under way while ``is_pressed`` is true; counts how often it was told to look."""

    def __init__(self, *, is_pressed: bool = True) -> None:
        self.is_pressed = is_pressed
        self.begun = 0
        self.is_watching = False

    def begin(self) -> None:
        """Look from now on."""
        self.begun += 1
        self.is_watching = True

    def end(self) -> None:
        """Look no more."""
        self.is_watching = False

    def has_pressed(self) -> bool:
        """Tell what the test says."""
        return self.is_pressed
