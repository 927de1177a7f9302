"""Deep nesting is refused before the parser sees it."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from tests.core.chain.node_process import own_node


@pytest.mark.parametrize("nested", [b"[" * 100_000 + b"]" * 100_000, b'{"a":[' * 40 + b"]}" * 40])
def test_the_node_outlives_deep_nesting(tmp_path: Path, nested: bytes) -> None:
    """It is answered by a parse error, and the next question by its result."""
    with own_node(tmp_path) as node, socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(node.socket))
        with connection.makefile("rb") as answers:
            connection.sendall(nested + b"\n")
            assert json.loads(answers.readline())["error"]["code"] == -32700
            text = "[" * 200 + '\\"'
            asked = {"jsonrpc": "2.0", "id": text, "method": "eth_chainId", "params": []}
            connection.sendall(json.dumps(asked).encode() + b"\n")
            answer = json.loads(answers.readline())
        assert (answer["id"], "result" in answer) == (text, True)
