"""Work that has to be done to its end once it was begun, whoever asked for it and has gone meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def to_its_end(
    work: Coroutine[Any, Any, T], *, on_cancelled: Callable[[], None] = lambda: None
) -> T:
    """Do work whole. Whoever is cancelled waits for its end nonetheless, and is cancelled then; not for its failure.

    What memory and disk say would differ if it stopped halfway: a thread goes on with what it was given, and one that
    was not given it yet drops it. ``on_cancelled`` tells work that can end sooner.
    """
    working = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError as cancelled:
        on_cancelled()
        while not working.done():
            try:
                await asyncio.wait([working])
            except asyncio.CancelledError:  # asked again: it changes nothing
                continue
        if not working.cancelled() and (failure := working.exception()) is not None:
            raise cancelled from failure
        raise
