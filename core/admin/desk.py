"""The desk: who asks, whether they may, what they get. It knows nothing of HTTP's wire.

The order is always the same: whose token it is, how much they called, what they may, what they ask for, the answer,
the entry in the log. Only then is anything told.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from core.admin.access_records import AccessRecord
from core.admin.access_service import AccessService
from core.admin.answers import (
    BUNDLE,
    EXPIRED,
    REVOKED,
    Answer,
    outcome_of,
    problem,
    told,
)
from core.admin.bundles import Bundles
from core.admin.call_log import Entry
from core.admin.handlers import Given
from core.admin.limits import (
    IN_LOG,
    OF_CONNECTION,
    OF_EVERYBODY,
    OF_OPEN_PLACES,
    OF_PRESENCE,
    OF_STRANGERS,
    PER_ACCESS,
    Bucket,
    Buckets,
    Rate,
)
from core.admin.readings import Readings
from core.admin.routes import Route
from core.admin.schemas import SESSION_PATTERN
from core.admin.tokens import read_bearer
from core.api.access import CallOutcome
from core.errors import (
    AccessEnded,
    CallRefused,
    CallUnwritten,
    Cancelled,
    Failure,
    NothingThere,
    OutOfScope,
    ReadingFailed,
    TokenNeeded,
    TooManyCalls,
    VaultLocked,
)
from core.monitoring.metrics import Metrics

METHODS: Final = ("GET", "HEAD")
_ALLOW = {"Allow": ", ".join(METHODS)}
_AT_MOST_S = 120.0  # for reading; a bundle's anchors are asked for one by one
_NO_HTTP = "what is no HTTP"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rates:
    """How much may be called."""

    per_access: Rate = PER_ACCESS
    of_everybody: Rate = OF_EVERYBODY
    of_strangers: Rate = OF_STRANGERS
    of_open_places: Rate = OF_OPEN_PLACES
    of_presence: Rate = OF_PRESENCE
    of_connection: Rate = OF_CONNECTION
    in_log: Rate = IN_LOG


@dataclass(frozen=True)
class Asked:
    """A call as it came. ``route`` is None where there is no such place; ``is_page``: a file of the page."""

    method: str
    route: Route | None
    path: Mapping[str, str]
    query: Sequence[tuple[str, str]] = ()
    authorization: str | None = field(default=None, repr=False)
    has_body: bool = False
    is_page: bool = False
    tags: str = ""  # If-None-Match
    host: str = ""  # the address that was asked
    share: Bucket | None = None  # of its connection, in what needs no token

    @property
    def what(self) -> str:
        """Name it for the log: the table's word for the place, never what somebody sent."""
        method = self.method if self.method in METHODS else "another method"
        if self.route is not None:
            return f"{method} {self.route.path}"
        return f"{method} the page" if self.is_page else f"{method} elsewhere"

    @property
    def subject(self) -> str:
        """Name the session that it is about, where it names one that can be."""
        text = self.path.get("session_id", "")
        return text if re.fullmatch(SESSION_PATTERN, text) else ""


class Desk:
    """Answers calls; lives on the engine's loop. Each answer goes back to ``done`` once it was sent."""

    def __init__(
        self,
        access: AccessService,
        readings: Readings,
        metrics: Metrics,
        rates: Rates | None = None,
    ) -> None:
        rates = rates or Rates()
        self._rates = rates
        clock = readings.parts.clock
        self._access = access
        self._readings = readings
        self._metrics = metrics
        self._of_access = Buckets(rates.per_access, clock)
        self._of_everybody = Bucket(rates.of_everybody, clock)
        self._of_strangers = Bucket(rates.of_strangers, clock)
        self._of_open_places = Bucket(rates.of_open_places, clock)
        self._of_presence = Bucket(rates.of_presence, clock)
        self._in_log = Buckets(rates.in_log, clock)
        self._bundles = Bundles()

    def whose(self, authorization: str | None) -> str:
        """Tell of which access in force a call is, "" where it is of none."""
        record = self._record(authorization)
        if record is None or not self._access.is_in_force(record.access.access_id):
            return ""
        return record.access.access_id

    def share(self) -> Bucket:
        """Make the share of a new connection in what needs no token."""
        return Bucket(self._rates.of_connection, self._readings.parts.clock)

    async def answer(self, asked: Asked) -> Answer:
        """Answer a call."""
        return await self._written_down(self._answer(asked))

    async def malformed(self) -> Answer:
        """Refuse what is no HTTP: it counts as a stranger's call."""
        return await self._written_down(self._malformed())

    async def _written_down(self, answering: Awaitable[Answer]) -> Answer:
        try:
            return await answering
        except VaultLocked as locked:
            return problem(locked)
        except Failure as failure:
            _log.warning("a call could not be written down: %s", failure.code)
            return problem(CallUnwritten())

    async def _answer(self, asked: Asked) -> Answer:
        self._need_open()
        if (refused := _refused(asked)) is not None:
            return await self._refuse(asked, refused)
        route, record = asked.route, self._record(asked.authorization)
        if route is None or not (route.needs_token or self.whose(asked.authorization)):
            return await self._without_token(asked)
        if record is None:
            return await self._stranger(asked)
        return await self._known(asked, route, record)

    async def _malformed(self) -> Answer:
        self._need_open()
        seconds = self._of_strangers.take()
        outcome = CallOutcome.TOO_MANY if seconds else CallOutcome.REFUSED
        self._metrics.count_call("other", outcome)
        await self._access.note_summed(Entry(_NO_HTTP, outcome))
        if seconds:
            return problem(TooManyCalls(seconds=seconds))
        reason = "it is no HTTP that is read here, or its head is too long"
        return problem(CallRefused(reason=reason))

    def done(self, answer: Answer) -> None:
        """Let go of what an answer holds."""
        if answer.file is not None:
            self._bundles.sent(answer.file)

    def forget(self, access_id: str) -> None:
        """Let go of what is counted of an access that has ended."""
        self._of_access.forget(access_id)
        self._in_log.forget(access_id)

    def _need_open(self) -> None:
        if not self._access.is_open:
            raise VaultLocked

    def _record(self, authorization: str | None) -> AccessRecord | None:
        token = read_bearer(authorization)
        return None if token is None else self._access.find(token)

    # --- who asks ----------------------------------------------------------------------------

    async def _refuse(self, asked: Asked, refused: Answer) -> Answer:
        """Refuse what nobody may ask; it takes nothing from those who ask for what there is."""
        if seconds := self._of_strangers.take():
            await self._sum(asked, CallOutcome.TOO_MANY)
            return problem(TooManyCalls(seconds=seconds))
        is_there = refused.status is not HTTPStatus.NOT_FOUND
        await self._sum(asked, CallOutcome.REFUSED if is_there else CallOutcome.NOT_FOUND)
        return refused

    async def _without_token(self, asked: Asked) -> Answer:
        """Answer what needs no token: so much over each connection, and over all."""
        is_presence = asked.route is not None and asked.route.is_presence
        bucket = self._of_presence if is_presence else self._of_open_places
        seconds = 0 if asked.share is None else asked.share.take()
        if seconds := seconds or bucket.take():
            await self._sum(asked, CallOutcome.TOO_MANY)
            return problem(TooManyCalls(seconds=seconds))
        answer, outcome = Answer(), CallOutcome.ANSWERED
        if asked.route is not None:
            answer, outcome = await self._read(asked, asked.route, None)
        await self._sum(asked, outcome)
        return answer

    async def _stranger(self, asked: Asked) -> Answer:
        if seconds := self._of_strangers.take():
            await self._sum(asked, CallOutcome.TOO_MANY)
            return problem(TooManyCalls(seconds=seconds))
        await self._sum(asked, CallOutcome.UNKNOWN)
        return problem(TokenNeeded())

    async def _known(self, asked: Asked, route: Route, record: AccessRecord) -> Answer:
        access = record.access
        seconds = self._of_access.take(access.access_id)
        if not seconds and not self._access.is_in_force(access.access_id):
            return await self._ended(asked, record)  # it takes nothing from those who may read
        seconds = seconds or self._in_log.take(access.access_id) or self._of_everybody.take()
        if seconds:
            await self._sum(asked, CallOutcome.TOO_MANY, record)
            return problem(TooManyCalls(seconds=seconds))
        if route.scope is not None and route.scope not in access.scopes:
            await self._note(asked, CallOutcome.OUT_OF_SCOPE, record)
            return problem(OutOfScope(scope=route.scope.value))
        answer, outcome = await self._read(asked, route, record)
        try:
            if not self._access.is_in_force(access.access_id):  # it ended while that was read
                self.done(answer)
                return await self._ended(asked, record)
            await self._note(asked, outcome, record)
        except BaseException:
            self.done(answer)
            raise
        return answer

    async def _ended(self, asked: Asked, record: AccessRecord) -> Answer:
        found = self._access.find_by_id(record.access.access_id) or record
        is_revoked = found.access.revoked_utc_ms is not None
        failure = AccessEnded(reason=REVOKED if is_revoked else EXPIRED)
        await self._sum(asked, outcome_of(failure), record)
        return problem(failure)

    # --- what they get -----------------------------------------------------------------------

    async def _read(
        self, asked: Asked, route: Route, record: AccessRecord | None
    ) -> tuple[Answer, CallOutcome]:
        try:
            values = route.read(asked.path, asked.query)
            answer = await self._in_time(route, Given(values, record, asked.host))
        except Failure as failure:
            failure = told(failure)
            return problem(failure), outcome_of(failure)
        except Cancelled:
            return problem(ReadingFailed(failure="cancelled")), CallOutcome.FAILED
        except Exception:  # noqa: BLE001 - a call's boundary: a bug is logged and told
            _log.exception("%s failed by a fault of its own", asked.what)
            return problem(ReadingFailed(failure="bug")), CallOutcome.FAILED
        return _unless_known(asked, answer), CallOutcome.ANSWERED

    async def _in_time(self, route: Route, given: Given) -> Answer:
        try:
            async with asyncio.timeout(_AT_MOST_S):
                if route.content_type != BUNDLE or given.record is None:
                    return await route.handler(self._readings, given)
                access_id = given.record.access.access_id
                return await self._bundles.make(
                    access_id, lambda: route.handler(self._readings, given)
                )
        except TimeoutError:
            raise ReadingFailed(failure="timeout") from None

    # --- what is written down ----------------------------------------------------------------

    async def _note(self, asked: Asked, outcome: CallOutcome, record: AccessRecord) -> None:
        self._count(asked, outcome)
        await self._access.note(_entry(asked, outcome, record))

    async def _sum(
        self, asked: Asked, outcome: CallOutcome, record: AccessRecord | None = None
    ) -> None:
        self._count(asked, outcome)
        await self._access.note_summed(_entry(asked, outcome, record))

    def _count(self, asked: Asked, outcome: CallOutcome) -> None:
        route = asked.route.path if asked.route is not None else "other"
        self._metrics.count_call(route, outcome)


def _entry(asked: Asked, outcome: CallOutcome, record: AccessRecord | None) -> Entry:
    if record is None:
        return Entry(asked.what, outcome)
    access = record.access
    return Entry(asked.what, outcome, access.access_id, access.name, asked.subject)


def _refused(asked: Asked) -> Answer | None:
    """Refuse what this API never takes, whoever asks."""
    if asked.route is None and not asked.is_page:
        return problem(NothingThere(what="such place"))
    if asked.method not in METHODS:
        failure = CallRefused(reason="it is read with GET or HEAD, and changed by nobody")
        return problem(failure, HTTPStatus.METHOD_NOT_ALLOWED, _ALLOW)
    if asked.has_body:
        failure = CallRefused(reason="a call has no body")
        return problem(failure, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return None


def _unless_known(asked: Asked, answer: Answer) -> Answer:
    """Answer that nothing has changed to a reader that has it already (RFC 9110, section 13.1.2)."""
    if not answer.tag:
        return answer
    known = {each.strip().removeprefix("W/").strip('"') for each in asked.tags.split(",")}
    if answer.tag in known or asked.tags.strip() == "*":
        return Answer(status=HTTPStatus.NOT_MODIFIED, tag=answer.tag)
    return answer
