"""The way of a session to the chain, as steps for the stepper."""

from __future__ import annotations

from typing import Any

from core.api.snapshots import SessionState
from lucid_gui.text.words import tr

_ORDER = (
    SessionState.RECORDING,
    SessionState.SEALING,
    SessionState.ANCHORING,
    SessionState.ANCHORED,
)


def steps_of(state: SessionState) -> list[dict[str, Any]]:
    """Give the four steps, each ``done``, ``now``, ``later`` or ``stopped``."""
    titles = {
        SessionState.RECORDING: (tr("Recording"), "circle-dot"),
        SessionState.SEALING: (tr("Sealing"), "lock"),
        SessionState.ANCHORING: (tr("Anchoring"), "link"),
        SessionState.ANCHORED: (tr("Anchored"), "anchor"),
    }
    return [
        {"key": step.value, "title": titles[step][0], "icon": titles[step][1], "status": status}
        for step, status in zip(_ORDER, _statuses(state), strict=True)
    ]


def _statuses(state: SessionState) -> list[str]:
    if state is SessionState.OPENING:
        return ["later"] * len(_ORDER)
    if state is SessionState.INTERRUPTED:
        return ["stopped", "later", "later", "later"]
    if state is SessionState.FAILED:
        return ["stopped", "later", "later", "later"]
    if state is SessionState.ANCHORED:
        return ["done"] * len(_ORDER)
    place = _ORDER.index(state)
    return ["done"] * place + ["now"] + ["later"] * (len(_ORDER) - place - 1)


def sentences_of(state: SessionState, *, is_in_gap: bool, is_chain_there: bool) -> tuple[str, str]:
    """Say how the session stands: one sentence, and what stands behind it."""
    if state is SessionState.RECORDING and is_in_gap:
        return (
            tr("No pictures right now"),
            tr("The encoder is being restarted. The gap is written into the recording."),
        )
    if state is SessionState.ANCHORING and not is_chain_there:
        return (
            tr("Sealed, waiting for the chain"),
            tr("The chain does not answer. The session is anchored by itself as soon as it does."),
        )
    return _sentences()[state]


def _sentences() -> dict[SessionState, tuple[str, str]]:
    return {
        SessionState.OPENING: (
            tr("Opening the session"),
            tr("Its ID goes onto the chain, and the recorder starts."),
        ),
        SessionState.RECORDING: (
            tr("Recording"),
            tr("Everything on the desktop is recorded and encrypted before it reaches the disk."),
        ),
        SessionState.INTERRUPTED: (
            tr("Interrupted"),
            tr(
                "The appliance stopped. What was recorded is sealed by itself once the vault is open."
            ),
        ),
        SessionState.SEALING: (
            tr("Sealing"),
            tr("The last part is encrypted, and the manifest is signed."),
        ),
        SessionState.ANCHORING: (
            tr("Anchoring"),
            tr("Sealed and signed. The chain is about to confirm it."),
        ),
        SessionState.ANCHORED: (
            tr("Sealed and anchored"),
            tr("From now on nobody can change this recording without it being noticed."),
        ),
        SessionState.FAILED: (
            tr("Nothing was recorded"),
            tr("The recorder never delivered a picture, so there is nothing to seal."),
        ),
    }
