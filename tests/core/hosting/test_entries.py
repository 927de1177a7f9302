"""What the gate tells and nobody decides about becomes an entry as it is."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.hosting import AuditActor, AuditKind
from core.errors import RemoteHostFailed
from core.hosting.entries import ENTRIES, Entry
from core.hosting.gate_facts import capability_of, count_of, text_of
from core.remote.channels.actions import Direction, file_event, refused

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


def test_what_the_gates_own_reports_become() -> None:
    """A file's name with what happened to it, a refusal's reason, a window's title, a clipboard's size."""
    file = file_event(Direction.IN, "a.txt", 1 << 63, "read")
    assert ENTRIES[file.kind](file.facts) == Entry(
        AuditKind.FILE, AuditActor.PEER, "a.txt", f"read in, {1 << 63} bytes"
    )
    no = refused("a channel")
    assert ENTRIES[no.kind](no.facts).reason == "a channel"
    focus = ENTRIES["focus"]({"title": "Bank", "window_class": "firefox"})
    assert focus == Entry(AuditKind.FOCUS, AuditActor.APPLIANCE, "Bank", "firefox")
    paste = ENTRIES["clipboard"]({"direction": "in", "bytes": 5, "format": "text"})
    assert paste.resource == "in 5 bytes text"
    assert ENTRIES["gone"]({"reason": "the display"}).kind is AuditKind.INCIDENT
    assert ENTRIES["gone"]({"reason": "the display"}).resource == "gate"
    assert ENTRIES["gone"]({"reason": "x", "program": "channels"}).resource == "channels"
    reasons = [ENTRIES["watched"]({"is_blind": is_so}).reason for is_so in (True, False)]
    assert reasons[0].startswith("nobody says where")
    assert reasons[1].startswith("the watcher says again")


@given(st.sampled_from(sorted(ENTRIES)), st.dictionaries(st.text(max_size=9), ANYTHING))
def test_whatever_is_told_becomes_an_entry_or_a_failure(
    happened: str, facts: dict[str, object]
) -> None:
    """And nothing else."""
    for name in ("name", "size", "reason", "title", "direction", "bytes"):
        if facts:
            facts = facts | {name: next(iter(facts.values()))}
    with suppress(RemoteHostFailed):
        assert isinstance(ENTRIES[happened](facts), Entry)


@given(ANYTHING)
def test_facts_are_what_they_must_be_or_a_failure(value: object) -> None:
    """Whatever comes in a fact's place."""
    facts = {"capability": value, "x": value}
    for read, kind in ((text_of, str), (count_of, int)):
        try:
            found = read(facts, "x")
        except RemoteHostFailed:
            continue
        assert type(found) is kind
    with suppress(RemoteHostFailed):
        assert capability_of(facts).value == value


def test_a_missing_fact_is_empty() -> None:
    """A text and a count have a value of their own then; a capability has not."""
    assert (text_of({}, "x"), count_of({}, "x"), count_of({}, "x", 1)) == ("", 0, 1)
    with pytest.raises(RemoteHostFailed):
        capability_of({})
