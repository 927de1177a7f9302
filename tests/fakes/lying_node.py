"""A node on loopback that passes questions on to another one and may alter, hold or refuse what that answers.

It speaks JSON-RPC over HTTP as any node, so that whoever asks it goes the whole way: the socket, the provider, the
client's checks.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from core.chain.connection import NodeConnection, NodeRefusal

Ask = Callable[..., Any]
Lie = Callable[[tuple[Any, ...], Any], Any]


class LyingNode:
    """What is asked by method; ``lies`` alters the answer of a method, and may raise NodeRefusal."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.lies: dict[str, Lie] = {}
        self.asked: list[tuple[str, tuple[Any, ...]]] = []
        self.endpoint = ""

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Answer one question, as JSON-RPC has it."""
        method, params = question["method"], tuple(question.get("params", ()))
        self.asked.append((method, params))
        told: dict[str, Any] = {"jsonrpc": "2.0", "id": question.get("id")}
        try:
            found = self._ask(method, *params)
            lie = self.lies.get(method)
            told["result"] = found if lie is None else lie(params, found)
        except NodeRefusal as refusal:
            told["error"] = {"code": refusal.code, "message": refusal.message}
            if refusal.data:
                told["error"]["data"] = f"0x{refusal.data.hex()}"
        return told


@contextmanager
def lying_node(ask: Ask) -> Iterator[LyingNode]:
    """Lend such a node over whatever ``ask`` asks; it answers on one thread, one question after the other."""
    node = LyingNode(ask)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            content = json.dumps(node.answer(question)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing: it is the test's to look at what was asked."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    node.endpoint = f"http://127.0.0.1:{server.server_port}"
    serving = threading.Thread(target=server.serve_forever, args=(0.01,), name="lying-node")
    serving.start()
    try:
        yield node
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


@contextmanager
def in_front_of(endpoint: str) -> Iterator[LyingNode]:
    """Lend one in front of a real node."""
    connections: list[NodeConnection] = []

    def ask(method: str, *params: Any) -> Any:  # noqa: ANN401 - any JSON
        if not connections:  # made on the serving thread, which is the one that uses it
            connections.append(NodeConnection(endpoint))
        return connections[0].ask(method, *params)

    with lying_node(ask) as node:
        yield node
    for each in connections:
        each.close()
