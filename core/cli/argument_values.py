"""Argument values: what stands behind an option, read; what is none says what it has to be."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from core.config.node_address import names_node_here

N = TypeVar("N", int, float)
_ACCOUNT = re.compile("0x[0-9a-fA-F]{40}")


def window_size(text: str) -> tuple[int, int]:
    """Read a width and a height, as in 800x480."""
    width, separator, height = text.partition("x")
    if not (separator and width.isdecimal() and height.isdecimal()):
        raise ArgumentTypeError(f"{text} is not a size such as 800x480")
    return int(width), int(height)


def position(text: str) -> float:
    """Read a number of seconds, 0 among them."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < float("inf"):
        raise ArgumentTypeError(f"{text} is not a number of seconds")
    return seconds


def positive(text: str) -> float:
    """Read a number of seconds that is more than 0."""
    seconds = position(text)
    if seconds == 0:
        raise ArgumentTypeError("it must be more than 0")
    return seconds


def whole(text: str) -> int:
    """Read a whole number."""
    if not (text.isascii() and text.isdecimal()):
        raise ArgumentTypeError(f"{text} is not a whole number")
    return int(text)


def chain_number(text: str) -> int:
    """Read a chain's ID, which is a whole number from 1."""
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise ArgumentTypeError(f"{text} is no chain's ID: one is a whole number from 1")
    return int(text)


def account_address(text: str) -> str:
    """Read the address of an account that somebody can have."""
    if not _ACCOUNT.fullmatch(text):
        raise ArgumentTypeError(f"{text} is no address: one is 0x and 40 hex digits")
    if not int(text, 16):
        raise ArgumentTypeError("the zero address is nobody's account")
    return text


def network_place(text: str) -> str:
    """Read where a network is: embedded, or a node on this machine."""
    if text == "embedded" or ("/" in text and "://" not in text) or names_node_here(text):
        return text
    if "://" in text:
        raise ArgumentTypeError(
            f"{text} is not asked: a node is on this machine, as http://127.0.0.1:8545 or the path of its socket"
        )
    raise ArgumentTypeError(
        f"“{text}” names no node: it can be embedded, http://127.0.0.1:8545 or the path of a node's socket"
    )


def utc_moment(text: str) -> int:
    """Read a day or a moment, as in 2026-11-22 or 2026-11-22T20:00, in UTC; gives milliseconds."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(
            f"{text} is not a moment such as 2026-11-22 or 2026-11-22T20:00"
        ) from None
    read = read if read.tzinfo is not None else read.replace(tzinfo=UTC)
    return round(read.timestamp() * 1000)


@dataclass(frozen=True)
class Range:
    """The numbers that an option takes: from the least to the most of a unit. What is outside hears them."""

    least: int
    most: int
    unit: str

    def whole(self) -> Callable[[str], int]:
        """Read whole numbers."""
        return lambda text: self._within(text, whole)

    def number(self) -> Callable[[str], float]:
        """Read numbers with a fraction too."""
        return lambda text: self._within(text, position)

    def _within(self, text: str, read: Callable[[str], N]) -> N:
        outside = ArgumentTypeError(f"it takes {self}, not {text}")
        try:
            number = read(text)
        except ArgumentTypeError:
            raise outside from None
        if not self.least <= number <= self.most:
            raise outside
        return number

    def __str__(self) -> str:
        return f"{self.least} to {self.most} {self.unit}"
