// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Months} from "../../src/work/Months.sol";
import {WorkCreditsOracle} from "../../src/work/WorkCreditsOracle.sol";
import {Proposal} from "./LucidGovernorFixture.sol";
import {LucidGovernorNodesFixture} from "./LucidGovernorNodesFixture.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @notice Ten nodes are May's electorate. Nodes 1, 2 and 4 are those of whoever would like to rule alone: with a quorum
/// of validators that leaves the others out of its months, or where nobody else finds nodes eligible.
contract LucidGovernorShrunkenTest is LucidGovernorNodesFixture {
    uint32 private constant MAY = FEBRUARY + 3;
    uint32 private constant JUNE = MAY + 1;

    mapping(uint32 month => uint256[]) private _left; // of which nodes a month's root has records; all where it is empty

    function setUp() public override {
        super.setUp();
        registerAs(ALICE, 4);
        for (uint256 i = 5; i <= 10; ++i) {
            registerAs(BOB, i);
        }
        nodeCount = 10;
        for (uint32 month = FEBRUARY - 1; month < MAY - 2; ++month) {
            commitAll(month, Months.startOf(month + 1) + 1 days);
        }
        commitAll(MAY - 2, Months.startOf(MAY - 1) + 1 days);
        qualifyAt(MAY, Months.startOf(MAY - 1) + 5 days, range(1, 10));
    }

    function hers() private pure returns (uint256[] memory numbers) {
        numbers = new uint256[](3);
        (numbers[0], numbers[1], numbers[2]) = (1, 2, 4);
    }

    function others() private pure returns (uint256[] memory numbers) {
        numbers = range(4, 10);
        numbers[0] = 3;
    }

    function recordsIn(uint32 month) private view returns (WorkCreditsOracle.MonthlyRecord[] memory records) {
        uint256[] memory of_ = _left[month];
        if (of_.length == 0) return recordsOf(10);
        records = new WorkCreditsOracle.MonthlyRecord[](of_.length);
        for (uint256 i = 0; i < of_.length; ++i) {
            records[i] = recordOf(of_[i]);
        }
    }

    function commitAll(uint32 month, uint256 moment) private {
        vm.warp(moment);
        commitMonth(month);
    }

    /// @dev The quorum commits a month with the records of these nodes alone.
    function commitOnly(uint32 month, uint256 moment, uint256[] memory numbers) private {
        vm.warp(moment);
        _left[month] = numbers;
        commitRoot(month, rootOf(recordsIn(month)), uint32(numbers.length));
    }

    function qualifyAt(uint32 month, uint256 moment, uint256[] memory numbers) private {
        vm.warp(moment);
        for (uint256 i = 0; i < numbers.length; ++i) {
            WorkCreditsOracle.MonthlyRecord[3] memory records;
            bytes32[][3] memory proofs;
            for (uint32 j = 0; j < 3; ++j) {
                WorkCreditsOracle.MonthlyRecord[] memory all = recordsIn(month - 4 + j);
                uint256 place = 0;
                while (all[place].nodeId != numbers[i]) ++place;
                (records[j], proofs[j]) = (all[place], proofOf(all, place));
            }
            manager.qualify(month, numbers[i], records, proofs);
        }
    }

    /// @dev On the last day before a month these nodes alone are committed, and in its last second found eligible for it.
    function shrink(uint32 month, uint256[] memory numbers) private {
        uint48 begins = Months.startOf(month);
        commitOnly(month - 2, begins - 1 days - 1, numbers);
        qualifyAt(month, begins - 1, numbers);
    }

    /// @dev Hers alone vote for validators of theirs, from a moment on.
    function rotationByHers(uint256 start) private returns (IGovernor.ProposalState) {
        Proposal memory one = replacement(keysOf("hers", 4));
        one.description = string.concat("Hers ", Strings.toString(start));
        return governor.state(voteFor(one, start, hers()));
    }

    function assertOnlyRotation(uint256 start) private {
        vm.warp(start);
        expectOnlyRotation();
        proposeAs(1, setting());
    }

    function assertPassesNothing(uint256 start) private {
        assertOnlyRotation(start);
        vm.assertEq(uint256(rotationByHers(start)), uint256(IGovernor.ProposalState.Defeated), "hers");
    }

    /// @dev The seven others replace the validators, though the three vote against it.
    function assertOthersReplaceTheValidators(uint256 start) private {
        Proposal memory one = replacement(keysOf("next", 4));
        assertState(vote(one, start, others(), hers()), IGovernor.ProposalState.Succeeded);
        carryOut(one, start);
        assertValidators(keysOf("next", 4));
    }

    /// @notice Those whom the validators left out on a month's last day keep their votes, and replace them.
    function test_ThoseLeftOutReplaceTheValidators() public {
        shrink(JUNE, hers());
        vm.assertEq(manager.countOf(JUNE), 3, "found");
        assertPassesNothing(Months.startOf(JUNE) + 1);
        vm.assertEq(manager.getPastTotalSupply(Months.startOf(JUNE)), 10, "votes");
        assertOthersReplaceTheValidators(Months.startOf(JUNE) + 10 days);
    }

    /// @dev For three months hers alone are found eligible, and pass nothing.
    function shrinkForThreeMonths() private {
        for (uint32 month = JUNE; month < JUNE + 3; ++month) {
            shrink(month, hers());
            assertPassesNothing(Months.startOf(month) + 1);
        }
    }

    /// @notice They can do so for three months.
    function test_TheyCanForThreeMonths() public {
        shrinkForThreeMonths();
        assertOthersReplaceTheValidators(Months.startOf(JUNE + 2) + 10 days);
    }

    /// @notice Who does not is no part of the network from the fourth on.
    function test_WhoDoesNotHasNoVoteInTheFourth() public {
        shrinkForThreeMonths();
        shrink(JUNE + 3, hers());
        uint48 begins = Months.startOf(JUNE + 3);
        vm.warp(begins + 1);
        vm.assertEq(manager.getPastTotalSupply(begins), 3, "votes");
        vm.assertEq(governor.missing(begins), 0, "missing");
        vm.assertEq(uint256(rotationByHers(begins + 1)), uint256(IGovernor.ProposalState.Succeeded), "hers");
    }

    /// @notice Leaving some out first, and more later, gives nobody less time: those of before the first step stand.
    function test_TwoStepsShrinkNoReply() public {
        uint256[] memory six = range(1, 6);
        shrink(JUNE, six);
        vm.warp(Months.startOf(JUNE) + 1);
        vm.assertEq(manager.getPastTotalSupply(Months.startOf(JUNE)), 6, "six");
        shrink(JUNE + 1, hers());
        vm.warp(Months.startOf(JUNE + 1) + 1);
        vm.assertEq(manager.getPastTotalSupply(Months.startOf(JUNE + 1)), 10, "ten");
        vm.assertEq(governor.missing(Months.startOf(JUNE + 1)), 0, "missing");
        assertPassesNothing(Months.startOf(JUNE + 1) + 1);
        assertOthersReplaceTheValidators(Months.startOf(JUNE + 1) + 10 days);
    }

    /// @notice After months in which the validators were silent, three of ten found eligible alone pass nothing.
    function test_AnOutageMakesNobodyAlone() public {
        uint32 september = MAY + 4;
        for (uint32 month = MAY - 1; month < september - 2; ++month) {
            commitAll(month, Months.startOf(september - 1) + 1 days + month);
        }
        commitAll(september - 2, Months.startOf(september - 1) + 2 days);
        qualifyAt(september, Months.startOf(september) - 1, hers());
        assertPassesNothing(Months.startOf(september) + 1);
        assertOthersReplaceTheValidators(Months.startOf(september) + 10 days);
    }

    /// @notice One node, whoever's, takes nobody's vote away, nor does it when the validators are silent ever after.
    function test_OneNodeTakesNobodysVote() public {
        uint256[] memory one = range(1, 1);
        shrink(JUNE, one);
        vm.warp(Months.startOf(JUNE) + 3650 days);
        vm.assertEq(manager.getPastTotalSupply(Months.startOf(JUNE)), 10, "June");
        vm.assertEq(manager.getPastTotalSupply(block.timestamp - 1), 10, "ten years on");
        assertOthersReplaceTheValidators(block.timestamp);
    }

    /// @notice Ten years on, three of ten with their old keys are no quorum, and four are.
    function test_AFewOldKeysAreNoQuorum() public {
        uint256 start = Months.startOf(JUNE) + 3650 days;
        assertPassesNothing(start);
        Proposal memory one = replacement(keysOf("next", 4));
        assertState(voteFor(one, start + 20 days, range(1, 4)), IGovernor.ProposalState.Succeeded);
    }
}
