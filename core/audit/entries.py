"""The entries of a trail as they are written, and the chain of hashes through them. See docs/formats/trail.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar
from uuid import UUID

from blake3 import blake3

from core.api.hosting import AuditActor, AuditEntry, AuditKind
from core.audit.sealed_log_format import LARGEST_RECORD
from core.canonical.documents import Json, JsonRefused, canonical_json, load_canonical_json
from core.canonical.fields import Fields
from core.errors import Bug, TrailAltered, TrailMalformed

HASH_BYTES = 32
LONGEST_TEXT = 256
LARGEST_CONSENT = 6144
START_DOMAIN = b"lucid trail start v1\x00"
ENTRY_DOMAIN = b"lucid trail entry v1\x00"
_LARGEST_NS = (1 << 64) - 1

Member = TypeVar("Member", bound=Enum)


@dataclass(frozen=True)
class TrailHead:
    """What the manifest says about a trail: how many entries it has, and the hash of the last one."""

    count: int
    hash: bytes


@dataclass(frozen=True)
class WrittenEntry:
    """One entry with everything that is written; ``at_ns`` counts from the session's start.

    ``consent`` is canonical JSON, an object; only an entry of kind CONSENTED has it, and each of them does.
    """

    sequence: int
    at_ns: int
    utc_ns: int
    kind: AuditKind
    actor: AuditActor
    resource: str
    decision: str
    reason: str
    previous: bytes
    consent: bytes = b""

    def to_json(self) -> bytes:
        """Write it in canonical form. Raises Bug unless it has a consent exactly where its kind has one."""
        if bool(self.consent) != (self.kind is AuditKind.CONSENTED):
            raise Bug("an entry of a trail has a consent exactly where its kind says so")
        members: dict[str, Json] = {
            "sequence": self.sequence,
            "at_ns": str(self.at_ns),
            "utc_ns": str(self.utc_ns),
            "kind": self.kind.value,
            "actor": self.actor.value,
            "resource": self.resource,
            "decision": self.decision,
            "reason": self.reason,
            "previous": self.previous.hex(),
        }
        if self.consent:
            members["consent"] = load_canonical_json(self.consent, LARGEST_CONSENT)
        return canonical_json(members)

    def shown(self) -> AuditEntry:
        """Give it as front ends see it."""
        return AuditEntry(
            sequence=self.sequence,
            at_s=self.at_ns / 1e9,
            utc_ms=self.utc_ns // 1_000_000,
            kind=self.kind,
            actor=self.actor,
            resource=self.resource,
            decision=self.decision,
            reason=self.reason,
            consent=self.consent.decode(),
        )


def start_of(session_id: UUID) -> TrailHead:
    """Give the head of a trail without entries; the first entry's previous hash is this one's."""
    return TrailHead(0, blake3(START_DOMAIN + session_id.bytes).digest())


def entry_hash(entry_json: bytes) -> bytes:
    """Hash an entry as it is written."""
    return blake3(ENTRY_DOMAIN + entry_json).digest()


def follow_chain(
    records: Iterable[bytes], session_id: UUID
) -> tuple[list[WrittenEntry], TrailHead]:
    """Read the entries in their order; TrailAltered names the first that does not follow from those before it."""
    entries: list[WrittenEntry] = []
    head = start_of(session_id)
    for record in records:
        try:
            entry = parse_entry(record)
        except TrailMalformed as malformed:
            raise TrailAltered(sequence=head.count) from malformed
        if entry.sequence != head.count or entry.previous != head.hash:
            raise TrailAltered(sequence=head.count)
        entries.append(entry)
        head = TrailHead(head.count + 1, entry_hash(record))
    return entries, head


def parse_entry(entry_json: bytes) -> WrittenEntry:
    """Read one entry; TrailMalformed names the member that is wrong."""
    try:
        value = load_canonical_json(entry_json, LARGEST_RECORD)
    except JsonRefused as refused:
        raise TrailMalformed(field=str(refused)) from refused
    return Fields(value, lambda field: TrailMalformed(field=field)).whole_of(_entry)


def _entry(fields: Fields) -> WrittenEntry:
    kind = _member(fields, "kind", AuditKind)
    return WrittenEntry(
        sequence=fields.whole("sequence"),
        at_ns=fields.decimal("at_ns", _LARGEST_NS),
        utc_ns=fields.decimal("utc_ns", _LARGEST_NS),
        kind=kind,
        actor=_member(fields, "actor", AuditActor),
        resource=fields.text("resource", most=LONGEST_TEXT),
        decision=fields.text("decision", most=LONGEST_TEXT),
        reason=fields.text("reason", most=LONGEST_TEXT),
        previous=fields.octets("previous", HASH_BYTES),
        consent=_consent(fields) if kind is AuditKind.CONSENTED else b"",
    )


def _consent(fields: Fields) -> bytes:
    """Take a consent as it is: what must be in it is checked where evidence is (``core.evidence.trail_checks``)."""
    value = fields.take("consent")
    if not isinstance(value, dict) or len(consent := canonical_json(value)) > LARGEST_CONSENT:
        raise fields.wrong("consent")
    return consent


def _member(fields: Fields, member: str, kind: type[Member]) -> Member:
    value = fields.text(member)
    for each in kind:
        if each.value == value:
            return each
    raise fields.wrong(member)
