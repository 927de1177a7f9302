"""Proof: checks an evidence bundle with nothing but the bundle and what the person trusts already."""

from __future__ import annotations

from argparse import Namespace

from core.api.commands import VerifyBundle
from core.cli.answer import Answer
from core.cli.progress import ProgressLine
from core.cli.report import report_answer
from core.evidence.verify import verify_bundle


def verify_proof(invocation: Namespace) -> Answer:
    """Check a bundle; needs no data directory, vault or network unless a node is named."""
    progress = ProgressLine()
    command = VerifyBundle(
        invocation.file, invocation.checkpoint, invocation.node, invocation.device
    )
    try:
        report = verify_bundle(
            command, lambda stage, done, total: progress.show(f"{stage}  {done} of {total}")
        )
    finally:
        progress.clear()
    return report_answer(report)
