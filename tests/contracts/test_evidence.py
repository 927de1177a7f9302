"""The tools that gather evidence for the contracts: each finds what was planted, and fails when it checks nothing."""

import json
import shutil
from pathlib import Path

import pytest

from tests.contracts.checkouts import (
    CHECKOUT,
    FORGE_TIMEOUT_S,
    copy_checkout,
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

contract HalfCheck {
    function check_HalfIsHalf(uint256 value) public {
        assert(new Half().half(value) == value / 2);
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
    copy_checkout(tmp_path)
    for folder in ("src", "test"):
        for domain in (
            path for path in (tmp_path / "contracts" / folder).iterdir() if path.is_dir()
        ):
            shutil.rmtree(domain)
        (tmp_path / "contracts" / folder / "planted").mkdir()
    (tmp_path / "contracts/slither-answers.json").write_text("[]", encoding="utf-8")
    (tmp_path / "contracts/.cache").mkdir()
    (tmp_path / "contracts/.cache/evidence").symlink_to(CHECKOUT / "contracts/.cache/evidence")
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


def test_halmos_finds_the_one_wrong_value(checkout: Path) -> None:
    """A function that is wrong for one number of 2²⁵⁶ is refuted; mended, it is proven."""
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
    assert "halmos: 1 of 1 proven" in right.stdout


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
    """The same code costs the same; code that costs more than the file says fails, until the file is written anew."""
    _plant(checkout, "src/planted/Half.sol", HALF)
    _plant(checkout, "test/planted/Half.t.sol", UNIT)
    assert run_in(checkout, "contracts/gas", "--update").returncode == 0
    same = run_in(checkout, "contracts/gas")
    assert same.returncode == 0, same.stdout

    dearer = HALF.replace("contract Half {", "contract Half {\n    uint256 public kept = 5;\n")
    _plant(checkout, "src/planted/Half.sol", dearer)
    assert run_in(checkout, "contracts/gas").returncode != 0
