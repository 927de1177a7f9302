// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidGovernor} from "../../src/governance/LucidGovernor.sol";
import {Proposal} from "./LucidGovernorFixture.sol";
import {LucidGovernorNodesFixture} from "./LucidGovernorNodesFixture.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

/// @notice A vote by three nodes that were found eligible for February.
contract LucidGovernorEligibilityTest is LucidGovernorNodesFixture {
    uint256 private constant PROPOSED_AT = FEBRUARY_BEGINS + 1;

    function setUp() public override {
        super.setUp();
        for (uint256 nodeId = 1; nodeId <= 3; ++nodeId) {
            qualify(FEBRUARY, nodeId);
        }
    }

    /// @notice Three eligible nodes propose, vote, queue and execute; two of them with one operator have a vote each.
    function test_TheNodesChangeAParameter() public {
        voteFor(setting(), PROPOSED_AT, range(1, 3));
        vm.assertEq(governor.quorum(PROPOSED_AT + 1 days), 3, "quorum");
        carryOut(setting(), PROPOSED_AT);
        vm.assertEq(params.valueOf(KEY), 32, "value");
    }

    /// @notice Before its month a node has no vote, and proposes nothing.
    function test_BeforeItsMonthANodeProposesNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorInsufficientProposerVotes.selector, nodeKey(1), 0, 1));
        proposeAs(1, setting());
    }

    /// @notice A key that a node takes after voting started does not vote, and the one before it still does: once.
    function test_ARotatedKeyGivesNoSecondVote() public {
        vm.warp(PROPOSED_AT);
        uint256 id = proposeAs(1, setting());
        vm.warp(PROPOSED_AT + 1 days + 1);
        rotateAs(BOB, 3, 4);
        vm.warp(PROPOSED_AT + 2 days);
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.NotEligible.selector, nodeKey(4)));
        voteAs(4, id, FOR);
        voteAs(3, id, FOR);
        (, uint256 votesFor,) = governor.proposalVotes(id);
        vm.assertEq(votesFor, 1, "votes");
    }

    /// @notice Where validators attest no month any more, the last electorate replaces them, years later too.
    function testFuzz_ALostQuorumIsReplacedByTheLastElectorate(uint256 start) public {
        start = bound(start, MARCH_BEGINS, MARCH_BEGINS + 20_000 days);
        Proposal memory one = replacement(keysOf("next", 4));
        assertState(voteFor(one, start, range(1, 3)), IGovernor.ProposalState.Succeeded);
        carryOut(one, start);
        assertValidators(keysOf("next", 4));
    }

    /// @notice The last electorate does nothing but that while it stands.
    function testFuzz_TheLastElectorateDoesNothingElse(uint256 start) public {
        vm.warp(bound(start, MARCH_BEGINS, MARCH_BEGINS + 20_000 days));
        expectOnlyRotation();
        proposeAs(1, setting());
    }

    /// @notice What counts is the month in which voting starts: on the last day of a month that is the next one.
    function test_WhatCountsIsTheMonthInWhichVotingStarts() public {
        vm.warp(MARCH_BEGINS - 1 days);
        expectOnlyRotation();
        proposeAs(1, setting());
        qualifyNext(1);
        qualify(FEBRUARY + 1, 3);
        vm.warp(MARCH_BEGINS - 1 days);
        proposeAs(1, setting());
    }

    /// @notice What a month's electorate lost is missing in it, and the quorum stays that of the larger one.
    function test_AShrunkenElectorateMissesWhatItLost() public {
        qualifyNext(2);
        qualify(FEBRUARY + 1, 3);
        vm.warp(MARCH_BEGINS + 2 days);
        vm.assertEq(governor.missing(MARCH_BEGINS), 1, "missing");
        vm.assertEq(governor.missing(MARCH_BEGINS - 1), 0, "missing in February");
        vm.assertEq(governor.quorum(MARCH_BEGINS), 3, "quorum");
    }
}
