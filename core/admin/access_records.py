"""What is kept of an access: who, how far, until when, and the hash of the token; sealed by the vault.

The token itself and the private half of the client key are shown once, when the access is granted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.api.access import Access, Scope
from core.canonical.documents import Json
from core.canonical.fields import Fields
from core.errors import RecordAltered
from core.onion.keys import is_client_public_text

KIND = "access"

_FORMAT = "lucid-access"
_VERSION = 1
_ID = r"[0-9a-f]{16}"
LONGEST_NAME = 64


@dataclass(frozen=True)
class AccessRecord:
    """An access as it is kept. ``counted_to`` is the last entry of the log of calls that ``access.calls`` counts.

    ``generation`` grows with each granting and revoking of any access: it tells a record from one that it replaced.
    """

    access: Access
    token_hash: bytes
    client: str  # X25519 public key, base32
    counted_to: int = 0
    generation: int = 1

    def is_in_force(self, utc_ms: int) -> bool:
        """Tell whether somebody may read by it at that time."""
        return self.access.revoked_utc_ms is None and utc_ms < self.access.expires_utc_ms

    def revoked(self, utc_ms: int, generation: int) -> AccessRecord:
        """Give it as it is once it was revoked, in a new generation; the first time counts."""
        if self.access.revoked_utc_ms is not None:
            return self
        access = replace(self.access, revoked_utc_ms=utc_ms)
        return replace(self, access=access, generation=generation)

    def used(self, utc_ms: int, sequence: int) -> AccessRecord:
        """Give it as it is after a call, the one of that sequence in the log."""
        access = replace(self.access, used_utc_ms=utc_ms, calls=self.access.calls + 1)
        return replace(self, access=access, counted_to=sequence)


def write_access(record: AccessRecord) -> dict[str, Json]:
    """Write it as a document for the store."""
    access = record.access
    return {
        "format": _FORMAT,
        "version": _VERSION,
        "access_id": access.access_id,
        "name": access.name,
        "scopes": [scope.value for scope in access.scopes],
        "created_utc_ms": access.created_utc_ms,
        "expires_utc_ms": access.expires_utc_ms,
        "revoked_utc_ms": access.revoked_utc_ms,
        "used_utc_ms": access.used_utc_ms,
        "calls": access.calls,
        "token_hash": record.token_hash.hex(),
        "client": record.client,
        "counted_to": record.counted_to,
        "generation": record.generation,
    }


def read_access(document: Mapping[str, Json]) -> AccessRecord:
    """Read it again; RecordAltered when it is not what ``write_access`` wrote."""
    fields = Fields(dict(document), lambda _: RecordAltered(kind=KIND))
    return fields.whole_of(_read)


def _read(fields: Fields) -> AccessRecord:
    fields.constant("format", _FORMAT)
    fields.whole("version", _VERSION, _VERSION)
    access = Access(
        access_id=fields.matching("access_id", _ID),
        name=fields.text("name", 1, LONGEST_NAME),
        scopes=fields.choices("scopes", Scope),
        created_utc_ms=fields.whole("created_utc_ms"),
        expires_utc_ms=fields.whole("expires_utc_ms"),
        revoked_utc_ms=fields.optional_whole("revoked_utc_ms"),
        used_utc_ms=fields.optional_whole("used_utc_ms"),
        calls=fields.whole("calls"),
    )
    token = fields.octets("token_hash", 32)
    client = fields.text("client")
    if not is_client_public_text(client):
        raise fields.wrong("client")
    return AccessRecord(
        access, token, client, fields.whole("counted_to"), fields.whole("generation", 1)
    )
