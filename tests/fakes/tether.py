"""Ties a program of the tests to whoever starts it: a killed run ends no fixture, and yet leaves nothing this way."""

from __future__ import annotations

from collections.abc import Sequence


def tethered(arguments: Sequence[str]) -> list[str]:
    """Give the command with which a program is killed once the thread that starts it ends (setpriv(1))."""
    return ["setpriv", "--pdeathsig", "KILL", "--", *arguments]
