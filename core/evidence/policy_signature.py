"""The device's signature under a policy: who hands it out, so that the enforcer need not trust the way it came.

Ed25519 over a domain and the policy's hash. The signature says nothing about a session: that this policy is the
session's is what the chain holds since it opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from blake3 import blake3
from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from core.errors import PolicySignatureWrong
from core.evidence.policy import HostedRules, read_hosted_policy

POLICY_DOMAIN = b"lucid policy device signature v1\x00"

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True)
class SignedPolicy:
    """A policy's canonical JSON and the device's signature (64 bytes)."""

    document: bytes
    signature: bytes

    @property
    def policy_hash(self) -> bytes:
        """The hash that is signed and anchored."""
        return blake3(self.document).digest()


def sign_policy(policy_json: bytes, device: Sign) -> SignedPolicy:
    """Sign a hosted session's policy; PolicyMalformed when it is none."""
    read_hosted_policy(policy_json)
    return SignedPolicy(policy_json, device(POLICY_DOMAIN + blake3(policy_json).digest()))


def check_policy(
    signed: SignedPolicy, public_key: bytes, anchored_hash: bytes | None = None
) -> HostedRules:
    """Read a policy after its signature, and the hash that was anchored where it is given.

    Raises PolicySignatureWrong, and PolicyMalformed for a document that the device should not have signed.
    """
    try:
        VerifyKey(public_key).verify(POLICY_DOMAIN + signed.policy_hash, signed.signature)
    except (CryptoError, ValueError) as error:
        raise PolicySignatureWrong from error
    if anchored_hash is not None and signed.policy_hash != anchored_hash:
        raise PolicySignatureWrong
    return read_hosted_policy(signed.document)
