"""A process that indexes a made chain into a directory, verified, a few events at a time, until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

from core.chain import index
from core.chain.index import ChainIndex
from core.chain.index_source import BlockSource
from core.chain.index_store import IndexStore
from tests.fakes.made_chain import MadeChain
from tests.fakes.made_sessions import WATCHED, fill


def main() -> None:
    """Index, saying each step."""
    chain = MadeChain()
    fill(chain, blocks=60, a_block=5)
    index._EVENTS_AT_ONCE = 10
    with_store = ChainIndex(IndexStore(Path(sys.argv[1])), BlockSource(chain, WATCHED))  # type: ignore[arg-type]
    done = with_store.follow(
        WATCHED, is_verified=True, told=lambda progress: print(progress.block, flush=True)
    )
    print(f"done {done.block}", flush=True)


if __name__ == "__main__":
    main()
