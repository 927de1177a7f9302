"""The consents in a trail are checked: each is whole, and was given to this session, under its policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from core.api.hosting import AuditActor, AuditKind
from core.api.joining import JoinRole
from core.audit.trail import Trail
from core.canonical.documents import canonical_json
from core.evidence.anchor_checks import RootOfTrust
from core.evidence.consent import Consent
from core.evidence.consent_signature import sign_receipt, sign_terms, witness_receipt
from core.evidence.policy import joined_policy
from core.evidence.policy_signature import sign_policy
from core.evidence.verify import verify_bundle, verify_session
from core.vault.device import fingerprint
from tests.core.evidence.consents import (
    ACCEPTED_UTC_NS,
    GUEST,
    consent_to,
    example_receipt,
    example_terms,
    sign_as_guest,
    signed,
)
from tests.core.evidence.examples import DEVICE, SESSION, sign_as_device
from tests.core.evidence.reports import FAILS, HOLDS, check_named, failing_codes
from tests.core.evidence.sessions import SESSION_KEY, HostedSession, agree, at, new_trail

OTHER = UUID("11111111-2222-4333-8444-555555555555")


Joining = tuple[AuditActor, str]  # who joined, as whom


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

    def write(trail: Trail) -> None:
        trail.append(
            AuditKind.CONSENTED,
            actor,
            receipt.party.name if resource is None else resource,
            reason=receipt.receipt_hash.hex() if reason is None else reason,
            instant=at(1_000),
            consent=consent.to_json().decode(),
        )

    return session_that(directory, write, **changes)


def session_that(
    directory: Path,
    write: Callable[[Trail], None],
    **changes: Any,  # noqa: ANN401 - of the manifest
) -> HostedSession:
    """Seal a session whose trail is written so after its first entry."""
    trail = new_trail(directory / "trail")
    (directory / "trail").mkdir(parents=True)
    trail.append(AuditKind.OPENED, AuditActor.OWNER, reason="standard", instant=at(0))
    write(trail)
    session = HostedSession(directory / "session", trail=trail.close(), **changes)
    (directory / "trail/trail.lct").replace(session.trail_path)
    return session


def session_of(
    directory: Path,
    *steps: Consent | Joining,
    **changes: Any,  # noqa: ANN401 - of the manifest
) -> HostedSession:
    """Seal a session in which these agreed and joined, in this order, a second after the other."""

    def write(trail: Trail) -> None:
        for second, step in enumerate(steps, 1):
            if isinstance(step, Consent):
                is_own = step.receipt.party.device == bytes(DEVICE.verify_key)
                actor = AuditActor.OWNER if is_own else _ACTORS[step.receipt.role]
                agree(trail, step, actor, 1_000 * second)
            else:
                trail.append(AuditKind.JOINED, *step, instant=at(1_000 * second))

    return session_that(directory, write, **changes)


_ACTORS = {JoinRole.PEER: AuditActor.PEER, JoinRole.OBSERVER: AuditActor.OBSERVER}


def checked(session: HostedSession) -> Any:  # noqa: ANN401 - a report
    """Verify it with its key."""
    return verify_session(
        session_id=SESSION,
        directory=session.directory,
        chunks=session.chunks,
        anchors=lambda: session.anchors,
        live=RootOfTrust.OWN_CHAIN,
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
    assert check.summary.endswith(
        "1 consent in it: signed, to these very terms, and nobody joined without one."
    )
    path = session.bundle(tmp_path / "bundle", 0, 1, readable=(0, 1), trail=session.trail())
    assert check_named(verify_bundle(path), "trail").summary == check.summary


TERMS = example_terms()
GOOD = consent_to(TERMS)


def _to(**changes: Any) -> Consent:  # noqa: ANN401 - of the terms
    return consent_to(replace(TERMS, **changes))


def _given_at(since_ns: int) -> Consent:
    receipt = replace(example_receipt(TERMS), accepted_utc_ns=ACCEPTED_UTC_NS + since_ns)
    return signed(TERMS, receipt)


MS = 1_000_000
APART_NS = 900_000 * MS


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
        (_to(records_keys=True), {}, "its terms say something else than the policy"),
        (_to(width=1920), {}, "its terms say something else than the policy"),
        (
            _to(limits=replace(TERMS.limits, longest_minutes=60)),
            {},
            "its terms say something else than the policy",
        ),
        (_given_at(-APART_NS - MS), {}, "it was given at another time"),
        (_given_at(APART_NS + MS), {}, "it was given at another time"),
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


@pytest.mark.parametrize("since_ns", [-APART_NS, APART_NS])
def test_two_clocks_may_be_apart(tmp_path: Path, since_ns: int) -> None:
    """A receipt's time is that of whoever made it, to within fifteen minutes."""
    check = check_named(checked(session_with(tmp_path, _given_at(since_ns))), "trail")
    assert check.outcome is HOLDS


PEER, OBSERVER = (AuditActor.PEER, "anna"), (AuditActor.OBSERVER, "anna")
WATCHING = consent_to(example_terms(JoinRole.OBSERVER))
AGAIN = _given_at(MS)
DOOR, NAMELESS = consent_to(TERMS, is_door=True), (AuditActor.PEER, "")


@pytest.mark.parametrize(
    "steps",
    [
        (GOOD, PEER),
        (GOOD, AGAIN, PEER),  # the first ticket was never used
        (GOOD, PEER, AGAIN, PEER),
        (GOOD, WATCHING, OBSERVER, PEER),
        (GOOD, DOOR, (AuditActor.PEER, "laptop"), PEER),
    ],
)
def test_whoever_joined_has_agreed_before(
    tmp_path: Path, steps: tuple[Consent | Joining, ...]
) -> None:
    """Each visit has a consent of its own, whose order among others does not matter."""
    assert check_named(checked(session_of(tmp_path, *steps)), "trail").outcome is HOLDS


@pytest.mark.parametrize(
    "steps",
    [
        (PEER,),
        (PEER, GOOD),  # after the joining
        (GOOD, PEER, PEER),  # one for two visits
        (GOOD, OBSERVER),
        (WATCHING, PEER),
        (GOOD, (AuditActor.PEER, "eve")),
        (GOOD, NAMELESS),
        (GOOD, (AuditActor.OWNER, "anna")),
    ],
)
def test_a_visit_without_a_consent_is_named(
    tmp_path: Path, steps: tuple[Consent | Joining, ...]
) -> None:
    """None at all, one that came later or was used, or one of another role or name: the joining is named."""
    report = checked(session_of(tmp_path, *steps))
    assert failing_codes(report) == {"trail": "consent_missing"}
    failure = check_named(report, "trail").failure
    assert failure is not None
    joinings = [at for at, step in enumerate(steps, 1) if not isinstance(step, Consent)]
    assert failure.facts["sequence"] == joinings[-1]


def test_a_receipt_stands_once(tmp_path: Path) -> None:
    """One that was given once does not serve twice."""
    report = checked(session_of(tmp_path, GOOD, PEER, GOOD, PEER))
    failure = check_named(report, "trail").failure
    assert failure is not None
    assert failure.code == "consent_wrong"
    assert dict(failure.facts) == {"sequence": 3, "reason": "it stands in the trail already"}


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


def test_a_session_is_joined_from_here_under_its_consent(tmp_path: Path) -> None:
    """The joining names the device whose terms were accepted; nobody else joins such a record, nor without."""
    consent = _joined_consent()
    here = (AuditActor.OWNER, fingerprint(consent.terms.device))
    holds = session_of(tmp_path / "a", consent, here, **_joined())
    assert check_named(checked(holds), "trail").outcome is HOLDS
    for number, steps in enumerate(
        [
            (here,),
            (consent, here, here),
            (consent, (AuditActor.OWNER, "anna")),
            (consent, (AuditActor.PEER, here[1])),
        ]
    ):
        report = checked(session_of(tmp_path / str(number), *steps, **_joined()))
        assert failing_codes(report) == {"trail": "consent_missing"}
