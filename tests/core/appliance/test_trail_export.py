"""The trail goes into a bundle sealed, or readable where the whole session is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from core.api import commands as c
from core.api.snapshots import CheckOutcome, SessionSummary
from core.audit.trail import TRAIL_NAME
from core.evidence.bundle_reader import BundleReader
from core.evidence.verify import verify_bundle
from tests.core.appliance.appliance_bench import appliance
from tests.core.appliance.test_phases import refusal
from tests.fakes.session_bench import PASSPHRASE, SessionBench


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SessionSummary]:
    """Host one session for all tests here; its directory and how it ended."""
    directory = tmp_path_factory.mktemp("hosted") / "data"

    async def run() -> SessionSummary:
        async with SessionBench(directory) as bench:
            session_id = await bench.host()
            return await bench.sessions.end(session_id, "owner")

    return directory, asyncio.run(run())


@pytest.mark.parametrize(
    "disclosure, is_whole, sections",
    [
        (c.Disclosure.PROOFS, True, set()),
        (c.Disclosure.SEALED, True, {"trail"}),
        (c.Disclosure.READABLE, True, {"trail", "trail_key"}),
        (c.Disclosure.READABLE, False, set()),
    ],
)
def test_what_a_bundle_holds_of_the_trail(
    recorded: tuple[Path, SessionSummary],
    tmp_path: Path,
    disclosure: c.Disclosure,
    is_whole: bool,
    sections: set[str],
) -> None:
    """Proofs and parts hold the head alone, a sealed session its trail, a readable one the key as well."""
    path, session_id = tmp_path / "bundle", recorded[1].session_id
    with appliance(recorded[0], is_resident=False) as front_end:
        front_end.do(c.UnlockVault(c.Secret(PASSPHRASE)))
        front_end.answers = True
        first = front_end.do(c.ShowSession(session_id)).chunk_rows[0]
        until_s = None if is_whole else first.from_s + 0.000_01
        front_end.do(c.ExportBundle(session_id, path, disclosure, until_s=until_s))
    with BundleReader(path) as reader:
        reader.load()
        names = {each.name for each in reader.sections}
    assert names & {"trail", "trail_key"} == sections
    report = verify_bundle(path)
    assert report.holds
    is_shown = "trail_key" in sections
    outcome = {each.name: each.outcome for each in report.checks}["trail"]
    assert outcome is (CheckOutcome.HOLDS if is_shown else CheckOutcome.NOT_CHECKED)


def test_a_part_without_video_is_not_exported(
    recorded: tuple[Path, SessionSummary], tmp_path: Path
) -> None:
    """A range before the first picture holds nothing to show: that is said before anyone is asked."""
    with appliance(recorded[0], is_resident=False) as front_end:
        front_end.do(c.UnlockVault(c.Secret(PASSPHRASE)))
        whole = c.ExportBundle(recorded[1].session_id, tmp_path / "out", c.Disclosure.READABLE)
        assert refusal(front_end, replace(whole, until_s=0.000_001)) == "usage"


def test_a_missing_trail_is_told_by_export_and_verification(
    recorded: tuple[Path, SessionSummary], tmp_path: Path
) -> None:
    """Without its trail a session does not hold, locked or not, and is not exported as if it were whole."""
    session_id = recorded[1].session_id
    path = recorded[0] / "sessions" / session_id / TRAIL_NAME
    with appliance(recorded[0], is_resident=False) as front_end:
        held = front_end.do(c.VerifySession(session_id))
        path.rename(path.with_suffix(".away"))
        try:
            report = front_end.do(c.VerifySession(session_id))
            command = c.ExportBundle(session_id, tmp_path / "out", c.Disclosure.SEALED)
            assert refusal(front_end, command) == "trail_malformed"
        finally:
            path.with_suffix(".away").rename(path)
    assert held.holds
    assert [each.name for each in report.checks if each.outcome is CheckOutcome.FAILS] == ["trail"]
    assert list(tmp_path.iterdir()) == []
