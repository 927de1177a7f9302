"""The pairing line: all that a reader needs, in one line that fits a QR code. ``core.peers`` reads it."""

from __future__ import annotations

from urllib.parse import urlencode

from core.api.access import PAIRING_SCHEME, READING_PORT


def pairing_line(host: str, client_key: str, token: str, device: str) -> str:
    """Write the line of an appliance: its host, the reader's client key and token, the device's public key in hex."""
    secrets = urlencode({"key": client_key, "token": token, "device": device})
    return f"{PAIRING_SCHEME}://{host}:{READING_PORT}?{secrets}"
