"""What a peer reads while it sees nothing of the desktop. Plain ASCII: the gate draws no other letters."""

from __future__ import annotations

from enum import Enum

TYPE = "Typing the code of this session means that you agree. Then press Enter."
WRONG = "That code is not right. Typing the right one means that you agree. Then press Enter."
AGREE = "Your code is right. Press Enter to agree."
UNSEEN = "You are connected. The owner has not allowed you to see the desktop yet."
SHIELDED = (
    "You are connected. The owner has hidden the desktop for now; what you type goes nowhere."
)


class AtDoor(Enum):
    """What is asked of whoever is at the door."""

    TYPE = TYPE
    WRONG = WRONG
    AGREE = AGREE


def door_notice(asked: AtDoor, terms: str) -> str:
    """Say under which terms somebody comes in, and what is to be done for it."""
    return f"{terms} {asked.value}".lstrip()


def notice(*, is_admitted: bool, is_shielded: bool, at_door: str) -> str:
    """Choose the sentences; ``at_door`` are those for whoever is not in yet."""
    if not is_admitted:
        return at_door
    return SHIELDED if is_shielded else UNSEEN
