"""A trail is said in words, found by them, and laid on the time line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.api.hosting import AuditActor, AuditEntry, AuditKind
from lucid_gui.screens.trail import (
    entry_row,
    entry_text,
    groups,
    is_in_group,
    marks_of,
    matches,
    spans_of,
)
from lucid_gui.style.resources import ICONS
from tests.fakes import made_up_hosting as hosted

OWNER = AuditActor.OWNER


def entry(kind: AuditKind, at_s: float = 0.0, resource: str = "", reason: str = "") -> AuditEntry:
    """Make an entry."""
    return AuditEntry(0, at_s, 0, kind, OWNER, resource, "", reason)


def plain(text: str) -> str:
    """Take the isolates away."""
    return text.replace("\N{FIRST STRONG ISOLATE}", "").replace("\N{POP DIRECTIONAL ISOLATE}", "")


@pytest.mark.parametrize("kind", AuditKind)
def test_every_kind_has_words_and_an_icon(kind: AuditKind) -> None:
    """With and without what it is about, and nothing is left open."""
    for resource in ("", "keyboard", "Terminal"):
        row = entry_row(entry(kind, 62.0, resource))
        assert row["clock"] == "1:02"
        assert row["text"]
        assert "%1" not in row["text"]
        assert (ICONS / f"{row['icon']}.svg").is_file()
    assert is_in_group(entry(kind), "")
    assert any(is_in_group(entry(kind), each["value"]) for each in groups()[1:])


def test_how_it_opened_and_ended_is_said_in_words() -> None:
    """The rules, and why it ended where that was not the owner's wish; no word of the record's own."""
    assert entry_row(entry(AuditKind.OPENED, reason="standard"))["detail"] == (
        "under the standard rules"
    )
    assert entry_row(entry(AuditKind.ENDED, reason="owner"))["detail"] == ""
    assert entry_row(entry(AuditKind.ENDED, reason="anomaly"))["detail"] == (
        "Ended by a rule about unusual behaviour"
    )


def test_nobody_is_named_for_a_window_that_came_to_the_front() -> None:
    """The peer may have clicked it, or a program raised it."""
    assert entry_row(entry(AuditKind.FOCUS, resource="Terminal"))["actor"] == ""


@pytest.mark.parametrize("actor", AuditActor)
def test_every_actor_is_named(actor: AuditActor) -> None:
    """Who did it stands on each row."""
    made = AuditEntry(0, 0.0, 0, AuditKind.SHIELDED, actor)
    assert entry_row(made)["actor"]


def test_a_capability_is_said_by_its_name() -> None:
    """What is about a file or a window is said as it was written, and no markup is made of it."""
    assert entry_text(entry(AuditKind.GRANTED, resource="clipboard_out")) == "Allowed: Copy out"
    assert plain(entry_text(entry(AuditKind.FILE, resource="<b>a</b>.pdf"))) == "File: <b>a</b>.pdf"
    joined = AuditEntry(0, 0.0, 0, AuditKind.JOINED, AuditActor.PEER)
    assert entry_text(joined) == "The peer joined"
    assert entry_text(replace(joined, actor=AuditActor.OBSERVER)) == "An observer joined"
    assert entry_text(entry(AuditKind.OPENED)) == "Session opened"


def test_a_search_finds_words_in_any_order() -> None:
    """Without regard to case, in what is shown and in the reason."""
    made = entry(AuditKind.ASKED, resource="files_in", reason="Rapport-2026.pdf")
    assert matches(made, "")
    assert matches(made, "rapport ASKED")
    assert matches(made, "bring")
    assert not matches(made, "rapport denied")


def test_marks_are_where_things_happened() -> None:
    """Each has its moment, its icon and its words; what weighs more comes first where they meet."""
    marks = {each["text"]: each for each in marks_of(hosted.trail())}
    allowed = marks["Allowed: Type"]
    assert allowed["at"] == 309.0
    assert allowed["weight"] < marks["Asked: Type"]["weight"]
    assert marks["Asked: Type"]["icon"] == "keyboard"


def test_spans_last_from_the_grant_to_its_end() -> None:
    """By expiry, by a tap, or by the shield's being taken down."""
    spans = [
        (each["from"], each["until"], each["tone"]) for each in spans_of(hosted.trail(), 4320.0)
    ]
    assert spans == [
        (309.0, 609.0, "allowed"),
        (904.0, 1000.0, "allowed"),
        (1199.0, 1499.0, "allowed"),
        (1650.0, 1820.0, "hidden"),
    ]


def test_what_is_open_ends_with_the_peer_or_the_session() -> None:
    """A grant ends when the peer leaves; the shield outlasts it. An end without a beginning is none."""
    made = (
        entry(AuditKind.REVOKED, 1.0, "view"),
        entry(AuditKind.GRANTED, 10.0, "keyboard"),
        entry(AuditKind.GRANTED, 15.0, "keyboard"),
        entry(AuditKind.SHIELDED, 20.0),
        entry(AuditKind.LEFT, 30.0),
        entry(AuditKind.GRANTED, 40.0, "pointer"),
    )
    assert spans_of(made, 50.0) == [
        {"from": 10.0, "until": 30.0, "tone": "allowed"},
        {"from": 40.0, "until": 50.0, "tone": "allowed"},
        {"from": 20.0, "until": 50.0, "tone": "hidden"},
    ]


def test_who_leaves_takes_along_what_was_its_own() -> None:
    """A peer's grants outlast an observer, and an observer's a peer."""
    made = (
        entry(AuditKind.GRANTED, 10.0, "keyboard"),
        entry(AuditKind.GRANTED, 15.0, "watching"),
        AuditEntry(0, 20.0, 0, AuditKind.LEFT, AuditActor.OBSERVER),
        entry(AuditKind.GRANTED, 25.0, "watching"),
        AuditEntry(0, 30.0, 0, AuditKind.LEFT, AuditActor.PEER),
        entry(AuditKind.EXPIRED, 40.0, "watching"),
    )
    assert spans_of(made, 50.0) == [
        {"from": 10.0, "until": 30.0, "tone": "allowed"},
        {"from": 15.0, "until": 40.0, "tone": "allowed"},
    ]
    assert entry_text(made[1]) == "Allowed: Watch"


@pytest.mark.parametrize(
    "made, about, why",
    [
        (entry(AuditKind.GRANTED, 0, "keyboard", "five_minutes"), "Allowed: Type", "5 min"),
        (
            entry(AuditKind.GRANTED, 0, "watching", "until_end"),
            "Allowed: Watch",
            "Until the end",
        ),
        (entry(AuditKind.ASKED, 0, "watching"), "Asked: Watch", ""),
        (entry(AuditKind.DENIED, 0, "keyboard", "expired"), "Denied: Type", "no answer in time"),
        (entry(AuditKind.DENIED, 0, "keyboard", "odd"), "Denied: Type", "odd"),
        (entry(AuditKind.ASKED, 0, "files_in", "expired"), "Asked: Bring files", "expired"),
        (entry(AuditKind.INCIDENT, 0, "idle"), "Unusual: nobody did anything", ""),
        (entry(AuditKind.INCIDENT, 0, "gate", "it ended"), "Unusual: gate", "it ended"),
        (
            entry(AuditKind.SHIELDED, 0, "", "input_burst"),
            "Everything was hidden",
            "faster than anybody types",
        ),
    ],
)
def test_the_engines_codes_are_said_in_words(made: AuditEntry, about: str, why: str) -> None:
    """What is not known is said as it is; so is what a peer wrote, even where it looks like a code."""
    row = entry_row(made)
    assert (plain(row["text"]), plain(row["detail"])) == (about, why)


def test_an_incident_says_what_was_done() -> None:
    """By the rule's own response, where nothing else is said."""
    made = AuditEntry(0, 0.0, 0, AuditKind.INCIDENT, AuditActor.POLICY, "input_burst", "shield")
    assert entry_row(made)["detail"] == "everything was hidden"
