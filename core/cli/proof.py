"""Proof: checks an evidence bundle with nothing but the bundle and what the person trusts already."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from core.cli.answer import Answer
from core.cli.progress import ProgressLine
from core.cli.report import report_answer
from core.cli.units import size
from core.evidence.verify import verify_bundle

LiveHeader = Callable[[int], bytes]
IsVoid = Callable[[bytes, bytes, bytes, UUID], bool]


def answer_proof(invocation: Namespace) -> Answer:
    """Carry out what is asked about proofs."""
    return write_page(invocation) if invocation.action == "page" else verify_proof(invocation)


def verify_proof(invocation: Namespace) -> Answer:
    """Check a bundle; needs no data directory and no vault, and no network unless a node is named."""
    progress = ProgressLine()
    with _node(invocation.node) as (live_header, is_void):
        try:
            report = verify_bundle(
                invocation.file,
                checkpoint=invocation.checkpoint,
                live_header=live_header,
                is_void=is_void,
                device=invocation.device,
                contract=invocation.contract,
                progress=lambda done, total: progress.show(
                    f"checked {size(done)} of {size(total)}"
                ),
            )
        finally:
            progress.clear()
    return report_answer(report)


def write_page(invocation: Namespace) -> Answer:
    """Write the page that checks bundles in a browser; it needs neither an appliance nor a network."""
    from core.admin.page import save_page

    index = save_page(invocation.directory)
    lines = [
        f"The page is in {invocation.directory}.",
        f"Open {index} in a browser, and choose the bundle there; nothing of it is sent anywhere.",
    ]
    return Answer({"path": str(index)}, lines)


@contextmanager
def _node(endpoint: str | None) -> Iterator[tuple[LiveHeader | None, IsVoid | None]]:
    """Ask a live node for blocks' hashes and second uses of IDs; raises ChainUnreachable at once when it is away."""
    if endpoint is None:
        yield None, None
        return
    from core.chain.client import Web3AnchorChain

    chain = Web3AnchorChain(endpoint)
    try:
        chain.status()
        # A block that the node does not know has no hash, which is no hash of any header.
        yield (lambda number: chain.block_hash(number) or b""), chain.batches.is_void_in
    finally:
        chain.close()
