"""Finds nodes eligible for the month that comes next, with this appliance's account; any appliance may."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from core.api.qualifying import NodeNotEligible, QualifiedMonth, QualifyNodes
from core.appliance.chain_work import until_done
from core.appliance.deployment_service import DeploymentService
from core.appliance.progress import Progress
from core.chain.month_records import (
    LARGEST,
    MonthRecords,
    month_name,
    month_number,
    read_month_records,
)
from core.chain.network.node import NetworkNode
from core.chain.qualifying import Qualifying
from core.errors import MonthRecordsMissing, MonthRecordsUnreadable, UsageFailure
from core.runtime.clock import Clock


class QualifyingService:
    """Lives on the engine's loop; a node is asked on a worker of its own."""

    def __init__(self, deployments: DeploymentService, clock: Clock) -> None:
        self._deployments = deployments
        self._clock = clock

    async def qualify(self, command: QualifyNodes, tell: Progress) -> QualifiedMonth:
        """Find every node eligible that is.

        Raises MonthRecordsMissing, MonthRecordsUnreadable, MonthRecordsMalformed, MonthRecordsDifferent, MonthNotFinal,
        DeploymentMissing, DeploymentMalformed, DeploymentElsewhere, BalanceTooLow, ChainRejected, ChainUnreachable,
        AnchorMismatch, UsageFailure.
        """
        async with await self._deployments.asking(command.network) as asking:
            qualifying = await asking.run(lambda node: self._begin(node, command))
            await until_done(
                asking,
                qualifying,
                self._clock,
                lambda done: tell("nodes", done, qualifying.total),
            )
            return await asking.run(lambda _: _shown(qualifying))

    def _begin(self, node: NetworkNode, command: QualifyNodes) -> Qualifying:
        try:
            expected = None if command.month is None else month_number(command.month)
        except ValueError as error:
            raise UsageFailure(reason=str(error)) from error
        file = self._deployments.file_of(node, command.deployment)
        node.require_genesis(file.chain_id, file.genesis)
        months = [_read(path) for path in command.records]
        return Qualifying(node, file.contracts, months, expected)


def _read(path: Path) -> MonthRecords:
    try:
        # Without waiting: a pipe into which nobody writes would be opened for ever.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise MonthRecordsUnreadable(path=str(path), reason="it is no regular file")
            content = stream.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise MonthRecordsMissing(path=str(path)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise MonthRecordsUnreadable(path=str(path), reason=reason) from error
    return read_month_records(content, str(path))


def _shown(done: Qualifying) -> QualifiedMonth:
    outcome = done.outcome
    refused = tuple(
        NodeNotEligible(node_id, str(why.facts["told"]))
        for node_id, why in sorted(outcome.refused.items())
    )
    return QualifiedMonth(
        month=month_name(done.month),
        added=tuple(sorted(outcome.added)),
        before=tuple(sorted(outcome.before)),
        refused=refused,
        electorate=done.electorate(),
    )
