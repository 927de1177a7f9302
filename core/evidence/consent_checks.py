"""The checks of the consents that a trail holds: whose they are, and that they were given to this session."""

from __future__ import annotations

from collections.abc import Iterable

from core.api.hosting import AuditActor, AuditEntry, AuditKind
from core.api.joining import JoinRole
from core.errors import ConsentMalformed, ConsentSignatureWrong, ConsentWrong
from core.evidence.consent import Consent, read_consent
from core.evidence.consent_signature import check_consent
from core.evidence.manifest import Manifest
from core.evidence.policy import is_hosted

_ROLES = {AuditActor.PEER: JoinRole.PEER, AuditActor.OBSERVER: JoinRole.OBSERVER}


def checked_consents(entries: Iterable[AuditEntry], manifest: Manifest) -> int:
    """Check every consent of a trail and give their number; ConsentWrong names the first entry that holds none.

    In a hosted session's trail each is to this session, under its policy, witnessed by its device. In that of a session
    that was joined from here, each is this device's own, to the session of somebody else.
    """
    count = 0
    for entry in entries:
        if entry.kind is AuditKind.CONSENTED:
            _check(entry, manifest)
            count += 1
    return count


def _check(entry: AuditEntry, manifest: Manifest) -> None:
    consent = _genuine(entry)
    if entry.reason != consent.receipt.receipt_hash.hex():
        raise _wrong(entry, "it has another hash")
    if entry.resource != consent.receipt.party.name:
        raise _wrong(entry, "it names somebody else")
    if is_hosted(manifest.policy):
        _check_given(entry, consent, manifest)
    else:
        _check_own(entry, consent, manifest)


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
