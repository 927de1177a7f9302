"""Report: what a verification found, each check with what it rests on."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from core.api.snapshots import Check, CheckOutcome, VerificationReport
from core.api.text import sentence_for
from core.cli.answer import Answer, error_document, plain
from core.cli.units import count, length
from core.errors import ExitCode

_MARKS = {CheckOutcome.HOLDS: "ok", CheckOutcome.FAILS: "FAILS", CheckOutcome.NOT_CHECKED: "-"}

_ROOTS = {
    "checkpoint": "the checkpoint you gave: the block is one that you trust already.",
    "live_node": "the node you named: it says that the block is on its chain.",
    "own_chain": "this appliance's own chain. Someone who distrusts the appliance needs a checkpoint.",
    "network_chain": "the network's chain, as the node that this appliance uses tells it. Someone who distrusts "
    "the appliance or its node needs a checkpoint, or asks a node of their own.",
    "nothing_yet": "nothing yet. The bundle agrees with itself and its signatures; that the block it names "
    "exists is not shown. Give --checkpoint HASH or --node.",
}


def report_answer(report: VerificationReport) -> Answer:
    """Make a report an answer; the exit code says whether it holds."""
    code = ExitCode.FINE if report.holds else ExitCode.DOES_NOT_HOLD
    failed = [check.failure for check in report.checks if check.failure is not None]
    error = {"error": error_document(failed[0])} if failed and not report.holds else {}
    return Answer({**plain(report), **error}, _lines(report), code)


def _lines(report: VerificationReport) -> Iterator[str]:
    width = max((len(check.name) for check in report.checks), default=0)
    for check in report.checks:
        yield from _check_lines(check, width)
    yield ""
    done = [check for check in report.checks if check.outcome is not CheckOutcome.NOT_CHECKED]
    failed = [check for check in done if check.outcome is CheckOutcome.FAILS]
    if report.holds:
        verdict = f"It holds: {count(len(done), 'check')} done"
    else:
        verdict = f"It does NOT hold: {len(failed)} of {count(len(done), 'check')} failed"
    yield f"{verdict}, in {length(report.duration_s)}."
    if report.holds:
        yield f"Root of trust: {_ROOTS.get(report.root_of_trust, report.root_of_trust)}"


def _check_lines(check: Check, width: int) -> Iterator[str]:
    name = check.name.replace("_", " ")
    yield f"{_MARKS[check.outcome]:<6} {name:<{width}}  {check.summary}"
    indent = " " * (width + 9)
    if check.failure is not None:
        yield f"{indent}{sentence_for(check.failure).next_step}"
    if check.rests_on and check.outcome is CheckOutcome.HOLDS:
        yield textwrap.fill(
            f"rests on {check.rests_on}", 110, initial_indent=indent, subsequent_indent=indent
        )
