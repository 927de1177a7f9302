"""The Solidity contracts: their artifacts are fresh, and forge's own tests pass.

Nothing here is skipped where node or the packages are missing: it fails, with the command that mends it.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.checkouts import (
    ARTIFACTS,
    CHECKOUT,
    FORGE_TIMEOUT_S,
    copy_checkout,
    only_where_forge_is,
    run_in,
)

SUMMARY = re.compile(r"Ran \d+ test suites? in .*: (\d+) tests? passed, 0 failed, 0 skipped")


@pytest.fixture(scope="module")
def freshness() -> subprocess.CompletedProcess[str]:
    """Run the freshness check once; it installs the packages where they are missing."""
    return run_in(CHECKOUT, "contracts/build", "--check")


@pytest.fixture
def copied_checkout(tmp_path: Path) -> Path:
    """Copy what the contracts need of the checkout for a test to spoil; installed packages are shared, not copied."""
    copy_checkout(tmp_path)
    return tmp_path


def _append_to_anchors(checkout: Path, line: str) -> None:
    """Add a line to the source of LucidAnchors in a copied checkout."""
    with (checkout / "contracts/src/anchors/LucidAnchors.sol").open(
        "a", encoding="utf-8"
    ) as source:
        source.write(f"{line}\n")


def _anchors_artifact(checkout: Path) -> dict[str, Any]:
    """Read the artifact of LucidAnchors."""
    artifact = json.loads((checkout / ARTIFACTS / "LucidAnchors.json").read_text(encoding="utf-8"))
    assert isinstance(artifact, dict)
    return artifact


@pytest.mark.timeout(FORGE_TIMEOUT_S)
def test_artifacts_are_fresh(freshness: subprocess.CompletedProcess[str]) -> None:
    """The committed artifacts are exactly what the compiler makes of the committed sources."""
    assert freshness.returncode == 0, freshness.stdout


@pytest.mark.timeout(FORGE_TIMEOUT_S)
@only_where_forge_is
def test_everything_the_contracts_are_held_to(capsys: pytest.CaptureFixture[str]) -> None:
    """Format, lint, a build without a warning, every test and what it costs in gas hold; forge's counts are shown."""
    result = run_in(CHECKOUT, "contracts/test-all")
    assert result.returncode == 0, result.stdout
    unit, random = SUMMARY.finditer(result.stdout)
    assert min(int(unit[1]), int(random[1])) > 0, "forge ran no test"
    with capsys.disabled():
        print(f"\ncontracts: {unit[1]} unit tests, {random[1]} fuzz and invariant tests")


@pytest.mark.timeout(FORGE_TIMEOUT_S)
@only_where_forge_is
def test_slither_says_nothing_that_has_no_answer() -> None:
    """Slither sees every contract, and each of its findings is answered; no answer is left over."""
    result = run_in(CHECKOUT, "contracts/analyse")
    assert result.returncode == 0, result.stdout


@pytest.mark.timeout(FORGE_TIMEOUT_S)
@only_where_forge_is
def test_every_check_is_proved() -> None:
    """Halmos proves what is checked for every input, each check within two minutes."""
    result = run_in(CHECKOUT, "contracts/prove", "--seconds", "120")
    assert result.returncode == 0, result.stdout


@pytest.mark.timeout(FORGE_TIMEOUT_S)
@pytest.mark.usefixtures("freshness")
def test_a_changed_source_makes_the_artifacts_stale(copied_checkout: Path) -> None:
    """A changed source, were it only a comment, is noticed and mended by a build, and the bytecode stays the same."""
    _append_to_anchors(copied_checkout, "// changed")
    stale = run_in(copied_checkout, "contracts/build", "--check")
    assert stale.returncode == 1
    assert "core/chain/artifacts/LucidAnchors.json is stale: run contracts/build" in stale.stdout

    assert run_in(copied_checkout, "contracts/build").returncode == 0
    before, after = _anchors_artifact(CHECKOUT), _anchors_artifact(copied_checkout)
    assert {key for key in before if before[key] != after[key]} == {"source_hash", "sources"}
    assert run_in(copied_checkout, "contracts/build", "--check").returncode == 0


@pytest.mark.timeout(FORGE_TIMEOUT_S)
@pytest.mark.usefixtures("freshness")
def test_a_warning_ends_the_build(copied_checkout: Path) -> None:
    """A compiler warning ends the build with the compiler's own words, and the artifacts stay as they were."""
    before = _anchors_artifact(copied_checkout)
    _append_to_anchors(copied_checkout, "function odd() pure { uint256 unused; }")
    result = run_in(copied_checkout, "contracts/build")
    assert result.returncode == 1
    assert "Unused local variable" in result.stdout
    assert _anchors_artifact(copied_checkout) == before


@pytest.mark.parametrize(
    "script", ["build", "test-all", "mutate", "prove", "analyse", "cover", "gas", "report"]
)
def test_missing_node_is_said_with_the_command_to_run(
    copied_checkout: Path, tmp_path: Path, script: str
) -> None:
    """Without node the scripts end with 3, the code for something missing, and name the command that installs it."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("bash", "dirname", "env"):
        found = shutil.which(tool)
        assert found is not None
        (tools / tool).symlink_to(found)

    arguments = ["Nothing"] if script == "mutate" else []
    result = run_in(copied_checkout, f"contracts/{script}", *arguments, env={"PATH": str(tools)})
    assert result.returncode == 3
    assert "run: .venv/bin/pip install --require-hashes -r requirements-dev.lock" in result.stdout


def test_an_unknown_option_is_refused(copied_checkout: Path) -> None:
    """A misspelt option is refused with how to call it, and nothing is written."""
    result = run_in(copied_checkout, "contracts/build", "--chekc")
    assert result.returncode == 2
    assert "usage: contracts/build [--check]" in result.stdout
