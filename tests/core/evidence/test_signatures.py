"""Both signatures hold for this manifest and this key, and for nothing else."""

from __future__ import annotations

import pytest
from nacl.signing import SigningKey

from core.errors import ManifestMalformed, ManifestSignatureWrong
from core.evidence.manifest_json import to_canonical_json
from core.evidence.signatures import (
    SignedManifest,
    check_device_signature,
    check_session_signature,
    read_signatures,
    session_signer,
    sign_manifest,
)
from tests.core.evidence.examples import (
    DEVICE,
    EPHEMERAL_SEED,
    example_chunks,
    example_manifest,
    sign_as_device,
)

MANIFEST = to_canonical_json(example_manifest(example_chunks(2)))
DEVICE_KEY = bytes(DEVICE.verify_key)
SESSION_KEY, SIGN_AS_SESSION = session_signer(EPHEMERAL_SEED)


@pytest.fixture
def signed() -> SignedManifest:
    """The example's manifest, signed with the fixed keys."""
    return sign_manifest(MANIFEST, device=sign_as_device, session=SIGN_AS_SESSION)


def test_both_signatures_hold(signed: SignedManifest) -> None:
    """What was signed verifies, also after it was written and read."""
    again = read_signatures(MANIFEST, signed.signatures_json())
    assert again == signed
    check_device_signature(again, DEVICE_KEY)
    check_session_signature(again, SESSION_KEY)


def test_another_key_did_not_sign(signed: SignedManifest) -> None:
    """Under another public key neither signature holds, and the signer is named."""
    stranger = bytes(SigningKey.generate().verify_key)
    with pytest.raises(ManifestSignatureWrong) as caught:
        check_device_signature(signed, stranger)
    assert caught.value.facts == {"signer": "device"}
    with pytest.raises(ManifestSignatureWrong) as caught:
        check_session_signature(signed, stranger)
    assert caught.value.facts == {"signer": "session"}


def test_signatures_cannot_change_places() -> None:
    """Even with one key for both, the device's signature is not the session's."""
    signed = sign_manifest(MANIFEST, device=sign_as_device, session=sign_as_device)
    swapped = SignedManifest(MANIFEST, signed.session_signature, signed.device_signature)
    with pytest.raises(ManifestSignatureWrong):
        check_device_signature(swapped, DEVICE_KEY)
    with pytest.raises(ManifestSignatureWrong):
        check_session_signature(swapped, DEVICE_KEY)


def test_signatures_belong_to_one_manifest(signed: SignedManifest) -> None:
    """Signatures of one manifest beside another are refused before any key is asked."""
    with pytest.raises(ManifestSignatureWrong) as caught:
        read_signatures(MANIFEST + b" ", signed.signatures_json())
    assert caught.value.facts == {"signer": "manifest_hash"}


def test_any_flipped_bit_is_seen(signed: SignedManifest) -> None:
    """Whichever byte of the signatures' document is changed, it is refused or does not verify."""
    written = signed.signatures_json()
    for position in range(len(written)):
        damaged = bytearray(written)
        damaged[position] ^= 1
        with pytest.raises((ManifestMalformed, ManifestSignatureWrong)):
            _check_all(bytes(damaged))


def _check_all(signatures_json: bytes) -> None:
    again = read_signatures(MANIFEST, signatures_json)
    check_device_signature(again, DEVICE_KEY)
    check_session_signature(again, SESSION_KEY)
