"""The tools that gather evidence for the contracts: each finds what was planted, and fails when it checks nothing."""

import contextlib
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contracts.checkouts import (
    CHECKOUT,
    FORGE_TIMEOUT_S,
    copy_checkout_with,
    environment,
    only_where_forge_is,
    run_in,
)

pytestmark = [only_where_forge_is, pytest.mark.timeout(FORGE_TIMEOUT_S)]

HEAD = "// SPDX-License-Identifier: GPL-3.0-or-later\npragma solidity 0.8.37;\n\n"
HALF = """contract Half {
    function half(uint256 value) external pure returns (uint256) {
        if (value == 77) return 1;
        return value / 2;
    }
}
"""
CHECK = """import {Half} from "../../src/planted/Half.sol";

contract Unrelated {}

contract HalfCheck {
    function check_HalfIsHalf(uint256 value) public {
        assert(new Half().half(value) == value / 2);
    }
}
"""
ENDLESS = """contract EndlessCheck {
    function check_NeverEnds(uint256 value) external pure {
        uint256 last = type(uint256).max;
        for (uint256 i = 0; i < last; ++i) last |= 1;
        assert(value != last);
    }
}

contract QuickCheck {
    function check_Ends(uint256 value) external pure {
        assert(value == value);
    }
}
"""
UNIT = """import {Half} from "../../src/planted/Half.sol";

contract HalfTest {
    bool public constant IS_TEST = true;

    function test_Halves() public {
        require(new Half().half(8) == 4, "half");
    }
}
"""
OPEN_DOOR = """contract OpenDoor {
    function end(address payable heir) external {
        selfdestruct(heir);
    }
}
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy what the tools need, with a folder of planted contracts instead of ours, and no answers to slither."""
    contracts = copy_checkout_with(tmp_path, "planted")
    (contracts / "slither-answers.json").write_text("[]", encoding="utf-8")
    (contracts / ".cache").mkdir(exist_ok=True)
    (contracts / ".cache/evidence").symlink_to(CHECKOUT / "contracts/.cache/evidence")
    shutil.copy(CHECKOUT / "requirements-evidence.lock", tmp_path)
    return tmp_path


@pytest.fixture(scope="module", autouse=True)
def _programs_are_installed() -> None:
    """Install slither and halmos once, in the checkout itself, so that the copies share them."""
    tools = (
        "source contracts/tools/toolchain.bash && find_node && install_packages && install_evidence"
    )
    result = run_in(CHECKOUT, "bash", "-c", tools)
    assert result.returncode == 0, result.stdout


def _plant(checkout: Path, path: str, text: str) -> None:
    """Write a Solidity file."""
    (checkout / "contracts" / path).write_text(HEAD + text, encoding="utf-8")


def _programs_in(folder: Path) -> str:
    """Return the command lines of the programs that work in the folder."""
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may end while we look
            if (process / "cwd").readlink().is_relative_to(folder):
                lines.append((process / "cmdline").read_text(encoding="utf-8").replace("\0", " "))
    return "\n".join(lines)


def _wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for a condition, a minute at most."""
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_halmos_finds_the_one_wrong_value(checkout: Path) -> None:
    """A function that is wrong for one number of 2²⁵⁶ is refuted; mended, it is proved."""
    _plant(checkout, "src/planted/Half.sol", HALF)
    _plant(checkout, "test/planted/Half.check.t.sol", CHECK)
    wrong = run_in(checkout, "contracts/prove")
    assert wrong.returncode == 1, wrong.stdout
    assert "HalfCheck.check_HalfIsHalf: counterexample" in wrong.stdout

    _plant(
        checkout, "src/planted/Half.sol", HALF.replace("        if (value == 77) return 1;\n", "")
    )
    right = run_in(checkout, "contracts/prove")
    assert right.returncode == 0, right.stdout
    assert "halmos: 1 of 1 proved" in right.stdout


def test_a_check_that_never_ends_runs_out_of_its_time_alone(checkout: Path) -> None:
    """A check that does not end is ended and told as that; the others beside it are proved all the same."""
    _plant(checkout, "test/planted/Endless.check.t.sol", ENDLESS)
    result = run_in(checkout, "contracts/prove", "--seconds", "4")
    assert result.returncode == 1, result.stdout
    assert "EndlessCheck.check_NeverEnds: ran out of time (4.0 s)" in result.stdout
    assert "QuickCheck.check_Ends: proved" in result.stdout
    assert "halmos: 1 of 2 proved" in result.stdout


def test_a_tool_that_is_ended_leaves_nothing_behind(checkout: Path) -> None:
    """Ended by a signal, a tool takes its folder and solvers along; what a killed one left goes at the next start."""
    _plant(checkout, "test/planted/Endless.check.t.sol", ENDLESS)
    workspaces = checkout / "contracts/.cache/workspaces"
    workspaces.mkdir()
    with subprocess.Popen(["true"]) as gone:
        pass
    (workspaces / f"proofs-{gone.pid}-abcdef").mkdir()

    with subprocess.Popen(["contracts/prove"], cwd=checkout, env=environment()) as tool:
        try:
            _wait_until(lambda: "halmos" in _programs_in(workspaces))
            assert [path.name.split("-")[1] for path in workspaces.iterdir()] == [str(tool.pid)]
        finally:
            tool.terminate()
    assert tool.returncode == 143
    _wait_until(lambda: not _programs_in(workspaces))
    assert list(workspaces.iterdir()) == []


def test_proving_nothing_is_an_error(checkout: Path) -> None:
    """Where there is no check to prove, that is said and is no success."""
    result = run_in(checkout, "contracts/prove")
    assert result.returncode == 2
    assert "no check_ function in contracts/test" in result.stdout


def test_slither_finds_an_open_door_until_it_is_answered(checkout: Path) -> None:
    """A contract that anyone can end is found; an answer settles it, and is an error once the door is gone."""
    _plant(checkout, "src/planted/OpenDoor.sol", OPEN_DOOR)
    found = run_in(checkout, "contracts/analyse")
    assert found.returncode == 1, found.stdout
    assert "High: suicidal at OpenDoor.end" in found.stdout

    answers = checkout / "contracts/slither-answers.json"
    answers.write_text(
        json.dumps([{"check": "suicidal", "place": "OpenDoor.end", "answer": "planted"}]),
        encoding="utf-8",
    )
    assert "suicidal at" not in run_in(checkout, "contracts/analyse").stdout

    _plant(checkout, "src/planted/OpenDoor.sol", "contract OpenDoor {}\n")
    stale = run_in(checkout, "contracts/analyse")
    assert stale.returncode == 1
    assert "no finding suicidal at OpenDoor.end any more" in stale.stdout


def test_coverage_names_what_no_test_runs(checkout: Path) -> None:
    """The line that no test runs is named, and the exit code says that something is missed."""
    _plant(checkout, "src/planted/Half.sol", HALF)
    _plant(checkout, "test/planted/Half.t.sol", UNIT)
    result = run_in(checkout, "contracts/cover", "planted")
    assert result.returncode == 1, result.stdout
    assert "MISSED  src/planted/Half.sol" in result.stdout
    assert "lines 6" in result.stdout


def test_gas_that_rises_is_noticed(checkout: Path) -> None:
    """The same code costs the same; code that costs more than the file says fails, and so does a test that is gone."""
    _plant(checkout, "src/planted/Half.sol", HALF)
    _plant(checkout, "test/planted/Half.t.sol", UNIT)
    assert run_in(checkout, "contracts/gas", "--update").returncode == 0
    same = run_in(checkout, "contracts/gas")
    assert same.returncode == 0, same.stdout

    dearer = HALF.replace("contract Half {", "contract Half {\n    uint256 public kept = 5;\n")
    _plant(checkout, "src/planted/Half.sol", dearer)
    risen = run_in(checkout, "contracts/gas")
    assert risen.returncode == 1
    assert re.search(r"HalfTest:test_Halves\(\): \d+ instead of \d+ \(\d+\.\d %\)", risen.stdout)

    _plant(checkout, "test/planted/Half.t.sol", UNIT.replace("test_Halves", "test_Parts"))
    renamed = run_in(checkout, "contracts/gas")
    assert renamed.returncode == 1
    assert "HalfTest:test_Halves() was not run" in renamed.stdout
    assert "HalfTest:test_Parts() is new" in renamed.stdout


def test_the_report_says_of_which_sources_each_part_is(checkout: Path) -> None:
    """A part is kept with the sources that it is of; the report joins what is kept and marks what changed since."""
    (checkout / "docs/contracts").mkdir(parents=True)
    report = checkout / "docs/contracts/report.md"
    _plant(checkout, "src/planted/Half.sol", HALF.replace("if (value == 77) return 1;", ""))
    _plant(checkout, "test/planted/Half.check.t.sol", CHECK)
    _plant(checkout, "test/planted/Half.t.sol", UNIT)
    gathered = run_in(checkout, "contracts/report", "proofs", "coverage-planted")
    assert gathered.returncode == 0, gathered.stdout
    git = run_in(checkout, "sh", "-c", "git init -q . && git add contracts && git write-tree")
    tree = run_in(checkout, "git", "rev-parse", f"{git.stdout.strip()}:contracts/src").stdout
    text = report.read_text(encoding="utf-8")
    assert f"| proofs | good | `{tree[:10]}` |" in text
    assert "| HalfCheck.check_HalfIsHalf | proved |" in text
    assert "| `src/planted/Half.sol` | 2 of 2 | 0 of 0 | none |" in text
    assert text.count("| up to date |") == 2
    assert "## Mutation\nNot run.\n" in text

    _plant(checkout, "src/planted/Half.sol", HALF)
    assert run_in(checkout, "contracts/report").returncode == 0
    text = report.read_text(encoding="utf-8")
    assert text.count("| **out of date**: sources changed since |") == 2
    assert "## Proofs\n**Out of date: proofs.**" in text

    again = run_in(checkout, "contracts/report", "proofs")
    assert again.returncode == 1
    assert "not as it should be: proofs" in again.stdout
    assert "| HalfCheck.check_HalfIsHalf | **counterexample** |" in report.read_text("utf-8")
    joined = run_in(checkout, "contracts/report")
    assert joined.returncode == 1, "what is kept is not as it should be"

    prover = checkout / "contracts/tools/prove.js"
    prover.write_text(prover.read_text("utf-8") + "// changed\n", encoding="utf-8")
    run_in(checkout, "contracts/report")
    assert "settings or tools changed since" in report.read_text("utf-8")


def test_a_part_that_there_is_not_is_refused(checkout: Path) -> None:
    """A misspelt part of the report is refused with the parts that there are, and nothing is run."""
    result = run_in(checkout, "contracts/report", "coverage-planets")
    assert result.returncode == 2
    assert "there is no part coverage-planets; there are tests, coverage" in result.stdout
