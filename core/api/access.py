"""Access: who may read from afar, by the admin API, and what was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from core.api.client_auth import client_auth_line
from core.api.commands import Command
from core.api.events import Event

PAIRING_SCHEME = "lucid-pair"  # of the line that a reader is given
READING_PORT = 80  # of the onion address at which readers are answered


class Scope(Enum):
    """What a token may read. None reaches a key, a frame or anything that was typed."""

    HEALTH = "health"
    METRICS = "metrics"
    SESSIONS = "sessions"  # the list, and a session's facts
    MANIFESTS = "manifests"  # signed manifests and policies
    PROOFS = "proofs"  # evidence bundles without recordings; inclusion proofs


@dataclass(frozen=True)
class Access:
    """Somebody who may read from afar. Times are UTC milliseconds."""

    access_id: str  # 16 hex digits; names it in lists and in the log of calls
    name: str
    scopes: tuple[Scope, ...]
    created_utc_ms: int
    expires_utc_ms: int
    revoked_utc_ms: int | None = None
    used_utc_ms: int | None = None
    calls: int = 0


@dataclass(frozen=True)
class AccessGranted:
    """A new access with its secrets, which are shown this once and kept nowhere."""

    access: Access
    token: str = field(repr=False)
    client_key: str = field(repr=False)  # X25519 private key, base32, for the reader's own Tor
    address: str  # ADDRESS.onion:80; "" while this appliance has none
    link: str = field(repr=False)  # all of it: lucid-pair://ADDRESS:80?key=…&token=…&device=…

    @property
    def client_auth(self) -> str:
        """The client key as any tor reads it from a file; "" while there is no address to open."""
        return client_auth_line(self.address, self.client_key) if self.address else ""


class CallOutcome(Enum):
    """What became of a call."""

    ANSWERED = "answered"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OUT_OF_SCOPE = "out_of_scope"
    TOO_MANY = "too_many"
    NOT_FOUND = "not_found"
    REFUSED = "refused"  # not understood
    FAILED = "failed"


@dataclass(frozen=True)
class Call:
    """One call of the admin API, as it was written down before it was answered."""

    sequence: int
    utc_ms: int
    access_id: str  # "" of a token that nobody has
    name: str
    what: str  # method and route, such as "GET /v1/sessions/{session_id}"
    subject: str  # the session it was about, or ""
    outcome: CallOutcome


@dataclass(frozen=True)
class GrantAccess(Command):
    """Let somebody read from afar. Result: AccessGranted. Asks nothing: whoever has the vault open may."""

    name: str
    scopes: tuple[Scope, ...]
    days: int = 90  # 1 to 366


@dataclass(frozen=True)
class RevokeAccess(Command):
    """End an access, now and for good; its connections are cut. Result: Access."""

    access_id: str


@dataclass(frozen=True)
class ListAccess(Command):
    """List who may read, and who could. Result: tuple[Access, ...], newest first."""


@dataclass(frozen=True)
class ListCalls(Command):
    """List what was called, newest first. Result: tuple[Call, ...]."""

    access_id: str = ""  # "" for all
    limit: int = 100
    before: int | None = None  # a sequence


@dataclass(frozen=True)
class VerifyCalls(Command):
    """Check that no call was taken out of the log or changed in it. Result: int, how many calls it holds."""


@dataclass(frozen=True)
class AccessChanged(Event):
    """Somebody was let in, used it, or was shut out; coalesced."""

    access: tuple[Access, ...]
