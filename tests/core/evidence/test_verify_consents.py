"""The consents in a trail are checked: each is whole, and was given to this session, under its policy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from core.api.hosting import AuditActor, AuditKind
from core.api.joining import JoinRole
from core.audit.trail import Trail
from core.canonical.documents import canonical_json
from core.evidence.consent import Consent
from core.evidence.consent_signature import sign_receipt, sign_terms, witness_receipt
from core.evidence.policy import joined_policy
from core.evidence.policy_signature import sign_policy
from core.evidence.verify import verify_bundle, verify_session
from tests.core.audit.trails import SALT, STARTED, at
from tests.core.evidence.consents import (
    GUEST,
    consent_to,
    example_receipt,
    example_terms,
    sign_as_guest,
    signed,
)
from tests.core.evidence.examples import DEVICE, SESSION, sign_as_device
from tests.core.evidence.reports import FAILS, HOLDS, check_named, failing_codes
from tests.core.evidence.sessions import SESSION_KEY, HostedSession

OTHER = UUID("11111111-2222-4333-8444-555555555555")


def session_with(
    directory: Path,
    consent: Consent,
    actor: AuditActor = AuditActor.PEER,
    *,
    resource: str | None = None,
    reason: str | None = None,
    **changes: Any,  # noqa: ANN401 - of the manifest
) -> HostedSession:
    """Seal a session whose trail holds a consent."""
    receipt = consent.receipt
    trail = Trail(
        directory / "trail",
        session_key=SESSION_KEY,
        session_id=SESSION,
        started=STARTED,
        random_bytes=lambda _: SALT,
    )
    (directory / "trail").mkdir(parents=True)
    trail.append(AuditKind.OPENED, AuditActor.OWNER, reason="standard", instant=at(0))
    trail.append(
        AuditKind.CONSENTED,
        actor,
        receipt.party.name if resource is None else resource,
        reason=receipt.receipt_hash.hex() if reason is None else reason,
        instant=at(1),
        consent=consent.to_json().decode(),
    )
    session = HostedSession(directory / "session", trail=trail.close(), **changes)
    (directory / "trail/trail.lct").replace(session.trail_path)
    return session


def checked(session: HostedSession) -> Any:  # noqa: ANN401 - a report
    """Verify it with its key."""
    return verify_session(
        session_id=SESSION,
        directory=session.directory,
        chunks=session.chunks,
        anchors=lambda: session.anchors,
        live_header=session.live_header,
        session_key=SESSION_KEY,
    )


@pytest.mark.parametrize("is_door", [False, True])
@pytest.mark.parametrize("role", JoinRole)
def test_a_consent_holds(tmp_path: Path, role: JoinRole, is_door: bool) -> None:
    """Of an appliance and of whoever is at the door, of a peer and of who watches; a bundle shows it as well."""
    actor = AuditActor.PEER if role is JoinRole.PEER else AuditActor.OBSERVER
    consent = consent_to(example_terms(role), is_door=is_door)
    session = session_with(tmp_path, consent, actor)
    check = check_named(checked(session), "trail")
    assert check.outcome is HOLDS
    assert check.summary.endswith("1 consent in it: signed, and to these very terms.")
    path = session.bundle(tmp_path / "bundle", 0, 1, readable=(0, 1), trail=session.trail())
    assert check_named(verify_bundle(path), "trail").summary == check.summary


TERMS = example_terms()
GOOD = consent_to(TERMS)


def _to(**changes: Any) -> Consent:  # noqa: ANN401 - of the terms
    return consent_to(replace(TERMS, **changes))


@pytest.mark.parametrize(
    ("consent", "entry", "reason"),
    [
        (_to(session_id=OTHER), {}, "it is to another session"),
        (_to(policy_hash=bytes(32)), {}, "it is under another policy"),
        (_to(role=JoinRole.OBSERVER), {}, "it is for another role"),
        (GOOD, {"actor": AuditActor.OBSERVER}, "it is for another role"),
        (GOOD, {"actor": AuditActor.OWNER}, "it is for another role"),
        (GOOD, {"reason": "00" * 32}, "it has another hash"),
        (GOOD, {"resource": "eve"}, "it names somebody else"),
        (replace(GOOD, witness=bytes(64)), {}, "the signature under it does not hold (witness)"),
        (replace(GOOD, signature=bytes(64)), {}, "the signature under it does not hold (party)"),
        (
            signed(TERMS, replace(example_receipt(TERMS), terms_hash=bytes(32))),
            {},
            "receipt.terms_hash is not valid",
        ),
    ],
)
def test_a_consent_that_is_none_is_named(
    tmp_path: Path, consent: Consent, entry: dict[str, Any], reason: str
) -> None:
    """The trail is whole and its head signed: it is the entry that fails, by its number."""
    report = checked(session_with(tmp_path, consent, **entry))
    assert failing_codes(report) == {"trail": "consent_wrong"}
    check = check_named(report, "trail")
    assert check.outcome is FAILS
    assert check.failure is not None
    assert dict(check.failure.facts) == {"sequence": 1, "reason": reason}


def _joined() -> dict[str, Any]:
    policy = joined_policy((1280, 720), 120, may_act=True)
    signature = sign_policy(canonical_json(policy), sign_as_device).signature
    return {"policy": policy, "policy_signature": signature}


def test_a_joined_session_holds_ones_own(tmp_path: Path) -> None:
    """Of this device, which accepted the terms of somebody else's session: it is the party, and not the host."""
    consent = _joined_consent()
    session = session_with(tmp_path, consent, AuditActor.OWNER, **_joined())
    assert check_named(checked(session), "trail").outcome is HOLDS


@pytest.mark.parametrize(
    ("consent", "actor", "reason"),
    [
        (_to(session_id=OTHER), AuditActor.OWNER, "another device gave it"),
        ("own", AuditActor.OWNER, "it is to this session itself"),
        ("joined", AuditActor.PEER, "the owner did not give it"),
    ],
)
def test_a_joined_session_holds_nobody_elses(
    tmp_path: Path, consent: Consent | str, actor: AuditActor, reason: str
) -> None:
    """Neither one that another device gave, nor one to the record itself."""
    if not isinstance(consent, Consent):
        consent = _joined_consent(SESSION if consent == "own" else OTHER)
    report = checked(session_with(tmp_path, consent, actor, **_joined()))
    check = check_named(report, "trail")
    assert check.failure is not None
    assert dict(check.failure.facts) == {"sequence": 1, "reason": reason}


def _joined_consent(session_id: UUID = OTHER) -> Consent:
    """Let the fixed device be the one that joins a session of another."""
    terms = replace(TERMS, session_id=session_id, device=bytes(GUEST.verify_key))
    receipt = example_receipt(terms)
    receipt = replace(receipt, party=replace(receipt.party, device=bytes(DEVICE.verify_key)))
    return Consent(
        terms=terms,
        terms_signature=sign_terms(terms, sign_as_guest),
        receipt=receipt,
        signature=sign_receipt(receipt, sign_as_device),
        witness=witness_receipt(receipt, sign_as_guest),
    )
