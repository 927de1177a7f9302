"""The mutation tool: it finds tests that notice too little, and nothing else."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.checkouts import (
    FORGE_TIMEOUT_S,
    copy_checkout_with,
    only_where_forge_is,
    run_in,
)

pytestmark = [only_where_forge_is, pytest.mark.timeout(FORGE_TIMEOUT_S)]

Mutated = tuple[subprocess.CompletedProcess[str], dict[str, Any]]

PURSE = """// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

contract Purse {
    error NotOwner(address caller);
    error TooMuch(uint256 asked, uint256 limit);

    event Paid(uint256 amount, uint256 total);

    uint256 public constant LIMIT = 100;
    address public immutable OWNER;
    uint256 public total;

    constructor() {
        OWNER = msg.sender;
    }

    modifier onlyOwner() {
        if (msg.sender != OWNER) revert NotOwner(msg.sender);
        _;
    }

    function pay(uint256 amount) external onlyOwner returns (uint256) {
        if (amount > LIMIT) revert TooMuch(amount, LIMIT);
        total = total + amount;
        emit Paid(amount, total);
        return total;
    }
}
"""
TEST_HEAD = """// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Purse} from "../../src/planted/Purse.sol";
import {LucidTest} from "../LucidTest.sol";

contract PurseTest is LucidTest {
    Purse internal purse = new Purse();

    function test_Pays() public {
        vm.assertEq(purse.pay(40), 40, "first");
        vm.assertEq(purse.pay(2), 42, "second");
        vm.assertEq(purse.total(), 42, "total");
        vm.assertEq(purse.OWNER(), address(this), "owner");
    }
"""
THOROUGH = """
    function test_PaysUpToTheLimit() public {
        vm.assertEq(purse.LIMIT(), 100, "limit");
        purse.pay(100);
        vm.expectRevert(abi.encodeWithSelector(Purse.TooMuch.selector, 101, 100));
        purse.pay(101);
    }

    function test_SaysWhatItPaid() public {
        purse.pay(1);
        vm.expectEmit(address(purse));
        emit Purse.Paid(2, 3);
        purse.pay(2);
    }

    function test_PaysForItsOwnerOnly() public {
        vm.expectRevert(abi.encodeWithSelector(Purse.NotOwner.selector, ALICE));
        vm.prank(ALICE);
        purse.pay(1);
    }
"""


def _mutate(checkout: Path, tests: str, equivalents: dict[str, str]) -> Mutated:
    """Run the tool on a small contract with the given tests and excuses: its end and its report."""
    contracts = copy_checkout_with(checkout, "planted")
    (contracts / "src/planted/Purse.sol").write_text(PURSE, encoding="utf-8")
    (contracts / "test/planted/Purse.t.sol").write_text(f"{TEST_HEAD}{tests}}}\n", encoding="utf-8")
    (contracts / "equivalent-mutants.json").write_text(
        json.dumps({"Purse": equivalents}), encoding="utf-8"
    )
    report = checkout / "report.json"
    result = run_in(checkout, "contracts/mutate", "Purse", "--json", str(report))
    return result, json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}


@pytest.fixture
def mutate(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Mutated]:
    """Return what runs the tool in a checkout of its own, with tests, and excuses if there are any."""

    def run(tests: str, **equivalents: str) -> Mutated:
        return _mutate(tmp_path_factory.mktemp("mutate"), tests, equivalents)

    return run


@pytest.fixture(scope="module")
def weak(tmp_path_factory: pytest.TempPathFactory) -> Mutated:
    """Run the tool once with tests that only watch the good case."""
    return _mutate(tmp_path_factory.mktemp("weak"), "", {})


def test_thorough_tests_notice_every_change(mutate: Callable[..., Mutated]) -> None:
    """Tests that say all that a contract does leave no mutant alive, and the score is 100 %."""
    result, report = mutate(THOROUGH)
    assert result.returncode == 0, result.stdout
    assert report["survived"] == []
    assert report["score"] == 100
    assert report["killed"] >= 16


def test_weak_tests_are_found(weak: Mutated) -> None:
    """Tests that only watch the good case leave limit, modifier and event unwatched; each is named with its line."""
    result, report = weak
    assert result.returncode == 1, result.stdout
    assert report["score"] < 90
    alive = {(one["operator"], one["original"]) for one in report["survived"]}
    assert ("comparison", "amount > LIMIT") in alive
    assert ("modifier", "onlyOwner") in alive
    assert ("deletion", "emit Paid(amount, total)") in alive
    assert any(operator == "constant" for operator, _ in alive)
    assert "survived: src/planted/Purse.sol:24 pay [comparison] amount > LIMIT" in result.stdout


def test_equivalent_mutants_need_to_survive(weak: Mutated, mutate: Callable[..., Mutated]) -> None:
    """A survivor may be excused with a reason; an excuse for a mutant that is noticed, or that is gone, is an error."""
    survived = weak[1]["survived"]
    excused = survived[0]["id"]
    _, report = mutate("", **{excused: "a reason"})
    assert [one["id"] for one in report["equivalent"]] == [excused]
    assert len(report["survived"]) == len(survived) - 1

    noticed, _ = mutate(THOROUGH, **{excused: "a reason"})
    assert noticed.returncode == 2
    assert f"mutant {excused} of Purse is killed, not equivalent" in noticed.stdout

    gone, _ = mutate("", **{"000000000000": "a reason"})
    assert gone.returncode == 2
    assert "Purse has no mutant 000000000000 any more" in gone.stdout


def test_tests_that_fail_anyway_are_no_measure(mutate: Callable[..., Mutated]) -> None:
    """Where a test fails before anything is changed, nothing is measured and the test is named."""
    result, report = mutate(
        '    function test_Wrong() public view { vm.assertTrue(purse.total() == 1, "wrong"); }\n'
    )
    assert result.returncode == 2
    assert "tests fail before anything is changed: test_Wrong" in result.stdout
    assert report == {}


def test_unknown_contract_is_said(tmp_path: Path) -> None:
    """A name that no source has is told as that."""
    copy_checkout_with(tmp_path, "planted")
    result = run_in(tmp_path, "contracts/mutate", "Nothing")
    assert result.returncode == 2
    assert "there is no contract Nothing in contracts/src" in result.stdout
