// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {EligibilityManager} from "../../src/nodes/EligibilityManager.sol";
import {NodeRegistry} from "../../src/nodes/NodeRegistry.sol";
import {Months} from "../../src/work/Months.sol";
import {WorkCreditsOracle} from "../../src/work/WorkCreditsOracle.sol";
import {EligibilityManagerFixture} from "./EligibilityManagerFixture.sol";

contract EligibilityConstructorTest is EligibilityManagerFixture {
    /// @notice It stands on the contracts that it was given, and its rules are constants.
    function test_ItStandsOnWhatItWasGiven() public view {
        vm.assertEq(address(manager.NODES()), address(nodes), "nodes");
        vm.assertEq(address(manager.ORACLE()), address(oracle), "oracle");
        vm.assertEq(manager.MIN_UPTIME_BPS(), 8000, "uptime");
        vm.assertEq(manager.MIN_EARNED(), 1e18, "earned");
        vm.assertEq(uint256(manager.PEAK_MONTHS()), 3, "months");
    }

    /// @notice Neither may be missing.
    function test_ZeroContractsAreRefused() public {
        vm.expectRevert(abi.encodeWithSelector(EligibilityManager.ZeroValue.selector, "nodes"));
        new EligibilityManager(NodeRegistry(address(0)), oracle);
        vm.expectRevert(abi.encodeWithSelector(EligibilityManager.ZeroValue.selector, "oracle"));
        new EligibilityManager(nodes, WorkCreditsOracle(address(0)));
    }

    /// @notice It takes no Ether, and its code stays what it is.
    function test_TakesNoEtherAndCannotChange() public {
        (WorkCreditsOracle.MonthlyRecord[3] memory records, bytes32[][3] memory proofs) = shownOf(1);
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(EligibilityManager.qualify, (FEBRUARY, 1, records, proofs));
        calls[1] = abi.encodeCall(EligibilityManager.qualifyMany, (FEBRUARY, candidatesOf(1, 2)));
        assertRefusesEther(address(manager), calls);
        assertCannotChange(address(manager));
    }
}

contract QualifyTest is EligibilityManagerFixture {
    /// @notice A node found eligible is so for that month alone.
    function test_ANodeIsEligibleForThatMonth() public {
        qualify(FEBRUARY, 1);
        vm.assertTrue(manager.isQualified(FEBRUARY, 1), "February");
        vm.assertFalse(manager.isQualified(FEBRUARY, 2), "another node");
        vm.assertFalse(manager.isQualified(FEBRUARY - 1, 1), "January");
        vm.assertFalse(manager.isQualified(FEBRUARY + 1, 1), "March");
        vm.assertEq(manager.countOf(FEBRUARY), 1, "count");
        qualify(FEBRUARY, 2);
        vm.assertEq(manager.countOf(FEBRUARY), 2, "count of two");
    }

    /// @notice It is told, whoever shows it.
    function testFuzz_AnyoneShowsIt(address caller) public {
        (WorkCreditsOracle.MonthlyRecord[3] memory records, bytes32[][3] memory proofs) = shownOf(1);
        vm.expectEmit(address(manager));
        emit EligibilityManager.NodeQualified(FEBRUARY, 1);
        vm.prank(caller);
        manager.qualify(FEBRUARY, 1, records, proofs);
    }

    /// @notice Only the month that comes next is open: the set of a month is closed before it begins.
    function testFuzz_OnlyTheNextMonthIsOpen(uint32 month) public {
        vm.assume(month != FEBRUARY);
        (WorkCreditsOracle.MonthlyRecord[3] memory records, bytes32[][3] memory proofs) = shownOf(1);
        vm.expectRevert(abi.encodeWithSelector(EligibilityManager.NotTheMonthBefore.selector, month, FEBRUARY - 1));
        manager.qualify(month, 1, records, proofs);
    }

    /// @notice With the last second of January February is closed.
    function test_AMonthIsClosedWhenItBegins() public {
        vm.warp(FEBRUARY_BEGINS - 1);
        qualify(FEBRUARY, 1);
        (WorkCreditsOracle.MonthlyRecord[3] memory records, bytes32[][3] memory proofs) = shownOf(2);
        vm.warp(FEBRUARY_BEGINS);
        vm.expectRevert(abi.encodeWithSelector(EligibilityManager.NotTheMonthBefore.selector, FEBRUARY, FEBRUARY));
        manager.qualify(FEBRUARY, 2, records, proofs);
    }

    /// @notice A node is found eligible once a month.
    function test_ASecondTimeIsRefused() public {
        qualify(FEBRUARY, 1);
        (WorkCreditsOracle.MonthlyRecord[3] memory records, bytes32[][3] memory proofs) = shownOf(1);
        vm.expectRevert(abi.encodeWithSelector(EligibilityManager.AlreadyQualified.selector, FEBRUARY, 1));
        manager.qualify(FEBRUARY, 1, records, proofs);
        vm.assertEq(manager.countOf(FEBRUARY), 1, "count");
    }

    /// @notice A number never given is no node.
    function test_ANumberNeverGivenIsRefused() public {
        (WorkCreditsOracle.MonthlyRecord[3] memory records, bytes32[][3] memory proofs) = shownOf(1);
        vm.expectRevert(abi.encodeWithSelector(EligibilityManager.NotANodeThen.selector, FEBRUARY, 9));
        manager.qualify(FEBRUARY, 9, records, proofs);
    }

    /// @notice A node that leaves as the month begins, or left before, is refused.
    function test_ANodeThatLeavesBeforeIsRefused() public {
        vm.warp(COMMITTED_AT + 30 days); // December: leaves as February begins
        announceAs(ALICE, 1);
        vm.warp(COMMITTED_AT); // November: leaves as January begins
        announceAs(BOB, 3);
        vm.warp(IN_JANUARY);
        for (uint256 nodeId = 1; nodeId <= 3; nodeId += 2) {
            (WorkCreditsOracle.MonthlyRecord[3] memory records, bytes32[][3] memory proofs) = shownOf(nodeId);
            vm.expectRevert(abi.encodeWithSelector(EligibilityManager.NotANodeThen.selector, FEBRUARY, nodeId));
            manager.qualify(FEBRUARY, nodeId, records, proofs);
        }
    }

    /// @notice A node that announces only now stays for the whole month, and is taken.
    function test_ANodeThatLeavesAfterIsTaken() public {
        announceAs(ALICE, 1); // in January: leaves as March begins
        qualify(FEBRUARY, 1);
        vm.warp(MARCH_BEGINS + 1);
        assertVotes(nodeKey(1), MARCH_BEGINS - 1, 1);
        assertVotes(nodeKey(1), MARCH_BEGINS, 0);
    }

    /// @notice Every one of the three months must be final.
    function test_MonthsThatAreNotFinalAreRefused() public {
        WorkCreditsOracle fresh = new WorkCreditsOracle(validators, nodes, params);
        (oracle, manager) = (fresh, new EligibilityManager(nodes, fresh));
        (WorkCreditsOracle.MonthlyRecord[3] memory records, bytes32[][3] memory proofs) = shownOf(1);
        for (uint32 i = 0; i < 3; ++i) {
            expectNotFinal(THIS_MONTH + i);
            manager.qualify(FEBRUARY, 1, records, proofs);
            commitMonth(THIS_MONTH + i);
            expectNotFinal(THIS_MONTH + i);
            manager.qualify(FEBRUARY, 1, records, proofs);
            vm.warp(block.timestamp + 1 days);
        }
        manager.qualify(FEBRUARY, 1, records, proofs);
    }

    /// @notice Each record must be this node's.
    function test_AnotherNodesRecordIsRefused() public {
        (WorkCreditsOracle.MonthlyRecord[3] memory records, bytes32[][3] memory proofs) = shownOf(1);
        for (uint32 i = 0; i < 3; ++i) {
            (WorkCreditsOracle.MonthlyRecord memory own, bytes32[] memory ownProof) = (records[i], proofs[i]);
            (records[i], proofs[i]) = (recordOf(2), proofOf(recordsOf(3), 1));
            expectNotProven(THIS_MONTH + i, 1);
            manager.qualify(FEBRUARY, 1, records, proofs);
            (records[i], proofs[i]) = (own, ownProof);
        }
    }

    /// @notice Each record must prove against its month.
    function test_AnUnprovenRecordIsRefused() public {
        (WorkCreditsOracle.MonthlyRecord[3] memory records, bytes32[][3] memory proofs) = shownOf(1);
        for (uint32 i = 0; i < 3; ++i) {
            records[i].earned += 1;
            expectNotProven(THIS_MONTH + i, 1);
            manager.qualify(FEBRUARY, 1, records, proofs);
            records[i].earned -= 1;
        }
    }

    function expectNotFinal(uint32 month) private {
        vm.expectRevert(abi.encodeWithSelector(EligibilityManager.EpochNotFinal.selector, month));
    }
}

contract ThresholdTest is EligibilityManagerFixture {
    /// @dev Makes a world in which the three months each have node 1's given record alone, and tries to qualify it.
    function qualifyWith(WorkCreditsOracle.MonthlyRecord[3] memory records, bytes memory refusal) private {
        oracle = new WorkCreditsOracle(validators, nodes, params);
        manager = new EligibilityManager(nodes, oracle);
        for (uint32 i = 0; i < 3; ++i) {
            commitRoot(THIS_MONTH + i, leafFor(records[i]), 1);
        }
        vm.warp(block.timestamp + 1 days);
        bytes32[][3] memory proofs;
        if (refusal.length > 0) vm.expectRevert(refusal);
        manager.qualify(FEBRUARY, 1, records, proofs);
    }

    /// @dev Three honest records of node 1 with these uptimes.
    function uptimes(uint32[3] memory seen, uint32[3] memory expected)
        private
        view
        returns (WorkCreditsOracle.MonthlyRecord[3] memory records)
    {
        for (uint256 i = 0; i < 3; ++i) {
            records[i] = recordOf(1);
            (records[i].uptimeSeen, records[i].uptimeExpected) = (seen[i], expected[i]);
        }
    }

    function tooLow(uint256 seen, uint256 expected) private pure returns (bytes memory) {
        return abi.encodeWithSelector(EligibilityManager.UptimeTooLow.selector, 1, seen, expected);
    }

    /// @notice Exactly 80 % over the three months is enough, however it is spread.
    function test_EightyPercentIsEnough() public {
        qualifyWith(uptimes([uint32(700), 700, 400], [uint32(750), 750, 750]), "");
    }

    /// @notice One beacon less is not.
    function test_OneBeaconLessIsTooLow() public {
        qualifyWith(uptimes([uint32(700), 700, 399], [uint32(750), 750, 750]), tooLow(1799, 2250));
    }

    /// @notice Three months without a beacon to expect prove nothing.
    function test_NothingExpectedProvesNothing() public {
        qualifyWith(uptimes([uint32(0), 0, 0], [uint32(0), 0, 0]), tooLow(0, 0));
    }

    /// @notice Whatever the numbers, the rule is seen / expected >= 8 / 10 over the sums, and something expected.
    function testFuzz_TheRuleIsEightyPercentOfTheSums(uint32[3] memory seen, uint32[3] memory expected) public {
        (uint256 up, uint256 all) = (0, 0);
        for (uint256 i = 0; i < 3; ++i) {
            seen[i] = uint32(bound(seen[i], 0, expected[i])); // more is no record that a final month is asked for
            (up, all) = (up + seen[i], all + expected[i]);
        }
        bool isEnough = all > 0 && up * 10 >= all * 8;
        qualifyWith(uptimes(seen, expected), isEnough ? bytes("") : tooLow(up, all));
    }

    /// @notice A record over its caps makes no voter, though nobody challenged the month that holds it.
    function test_ARecordOverItsCapsIsNone() public {
        WorkCreditsOracle.MonthlyRecord[3] memory records = uptimes([uint32(1), 1, 1], [uint32(1), 1, 1]);
        records[1].relay = 1_000_001;
        qualifyWith(records, abi.encodeWithSelector(EligibilityManager.RecordNotProven.selector, THIS_MONTH + 1, 1));
    }

    /// @notice 1 LUCID, as of the last of the three months, is enough.
    function test_OneLucidIsEnough() public {
        WorkCreditsOracle.MonthlyRecord[3] memory records = uptimes([uint32(1), 1, 1], [uint32(1), 1, 1]);
        (records[0].earned, records[1].earned, records[2].earned) = (0, 0, 1e18);
        qualifyWith(records, "");
    }

    /// @notice Less is not, even where an earlier record says more.
    function testFuzz_LessIsTooLittle(uint128 earned) public {
        earned = uint128(bound(earned, 0, 1e18 - 1));
        WorkCreditsOracle.MonthlyRecord[3] memory records = uptimes([uint32(1), 1, 1], [uint32(1), 1, 1]);
        records[2].earned = earned;
        qualifyWith(records, abi.encodeWithSelector(EligibilityManager.EarnedTooLittle.selector, 1, earned));
    }
}

contract VotesTest is EligibilityManagerFixture {
    /// @notice The key of an eligible node has one vote throughout the month, and none before, nor when the next
    /// month's electorate is another.
    function test_AnEligibleNodesKeyHasOneVote() public {
        qualify(FEBRUARY, 1);
        vm.warp(FEBRUARY_BEGINS + 3 days);
        qualifyNext(2);
        vm.warp(IN_JANUARY);
        vm.assertEq(manager.getVotes(nodeKey(1)), 0, "in January");
        vm.warp(FEBRUARY_BEGINS);
        vm.assertEq(manager.getVotes(nodeKey(1)), 1, "in February");
        vm.assertEq(manager.getVotes(nodeKey(2)), 0, "another node's key");
        vm.assertEq(manager.getVotes(ALICE), 0, "the operator");
        vm.warp(MARCH_BEGINS - 1);
        vm.assertEq(manager.getVotes(nodeKey(1)), 1, "last second");
        vm.warp(MARCH_BEGINS);
        vm.assertEq(manager.getVotes(nodeKey(1)), 0, "in March");
        vm.warp(MARCH_BEGINS + 1);
        assertVotes(nodeKey(1), FEBRUARY_BEGINS - 1, 0);
        assertVotes(nodeKey(1), FEBRUARY_BEGINS, 1);
        assertVotes(nodeKey(1), MARCH_BEGINS - 1, 1);
        assertVotes(nodeKey(1), MARCH_BEGINS, 0);
    }

    /// @notice The number of votes of a month is that of its eligible nodes.
    function test_TotalSupplyCountsEligibleNodes() public {
        qualify(FEBRUARY, 1);
        qualify(FEBRUARY, 3);
        vm.warp(FEBRUARY_BEGINS + 3 days);
        qualifyNext(2);
        for (uint256 nodeId = 1; nodeId <= 3; nodeId += 2) {
            qualify(FEBRUARY + 1, nodeId);
        }
        vm.warp(MARCH_BEGINS + 1);
        vm.assertEq(manager.getPastTotalSupply(FEBRUARY_BEGINS - 1), 0, "January");
        vm.assertEq(manager.getPastTotalSupply(FEBRUARY_BEGINS), 2, "first second");
        vm.assertEq(manager.getPastTotalSupply(MARCH_BEGINS - 1), 2, "last second");
        vm.assertEq(manager.getPastTotalSupply(MARCH_BEGINS), 3, "March");
        vm.assertEq(manager.getPastTotalSupply(0), 0, "1970");
    }

    /// @notice A rotation hands the vote over in its second: never two, never none.
    function testFuzz_ARotationHandsTheVoteOver(uint48 when) public {
        when = uint48(bound(when, FEBRUARY_BEGINS + 1, MARCH_BEGINS - 2));
        qualify(FEBRUARY, 1);
        vm.warp(when);
        rotateAs(ALICE, 1, 4);
        vm.assertEq(manager.getVotes(nodeKey(1)), 0, "old");
        vm.assertEq(manager.getVotes(nodeKey(4)), 1, "new");
        vm.warp(MARCH_BEGINS);
        assertVotes(nodeKey(1), when - 1, 1);
        assertVotes(nodeKey(4), when - 1, 0);
        assertVotes(nodeKey(1), when, 0);
        assertVotes(nodeKey(4), when, 1);
        assertVotes(nodeKey(1), when + 1, 0);
        assertVotes(nodeKey(4), when + 1, 1);
    }

    /// @notice ERC-5805: the present and the future are refused, however far.
    function testFuzz_TheFutureIsRefused(uint256 timepoint) public {
        timepoint = timepoint < IN_JANUARY ? timepoint + IN_JANUARY : timepoint;
        bytes memory refusal =
            abi.encodeWithSelector(EligibilityManager.ERC5805FutureLookup.selector, timepoint, IN_JANUARY);
        vm.expectRevert(refusal);
        manager.getPastVotes(nodeKey(1), timepoint);
        vm.expectRevert(refusal);
        manager.getPastTotalSupply(timepoint);
        vm.expectRevert(refusal);
        manager.getPastPeak(timepoint);
    }

    /// @notice ERC-6372: the clock is the block's time, and says so.
    function testFuzz_TheClockIsTheTimestamp(uint48 timestamp) public {
        vm.warp(timestamp);
        vm.assertEq(uint256(manager.clock()), timestamp, "clock");
        vm.assertEq(manager.CLOCK_MODE(), "mode=timestamp", "mode");
    }

    /// @notice Nobody delegates: every account votes for itself.
    function testFuzz_NobodyDelegates(address account, address delegatee) public {
        vm.assertEq(manager.delegates(account), account, "delegate");
        vm.expectRevert(abi.encodeWithSelector(EligibilityManager.DelegationRefused.selector));
        vm.prank(account);
        manager.delegate(delegatee);
        vm.expectRevert(abi.encodeWithSelector(EligibilityManager.DelegationRefused.selector));
        manager.delegateBySig(delegatee, 0, type(uint256).max, 27, 0, 0);
    }

    /// @notice The zero account has no vote.
    function test_TheZeroAccountHasNone() public {
        qualify(FEBRUARY, 1);
        vm.warp(FEBRUARY_BEGINS + 1);
        vm.assertEq(manager.getVotes(address(0)), 0, "now");
        assertVotes(address(0), FEBRUARY_BEGINS, 0);
    }
}

contract QualifyManyTest is EligibilityManagerFixture {
    /// @notice Several are found eligible at once, and each is told.
    function test_SeveralAreFoundEligibleAtOnce() public {
        for (uint256 nodeId = 1; nodeId <= 3; ++nodeId) {
            vm.expectEmit(address(manager));
            emit EligibilityManager.NodeQualified(FEBRUARY, nodeId);
        }
        vm.assertEq(manager.qualifyMany(FEBRUARY, candidatesOf(1, 3)), 3, "added");
        vm.assertEq(manager.countOf(FEBRUARY), 3, "count");
        for (uint256 nodeId = 1; nodeId <= 3; ++nodeId) {
            vm.assertTrue(manager.isQualified(FEBRUARY, nodeId), "node");
        }
    }

    /// @notice Whoever is found eligible already, or twice in one call, is passed over and counted once.
    function test_WhoeverIsInAlreadyIsPassedOver() public {
        qualify(FEBRUARY, 2);
        EligibilityManager.Candidate[] memory candidates = candidatesOf(1, 3);
        candidates[2] = candidates[0];
        vm.assertEq(manager.qualifyMany(FEBRUARY, candidates), 1, "added");
        vm.assertEq(manager.countOf(FEBRUARY), 2, "count");
    }

    /// @notice One that is not eligible stops all of them.
    function test_OneThatIsNotEligibleStopsAll() public {
        EligibilityManager.Candidate[] memory candidates = candidatesOf(1, 3);
        candidates[2].records[1].earned += 1;
        expectNotProven(THIS_MONTH + 1, 3);
        manager.qualifyMany(FEBRUARY, candidates);
        vm.assertEq(manager.countOf(FEBRUARY), 0, "count");
    }

    /// @notice It is open for the next month alone, as one by one.
    function testFuzz_OnlyTheNextMonthIsOpen(uint32 month) public {
        vm.assume(month != FEBRUARY);
        EligibilityManager.Candidate[] memory candidates = candidatesOf(1, 1);
        vm.expectRevert(abi.encodeWithSelector(EligibilityManager.NotTheMonthBefore.selector, month, FEBRUARY - 1));
        manager.qualifyMany(month, candidates);
    }
}

contract FirstElectorateTest is EligibilityManagerFixture {
    /// @notice A network begins with one node, and is as large as it has nodes in the next month.
    function test_TheFirstMayBeOneNode() public {
        vm.assertTrue(manager.isStanding(FEBRUARY_BEGINS), "before");
        qualify(FEBRUARY, 2);
        vm.assertFalse(manager.isStanding(FEBRUARY_BEGINS), "one, of none before");
        qualifyNext(1);
        qualify(FEBRUARY + 1, 2);
        qualify(FEBRUARY + 1, 3);
        vm.warp(MARCH_BEGINS + 1);
        vm.assertEq(manager.getPastTotalSupply(MARCH_BEGINS - 1), 1, "February");
        vm.assertEq(manager.getPastTotalSupply(MARCH_BEGINS), 3, "March");
    }
}

contract StandingElectorateTest is EligibilityManagerFixture {
    uint32 private constant MAY = FEBRUARY + 3;

    function setUp() public override {
        super.setUp();
        manager.qualifyMany(FEBRUARY, candidatesOf(1, 3));
    }

    /// @notice Where a month finds nobody, the last electorate stands, however long that lasts.
    function test_TheLastElectorateStands() public {
        vm.warp(MARCH_BEGINS + 1200 days);
        for (uint256 moment = MARCH_BEGINS; moment < block.timestamp; moment += 100 days) {
            vm.assertTrue(manager.isStanding(moment), "standing");
            vm.assertEq(manager.getPastTotalSupply(moment), 3, "total");
            for (uint256 nodeId = 1; nodeId <= 3; ++nodeId) {
                assertVotes(nodeKey(nodeId), moment, 1);
            }
        }
        vm.assertEq(manager.getVotes(nodeKey(1)), 1, "now");
    }

    /// @notice A month stands from its first second to its last, and its neighbours have their own.
    function test_OnlyTheMonthWithoutOneStands() public {
        vm.warp(MARCH_BEGINS + 3 days);
        commitMonth(FEBRUARY - 1);
        commitMonth(FEBRUARY);
        vm.warp(MARCH_BEGINS + 5 days);
        qualify(FEBRUARY + 2, 3); // April
        qualify(FEBRUARY + 2, 2);
        vm.assertFalse(manager.isStanding(MARCH_BEGINS - 1), "February");
        vm.assertTrue(manager.isStanding(MARCH_BEGINS), "March");
        vm.assertTrue(manager.isStanding(MARCH_BEGINS + 31 days - 1), "end of March");
        vm.assertFalse(manager.isStanding(MARCH_BEGINS + 31 days), "April");
        vm.assertEq(uint256(manager.electorateOf(FEBRUARY + 1)), FEBRUARY, "March's electorate");
        vm.assertEq(uint256(manager.electorateOf(FEBRUARY + 2)), FEBRUARY + 2, "April's electorate");
        vm.warp(MARCH_BEGINS + 32 days);
        assertVotes(nodeKey(1), MARCH_BEGINS, 1);
        assertVotes(nodeKey(1), MARCH_BEGINS + 31 days, 0);
        vm.assertEq(manager.getPastTotalSupply(MARCH_BEGINS), 3, "March's total stays");
    }

    /// @notice Before the first electorate there is none, and that is told as standing.
    function test_BeforeTheFirstThereIsNone() public view {
        vm.assertTrue(manager.isStanding(FEBRUARY_BEGINS - 1), "January");
        vm.assertEq(uint256(manager.electorateOf(FEBRUARY - 1)), 0, "electorate");
        vm.assertEq(manager.getVotes(nodeKey(1)), 0, "votes");
        vm.assertFalse(manager.isStanding(FEBRUARY_BEGINS), "February");
    }

    /// @notice As soon as more than half as many are found eligible for the next month, that month has its own.
    function test_MoreThanHalfMakeAnElectorate() public {
        vm.warp(FEBRUARY_BEGINS + 3 days);
        vm.assertTrue(manager.isStanding(MARCH_BEGINS), "before");
        qualifyNext(1);
        vm.assertTrue(manager.isStanding(MARCH_BEGINS), "one of three");
        vm.assertEq(uint256(manager.electorateOf(FEBRUARY + 1)), FEBRUARY, "February's");
        qualify(FEBRUARY + 1, 3);
        vm.assertFalse(manager.isStanding(MARCH_BEGINS), "two of three");
        vm.assertEq(uint256(manager.electorateOf(FEBRUARY + 1)), FEBRUARY + 1, "March's");
    }

    /// @notice Where exactly half as many are found, the others keep their votes, and those found have no second one.
    function test_HalfDoNot() public {
        registerFourth();
        electTwice(MAY, 4, 2);
        vm.assertEq(manager.countOf(MAY + 1), 2, "found");
        vm.warp(Months.startOf(MAY + 1) + 1);
        vm.assertTrue(manager.isStanding(block.timestamp), "standing");
        vm.assertEq(manager.getPastTotalSupply(block.timestamp - 1), 4, "total");
        for (uint256 nodeId = 1; nodeId <= 4; ++nodeId) {
            assertVotes(nodeKey(nodeId), block.timestamp - 1, 1);
        }
    }

    /// @notice A network that shrank to half or less has its own electorate again after three months of it.
    function test_WhatShrankForGoodRulesAgain() public {
        registerFourth();
        electTwice(MAY, 4, 2);
        for (uint32 month = MAY + 2; month <= MAY + 4; ++month) {
            elect(month, 2);
            vm.warp(Months.startOf(month) + 1);
            bool isOwn = month == MAY + 4;
            vm.assertTrue(manager.isStanding(block.timestamp) != isOwn, "standing");
            vm.assertEq(manager.getPastTotalSupply(block.timestamp - 1), isOwn ? 2 : 4, "total");
            vm.assertEq(manager.getPastPeak(block.timestamp - 1), isOwn ? 2 : 4, "peak");
        }
    }

    /// @notice What shrinks in two steps is judged by those of before the first: they stand, not those who were left.
    function test_TheLargestOfLateStands() public {
        registerFourth();
        electTwice(MAY, 4, 3);
        elect(MAY + 2, 2); // two, of four lately
        vm.warp(Months.startOf(MAY + 3) + 1);
        vm.assertEq(uint256(manager.electorateOf(MAY + 1)), MAY + 1, "three were their own");
        for (uint32 month = MAY + 2; month <= MAY + 3; ++month) {
            vm.assertEq(uint256(manager.electorateOf(month)), MAY, "the four stand");
            vm.assertEq(manager.getPastTotalSupply(Months.startOf(month)), 4, "total");
            vm.assertEq(manager.getPastPeak(Months.startOf(month)), 4, "peak");
        }
    }

    /// @notice After months in which nobody was found eligible, those that stood are still looked back on.
    function test_AnOutageForgetsNobody() public {
        vm.warp(FEBRUARY_BEGINS + 3 days);
        for (uint32 month = FEBRUARY - 1; month <= MAY + 3; ++month) {
            vm.warp(Months.startOf(month + 1) + 3 days);
            commitMonth(month);
        }
        vm.warp(Months.startOf(MAY + 4) + 5 days);
        qualify(MAY + 5, 2); // none since February
        vm.assertTrue(manager.isStanding(Months.startOf(MAY + 5)), "one of three");
        vm.warp(Months.startOf(MAY + 5) + 1);
        vm.assertEq(manager.getPastPeak(block.timestamp - 1), 3, "peak");
        vm.assertEq(manager.getPastTotalSupply(block.timestamp - 1), 3, "total");
    }

    /// @notice A moment beyond the clock's 48 bits is refused, not folded.
    function testFuzz_AMomentBeyondTheClockIsRefused(uint256 timepoint) public {
        timepoint = bound(timepoint, uint256(type(uint48).max) + 1, type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(bytes4(keccak256("SafeCastOverflowedUintDowncast(uint8,uint256)")), 48, timepoint)
        );
        manager.isStanding(timepoint);
    }

    /// @notice In a standing electorate, too, a rotated key hands its vote over, and who has left has none.
    function test_AStandingVoteFollowsItsNode() public {
        vm.warp(MARCH_BEGINS + 1);
        announceAs(ALICE, 1); // leaves as May begins
        vm.warp(MARCH_BEGINS + 100 days); // June
        rotateAs(BOB, 3, 4);
        vm.warp(MARCH_BEGINS + 101 days);
        assertVotes(nodeKey(1), MARCH_BEGINS + 61 days - 1, 1);
        assertVotes(nodeKey(1), MARCH_BEGINS + 61 days, 0);
        assertVotes(nodeKey(3), MARCH_BEGINS + 100 days - 1, 1);
        assertVotes(nodeKey(3), MARCH_BEGINS + 100 days, 0);
        assertVotes(nodeKey(4), MARCH_BEGINS + 100 days, 1);
        vm.assertEq(manager.getPastTotalSupply(MARCH_BEGINS + 100 days), 3, "who has left is still counted");
    }

    /// @notice The peak is that of the month and the three before it, and of what stands.
    function test_ThePeakLooksBackThreeMonths() public {
        for (uint32 month = FEBRUARY + 1; month <= FEBRUARY + 4; ++month) {
            elect(month, 2);
        }
        vm.warp(MARCH_BEGINS + 300 days);
        vm.assertEq(manager.getPastPeak(FEBRUARY_BEGINS - 1), 0, "January");
        vm.assertEq(manager.getPastPeak(FEBRUARY_BEGINS), 3, "February");
        vm.assertEq(manager.getPastPeak(MARCH_BEGINS), 3, "March");
        vm.assertEq(manager.getPastPeak(MARCH_BEGINS + 92 days - 1), 3, "May");
        vm.assertEq(manager.getPastPeak(MARCH_BEGINS + 92 days), 2, "June");
        vm.assertEq(manager.getPastPeak(MARCH_BEGINS + 299 days), 2, "long after");
        vm.assertEq(manager.getPastPeak(0), 0, "1970");
    }

    /// @dev In the month before, commits the one before that, and finds the first nodes eligible.
    function elect(uint32 month, uint256 count) private {
        vm.warp(Months.startOf(month - 1) + 3 days);
        commitMonth(month - 2);
        vm.warp(Months.startOf(month - 1) + 5 days);
        manager.qualifyMany(month, candidatesOf(1, count));
    }

    /// @dev A fourth node, which has three months' records in May.
    function registerFourth() private {
        registerAs(ALICE, 4);
        nodeCount = 4;
        for (uint32 month = FEBRUARY - 1; month <= FEBRUARY; ++month) {
            vm.warp(Months.startOf(month + 1) + 3 days);
            commitMonth(month);
        }
    }

    /// @dev So many nodes are eligible for a month, and so many for the next.
    function electTwice(uint32 month, uint256 first, uint256 second) private {
        elect(month, first);
        elect(month + 1, second);
    }
}
