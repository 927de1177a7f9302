"""The pairing line: all that a reader needs, in one line that fits a QR code. ``core.peers`` reads it."""

from __future__ import annotations

from urllib.parse import urlencode

SCHEME = "lucid-pair"
PORT = 80


def pairing_line(host: str, client_key: str, token: str, device: str) -> str:
    """Write the line of an appliance: its host, the reader's client key and token, the device's public key in hex."""
    secrets = urlencode({"key": client_key, "token": token, "device": device})
    return f"{SCHEME}://{host}:{PORT}?{secrets}"
