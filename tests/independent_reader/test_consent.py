"""What Lucid writes about consents is what docs/formats/consent.md says, to a reader that was made from it alone."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from core.api.hosting import AuditActor, AuditKind
from core.api.joining import JoinRole
from tests.core.audit.trails import SESSION_ID, SESSION_KEY, append_five, at, new_trail, path_of
from tests.core.evidence.consents import ACCEPTED_UTC_NS, POLICY, consent_to, example_terms
from tests.independent_reader.consent import check_consent, check_consents
from tests.independent_reader.primitives import Refused
from tests.independent_reader.trail import read_trail, trail_key


def entry_of(role: JoinRole = JoinRole.PEER, *, is_door: bool = False) -> dict[str, Any]:
    """Make an entry's members."""
    consent = consent_to(example_terms(role), is_door=is_door)
    return {
        "resource": consent.receipt.party.name,
        "reason": consent.receipt.receipt_hash.hex(),
        "consent": json.loads(consent.to_json()),
    }


@pytest.mark.parametrize("is_door", [False, True])
@pytest.mark.parametrize("role", JoinRole)
def test_a_trail_with_a_consent_is_read(tmp_path: Path, role: JoinRole, is_door: bool) -> None:
    """Of an appliance, and of a client without a key."""
    consent = consent_to(example_terms(role), is_door=is_door)
    trail = new_trail(tmp_path)
    append_five(trail, 1)
    trail.append(
        AuditKind.CONSENTED,
        AuditActor.PEER,
        consent.receipt.party.name,
        reason=consent.receipt.receipt_hash.hex(),
        instant=at(1),
        consent=consent.to_json().decode(),
    )
    head = trail.close()
    data = path_of(tmp_path).read_bytes()
    signed = {"entries": head.count, "head": head.hash.hex()}
    entries = read_trail(data, trail_key(data, SESSION_KEY), SESSION_ID.bytes, signed)
    assert entries[1]["consent"]["receipt"]["party"]["name"] == consent.receipt.party.name


@pytest.mark.parametrize(
    "path",
    [
        ("terms", "records_keys"),
        ("terms", "text"),
        ("receipt", "party", "name"),
        ("receipt", "means"),
        ("witness",),
        ("signature",),
        ("terms_signature",),
    ],
)
def test_a_changed_consent_is_refused(path: tuple[str, ...]) -> None:
    """Whatever is changed in it."""
    entry = copy.deepcopy(entry_of())
    check_consent(entry)
    document = entry["consent"]
    for member in path[:-1]:
        document = document[member]
    document[path[-1]] = True if document[path[-1]] is False else "ab" * 64
    with pytest.raises(Refused):
        check_consent(entry)


def manifest_with(**policy: object) -> dict[str, Any]:
    """Make the members of a manifest that say whose session it is, and under which policy."""
    terms = example_terms()
    return {
        "session_id": str(terms.session_id),
        "device_public_key": terms.device.hex(),
        "policy": {**POLICY, **policy},
        "policy_hash": terms.policy_hash.hex(),
    }


AGREED = {"kind": "consented", "actor": "peer", "sequence": 1, "utc_ns": str(ACCEPTED_UTC_NS)}
CONSENTED = entry_of() | AGREED
JOINED = {"kind": "joined", "actor": "peer", "resource": "anna", "sequence": 2}


def test_whoever_joined_had_agreed() -> None:
    """To the terms of this very session, under its policy."""
    assert check_consents([CONSENTED, JOINED], manifest_with()) == 1


@pytest.mark.parametrize(
    "entries",
    [
        [JOINED],
        [JOINED, CONSENTED],
        [CONSENTED, JOINED, JOINED],
        [CONSENTED, JOINED, CONSENTED, JOINED],
        [CONSENTED, JOINED | {"actor": "observer"}],
        [CONSENTED, JOINED | {"resource": "eve"}],
        [CONSENTED | {"utc_ns": str(ACCEPTED_UTC_NS + 901 * 10**9)}, JOINED],
    ],
)
def test_nobody_joins_without_a_consent(entries: list[dict[str, Any]]) -> None:
    """One of its own, that stands before it, and is of now."""
    with pytest.raises(Refused):
        check_consents(entries, manifest_with())


def test_terms_say_what_the_policy_does() -> None:
    """Whoever agreed has read the terms, and not the policy."""
    with pytest.raises(Refused):
        check_consents([CONSENTED, JOINED], manifest_with(records_keys=True))
