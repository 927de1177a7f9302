"""Indexes of made chains, for tests: followed, read whole, made anew."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.chain.index import ChainIndex, Progress
from core.chain.index_source import BlockSource
from core.chain.index_store import IndexStore
from tests.fakes.made_chain import MadeChain
from tests.fakes.made_sessions import (
    WATCHED,
    batch,
    chunked,
    opened,
    owner_of,
    sealed,
    stepped,
    voided,
)

TABLES = ("sessions", "seals", "steps", "batches", "voids")
BOTH = pytest.mark.parametrize("is_verified", [False, True], ids=["plain", "verified"])


def follow(
    store: IndexStore, chain: MadeChain, *, is_verified: bool = False, depth: int = 256
) -> Progress:
    """Bring an index up to the chain."""
    source = BlockSource(chain, WATCHED)  # type: ignore[arg-type]  # it answers as a connection does
    return ChainIndex(store, source, depth=depth).follow(WATCHED, is_verified=is_verified)


def content(store: IndexStore) -> dict[str, list[tuple[Any, ...]]]:
    """Read every table."""
    return {
        name: [tuple(row) for row in store.read(f"SELECT * FROM {name} ORDER BY 1, 2, 3")]  # noqa: S608 - names of the tables above
        for name in TABLES
    }


def made_anew(chain: MadeChain, path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Index a chain from nothing."""
    store = IndexStore(path)
    follow(store, chain, is_verified=True)
    found = content(store)
    store.close()
    return found


def small_chain() -> MadeChain:
    """Make a chain with an event of each kind."""
    chain = MadeChain()
    chain.add(opened(1), opened(2))
    chain.add()
    chain.add(stepped(1), chunked(1), batch(owner_of(5), 1, 40))
    chain.add(sealed(1), batch(owner_of(5), 2, 30), voided(2))
    return chain


def altered(path: str, change: Callable[[Any], Any], method: str) -> Callable[..., Any]:
    """Lie about one member of the answers to a method."""

    def lie(asked: str, _params: object, answer: Any) -> Any:  # noqa: ANN401 - any JSON
        if asked != method or not answer:
            return answer
        told = copy.deepcopy(answer)
        *way, last = path.split(".")
        place = told
        for step in way:
            place = place[int(step) if step.isdigit() else step]
        place[int(last) if last.isdigit() else last] = change(
            place[int(last) if last.isdigit() else last]
        )
        return told

    return lie
