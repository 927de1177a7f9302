"""The checks of the consents that a trail holds: given to this session, each once, and before whoever gave it joined.

See docs/formats/consent.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from core.api.hosting import AuditActor, AuditEntry, AuditKind
from core.api.joining import JoinRole
from core.errors import (
    ConsentMalformed,
    ConsentMissing,
    ConsentSignatureWrong,
    ConsentWrong,
    PolicyMalformed,
)
from core.evidence.consent import Consent, SessionTerms, read_consent
from core.evidence.consent_signature import check_consent
from core.evidence.consent_terms import make_terms
from core.evidence.manifest import Manifest
from core.evidence.policy import HostedRules, is_hosted, parse_hosted_policy
from core.vault.device import fingerprint

_ROLES = {AuditActor.PEER: JoinRole.PEER, AuditActor.OBSERVER: JoinRole.OBSERVER}
# How far a receipt's time may be from its entry's: a host takes one that is ten minutes from its own clock, and then
# has it written down. One clock stamps both where the host made the receipt, or where a session was joined from here.
_APART_MS = 900_000
_NS_IN_MS = 1_000_000


def checked_consents(entries: Iterable[AuditEntry], manifest: Manifest) -> int:
    """Check every consent of a trail, and that nobody joined without one; gives how many there are.

    In a hosted session's trail each is to this session, under its policy, witnessed by its device. In that of a session
    that was joined from here, each is this device's own, to the session of somebody else. ConsentWrong names the first
    entry whose consent is none, ConsentMissing the first JOINED that has none of its own before it.
    """
    given = _Given(manifest)
    for entry in entries:
        if entry.kind is AuditKind.CONSENTED:
            given.take(entry)
        elif entry.kind is AuditKind.JOINED:
            given.use(entry)
    return given.count


class _Given:
    """The consents that were met so far, and those that nobody has joined under yet."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._receipts: set[bytes] = set()
        self._unused: Counter[tuple[AuditActor, str]] = Counter()

    @property
    def count(self) -> int:
        return len(self._receipts)

    def take(self, entry: AuditEntry) -> None:
        """Check the consent of an entry."""
        consent = _checked(entry, self._manifest)
        receipt_hash = consent.receipt.receipt_hash
        if receipt_hash in self._receipts:
            raise _wrong(entry, "it stands in the trail already")
        self._receipts.add(receipt_hash)
        self._unused[entry.actor, self._joins_as(consent)] += 1

    def use(self, entry: AuditEntry) -> None:
        """Find the consent under which somebody joined: each is good for one visit."""
        joined = (entry.actor, entry.resource)
        if not self._unused[joined]:
            raise ConsentMissing(sequence=entry.sequence)
        self._unused[joined] -= 1

    def _joins_as(self, consent: Consent) -> str:
        """Say what the entry of the joining names: who came, or the device whose session was joined from here."""
        if is_hosted(self._manifest.policy):
            return consent.receipt.party.name
        return fingerprint(consent.terms.device)


def _checked(entry: AuditEntry, manifest: Manifest) -> Consent:
    consent = _genuine(entry)
    receipt = consent.receipt
    if entry.reason != receipt.receipt_hash.hex():
        raise _wrong(entry, "it has another hash")
    if entry.resource != receipt.party.name:
        raise _wrong(entry, "it names somebody else")
    if abs(receipt.accepted_utc_ns // _NS_IN_MS - entry.utc_ms) > _APART_MS:
        raise _wrong(entry, "it was given at another time")
    if is_hosted(manifest.policy):
        _check_given(entry, consent, manifest)
    else:
        _check_own(entry, consent, manifest)
    return consent


def _genuine(entry: AuditEntry) -> Consent:
    try:
        consent = read_consent(entry.consent.encode())
        check_consent(consent)
    except ConsentMalformed as malformed:
        raise _wrong(entry, f"{malformed.facts['field']} is not valid") from malformed
    except ConsentSignatureWrong as wrong:
        reason = f"the signature under it does not hold ({wrong.facts['signer']})"
        raise _wrong(entry, reason) from wrong
    return consent


def _check_given(entry: AuditEntry, consent: Consent, manifest: Manifest) -> None:
    """Somebody joined this session."""
    terms = consent.terms
    if terms.session_id != manifest.session_id:
        raise _wrong(entry, "it is to another session")
    if terms.device != manifest.device_public_key:
        raise _wrong(entry, "it is to another device")
    if terms.policy_hash != manifest.policy_hash:
        raise _wrong(entry, "it is under another policy")
    if terms.role is not _ROLES.get(entry.actor):
        raise _wrong(entry, "it is for another role")
    if not _tells(terms, _rules(entry, manifest)):
        raise _wrong(entry, "its terms say something else than the policy")


def _rules(entry: AuditEntry, manifest: Manifest) -> HostedRules:
    try:
        return parse_hosted_policy(manifest.policy)
    except PolicyMalformed as malformed:
        raise _wrong(entry, "the policy that it names cannot be read") from malformed


def _tells(terms: SessionTerms, rules: HostedRules) -> bool:
    """Tell whether terms say what the policy does: they are what was read, and the policy is not."""
    return terms == make_terms(
        rules,
        session_id=terms.session_id,
        role=terms.role,
        device=terms.device,
        certificate_sha256=terms.certificate_sha256.hex(),
        policy_hash=terms.policy_hash,
    )


def _check_own(entry: AuditEntry, consent: Consent, manifest: Manifest) -> None:
    """Somebody else's session was joined from here."""
    if consent.receipt.party.device != manifest.device_public_key:
        raise _wrong(entry, "another device gave it")
    if consent.terms.session_id == manifest.session_id:
        raise _wrong(entry, "it is to this session itself")
    if entry.actor is not AuditActor.OWNER:
        raise _wrong(entry, "the owner did not give it")


def _wrong(entry: AuditEntry, reason: str) -> ConsentWrong:
    return ConsentWrong(sequence=entry.sequence, reason=reason)
