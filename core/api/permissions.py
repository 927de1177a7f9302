"""Permissions: what a remote peer may be allowed to do, and by which rules it is asked.

Nothing is allowed unless the owner allows it; a rule can only say how far a request gets.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Capability(Enum):
    """One thing that a peer may be allowed to do; each is asked, granted and revoked by itself."""

    VIEW = "view"  # see the desktop
    POINTER = "pointer"  # move and click
    KEYBOARD = "keyboard"  # type
    CLIPBOARD_IN = "clipboard_in"  # paste here what the peer has copied
    CLIPBOARD_OUT = "clipboard_out"  # take away what was copied here
    FILES_IN = "files_in"  # bring files here
    FILES_OUT = "files_out"  # take files away
    AUDIO_OUT = "audio_out"  # hear this desktop
    AUDIO_IN = "audio_in"  # be heard here
    PRINTING = "printing"  # print on the peer's printer
    SHELL_CHANNELS = "shell_channels"  # further channels, such as smart cards and add-ins


class Rule(Enum):
    """What a policy says about a capability."""

    DENY = "deny"  # refused, and nobody is asked
    ASK = "ask"  # refused until the owner allows it
    ALLOW = "allow"  # allowed from the start; only VIEW may have this rule


class Profile(Enum):
    """A ready-made policy."""

    STRICT = "strict"  # the peer sees nothing until it is allowed to; no files, no sound
    STANDARD = "standard"  # the peer sees the desktop, and everything else is asked
    CUSTOM = "custom"  # the owner's own rules


class GrantLength(Enum):
    """How long a grant lasts."""

    FIVE_MINUTES = "five_minutes"
    QUARTER_HOUR = "quarter_hour"
    UNTIL_END = "until_end"


@dataclass(frozen=True)
class Zone:
    """A rectangle of the desktop, in its pixels: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class WindowRule:
    """Windows that are hidden: both texts are matched without regard to case; an empty one fits all.

    ``title`` is found anywhere in the title, ``window_class`` is the whole class or instance name.
    """

    title: str = ""
    window_class: str = ""


@dataclass(frozen=True)
class PolicyRules:
    """The owner's own rules; what is not named is denied. An empty list of programs allows every one."""

    rules: tuple[tuple[Capability, Rule], ...] = ()
    hidden_windows: tuple[WindowRule, ...] = ()
    allowed_programs: tuple[str, ...] = ()  # window classes; others are hidden
    records_keys: bool = False  # what is typed is recorded, encrypted to a key of its own
    longest_minutes: int = 120  # the session ends by itself
    idle_minutes: int = 15  # as long without a peer's input, it ends by itself
    largest_clipboard_kib: int = 256
    largest_file_mib: int = 100
