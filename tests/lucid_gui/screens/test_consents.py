"""A receipt is shown as what it says, whoever wrote it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.api.hosting import AuditActor, AuditEntry, AuditKind
from lucid_gui.screens.consents import agreed_text, how_text, receipt_facts, receipt_text
from lucid_gui.screens.trail import entry_row, is_in_group, matches
from lucid_gui.screens.wording import time_text
from tests.fakes import made_up_hosting as hosted
from tests.fakes import made_up_sessions as made_up
from tests.fakes.made_up_consent import TEXT, consent

UTC_MS = made_up.NOW_UTC_MS


def plain(text: str) -> str:
    """Take the isolates away."""
    return text.replace("\N{FIRST STRONG ISOLATE}", "").replace("\N{POP DIRECTIONAL ISOLATE}", "")


def holding(held: str, reason: str = made_up.hex_of("receipt")) -> AuditEntry:
    """Make the entry that holds a receipt, and names its hash."""
    made = AuditEntry(0, 0.0, UTC_MS, AuditKind.CONSENTED, AuditActor.PEER, reason=reason)
    return replace(made, consent=held)


def facts(held: str) -> dict[str, str]:
    """Read the rows of a receipt."""
    return {each["title"]: plain(each["value"]) for each in receipt_facts(holding(held))}


def test_a_receipt_of_a_device_names_its_key() -> None:
    """Who, how, when, and every hash whole."""
    device = made_up.hex_of("other device")
    shown = facts(consent("Lucid 9f2c71", UTC_MS, means="signed", device=device))
    assert shown["Who"] == "Lucid 9f2c71"
    assert shown["How"] == "signed by its device"
    assert shown["Agreed on"] == "2026-11-19 13:06:00\N{NO-BREAK SPACE}UTC"
    assert shown["Its device"] == device
    assert shown["Hash of the receipt"] == made_up.hex_of("receipt")
    assert shown["Hash of the terms"] == made_up.hex_of("terms")
    assert len(shown["Its signature"]) == 128


def test_a_receipt_of_a_client_without_a_key_says_so() -> None:
    """The code is all that is known of it; there is no key and no signature of its own."""
    shown = facts(consent("", UTC_MS, role="observer", means="pressed_enter"))
    assert shown["Who"] == "gave no name"
    assert shown["As"] == "somebody who may only watch"
    assert shown["How"] == "pressed Enter"
    assert not {"Its device", "Its signature"} & set(shown)


def test_the_sentences_are_shown_as_they_were_accepted() -> None:
    """One a line, and nothing of them acts."""
    assert plain(receipt_text(consent("Anna", UTC_MS))) == TEXT


@pytest.mark.parametrize(
    "held",
    [
        "",
        "no json",
        "[]",
        "7",
        "{}",
        '{"terms":7,"receipt":[1]}',
        '{"receipt":{"party":"x","accepted_utc_ns":7,"device":"<b>"},"terms":{"text":{}}}',
    ],
)
def test_what_is_no_receipt_shows_nothing(held: str) -> None:
    """A record that came from elsewhere may hold anything."""
    assert receipt_facts(holding(held)) == []
    assert receipt_text(held) == ""


def test_a_moment_out_of_bounds_is_left_out() -> None:
    """Digits only, and no more than a moment has."""
    document = json.loads(consent("Anna", UTC_MS))
    for odd in ("9" * 40, "-1", "1e3", "\N{SUPERSCRIPT TWO}", ""):
        document["receipt"]["accepted_utc_ns"] = odd
        assert "Agreed on" not in facts(json.dumps(document))


def test_an_entry_says_who_agreed_and_how() -> None:
    """In the trail's row, found by its words, among what is about the peer."""
    entry = hosted.consented(120.0, made_up.STARTED_UTC_MS)
    row = entry_row(entry)
    assert plain(row["text"]) == "Anna-PC agreed to the terms"
    assert row["detail"] == "typed the code"
    assert row["actor"] == "the peer"
    assert row["hasReceipt"]
    assert is_in_group(entry, "peer")
    assert matches(entry, "agreed typed")
    at = time_text(entry.utc_ms)
    assert agreed_text(entry) == f"Agreed to the terms at {at}: typed the code."


def test_how_is_read_from_the_receipt_before_the_entry() -> None:
    """An entry without a receipt says what its reason says; what nobody knows is said as it is."""
    entry = AuditEntry(0, 0.0, UTC_MS, AuditKind.CONSENTED, AuditActor.PEER, reason="pressed_enter")
    assert how_text(entry) == "pressed Enter"
    assert plain(how_text(replace(entry, reason="x"))) == "x"
    assert how_text(holding("")) == ""
    assert agreed_text(replace(entry, reason="")).count(":") == 1  # the one of the clock
