"""The device's signature holds for one policy and one key, and for nothing else."""

from __future__ import annotations

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from core.api.permissions import Profile
from core.canonical.documents import canonical_json
from core.errors import PolicyMalformed, PolicySignatureWrong
from core.evidence.policy import hosted_policy, parse_hosted_policy, policy_hash, sandbox_policy
from core.evidence.policy_signature import POLICY_DOMAIN, SignedPolicy, check_policy, sign_policy
from tests.core.evidence.examples import DEVICE, sign_as_device

POLICY = hosted_policy(Profile.STANDARD)
WRITTEN = canonical_json(POLICY)
KEY = bytes(DEVICE.verify_key)
SIGNED = sign_policy(WRITTEN, sign_as_device)


def test_a_signed_policy_is_read() -> None:
    """What the device signed is given back as rules, and its hash is the anchored one."""
    assert check_policy(SIGNED, KEY) == parse_hosted_policy(POLICY)
    assert check_policy(SIGNED, KEY, policy_hash(POLICY)) == parse_hosted_policy(POLICY)
    assert SIGNED.policy_hash == policy_hash(POLICY)


@given(st.integers(0, len(WRITTEN) - 1), st.integers(0, 7))
def test_an_altered_policy_is_found(position: int, bit: int) -> None:
    """Whichever bit of the document flips, the signature no longer fits."""
    altered = bytearray(WRITTEN)
    altered[position] ^= 1 << bit
    with pytest.raises(PolicySignatureWrong):
        check_policy(SignedPolicy(bytes(altered), SIGNED.signature), KEY)


@pytest.mark.parametrize("signature", [b"", bytes(64), SIGNED.signature[:-1], SIGNED.signature * 2])
def test_an_unsigned_policy_is_found(signature: bytes) -> None:
    """A signature that is missing, empty or of another length is none."""
    with pytest.raises(PolicySignatureWrong):
        check_policy(SignedPolicy(WRITTEN, signature), KEY)


def test_another_device_did_not_sign() -> None:
    """Under another key, or under bytes that are no key, the signature does not hold."""
    for key in (bytes(SigningKey.generate().verify_key), b"", bytes(31)):
        with pytest.raises(PolicySignatureWrong):
            check_policy(SIGNED, key)


def test_a_signature_for_something_else_is_none() -> None:
    """The domain keeps the device's other signatures from passing for one under a policy."""
    signature = sign_as_device(blake3(WRITTEN).digest())
    with pytest.raises(PolicySignatureWrong):
        check_policy(SignedPolicy(WRITTEN, signature), KEY)


def test_another_signed_policy_does_not_replace_the_sessions() -> None:
    """A policy that is genuine but not the one on the chain is refused."""
    other = sign_policy(canonical_json(hosted_policy(Profile.STRICT)), sign_as_device)
    with pytest.raises(PolicySignatureWrong):
        check_policy(other, KEY, policy_hash(POLICY))


def test_only_policies_of_hosted_sessions_are_signed() -> None:
    """The device signs no document that the enforcer could not read, and one that is signed is refused."""
    written = canonical_json(sandbox_policy())
    with pytest.raises(PolicyMalformed):
        sign_policy(written, sign_as_device)
    signature = sign_as_device(POLICY_DOMAIN + blake3(written).digest())
    with pytest.raises(PolicyMalformed):
        check_policy(SignedPolicy(written, signature), KEY)
