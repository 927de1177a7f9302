"""A worker that has something else to do, so that what is given to it waits for its turn."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import pytest

from core.runtime.workers import Worker
from tests.fakes.clocks import settle

TIMES = 3
PATIENCE_S = 10.0


async def cancel_before_its_turn(worker: Worker, work: Coroutine[Any, Any, object]) -> None:
    """Have work wait for its turn on a worker, and cancel it again and again meanwhile.

    It must end as cancelled, but not before the worker has come to it: a queue drops what is cancelled in it.
    """
    is_free = threading.Event()
    busy = asyncio.ensure_future(worker.run(is_free.wait, PATIENCE_S))
    asked = asyncio.ensure_future(work)
    try:
        await cancel_often(asked)
        assert not asked.done()
    finally:
        is_free.set()
        await asyncio.wait([busy, asked])
    assert await busy  # the loop was not held up
    with pytest.raises(asyncio.CancelledError):
        await asked


async def cancel_often(asked: asyncio.Future[Any]) -> None:
    """Cancel something that goes on, and again as soon as it has heard."""
    for _ in range(TIMES):
        await settle()
        asked.cancel()
    await settle()
