"""The chain's index: follow what is anchored in Lucid's contracts, and list it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import cast

from core.api.chain_index import (
    AnchoredPage,
    AnchoredPhase,
    AnchoredShown,
    FollowChain,
    IndexShown,
    ListAnchored,
)
from core.api.text import sentence_for
from core.cli.answer import Answer, Interrupted, plain, say
from core.cli.columns import facts, table
from core.cli.conversation import Conversation
from core.cli.units import count, moment
from core.errors import ExitCode

_VOID = "void: its ID was used twice"


def follow(conversation: Conversation, invocation: Namespace) -> Answer:
    """Bring the index up to the chain; ends with 1 where the chain exchanged blocks that it should not."""
    conversation.need_vault()
    try:
        shown = cast("IndexShown", conversation.ask(FollowChain(invocation.verified)))
    except Interrupted:
        say("The index is as far as it came; lucid chain index goes on from there.")
        raise
    if shown.rewritten is None:
        return Answer(plain(shown), _index(shown))
    told = sentence_for(shown.rewritten)
    say(f"lucid: {told.what}")
    say(f"       {told.next_step}")
    return Answer(plain(shown), _index(shown), ExitCode.DOES_NOT_HOLD)


def list_sessions(conversation: Conversation, invocation: Namespace) -> Answer:
    """List sessions of the index, or show one; the chain is not asked."""
    command = ListAnchored(
        session_id=invocation.session_id or "",
        owner=invocation.owner,
        phase=None if invocation.state is None else AnchoredPhase(invocation.state),
        since_utc_ms=invocation.since,
        until_utc_ms=invocation.until,
        before_row=invocation.before,
        limit=invocation.limit,
    )
    page = cast("AnchoredPage", conversation.ask(command))
    lines = _one(page) if command.session_id else _list(page)
    return Answer(plain(page), lines)


def _index(shown: IndexShown) -> Iterator[str]:
    is_whole = shown.head is not None and shown.block >= shown.head
    yield from facts(
        [
            ("chain ID", str(shown.chain_id)),
            ("LucidAnchors", shown.anchors_address),
            ("LucidBatches", shown.batches_address or "not deployed yet"),
            ("up to block", f"{shown.block}{'' if is_whole else f' of {shown.head}'}"),
            ("checked", _checked(shown)),
            ("sessions", f"{shown.sessions}, {shown.sealed} of them sealed"),
            ("batches", str(shown.batches)),
            ("new events", str(shown.events)),
            ("taken back", count(shown.rolled_back, "block") if shown.rolled_back else None),
        ]
    )


def _checked(shown: IndexShown) -> str:
    if shown.is_verified:
        return "every event against its block's header"
    return "as the node tells it (--verified checks every event against its block's header)"


def _list(page: AnchoredPage) -> Iterator[str]:
    if not page.sessions:
        yield f"No such session up to block {page.index.block}."
        yield from _about_batches(page.index)
        return
    header = ("ID", "OPENED (UTC)", "SEALED (UTC)", ">CHUNKS", "OWNER")
    yield from table(
        header,
        (
            (
                each.session_id,
                moment(each.opened_utc_ms),
                _VOID if each.is_void else moment(each.sealed_utc_ms),
                "-" if each.chunk_count is None else str(each.chunk_count),
                each.owner,
            )
            for each in page.sessions
        ),
    )
    yield f"Up to block {page.index.block} of chain {page.index.chain_id}."
    yield from _about_batches(page.index)
    if page.next_row is not None:
        yield f"Older ones: --before {page.next_row}"


def _about_batches(index: IndexShown) -> Iterator[str]:
    """Say what is not in the list, so that nobody takes it for all there is."""
    if index.batches:
        yield f"More are in batches ({index.batches}): whoever recorded them knows them, and their bundles prove them."


def _one(page: AnchoredPage) -> Iterator[str]:
    each = page.sessions[0]
    yield from facts(
        [
            ("session", each.session_id),
            ("owner", each.owner),
            ("state", _VOID if each.is_void else each.phase.value),
            ("opened", _place(each.opened_utc_ms, each.opened_block, each.opened_transaction)),
            ("policy hash", each.policy_hash),
            ("ephemeral key", each.ephemeral_key),
            *_seal(each),
        ]
    )
    for step in page.steps:
        what = (
            f"after {count(step.number, 'chunk')}"
            if step.kind == "progress"
            else f"chunk {step.number}"
        )
        yield f"{what}: {step.hash}, {_place(step.utc_ms, step.block, step.transaction)}"


def _seal(each: AnchoredShown) -> Iterator[tuple[str, str | None]]:
    if each.sealed_block is None or each.sealed_utc_ms is None:
        return
    place = _place(each.sealed_utc_ms, each.sealed_block, each.sealed_transaction or "")
    yield "sealed", place
    yield "manifest hash", each.manifest_hash
    yield "Merkle root", each.merkle_root
    yield "chunks", str(each.chunk_count)


def _place(utc_ms: int, block: int, transaction: str) -> str:
    return f"{moment(utc_ms)} UTC, block {block}, transaction {transaction}"
