"""Finding nodes eligible to vote in the month that comes next. Months are text such as ``2026-10``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.api.commands import Command


@dataclass(frozen=True)
class QualifyNodes(Command):
    """Find every node eligible that is, by the record files of three months. Result: QualifiedMonth.

    Its progress is in nodes.
    """

    network: str  # as in core.api.chain
    records: tuple[Path, ...]  # of the months four, three and two before, in any order
    deployment: Path | None = None  # the file; None is the one that this appliance made
    month: str | None = None  # refused when another month comes next


@dataclass(frozen=True)
class NodeNotEligible:
    """A node that was not found eligible, and why in words."""

    node_id: int
    told: str


@dataclass(frozen=True)
class QualifiedMonth:
    """What became of the nodes that have a record in each of the three months."""

    month: str
    added: tuple[int, ...]
    before: tuple[int, ...]  # were found eligible before
    refused: tuple[NodeNotEligible, ...]
    electorate: int  # all nodes that are eligible in the month by now
