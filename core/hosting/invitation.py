"""An invitation in one line, for a QR code: where, with which key and code, and whose certificate."""

from __future__ import annotations

from urllib.parse import urlencode

from core.api.hosting import Invitation
from core.permissions.limits import Code

_MS_IN_NS = 1_000_000


def make_invitation(
    address: str, code: Code, certificate_sha256: str, client_key: str = ""
) -> Invitation:
    """Join an address, a code, a fingerprint, and the key that opens an onion address.

    The link is ``lucid://HOST:PORT?code=…&sha256=…``, and ends in ``&key=…`` where there is one.
    """
    key = {"key": client_key} if client_key else {}
    query = urlencode({"code": code.text, "sha256": certificate_sha256, **key})
    return Invitation(
        address=address,
        code=code.text,
        certificate_sha256=certificate_sha256,
        expires_utc_ms=code.until.utc_ns // _MS_IN_NS,
        link=f"lucid://{address}?{query}",
        client_key=client_key,
    )
