"""The terms that follow from a policy: what a host offers, and what a reader of its record compares them with."""

from __future__ import annotations

from uuid import UUID

from core.api.joining import JoinRole
from core.evidence.consent import SessionTerms, TermsLimits
from core.evidence.policy import HostedRules


def make_terms(
    rules: HostedRules,
    *,
    session_id: UUID,
    role: JoinRole,
    device: bytes,
    certificate_sha256: str,
    policy_hash: bytes,
) -> SessionTerms:
    """Make the terms that follow from a policy; ``device`` is the host's device public key."""
    limits = rules.limits
    return SessionTerms(
        session_id=session_id,
        role=role,
        device=device,
        certificate_sha256=bytes.fromhex(certificate_sha256),
        policy_hash=policy_hash,
        profile=rules.profile,
        rules=rules.rules,
        records_keys=rules.records_keys,
        width=rules.width,
        height=rules.height,
        limits=TermsLimits(
            longest_minutes=limits.longest_minutes,
            idle_minutes=limits.idle_minutes,
            clipboard_kib=limits.clipboard_kib,
            file_mib=limits.file_mib,
        ),
    )
