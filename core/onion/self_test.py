"""Known answers for the keys of onion services: what tor is given must stand behind the address that we tell."""

from __future__ import annotations

import base64
from collections.abc import Callable

from core.errors import SelfTestFailed
from core.onion.keys import ClientKey, ServiceKey
from core.transport.addresses import onion_host


def run() -> None:
    """Compute each known answer; raises SelfTestFailed naming the first test that does not come out right."""
    for name, holds in _TESTS.items():
        if not holds():
            raise SelfTestFailed(test=name)


def _onion_address() -> bool:
    """Tor's specification, "Encoding onion addresses": the address that is its example."""
    host = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion"
    public_key = base64.b32decode(host.removesuffix(".onion").upper())[:32]
    return onion_host(public_key) == host


def _onion_service_key() -> bool:
    """RFC 8032, section 7.1, test 2: its public key, and its secret expanded and clamped as section 5.1.5 says."""
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    expanded = (
        "68bd9ed75882d52815a97585caf4790a7f6c6b3b7f821c5e259a24b02e502e51"
        "4566848291dacaf225cc63deb348da318e2c2e17b00b8160f9ce6bfa0472911d"
    )
    key = ServiceKey(seed)
    tor_key = base64.b64encode(bytes.fromhex(expanded)).decode()
    return key.public_key.hex() == public and key.tor_key() == f"ED25519-V3:{tor_key}"


def _onion_client_key() -> bool:
    """X25519 (RFC 7748) of the bytes 0 to 31, computed with OpenSSL, in the base32 that tor takes."""
    key = ClientKey(bytes(range(32)))
    return key.public_text == "R5AMLLNWR4SWESXFWIKOU5T2N3EU3AU5HV5V4GWRXJXT4IJYFBPQ"


_TESTS: dict[str, Callable[[], bool]] = {
    "onion_address": _onion_address,
    "onion_service_key": _onion_service_key,
    "onion_client_key": _onion_client_key,
}
