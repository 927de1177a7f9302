"""A node for the index's benchmark: a made chain behind JSON-RPC over HTTP on this machine, in a process of its own.

    python -m tests.performance.index_server SESSIONS A_BLOCK

Says its port on the first line. The chain grows while it is followed, so that this process stays small, too: the head
is some blocks ahead of the highest one that was asked for. Every block is of real encodings and hashes.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from tests.fakes.made_chain import MadeChain
from tests.fakes.made_sessions import opened, sealed

AHEAD = 64
KEPT = 1200  # blocks whose receipts are still there; a plain search asks for up to 1,000


class GrowingChain(MadeChain):
    """Opens so many sessions a block, and seals those of the block before, until all are there."""

    def __init__(self, sessions: int, a_block: int, kept: int = KEPT) -> None:
        super().__init__(keeps=kept)
        self._sessions = sessions
        self._a_block = a_block
        self._last = -(-sessions // a_block) + 1

    def grow(self, beyond: int) -> None:
        """Make blocks up to some beyond that height."""
        while len(self.blocks) <= min(beyond + AHEAD, self._last):
            first = (len(self.blocks) - 1) * self._a_block
            now = range(first, min(first + self._a_block, self._sessions))
            before = range(max(first - self._a_block, 0), min(first, self._sessions))
            self.add(*map(opened, now), *map(sealed, before))

    def answer(self, method: str, params: Any) -> Any:  # noqa: ANN401 - any JSON
        """Answer, and grow."""
        if method == "eth_getBlockByNumber":
            number = -1 if params[0] == "latest" else int(params[0], 16)
            self.grow(max(number, 0))
        elif method == "eth_getLogs":
            self.grow(int(params[0]["toBlock"], 16))
        return super().answer(method, params)


def main() -> None:
    """Serve until the input ends."""
    chain = GrowingChain(*(int(each) for each in sys.argv[1:3]))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            result = chain.answer(asked["method"], asked["params"])
            answer = json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
