"""The trail of a running hosted session, written in the order in which things happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from core.api.hosting import AuditActor, AuditEntry, AuditKind


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
    ) -> AuditEntry:
        """Write an entry; a decision is on the disk when this returns."""


@dataclass(frozen=True)
class _Line:
    kind: AuditKind
    actor: AuditActor
    resource: str
    decision: str
    reason: str
    is_written: asyncio.Future[None] = field(compare=False)


class Ledger:
    """Takes entries at once and writes them one after the other; ``failed`` hears of what could not be written."""

    def __init__(
        self,
        session_id: UUID,
        sessions: AppendsEntries,
        failed: Callable[[Exception], None],
    ) -> None:
        self._session_id = session_id
        self._sessions = sessions
        self._failed = failed
        self._lines: asyncio.Queue[_Line | None] = asyncio.Queue()
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
    ) -> asyncio.Future[None]:
        """Take an entry; the future is done when it is written, or could not be. After the close it says nothing."""
        is_written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._is_closed:
            is_written.set_result(None)
            return is_written
        self._lines.put_nowait(_Line(kind, actor, resource, decision, reason, is_written))
        return is_written

    async def close(self) -> None:
        """Write what was taken, and end."""
        self._is_closed = True
        self._lines.put_nowait(None)
        await self._writing

    async def _write(self) -> None:
        while (line := await self._lines.get()) is not None:
            try:
                await self._sessions.trail_append(
                    self._session_id,
                    line.kind,
                    line.actor,
                    line.resource,
                    line.decision,
                    line.reason,
                )
            except Exception as error:  # noqa: BLE001 - the task's boundary: the next entry may be written
                self._failed(error)
            finally:
                line.is_written.set_result(None)
