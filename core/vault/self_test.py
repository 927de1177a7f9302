"""Known answers for what the vault stands on: passphrase key, signatures, key agreement, chain key."""

from __future__ import annotations

from collections.abc import Callable

from coincurve import PrivateKey
from nacl.bindings import crypto_scalarmult
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey

from core.errors import SelfTestFailed
from core.vault.passphrase import KdfParameters, passphrase_key


def run() -> None:
    """Compute each known answer; raises SelfTestFailed naming the first test that does not come out right."""
    for name, holds in _TESTS.items():
        if not holds():
            raise SelfTestFailed(test=name)


def _argon2id() -> bool:
    """Derived with OpenSSL's Argon2id (one pass, 64 KiB, one lane); here it is libsodium's."""
    cost = KdfParameters(operations=1, memory_bytes=64 * 1024)
    key = passphrase_key("correct horse", b"lucid self-test!", cost)
    return (key.wrapping + key.check).hex() == (
        "17849b4d791ea08a7c83fa725dad4f461124c02866b602e5aadcaa1f0c674438"
        "1cd03450a23d4923d5727407e4ca6bef8b5cbf596eabe6b1ae01a5bc5ecac022"
    )


def _ed25519() -> bool:
    """RFC 8032, section 7.1, test 2; and one flipped bit is noticed."""
    key = SigningKey(
        bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    )
    signature = key.sign(b"\x72").signature
    expected = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    try:
        key.verify_key.verify(b"\x73", signature)
    except BadSignatureError:
        return signature.hex() == expected
    return False


def _x25519() -> bool:
    """RFC 7748, section 5.2, first vector."""
    secret = bytes.fromhex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4")
    public = bytes.fromhex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")
    return crypto_scalarmult(secret, public).hex() == (
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
    )


def _secp256k1() -> bool:
    """The public key of 1 is the curve's generator (SEC 2, section 2.4.1)."""
    return PrivateKey(bytes(31) + b"\x01").public_key.format().hex() == (
        "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    )


_TESTS: dict[str, Callable[[], bool]] = {
    "argon2id": _argon2id,
    "ed25519": _ed25519,
    "x25519": _x25519,
    "secp256k1": _secp256k1,
}
