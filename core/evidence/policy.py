"""The policy document of sessions on the appliance's own displays.

A policy is a canonical document; its BLAKE3 hash is anchored when the session opens. This one has
nothing to permit: nobody is connected, and video is all that is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping

from blake3 import blake3

from core.canonical.documents import Json, canonical_json

Policy = Mapping[str, Json]


def sandbox_policy() -> Policy:
    """Give the policy of a session without a remote peer."""
    return {
        "format": "lucid-policy",
        "version": 1,
        "name": "sandbox",
        "remote_peer": "none",
        "records": ["video"],
        "permits": [],
    }


def policy_hash(policy: Policy) -> bytes:
    """Hash a policy's canonical JSON (BLAKE3, 32 bytes)."""
    return blake3(canonical_json(policy)).digest()
