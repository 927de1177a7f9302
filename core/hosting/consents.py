"""The terms of one way into a hosted session, and the consents that are given to them."""

from __future__ import annotations

from collections.abc import Callable

from core.canonical.plain_text import plain_text
from core.errors import ConsentMalformed
from core.evidence.consent import (
    LONGEST_NAME,
    Consent,
    Means,
    Party,
    PartyKind,
    Receipt,
    SessionTerms,
)
from core.evidence.consent_signature import (
    check_receipt,
    check_signed_receipt,
    sign_terms,
    witness_receipt,
)
from core.runtime.clock import Clock

_APART_NS = 600_000_000_000  # how far the clocks of two appliances may be apart

Sign = Callable[[bytes], bytes]


class Consents:
    """Signs terms, and witnesses receipts; ``sign`` signs with the host's device key, and raises VaultLocked."""

    def __init__(self, terms: SessionTerms, sign: Sign, clock: Clock) -> None:
        self.terms = terms
        self.signature = sign_terms(terms, sign)
        self._sign = sign
        self._clock = clock
        self._taken: set[bytes] = set()  # the hashes of other appliances' receipts

    def given_at_door(self, name: str, means: Means) -> Consent:
        """Witness that whoever is at the door, without a key of its own, agreed. Raises VaultLocked."""
        terms = self.terms
        receipt = Receipt(
            terms_hash=terms.terms_hash,
            session_id=terms.session_id,
            role=terms.role,
            device=terms.device,
            party=Party(PartyKind.DOOR, plain_text(name, LONGEST_NAME)),
            accepted_utc_ns=max(0, self._clock.now().utc_ns),
            means=means,
        )
        return self._witnessed(receipt, b"")

    def check(self, receipt: Receipt, signature: bytes) -> None:
        """Check another appliance's receipt: that it is for these very terms, signed, of now, and not taken yet.

        Raises ConsentMalformed and ConsentSignatureWrong.
        """
        check_receipt(receipt, self.terms)
        if abs(receipt.accepted_utc_ns - self._clock.now().utc_ns) > _APART_NS:
            raise ConsentMalformed(field="receipt.accepted_utc_ns")
        check_signed_receipt(receipt, signature)
        if receipt.receipt_hash in self._taken:
            raise ConsentMalformed(field="receipt")  # it stands in a record once

    def given_signed(self, receipt: Receipt, signature: bytes) -> Consent:
        """Witness a receipt that was checked; it is not taken again. Raises VaultLocked."""
        consent = self._witnessed(receipt, signature)
        self._taken.add(receipt.receipt_hash)
        return consent

    def _witnessed(self, receipt: Receipt, signature: bytes) -> Consent:
        witness = witness_receipt(receipt, self._sign)
        return Consent(self.terms, self.signature, receipt, signature, witness)
