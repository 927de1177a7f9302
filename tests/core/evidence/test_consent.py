"""Terms and receipts have one spelling, one text, and signatures that hold for nothing else."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from textwrap import wrap
from typing import Any

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey, VerifyKey

from core.api.joining import JoinRole
from core.api.permissions import Capability, Profile, Rule
from core.audit.entries import LARGEST_CONSENT as LARGEST_IN_TRAIL
from core.canonical.documents import canonical_json, load_json
from core.errors import ConsentMalformed, ConsentSignatureWrong
from core.evidence.consent import (
    LARGEST_CONSENT,
    Consent,
    Means,
    Party,
    PartyKind,
    SessionTerms,
    TermsLimits,
    is_name,
    read_consent,
    read_receipt,
    read_terms,
)
from core.evidence.consent_signature import (
    PARTY_DOMAIN,
    TERMS_DOMAIN,
    WITNESS_DOMAIN,
    check_consent,
    check_signed_receipt,
)
from core.hosting.notices import AtDoor, door_notice
from tests.core.evidence.consents import (
    GUEST,
    consent_to,
    example_receipt,
    example_terms,
    largest_consent,
    signed,
)
from tests.core.evidence.examples import DEVICE

TERMS = example_terms()
CONSENT = consent_to(TERMS)
WRITTEN = CONSENT.to_json()
GOLDEN_TERMS = "a1a33114c07043fa5ee9b7881b933b319cb0885a4a9ee23dece862df5c23d087"
GOLDEN_RECEIPT = "35fd41bd01b0b5796b9d259ea8e3226ef650b001659517172e80245764a8cca1"
GOLDEN_BYTES = 2030

_bounds = {"longest_minutes": (1, 1440), "idle_minutes": (1, 1440)} | {
    "clipboard_kib": (0, 16_384),
    "file_mib": (0, 4096),
}
_hashes = st.binary(min_size=32, max_size=32)
_rules = st.tuples(
    *(
        st.tuples(
            st.just(each),
            st.sampled_from(list(Rule) if each is Capability.VIEW else [Rule.DENY, Rule.ASK]),
        )
        for each in Capability
    )
)
_terms = st.builds(
    SessionTerms,
    session_id=st.uuids(),
    role=st.sampled_from(JoinRole),
    device=st.just(bytes(DEVICE.verify_key)),
    certificate_sha256=_hashes,
    policy_hash=_hashes,
    profile=st.sampled_from(Profile),
    rules=_rules,
    records_keys=st.booleans(),
    width=st.integers(640, 4096),
    height=st.integers(400, 4096),
    limits=st.builds(
        TermsLimits, **{name: st.integers(*bounds) for name, bounds in _bounds.items()}
    ),
)


def test_the_bytes_are_those_of_the_format() -> None:
    """The worked example of docs/formats/consent.md."""
    assert TERMS.terms_hash.hex() == GOLDEN_TERMS
    assert CONSENT.receipt.receipt_hash.hex() == GOLDEN_RECEIPT
    assert len(WRITTEN) == GOLDEN_BYTES


def test_a_reader_made_from_the_page_finds_the_signatures() -> None:
    """What docs/formats/consent.md says is enough: the hashes, the domains and the keys follow from the document."""
    document: Any = load_json(WRITTEN, LARGEST_CONSENT)
    terms, receipt = document["terms"], document["receipt"]
    terms_hash = blake3(canonical_json(terms)).digest()
    receipt_hash = blake3(canonical_json(receipt)).digest()
    assert receipt["terms_hash"] == terms_hash.hex()
    host, guest = (bytes.fromhex(each) for each in (terms["device"], receipt["party"]["device"]))
    for key, domain, hashed, signature in (
        (host, b"lucid terms device signature v1\x00", terms_hash, "terms_signature"),
        (guest, b"lucid consent party signature v1\x00", receipt_hash, "signature"),
        (host, b"lucid consent witness signature v1\x00", receipt_hash, "witness"),
    ):
        VerifyKey(key).verify(domain + hashed, bytes.fromhex(document[signature]))
    assert len({TERMS_DOMAIN, PARTY_DOMAIN, WITNESS_DOMAIN}) == 3


@given(_terms, st.booleans())
def test_whatever_is_written_is_read(terms: SessionTerms, is_door: bool) -> None:
    """Terms, receipt and consent come back as they were, and hold."""
    consent = consent_to(terms, is_door=is_door)
    assert read_terms(terms.to_json()) == terms
    assert read_receipt(consent.receipt.to_json()) == consent.receipt
    assert read_consent(consent.to_json()) == consent
    check_consent(consent)


@given(_terms)
def test_the_text_is_ascii_and_fits_the_page(terms: SessionTerms) -> None:
    """The gate draws no other letters; on 800×600 it has 46 columns, and 14 rows above the place for the code."""
    assert terms.text.isascii()
    for asked in AtDoor:
        page = door_notice(asked, " ".join(terms.text.split()))
        assert len(wrap(page, 46)) <= 14
        assert page.endswith(asked.value)


def test_the_text_follows_from_the_facts() -> None:
    """It says whether keys are recorded, what may be seen, and that who watches can do nothing."""
    assert "Keys are not recorded." in TERMS.text
    assert "You see the desktop; nothing else" in TERMS.text
    other = replace(TERMS, records_keys=True, rules=tuple((each, Rule.ASK) for each in Capability))
    assert "Keys are recorded too." in other.text
    assert "You see and do nothing unless" in other.text
    assert "You only watch" in example_terms(JoinRole.OBSERVER).text


def test_the_largest_consent_fits_a_trail() -> None:
    """With names of the widest characters it is within the bounds of both formats."""
    consent = largest_consent()
    assert read_consent(consent.to_json()) == consent
    assert len(consent.to_json()) < LARGEST_CONSENT == LARGEST_IN_TRAIL


@given(st.integers(0, len(WRITTEN) - 1), st.integers(0, 7))
def test_any_flipped_bit_is_found(position: int, bit: int) -> None:
    """Whichever bit of a consent flips, it cannot be read, or a signature no longer holds."""
    altered = bytearray(WRITTEN)
    altered[position] ^= 1 << bit
    with pytest.raises((ConsentMalformed, ConsentSignatureWrong)):
        check_consent(read_consent(bytes(altered)))


@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_refused(data: bytes) -> None:
    """Whatever is said to be a document of this format: ConsentMalformed, and nothing else."""
    for read in (read_terms, read_receipt, read_consent):
        with pytest.raises(ConsentMalformed):
            read(data)


def _set(*path: str, value: Any) -> Callable[[dict[str, Any]], None]:  # noqa: ANN401 - what JSON holds
    def change(document: dict[str, Any]) -> None:
        for member in path[:-1]:
            document = document[member]
        document[path[-1]] = value

    return change


@pytest.mark.parametrize(
    "change, field",
    [
        (_set("terms", "version", value=2), "terms.version"),
        (_set("terms", "format", value="lucid-consent"), "terms.format"),
        (_set("terms", "text", value="You agree to anything."), "terms.text"),
        (_set("terms", "more", value=1), "terms.more"),
        (_set("terms", "role", value="owner"), "terms.role"),
        (
            _set("terms", "session_id", value="7F2E0E9C-5F0B-4F36-9C39-0D4CF20B8F11"),
            "terms.session_id",
        ),
        (_set("terms", "session_id", value="x" * 36), "terms.session_id"),
        (_set("terms", "rules", "pointer", value="allow"), "terms.rules.pointer"),
        (_set("terms", "limits", "idle_minutes", value=0), "terms.limits.idle_minutes"),
        (_set("terms", "desktop", "width", value=8192), "terms.desktop.width"),
        (_set("terms", "device", value="00"), "terms.device"),
        (_set("receipt", "party", "name", value=""), "receipt.party.name"),
        (_set("receipt", "party", "name", value="a\u202eb"), "receipt.party.name"),
        (_set("receipt", "party", "name", value="a" * 65), "receipt.party.name"),
        (_set("receipt", "party", "kind", value="door"), "receipt.party.device"),
        (_set("receipt", "means", value="typed_code"), "receipt.means"),
        (_set("receipt", "accepted_utc_ns", value=1), "receipt.accepted_utc_ns"),
        (_set("receipt", "accepted_utc_ns", value=str(1 << 64)), "receipt.accepted_utc_ns"),
        (_set("signature", value=""), "signature"),
        (_set("witness", value="00"), "witness"),
    ],
)
def test_what_may_not_be_is_named(change: Callable[[dict[str, Any]], None], field: str) -> None:
    """Members that are unknown, out of bounds, or do not go together, and other words than those of the format."""
    document: Any = copy.deepcopy(load_json(WRITTEN, LARGEST_CONSENT))
    change(document)
    with pytest.raises(ConsentMalformed) as caught:
        read_consent(canonical_json(document))
    assert caught.value.facts == {"field": field}


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"terms_hash": bytes(32)}, "receipt.terms_hash"),
        ({"session_id": example_terms().session_id.__class__(int=1)}, "receipt.session_id"),
        ({"role": JoinRole.OBSERVER}, "receipt.role"),
        ({"device": bytes(32)}, "receipt.device"),
    ],
)
def test_a_receipt_is_for_its_terms_only(changes: dict[str, Any], field: str) -> None:
    """One that was signed for others does not hold for these."""
    consent = signed(TERMS, replace(example_receipt(TERMS), **changes))
    with pytest.raises(ConsentMalformed) as caught:
        check_consent(consent)
    assert caught.value.facts == {"field": field}


@pytest.mark.parametrize(
    "changes, signer",
    [
        ({"terms_signature": CONSENT.witness}, "terms"),
        ({"signature": CONSENT.witness}, "party"),
        ({"witness": CONSENT.signature}, "witness"),
        ({"witness": CONSENT.terms_signature}, "witness"),
    ],
)
def test_each_signature_is_its_own(changes: dict[str, bytes], signer: str) -> None:
    """None of the three passes for another one."""
    with pytest.raises(ConsentSignatureWrong) as caught:
        check_consent(replace(CONSENT, **changes))
    assert caught.value.facts == {"signer": signer}


def test_who_has_no_key_has_no_signature() -> None:
    """At the door there is the witness alone; a signature there is nobody's."""
    door = consent_to(TERMS, is_door=True)
    with pytest.raises(ConsentMalformed):
        check_consent(replace(door, signature=bytes(64)))
    with pytest.raises(ConsentSignatureWrong):
        check_signed_receipt(door.receipt, bytes(64))


def test_another_device_did_not_accept() -> None:
    """A receipt in somebody else's name, signed by one's own key, does not hold."""
    mallory = SigningKey.generate()
    receipt = replace(
        CONSENT.receipt, party=Party(PartyKind.DEVICE, "anna", bytes(GUEST.verify_key))
    )
    signature = mallory.sign(PARTY_DOMAIN + receipt.receipt_hash).signature
    with pytest.raises(ConsentSignatureWrong):
        check_consent(Consent(TERMS, CONSENT.terms_signature, receipt, signature, CONSENT.witness))
    assert receipt.means is Means.SIGNED


@pytest.mark.parametrize("name", ["", "a" * 65, "a\nb", "\u200b", "\ud800"])
def test_names_can_be_shown(name: str) -> None:
    """1 to 64 characters, none of them invisible."""
    assert not is_name(name)
    assert is_name("Änne 🔑")
