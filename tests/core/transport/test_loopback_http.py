"""Tests of core.transport.loopback_http."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from core.chain.connection import NodeConnection
from core.errors import AddressRefused, ChainUnreachable
from core.transport.loopback_http import loopback_session, loopback_url
from tests.core.transport.socks_door import HOST


@contextmanager
def _server_that_says(answer: bytes) -> Iterator[int]:
    """Answer one request on a loopback port, whatever it is."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            stream, _ = listener.accept()
            with stream:
                stream.recv(10_000)
                stream.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            thread.join()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8545", "http://127.0.0.1:8545"),
        ("http://localhost:8545/rpc?a=b#c", "http://127.0.0.1:8545/rpc?a=b"),
        ("http://[::1]:8545/", "http://[::1]:8545/"),
        ("https://127.0.0.1/", "https://127.0.0.1:443/"),
        ("http://127.0.0.1/", "http://127.0.0.1:80/"),
    ],
)
def test_this_machine_is_written_with_its_number(url: str, expected: str) -> None:
    """An address on loopback is kept, with a number where its name was."""
    assert loopback_url(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/rpc",
        "http://192.0.2.1:8545",
        "http://127.0.0.1.example.org:8545",
        "http://127.0.0.1@example.org/",
        "http://someone@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        "http:///",
        "ftp://127.0.0.1/",
        f"http://{HOST}/",
        "",
    ],
)
def test_every_other_address_is_refused(url: str) -> None:
    """Names, other machines and other schemes are refused, before anything could be looked up."""
    with pytest.raises(AddressRefused):
        loopback_url(url)


@pytest.mark.parametrize("url", ["https://example.org/", "http://192.0.2.1/"])
def test_a_session_reaches_nothing_else(url: str) -> None:
    """A request elsewhere is refused by the session itself, and so is a node there."""
    with loopback_session() as session, pytest.raises(AddressRefused):
        session.get(url, timeout=5)
    with pytest.raises(AddressRefused):
        NodeConnection(url).ask("eth_x")


def test_a_session_reaches_this_machine() -> None:
    """What a server on loopback answers is given."""
    with (
        _server_that_says(b"HTTP/1.0 200 OK\r\n\r\nhello") as port,
        loopback_session() as session,
    ):
        assert session.get(f"http://localhost:{port}/", timeout=5).text == "hello"


def test_a_redirection_leads_nowhere_else() -> None:
    """A server on loopback that points elsewhere is not followed."""
    answer = b"HTTP/1.0 302 Found\r\nLocation: http://192.0.2.1/\r\n\r\n"
    with (
        _server_that_says(answer) as port,
        loopback_session() as session,
        pytest.raises(AddressRefused),
    ):
        session.get(f"http://127.0.0.1:{port}/", timeout=5)


def test_other_schemes_are_unknown() -> None:
    """A session has no way for any scheme but HTTP's."""
    with loopback_session() as session, pytest.raises(requests.exceptions.InvalidSchema):
        session.get("file:///etc/hostname", timeout=5)


def test_a_node_on_loopback_that_is_gone_is_unreachable() -> None:
    """An address on loopback where nobody listens is the node's fault, and not the address's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    connection = NodeConnection(f"http://127.0.0.1:{port}")
    with pytest.raises(ChainUnreachable):
        connection.ask("eth_x")
    connection.close()
