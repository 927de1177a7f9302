"""Bridge lines: read as a person typed or pasted them, or as a QR code said them, into their one normal form.

Source: tor(1), "Bridge"; pt-spec for the options; the QR codes that Tor's bridge sites show hold a list of quoted
lines, which is JSON, or the same with single quotes.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator

from core.api.network import Bridge, BridgeKind
from core.errors import BridgeMalformed

MOST_BRIDGES = 16
_MOST_TEXT = 32 << 10  # characters; a QR code has room for less than 3,000
_MOST_OPTIONS_BYTES = 510  # what tor can hand to a transport: pt-spec, two SOCKS5 fields of 255
_MOST_PORT = 65_535
_FINGERPRINT = re.compile(r"\$?([0-9A-Fa-f]{40})(?:[=~][A-Za-z0-9]{1,19})?")
_OPTION = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,31})=([A-Za-z0-9+/=_.,:;@~%?&!*()\[\]-]+)")
_TRANSPORT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ENDPOINT = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):([0-9]{1,5})")
_SINGLE_QUOTED = re.compile(r"\s*\[\s*(?:'[^'\"\\]*'\s*,\s*)*'[^'\"\\]*'\s*,?\s*\]\s*")
_KINDS = {"obfs4": BridgeKind.OBFS4, "snowflake": BridgeKind.SNOWFLAKE}
_NEEDED = {BridgeKind.OBFS4: ("cert",), BridgeKind.SNOWFLAKE: ("url", "sqsqueue")}  # one of them


def read_bridges(text: str) -> tuple[Bridge, ...]:
    """Read bridge lines, at least one and at most sixteen; the same bridge twice is one.

    Raises BridgeMalformed, which counts lines from 1.
    """
    if len(text) > _MOST_TEXT:
        raise BridgeMalformed(line=1, reason="this is longer than any list of bridges")
    found: dict[str, Bridge] = {}
    for number, line in _lines_of(text):
        bridge = _Line(number, line).read()
        found.setdefault(bridge.line, bridge)
        if len(found) > MOST_BRIDGES:
            raise BridgeMalformed(
                line=number, reason=f"more than {MOST_BRIDGES} bridges are not used"
            )
    if not found:
        raise BridgeMalformed(line=1, reason="there is no bridge in it")
    return tuple(found.values())


def _lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Number the lines, leaving out empty ones and comments."""
    listed = _list_in(text)
    for number, line in enumerate(text.splitlines() if listed is None else listed, start=1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield number, stripped


def _list_in(text: str) -> list[str] | None:
    """Take a list of strings apart, as QR codes hold it; None when it is none."""
    if not text.lstrip().startswith("["):
        return None
    quoted = text
    if _SINGLE_QUOTED.fullmatch(text):
        quoted = text.replace("'", '"').rstrip().removesuffix("]").rstrip().removesuffix(",") + "]"
    try:
        value = json.loads(quoted)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return [line for each in value for line in each.splitlines()]
    return None


class _Line:
    """One line, and its number for whoever has to look for a mistake in it."""

    def __init__(self, number: int, text: str) -> None:
        self._number = number
        self._words = text.split()
        if len(self._words) > 1 and self._words[0].lower() == "bridge":
            del self._words[0]

    def read(self) -> Bridge:
        kind = self._take_kind()
        endpoint = self._take_endpoint()
        fingerprint = self._take_fingerprint()
        options = self._take_options(kind)
        transport = [] if kind is BridgeKind.PLAIN else [kind.value]
        return Bridge(kind, endpoint, " ".join([*transport, endpoint, *fingerprint, *options]))

    def _take_kind(self) -> BridgeKind:
        word = self._words[0]
        if not _TRANSPORT.fullmatch(word):
            return BridgeKind.PLAIN
        kind = _KINDS.get(word.lower())
        if kind is None:
            raise self._refused("it must begin with obfs4, snowflake, or an address and port")
        del self._words[0]
        return kind

    def _take_endpoint(self) -> str:
        found = _ENDPOINT.fullmatch(self._words.pop(0)) if self._words else None
        if found is None:
            raise self._refused("there must be an IP address and a port, as 192.0.2.1:443")
        six, four, port = found.groups()
        try:
            host = ipaddress.IPv6Address(six) if six else ipaddress.IPv4Address(four)
        except ValueError:
            raise self._refused("this is no IP address") from None
        if not 1 <= int(port) <= _MOST_PORT:
            raise self._refused(f"a port is a number from 1 to {_MOST_PORT}")
        return f"[{host}]:{int(port)}" if six else f"{host}:{int(port)}"

    def _take_fingerprint(self) -> list[str]:
        found = _FINGERPRINT.fullmatch(self._words[0]) if self._words else None
        if found is None:
            return []
        del self._words[0]
        return [found[1].upper()]

    def _take_options(self, kind: BridgeKind) -> list[str]:
        found = [_OPTION.fullmatch(word) for word in self._words]
        if kind is BridgeKind.PLAIN and found:
            raise self._refused(
                "a bridge without a transport has an address and a fingerprint only"
            )
        options = [each for each in found if each is not None]
        if len(options) != len(found):
            raise self._refused(
                "behind the fingerprint there are options only, as cert=… and iat-mode=0"
            )
        names = [each[1] for each in options]
        if len(set(names)) != len(names):
            raise self._refused("an option is there twice")
        needed = _NEEDED.get(kind, ())
        if needed and not any(name in names for name in needed):
            raise self._refused(f"the option {needed[0]}= is missing; take the line whole")
        if sum(len(each[0]) + each[0].count(";") + 1 for each in options) > _MOST_OPTIONS_BYTES:
            raise self._refused("its options are longer than Tor takes")
        return [each[0] for each in options]

    def _refused(self, reason: str) -> BridgeMalformed:
        return BridgeMalformed(line=self._number, reason=reason)
