"""What a peer reads while it sees nothing of the desktop. Plain ASCII: the gate draws no other letters."""

from __future__ import annotations

AT_DOOR = "Type the code of this session, then press Enter. The owner of the appliance has it."
WRONG = "That code is not right. Type it again, then press Enter."
UNSEEN = "You are connected. The owner has not allowed you to see the desktop yet."
SHIELDED = (
    "You are connected. The owner has hidden the desktop for now; what you type goes nowhere."
)


def notice(*, is_admitted: bool, is_shielded: bool, has_failed: bool) -> str:
    """Choose the sentence."""
    if not is_admitted:
        return WRONG if has_failed else AT_DOOR
    return SHIELDED if is_shielded else UNSEEN
