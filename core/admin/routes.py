"""The table of the admin API: each place once, with its handler, its scope, its parameters and its answers.

The server, the OpenAPI document and the reference in docs/reference are all made from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from core.admin import handlers, schemas
from core.admin.answers import BUNDLE, JSON, METRICS, STATUSES
from core.api.access import Scope
from core.errors import (
    AccessEnded,
    CallRefused,
    CallUnwritten,
    Failure,
    NothingThere,
    OutOfScope,
    ReadingFailed,
    SessionNotFinished,
    SessionUnknown,
    TokenNeeded,
    TooManyCalls,
    VaultLocked,
)

_WHOLE = re.compile(r"0|[1-9][0-9]{0,9}")


@dataclass(frozen=True)
class Parameter:
    """A parameter: of the path, always there; of the query, once at most. ``schema`` is JSON Schema."""

    name: str
    place: str  # "path" or "query"
    schema: schemas.Schema
    text: str

    def read(self, text: str) -> str | int:
        """Read a value as its schema has it; raises CallRefused."""
        value: str | int = text
        if self.schema["type"] == "integer":
            if not _WHOLE.fullmatch(text):
                raise CallRefused(reason=f"{self.name} is not a whole number")
            value = int(text)
            if not self.schema["minimum"] <= value <= self.schema["maximum"]:
                raise CallRefused(reason=f"{self.name} is out of its bounds")
        elif "enum" in self.schema:
            if text not in self.schema["enum"]:
                raise CallRefused(reason=f"{self.name} is none of its values")
        elif not re.fullmatch(self.schema["pattern"].strip("^$"), text):
            raise CallRefused(reason=f"{self.name} is not well formed")
        return value


@dataclass(frozen=True)
class Route:
    """A place. Without ``needs_token`` anybody may read it; without a scope, any token that is in force."""

    path: str
    name: str  # the OpenAPI operation ID
    summary: str
    text: str
    handler: handlers.Handler
    answer: str  # the name of its schema; "" for what is no JSON
    content_type: str = JSON
    scope: Scope | None = None
    needs_token: bool = True
    parameters: tuple[Parameter, ...] = ()
    own_failures: tuple[type[Failure], ...] = ()
    has_tag: bool = False
    is_presence: bool = False  # it is counted apart, since whoever shows a token asks here first

    @property
    def failures(self) -> tuple[type[Failure], ...]:
        """Every failure that it may answer with."""
        always = (CallRefused, TooManyCalls, ReadingFailed, CallUnwritten)
        of_token = (TokenNeeded, AccessEnded, VaultLocked) if self.needs_token else ()
        of_scope = (OutOfScope,) if self.scope is not None else ()
        return (*always, *of_token, *of_scope, *self.own_failures)

    def statuses(self) -> dict[HTTPStatus, tuple[type[Failure], ...]]:
        """Group its failures by the status that says them."""
        found: dict[HTTPStatus, tuple[type[Failure], ...]] = {}
        for failure in self.failures:
            status = STATUSES[failure]
            found[status] = (*found.get(status, ()), failure)
        return dict(sorted(found.items()))

    def read(
        self, path: Mapping[str, str], query: Sequence[tuple[str, str]]
    ) -> dict[str, str | int]:
        """Read the parameters of a call; CallRefused for one that is unknown, double or not well formed."""
        known = {each.name: each for each in self.parameters if each.place == "query"}
        values: dict[str, str | int] = {}
        for name, text in query:
            if name not in known:
                raise CallRefused(reason="the query names a parameter that is not known here")
            if name in values:
                raise CallRefused(reason=f"{name} is given twice")
            values[name] = known[name].read(text)
        for each in self.parameters:
            if each.place == "path":
                values[each.name] = each.read(path[each.name])
        return values


_SESSION = Parameter("session_id", "path", schemas.SESSION_ID, "The session.")
_OF_SESSION: tuple[type[Failure], ...] = (SessionUnknown,)
_OF_FINISHED: tuple[type[Failure], ...] = (SessionUnknown, SessionNotFinished)

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        path="/v1/openapi.json",
        name="read_openapi",
        summary="This description",
        text="The OpenAPI document of this API. No token is needed.",
        handler=handlers.read_openapi,
        answer="",
        needs_token=False,
    ),
    Route(
        path="/v1/move",
        name="read_moves",
        summary="Where this appliance has moved",
        text="Signed statements of its moves to other onion addresses. No token is needed: each statement is signed by "
        "the address that it leaves, the one that it goes to, and the device.",
        handler=handlers.read_moves,
        answer="Moves",
        needs_token=False,
    ),
    Route(
        path="/v1/presence/{challenge}",
        name="read_presence",
        summary="That this device answers here",
        text="The device signs a challenge (32 octets that the reader made up), the address in `Host`, which must be "
        "one that it serves, and the time: docs/formats/presence.md. No token is needed; a reader checks this before "
        "it shows one.",
        handler=handlers.read_presence,
        answer="Presence",
        needs_token=False,
        parameters=(
            Parameter(
                "challenge", "path", schemas.CHALLENGE, "Made up by the reader, anew each time."
            ),
        ),
        own_failures=(VaultLocked, NothingThere),
        is_presence=True,
    ),
    Route(
        path="/v1/self",
        name="read_self",
        summary="Whose token this is",
        text="The access that the token belongs to, and which appliance answers. Any token may ask.",
        handler=handlers.read_self,
        answer="Self",
    ),
    Route(
        path="/v1/health",
        name="read_health",
        summary="How the appliance is",
        text="Named checks, each with a level and a sentence.",
        handler=handlers.read_health,
        answer="Health",
        scope=Scope.HEALTH,
    ),
    Route(
        path="/v1/metrics",
        name="read_metrics",
        summary="Metrics for Prometheus",
        text="Prometheus' text format, version 0.0.4.",
        handler=handlers.read_metrics,
        answer="",
        content_type=METRICS,
        scope=Scope.METRICS,
    ),
    Route(
        path="/v1/sessions",
        name="list_sessions",
        summary="The sessions",
        text="A page of sessions, newest first. While `next` is not null, the next page is got with it as `cursor`.",
        handler=handlers.list_sessions,
        answer="Sessions",
        scope=Scope.SESSIONS,
        parameters=(
            Parameter("limit", "query", schemas.LIMIT, "How many at most."),
            Parameter("cursor", "query", schemas.SESSION_ID, "The `next` of the page before."),
            Parameter("state", "query", schemas.STATE, "Sessions in this state only."),
        ),
        own_failures=(NothingThere,),
    ),
    Route(
        path="/v1/sessions/{session_id}",
        name="read_session",
        summary="A session's facts",
        text="All that is known of a session without opening it.",
        handler=handlers.read_session,
        answer="SessionFacts",
        scope=Scope.SESSIONS,
        parameters=(_SESSION,),
        own_failures=_OF_SESSION,
    ),
    Route(
        path="/v1/sessions/{session_id}/manifest",
        name="read_manifest",
        summary="A session's manifest",
        text="The manifest and its signatures as texts: their bytes in UTF-8 are those that were sealed and signed.",
        handler=handlers.read_manifest,
        answer="Manifest",
        scope=Scope.MANIFESTS,
        parameters=(_SESSION,),
        own_failures=_OF_FINISHED,
        has_tag=True,
    ),
    Route(
        path="/v1/sessions/{session_id}/policy",
        name="read_policy",
        summary="A session's policy",
        text="The policy as it was announced on the chain, with the device's signature where a peer could join.",
        handler=handlers.read_policy,
        answer="Policy",
        scope=Scope.MANIFESTS,
        parameters=(_SESSION,),
        own_failures=_OF_SESSION,
        has_tag=True,
    ),
    Route(
        path="/v1/sessions/{session_id}/proof",
        name="read_proof",
        summary="A session's evidence bundle",
        text="Manifest, signatures, anchors and inclusion proofs in one file, without anything of the recording: "
        "docs/formats/bundle.md. `lucid proof verify` checks it, and so does the page at `/`.",
        handler=handlers.read_proof,
        answer="",
        content_type=BUNDLE,
        scope=Scope.PROOFS,
        parameters=(_SESSION,),
        own_failures=_OF_FINISHED,
    ),
    Route(
        path="/v1/sessions/{session_id}/proof/chunks/{index}",
        name="read_chunk_proof",
        summary="That a chunk belongs to a session",
        text="The hashes beside the path from the chunk's leaf to the session's Merkle root.",
        handler=handlers.read_chunk_proof,
        answer="ChunkProof",
        scope=Scope.PROOFS,
        parameters=(
            _SESSION,
            Parameter("index", "path", schemas.CHUNK_INDEX, "The chunk, from 0 on."),
        ),
        own_failures=(*_OF_FINISHED, NothingThere),
        has_tag=True,
    ),
)
