"""The sandbox's policy has one spelling, and so one hash."""

from __future__ import annotations

from blake3 import blake3

from core.canonical.documents import canonical_json
from core.evidence.policy import policy_hash, sandbox_policy

WRITTEN = (
    b'{"format":"lucid-policy","name":"sandbox","permits":[],"records":["video"],'
    b'"remote_peer":"none","version":1}'
)


def test_the_sandbox_policy_is_what_it_is() -> None:
    """Its canonical form and hash do not change by accident: sessions are anchored with it."""
    assert canonical_json(sandbox_policy()) == WRITTEN
    assert policy_hash(sandbox_policy()) == blake3(WRITTEN).digest()
