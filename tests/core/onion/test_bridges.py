"""Tests of core.onion.bridges."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.network import BridgeKind
from core.errors import BridgeMalformed
from core.onion.bridges import MOST_BRIDGES, read_bridges

PRINT = "0123456789ABCDEF0123456789ABCDEF01234567"
CERT = "cert=q7b3in5QkM7/w+Pu iat-mode=0"  # as long as ours need it; tor does not look into it
OBFS4 = f"obfs4 192.0.2.7:443 {PRINT} {CERT}"
SNOWFLAKE = f"snowflake 192.0.2.3:80 {PRINT} fingerprint={PRINT} url=https://broker.example/ fronts=a.example,b.example"
PLAIN = f"[2001:db8::7]:9001 {PRINT}"
SAFE_LINE = re.compile(r"[A-Za-z0-9 +/=_.,:;@~%?&!*()\[\]-]+")


@pytest.mark.parametrize(
    ("line", "kind", "endpoint"),
    [
        (OBFS4, BridgeKind.OBFS4, "192.0.2.7:443"),
        (SNOWFLAKE, BridgeKind.SNOWFLAKE, "192.0.2.3:80"),
        (PLAIN, BridgeKind.PLAIN, "[2001:db8::7]:9001"),
        ("192.0.2.1:443", BridgeKind.PLAIN, "192.0.2.1:443"),
    ],
)
def test_a_line_is_read(line: str, kind: BridgeKind, endpoint: str) -> None:
    """Each kind of line is read, and is its own normal form."""
    (bridge,) = read_bridges(line)
    assert (bridge.kind, bridge.endpoint, bridge.line) == (kind, endpoint, line)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        (f"Bridge {OBFS4}", OBFS4),
        (f"  bridge\tOBFS4   192.0.2.7:0443 ${PRINT.lower()}~name {CERT}  ", OBFS4),
        (f"[2001:0DB8:0::7]:9001 {PRINT.lower()}", PLAIN),
    ],
)
def test_a_line_has_one_normal_form(typed: str, normal: str) -> None:
    """Spaces, capitals, torrc's own word and a nickname make no other bridge of it."""
    assert [each.line for each in read_bridges(typed)] == [normal]


@pytest.mark.parametrize(
    "text",
    [
        f"{OBFS4}\n\n# a comment\n{SNOWFLAKE}\r\n{OBFS4}\n",
        json.dumps([OBFS4, SNOWFLAKE]),
        f"['{OBFS4}', '{SNOWFLAKE}',]",
        json.dumps([f"{OBFS4}\n{SNOWFLAKE}"]),
    ],
)
def test_several_lines_are_read(text: str) -> None:
    """Lines come one below the other, or as the list that a QR code of Tor holds; the same one twice is one."""
    assert [each.line for each in read_bridges(text)] == [OBFS4, SNOWFLAKE]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "no bridge"),
        ("# nothing\n", 1, "no bridge"),
        ("[]", 1, "no bridge"),
        ("['a", 1, "IP address"),
        ("[1, 2]", 1, "IP address"),
        (f"{OBFS4}\nmeek_lite 192.0.2.2:2 url=https://x.example", 2, "begin with"),
        ("bridge", 1, "begin with"),
        ("obfs4", 1, "IP address"),
        (f"obfs4 bridge.example:443 {PRINT} {CERT}", 1, "IP address"),
        (f"obfs4 192.0.2.300:443 {PRINT} {CERT}", 1, "no IP address"),
        (f"obfs4 [2001:::7]:443 {PRINT} {CERT}", 1, "no IP address"),
        (f"obfs4 192.0.2.7:0 {PRINT} {CERT}", 1, "a port"),
        (f"obfs4 192.0.2.7:65536 {PRINT} {CERT}", 1, "a port"),
        (f"obfs4 192.0.2.7:443 {PRINT[:-1]} {CERT}", 1, "options only"),
        (f"obfs4 192.0.2.7:443 {PRINT}", 1, "cert= is missing"),
        (f"snowflake 192.0.2.7:443 {PRINT}", 1, "url= is missing"),
        (f"{OBFS4} iat-mode=1", 1, "twice"),
        (f"{OBFS4} a={'x' * 500}", 1, "longer than Tor takes"),
        (f'{OBFS4} a="b"', 1, "options only"),
        (f"{OBFS4} a=b#c", 1, "options only"),
        (f"{OBFS4} a=b\\", 1, "options only"),
        (f"192.0.2.7:443 {PRINT} a=b", 1, "without a transport"),
        ("x" * 40_000, 1, "longer than any list"),
    ],
)
def test_what_is_no_bridge_is_told_by_its_line(text: str, line: int, reason: str) -> None:
    """A line that cannot be read is told with its number and with what is wrong about it."""
    with pytest.raises(BridgeMalformed) as caught:
        read_bridges(text)
    assert caught.value.facts["line"] == line
    assert reason in str(caught.value.facts["reason"])


def test_sixteen_bridges_are_the_most() -> None:
    """Sixteen bridges are read, a seventeenth is refused."""
    lines = [f"192.0.2.{number}:443" for number in range(1, MOST_BRIDGES + 2)]
    assert len(read_bridges("\n".join(lines[:-1]))) == MOST_BRIDGES
    with pytest.raises(BridgeMalformed):
        read_bridges("\n".join(lines))


WORDS = st.one_of(
    st.sampled_from(
        ["obfs4", "snowflake", "Bridge", "192.0.2.7:443", PRINT, "cert=x", "url=y", "\n"]
    ),
    st.text(max_size=12),
)


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_whatever_is_typed_no_line_holds_more_than_a_bridge(text: str) -> None:
    """Any text is refused, or read into lines that hold safe characters only and read back as themselves."""
    try:
        found = read_bridges(text)
    except BridgeMalformed:
        return
    for bridge in found:
        assert SAFE_LINE.fullmatch(bridge.line)
        assert read_bridges(bridge.line) == (bridge,)
