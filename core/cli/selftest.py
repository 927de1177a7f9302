"""Self-test on the command line: each finding in a line, and whether this machine is fit."""

from __future__ import annotations

from core.cli.answer import Answer, plain
from core.cli.columns import table
from core.errors import ExitCode
from core.selftest import Finding, examine


def self_test() -> Answer:
    """Examine this machine; something that is needed and does not hold ends with 3."""
    findings = list(examine())
    wrong = [finding for finding in findings if finding.is_needed and not finding.holds]
    document = {"holds": not wrong, "findings": plain(findings)}
    verdict = f"{len(wrong)} of {len(findings)} do not hold." if wrong else "This machine is fit."
    code = ExitCode.MISSING if wrong else ExitCode.FINE
    return Answer(document, [*_lines(findings), "", verdict], code)


def _lines(findings: list[Finding]) -> list[str]:
    rows = [(_mark(each), each.name.replace("_", " "), each.detail) for each in findings]
    return list(table(("", "WHAT", "FOUND"), rows))


def _mark(finding: Finding) -> str:
    if finding.holds:
        return "ok"
    return "MISSING" if finding.is_needed else "-"
