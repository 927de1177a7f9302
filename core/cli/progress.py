"""Progress: one line on the terminal that is written over; nothing where nobody looks."""

from __future__ import annotations

import shutil
import sys


class ProgressLine:
    """A line on stderr that shows how far something is, if stderr is a terminal."""

    def __init__(self) -> None:
        self._is_shown = False
        self._is_terminal = sys.stderr.isatty()

    def show(self, text: str) -> None:
        """Write the line anew."""
        if self._is_terminal:
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r\x1b[K{text[:width]}")
            sys.stderr.flush()
            self._is_shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._is_shown = False
