"""The pairing line: all that this appliance needs to read from another one, in one line that fits a QR code.

``lucid-pair://ADDRESS.onion:80?key=…&token=…&device=…``, each member once: the client key for Tor (X25519, base32), the
token, and the public key of the other appliance's device (Ed25519, hex).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from core.api.access import PAIRING_SCHEME, READING_PORT
from core.errors import AddressRefused, PairingMalformed
from core.onion.keys import ClientKey
from core.transport.addresses import read_onion_address

_LONGEST = 512  # characters; a whole line has some 270
_TOKEN = re.compile(r"lucid_[A-Za-z0-9_-]{43}")
_DEVICE = re.compile(r"[0-9a-f]{64}")
_MEMBERS = (
    "key",
    "token",
    "device",
)  # as a line has them, so that the last are those that are cut off


@dataclass(frozen=True)
class Pairing:
    """What a line says. Key and token are secrets: they do not show in a repr."""

    host: str  # ADDRESS.onion
    client_key: str
    token: str
    device: str

    def __repr__(self) -> str:
        return "Pairing(…)"


def read_pairing(line: str) -> Pairing:
    """Read a line as it was pasted, typed or shown in a QR code; PairingMalformed says what is wrong, and no secret."""
    line = line.strip()
    if len(line) > _LONGEST:
        raise PairingMalformed(reason="it is too long")
    if not line.startswith(f"{PAIRING_SCHEME}://"):
        raise PairingMalformed(reason=f"it does not begin with {PAIRING_SCHEME}://")
    try:
        parts = urlsplit(line)
        _demand_all(parts.query)
        members = parse_qs(parts.query, strict_parsing=True, keep_blank_values=True)
    except ValueError:
        raise PairingMalformed(reason="it is not whole") from None
    if parts.path not in {"", "/"} or parts.fragment:
        raise PairingMalformed(reason="there is more in it than there should be")
    if members.keys() != set(_MEMBERS) or any(len(each) != 1 for each in members.values()):
        raise PairingMalformed(reason="key, token and device must each be there once")
    (key,), (token,), (device,) = (members[each] for each in ("key", "token", "device"))
    if not _TOKEN.fullmatch(token):
        raise PairingMalformed(reason="its token is not whole")
    if not _DEVICE.fullmatch(device):
        raise PairingMalformed(reason="its device is not whole")
    return Pairing(_host(parts.netloc), _client_key(key), token, device)


def _demand_all(query: str) -> None:
    there = {each.partition("=")[0] for each in query.split("&") if "=" in each}
    *others, last = [each for each in _MEMBERS if each not in there] or [""]
    if last:
        missing = f"{', '.join(others)} and {last} are" if others else f"{last} is"
        raise PairingMalformed(reason=f"its {missing} missing")


def _host(place: str) -> str:
    try:
        address = read_onion_address(place)
    except AddressRefused as refused:
        raise PairingMalformed(reason=f"of its address, {refused.facts['reason']}") from refused
    if address.port != READING_PORT:
        raise PairingMalformed(reason=f"its port is not {READING_PORT}")
    return address.host


def _client_key(text: str) -> str:
    try:
        return ClientKey.read(text).private_text
    except ValueError:
        raise PairingMalformed(reason="its key is not whole") from None
