"""Finds nodes eligible for the month that comes next, with this appliance's account; any appliance may."""

from __future__ import annotations

from pathlib import Path

from core.api.qualifying import NodeNotEligible, QualifiedMonth, QualifyNodes
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
from core.errors import ChainUnreachable, MonthRecordsMissing, UsageFailure
from core.runtime.clock import Clock

_LOOK_EVERY_S = 0.25
_LONGEST_AWAY = 240  # looks in a row at a node that does not answer


class QualifyingService:
    """Lives on the engine's loop; a node is asked on a worker of its own."""

    def __init__(self, deployments: DeploymentService, clock: Clock) -> None:
        self._deployments = deployments
        self._clock = clock

    async def qualify(self, command: QualifyNodes, tell: Progress) -> QualifiedMonth:
        """Find every node eligible that is.

        Raises MonthRecordsMissing, MonthRecordsMalformed, MonthRecordsDifferent, MonthNotFinal, DeploymentMissing,
        DeploymentMalformed, ChainRejected, ChainUnreachable, UsageFailure.
        """
        async with await self._deployments.asking(command.network) as asking:
            qualifying = await asking.run(lambda node: self._begin(node, command))
            away = 0
            while True:
                try:
                    is_done = await asking.run(lambda _: qualifying.advance())
                    away = 0
                except ChainUnreachable:
                    away += 1
                    if away > _LONGEST_AWAY:
                        raise
                    is_done = False
                tell("nodes", qualifying.outcome.settled(), qualifying.total)
                if is_done:
                    break
                if away or qualifying.is_waiting:
                    await self._clock.sleep(_LOOK_EVERY_S)
            return await asking.run(lambda _: _shown(qualifying))

    def _begin(self, node: NetworkNode, command: QualifyNodes) -> Qualifying:
        try:
            expected = None if command.month is None else month_number(command.month)
        except ValueError as error:
            raise UsageFailure(reason=str(error)) from error
        months = [_read(path) for path in command.records]
        file = self._deployments.file_of(node, command.deployment)
        return Qualifying(node, file.contracts, months, expected)


def _read(path: Path) -> MonthRecords:
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise MonthRecordsMissing(path=str(path)) from error
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
