"""Running a coroutine as the engine does: in an event loop on a thread that is not the main one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def on_engine_thread(work: Callable[[], Coroutine[Any, Any, T]], seconds: float = 60.0) -> T:
    """Run ``work`` in a loop on a thread called "engine"; give its result or raise its failure."""
    results: list[T] = []
    failures: list[BaseException] = []

    async def limited() -> T:
        async with asyncio.timeout(seconds):
            return await work()

    def run() -> None:
        try:
            results.append(asyncio.run(limited()))
        except BaseException as failure:  # noqa: BLE001  (it is raised on the caller's thread)
            failures.append(failure)

    thread = threading.Thread(target=run, name="engine")
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return results[0]
