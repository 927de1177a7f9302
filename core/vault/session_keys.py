"""Session keys that left memory: wrapped by the vault, or for a recipient's X25519 key.

For a recipient, libsodium's sealed box holds ``domain || session ID || key``: the sender is
anonymous, and a box cannot be moved to another session, or another purpose, unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey
from nacl.public import SealedBox as RecipientBox

from core.canonical.documents import Json, JsonRefused, canonical_json, load_canonical_json
from core.canonical.fields import Fields
from core.errors import Failure, KeyUnavailable, UsageFailure

VAULT_SCHEME = "vault-v1"
RECIPIENT_SCHEME = "x25519-sealed-box-v1"
SESSION_KEY = "session key"
KEY_LOG_KEY = "key log key"  # of what was typed; no session key opens it
LARGEST_WRAPPED_KEYS = 65_536
SESSION_KEY_BYTES = 32
_KEY_BYTES = 32


@dataclass(frozen=True)
class WrappedKey:
    """One wrapping of a session's secret.

    ``holder`` is the vault's ID or the recipient's public key; ``wrapped`` is ``nonce || ciphertext
    || tag`` for the vault, and libsodium's sealed box for a recipient.
    """

    scheme: str
    holder: bytes
    wrapped: bytes

    def to_json(self) -> dict[str, Json]:
        """Give the members to be written."""
        return {"scheme": self.scheme, "holder": self.holder.hex(), "wrapped": self.wrapped.hex()}

    @staticmethod
    def from_json(value: object) -> WrappedKey:
        """Read the members; KeyUnavailable when they are not a wrapped key."""
        return Fields(value, _not_a_wrapped_key).whole_of(
            lambda fields: WrappedKey(
                fields.text("scheme"), fields.octets("holder"), fields.octets("wrapped")
            )
        )


def _not_a_wrapped_key(field: str) -> Failure:
    return KeyUnavailable(what=f"wrapped_key.{field}")


def parse_recipient(text: str) -> bytes:
    """Read a recipient's X25519 public key from hex; UsageFailure when it cannot be one."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise UsageFailure(reason="a recipient is an X25519 public key: 64 hexadecimal digits")
    wrap_for_recipient(key, UUID(int=0), bytes(SESSION_KEY_BYTES))
    return key


def write_wrapped_keys(wrapped: Sequence[WrappedKey]) -> bytes:
    """Write a list of wrapped keys as canonical JSON; UsageFailure beyond 64 KiB: too many recipients."""
    written = canonical_json([each.to_json() for each in wrapped])
    if len(written) > LARGEST_WRAPPED_KEYS:
        raise UsageFailure(reason=f"{len(wrapped) - 1} recipients are too many")
    return written


def read_wrapped_keys(data: bytes) -> tuple[WrappedKey, ...]:
    """Read what ``write_wrapped_keys`` wrote; KeyUnavailable when it is not that."""
    try:
        value = load_canonical_json(data, LARGEST_WRAPPED_KEYS)
    except JsonRefused as refused:
        raise KeyUnavailable(what="wrapped_keys") from refused
    if not isinstance(value, list):
        raise KeyUnavailable(what="wrapped_keys")
    return tuple(WrappedKey.from_json(each) for each in value)


def recipient_domain(purpose: str) -> bytes:
    """Give what a recipient's box begins with."""
    return f"lucid {purpose} for recipient v1\0".encode()


def wrap_for_recipient(
    public_key: bytes, session_id: UUID, session_key: bytes, purpose: str = SESSION_KEY
) -> WrappedKey:
    """Wrap a session's key for one recipient; UsageFailure for a point of low order."""
    plain = recipient_domain(purpose) + session_id.bytes + session_key
    try:
        wrapped = RecipientBox(PublicKey(public_key)).encrypt(plain)
    except CryptoError as error:
        raise UsageFailure(reason=f"{public_key.hex()} is not a usable X25519 key") from error
    return WrappedKey(RECIPIENT_SCHEME, public_key, wrapped)


def unwrap_as_recipient(
    private_key: bytes,
    session_id: UUID,
    wrapped: Sequence[WrappedKey],
    purpose: str = SESSION_KEY,
) -> bytes:
    """Unwrap a session's key with a recipient's private key; KeyUnavailable when none fits."""
    own = PrivateKey(private_key)
    prefix = recipient_domain(purpose) + session_id.bytes
    for each in wrapped:
        if each.scheme != RECIPIENT_SCHEME or each.holder != bytes(own.public_key):
            continue
        try:
            plain = RecipientBox(own).decrypt(each.wrapped)
        except CryptoError:
            continue
        if plain.startswith(prefix) and len(plain) == len(prefix) + SESSION_KEY_BYTES:
            return plain[len(prefix) :]
    raise KeyUnavailable(what=purpose.replace(" ", "_"))
