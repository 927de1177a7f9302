"""The trail in lines: a consent says how it was given, and by which device."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import pytest

from core.api.hosting import AuditActor, AuditEntry, AuditKind
from core.cli.sessions import show_trail
from tests.core.evidence.consents import consent_to, example_terms

SESSION_ID = "7f2e0e9c-5f0b-4f36-9c39-0d4cf20b8f11"


def lines_of(consent: str) -> list[str]:
    """Show a trail of one consent."""
    entry = AuditEntry(
        1, 2.5, 0, AuditKind.CONSENTED, AuditActor.PEER, "anna", reason="abcd", consent=consent
    )

    class Conversation:
        def ask(self, _: object) -> Any:  # noqa: ANN401
            return (entry,)

    answer = show_trail(Conversation(), Namespace(session_id=SESSION_ID))  # type: ignore[arg-type]
    assert answer.document["entries"][0]["consent"] == consent  # type: ignore[index, call-overload]
    return list(answer.lines)


@pytest.mark.parametrize(
    ("is_door", "how"),
    [
        (False, "signed by device 174553b456dddfc6…"),
        (True, "typed code"),
    ],
)
def test_a_consent_says_how_it_was_given(is_door: bool, how: str) -> None:
    """With the hash of the terms and of the receipt; all of it is in the document."""
    consent = consent_to(example_terms(), is_door=is_door).to_json().decode()
    (line,) = lines_of(consent)
    assert "consented" in line
    assert line.endswith(f"to terms a1a33114c07043fa…, {how}; receipt abcd")


def test_a_consent_that_cannot_be_read_is_shown_as_such() -> None:
    """Verification is for judging it; the list goes on."""
    (line,) = lines_of('{"x":1}')
    assert line.endswith("abcd (it cannot be read)")
