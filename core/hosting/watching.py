"""What somebody reads who wants to watch, while there is nothing to see. Plain ASCII, as all that is drawn."""

from __future__ import annotations

from core.permissions.desk import Why

ASKING = "The owner is asked whether you may watch. Please wait."
SHIELDED = "The owner has hidden the desktop for now."
EXPIRED = "The time for which you were allowed to watch is over."
REVOKED = "The owner has ended your watching."
DENIED = {
    Why.OWNER: "The owner does not want you to watch.",
    Why.EXPIRED: "The owner did not answer in time. Ask for another code.",
    Why.POLICY: "The rules of this session let nobody watch.",
    Why.WITHDRAWN: REVOKED,
}


def watching_notice(*, is_shielded: bool, is_granted: bool) -> str:
    """Choose the sentence; while the picture is shown, the one that is read the moment its time is over."""
    if not is_granted:
        return ASKING
    return SHIELDED if is_shielded else EXPIRED
