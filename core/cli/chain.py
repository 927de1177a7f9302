"""Chain: how the chain is, and what waits for it."""

from __future__ import annotations

from argparse import Namespace
from typing import cast

from core.api.commands import ReadChain
from core.api.snapshots import ChainSnapshot
from core.api.text import sentence_for
from core.cli.answer import Answer, plain, say
from core.cli.columns import facts
from core.cli.conversation import Conversation
from core.cli.units import moment
from core.errors import ExitCode


def chain_status(conversation: Conversation, _invocation: Namespace) -> Answer:
    """Say how the chain is; a chain that does not answer is something missing."""
    conversation.wait_ready()
    chain = cast("ChainSnapshot", conversation.ask(ReadChain()))
    if chain.failure is not None:
        told = sentence_for(chain.failure)
        say(f"lucid: {told.what}")
        say(f"       {told.next_step}")
    pairs: list[tuple[str, str | None]] = [
        ("endpoint", chain.endpoint or None),
        ("chain ID", _text(chain.chain_id)),
        ("block", _block(chain)),
        ("block hash", chain.block_hash),
        ("LucidAnchors", _contract(chain, chain.anchors_address)),
        ("LucidChunkStore", _contract(chain, chain.chunk_store_address)),
        ("anchors confirmed", str(chain.confirmed_anchors)),
        ("anchors waiting", str(chain.waiting_anchors)),
    ]
    code = ExitCode.FINE if chain.is_reachable else ExitCode.MISSING
    return Answer(plain(chain), facts(pairs), code)


def _contract(chain: ChainSnapshot, address: str | None) -> str | None:
    """Tell where a contract is; of a chain that does not answer nothing is known."""
    return address or ("not deployed yet" if chain.is_reachable else None)


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _block(chain: ChainSnapshot) -> str | None:
    if chain.block_number is None:
        return None
    if chain.block_time_utc_s is None:
        return str(chain.block_number)
    return f"{chain.block_number}, made {moment(chain.block_time_utc_s * 1000)} UTC"
