"""The policy that a new hosted session gets: by its profile, or an earlier session's again, unchanged."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from core.api.hosting import HostSession
from core.canonical.documents import canonical_json
from core.errors import SessionNotHosted
from core.evidence.policy import hosted_policy, inherit, refuse_unpassable
from core.evidence.policy_signature import SignedPolicy, check_policy, sign_policy
from core.hosting.enforcement import SessionPolicy
from core.sessions.identity import parse_session_id
from core.vault.open_vault import OpenVault


class ReadsPolicies(Protocol):
    """The sessions, as far as their policies are concerned."""

    async def read_policy(self, session_id: UUID) -> tuple[SignedPolicy, bytes] | None:
        """Read a session's signed policy and the hash that was anchored; None for one that nobody could join."""


async def make_policy(
    command: HostSession, vault: OpenVault, sessions: ReadsPolicies
) -> SessionPolicy:
    """Make and sign the policy of a new session.

    With ``again`` the bytes are those of the earlier session, which this device must have signed and anchored, so the
    hash is the same. Raises UsageFailure for what this appliance cannot pass, PolicyMalformed; and with ``again``
    SessionUnknown, SessionNotHosted for one that had no such policy, PolicySignatureWrong, OpeningMalformed.
    """
    if command.again:
        document = await _document_of(command.again, vault.device_public_key, sessions)
    else:
        document = canonical_json(hosted_policy(command.profile, command.rules))
    signed = sign_policy(document, vault.sign)
    rules = check_policy(signed, vault.device_public_key)
    refuse_unpassable(rules)
    return SessionPolicy(signed, rules, vault.device_public_key, signed.policy_hash)


async def _document_of(session_id: str, device_public_key: bytes, sessions: ReadsPolicies) -> bytes:
    found = await sessions.read_policy(parse_session_id(session_id))
    if found is None:
        raise SessionNotHosted(session_id=session_id)
    signed, anchored_hash = found
    check_policy(signed, device_public_key, anchored_hash)
    return inherit(signed.document)
