// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidGovernor} from "../../src/governance/LucidGovernor.sol";
import {LucidTimelock} from "../../src/governance/LucidTimelock.sol";
import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {ValidatorSet} from "../../src/work/ValidatorSet.sol";
import {EligibilityManagerFixture} from "../nodes/EligibilityManagerFixture.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

/// @notice A vote by the nodes themselves: registered, credited, found eligible for February, and voting by their keys.
contract LucidGovernorEligibilityTest is EligibilityManagerFixture {
    LucidTimelock private _timelock;
    ParamRegistry private _governed;
    ValidatorSet private _attesting;
    LucidGovernor private _governor;
    uint256 private constant PROPOSED_AT = FEBRUARY_BEGINS + 1;
    bytes32 private constant KEY = "cooldownSlots";

    function setUp() public override {
        super.setUp();
        _timelock = new LucidTimelock(address(this));
        _governed = new ParamRegistry(address(_timelock));
        _attesting = new ValidatorSet(address(_timelock), addressesOf(keys));
        LucidGovernor.Allowed[] memory list = new LucidGovernor.Allowed[](2);
        list[1] = LucidGovernor.Allowed(address(_attesting), ValidatorSet.rotate.selector);
        list[0] = LucidGovernor.Allowed(address(_governed), ParamRegistry.set.selector);
        _governor = new LucidGovernor(manager, _timelock, list);
        _timelock.grantRole(_timelock.PROPOSER_ROLE(), address(_governor));
        _timelock.renounceRole(_timelock.DEFAULT_ADMIN_ROLE(), address(this));
        for (uint256 nodeId = 1; nodeId <= 3; ++nodeId) {
            qualify(FEBRUARY, nodeId);
        }
    }

    function setting() private view returns (address[] memory targets, uint256[] memory values, bytes[] memory calls) {
        (targets, values, calls) = (new address[](1), new uint256[](1), new bytes[](1));
        (targets[0], calls[0]) = (address(_governed), abi.encodeCall(_governed.set, (KEY, 32)));
    }

    function proposeAs(uint256 index) private returns (uint256 id) {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = setting();
        vm.prank(nodeKey(index));
        return _governor.propose(targets, values, calls, "By the nodes");
    }

    function voteAs(uint256 index, uint256 id) private {
        vm.prank(nodeKey(index));
        _governor.castVote(id, 1);
    }

    /// @notice Three eligible nodes propose, vote, queue and execute; two of them with one operator have a vote each.
    function test_TheNodesChangeAParameter() public {
        vm.warp(PROPOSED_AT);
        uint256 id = proposeAs(1);
        vm.warp(PROPOSED_AT + 1 days + 1);
        vm.assertEq(_governor.quorum(PROPOSED_AT + 1 days), 3, "quorum");
        for (uint256 index = 1; index <= 3; ++index) {
            voteAs(index, id);
        }
        vm.warp(PROPOSED_AT + 8 days + 1);
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = setting();
        _governor.queue(targets, values, calls, keccak256("By the nodes"));
        vm.warp(PROPOSED_AT + 10 days + 1);
        _governor.execute(targets, values, calls, keccak256("By the nodes"));
        vm.assertEq(_governed.valueOf(KEY), 32, "value");
    }

    /// @notice Before its month a node has no vote, and proposes nothing.
    function test_BeforeItsMonthANodeProposesNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorInsufficientProposerVotes.selector, nodeKey(1), 0, 1));
        proposeAs(1);
    }

    /// @notice A key that a node takes after voting started does not vote, and the one before it still does: once.
    function test_ARotatedKeyGivesNoSecondVote() public {
        vm.warp(PROPOSED_AT);
        uint256 id = proposeAs(1);
        vm.warp(PROPOSED_AT + 1 days + 1);
        rotateAs(BOB, 3, 4);
        vm.warp(PROPOSED_AT + 2 days);
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.NotEligible.selector, nodeKey(4)));
        voteAs(4, id);
        voteAs(3, id);
        (, uint256 votesFor,) = _governor.proposalVotes(id);
        vm.assertEq(votesFor, 1, "votes");
    }

    function rotation() private view returns (address[] memory targets, uint256[] memory values, bytes[] memory calls) {
        (targets, values, calls) = (new address[](1), new uint256[](1), new bytes[](1));
        targets[0] = address(_attesting);
        calls[0] = abi.encodeCall(_attesting.rotate, (addressesOf(keysOf("next", 4))));
    }

    function expectOnlyRotation() private {
        vm.expectRevert(
            abi.encodeWithSelector(
                LucidGovernor.OnlyRotation.selector, 0, address(_governed), ParamRegistry.set.selector
            )
        );
    }

    /// @dev Has the three nodes replace the validators by a proposal made now.
    function rotateByVote(uint256 start) private returns (bool isDone) {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = rotation();
        vm.warp(start);
        vm.prank(nodeKey(1));
        uint256 id = _governor.propose(targets, values, calls, "New validators");
        vm.warp(start + 1 days + 1);
        for (uint256 index = 1; index <= 3; ++index) {
            voteAs(index, id);
        }
        vm.warp(start + 8 days + 1);
        if (_governor.state(id) != IGovernor.ProposalState.Succeeded) return false;
        _governor.queue(targets, values, calls, keccak256("New validators"));
        vm.warp(start + 10 days + 1);
        _governor.execute(targets, values, calls, keccak256("New validators"));
        return true;
    }

    /// @notice Where validators attest no month any more, the last electorate replaces them, years later too.
    function testFuzz_ALostQuorumIsReplacedByTheLastElectorate(uint256 start) public {
        start = bound(start, MARCH_BEGINS, MARCH_BEGINS + 20_000 days);
        vm.assertTrue(rotateByVote(start), "passed");
        vm.assertEq(abi.encode(_attesting.members()), abi.encode(addressesOf(keysOf("next", 4))), "members");
    }

    /// @notice The last electorate does nothing but that while it stands.
    function testFuzz_TheLastElectorateDoesNothingElse(uint256 start) public {
        vm.warp(bound(start, MARCH_BEGINS, MARCH_BEGINS + 20_000 days));
        expectOnlyRotation();
        proposeAs(1);
    }

    /// @notice What counts is the month in which voting starts: on the last day of a month that is the next one.
    function test_WhatCountsIsTheMonthInWhichVotingStarts() public {
        vm.warp(MARCH_BEGINS - 1 days);
        expectOnlyRotation();
        proposeAs(1);
        qualifyNext(1);
        vm.warp(MARCH_BEGINS - 1 days);
        proposeAs(1);
    }

    /// @notice Whoever alone was found eligible in a month passes nothing that those left out could have voted down.
    function test_AShrunkenElectoratePassesNothingAlone() public {
        qualifyNext(2);
        vm.warp(MARCH_BEGINS + 2 days);
        vm.assertEq(_governor.missing(MARCH_BEGINS), 2, "missing");
        vm.assertEq(_governor.missing(MARCH_BEGINS - 1), 0, "missing in February");
        vm.assertEq(_governor.quorum(MARCH_BEGINS), 3, "quorum");
    }
}
