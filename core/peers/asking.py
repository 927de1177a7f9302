"""What a peer is asked, and what of its answers is believed: documents of the admin API, version 1.

A member that is not known is passed over, since a peer may run a later version; one that is needed must be right.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.api.access import Scope
from core.api.peers import PeerTopic
from core.canonical.documents import Json, JsonRefused, load_json
from core.errors import PeerRefused, PeerUnproven, StatementMalformed, StatementWrong
from core.onion.presence import check_presence, make_challenge, read_presence
from core.onion.statement import LARGEST_STATEMENT, SignedStatement, read_statement
from core.peers.http_line import LARGEST_JSON, HttpLine

BUNDLE = "application/vnd.lucid.evidence"
_JSON = "application/json"
_TEXT = "text/plain"
_API_VERSION = "1"
_MOST_MOVES = 512
_MOST_PAGES = 50
_PAGE = 100  # sessions, the most that are given at once
_LONGEST_CURSOR = 64
_LONGEST_LIST = 4 << 20  # characters of sessions, after which no other page is asked for


@dataclass(frozen=True)
class Itself:
    """What a peer says of itself and of our access to it."""

    device: str
    scopes: tuple[Scope, ...]


async def ask_itself(line: HttpLine) -> Itself:
    """Ask who answers and what may be read; raises PeerRefused, PeerUnreachable."""
    document = await _document(line, "/v1/self")
    if document.get("api_version") != _API_VERSION:
        raise line.refused("it speaks another version than this appliance")
    device, scopes = document.get("device"), document.get("scopes")
    if not isinstance(device, str) or not isinstance(scopes, list):
        raise line.refused("it does not say who it is")
    known = {scope.value: scope for scope in Scope}
    told = {each for each in scopes if isinstance(each, str)}
    return Itself(device, tuple(known[each] for each in known if each in told))


async def ask_presence(line: HttpLine, host: str, device: str) -> None:
    """Have a peer prove that its device answers here, before any token is shown. Raises PeerUnproven, PeerRefused."""
    challenge = make_challenge()
    reply = await line.ask(f"/v1/presence/{challenge}", _JSON, is_signed=False)
    try:
        signed = read_presence(reply.body)
        check_presence(signed, challenge=challenge, host=host, device=device)
    except (StatementMalformed, StatementWrong) as error:
        raise PeerUnproven(name=line.name) from error
    line.proven()


async def ask_moves(line: HttpLine) -> tuple[SignedStatement, ...]:
    """Ask where a peer has moved, oldest first; nothing is checked yet. Raises PeerRefused, StatementMalformed.

    A peer that has no time for that just now tells of none.
    """
    try:
        document = await _document(line, "/v1/move", is_signed=False)
    except PeerRefused:
        if line.is_busy:  # others ask there too: it may be asked for everything else
            return ()
        raise
    statements = document.get("statements")
    if not isinstance(statements, list) or len(statements) > _MOST_MOVES:
        raise line.refused("it does not say where it has moved")
    return await asyncio.to_thread(lambda: tuple(_statement(each) for each in statements))


async def ask_topic(line: HttpLine, topic: PeerTopic) -> str:
    """Ask about a topic and give what came, as text; raises PeerRefused, PeerUnreachable."""
    if topic is PeerTopic.METRICS:
        reply = await line.ask("/v1/metrics", _TEXT)
        if reply.content_type != _TEXT:
            raise line.refused("its metrics are no text")
        return _text(line, reply.body)
    if topic is PeerTopic.SESSIONS:
        return await _sessions(line)
    return await asyncio.to_thread(_written, await _document(line, "/v1/health"))


async def _sessions(line: HttpLine) -> str:
    """Read page after page; gives one document, whose ``next`` is not null where there is more."""
    found: list[str] = []
    length, cursor, seen = 0, None, set[str]()
    for _ in range(_MOST_PAGES):
        path = f"/v1/sessions?limit={_PAGE}" + (f"&cursor={cursor}" if cursor else "")
        page = await _document(line, path)
        sessions, cursor = page.get("sessions"), page.get("next")
        if not isinstance(sessions, list) or not isinstance(cursor, str | None):
            raise line.refused("its list of sessions is none")
        if len(sessions) > _PAGE:
            raise line.refused("it lists more sessions than were asked for")
        written = await asyncio.to_thread(lambda each: [_written(one) for one in each], sessions)
        found.extend(written)
        length += sum(map(len, written))
        if not cursor or not line.can_ask_again or length > _LONGEST_LIST:
            break
        if len(cursor) > _LONGEST_CURSOR or not re.fullmatch("[0-9A-Za-z-]+", cursor):
            raise line.refused("its list of sessions does not go on")
        if cursor in seen:
            raise line.refused("its list of sessions goes round in circles")
        seen.add(cursor)
    return f'{{"sessions": [{", ".join(found)}], "next": {_written(cursor)}}}'


async def _document(line: HttpLine, path: str, *, is_signed: bool = True) -> Mapping[str, Json]:
    """Ask for a JSON object. It is read beside the loop, which a large one would hold up."""
    reply = await line.ask(path, _JSON, is_signed=is_signed)
    try:
        document = await asyncio.to_thread(load_json, reply.body, LARGEST_JSON)
    except JsonRefused as error:
        raise line.refused("its answer is no JSON") from error
    if not isinstance(document, dict):
        raise line.refused("its answer is no JSON object")
    return document


def _written(given: Json) -> str:
    return json.dumps(given, ensure_ascii=False)


def _statement(given: Json) -> SignedStatement:
    if not isinstance(given, str) or len(given) > LARGEST_STATEMENT:
        raise StatementMalformed(field="statement")
    try:
        return read_statement(given.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise StatementMalformed(field="statement") from error


def _text(line: HttpLine, body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise line.refused("its answer is no text") from error
