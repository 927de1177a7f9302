"""Writing a new session down: its opening, the first of its logs, and its row, or nothing of them."""

from __future__ import annotations

import asyncio
import shutil
import threading
from contextlib import suppress

from core.errors import Cancelled, SessionIdUsed
from core.runtime.files import make_directory
from core.runtime.finishing import to_its_end
from core.sessions.anchoring import opened_row
from core.sessions.opening import Opening
from core.sessions.parts import SessionParts
from core.sessions.running import RunningSession


async def write_whole(parts: SessionParts, opening: Opening, running: RunningSession) -> None:
    """Write opening, logs and row, or nothing; cancelling that comes too late is as if it had not come.

    A row without its opening could never be sealed, so this is one piece of work and its end is waited for.
    """
    given_up = threading.Event()
    writing = asyncio.ensure_future(
        parts.store_worker.run(_write, parts, opening, running, given_up)
    )
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        given_up.set()
        with suppress(asyncio.CancelledError):  # asked again: it changes nothing
            await to_its_end(asyncio.wait({writing}))
        if writing.exception() is not None:
            raise


def _write(
    parts: SessionParts, opening: Opening, running: RunningSession, given_up: threading.Event
) -> None:
    row, directory = running.row, parts.directory.session(opening.session_id)
    if directory.exists():
        raise SessionIdUsed(session_id=str(row.session_id))
    anchor = opened_row(row.session_id, row.policy_hash, row.ephemeral_public_key)
    try:
        make_directory(directory)
        opening.write(directory)
        if running.logs is not None:
            running.logs.begin(str(opening.policy["profile"]))
        _check_wanted(given_up)
        parts.store.add_session(row, (anchor,))
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise


def _check_wanted(given_up: threading.Event) -> None:
    if given_up.is_set():
        raise Cancelled
