"""The signatures under terms and receipts: Ed25519 over a domain and the document's hash.

The host's device signs the terms, and each receipt as its witness; another appliance signs its receipt itself.
"""

from __future__ import annotations

from collections.abc import Callable

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from core.errors import ConsentMalformed, ConsentSignatureWrong
from core.evidence.consent import Consent, PartyKind, Receipt, SessionTerms

TERMS_DOMAIN = b"lucid terms device signature v1\x00"
PARTY_DOMAIN = b"lucid consent party signature v1\x00"
WITNESS_DOMAIN = b"lucid consent witness signature v1\x00"

Sign = Callable[[bytes], bytes]


def sign_terms(terms: SessionTerms, host: Sign) -> bytes:
    """Sign terms with the host's device key (64 bytes)."""
    return host(TERMS_DOMAIN + terms.terms_hash)


def sign_receipt(receipt: Receipt, party: Sign) -> bytes:
    """Sign a receipt with the device key of whoever accepts (64 bytes)."""
    return party(PARTY_DOMAIN + receipt.receipt_hash)


def witness_receipt(receipt: Receipt, host: Sign) -> bytes:
    """Sign a receipt with the host's device key, as the one who saw that the terms were accepted (64 bytes)."""
    return host(WITNESS_DOMAIN + receipt.receipt_hash)


def check_terms(terms: SessionTerms, signature: bytes) -> None:
    """Raise ConsentSignatureWrong unless the host's device, which the terms name, signed them."""
    _check(terms.device, TERMS_DOMAIN + terms.terms_hash, signature, "terms")


def check_receipt(receipt: Receipt, terms: SessionTerms) -> None:
    """Raise ConsentMalformed, naming the member, unless a receipt is one for these very terms."""
    named = {
        "terms_hash": (receipt.terms_hash, terms.terms_hash),
        "session_id": (receipt.session_id, terms.session_id),
        "role": (receipt.role, terms.role),
        "device": (receipt.device, terms.device),
    }
    for member, (found, expected) in named.items():
        if found != expected:
            raise ConsentMalformed(field=f"receipt.{member}")


def check_signed_receipt(receipt: Receipt, signature: bytes) -> None:
    """Raise ConsentSignatureWrong unless the device that the receipt names as its party signed it."""
    if receipt.party.kind is not PartyKind.DEVICE:
        raise ConsentSignatureWrong(signer="party")
    _check(receipt.party.device, PARTY_DOMAIN + receipt.receipt_hash, signature, "party")


def check_witness(receipt: Receipt, witness: bytes) -> None:
    """Raise ConsentSignatureWrong unless the host's device witnessed the receipt."""
    _check(receipt.device, WITNESS_DOMAIN + receipt.receipt_hash, witness, "witness")


def check_consent(consent: Consent) -> None:
    """Check that a consent's receipt is for its terms, and all its signatures.

    Raises ConsentMalformed and ConsentSignatureWrong. Whose session it is, is the caller's to compare.
    """
    terms, receipt = consent.terms, consent.receipt
    check_terms(terms, consent.terms_signature)
    check_receipt(receipt, terms)
    if receipt.party.kind is PartyKind.DEVICE:
        check_signed_receipt(receipt, consent.signature)
    elif consent.signature:
        raise ConsentMalformed(field="signature")
    check_witness(receipt, consent.witness)


def _check(public_key: bytes, message: bytes, signature: bytes, signer: str) -> None:
    try:
        VerifyKey(public_key).verify(message, signature)
    except (CryptoError, ValueError) as error:
        raise ConsentSignatureWrong(signer=signer) from error
