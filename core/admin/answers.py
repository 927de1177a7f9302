"""Answers: what a call comes to, before it is HTTP. Failures are problem documents (RFC 9457) with our own codes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import BinaryIO, Final

from core.api.access import CallOutcome
from core.api.snapshots import failure_snapshot
from core.api.text import sentence_for
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
    VaultMissing,
)

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
BUNDLE: Final = "application/vnd.lucid.evidence"
EXPIRED: Final = "expired"  # what an AccessEnded says
REVOKED: Final = "been revoked"
METRICS: Final = "text/plain; version=0.0.4; charset=utf-8"

# Facts go out of these alone; of any other failure a reader is told the code and nothing else.
STATUSES: Final[Mapping[type[Failure], HTTPStatus]] = {
    CallRefused: HTTPStatus.BAD_REQUEST,
    TokenNeeded: HTTPStatus.UNAUTHORIZED,
    AccessEnded: HTTPStatus.UNAUTHORIZED,
    OutOfScope: HTTPStatus.FORBIDDEN,
    NothingThere: HTTPStatus.NOT_FOUND,
    SessionUnknown: HTTPStatus.NOT_FOUND,
    SessionNotFinished: HTTPStatus.CONFLICT,
    TooManyCalls: HTTPStatus.TOO_MANY_REQUESTS,
    ReadingFailed: HTTPStatus.SERVICE_UNAVAILABLE,
    CallUnwritten: HTTPStatus.SERVICE_UNAVAILABLE,
    VaultLocked: HTTPStatus.SERVICE_UNAVAILABLE,
}

_OUTCOMES: Mapping[type[Failure], CallOutcome] = {
    CallRefused: CallOutcome.REFUSED,
    TokenNeeded: CallOutcome.UNKNOWN,
    AccessEnded: CallOutcome.EXPIRED,
    OutOfScope: CallOutcome.OUT_OF_SCOPE,
    NothingThere: CallOutcome.NOT_FOUND,
    SessionUnknown: CallOutcome.NOT_FOUND,
    SessionNotFinished: CallOutcome.NOT_FOUND,
    TooManyCalls: CallOutcome.TOO_MANY,
}


@dataclass(frozen=True)
class Answer:
    """What is answered: a body, or a file that lies nowhere any more and is read piece by piece.

    ``tag`` names this very content for ever; a reader that has it already is told so.
    """

    body: bytes = b""
    content_type: str = JSON
    status: HTTPStatus = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    tag: str = ""
    file: BinaryIO | None = None
    size: int = 0  # of the file


def json_answer(document: Mapping[str, object], *, tag: str = "") -> Answer:
    """Answer with a JSON object."""
    return Answer(json.dumps(document, ensure_ascii=False).encode("utf-8"), tag=tag)


def told(failure: Failure) -> Failure:
    """Give what a reader is told of a failure: itself, or that something failed, with its code."""
    if isinstance(failure, VaultMissing):
        return VaultLocked()
    return failure if type(failure) in STATUSES else ReadingFailed(failure=failure.code)


def problem(
    failure: Failure,
    status: HTTPStatus | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Answer with a failure that ``told`` gave: its status, its code, its sentence and the next step."""
    status = status or STATUSES[type(failure)]
    sentence = sentence_for(failure_snapshot(failure))
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": sentence.what,
        "code": failure.code,
        "next_step": sentence.next_step,
    }
    body = json.dumps(document, ensure_ascii=False).encode("utf-8")
    return Answer(body, PROBLEM, status, {**_own_headers(failure), **(headers or {})})


def outcome_of(failure: Failure) -> CallOutcome:
    """Tell what is written down of a call that came to a failure."""
    if isinstance(failure, AccessEnded) and failure.facts.get("reason") == REVOKED:
        return CallOutcome.REVOKED
    return _OUTCOMES.get(type(failure), CallOutcome.FAILED)


def _own_headers(failure: Failure) -> dict[str, str]:
    if isinstance(failure, TooManyCalls):
        return {"Retry-After": str(failure.facts["seconds"])}
    if isinstance(failure, TokenNeeded):
        return {"WWW-Authenticate": 'Bearer realm="lucid"'}
    if isinstance(failure, AccessEnded):
        return {"WWW-Authenticate": 'Bearer realm="lucid", error="invalid_token"'}
    return {}
