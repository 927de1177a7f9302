"""The lines that two appliances exchange before one joins the other's session: JSON objects, one a line.

They go over TLS, to the address at which ordinary clients speak RDP: the first byte tells them apart. The client asks
once for the terms, or once to join, and the host answers once; then the connection ends. See docs/formats/consent.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from core.canonical.documents import Json, JsonRefused, canonical_json, load_json

LONGEST_LINE = 8192
LINE_S = 20.0  # for a line to come whole
TLS_HELLO, RDP_HELLO = 0x16, 0x03  # the first byte of each

# Why the host does not do what it was asked for.
CODE_WRONG = "code_wrong"
LOCKED = "locked"
OCCUPIED = "occupied"
TERMS_DIFFERENT = "terms_different"
RECEIPT_WRONG = "receipt_wrong"
UNREADABLE = "unreadable"
UNAVAILABLE = "unavailable"


class LineRefused(ValueError):
    """What came is no line of an exchange: too long, too slow, cut off, or no JSON object."""


def write_line(members: Mapping[str, Json]) -> bytes:
    """Write a line, its end included."""
    return canonical_json(members) + b"\n"


def cut_off(writer: asyncio.StreamWriter) -> None:
    """End a connection over TLS at once, however far its end has come."""
    with suppress(AttributeError):  # Python 3.11 forgets the protocol of one that was closed twice
        writer.transport.abort()


async def read_line(reader: asyncio.StreamReader) -> Mapping[str, Json]:
    """Read a line; the reader's limit must be LONGEST_LINE. Raises LineRefused, and OSError when the line breaks."""
    try:
        async with asyncio.timeout(LINE_S):
            line = await reader.readuntil(b"\n")
    except TimeoutError:
        raise LineRefused("it does not come to an end") from None
    except asyncio.IncompleteReadError:
        raise LineRefused("it was cut off") from None
    except asyncio.LimitOverrunError:
        raise LineRefused("it is too long") from None
    try:
        value = load_json(line[:-1], LONGEST_LINE)
    except JsonRefused as refused:
        raise LineRefused(str(refused)) from refused
    if not isinstance(value, dict):
        raise LineRefused("it is no object")
    return value
