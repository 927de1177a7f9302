"""Somebody else's appliance, as far as whoever joins it speaks with it: a device, terms, and an exchange over TLS."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from pathlib import Path
from uuid import uuid4

from nacl.signing import SigningKey

from core.api.joining import JoinRole
from core.api.permissions import Capability, Profile, Rule
from core.canonical.documents import canonical_json
from core.evidence.consent import (
    Consent,
    Means,
    Party,
    PartyKind,
    Receipt,
    SessionTerms,
    TermsLimits,
    read_receipt,
)
from core.evidence.consent_signature import sign_receipt, sign_terms, witness_receipt
from core.joining.greeting import Admission
from core.remote import exchange
from core.remote.certificate import write_certificate
from tests.fakes.clocks import ManualClock

CODE, USER, TICKET = "7KQM-4RTX", "q2w3e4r5", "TICKET-FOR-ONE-CLIENT"
SIZE = (1280, 720)


def sign_with(key: SigningKey, data: bytes) -> bytes:
    """Sign as a device does."""
    return bytes(key.sign(data).signature)


class OtherEnd:
    """It answers until it is closed; ``refuses`` is a word of the exchange that it answers instead."""

    def __init__(self, role: JoinRole = JoinRole.PEER, certificate: bytes = bytes(32)) -> None:
        self.key = SigningKey.generate()
        self.refuses = ""
        self.asked: list[str] = []
        self.address = ""
        limits = TermsLimits(90, 15, 256, 100)
        rules = dict.fromkeys(Capability, Rule.ASK) | {Capability.VIEW: Rule.ALLOW}
        self.terms = SessionTerms(
            session_id=uuid4(),
            role=role,
            device=bytes(self.key.verify_key),
            certificate_sha256=certificate,
            policy_hash=bytes(32),
            profile=Profile.CUSTOM,
            rules=tuple(rules.items()),
            records_keys=False,
            width=SIZE[0],
            height=SIZE[1],
            limits=limits,
        )

    @property
    def certificate_sha256(self) -> str:
        """The fingerprint of its certificate."""
        return self.terms.certificate_sha256.hex()

    @property
    def link(self) -> str:
        """The invitation."""
        return f"lucid://{self.address}?code={CODE}&sha256={self.certificate_sha256}"

    def admission(self, name: str, key: SigningKey) -> Admission:
        """Admit a device, as the exchange would."""
        receipt = Receipt(
            terms_hash=self.terms.terms_hash,
            session_id=self.terms.session_id,
            role=self.terms.role,
            device=self.terms.device,
            party=Party(PartyKind.DEVICE, name, bytes(key.verify_key)),
            accepted_utc_ns=1,
            means=Means.SIGNED,
        )
        return Admission(
            USER,
            TICKET,
            Consent(
                self.terms,
                self._sign_terms(),
                receipt,
                sign_receipt(receipt, lambda data: sign_with(key, data)),
                self._witness(receipt),
            ),
        )

    async def open(self, directory: Path) -> None:
        """Answer at an address of loopback; the certificate is made in the directory."""
        write_certificate(directory, ManualClock().now())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(directory / "certificate.pem", directory / "key.pem")
        presented = ssl.PEM_cert_to_DER_cert((directory / "certificate.pem").read_text())
        fields = {**vars(self.terms), "certificate_sha256": hashlib.sha256(presented).digest()}
        self.terms = SessionTerms(**fields)
        self._server = await asyncio.start_server(
            self._answer, "127.0.0.1", 0, ssl=context, limit=exchange.LONGEST_LINE
        )
        name = self._server.sockets[0].getsockname()
        self.address = f"{name[0]}:{name[1]}"

    def close(self) -> None:
        """Answer no more."""
        self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = await exchange.read_line(reader)
        except exchange.LineRefused:  # whoever asks has seen the certificate, and gone
            writer.close()
            return
        self.asked.append(str(asked["ask"]))
        if self.refuses:
            answer = {"error": self.refuses}
        elif asked["ask"] == "terms":
            answer = {"terms": self.terms.members(), "signature": self._sign_terms().hex()}
        else:
            receipt = read_receipt(canonical_json(asked["receipt"]))
            answer = {"user": USER, "ticket": TICKET, "witness": self._witness(receipt).hex()}
        writer.write(exchange.write_line(answer))
        await writer.drain()
        writer.close()

    def _sign_terms(self) -> bytes:
        return sign_terms(self.terms, lambda data: sign_with(self.key, data))

    def _witness(self, receipt: Receipt) -> bytes:
        return witness_receipt(receipt, lambda data: sign_with(self.key, data))
