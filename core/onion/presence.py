"""The presence of a device: it signs who asked, where, and when, so that nobody else answers in its place.

An onion address proves who holds its key, and no more. See docs/formats/presence.md.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from blake3 import blake3
from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from core.canonical.documents import Json, JsonRefused, canonical_json, load_canonical_json
from core.canonical.fields import Fields
from core.errors import AddressRefused, StatementMalformed, StatementWrong
from core.transport.addresses import read_onion_host

FORMAT: Final = "lucid-presence"
VERSION: Final = 1
LARGEST_PRESENCE: Final = 1024
CHALLENGE_BYTES: Final = 32
DOMAIN: Final = b"lucid presence device signature v1\x00"
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Presence:
    """What is said: this device answers at this address to whoever made up this challenge."""

    challenge: str  # 32 octets as hex, from whoever asks
    host: str  # ….onion, as it was asked for
    device: str  # the device's Ed25519 public key, 64 hex digits
    made_utc_ms: int  # by the device's clock

    def members(self) -> dict[str, Json]:
        """Give the document's members."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "challenge": self.challenge,
            "host": self.host,
            "device": self.device,
            "made_utc_ms": self.made_utc_ms,
        }

    @property
    def message(self) -> bytes:
        """What is signed: the domain, and BLAKE3 of the canonical document."""
        return DOMAIN + blake3(canonical_json(self.members())).digest()


@dataclass(frozen=True)
class SignedPresence:
    """What is said, with the device's signature (64 bytes). It holds once ``check_presence`` was passed."""

    presence: Presence
    signature: bytes

    def to_json(self) -> bytes:
        """Write it as canonical JSON."""
        signature = self.signature.hex()
        return canonical_json({"presence": self.presence.members(), "device_signature": signature})


def make_challenge() -> str:
    """Make up a challenge that nobody can have an answer to yet."""
    return secrets.token_hex(CHALLENGE_BYTES)


def sign_presence(presence: Presence, sign_device: Sign) -> SignedPresence:
    """Have the device sign. Raises StatementMalformed for what no device may say."""
    signed = SignedPresence(presence, sign_device(presence.message))
    return read_presence(signed.to_json())


def read_presence(data: bytes) -> SignedPresence:
    """Read a signed presence; its signature is not looked at. Raises StatementMalformed, naming the member."""
    try:
        document = load_canonical_json(data, LARGEST_PRESENCE)
    except JsonRefused as error:
        raise StatementMalformed(field="presence") from error
    return Fields(document, _malformed).whole_of(_signed)


def check_presence(signed: SignedPresence, *, challenge: str, host: str, device: str) -> None:
    """Raise StatementWrong unless this device answers this challenge at this host."""
    presence = signed.presence
    if (presence.challenge, presence.host, presence.device) != (challenge, host, device):
        raise StatementWrong(signer="the device")
    try:
        VerifyKey(bytes.fromhex(device)).verify(presence.message, signed.signature)
    except (CryptoError, ValueError) as error:
        raise StatementWrong(signer="the device") from error


def _signed(fields: Fields) -> SignedPresence:
    presence = fields.members("presence", _presence)
    return SignedPresence(presence, fields.octets("device_signature", _SIGNATURE_BYTES))


def _presence(fields: Fields) -> Presence:
    fields.constant("format", FORMAT)
    fields.whole("version", VERSION, VERSION)
    return Presence(
        challenge=fields.octets("challenge", CHALLENGE_BYTES).hex(),
        host=_host(fields),
        device=fields.octets("device", _KEY_BYTES).hex(),
        made_utc_ms=fields.whole("made_utc_ms"),
    )


def _host(fields: Fields) -> str:
    text = fields.text("host")
    try:
        host = read_onion_host(text)
    except AddressRefused as error:
        raise fields.wrong("host") from error
    if host != text:
        raise fields.wrong("host")  # an address has one form in a document
    return host


def _malformed(field: str) -> StatementMalformed:
    return StatementMalformed(field=field)
