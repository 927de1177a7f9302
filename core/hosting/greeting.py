"""How a host greets another appliance: it shows the terms to whoever has the code, and takes their acceptance.

One question, one answer, then the connection ends. What is said is a stranger's until its code was right.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from core.canonical.documents import Json, JsonRefused, canonical_json
from core.canonical.fields import Fields
from core.errors import (
    ConsentMalformed,
    ConsentSignatureWrong,
    Failure,
)
from core.evidence.consent import SIGNATURE_BYTES, Consent, Receipt, read_receipt
from core.hosting.consents import Consents
from core.hosting.door import Door
from core.hosting.tickets import Ticket
from core.permissions.limits import Knock
from core.remote import exchange

_LONGEST_CODE = 64
# Of what a stranger says the trail has names that are known, and no words of its own.
_RECEIPT_MEMBERS = frozenset(
    {
        *("format", "version", "terms_hash", "session_id", "role", "device"),
        *("party", "party.kind", "party.name", "party.device", "accepted_utc_ns", "means"),
    }
)
_MEMBERS = {
    "ask",
    "code",
    "receipt",
    "signature",
    *(f"receipt.{each}" for each in _RECEIPT_MEMBERS),
}
_ERRORS = {Knock.WRONG: exchange.CODE_WRONG, Knock.LOCKED: exchange.LOCKED}


class TakesConsents(Protocol):
    """Who writes a consent down."""

    async def __call__(self, consent: Consent) -> bool:
        """Write it; tells whether it is written."""


class Greeting:
    """The exchange of one way in; lives on the engine's loop.

    ``looked`` hears of each code that was looked at, ``refused`` why an exchange came to nothing, ``failed`` of what
    went wrong on this side.
    """

    def __init__(
        self,
        consents: Consents,
        door: Door,
        *,
        take: TakesConsents,
        looked: Callable[[Knock], None],
        refused: Callable[[str], None],
        failed: Callable[[Failure], None],
    ) -> None:
        self._consents = consents
        self._door = door
        self._take = take
        self._looked = looked
        self._refused = refused
        self._failed = failed

    async def greet(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        welcome: Callable[[], None],
    ) -> None:
        """Hear one question and answer it; ``welcome`` is called once the code was right.

        Raises OSError when the line breaks.
        """
        try:
            answer = await self._answer(await exchange.read_line(reader), welcome)
        except exchange.LineRefused as refused:
            self._refused(f"a greeting that cannot be read: {refused}")
            answer = {"error": exchange.UNREADABLE}
        writer.write(exchange.write_line(answer))
        await writer.drain()

    async def _answer(
        self, asked: Mapping[str, Json], welcome: Callable[[], None]
    ) -> Mapping[str, Json]:
        fields = Fields(asked, lambda field: ConsentMalformed(field=field))
        try:
            what = fields.text("ask", most=16)
            code = fields.text("code", least=1, most=_LONGEST_CODE)
            if what == "terms":
                fields.end()
                return self._look(code, welcome) or self._show()
            if what == "join":
                receipt = _receipt_in(fields)
                signature = fields.octets("signature", SIGNATURE_BYTES)
                fields.end()
                return self._look(code, welcome) or await self._join(code, receipt, signature)
            raise fields.wrong("ask")
        except ConsentMalformed as malformed:
            field = malformed.facts["field"]
            named = field if field in _MEMBERS else "a member that nobody knows"
            self._refused(f"a greeting that cannot be read: {named}")
            return {"error": exchange.UNREADABLE}

    def _show(self) -> Mapping[str, Json]:
        """Show the terms to whoever has the code, which stays as it is."""
        consents = self._consents
        return {"terms": consents.terms.members(), "signature": consents.signature.hex()}

    async def _join(self, code: str, receipt: Receipt, signature: bytes) -> Mapping[str, Json]:
        """Take an acceptance: checked, witnessed and written down before the ticket is given."""
        try:
            self._consents.check(receipt, signature)
        except (ConsentMalformed, ConsentSignatureWrong) as wrong:
            return {"error": self._refused_receipt(wrong)}
        try:
            consent = self._consents.given_signed(receipt, signature)
        except Failure as failure:  # the vault is locked
            self._failed(failure)
            return {"error": exchange.UNAVAILABLE}
        self._door.use_up(code)
        number = self._door.tickets.number
        if not await self._take(consent):
            return {"error": exchange.UNAVAILABLE}
        ticket = self._door.tickets.give(receipt.party.name, number)
        if ticket is None:  # the owner has made another code, or an end of it, meanwhile
            return {"error": exchange.CODE_WRONG}
        return _admitted(consent, ticket)

    def _look(self, code: str, welcome: Callable[[], None]) -> Mapping[str, Json]:
        """Look at a code; gives the error to answer, nothing where it is right: whoever said it is welcome."""
        if self._door.is_taken:
            return {"error": exchange.OCCUPIED}
        found = self._door.look(code)
        self._looked(found)
        if found in _ERRORS:
            return {"error": _ERRORS[found]}
        welcome()
        return {}

    def _refused_receipt(self, wrong: Failure) -> str:
        field = wrong.facts.get("field", "")
        self._refused(f"an acceptance that does not hold: {field or 'its signature'}")
        is_other = field in {"receipt.terms_hash", "receipt.session_id", "receipt.role"}
        return exchange.TERMS_DIFFERENT if is_other else exchange.RECEIPT_WRONG


def _receipt_in(fields: Fields) -> Receipt:
    """Take the receipt; raises ConsentMalformed, with a name of ours for what is wrong."""
    value = fields.take("receipt")
    try:
        return read_receipt(canonical_json(value))
    except JsonRefused:
        raise fields.wrong("receipt") from None
    except ConsentMalformed as malformed:
        field = malformed.facts["field"]
        named = f"receipt.{field}" if field in _RECEIPT_MEMBERS else "receipt"
        raise fields.wrong(named) from malformed


def _admitted(consent: Consent, ticket: Ticket) -> Mapping[str, Json]:
    return {"witness": consent.witness.hex(), "user": ticket.user, "ticket": ticket.code}
