"""The trail of a running hosted session, written in the order in which things happened.

What a peer or a program can cause as often as it likes is bounded: beyond that it is counted, and the count is an
entry. Decisions, and what the owner does, are never left out, and wait only for a moment's worth of such entries.
No name of a file is left out that passed: long before there is no room for more names, files have to wait.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from core.api.hosting import AuditActor, AuditEntry, AuditKind
from core.canonical.plain_text import plain_text

# How many of a kind may wait at once; a refusal is put on the medium at once, the others are not.
MOST_WAITING: Mapping[AuditKind, int] = MappingProxyType(
    {
        AuditKind.FILE: 16_384,
        AuditKind.CLIPBOARD: 64,
        AuditKind.FOCUS: 64,
        AuditKind.REFUSED: 16,
        AuditKind.HIDDEN: 16,
        AuditKind.SHOWN: 16,
    }
)
MOST_IN_ALL = 20_000  # of each of these kinds: a trail has room for more than all of them together
# So many names may wait, and so many there may be in all, before no more files pass; the names that are on their way
# from the gate until it has heard of that have room behind them.
NAMES_WAITING, NAMES_IN_ALL = 2_048, 10_000


class AppendsEntries(Protocol):
    """The sessions, as a ledger sees them."""

    async def trail_append(  # noqa: PLR0917 - as the trail itself
        self,
        session_id: UUID,
        kind: AuditKind,
        actor: AuditActor,
        resource: str = "",
        decision: str = "",
        reason: str = "",
        consent: str = "",
    ) -> AuditEntry:
        """Write an entry; a decision is on the disk when this returns."""


@dataclass(frozen=True)
class _Line:
    kind: AuditKind
    actor: AuditActor
    resource: str
    decision: str
    reason: str
    consent: str
    is_written: asyncio.Future[bool] = field(compare=False)


class Ledger:
    """Takes entries at once and writes them one after the other; ``failed`` hears of what could not be written.

    ``turned`` hears when ``takes_names`` has changed.
    """

    def __init__(
        self,
        session_id: UUID,
        sessions: AppendsEntries,
        failed: Callable[[Exception], None],
        turned: Callable[[], None],
    ) -> None:
        self._session_id = session_id
        self._sessions = sessions
        self._failed = failed
        self._turned = turned
        self.takes_names = True  # False: no file may pass, for its name might find no room
        self._lines: asyncio.Queue[_Line | None] = asyncio.Queue()
        self._waiting: Counter[AuditKind] = Counter()
        self._taken: Counter[AuditKind] = Counter()
        self._left_out: Counter[AuditKind] = Counter()
        self._is_closed = False
        self._writing = asyncio.ensure_future(self._write())

    def note(
        self,
        kind: AuditKind,
        actor: AuditActor,
        resource: str = "",
        *,
        decision: str = "",
        reason: str = "",
        consent: str = "",
    ) -> asyncio.Future[bool]:
        """Take an entry; the future tells whether it was written. After the close it is not."""
        is_written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if self._is_closed or (
            actor is not AuditActor.OWNER and not decision and self._is_too_much(kind)
        ):
            self._left_out[kind] += 1
            is_written.set_result(False)
            return is_written
        self._waiting[kind] += 1
        self._taken[kind] += 1
        texts = (plain_text(resource), decision, plain_text(reason), consent)
        self._lines.put_nowait(_Line(kind, actor, *texts, is_written))
        self._look_at_names()
        return is_written

    def sum_up(self) -> None:
        """Note how many entries were left out since the last time; to be called every now and then."""
        left_out, self._left_out = self._left_out, Counter()
        for kind, count in left_out.items():
            reason = f"{count} more, not listed one by one"
            self.note(AuditKind.INCIDENT, AuditActor.APPLIANCE, kind.value, reason=reason)

    async def close(self) -> None:
        """Write what was taken, and end; harmless when that has been done."""
        if not self._is_closed:
            self.sum_up()
            self._is_closed = True
            self._lines.put_nowait(None)
        await asyncio.shield(self._writing)

    def _is_too_much(self, kind: AuditKind) -> bool:
        most = MOST_WAITING.get(kind)
        if most is None:
            return False
        return self._waiting[kind] >= most or self._taken[kind] >= MOST_IN_ALL

    def _look_at_names(self) -> None:
        """Let files wait while many names do, and for good when there were too many of them."""
        waiting, taken = self._waiting[AuditKind.FILE], self._taken[AuditKind.FILE]
        most = NAMES_WAITING if self.takes_names else 1  # not to and fro at the bound
        if self.takes_names == (waiting < most and taken < NAMES_IN_ALL):
            return
        self.takes_names = not self.takes_names
        reason = "files again" if self.takes_names else "too many names: no files pass"
        self.note(AuditKind.INCIDENT, AuditActor.APPLIANCE, AuditKind.FILE.value, reason=reason)
        self._turned()

    async def _write(self) -> None:
        while (line := await self._lines.get()) is not None:
            is_written = False
            try:
                await self._sessions.trail_append(
                    self._session_id,
                    line.kind,
                    line.actor,
                    line.resource,
                    line.decision,
                    line.reason,
                    line.consent,
                )
                is_written = True
            except Exception as error:  # noqa: BLE001 - the task's boundary: the next entry may be written
                self._failed(error)
            finally:
                self._waiting[line.kind] -= 1
                self._look_at_names()
                if not line.is_written.done():  # whoever waited for it may have gone
                    line.is_written.set_result(is_written)
