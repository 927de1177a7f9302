"""How a joined session stands, in words; from snapshots alone."""

from __future__ import annotations

from typing import Any

from core.api.hosting import Grant
from core.api.joining import Joined, JoinedState, JoinRole
from core.api.permissions import Capability, GrantLength, Rule
from lucid_gui.screens.join.terms import short_device
from lucid_gui.screens.wording import time_text
from lucid_gui.text.capabilities import length_text
from lucid_gui.text.words import tr

_NAMED_BY = 8  # digits of the other device's key, on the bar
# What a hand at this seat can do over there.
ACTING = (Capability.POINTER, Capability.KEYBOARD)


def other_end(joined: Joined) -> str:
    """Name the other end by the beginning of its device's key, which it signed with."""
    return tr("Appliance %1").replace(
        "%1", short_device(joined.terms.device_fingerprint, _NAMED_BY)
    )


def is_out(joined: Joined) -> bool:
    """Tell whether anything that is done here goes out just now."""
    return any(each.is_granted for each in _acting(joined)) and not joined.is_shielded


def joined_sentence(joined: Joined | None, *, is_in_gap: bool) -> tuple[str, str]:
    """Say whose desktop it is, and what goes out."""
    if joined is None:
        return tr("Joining"), tr("The recording is being started.")
    name = other_end(joined)
    if joined.state is JoinedState.CONNECTING:
        return name, tr("Connecting.")
    if joined.state is JoinedState.ENDED:
        return name, tr("It is over.")
    if joined.is_shielded:
        return name, tr("Shielded.")
    if is_in_gap:
        return name, tr("No pictures come.")
    return name, _out_text(joined)


def _out_text(joined: Joined) -> str:
    out = {each.capability for each in _acting(joined) if each.is_granted}
    if out == set(ACTING):
        return tr("Your clicks and keys go out.")
    if Capability.POINTER in out:
        return tr("Your clicks go out.")
    return tr("Your keys go out.") if out else tr("You watch. Nothing goes out.")


def acting_chips(joined: Joined | None, busy: frozenset[Capability]) -> list[dict[str, Any]]:
    """Give a chip for pointing and one for typing."""
    if joined is None or joined.terms.role is JoinRole.OBSERVER:
        return []
    return [_chip(each, is_busy=each.capability in busy) for each in _acting(joined)]


def _acting(joined: Joined) -> list[Grant]:
    return [each for each in joined.grants if each.capability in ACTING]


def _chip(grant: Grant, *, is_busy: bool) -> dict[str, Any]:
    is_pointer = grant.capability is Capability.POINTER
    title = tr("Pointer") if is_pointer else tr("Keys")
    text = tr("a moment") if is_busy else _state_text(grant)
    action = tr("Tap to stop it.") if grant.is_granted else tr("Tap to let it out.")
    return {
        "capability": grant.capability.value,
        "icon": "mouse-pointer-2" if is_pointer else "keyboard",
        "title": title,
        "state": "allowed" if grant.is_granted else "denied",
        "stateText": text,
        "name": f"{title}, {text}. {action}",
        "isRevocable": not is_busy and (grant.is_granted or grant.rule is not Rule.DENY),
    }


def _state_text(grant: Grant) -> str:
    if not grant.is_granted:
        return tr("never") if grant.rule is Rule.DENY else tr("off")
    if grant.until_utc_ms is None:
        return tr("to the end")
    return tr("until %1").replace("%1", time_text(grant.until_utc_ms))


def picker_facts(capability: Capability | None, joined: Joined | None) -> dict[str, Any]:
    """Give what the sheet shows that asks for how long; empty while none is open."""
    if capability is None or joined is None:
        return {}
    is_pointer = capability is Capability.POINTER
    title = tr("Let your clicks out?") if is_pointer else tr("Let your keys out?")
    what = (
        tr("What you tap on this desktop is done on it, if %1 allows it too.")
        if is_pointer
        else tr(
            "What you type is typed there, if %1 allows it too: never type a password of yours."
        )
    )
    return {
        "icon": "mouse-pointer-2" if is_pointer else "keyboard",
        "title": title,
        "explanation": what.replace("%1", other_end(joined)),
        "lengths": [{"value": each.value, "text": length_text(each)} for each in GrantLength],
    }


def home_facts(joined: Joined, *, is_in_gap: bool) -> dict[str, str]:
    """Say on the home screen whose desktop is shown, and what goes out."""
    name, detail = joined_sentence(joined, is_in_gap=is_in_gap)
    return {"title": tr("Joined: %1").replace("%1", name), "detail": detail}


def hint_text(capability: Capability) -> str:
    """Say gently why nothing happened."""
    if capability is Capability.POINTER:
        return tr("Your clicks stay here. Tap Pointer above to let them out.")
    return tr("Your keys stay here. Tap Keys above to let them out.")
