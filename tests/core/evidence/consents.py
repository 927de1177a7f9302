"""Terms, receipts and consents of the tests, with fixed keys."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from nacl.signing import SigningKey

from core.api.joining import JoinRole
from core.api.permissions import Capability, Profile, Rule
from core.evidence.consent import (
    Consent,
    Means,
    Party,
    PartyKind,
    Receipt,
    SessionTerms,
    TermsLimits,
)
from core.evidence.consent_signature import sign_receipt, sign_terms, witness_receipt
from core.evidence.consent_terms import make_terms
from core.evidence.policy import Policy, hosted_policy, parse_hosted_policy, policy_hash
from tests.core.evidence.examples import DEVICE, SESSION, sign_as_device

GUEST = SigningKey(bytes(range(96, 128)))
ACCEPTED_UTC_NS = 1_763_780_401_000_000_000
POLICY = hosted_policy(Profile.STANDARD)


def sign_as_guest(message: bytes) -> bytes:
    """Sign with the fixed device key of whoever joins."""
    return GUEST.sign(message).signature


def terms_of(
    policy: Policy, role: JoinRole = JoinRole.PEER, session_id: UUID = SESSION
) -> SessionTerms:
    """Make the terms of a session under a policy."""
    return make_terms(
        parse_hosted_policy(policy),
        session_id=session_id,
        role=role,
        device=bytes(DEVICE.verify_key),
        certificate_sha256=bytes(range(0xA0, 0xC0)).hex(),
        policy_hash=policy_hash(policy),
    )


def example_terms(role: JoinRole = JoinRole.PEER, session_id: UUID = SESSION) -> SessionTerms:
    """Make terms of the standard profile."""
    return terms_of(POLICY, role, session_id)


def example_receipt(terms: SessionTerms, *, is_door: bool = False) -> Receipt:
    """Accept terms, as an appliance or as whoever is at the door."""
    device = Party(PartyKind.DEVICE, "anna", bytes(GUEST.verify_key))
    return Receipt(
        terms_hash=terms.terms_hash,
        session_id=terms.session_id,
        role=terms.role,
        device=terms.device,
        party=Party(PartyKind.DOOR, "laptop") if is_door else device,
        accepted_utc_ns=ACCEPTED_UTC_NS,
        means=Means.TYPED_CODE if is_door else Means.SIGNED,
    )


def consent_to(terms: SessionTerms, *, is_door: bool = False) -> Consent:
    """Accept terms and sign everything."""
    return signed(terms, example_receipt(terms, is_door=is_door))


def signed(terms: SessionTerms, receipt: Receipt) -> Consent:
    """Sign terms and a receipt, whatever they say, as each must."""
    is_device = receipt.party.kind is PartyKind.DEVICE
    return Consent(
        terms=terms,
        terms_signature=sign_terms(terms, sign_as_device),
        receipt=receipt,
        signature=sign_receipt(receipt, sign_as_guest) if is_device else b"",
        witness=witness_receipt(receipt, sign_as_device),
    )


def largest_consent() -> Consent:
    """Make the one that takes the most bytes."""
    limits = TermsLimits(1440, 1440, 16_384, 4096)
    terms = replace(
        example_terms(JoinRole.OBSERVER),
        profile=Profile.STANDARD,
        rules=tuple((each, Rule.DENY) for each in Capability),
        width=4096,
        height=4096,
        limits=limits,
    )
    receipt = example_receipt(terms)
    party = replace(receipt.party, name='"' * 32 + "\U0001f511" * 32)
    return signed(terms, replace(receipt, party=party, accepted_utc_ns=(1 << 64) - 1))
