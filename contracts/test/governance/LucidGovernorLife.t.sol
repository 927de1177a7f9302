// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidGovernor} from "../../src/governance/LucidGovernor.sol";
import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {SignerRegistry} from "../../src/governance/SignerRegistry.sol";
import {LucidGovernorTest, Proposal} from "./LucidGovernorFixture.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

contract OutcomeTest is LucidGovernorTest {
    /// @notice A proposal goes from pending by active, succeeded and queued to executed, and then the value is set.
    function test_AProposalGoesAllTheWay() public {
        Proposal memory one = ordinary();
        uint256 id = proposeAs(voter(0), one);
        assertState(id, IGovernor.ProposalState.Pending);
        go(VOTING_DELAY);
        assertState(id, IGovernor.ProposalState.Pending);
        go(1);
        assertState(id, IGovernor.ProposalState.Active);
        voteMany(id, 0, 3, FOR);
        go(VOTING_PERIOD - 1);
        assertState(id, IGovernor.ProposalState.Active);
        go(1);
        assertState(id, IGovernor.ProposalState.Succeeded);
        queue(one);
        assertState(id, IGovernor.ProposalState.Queued);
        go(TIMELOCK_DELAY);
        execute(one);
        assertState(id, IGovernor.ProposalState.Executed);
        vm.assertEq(registry.valueOf(KEY), 32, "value");
    }

    /// @notice Nobody's vote, too few votes, a tie and a majority against each defeat it, for good.
    function test_AProposalIsDefeated() public {
        uint8[4] memory for_ = [0, 2, 3, 3];
        uint8[4] memory against = [0, 0, 3, 4];
        for (uint256 i = 0; i < 4; ++i) {
            Proposal memory one = setting(KEY, 20 + i);
            uint256 id = open(one);
            voteMany(id, 0, for_[i], FOR);
            voteMany(id, for_[i], against[i], AGAINST);
            go(VOTING_PERIOD);
            assertState(id, IGovernor.ProposalState.Defeated);
            expectUnexpectedState(id, IGovernor.ProposalState.Defeated, IGovernor.ProposalState.Succeeded);
            queue(one);
            go(365 days);
            assertState(id, IGovernor.ProposalState.Defeated);
        }
    }

    /// @notice Abstentions alone reach the quorum but pass nothing.
    function test_AbstentionsAlonePassNothing() public {
        uint256 id = open(ordinary());
        voteMany(id, 0, 5, ABSTAIN);
        go(VOTING_PERIOD);
        assertState(id, IGovernor.ProposalState.Defeated);
    }

    /// @notice Signers are scheduled by a vote, too.
    function test_SignersAreScheduledByAVote() public {
        uint64 effectiveAt = uint64(NOW / 60 * 60 + 30 days);
        Proposal memory one =
            call(address(signers), abi.encodeCall(signers.schedule, (approvers(5), BOB, effectiveAt)), "Signers");
        passAndQueue(one);
        go(TIMELOCK_DELAY);
        execute(one);
        SignerRegistry.SignerSet memory set = signers.setOf(2);
        vm.assertEq(abi.encode(set.approvers), abi.encode(approvers(5)), "approvers");
        vm.assertEq(set.effectiveAt, effectiveAt, "effectiveAt");
    }

    /// @notice What the routers have is adopted by a vote, at once.
    function test_SignersAreAdoptedByAVote() public {
        Proposal memory one = call(address(signers), abi.encodeCall(signers.adopt, (3, approvers(5), BOB)), "Adopt");
        passAndQueue(one);
        go(TIMELOCK_DELAY);
        execute(one);
        (uint32 number, SignerRegistry.SignerSet memory set) = signers.current();
        vm.assertEq(number, 3, "number");
        vm.assertEq(abi.encode(set.approvers), abi.encode(approvers(5)), "approvers");
    }

    /// @notice A proposal's calls are executed in their order.
    function test_CallsAreExecutedInOrder() public {
        Proposal memory one = Proposal(new address[](2), new uint256[](2), new bytes[](2), "Two");
        (one.targets[0], one.targets[1]) = (address(registry), address(registry));
        one.calldatas[0] = abi.encodeCall(registry.set, (KEY, 32));
        one.calldatas[1] = abi.encodeCall(registry.set, (KEY, 33));
        passAndQueue(one);
        go(TIMELOCK_DELAY);
        vm.expectEmit(address(registry));
        emit ParamRegistry.ParameterChanged(KEY, 16, 32, 8, 64);
        vm.expectEmit(address(registry));
        emit ParamRegistry.ParameterChanged(KEY, 32, 33, 8, 64);
        execute(one);
    }

    /// @notice Where one call is refused none is executed, and the refusal is told as it was.
    function test_CallsAreExecutedTogetherOrNotAtAll() public {
        Proposal memory one = Proposal(new address[](2), new uint256[](2), new bytes[](2), "Two");
        (one.targets[0], one.targets[1]) = (address(registry), address(signers));
        one.calldatas[0] = abi.encodeCall(registry.set, (KEY, 32));
        uint64 effectiveAt = uint64((NOW + 16 days) / 60 * 60);
        one.calldatas[1] = abi.encodeCall(signers.schedule, (approvers(5), BOB, effectiveAt));
        uint256 id = passAndQueue(one);
        go(TIMELOCK_DELAY + 4 days); // too near to the effective time by now
        vm.expectRevert(
            abi.encodeWithSelector(
                SignerRegistry.EffectiveTimeOutOfBounds.selector, effectiveAt, current + 3 days, current + 60 days
            )
        );
        execute(one);
        vm.assertEq(registry.valueOf(KEY), 16, "value");
        assertState(id, IGovernor.ProposalState.Queued);
    }
}

contract QueueTest is LucidGovernorTest {
    /// @notice Anyone queues what passed; the time from which it can be executed is told.
    function testFuzz_AnyoneQueues(address caller) public {
        Proposal memory one = ordinary();
        uint256 id = pass(one);
        vm.expectEmit(address(governor));
        emit IGovernor.ProposalQueued(id, current + TIMELOCK_DELAY);
        vm.prank(caller);
        queue(one);
        vm.assertEq(governor.proposalEta(id), current + TIMELOCK_DELAY, "eta");
        vm.assertEq(timelock.getTimestamp(operationOf(one)), current + TIMELOCK_DELAY, "timestamp");
    }

    /// @notice Nothing is queued before the vote is over, nor twice.
    function test_OnlyWhatPassedIsQueuedAndOnce() public {
        Proposal memory one = ordinary();
        uint256 id = proposeAs(voter(0), one);
        expectUnexpectedState(id, IGovernor.ProposalState.Pending, IGovernor.ProposalState.Succeeded);
        queue(one);
        go(VOTING_DELAY + 1);
        voteMany(id, 0, 4, FOR);
        expectUnexpectedState(id, IGovernor.ProposalState.Active, IGovernor.ProposalState.Succeeded);
        queue(one);
        go(VOTING_PERIOD);
        queue(one);
        expectUnexpectedState(id, IGovernor.ProposalState.Queued, IGovernor.ProposalState.Succeeded);
        queue(one);
    }

    /// @notice What passed can be queued for fourteen days after the end of voting, to the second, and then has expired.
    function test_WhatIsNotQueuedInTimeExpires() public {
        Proposal memory one = ordinary();
        uint256 id = pass(one);
        go(WINDOW - 1);
        assertState(id, IGovernor.ProposalState.Succeeded);
        go(1);
        assertState(id, IGovernor.ProposalState.Expired);
        expectUnexpectedState(id, IGovernor.ProposalState.Expired, IGovernor.ProposalState.Succeeded);
        queue(one);
        go(365 days);
        assertState(id, IGovernor.ProposalState.Expired);
    }

    /// @notice In the last second it is still queued, and has its whole time in the timelock.
    function test_TheLastSecondToQueueCounts() public {
        Proposal memory one = ordinary();
        uint256 id = pass(one);
        go(WINDOW - 1);
        queue(one);
        go(TIMELOCK_DELAY + WINDOW);
        assertState(id, IGovernor.ProposalState.Queued);
        execute(one);
    }

    /// @notice Where the end of voting was moved, the fourteen days begin there.
    function test_TheWindowBeginsAtTheMovedEnd() public {
        Proposal memory one = ordinary();
        uint256 id = open(one);
        go(VOTING_PERIOD - 1);
        voteMany(id, 0, 4, FOR);
        go(EXTENSION + WINDOW);
        assertState(id, IGovernor.ProposalState.Succeeded);
        go(1);
        assertState(id, IGovernor.ProposalState.Expired);
    }
}

contract ExecuteTest is LucidGovernorTest {
    /// @notice Anyone executes after the delay, to the second, and never twice.
    function testFuzz_AnyoneExecutesAfterTheDelay(address caller) public {
        Proposal memory one = ordinary();
        uint256 id = passAndQueue(one);
        go(TIMELOCK_DELAY - 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                TimelockController.TimelockUnexpectedOperationState.selector, operationOf(one), bytes32(uint256(1 << 2))
            )
        );
        execute(one);
        go(1);
        vm.expectEmit(address(governor));
        emit IGovernor.ProposalExecuted(id);
        vm.prank(caller);
        execute(one);
        expectUnexpectedState(id, IGovernor.ProposalState.Executed, IGovernor.ProposalState.Queued);
        execute(one);
    }

    /// @notice What passed but was not queued is not executed.
    function test_WhatIsNotQueuedIsNotExecuted() public {
        Proposal memory one = ordinary();
        uint256 id = pass(one);
        expectUnexpectedState(id, IGovernor.ProposalState.Succeeded, IGovernor.ProposalState.Queued);
        execute(one);
    }

    /// @notice Queued proposals can be executed for fourteen days after the delay, and then have expired everywhere.
    function test_WhatIsNotExecutedInTimeExpires() public {
        Proposal memory one = ordinary();
        uint256 id = passAndQueue(one);
        go(TIMELOCK_DELAY + WINDOW);
        assertState(id, IGovernor.ProposalState.Queued);
        go(1);
        assertState(id, IGovernor.ProposalState.Expired);
        expectUnexpectedState(id, IGovernor.ProposalState.Expired, IGovernor.ProposalState.Queued);
        execute(one);
        vm.expectRevert(
            abi.encodeWithSelector(
                TimelockController.TimelockUnexpectedOperationState.selector, operationOf(one), bytes32(uint256(1 << 2))
            )
        );
        timelock.executeBatch(one.targets, one.values, one.calldatas, 0, saltOf(one));
        expectUnexpectedState(id, IGovernor.ProposalState.Expired, IGovernor.ProposalState.Succeeded);
        queue(one);
        vm.assertEq(registry.valueOf(KEY), 16, "value");
    }

    /// @notice What is executed on the timelock itself counts as executed, and stays so.
    function test_ExecutionOnTheTimelockCounts() public {
        Proposal memory one = ordinary();
        uint256 id = passAndQueue(one);
        go(TIMELOCK_DELAY);
        vm.prank(ALICE);
        timelock.executeBatch(one.targets, one.values, one.calldatas, 0, saltOf(one));
        assertState(id, IGovernor.ProposalState.Executed);
        vm.assertEq(registry.valueOf(KEY), 32, "value");
        go(365 days);
        assertState(id, IGovernor.ProposalState.Executed);
        expectUnexpectedState(id, IGovernor.ProposalState.Executed, IGovernor.ProposalState.Queued);
        execute(one);
    }

    /// @notice Executing takes no Ether along.
    function test_EtherIsRefused() public {
        Proposal memory one = ordinary();
        passAndQueue(one);
        go(TIMELOCK_DELAY);
        vm.deal(address(this), 1 ether);
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.EtherRefused.selector));
        governor.execute{value: 1}(one.targets, one.values, one.calldatas, hashOf(one));
    }

    /// @notice Ether is refused by the governor itself, before it looks at the proposal.
    function test_EtherIsRefusedFirst() public {
        Proposal memory one = ordinary();
        vm.deal(address(this), 1 ether);
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.EtherRefused.selector));
        governor.execute{value: 1}(one.targets, one.values, one.calldatas, hashOf(one));
    }

    /// @notice What could not be proposed cannot be executed either: it is judged anew, before anything else.
    function test_CallsAreJudgedAgain() public {
        Proposal memory one = ordinary();
        passAndQueue(one);
        go(TIMELOCK_DELAY);
        one.values[0] = 1;
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.EtherRefused.selector));
        execute(one);
        one.values[0] = 0;
        one.targets[0] = address(timelock);
        expectNotAllowed(0, address(timelock), ParamRegistry.set.selector);
        execute(one);
        one.values = new uint256[](2);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorInvalidProposalLength.selector, 1, 1, 2));
        execute(one);
    }

    /// @notice A proposal that was never made is not executed.
    function test_UnknownProposalsAreRefused() public {
        Proposal memory one = ordinary();
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorNonexistentProposal.selector, idOf(one)));
        execute(one);
    }

    /// @notice Only the governor schedules and cancels in the timelock.
    function testFuzz_OnlyTheGovernorSchedulesAndCancels(address caller) public {
        vm.assume(caller != address(governor));
        Proposal memory one = ordinary();
        passAndQueue(one);
        bytes32 operation = operationOf(one);
        vm.prank(caller);
        (bool isTaken,) = address(timelock).call(abi.encodeCall(timelock.cancel, (operation)));
        vm.assertFalse(isTaken, "canceled");
        vm.prank(caller);
        (isTaken,) = address(timelock)
            .call(
                abi.encodeCall(
                    timelock.scheduleBatch, (one.targets, one.values, one.calldatas, 0, bytes32(0), TIMELOCK_DELAY)
                )
            );
        vm.assertFalse(isTaken, "scheduled");
    }
}

contract CancelTest is LucidGovernorTest {
    function expectUnable(uint256 id, address caller) private {
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorUnableToCancel.selector, id, caller));
    }

    /// @notice Its proposer cancels a proposal up to the last second before voting, for good.
    function test_ItsProposerCancelsWhilePending() public {
        Proposal memory one = ordinary();
        uint256 id = proposeAs(voter(0), one);
        go(VOTING_DELAY);
        vm.expectEmit(address(governor));
        emit IGovernor.ProposalCanceled(id);
        cancelAs(voter(0), one);
        assertState(id, IGovernor.ProposalState.Canceled);
        go(1);
        expectUnexpectedState(id, IGovernor.ProposalState.Canceled, IGovernor.ProposalState.Active);
        voteAs(voter(1), id, FOR);
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorUnexpectedProposalState.selector, id, IGovernor.ProposalState.Canceled, bytes32(0)
            )
        );
        proposeAs(voter(0), one);
        go(365 days);
        assertState(id, IGovernor.ProposalState.Canceled);
    }

    /// @notice Nobody else cancels it.
    function testFuzz_StrangersDoNotCancel(address caller) public {
        vm.assume(caller != voter(0));
        Proposal memory one = ordinary();
        uint256 id = proposeAs(voter(0), one);
        expectUnable(id, caller);
        cancelAs(caller, one);
    }

    /// @notice Once voting started its proposer does not cancel it either: active, passed, queued, expired, executed.
    function test_ItsProposerDoesNotCancelLater() public {
        Proposal memory one = ordinary();
        uint256 id = open(one);
        expectUnable(id, voter(0));
        cancelAs(voter(0), one);
        voteMany(id, 0, 4, FOR);
        go(VOTING_PERIOD);
        expectUnable(id, voter(0));
        cancelAs(voter(0), one);
        queue(one);
        expectUnable(id, voter(0));
        cancelAs(voter(0), one);
        go(TIMELOCK_DELAY);
        execute(one);
        expectUnable(id, voter(0));
        cancelAs(voter(0), one);
    }

    /// @notice What somebody with the right to cancels on the timelock is told as canceled, not as expired, for ever.
    function test_CanceledOnTheTimelockIsCanceled() public {
        Proposal memory one = ordinary();
        uint256 id = passAndQueue(one);
        bytes32 operation = operationOf(one);
        vm.prank(address(governor)); // it never does; the role is its own alone
        timelock.cancel(operation);
        assertState(id, IGovernor.ProposalState.Canceled);
        go(TIMELOCK_DELAY + WINDOW);
        assertState(id, IGovernor.ProposalState.Canceled);
    }
}
