"""Made-up peers behind a made-up SOCKS port: each answers as it is told, and keeps what it was asked.

``tests/fakes/test_peers_by_tor.py`` holds it to its word.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from core.onion.keys import ClientKey
from core.onion.presence import Presence, sign_presence
from tests.core.onion.moves import DEVICE, MADE_UTC_MS, service_key, sign_device

CLIENT_KEY = ClientKey(bytes(range(32))).private_text
TOKEN = f"lucid_{'t' * 43}"
_GRANTED = b"\x05\x00\x00\x01\0\0\0\0\0\0"
PRESENCE = "/v1/presence/"
_NOT_FOUND, _KEY_NEEDED = 0xF0, 0xF4

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def device_answer(challenge: str, host: str) -> bytes:
    """Answer as the example device does."""
    return sign_presence(Presence(challenge, host, DEVICE, MADE_UTC_MS), sign_device).to_json()


def host_of(number: int) -> str:
    """Give the address that the example device has after so many moves."""
    return service_key(number).address


def link_to(host: str, token: str = TOKEN, device: str = DEVICE, key: str = CLIENT_KEY) -> str:
    """Write a pairing line."""
    return f"lucid-pair://{host}:80?key={key}&token={token}&device={device}"


def reply(
    body: bytes | object = b"", status: str = "200 OK", kind: str = "application/json", **more: str
) -> bytes:
    """Write an answer; anything but bytes is sent as JSON."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": kind, "Content-Length": str(len(sent)), **more}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + sent


@dataclass
class MadeUpPeer:
    """Answers by path; a path that is not there is answered 404, nothing hangs up. Needs the client key."""

    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)  # path, and what was shown
    key: str = CLIENT_KEY
    is_last: bool = False  # closes after each answer
    ends_after: str = ""  # closes after this path's
    closes_after_proof: bool = False
    proves: Callable[[str, str], bytes] | None = None  # of a challenge and a host

    def says(self, path: str, document: object) -> Self:
        """Answer a path with JSON."""
        self.answers[path] = reply(document)
        return self

    def _answer(self, path: str, host: str) -> bytes:
        if self.proves is not None and path not in self.answers and path.startswith(PRESENCE):
            closing = {"Connection": "close"} if self.closes_after_proof else {}
            return reply(self.proves(path.removeprefix(PRESENCE), host), **closing)
        return self.answers.get(path, reply(b"", "404 Not Found"))

    @property
    def asked_of_it(self) -> list[tuple[str, str]]:
        """What it was asked besides whether it is there."""
        return [each for each in self.asked if not each[0].startswith(PRESENCE)]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request after the other."""
        while head := await reader.readuntil(b"\r\n\r\n"):
            line, *headers = head.decode().split("\r\n")
            shown = dict(each.split(": ", 1) for each in headers if each)
            path = line.split(" ")[1]
            self.asked.append((path, shown.get("Authorization", "")))
            answer = self._answer(path, shown.get("Host", ""))
            writer.write(answer)
            await writer.drain()
            if self.is_last or path == self.ends_after or not answer:
                return


def example_peer(*moves: str, device: str = DEVICE, **own: Any) -> MadeUpPeer:  # noqa: ANN401 - its members
    """Make a peer that can be asked everything."""
    own.setdefault("proves", device_answer)
    peer = MadeUpPeer(**own)
    peer.says("/v1/move", {"statements": list(moves)})
    peer.says(
        "/v1/self",
        {
            "access_id": "0" * 16,
            "name": "auditor",
            "scopes": ["health", "metrics", "sessions", "to_come"],
            "device": device,
            "api_version": "1",
        },
    )
    peer.says("/v1/health", {"level": "ok", "checks": []})
    peer.says("/v1/sessions?limit=100", {"sessions": [{"session_id": "a"}], "next": None})
    peer.answers["/v1/metrics"] = reply(b"up 1\n", kind="text/plain; version=0.0.4")
    return peer


class MadeUpTor:
    """A way through Tor to those peers; a host that is not among them is not found."""

    def __init__(self, path: Path) -> None:
        self._path = path / "socks"
        self.peers: dict[str, MadeUpPeer] = {}
        self.raw: dict[str, Serve] = {}
        self.keys: dict[str, str] = {}
        self.marks: set[tuple[bytes, bytes]] = set()
        self._server: asyncio.Server | None = None
        self._visits: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._receive, self._path)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)
        await self._server.wait_closed()

    async def socks(self) -> Path:
        """Give the door."""
        return self._path

    async def authorise(self, host: str, client_key: str) -> None:
        """Keep a host's key."""
        self.keys[host] = client_key

    async def forget(self, host: str) -> None:
        """Forget a host's key."""
        self.keys.pop(host, None)

    async def _receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._visits.add(task)
        try:
            host = await self._greet(reader, writer)
            if serve := self._service(host, writer):
                await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # whoever asked has gone, or the test is over
        finally:
            self._visits.discard(task)
            writer.close()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        assert await reader.readexactly(3) == b"\x05\x01\x02"
        writer.write(b"\x05\x02")
        assert await reader.readexactly(1) == b"\x01"
        user = await reader.readexactly((await reader.readexactly(1))[0])
        password = await reader.readexactly((await reader.readexactly(1))[0])
        self.marks.add((user, password))
        writer.write(b"\x01\x00")
        assert await reader.readexactly(4) == b"\x05\x01\x00\x03"
        host = await reader.readexactly((await reader.readexactly(1))[0])
        assert await reader.readexactly(2) == b"\x00\x50"
        return host.decode()

    def _service(self, host: str, writer: asyncio.StreamWriter) -> Serve | None:
        peer = self.peers.get(host)
        if peer is not None and self.keys.get(host) != peer.key:
            writer.write(bytes([5, _KEY_NEEDED]) + _GRANTED[2:])
            return None
        serve = self.raw.get(host) or (None if peer is None else peer.serve)
        if serve is None:
            writer.write(bytes([5, _NOT_FOUND]) + _GRANTED[2:])
            return None
        writer.write(_GRANTED)
        return serve
