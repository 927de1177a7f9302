"""A named one-worker executor for libraries that block, and the assertion that they stay on it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from core.errors import Bug

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """One thread with a name; what is given to it runs there, one after the other."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` on the thread and return what it returns."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, lambda: work(*args, **kwargs))

    def run_blocking(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` on the thread for another worker, which waits for what it returns."""
        return self._executor.submit(work, *args, **kwargs).result()

    def assert_here(self) -> None:
        """Raise Bug unless the caller is on this worker's thread."""
        if not threading.current_thread().name.startswith(self._name):
            raise Bug(f"not on worker {self._name}")

    def close(self) -> None:
        """Finish what was given and end the thread."""
        self._executor.shutdown(wait=True)
