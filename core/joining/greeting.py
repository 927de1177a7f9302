"""Before joining: the other end's terms are read, and accepted under this device's signature.

Nothing is said to the other end, the code least of all, before its certificate is the one that it must be.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from core.api.joining import Terms
from core.canonical.documents import Json, JsonRefused, canonical_json
from core.errors import (
    CertificateDifferent,
    CodeWrong,
    ConsentMalformed,
    ConsentSignatureWrong,
    Failure,
    HostUnreachable,
    JoinRefused,
    TermsRefused,
    UsageFailure,
)
from core.evidence.consent import (
    Consent,
    Means,
    Party,
    PartyKind,
    Receipt,
    SessionTerms,
    is_name,
)
from core.evidence.consent import (
    read_terms as read_terms_document,
)
from core.evidence.consent_signature import check_consent, check_terms, sign_receipt
from core.joining.invited import Invited
from core.remote import exchange
from core.remote.dial import Dial

_TICKET = re.compile(r"[A-Z0-9-]{8,64}")
_USER = re.compile(r"[a-z0-9]{8,32}")
_CLOSING_S = 2.0

Sign = Callable[[bytes], bytes]

_REASONS = {
    exchange.LOCKED: "too many wrong codes were tried",
    exchange.OCCUPIED: "somebody else is there",
    exchange.TERMS_DIFFERENT: "its terms have changed",
    exchange.RECEIPT_WRONG: "it does not take the acceptance; the clocks of the two may be too far apart",
    exchange.UNREADABLE: "it does not understand this version of Lucid",
    exchange.UNAVAILABLE: "its session is ending, or its vault is locked",
}


@dataclass(frozen=True)
class Offer:
    """What the other end asks for: its terms, signed by its device, over a connection with this certificate."""

    invited: Invited
    terms: SessionTerms
    signature: bytes

    def shown(self) -> Terms:
        """Give it as front ends see it."""
        terms, limits = self.terms, self.terms.limits
        return Terms(
            terms_hash=terms.terms_hash.hex(),
            session_id=str(terms.session_id),
            device=terms.device.hex(),
            certificate_sha256=terms.certificate_sha256.hex(),
            is_certificate_known=bool(self.invited.certificate_sha256),
            role=terms.role,
            profile=terms.profile,
            rules=terms.rules,
            records_keys=terms.records_keys,
            longest_minutes=limits.longest_minutes,
            idle_minutes=limits.idle_minutes,
            width=terms.width,
            height=terms.height,
            policy_hash=terms.policy_hash.hex(),
            text=terms.text,
        )


@dataclass(frozen=True)
class Admission:
    """What lets one client in, once, within 120 s: RDP's user name and password; and what both records hold."""

    user: str
    ticket: str = field(repr=False)
    consent: Consent


async def read_terms(dial: Dial, invited: Invited) -> Offer:
    """Ask for the terms; the code is looked at, and not used up.

    ``dial`` connects to an address and gives the socket, which is closed here; what it raises is passed on, OSError
    as HostUnreachable. Raises HostUnreachable, CertificateDifferent, CodeWrong, JoinRefused, TermsRefused.
    """
    answer, presented = await _ask(dial, invited, {"ask": "terms", "code": invited.code})
    terms, signature = _terms_in(answer)
    if terms.certificate_sha256.hex() != presented:
        raise TermsRefused(reason="they name another certificate than that of the connection")
    return Offer(invited, terms, signature)


async def accept(
    dial: Dial, offer: Offer, *, name: str, device: bytes, sign: Sign, utc_ns: int
) -> Admission:
    """Accept these very terms as ``name``, signed by this ``device`` (its public key); the code is used up.

    Raises as ``read_terms``, and UsageFailure for a name that nobody can show.
    """
    if not is_name(name):
        raise UsageFailure(reason="a name has 1 to 64 characters that can be shown")
    terms = offer.terms
    receipt = Receipt(
        terms_hash=terms.terms_hash,
        session_id=terms.session_id,
        role=terms.role,
        device=terms.device,
        party=Party(PartyKind.DEVICE, name, device),
        accepted_utc_ns=utc_ns,
        means=Means.SIGNED,
    )
    signature = sign_receipt(receipt, sign)
    pinned = replace(offer.invited, certificate_sha256=terms.certificate_sha256.hex())
    asked: dict[str, Json] = {
        "ask": "join",
        "code": pinned.code,
        "receipt": receipt.members(),
        "signature": signature.hex(),
    }
    answer, _ = await _ask(dial, pinned, asked)
    user, ticket = _matching(answer, "user", _USER), _matching(answer, "ticket", _TICKET)
    consent = Consent(terms, offer.signature, receipt, signature, _octets(answer, "witness"))
    try:
        check_consent(consent)
    except ConsentSignatureWrong as wrong:
        raise TermsRefused(reason="its signature under the receipt does not hold") from wrong
    return Admission(user, ticket, consent)


async def _ask(
    dial: Dial, invited: Invited, asked: Mapping[str, Json]
) -> tuple[Mapping[str, Json], str]:
    """Ask once; gives the answer, and the SHA-256 of the certificate that was presented, in hex."""
    reader, writer = await _connect(dial, invited.address)
    try:
        presented = _presented(writer)
        if invited.certificate_sha256 not in {"", presented}:
            raise CertificateDifferent(found=presented, expected=invited.certificate_sha256)
        writer.write(exchange.write_line(asked))
        await writer.drain()
        answer = await exchange.read_line(reader)
    except (OSError, exchange.LineRefused) as error:
        raise HostUnreachable(address=invited.address, reason="its answer did not come") from error
    finally:
        await _hang_up(writer)
    _refuse(answer)
    return answer, presented


async def _connect(dial: Dial, address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        stream = await dial(address)
    except OSError as error:
        reason = error.strerror or "no connection"
        raise HostUnreachable(address=address, reason=reason) from error
    try:
        return await asyncio.open_connection(
            sock=stream,
            ssl=_context(),
            server_hostname="",
            ssl_handshake_timeout=exchange.LINE_S,
            limit=exchange.LONGEST_LINE,
        )
    except (OSError, EOFError) as error:
        stream.close()
        raise HostUnreachable(address=address, reason="no Lucid answers there") from error
    except BaseException:
        stream.close()
        raise


def _context() -> ssl.SSLContext:
    """Take any certificate: which one it must be is compared by its fingerprint, before anything is said."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _presented(writer: asyncio.StreamWriter) -> str:
    certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    return hashlib.sha256(certificate or b"").hexdigest()


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError, TimeoutError):  # the other end may be gone, or hold on
        async with asyncio.timeout(_CLOSING_S):
            await writer.wait_closed()
    exchange.cut_off(writer)


def _refuse(answer: Mapping[str, Json]) -> None:
    word = answer.get("error")
    if word is None:
        return
    if word == exchange.CODE_WRONG:
        raise CodeWrong
    raise JoinRefused(reason=_REASONS.get(str(word), "it gives no reason that is known"))


def _terms_in(answer: Mapping[str, Json]) -> tuple[SessionTerms, bytes]:
    try:
        terms = read_terms_document(canonical_json(answer.get("terms")))
        signature = _octets(answer, "signature")
        check_terms(terms, signature)
    except (ConsentMalformed, JsonRefused) as malformed:
        field = malformed.facts["field"] if isinstance(malformed, Failure) else "terms"
        raise TermsRefused(reason=f"{field} is not valid") from malformed
    except ConsentSignatureWrong as wrong:
        raise TermsRefused(reason="the other device's signature does not fit") from wrong
    return terms, signature


def _octets(answer: Mapping[str, Json], member: str) -> bytes:
    return bytes.fromhex(_matching(answer, member, re.compile("(?:[0-9a-f]{2}){64}")))


def _matching(answer: Mapping[str, Json], member: str, pattern: re.Pattern[str]) -> str:
    value = answer.get(member)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise TermsRefused(reason=f"its answer has no valid {member}")
    return value
