"""The opening of a session: all that is needed to seal it after a crash, written before the first picture.

The format is described in docs/formats/opening.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from core.canonical.documents import Json, JsonRefused, canonical_json, load_canonical_json
from core.canonical.fields import Fields
from core.errors import Failure, KeyUnavailable, OpeningMalformed
from core.evidence.policy import Policy
from core.evidence.signatures import SIGNATURE_BYTES
from core.runtime.files import write_atomically
from core.vault.session_keys import WrappedKey

FORMAT = "lucid-opening-v1"
FILE_NAME = "opening.json"

_LARGEST_BYTES = 1 << 20
_PUBLIC_KEY_BYTES = 32
_LATEST_NS = (1 << 63) - 1
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@dataclass(frozen=True)
class Opening:
    """The opening of a session.

    ``wrapped_keys`` hold the session key for each who may open it, ``wrapped_seeds`` the seed of the
    session's signing key; the latter goes once the manifest is signed. ``policy_signature`` is the
    device's under the policy of a session that a peer can join.
    """

    session_id: UUID
    started_utc_ns: int
    source: str
    policy: Policy
    ephemeral_public_key: bytes
    wrapped_keys: tuple[WrappedKey, ...]
    wrapped_seeds: tuple[WrappedKey, ...]
    policy_signature: bytes | None = None

    def write(self, directory: Path) -> None:
        """Write it into the session's directory, atomically; raises as core.runtime.files."""
        document: dict[str, Json] = {
            "format": FORMAT,
            "session_id": str(self.session_id),
            "started_utc_ns": str(self.started_utc_ns),
            "source": self.source,
            "policy": self.policy,
            "ephemeral_public_key": self.ephemeral_public_key.hex(),
            "wrapped_keys": [each.to_json() for each in self.wrapped_keys],
            "wrapped_seeds": [each.to_json() for each in self.wrapped_seeds],
        }
        if self.policy_signature is not None:
            document["policy_signature"] = self.policy_signature.hex()
        write_atomically(directory / FILE_NAME, canonical_json(document))


def read_opening(directory: Path) -> Opening:
    """Read a session's opening; raises KeyUnavailable when there is none, OpeningMalformed naming the field."""
    try:
        content = (directory / FILE_NAME).read_bytes()
    except OSError as error:
        raise KeyUnavailable(what="session_key") from error
    try:
        document = load_canonical_json(content, _LARGEST_BYTES)
    except JsonRefused as error:
        raise OpeningMalformed(field=str(error)) from error
    return Fields(document, _malformed).whole_of(_read)


def _read(fields: Fields) -> Opening:
    fields.constant("format", FORMAT)
    return Opening(
        session_id=UUID(fields.matching("session_id", _UUID)),
        started_utc_ns=fields.decimal("started_utc_ns", _LATEST_NS),
        source=fields.text("source"),
        policy=_policy(fields),
        ephemeral_public_key=fields.octets("ephemeral_public_key", _PUBLIC_KEY_BYTES),
        wrapped_keys=tuple(WrappedKey.from_json(each) for each in fields.array("wrapped_keys")),
        wrapped_seeds=tuple(WrappedKey.from_json(each) for each in fields.array("wrapped_seeds")),
        policy_signature=_policy_signature(fields),
    )


def _policy(fields: Fields) -> Policy:
    policy = fields.take("policy")
    if not isinstance(policy, dict):
        raise fields.wrong("policy")
    return policy


def _policy_signature(fields: Fields) -> bytes | None:
    if "policy_signature" not in fields.left():
        return None
    return fields.octets("policy_signature", SIGNATURE_BYTES)


def _malformed(field: str) -> Failure:
    return OpeningMalformed(field=field)
