"""How the node's program ends, as other programs see it.

Source of the numbers: sysexits.h, where there is one that fits.
"""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """Why the node ended."""

    FINE = 0  # it was asked to
    FAILED = 1
    USAGE = 64  # the arguments do not fit the chain that is there
    DAMAGED = 65  # the store is damaged or newer: starting again does not help
    UNWRITABLE = 74  # the directory or the socket cannot be used
    BUSY = 75  # another node has the directory
