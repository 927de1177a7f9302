"""An invitation as it is typed, pasted or scanned: where to join, with which key and code, and whose certificate."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from core.errors import ClientKeyNeeded, UsageFailure
from core.onion.keys import ClientKey
from core.transport.addresses import Address, OnionAddress, read_address

_SCHEME = "lucid://"
_LINK = re.compile(r"lucid://([^/?#\s]{1,100})/?\?([^#\s]{1,400})")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[A-Za-z0-9 -]{1,64}")
_LONGEST = 512
_PARTS = {"code": "code", "sha256": "certificate (sha256)"}
_NEEDED, _KEYED = {*_PARTS}, {*_PARTS, "key"}


@dataclass(frozen=True)
class Invited:
    """Where to join, with which code; ``certificate_sha256`` is empty where only an address was given."""

    address: str  # host:port
    code: str = field(repr=False)
    certificate_sha256: str = ""
    client_key: str = field(default="", repr=False)  # X25519, base32; empty on this machine

    @property
    def is_by_tor(self) -> bool:
        """Whether the address is an onion service's, and not this machine's."""
        return bool(self.client_key)


def read_invitation(invitation: str, code: str = "", client_key: str = "") -> Invited:
    """Read a link (``lucid://HOST:PORT?code=…&sha256=…``, with ``&key=…`` for an onion address), or an address.

    An address comes with its code, and an onion address with its client key, as a person types them. Raises
    UsageFailure, AddressRefused, and ClientKeyNeeded for an onion address without its key.
    """
    if len(invitation) > _LONGEST:
        raise UsageFailure(reason="this is too long for an invitation")
    if invitation.startswith(_SCHEME):
        return _linked(invitation)
    address = read_address(invitation.strip())
    if not _CODE.fullmatch(code):
        raise UsageFailure(reason="an address needs its code too")
    return _invited(address, code, "", re.sub(r"[\s-]", "", client_key))


def _linked(link: str) -> Invited:
    _demand_all(link)
    found = _LINK.fullmatch(link)
    if found is None:
        raise UsageFailure(reason="this is no whole invitation")
    try:
        named = parse_qs(found[2], strict_parsing=True, max_num_fields=len(_KEYED))
    except ValueError as error:
        raise UsageFailure(reason="this is no whole invitation") from error
    facts = {name: values[0] for name, values in named.items() if len(values) == 1}
    is_whole = set(facts) == set(named) and set(facts) in (_NEEDED, _KEYED)
    if not (is_whole and _CODE.fullmatch(facts["code"])):
        raise UsageFailure(reason="this is no whole invitation")
    if not _SHA256.fullmatch(facts["sha256"]):
        reason = "the certificate in the invitation (sha256) has 64 letters and digits: one is wrong or missing"
        raise UsageFailure(reason=reason)
    return _invited(read_address(found[1]), facts["code"], facts["sha256"], facts.get("key", ""))


def _demand_all(link: str) -> None:
    """Say what is missing of a link, which is easily cut off when pasted. A key alone has a failure of its own."""
    place, _, query = link.partition("?")
    there = {each.partition("=")[0] for each in query.split("&") if "=" in each}
    missing = [what for name, what in _PARTS.items() if name not in there]
    if not missing:
        return
    if ".onion" in place.lower() and "key" not in there:
        missing.append("client key (key)")
    *others, last = missing
    named = f"{', '.join(others)} and {last} are" if others else f"{last} is"
    raise UsageFailure(reason=f"this is no whole invitation: its {named} missing")


def _invited(address: Address, code: str, sha256: str, client_key: str) -> Invited:
    """Have an onion address with its key, and one of this machine without any."""
    if not isinstance(address, OnionAddress):
        if client_key:
            raise UsageFailure(reason="an address of this machine has no client key")
        return Invited(str(address), code, sha256)
    if not client_key:
        raise ClientKeyNeeded(address=str(address))
    try:
        key = ClientKey.read(client_key)
    except ValueError:
        reason = "a client key has 52 letters A to Z and digits 2 to 7: one is wrong or missing"
        raise UsageFailure(reason=reason) from None
    return Invited(str(address), code, sha256, key.private_text)
