"""The statement of a move: this appliance's old address says which one is its new one. See docs/formats/move.md.

It is signed by the old address, so that nobody else can move it away; by the new one, so that it cannot point at
somebody else's; and by the device, so that whoever only has the old address's key moves nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from blake3 import blake3
from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from core.canonical.documents import Json, JsonRefused, canonical_json, load_canonical_json
from core.canonical.fields import Fields
from core.errors import AddressRefused, Bug, StatementMalformed, StatementWrong
from core.onion.keys import ServiceKey
from core.transport.addresses import public_key_of, read_onion_host

FORMAT = "lucid-move"
VERSION = 1
LARGEST_STATEMENT = 2048
LONGEST_OVERLAP_MS = 30 * 24 * 3600 * 1000
OLD_DOMAIN = b"lucid move old address signature v1\x00"
NEW_DOMAIN = b"lucid move new address signature v1\x00"
DEVICE_DOMAIN = b"lucid move device signature v1\x00"
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Statement:
    """What is said. Times are UTC milliseconds; the old address is served until ``until_utc_ms``."""

    old_address: str  # ….onion
    new_address: str
    device: str  # the device's Ed25519 public key, 64 hex digits
    sequence: int  # from 1 on; each move of a device has a larger one than the move before
    made_utc_ms: int
    until_utc_ms: int

    def members(self) -> dict[str, Json]:
        """Give the document's members."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "old_address": self.old_address,
            "new_address": self.new_address,
            "device": self.device,
            "sequence": self.sequence,
            "made_utc_ms": self.made_utc_ms,
            "until_utc_ms": self.until_utc_ms,
        }

    @property
    def statement_hash(self) -> bytes:
        """What is signed: BLAKE3 of the canonical document (32 bytes)."""
        return blake3(canonical_json(self.members())).digest()


@dataclass(frozen=True)
class SignedStatement:
    """A statement with its three signatures, of 64 bytes each. They hold once ``check_statement`` was passed."""

    statement: Statement
    old_signature: bytes
    new_signature: bytes
    device_signature: bytes

    def members(self) -> dict[str, Json]:
        """Give the members of the whole document."""
        return {
            "statement": self.statement.members(),
            "old_signature": self.old_signature.hex(),
            "new_signature": self.new_signature.hex(),
            "device_signature": self.device_signature.hex(),
        }

    def to_json(self) -> bytes:
        """Write it as canonical JSON."""
        return canonical_json(self.members())


@dataclass(frozen=True)
class Place:
    """Where an appliance is, as far as its statements were followed; ``sequence`` is that of the last, 0 for none."""

    address: str
    sequence: int = 0


def sign_statement(
    statement: Statement, old_key: ServiceKey, new_key: ServiceKey, sign_device: Sign
) -> SignedStatement:
    """Sign a statement by both addresses' keys and the device. Raises StatementMalformed for one that none may make."""
    if (old_key.address, new_key.address) != (statement.old_address, statement.new_address):
        raise Bug("a statement is signed by the keys of the addresses that it names")
    named = statement.statement_hash
    signed = SignedStatement(
        statement,
        old_key.sign(OLD_DOMAIN + named),
        new_key.sign(NEW_DOMAIN + named),
        sign_device(DEVICE_DOMAIN + named),
    )
    check_statement(read_statement(signed.to_json()))
    return signed


def read_statement(data: bytes) -> SignedStatement:
    """Read a signed statement; its signatures are not looked at. Raises StatementMalformed, naming the member."""
    try:
        document = load_canonical_json(data, LARGEST_STATEMENT)
    except JsonRefused as error:
        raise StatementMalformed(field="statement") from error
    return Fields(document, _malformed).whole_of(_signed)


def check_statement(signed: SignedStatement) -> None:
    """Raise StatementWrong, naming the signer, unless the old address, the new one and the device all signed it."""
    statement, named = signed.statement, signed.statement.statement_hash
    old, new = public_key_of(statement.old_address), public_key_of(statement.new_address)
    _check(old, OLD_DOMAIN + named, signed.old_signature, "the old address")
    _check(new, NEW_DOMAIN + named, signed.new_signature, "the new address")
    device = bytes.fromhex(statement.device)
    _check(device, DEVICE_DOMAIN + named, signed.device_signature, "the device")


def follow(statements: Iterable[SignedStatement], place: Place, device: str) -> Place:
    """Follow the moves of a device from where it was known to be; in the order in which they were made.

    Statements that were followed already, or that begin elsewhere, are passed over, so that one from another time
    leads nowhere. Raises StatementWrong for one that leads on and does not hold.
    """
    for signed in statements:
        statement = signed.statement
        if statement.sequence <= place.sequence or statement.old_address != place.address:
            continue
        if statement.device != device:
            raise StatementWrong(signer="the device")
        check_statement(signed)
        place = Place(statement.new_address, statement.sequence)
    return place


def _signed(fields: Fields) -> SignedStatement:
    return SignedStatement(
        fields.members("statement", _statement),
        fields.octets("old_signature", _SIGNATURE_BYTES),
        fields.octets("new_signature", _SIGNATURE_BYTES),
        fields.octets("device_signature", _SIGNATURE_BYTES),
    )


def _statement(fields: Fields) -> Statement:
    fields.constant("format", FORMAT)
    fields.whole("version", VERSION, VERSION)
    statement = Statement(
        old_address=_address(fields, "old_address"),
        new_address=_address(fields, "new_address"),
        device=fields.octets("device", _KEY_BYTES).hex(),
        sequence=fields.whole("sequence", 1),
        made_utc_ms=(made := fields.whole("made_utc_ms")),
        until_utc_ms=fields.whole("until_utc_ms", made, made + LONGEST_OVERLAP_MS),
    )
    if statement.new_address == statement.old_address:
        raise fields.wrong("new_address")
    return statement


def _address(fields: Fields, member: str) -> str:
    text = fields.text(member)
    try:
        host = read_onion_host(text)
    except AddressRefused as error:
        raise fields.wrong(member) from error
    if host != text:
        raise fields.wrong(member)  # an address has one form in a document
    return host


def _check(public_key: bytes, message: bytes, signature: bytes, signer: str) -> None:
    try:
        VerifyKey(public_key).verify(message, signature)
    except (CryptoError, ValueError) as error:
        raise StatementWrong(signer=signer) from error


def _malformed(field: str) -> StatementMalformed:
    return StatementMalformed(field=field)
