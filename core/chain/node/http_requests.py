"""The little of HTTP/1.1 that JSON-RPC clients use: POST with a length, one after the other.

What a web page could send is refused: a foreign Host (DNS rebinding), any Origin, and bodies that are not declared as
JSON (a browser asks before it sends those). Source: RFC 9112.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

from core.chain.node.answering import MAX_REQUEST_BYTES

MAX_HEAD_BYTES = 16 * 1024
_OWN_NAMES = {"127.0.0.1", "localhost", "[::1]"}


@dataclass(frozen=True)
class HttpRequest:
    """A request's body, and whether the connection ends with its answer."""

    body: bytes
    is_last: bool


class HttpFault(Exception):
    """A request that is not served."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


async def read_request(reader: asyncio.StreamReader) -> HttpRequest | None:
    """Read the next request; None when the client is done. Raises HttpFault."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise HttpFault(HTTPStatus.BAD_REQUEST) from error
        return None
    except asyncio.LimitOverrunError as error:
        raise HttpFault(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from error
    first, fields = _parse_head(head)
    _check(first, fields)
    body = await reader.readexactly(_length(fields))
    return HttpRequest(body, is_last=fields.get("connection", "").lower() == "close")


def _parse_head(head: bytes) -> tuple[list[str], dict[str, str]]:
    lines = head.decode("latin-1").split("\r\n")
    fields: dict[str, str] = {}
    for line in lines[1:-2]:
        name, separator, value = line.partition(":")
        if not separator or name.lower() in fields:
            raise HttpFault(HTTPStatus.BAD_REQUEST)
        fields[name.lower()] = value.strip()
    return lines[0].split(" "), fields


def _check(first: list[str], fields: dict[str, str]) -> None:
    if len(first) != 3 or not first[2].startswith("HTTP/1."):  # noqa: PLR2004 - method, target, version
        raise HttpFault(HTTPStatus.BAD_REQUEST)
    if first[0] != "POST":
        raise HttpFault(HTTPStatus.METHOD_NOT_ALLOWED)
    if fields.get("host", "").rpartition(":")[0] not in _OWN_NAMES or "origin" in fields:
        raise HttpFault(HTTPStatus.FORBIDDEN)
    if fields.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HttpFault(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def _length(fields: dict[str, str]) -> int:
    given = fields.get("content-length", "")
    if not (given.isascii() and given.isdigit()) or "transfer-encoding" in fields:
        raise HttpFault(HTTPStatus.LENGTH_REQUIRED)
    length = int(given[:12])
    if length > MAX_REQUEST_BYTES:
        raise HttpFault(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return length


def write_response(
    writer: asyncio.StreamWriter, status: int, body: bytes, *, is_last: bool
) -> None:
    """Write a whole answer."""
    phrase = HTTPStatus(status).phrase
    connection = "close" if is_last else "keep-alive"
    head = (
        f"HTTP/1.1 {int(status)} {phrase}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: {connection}\r\n\r\n"
    )
    writer.write(head.encode() + body)
