"""Tokens: what a reader shows at each call; this appliance keeps only their hashes.

A token is ``lucid_`` and 32 random bytes in base64url without padding (RFC 4648, section 5). Its hash is BLAKE3 in
derive_key mode with a context of its own: fast, and no dictionary holds 256 random bits.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets

from blake3 import blake3

TOKEN_BYTES = 32
_CONTEXT = "lucid 2026-11 access token v1"
_PREFIX = "lucid_"
_TOKEN = re.compile(r"lucid_[A-Za-z0-9_-]{43}\Z")
_BEARER = re.compile(r"[Bb]earer +(\S+) *\Z")


def make_token() -> str:
    """Make a fresh token. Secret: it is shown once and kept nowhere."""
    return _PREFIX + base64.urlsafe_b64encode(secrets.token_bytes(TOKEN_BYTES)).decode().rstrip("=")


def token_hash(token: str) -> bytes:
    """Hash a token for keeping (32 bytes)."""
    return blake3(token.encode("utf-8"), derive_key_context=_CONTEXT).digest()


def is_same(one: bytes, other: bytes) -> bool:
    """Compare two hashes in a time that says nothing about them."""
    return hmac.compare_digest(one, other)


def read_bearer(header: str | None) -> str | None:
    """Read the token from an Authorization header (RFC 6750, section 2.1); None where there is none."""
    found = _BEARER.match(header or "")
    if found is None or not _TOKEN.match(found.group(1)):
        return None
    return found.group(1)
