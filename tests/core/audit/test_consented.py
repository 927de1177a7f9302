"""A consent stands whole in its entry, in no other kind of entry, and is covered by the chain."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.hosting import AuditActor, AuditKind
from core.audit.entries import LARGEST_CONSENT, WrittenEntry, parse_entry
from core.audit.trail import read_trail
from core.canonical.documents import canonical_json
from core.errors import Bug, TrailMalformed
from tests.core.audit.trails import SESSION_ID, SESSION_KEY, append_five, at, new_trail, path_of
from tests.core.evidence.consents import consent_to, example_terms, largest_consent

CONSENT = consent_to(example_terms()).to_json().decode()


def written(consent: bytes, kind: AuditKind = AuditKind.CONSENTED) -> WrittenEntry:
    """Make an entry."""
    return WrittenEntry(0, 0, 0, kind, AuditActor.PEER, "anna", "", "", bytes(32), consent)


@pytest.mark.parametrize("consent", [CONSENT, largest_consent().to_json().decode()])
def test_a_consent_comes_back_as_it_was(tmp_path: Path, consent: str) -> None:
    """Also the largest, with texts of the widest characters beside it; it is on the medium at once."""
    trail = new_trail(tmp_path)
    append_five(trail, 1)
    wide = "\U0001f511" * 256
    texts = (AuditKind.CONSENTED, AuditActor.PEER, wide, wide, wide)
    entry = trail.append(*texts, instant=at(1), consent=consent)
    assert entry.consent == consent
    found = read_trail(path_of(tmp_path), session_key=SESSION_KEY, session_id=SESSION_ID)
    assert found[1] == entry
    assert read_trail(
        path_of(tmp_path), session_key=SESSION_KEY, session_id=SESSION_ID, head=trail.close()
    )


@pytest.mark.parametrize(
    ("kind", "consent"), [(AuditKind.CONSENTED, ""), (AuditKind.JOINED, CONSENT)]
)
def test_a_consent_stands_where_it_belongs(kind: AuditKind, consent: str) -> None:
    """An entry of another kind never has one, and one of that kind always does: neither is written nor read."""
    with pytest.raises(Bug):
        written(consent.encode(), kind).to_json()
    entry = written(CONSENT.encode()).to_json()
    if kind is AuditKind.JOINED:
        altered = entry.replace(b'"consented"', b'"joined"')
    else:
        altered = entry.replace(CONSENT.encode(), b"[]")
    assert altered != entry
    with pytest.raises(TrailMalformed) as caught:
        parse_entry(altered)
    assert caught.value.facts == {"field": "consent"}


def test_a_consent_that_is_too_large_is_refused() -> None:
    """Whatever is in it."""
    entry = written(CONSENT.encode()).to_json()
    large = canonical_json({"x": "y" * LARGEST_CONSENT})
    with pytest.raises(TrailMalformed):
        parse_entry(entry.replace(CONSENT.encode(), large))


@given(st.dictionaries(st.text(max_size=5), st.integers(0, 9) | st.text(max_size=9), max_size=5))
def test_any_object_is_kept_as_it_is(members: dict[str, int | str]) -> None:
    """A trail does not know what a consent says: that is evidence's to check."""
    try:
        consent = canonical_json(members)
    except ValueError:
        return
    entry = written(consent)
    assert parse_entry(entry.to_json()) == entry
