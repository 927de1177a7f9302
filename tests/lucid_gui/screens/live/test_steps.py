"""The stepper shows how far a session is."""

from __future__ import annotations

import pytest

from core.api.snapshots import SessionState
from lucid_gui.screens.live.steps import sentences_of, steps_of


@pytest.mark.parametrize(
    "state, statuses",
    [
        (SessionState.OPENING, "later later later later"),
        (SessionState.RECORDING, "now later later later"),
        (SessionState.SEALING, "done now later later"),
        (SessionState.ANCHORING, "done done now later"),
        (SessionState.ANCHORED, "done done done done"),
        (SessionState.INTERRUPTED, "stopped later later later"),
        (SessionState.FAILED, "stopped later later later"),
    ],
)
def test_each_state_has_its_steps(state: SessionState, statuses: str) -> None:
    """What is done, what is now, and what comes."""
    assert " ".join(step["status"] for step in steps_of(state)) == statuses


@pytest.mark.parametrize("state", list(SessionState))
def test_each_state_has_a_sentence(state: SessionState) -> None:
    """A sentence, and what stands behind it."""
    sentence, detail = sentences_of(state, is_in_gap=False, is_chain_there=True)
    assert sentence
    assert detail.endswith(".")


def test_a_gap_and_a_missing_chain_say_so() -> None:
    """What is not as usual comes before what is."""
    in_gap = sentences_of(SessionState.RECORDING, is_in_gap=True, is_chain_there=True)
    waiting = sentences_of(SessionState.ANCHORING, is_in_gap=False, is_chain_there=False)
    assert in_gap[0] == "No pictures right now"
    assert waiting[0] == "Sealed, waiting for the chain"
