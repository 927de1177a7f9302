"""HTTP/1.1 with a peer, over a stream that the transport dialled: RFC 9110 and 9112, by h11.

The peer is not trusted: whatever it sends is bounded in size and time, nothing that it points to is followed, and what
it says of itself is made fit to be shown.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

import h11

from core.canonical.documents import JsonRefused, load_json
from core.canonical.plain_text import plain_text
from core.errors import Bug, PeerRefused, PeerUnreachable

LARGEST_JSON = 1 << 20
LARGEST_BUNDLE = 64 << 20
_LARGEST_HEADERS = 16 << 10
_MOST_INTERIM = 8  # answers of the 100s before the one that counts
_READ_BYTES = 64 << 10
_JSON_S = 60.0  # for one whole answer
_BUNDLE_S = 1800.0
_PIECE_S = 60.0  # between two pieces of a bundle
_LONGEST_DETAIL = 200
_PROBLEM = "application/problem+json"

Sink = Callable[[bytes], Awaitable[None]]


@dataclass(frozen=True)
class Whose:
    """Who is asked: as a person knows them, where they are, and the token that is shown."""

    name: str
    host: str
    token: str = field(repr=False)


@dataclass(frozen=True)
class Reply:
    """An answer that is one: its kind, without parameters, and its body."""

    content_type: str
    body: bytes


class HttpLine:
    """One connection, for one request after another. What it raises ends it."""

    def __init__(self, stream: socket.socket, whose: Whose) -> None:
        self._stream = stream
        self._whose = whose
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEADERS)
        self._is_proven = False
        self._status = 0  # of the last answer

    @property
    def name(self) -> str:
        """Say how a person knows whoever is asked."""
        return self._whose.name

    @property
    def is_busy(self) -> bool:
        """Tell whether the last answer was that too much is asked, on a line that goes on."""
        return self._status == HTTPStatus.TOO_MANY_REQUESTS and self.can_ask_again

    @property
    def is_too_early(self) -> bool:
        """Tell whether the last answer was that what was asked for is not finished."""
        return self._status == HTTPStatus.CONFLICT

    def proven(self) -> None:
        """Say that the peer's device proved to be at the other end: the token may be shown from now on."""
        self._is_proven = True

    @property
    def can_ask_again(self) -> bool:
        """Tell whether the peer takes another request on this connection."""
        return self._http.our_state is h11.IDLE

    async def ask(self, path: str, accept: str, *, is_signed: bool = True) -> Reply:
        """Ask for a small document; ``is_signed`` shows the token. Raises PeerRefused, PeerUnreachable."""
        async with self._within(_JSON_S):
            head = await self._begin(path, accept, is_signed=is_signed)
            body = await self._read_small()
        return self._answer(head, body)

    async def fetch(self, path: str, content_type: str, write: Sink) -> None:
        """Ask for a file and write it piece by piece; ``write`` raises failures only. Raises as ``ask``, and those."""
        async with self._within(_BUNDLE_S):
            async with asyncio.timeout(_PIECE_S):
                head = await self._begin(path, content_type, is_signed=True)
            if head.status_code == HTTPStatus.OK and _type_of(head) == content_type:
                await self._read_body(write, LARGEST_BUNDLE)
                return
            body = await self._read_small()
        self._answer(head, body)
        raise self.refused("it is of another kind than was asked for")

    def refused(self, reason: str) -> PeerRefused:
        """Make the failure of a peer that answers otherwise than it should."""
        return PeerRefused(name=self._whose.name, reason=reason)

    async def _begin(self, path: str, accept: str, *, is_signed: bool) -> h11.Response:
        headers = [
            ("Host", self._whose.host),
            ("Accept", f"{accept}, {_PROBLEM}"),
            ("Accept-Encoding", "identity"),
            ("User-Agent", "lucid"),
        ]
        if is_signed:
            if not self._is_proven:
                raise Bug(
                    "a token is shown to a device that proved to be itself, and to nobody else"
                )
            headers.append(("Authorization", f"Bearer {self._whose.token}"))
        request = h11.Request(method="GET", target=path, headers=headers)
        await self._send(request)
        await self._send(h11.EndOfMessage())
        for _ in range(_MOST_INTERIM):
            event = await self._next()
            if isinstance(event, h11.Response):
                self._status = event.status_code
                self._check(event)
                return event
            if not isinstance(event, h11.InformationalResponse):
                break
        raise self.refused("its answer has no beginning")

    def _check(self, head: h11.Response) -> None:
        coding = _header(head, b"content-encoding")
        if coding not in {"", "identity"}:
            raise self.refused("its answer is packed, which was not asked for")
        if 300 <= head.status_code < 400:  # noqa: PLR2004 - RFC 9110, section 15.4
            raise self.refused("it points elsewhere, which is not followed")

    async def _read_small(self) -> bytes:
        kept = bytearray()

        async def keep(data: bytes) -> None:
            kept.extend(data)

        await self._read_body(keep, LARGEST_JSON)
        return bytes(kept)

    async def _read_body(self, write: Sink, largest: int) -> None:
        length = 0
        while True:
            async with asyncio.timeout(_PIECE_S):
                event = await self._next()
            match event:
                case h11.Data(data=data):
                    length += len(data)
                    if length > largest:
                        raise self.refused(f"its answer is larger than {largest >> 20} MiB")
                    await write(bytes(data))
                case h11.EndOfMessage():
                    break
                case _:
                    raise self.refused("its answer breaks off")
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()

    def _answer(self, head: h11.Response, body: bytes) -> Reply:
        if head.status_code == HTTPStatus.OK:
            return Reply(_type_of(head), body)
        raise self.refused(_told(head, body))

    async def _send(self, event: h11.Request | h11.EndOfMessage) -> None:
        sent = self._http.send(event)
        if sent:
            await asyncio.get_running_loop().sock_sendall(self._stream, sent)

    async def _next(self) -> object:
        while True:
            event = self._http.next_event()
            if event is h11.PAUSED:
                raise self.refused("it says more than was asked for")
            if event is not h11.NEED_DATA:
                return event
            received = await asyncio.get_running_loop().sock_recv(self._stream, _READ_BYTES)
            self._http.receive_data(received)

    @asynccontextmanager
    async def _within(self, seconds: float) -> AsyncIterator[None]:
        """Bound the time, and say in our words what the line or the peer did wrong."""
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError:
            raise self._unreachable("its answer did not come in time") from None
        except h11.RemoteProtocolError as error:
            raise self.refused("its answer breaks off, or is no HTTP") from error
        except OSError as error:
            raise self._unreachable("the connection broke off") from error

    def _unreachable(self, reason: str) -> PeerUnreachable:
        return PeerUnreachable(name=self._whose.name, reason=reason)


def _header(head: h11.Response, name: bytes) -> str:
    found = [value for known, value in head.headers if known == name]
    return found[0].decode("latin-1").strip().lower() if found else ""


def _type_of(head: h11.Response) -> str:
    return _header(head, b"content-type").partition(";")[0].strip()


def _told(head: h11.Response, body: bytes) -> str:
    """Say why a peer refuses: in its words, where it has some (RFC 9457), as a person can be shown them."""
    words: Mapping[str, object] = {}
    if _type_of(head) == _PROBLEM:
        try:
            document = load_json(body, LARGEST_JSON)
            words = document if isinstance(document, dict) else {}
        except JsonRefused:
            pass  # the status says enough
    detail = words.get("detail")
    if isinstance(detail, str) and detail.strip():
        return plain_text(detail, _LONGEST_DETAIL).rstrip(". ")
    return f"it answers with status {head.status_code}"
