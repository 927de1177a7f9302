"""Tests of qualifying, by the service, on the appliance's own node over several months."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from core.api.qualifying import QualifiedMonth, QualifyNodes
from core.appliance.deployment_service import DeploymentService
from core.appliance.qualifying_service import QualifyingService
from core.chain.clients import eligibility_manager
from core.chain.month_records import MonthRecords
from core.chain.qualifying import Qualifying
from core.cli.main import run
from core.errors import (
    DeploymentElsewhere,
    DeploymentMissing,
    MonthNotFinal,
    MonthRecordsDifferent,
    MonthRecordsMissing,
    MonthRecordsUnreadable,
    UsageFailure,
)
from core.storage.data_directory import DataDirectory
from core.vault.open_vault import OpenVault
from tests.core.chain.months_bench import FEBRUARY, OCTOBER, MonthsBench, at
from tests.core.chain.node_process import KEY, wait_for


class Bench:
    """The network, its files, and the service that qualifies on it."""

    def __init__(self, root: Path, months: MonthsBench) -> None:
        self.root, self.socket, self.months = root, root / "chain.sock", months
        self.deployment = months.deployment(root)
        self.told: list[tuple[str, int, int | None]] = []

    def qualify(self, *months: MonthRecords | Path, **others: Any) -> QualifiedMonth:  # noqa: ANN401 - the command's
        """Carry the command out."""
        paths = [
            each if isinstance(each, Path) else self.months.write(self.root, each)
            for each in months
        ]
        command = QualifyNodes(
            str(self.socket), tuple(paths), **{"deployment": self.deployment, **others}
        )

        async def endpoint() -> str:
            raise AssertionError("its own chain is not asked for")

        async def work() -> QualifiedMonth:
            clock = self.months.clock
            vault = cast("OpenVault", SimpleNamespace(chain_private_key=lambda: KEY))
            directory = cast("DataDirectory", SimpleNamespace(networks=self.root / "networks"))
            deployments = DeploymentService(
                directory=directory, vault=lambda: vault, clock=clock, own_endpoint=endpoint
            )
            service = QualifyingService(deployments, clock)
            return await service.qualify(command, lambda *given: self.told.append(given))

        return asyncio.run(work())

    def three(self, **others: Any) -> list[MonthRecords]:  # noqa: ANN401 - of the records
        """Give the records of October, November and December."""
        return [self.months.records(OCTOBER + each, **others) for each in range(3)]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Lend a network on the 3rd of January 2027."""
    root = tmp_path_factory.mktemp("months")
    with MonthsBench.in_january(root) as months:
        yield Bench(root, months)


def test_every_node_is_found_eligible_that_is(
    bench: Bench,
    data_directory: Path,
    passphrase_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not before the last month is final; then all but the one that was up for too little, and none twice.

    Another appliance, by its command line, finds nothing left to do, and says so with a name and a reason each.
    """
    with pytest.raises(MonthNotFinal) as early:
        bench.qualify(*bench.three())
    assert early.value.facts == {"month": "2026-12"}
    bench.months.turn_to(at(2027, 1, 5))

    done = bench.qualify(*reversed(bench.three()), month="2027-02")
    assert (done.month, done.added, done.before, done.electorate) == ("2027-02", (1, 2), (), 2)
    assert [(each.node_id, "80 %" in each.told) for each in done.refused] == [(3, True)]
    assert bench.told[-1] == ("nodes", 3, 3)

    again = bench.qualify(*bench.three())
    assert (again.added, again.before, again.electorate) == ((), (1, 2), 2)

    monkeypatch.setenv("LUCID_PASSPHRASE_FILE", str(passphrase_file))
    where = ("--data-dir", str(data_directory))
    assert run([*where, "chain", "account"]) == 0
    files = [str(bench.months.write(bench.root, each)) for each in bench.three()]
    words = (*where, "chain", "qualify", *files, "--network", str(bench.socket))
    capsys.readouterr()
    assert run([*words, "--deployment", str(bench.deployment)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("Node 3 is not eligible: node 3 was seen 1200 times of 2232")
    assert told[1] == "0 found eligible for 2027-02, 2 were before; the electorate has 2 by now."
    assert run([*words, "--deployment", str(bench.deployment), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["month"], shown["added"], shown["before"]) == ("2027-02", [], [1, 2])
    assert run([*words, "--month", "2027-03", "--deployment", str(bench.deployment)]) == 2
    assert "2027-02" in capsys.readouterr().err
    assert run([*words, "--deployment", str(bench.root / "none")]) == 3


def test_other_records_than_the_attested_are_refused(bench: Bench) -> None:
    """One number changed, or one record left out, is another root."""
    for changed in (bench.months.records(OCTOBER, seen=(744, 744, 744)), _without(bench, 3)):
        with pytest.raises(MonthRecordsDifferent) as refused:
            bench.qualify(changed, *bench.three()[1:])
        assert refused.value.facts["month"] == "2026-10"


def _without(bench: Bench, node_id: int) -> MonthRecords:
    whole = bench.months.records(OCTOBER)
    return MonthRecords(
        whole.month, tuple(each for each in whole.records if each.node_id != node_id)
    )


def test_other_months_are_refused(bench: Bench) -> None:
    """The three that the coming month needs are named, and another coming month than was expected is told."""
    first, second, third = bench.three()
    with pytest.raises(UsageFailure, match="2026-10, 2026-11, 2026-12"):
        bench.qualify(second, third, bench.months.records(OCTOBER + 3))
    with pytest.raises(UsageFailure, match="2027-02"):
        bench.qualify(first, second, third, month="2027-03")
    with pytest.raises(UsageFailure, match="is not a month"):
        bench.qualify(first, second, third, month="March")


def test_files_that_are_not_there_are_named(bench: Bench) -> None:
    """The record file's path is told, and the deployment's."""
    none = bench.root / "none"
    with pytest.raises(MonthRecordsMissing, match="none"):
        bench.qualify(none, none, none)
    with pytest.raises(DeploymentMissing, match="none"):
        bench.qualify(*bench.three(), deployment=none)


def test_what_is_no_file_is_not_read(bench: Bench) -> None:
    """A directory and a pipe are told for what they are; nobody waits for somebody to write into the pipe."""
    pipe = bench.root / "pipe"
    os.mkfifo(pipe)
    for wrong, told in ((bench.root, "Is a directory"), (pipe, "it is no regular file")):
        with pytest.raises(MonthRecordsUnreadable, match=told):
            bench.qualify(wrong, wrong, wrong)
    with pytest.raises(MonthRecordsUnreadable, match="Not a directory"):
        bench.qualify(*[bench.deployment / "file"] * 3)


def test_a_deployment_of_another_chain_is_refused(bench: Bench) -> None:
    """By its chain's ID, or by its first block where the ID is the same, before anything is asked of its contracts."""
    (there := bench.root / "elsewhere").mkdir()
    for others in ({"chain_id": 5}, {"genesis": bytes([7]) * 32}):
        deployment = bench.months.deployment(there, **others)
        with pytest.raises(DeploymentElsewhere) as refused:
            bench.qualify(*bench.three(), deployment=deployment)
        chain_id, genesis = bench.months.node.chain_id(), bench.months.node.genesis().hex()[:8]
        assert refused.value.facts["found"] == f"{chain_id} (first block {genesis})"


def test_a_node_that_somebody_else_was_first_with_is_not_counted_as_added(tmp_path: Path) -> None:
    """Who is found eligible by another account, after being judged and before the batch, was so before."""
    with MonthsBench.in_january(tmp_path) as months:
        months.turn_to(at(2027, 1, 5))
        files = [months.records(OCTOBER + each) for each in range(3)]
        qualifying = Qualifying(months.node, months.contracts, files)
        for _ in files[0].records:
            qualifying.advance()
        records = tuple(each.records[0] for each in files)
        proofs = tuple(each.tree().path(0) for each in files)
        call = eligibility_manager.qualify(FEBRUARY, 1, records, proofs)
        months.send((months.contracts["EligibilityManager"], call.data), by=months.other)

        wait_for(qualifying.advance)
        done = qualifying.outcome
        assert (done.added, done.before, list(done.refused)) == ([2], [1], [3])
        assert qualifying.electorate() == 2
