"""A node is asked over a WebSocket on this machine, and over none elsewhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.sync.server import Server, ServerConnection, serve

from core.chain.connection import NodeConnection, NodeRefusal
from core.errors import AddressRefused, ChainUnreachable


@contextmanager
def _node(port: int = 0) -> Iterator[tuple[Server, int]]:
    """Lend a node that knows one method, and hangs up when it is asked to."""

    def answer(line: ServerConnection) -> None:
        for message in line:
            asked = json.loads(message)
            if asked["method"] == "hang_up":
                return
            told: dict[str, object] = {"jsonrpc": "2.0", "id": asked["id"]}
            if asked["method"] == "eth_chainId":
                told["result"] = "0x7a69"
            else:
                told["error"] = {"code": -32601, "message": "no such method"}
            line.send(json.dumps(told))

    with serve(answer, "127.0.0.1", port) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server, server.socket.getsockname()[1]
        finally:
            server.shutdown()
            thread.join()


def test_questions_are_answered_over_one_line() -> None:
    """Answers and refusals come back, and after the node hung up the next question opens another line."""
    with _node() as (_, port):
        connection = NodeConnection(f"ws://127.0.0.1:{port}", 10.0)
        assert [connection.read("eth_chainId") for _ in range(3)] == ["0x7a69"] * 3
        with pytest.raises(NodeRefusal, match="no such method"):
            connection.ask("eth_other")
        with pytest.raises(ChainUnreachable):
            connection.ask("hang_up")
        assert connection.read("eth_chainId") == "0x7a69"
        connection.close()


def test_a_node_that_is_gone_is_unreachable() -> None:
    """Where nobody listens, that is told as over any other way."""
    with _node() as (_, port):
        pass
    connection = NodeConnection(f"ws://127.0.0.1:{port}", 10.0)
    with pytest.raises(ChainUnreachable, match="no node listens"):
        connection.read("eth_chainId")


@pytest.mark.parametrize(
    "url", ["ws://203.0.113.7:8546", "ws://node.example.org:8546", "ws://me@127.0.0.1:8546"]
)
def test_no_other_machine_is_reached(url: str) -> None:
    """Addresses beyond this machine are refused before anything is looked up."""
    with pytest.raises(AddressRefused):
        NodeConnection(url).read("eth_chainId")
