"""What a peer may be allowed to do, in a person's words: on chips, in questions, in the trail."""

from __future__ import annotations

from typing import NamedTuple

from core.api.permissions import Capability, GrantLength
from lucid_gui.text.words import tr


class CapabilityWords(NamedTuple):
    """The words of one capability. In ``wants``, %1 is the peer's name."""

    icon: str
    name: str  # on a chip
    may: str  # follows "It may …" and "may …"
    wants: str  # the title of its question
    happens: str  # what will really happen, and why that matters
    allow: str  # the button that allows it


def words_of(capability: Capability) -> CapabilityWords:
    """Give the words of a capability."""
    return (_hand_words() | _carried_words() | _device_words())[capability]


def capability_named(value: str) -> Capability | None:
    """Find the capability that a trail's entry names; None for one that this version does not know."""
    return next((each for each in Capability if each.value == value), None)


def length_text(length: GrantLength) -> str:
    """Say how long a grant would last."""
    return {
        GrantLength.FIVE_MINUTES: tr("5 min"),
        GrantLength.QUARTER_HOUR: tr("15 min"),
        GrantLength.UNTIL_END: tr("Until the end"),
    }[length]


def _hand_words() -> dict[Capability, CapabilityWords]:
    return {
        Capability.VIEW: CapabilityWords(
            "eye",
            tr("See the desktop"),
            tr("see the desktop"),
            tr("%1 wants to see the desktop"),
            tr(
                "It will see every window, except what you have hidden. What it has seen cannot be taken back."
            ),
            tr("Allow seeing"),
        ),
        Capability.POINTER: CapabilityWords(
            "mouse-pointer-2",
            tr("Point and click"),
            tr("click"),
            tr("%1 wants to point and click"),
            tr(
                "Its clicks will reach every window on the desktop, as yours would. Each one is in the recording."
            ),
            tr("Allow clicking"),
        ),
        Capability.KEYBOARD: CapabilityWords(
            "keyboard",
            tr("Type"),
            tr("type"),
            tr("%1 wants to type"),
            tr(
                "Its keys will reach the window in front, a terminal too: whoever types there can run programs."
            ),
            tr("Allow typing"),
        ),
    }


def _carried_words() -> dict[Capability, CapabilityWords]:
    return {
        Capability.CLIPBOARD_IN: CapabilityWords(
            "clipboard-paste",
            tr("Paste in"),
            tr("paste in"),
            tr("%1 wants to paste in"),
            tr(
                "What it has copied at its own machine comes here. A pasted line can be a command that runs at once."
            ),
            tr("Allow pasting"),
        ),
        Capability.CLIPBOARD_OUT: CapabilityWords(
            "clipboard-copy",
            tr("Copy out"),
            tr("copy out"),
            tr("%1 wants to copy out"),
            tr(
                "Whatever is copied here, passwords too, goes to its machine. It cannot be called back."
            ),
            tr("Allow copying"),
        ),
        Capability.FILES_IN: CapabilityWords(
            "file-down",
            tr("Bring files"),
            tr("bring files"),
            tr("%1 wants to bring files"),
            tr(
                "Files from its machine are stored in this session. Lucid does not check what is in them."
            ),
            tr("Allow bringing"),
        ),
        Capability.FILES_OUT: CapabilityWords(
            "file-up",
            tr("Take files"),
            tr("take files"),
            tr("%1 wants to take files"),
            tr("Files of this session go to its machine. What has left cannot be called back."),
            tr("Allow taking"),
        ),
    }


def _device_words() -> dict[Capability, CapabilityWords]:
    return {
        Capability.AUDIO_OUT: CapabilityWords(
            "volume-2",
            tr("Hear"),
            tr("hear the desktop"),
            tr("%1 wants to hear the desktop"),
            tr("Every sound that programs make here is sent to it. Sound is not recorded."),
            tr("Allow hearing"),
        ),
        Capability.AUDIO_IN: CapabilityWords(
            "mic",
            tr("Be heard"),
            tr("be heard"),
            tr("%1 wants to be heard"),
            tr("Its microphone reaches the programs of this session. Sound is not recorded."),
            tr("Allow speaking"),
        ),
        Capability.PRINTING: CapabilityWords(
            "printer",
            tr("Print"),
            tr("print"),
            tr("%1 wants to print"),
            tr("What is printed here comes out of its printer, and so leaves this machine."),
            tr("Allow printing"),
        ),
        Capability.SHELL_CHANNELS: CapabilityWords(
            "puzzle",
            tr("Add-ins"),
            tr("use add-ins"),
            tr("%1 wants to use add-ins"),
            tr(
                "Smart cards and add-ins of its program connect to this session. Lucid cannot see what they carry."
            ),
            tr("Allow add-ins"),
        ),
    }
