"""Failures as sentences in the person's language."""

from __future__ import annotations

from core.api.snapshots import FailureSnapshot
from core.api.text import Sentence, sentence_for
from lucid_gui.text.words import tr


def say(failure: FailureSnapshot) -> Sentence:
    """Say what a failure means and what to do next."""
    return sentence_for(failure, tr)
