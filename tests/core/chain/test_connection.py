"""Tests of core.chain.connection and core.chain.socket_provider."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.chain.connection import NodeConnection, NodeRefusal
from core.errors import ChainUnreachable


@contextmanager
def _node_that_says(path: Path, *answers: bytes | None) -> Iterator[None]:
    """Answer one request a connection with given bytes, or close without a word; then be gone."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def serve() -> None:
        for answer in answers:
            connection, _ = listener.accept()
            with connection:
                connection.recv(10_000)
                if answer is not None:
                    connection.sendall(answer + b"\n")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        listener.close()


def _answer(**content: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 0, **content}).encode()


def test_a_result_is_given(tmp_path: Path) -> None:
    """A result comes as it is, null included."""
    with _node_that_says(tmp_path / "s", _answer(result={"a": 1})):
        connection = NodeConnection(str(tmp_path / "s"))
        assert connection.ask("eth_x") == {"a": 1}
        connection.close()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("0x1234", b"\x12\x34"),
        ("Reverted 0x1234", b"\x12\x34"),
        ({"data": "0x1234"}, b"\x12\x34"),
        ("no hex", b""),
        (None, b""),
        ([], b""),
    ],
)
def test_an_error_comes_with_its_data(tmp_path: Path, data: object, expected: bytes) -> None:
    """The bytes of a revert are found in whatever way the node wraps them."""
    error = {"code": 3, "message": "execution reverted", "data": data}
    with _node_that_says(tmp_path / "s", _answer(error=error)):
        connection = NodeConnection(str(tmp_path / "s"))
        with pytest.raises(NodeRefusal) as refusal:
            connection.ask("eth_x")
        connection.close()
    assert (refusal.value.code, refusal.value.data) == (3, expected)


@pytest.mark.parametrize("answer", [None, b"no json", b"7", b"[]"])
def test_a_node_that_breaks_off_is_unreachable_at_once(
    tmp_path: Path, answer: bytes | None
) -> None:
    """A closed connection or rubbish ends the question; it does not wait for a timeout."""
    with _node_that_says(tmp_path / "s", answer):
        connection = NodeConnection(str(tmp_path / "s"), timeout_s=60)
        with pytest.raises(ChainUnreachable):
            connection.ask("eth_x")
        connection.close()


def test_a_silent_node_is_given_up(tmp_path: Path) -> None:
    """A node that takes the question and says nothing is unreachable after the timeout."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        connection = NodeConnection(str(tmp_path / "s"), timeout_s=0.2)
        with pytest.raises(ChainUnreachable) as refusal:
            connection.ask("eth_x")
        assert refusal.value.facts["reason"] == f"the node at {tmp_path / 's'} took too long"
        connection.close()


def test_the_next_node_on_the_socket_is_talked_to(tmp_path: Path) -> None:
    """A connection that went stale is opened anew by itself, once."""
    path = tmp_path / "s"
    connection = NodeConnection(str(path))
    with _node_that_says(path, _answer(result=1)):
        assert connection.ask("eth_x") == 1
    path.unlink()
    with _node_that_says(path, _answer(result=2)):
        assert connection.ask("eth_x") == 2
    path.unlink()
    with pytest.raises(ChainUnreachable) as refusal:
        connection.ask("eth_x")
    assert refusal.value.facts["reason"] == f"no node is running at {path}"


def test_a_port_of_another_program_is_told_as_that() -> None:
    """What is no HTTP at all is told in our words, with the address, and in none of a library's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        there = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def greet() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.sendall(b"SSH-2.0-x\r\n")
                peer.recv(65_536)

        greeting = threading.Thread(target=greet)
        greeting.start()
        connection = NodeConnection(there)
        with pytest.raises(ChainUnreachable) as refusal:
            connection.ask("eth_x")
        connection.close()
        greeting.join()
    assert refusal.value.facts["reason"] == f"what answers at {there} is no node"
    connection.close()
