"""Tests of core.chain.node.http_requests."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chain.node.http_requests import HttpFault, HttpRequest, read_request

HEAD = (
    "POST / HTTP/1.1\r\nHost: 127.0.0.1:8545\r\n"
    "Content-Type: application/json\r\nContent-Length: 2\r\n"
)


def _read(stream: bytes) -> HttpRequest | None:
    async def read() -> HttpRequest | None:
        reader = asyncio.StreamReader()
        reader.feed_data(stream)
        reader.feed_eof()
        return await read_request(reader)

    return asyncio.run(read())


def test_a_request_is_read() -> None:
    """The body has the length that was said; the connection stays unless it is to be closed."""
    assert _read(f"{HEAD}\r\n{{}}rest".encode()) == HttpRequest(b"{}", is_last=False)
    assert _read(f"{HEAD}Connection: close\r\n\r\n{{}}".encode()) == HttpRequest(
        b"{}", is_last=True
    )
    assert _read(b"") is None


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (HEAD.replace("POST", "GET"), HTTPStatus.METHOD_NOT_ALLOWED),
        (HEAD.replace("POST", "OPTIONS"), HTTPStatus.METHOD_NOT_ALLOWED),
        (HEAD.replace("127.0.0.1:8545", "evil.example:8545"), HTTPStatus.FORBIDDEN),
        (HEAD.replace("127.0.0.1:8545", "127.0.0.1.evil.example:1"), HTTPStatus.FORBIDDEN),
        (HEAD + "Origin: http://evil.example\r\n", HTTPStatus.FORBIDDEN),
        (HEAD.replace("application/json", "text/plain"), HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        (HEAD.replace("Content-Length: 2", "Content-Length: -2"), HTTPStatus.LENGTH_REQUIRED),
        (HEAD.replace("Content-Length: 2", "Content-Length: ²"), HTTPStatus.LENGTH_REQUIRED),
        (HEAD + "Transfer-Encoding: chunked\r\n", HTTPStatus.LENGTH_REQUIRED),
        (HEAD.replace("Length: 2", "Length: 99999999"), HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        (HEAD + "Content-Length: 2\r\n", HTTPStatus.BAD_REQUEST),
        (HEAD + "no colon\r\n", HTTPStatus.BAD_REQUEST),
        ("rubbish\r\n", HTTPStatus.BAD_REQUEST),
        ("POST / HTTP/2\r\n", HTTPStatus.BAD_REQUEST),
    ],
)
def test_what_a_web_page_could_send_is_refused(head: str, status: HTTPStatus) -> None:
    """Foreign hosts, origins, other types and unclear lengths are not served."""
    with pytest.raises(HttpFault) as fault:
        _read(f"{head}\r\n{{}}".encode())
    assert fault.value.status == status


def test_an_endless_head_is_refused() -> None:
    """A head is bounded."""
    with pytest.raises(HttpFault) as fault:
        _read(b"POST / HTTP/1.1\r\n" + b"x: y\r\n" * 20_000 + b"\r\n")
    assert fault.value.status == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


@given(st.binary(max_size=300))
def test_no_stream_raises_anything_else(stream: bytes) -> None:
    """Whatever comes, it is a request, a fault, or an end too early."""
    for prefix in (b"", HEAD.encode()):
        try:
            _read(prefix + stream)
        except (HttpFault, asyncio.IncompleteReadError):
            continue
