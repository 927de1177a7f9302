"""Terms and receipts: what somebody who joins a session is told, and that it was accepted. See docs/formats/consent.md.

*Terms* say what the host's policy allows and what is recorded. A *receipt* names terms by their hash, and who accepted
them, when and how. A *consent* holds both with their signatures; it stands in the trails of whoever has a part in it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar
from uuid import UUID

from blake3 import blake3

from core.api.joining import JoinRole
from core.api.permissions import Capability, Profile, Rule
from core.canonical.documents import Json, JsonRefused, canonical_json, load_canonical_json
from core.canonical.fields import Fields
from core.errors import ConsentMalformed
from core.evidence.consent_text import TermsFacts, terms_text

TERMS_FORMAT, RECEIPT_FORMAT = "lucid-terms", "lucid-consent"
VERSION = 1
LARGEST_TERMS = 4096
LARGEST_RECEIPT = 1024
LARGEST_CONSENT = 6144  # leaves room for the other members of a trail's entry
LONGEST_NAME = 64
KEY_BYTES = HASH_BYTES = 32
SIGNATURE_BYTES = 64
_LARGEST_NS = (1 << 64) - 1
_ODD_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

Member = TypeVar("Member", bound=Enum)
T = TypeVar("T")


class PartyKind(Enum):
    """Who accepted, as far as it is known."""

    DEVICE = "device"  # another appliance: it signs with its device key
    DOOR = "door"  # whoever was at the door with the right code: a client without a key


class Means(Enum):
    """How the terms were accepted."""

    SIGNED = "signed"  # by the party's device
    TYPED_CODE = "typed_code"  # the code was typed on the page with the terms
    PRESSED_ENTER = "pressed_enter"  # the client had sent the code; Enter was pressed on that page


@dataclass(frozen=True)
class TermsLimits:
    """The limits of the session that whoever joins must know; each has its unit in its name."""

    longest_minutes: int
    idle_minutes: int
    clipboard_kib: int
    file_mib: int


@dataclass(frozen=True)
class SessionTerms:
    """What is accepted. ``device`` is the host's device public key; hashes have 32 bytes."""

    session_id: UUID
    role: JoinRole
    device: bytes
    certificate_sha256: bytes
    policy_hash: bytes
    profile: Profile
    rules: tuple[
        tuple[Capability, Rule], ...
    ]  # one for each capability, in the order of Capability
    records_keys: bool
    width: int
    height: int
    limits: TermsLimits

    @property
    def text(self) -> str:
        """The sentences that are accepted, one a line; they follow from the other members."""
        rules = dict(self.rules)
        return terms_text(
            TermsFacts(
                is_observer=self.role is JoinRole.OBSERVER,
                sees_at_once=rules.get(Capability.VIEW) is Rule.ALLOW,
                records_keys=self.records_keys,
                longest_minutes=self.limits.longest_minutes,
                idle_minutes=self.limits.idle_minutes,
            )
        )

    def members(self) -> dict[str, Json]:
        """Give the members of the document."""
        limits = self.limits
        return {
            "format": TERMS_FORMAT,
            "version": VERSION,
            "session_id": str(self.session_id),
            "role": self.role.value,
            "device": self.device.hex(),
            "certificate_sha256": self.certificate_sha256.hex(),
            "policy_hash": self.policy_hash.hex(),
            "profile": self.profile.value,
            "rules": {each.value: rule.value for each, rule in self.rules},
            "records_keys": self.records_keys,
            "desktop": {"width": self.width, "height": self.height},
            "limits": {name: getattr(limits, name) for name in _LIMITS},
            "text": self.text,
        }

    def to_json(self) -> bytes:
        """Write it in canonical form."""
        return canonical_json(self.members())

    @property
    def terms_hash(self) -> bytes:
        """The hash that is signed, and that a receipt names (BLAKE3, 32 bytes)."""
        return blake3(self.to_json()).digest()


@dataclass(frozen=True)
class Party:
    """Who accepted; ``device`` is its device public key, empty for a client without one."""

    kind: PartyKind
    name: str
    device: bytes = b""


@dataclass(frozen=True)
class Receipt:
    """That terms were accepted; ``device`` is the host's device public key."""

    terms_hash: bytes
    session_id: UUID
    role: JoinRole
    device: bytes
    party: Party
    accepted_utc_ns: int
    means: Means

    def members(self) -> dict[str, Json]:
        """Give the members of the document."""
        party = self.party
        return {
            "format": RECEIPT_FORMAT,
            "version": VERSION,
            "terms_hash": self.terms_hash.hex(),
            "session_id": str(self.session_id),
            "role": self.role.value,
            "device": self.device.hex(),
            "party": {
                "kind": party.kind.value,
                "name": party.name,
                "device": party.device.hex(),
            },
            "accepted_utc_ns": str(self.accepted_utc_ns),
            "means": self.means.value,
        }

    def to_json(self) -> bytes:
        """Write it in canonical form."""
        return canonical_json(self.members())

    @property
    def receipt_hash(self) -> bytes:
        """The hash that is signed, and that the trail's entry names (BLAKE3, 32 bytes)."""
        return blake3(self.to_json()).digest()


@dataclass(frozen=True)
class Consent:
    """Terms and receipt with their signatures (64 bytes each); the party's is empty where it has no key."""

    terms: SessionTerms
    terms_signature: bytes
    receipt: Receipt
    signature: bytes
    witness: bytes

    def to_json(self) -> bytes:
        """Write it in canonical form, as a trail holds it."""
        return canonical_json(
            {
                "terms": self.terms.members(),
                "terms_signature": self.terms_signature.hex(),
                "receipt": self.receipt.members(),
                "signature": self.signature.hex(),
                "witness": self.witness.hex(),
            }
        )


# Least and most of each limit and of the desktop, as in a policy.
_LIMITS = {
    "longest_minutes": (1, 1440),
    "idle_minutes": (1, 1440),
    "clipboard_kib": (0, 16_384),
    "file_mib": (0, 4096),
}
_WIDTHS = (640, 4096)
_HEIGHTS = (400, 4096)


def is_name(name: str, least: int = 1) -> bool:
    """Tell whether a name may stand in a receipt: 1 to 64 characters that can all be shown."""
    return least <= len(name) <= LONGEST_NAME and not any(
        unicodedata.category(each) in _ODD_CATEGORIES for each in name
    )


def read_terms(terms_json: bytes) -> SessionTerms:
    """Read terms; ConsentMalformed names what is unknown, missing, out of bounds, or another text than theirs."""
    return _document(terms_json, LARGEST_TERMS, _terms, "terms")


def read_receipt(receipt_json: bytes) -> Receipt:
    """Read a receipt; ConsentMalformed names the member that is wrong."""
    return _document(receipt_json, LARGEST_RECEIPT, _receipt, "receipt")


def read_consent(consent_json: bytes) -> Consent:
    """Read a consent as a trail holds it; its signatures are checked by ``check_consent``. Raises ConsentMalformed."""
    return _document(consent_json, LARGEST_CONSENT, _consent, "consent")


def _document(data: bytes, most: int, read: Callable[[Fields], T], name: str) -> T:
    try:
        value = load_canonical_json(data, most)
    except JsonRefused as refused:
        raise ConsentMalformed(field=f"{name}: {refused}") from refused
    return Fields(value, lambda field: ConsentMalformed(field=field)).whole_of(read)


def _consent(fields: Fields) -> Consent:
    terms = fields.members("terms", _terms)
    receipt = fields.members("receipt", _receipt)
    signature = fields.octets("signature")
    if len(signature) != (SIGNATURE_BYTES if receipt.party.kind is PartyKind.DEVICE else 0):
        raise fields.wrong("signature")
    return Consent(
        terms=terms,
        terms_signature=fields.octets("terms_signature", SIGNATURE_BYTES),
        receipt=receipt,
        signature=signature,
        witness=fields.octets("witness", SIGNATURE_BYTES),
    )


def _terms(fields: Fields) -> SessionTerms:
    fields.constant("format", TERMS_FORMAT)
    fields.whole("version", VERSION, VERSION)
    width, height = fields.members("desktop", _desktop)
    terms = SessionTerms(
        session_id=_session_id(fields),
        role=_member(fields, "role", JoinRole),
        device=fields.octets("device", KEY_BYTES),
        certificate_sha256=fields.octets("certificate_sha256", HASH_BYTES),
        policy_hash=fields.octets("policy_hash", HASH_BYTES),
        profile=_member(fields, "profile", Profile),
        rules=fields.members("rules", _rules),
        records_keys=fields.flag("records_keys"),
        width=width,
        height=height,
        limits=fields.members("limits", _limits),
    )
    fields.constant("text", terms.text)
    return terms


def _receipt(fields: Fields) -> Receipt:
    fields.constant("format", RECEIPT_FORMAT)
    fields.whole("version", VERSION, VERSION)
    party = fields.members("party", _party)
    means = _member(fields, "means", Means)
    if (means is Means.SIGNED) != (party.kind is PartyKind.DEVICE):
        raise fields.wrong("means")
    return Receipt(
        terms_hash=fields.octets("terms_hash", HASH_BYTES),
        session_id=_session_id(fields),
        role=_member(fields, "role", JoinRole),
        device=fields.octets("device", KEY_BYTES),
        party=party,
        accepted_utc_ns=fields.decimal("accepted_utc_ns", _LARGEST_NS),
        means=means,
    )


def _party(fields: Fields) -> Party:
    kind = _member(fields, "kind", PartyKind)
    is_device = kind is PartyKind.DEVICE
    name = fields.text("name", most=LONGEST_NAME)
    if not is_name(name, least=1 if is_device else 0):
        raise fields.wrong("name")
    return Party(kind, name, fields.octets("device", KEY_BYTES if is_device else 0))


def _session_id(fields: Fields) -> UUID:
    text = fields.text("session_id", most=36)
    try:
        found = UUID(text)
    except ValueError:
        raise fields.wrong("session_id") from None
    if str(found) != text:
        raise fields.wrong("session_id")
    return found


def _rules(fields: Fields) -> tuple[tuple[Capability, Rule], ...]:
    found = tuple((each, _member(fields, each.value, Rule)) for each in Capability)
    for capability, rule in found:
        if rule is Rule.ALLOW and capability is not Capability.VIEW:
            raise fields.wrong(capability.value)
    return found


def _desktop(fields: Fields) -> tuple[int, int]:
    return fields.whole("width", *_WIDTHS), fields.whole("height", *_HEIGHTS)


def _limits(fields: Fields) -> TermsLimits:
    return TermsLimits(**{name: fields.whole(name, *bounds) for name, bounds in _LIMITS.items()})


def _member(fields: Fields, member: str, kind: type[Member]) -> Member:
    value = fields.text(member)
    for each in kind:
        if each.value == value:
            return each
    raise fields.wrong(member)
