"""The two signatures under a manifest: the device's, and that of the session's own key.

Both are Ed25519 over a domain and the manifest's hash, so that neither can pass for the other or
for a signature that was given for something else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from core.canonical.documents import JsonRefused, canonical_json, load_canonical_json
from core.canonical.fields import Fields
from core.errors import ManifestMalformed, ManifestSignatureWrong
from core.evidence.manifest import manifest_hash

FORMAT = "lucid-manifest-signatures"
VERSION = 1
DEVICE_DOMAIN = b"lucid manifest device signature v1\x00"
SESSION_DOMAIN = b"lucid manifest session signature v1\x00"
SIGNATURE_BYTES = 64
_LARGEST = 4096

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True)
class SignedManifest:
    """A manifest as it is written, and both signatures."""

    manifest_json: bytes
    device_signature: bytes
    session_signature: bytes

    @property
    def manifest_hash(self) -> bytes:
        """The hash that is signed and anchored."""
        return manifest_hash(self.manifest_json)

    def signatures_json(self) -> bytes:
        """Write the signatures as a canonical document of their own."""
        return canonical_json(
            {
                "format": FORMAT,
                "version": VERSION,
                "manifest_hash": self.manifest_hash.hex(),
                "device_signature": self.device_signature.hex(),
                "session_signature": self.session_signature.hex(),
            }
        )


def session_signer(seed: bytes) -> tuple[bytes, Sign]:
    """Make the session's ephemeral key pair from its seed (32 bytes): public key and signer."""
    key = SigningKey(seed)
    return bytes(key.verify_key), lambda message: key.sign(message).signature


def sign_manifest(manifest_json: bytes, *, device: Sign, session: Sign) -> SignedManifest:
    """Sign a manifest with both keys."""
    hashed = manifest_hash(manifest_json)
    return SignedManifest(
        manifest_json, device(DEVICE_DOMAIN + hashed), session(SESSION_DOMAIN + hashed)
    )


def read_signatures(manifest_json: bytes, signatures_json: bytes) -> SignedManifest:
    """Read the signatures that belong to a manifest.

    ManifestMalformed names the field; ManifestSignatureWrong when they are for another manifest.
    """
    try:
        value = load_canonical_json(signatures_json, _LARGEST)
    except JsonRefused as refused:
        raise ManifestMalformed(field=f"signatures: {refused}") from refused
    fields = Fields(value, lambda field: ManifestMalformed(field=f"signatures.{field}"))
    signed, claimed = fields.whole_of(lambda each: _signatures(each, manifest_json))
    if claimed != signed.manifest_hash:
        raise ManifestSignatureWrong(signer="manifest_hash")
    return signed


def check_device_signature(signed: SignedManifest, public_key: bytes) -> None:
    """Raise ManifestSignatureWrong unless the device's key signed this manifest."""
    message = DEVICE_DOMAIN + signed.manifest_hash
    _check(public_key, message, signed.device_signature, "device")


def check_session_signature(signed: SignedManifest, public_key: bytes) -> None:
    """Raise ManifestSignatureWrong unless the session's own key signed this manifest."""
    message = SESSION_DOMAIN + signed.manifest_hash
    _check(public_key, message, signed.session_signature, "session")


def _signatures(fields: Fields, manifest_json: bytes) -> tuple[SignedManifest, bytes]:
    fields.constant("format", FORMAT)
    fields.whole("version", VERSION, VERSION)
    claimed = fields.octets("manifest_hash", 32)
    device = fields.octets("device_signature", SIGNATURE_BYTES)
    return SignedManifest(
        manifest_json, device, fields.octets("session_signature", SIGNATURE_BYTES)
    ), claimed


def _check(public_key: bytes, message: bytes, signature: bytes, signer: str) -> None:
    try:
        VerifyKey(public_key).verify(message, signature)
    except (CryptoError, ValueError) as error:
        raise ManifestSignatureWrong(signer=signer) from error
