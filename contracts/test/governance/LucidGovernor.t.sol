// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidGovernor} from "../../src/governance/LucidGovernor.sol";
import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {SignerRegistry} from "../../src/governance/SignerRegistry.sol";
import {SentenceText} from "../../src/payouts/SentenceText.sol";
import {SignerSentence} from "../../src/payouts/SignerSentence.sol";
import {LucidGovernorTest, Proposal} from "./LucidGovernorFixture.sol";
import {VotesDouble} from "./VotesDouble.sol";
import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

contract LucidGovernorDeploymentTest is LucidGovernorTest {
    /// @notice What can be called is listed as it was given, and nothing else.
    function test_TheListIsTheOneGiven() public view {
        vm.assertEq(abi.encode(governor.allowed()), abi.encode(allowedCalls()), "allowed");
    }

    /// @notice Every number of the vote is the one documented.
    function test_NumbersAreThoseDocumented() public view {
        vm.assertEq(governor.votingDelay(), VOTING_DELAY, "votingDelay");
        vm.assertEq(governor.votingPeriod(), VOTING_PERIOD, "votingPeriod");
        vm.assertEq(governor.lateQuorumVoteExtension(), EXTENSION, "lateQuorumVoteExtension");
        vm.assertEq(governor.proposalThreshold(), 1, "proposalThreshold");
        vm.assertEq(governor.QUEUE_WINDOW(), WINDOW, "QUEUE_WINDOW");
        vm.assertEq(governor.EXECUTION_WINDOW(), WINDOW, "EXECUTION_WINDOW");
        vm.assertEq(governor.MIN_QUORUM(), 3, "MIN_QUORUM");
        vm.assertEq(governor.QUORUM_PERCENT(), 20, "QUORUM_PERCENT");
        vm.assertEq(governor.MAX_CALLS(), 16, "MAX_CALLS");
        vm.assertEq(governor.timelock(), address(timelock), "timelock");
        vm.assertEq(address(governor.token()), address(votes), "token");
        vm.assertTrue(governor.proposalNeedsQueuing(0), "proposalNeedsQueuing");
    }

    /// @notice Votes kept by block numbers, or anything but timestamps, are refused.
    function test_VotesOfAnotherClockAreRefused() public {
        votes.setMode("mode=blocknumber&from=default");
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.ClockMismatch.selector, "mode=blocknumber&from=default"));
        new LucidGovernor(votes, timelock, allowedCalls());
    }

    /// @notice A governor that could do nothing is not deployed.
    function test_AnEmptyListIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.AllowedListMalformed.selector, address(0), bytes4(0)));
        new LucidGovernor(votes, timelock, new LucidGovernor.Allowed[](0));
    }

    /// @notice The same function of the same target twice is refused.
    function test_APairGivenTwiceIsRefused() public {
        LucidGovernor.Allowed[] memory list = allowedCalls();
        list[1] = list[0];
        vm.expectRevert(
            abi.encodeWithSelector(LucidGovernor.AllowedListMalformed.selector, list[0].target, list[0].selector)
        );
        new LucidGovernor(votes, timelock, list);
    }

    /// @notice The same function of two targets, and two functions of one target, are pairs of their own.
    function test_PairsAreWhole() public {
        LucidGovernor.Allowed[] memory list = new LucidGovernor.Allowed[](3);
        list[0] = LucidGovernor.Allowed(address(registry), 0x11111111);
        list[1] = LucidGovernor.Allowed(address(registry), 0x22222222);
        list[2] = LucidGovernor.Allowed(address(signers), 0x11111111);
        governor = new LucidGovernor(votes, timelock, list);
        expectNotAllowed(0, address(signers), 0x22222222);
        proposeAs(voter(0), call(address(signers), hex"22222222", ""));
    }

    /// @notice A target without code is refused: whoever got code there later would be called.
    function test_ATargetWithoutCodeIsRefused() public {
        LucidGovernor.Allowed[] memory list = allowedCalls();
        list[1].target = ALICE;
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.NotAContract.selector, ALICE));
        new LucidGovernor(votes, timelock, list);
    }

    /// @notice The timelock is no target: its roles and its delay stay.
    function test_TheTimelockAsTargetIsRefused() public {
        LucidGovernor.Allowed[] memory list = allowedCalls();
        list[0] = LucidGovernor.Allowed(address(timelock), IAccessControl.grantRole.selector);
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.TargetForbidden.selector, address(timelock)));
        new LucidGovernor(votes, timelock, list);
    }

    /// @notice The governor itself is no target: its settings stay.
    function test_TheGovernorAsTargetIsRefused() public {
        LucidGovernor.Allowed[] memory list = allowedCalls();
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        list[0] = LucidGovernor.Allowed(next, governor.relay.selector);
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.TargetForbidden.selector, next));
        new LucidGovernor(votes, timelock, list);
    }

    /// @notice Nobody is admin of the timelock, only the governor proposes and cancels there, and anyone executes.
    function test_OnlyTheGovernorHasARole() public view {
        address[5] memory others = [address(this), voter(0), ALICE, address(registry), address(votes)];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.assertFalse(timelock.hasRole(timelock.DEFAULT_ADMIN_ROLE(), others[i]), "admin");
            vm.assertFalse(timelock.hasRole(timelock.PROPOSER_ROLE(), others[i]), "proposer");
            vm.assertFalse(timelock.hasRole(timelock.CANCELLER_ROLE(), others[i]), "canceller");
        }
        vm.assertFalse(timelock.hasRole(timelock.DEFAULT_ADMIN_ROLE(), address(governor)), "governor is admin");
        vm.assertTrue(timelock.hasRole(timelock.PROPOSER_ROLE(), address(governor)), "governor proposes");
        vm.assertTrue(timelock.hasRole(timelock.CANCELLER_ROLE(), address(governor)), "governor cancels");
        vm.assertTrue(timelock.hasRole(timelock.EXECUTOR_ROLE(), address(0)), "anyone executes");
    }
}

contract FixedForEverTest is LucidGovernorTest {
    function expectFixed() private {
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.FixedForEver.selector));
    }

    /// @notice Nothing is relayed, not even for the timelock.
    function testFuzz_NothingIsRelayed(address caller, bytes calldata data) public {
        expectFixed();
        vm.prank(caller);
        governor.relay(address(registry), 0, data);
        expectFixed();
        vm.prank(address(timelock));
        governor.relay(address(registry), 0, data);
    }

    /// @notice The timelock stays, even for the timelock.
    function testFuzz_TheTimelockStays(address caller) public {
        expectFixed();
        vm.prank(caller);
        governor.updateTimelock(timelock);
        expectFixed();
        vm.prank(address(timelock));
        governor.updateTimelock(timelock);
    }

    /// @notice The late-quorum extension stays, even for the timelock.
    function testFuzz_TheExtensionStays(address caller, uint48 extension) public {
        expectFixed();
        vm.prank(caller);
        governor.setLateQuorumVoteExtension(extension);
        expectFixed();
        vm.prank(address(timelock));
        governor.setLateQuorumVoteExtension(extension);
    }

    /// @notice No proposal reaches the governor or the timelock, with whatever function.
    function testFuzz_NeitherGovernorNorTimelockCanBeProposed(bytes4 selector) public {
        expectNotAllowed(0, address(governor), selector);
        proposeAs(voter(0), call(address(governor), bytes.concat(selector), ""));
        expectNotAllowed(0, address(timelock), selector);
        proposeAs(voter(0), call(address(timelock), bytes.concat(selector), ""));
    }

    /// @notice Neither a plain transfer nor a call brings Ether in; tokens that ask before they come are refused.
    function test_NothingComesIn() public {
        Proposal memory one = ordinary();
        bytes[] memory calls = new bytes[](4);
        calls[0] = abi.encodeCall(governor.execute, (one.targets, one.values, one.calldatas, hashOf(one)));
        calls[1] = abi.encodeCall(governor.relay, (address(registry), 0, ""));
        calls[2] = abi.encodeCall(governor.propose, (one.targets, one.values, one.calldatas, one.description));
        calls[3] = abi.encodeCall(governor.castVote, (idOf(one), FOR));
        assertRefusesEther(address(governor), calls);
        bytes memory refusal = abi.encodeWithSelector(IGovernor.GovernorDisabledDeposit.selector);
        vm.expectRevert(refusal);
        governor.onERC721Received(ALICE, ALICE, 1, "");
        vm.expectRevert(refusal);
        governor.onERC1155Received(ALICE, ALICE, 1, 1, "");
        vm.expectRevert(refusal);
        governor.onERC1155BatchReceived(ALICE, ALICE, new uint256[](0), new uint256[](0), "");
    }

    /// @notice The code cannot be changed, destroyed or made to run foreign code as its own.
    function test_CodeCannotChange() public view {
        assertCannotChange(address(governor));
    }
}

contract ProposeTest is LucidGovernorTest {
    /// @notice A proposal is pending for the delay, under the ID that its content gives.
    function test_AProposalIsPendingFirst() public {
        Proposal memory one = ordinary();
        uint256 id = proposeAs(voter(3), one);
        vm.assertEq(id, idOf(one), "id");
        vm.assertEq(governor.proposalProposer(id), voter(3), "proposer");
        vm.assertEq(governor.proposalSnapshot(id), NOW + VOTING_DELAY, "snapshot");
        vm.assertEq(governor.proposalDeadline(id), NOW + VOTING_DELAY + VOTING_PERIOD, "deadline");
        vm.assertEq(governor.proposalEta(id), 0, "eta");
        assertState(id, IGovernor.ProposalState.Pending);
    }

    /// @notice Proposing says all of the proposal.
    function test_ProposingEmitsProposalCreated() public {
        Proposal memory one = ordinary();
        vm.expectEmit(address(governor));
        emit IGovernor.ProposalCreated(
            idOf(one),
            voter(0),
            one.targets,
            one.values,
            new string[](1),
            one.calldatas,
            NOW + VOTING_DELAY,
            NOW + VOTING_DELAY + VOTING_PERIOD,
            one.description
        );
        proposeAs(voter(0), one);
    }

    /// @notice The same proposal twice is refused; with other words it is another.
    function test_TheSameTwiceIsRefused() public {
        Proposal memory one = ordinary();
        uint256 id = proposeAs(voter(0), one);
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorUnexpectedProposalState.selector, id, IGovernor.ProposalState.Pending, bytes32(0)
            )
        );
        proposeAs(voter(1), one);
        one.description = "Set it again";
        proposeAs(voter(1), one);
    }

    /// @notice Whoever has no vote cannot propose.
    function testFuzz_WhoHasNoVoteCannotPropose(address stranger) public {
        vm.assume(votes.getVotes(stranger) == 0);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorInsufficientProposerVotes.selector, stranger, 0, 1));
        proposeAs(stranger, ordinary());
    }

    /// @notice A proposal that names its proposer is taken from that account only.
    function test_ANamedProposerIsTheOnlyOne() public {
        Proposal memory one = setting(KEY, 32);
        one.description = string.concat("Set it #proposer=", Strings.toHexString(ALICE));
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorRestrictedProposer.selector, voter(0)));
        proposeAs(voter(0), one);
        votes.setEligible(ALICE, true);
        go(1);
        proposeAs(ALICE, one);
    }

    /// @notice No function but those listed can be proposed, of whatever target.
    function testFuzz_OtherFunctionsAreRefused(address target, bytes4 selector, bytes calldata rest) public {
        bool isListed = (target == address(registry) && selector == ParamRegistry.set.selector)
            || (target == address(signers)
                && (selector == SignerRegistry.schedule.selector || selector == SignerRegistry.adopt.selector))
            || (target == address(validators) && selector == validators.rotate.selector);
        vm.assume(!isListed);
        expectNotAllowed(0, target, selector);
        proposeAs(voter(0), call(target, bytes.concat(selector, rest), ""));
    }

    /// @notice The listed functions exchanged between their targets are refused.
    function test_ListedFunctionsOfOtherTargetsAreRefused() public {
        expectNotAllowed(0, address(signers), ParamRegistry.set.selector);
        proposeAs(voter(0), call(address(signers), abi.encodeCall(registry.set, (KEY, 32)), ""));
        expectNotAllowed(0, address(registry), SignerRegistry.schedule.selector);
        proposeAs(voter(0), call(address(registry), bytes.concat(SignerRegistry.schedule.selector), ""));
    }

    /// @notice Fewer than four bytes call no function, even if zeros behind them would.
    function test_AShortSelectorIsRefused() public {
        LucidGovernor.Allowed[] memory list = allowedCalls();
        list[0].selector = 0x11223300;
        governor = new LucidGovernor(votes, timelock, list);
        expectNotAllowed(0, address(registry), 0x11223300);
        proposeAs(voter(0), call(address(registry), hex"112233", ""));
        expectNotAllowed(0, address(registry), 0);
        proposeAs(voter(0), call(address(registry), "", ""));
        proposeAs(voter(0), call(address(registry), hex"11223300", ""));
    }

    /// @notice Every call is judged, and the index of the refused one is told.
    function test_EveryCallIsJudged() public {
        Proposal memory one = many(3);
        one.targets[2] = address(votes);
        expectNotAllowed(2, address(votes), ParamRegistry.set.selector);
        proposeAs(voter(0), one);
    }

    /// @notice A proposal that sends Ether is refused.
    function testFuzz_EtherIsRefused(uint256 value, uint256 index) public {
        Proposal memory one = many(3);
        one.values[bound(index, 0, 2)] = bound(value, 1, type(uint256).max - 1);
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.EtherRefused.selector));
        proposeAs(voter(0), one);
    }

    /// @notice Sixteen calls are taken, seventeen refused, and so is none.
    function test_NumberOfCallsIsBounded() public {
        proposeAs(voter(0), many(16));
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.TooManyCalls.selector, 17, 16));
        proposeAs(voter(0), many(17));
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorInvalidProposalLength.selector, 0, 0, 0));
        proposeAs(voter(0), many(0));
    }

    /// @notice Targets, values and calls of different numbers are refused.
    function test_DifferentLengthsAreRefused() public {
        Proposal memory one = many(2);
        one.values = new uint256[](3);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorInvalidProposalLength.selector, 2, 2, 3));
        proposeAs(voter(0), one);
        one = many(2);
        one.calldatas = new bytes[](1);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorInvalidProposalLength.selector, 2, 1, 2));
        proposeAs(voter(0), one);
    }

    function many(uint256 count) private view returns (Proposal memory one) {
        one = Proposal(new address[](count), new uint256[](count), new bytes[](count), "Many");
        for (uint256 i = 0; i < count; ++i) {
            (one.targets[i], one.calldatas[i]) = (address(registry), abi.encodeCall(registry.set, (KEY, 8 + i)));
        }
    }
}

contract ProposeExecutableTest is LucidGovernorTest {
    uint64 private constant EARLIEST = uint64(NOW + VOTING_DELAY + VOTING_PERIOD + EXTENSION + TIMELOCK_DELAY);
    uint64 private constant MINUTE = (EARLIEST + 3 days + 59) / 60 * 60;

    function scheduling(address[3] memory three, address compliance, uint64 at_)
        private
        view
        returns (Proposal memory)
    {
        return call(address(signers), abi.encodeCall(signers.schedule, (three, compliance, at_)), "Signers");
    }

    /// @notice A value out of its bounds cannot be proposed; the registry's own refusal is told.
    function testFuzz_ValuesOutOfBoundsAreRefused(uint256 value) public {
        if (value < 8 || value > 64) {
            vm.expectRevert(abi.encodeWithSelector(ParamRegistry.ValueOutOfBounds.selector, KEY, value, 8, 64));
        }
        proposeAs(voter(0), setting(KEY, value));
    }

    /// @notice A parameter that is none cannot be proposed.
    function test_UnknownParametersAreRefused() public {
        vm.expectRevert(abi.encodeWithSelector(ParamRegistry.UnknownParameter.selector, bytes32("colour")));
        proposeAs(voter(0), setting("colour", 1));
    }

    /// @notice A later call of the proposal is judged like the first.
    function test_EveryParameterIsJudged() public {
        Proposal memory one = Proposal(new address[](2), new uint256[](2), new bytes[](2), "Two");
        (one.targets[0], one.targets[1]) = (address(registry), address(registry));
        one.calldatas[0] = abi.encodeCall(registry.set, (KEY, 32));
        one.calldatas[1] = abi.encodeCall(registry.set, ("slotTimeoutMs", 999));
        vm.expectRevert(
            abi.encodeWithSelector(ParamRegistry.ValueOutOfBounds.selector, bytes32("slotTimeoutMs"), 999, 1000, 10_000)
        );
        proposeAs(voter(0), one);
    }

    /// @notice Arguments shorter or longer than the function's are refused, with the index of the call.
    function test_MalformedArgumentsAreRefused() public {
        bytes memory set = abi.encodeCall(registry.set, (KEY, 32));
        bytes memory schedule = abi.encodeCall(signers.schedule, (approvers(5), BOB, MINUTE));
        bytes memory refusal = abi.encodeWithSelector(LucidGovernor.ArgumentsMalformed.selector, 0);
        vm.expectRevert(refusal);
        proposeAs(voter(0), call(address(registry), bytes.concat(set, "x"), ""));
        vm.expectRevert(refusal);
        proposeAs(voter(0), call(address(registry), bytes.concat(ParamRegistry.set.selector), ""));
        vm.expectRevert(refusal);
        proposeAs(voter(0), call(address(signers), bytes.concat(schedule, "x"), ""));
        vm.expectRevert(refusal);
        proposeAs(voter(0), call(address(signers), bytes.concat(SignerRegistry.schedule.selector), ""));
        Proposal memory two = Proposal(new address[](2), new uint256[](2), new bytes[](2), "Two");
        (two.targets[0], two.targets[1]) = (address(signers), address(registry));
        (two.calldatas[0], two.calldatas[1]) = (schedule, bytes.concat(set, "x"));
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.ArgumentsMalformed.selector, 1));
        proposeAs(voter(0), two);
    }

    /// @notice Signers are taken that can be scheduled when the vote is over, however late its quorum was.
    function test_SignersThatFitAreTaken() public {
        proposeAs(voter(0), scheduling(approvers(5), BOB, MINUTE));
        proposeAs(voter(0), scheduling(approvers(5), BOB, EARLIEST / 60 * 60 + 60 days));
    }

    /// @notice Signers that could not be scheduled then are refused, with the times between which they could.
    function test_SignersTooSoonOrTooLateAreRefused() public {
        uint64[2] memory times = [MINUTE - 60, EARLIEST / 60 * 60 + 60 days + 60];
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    SignerRegistry.EffectiveTimeOutOfBounds.selector, times[i], EARLIEST + 3 days, EARLIEST + 60 days
                )
            );
            proposeAs(voter(0), scheduling(approvers(5), BOB, times[i]));
        }
    }

    /// @notice Signers that no router takes are refused, and so is a time that the sentence cannot say.
    function test_SignersThatFitNowhereAreRefused() public {
        address[3] memory twice = [ALICE, ALICE, BOB];
        vm.expectRevert(abi.encodeWithSelector(SignerSentence.ApproversNotAscending.selector, twice));
        proposeAs(voter(0), scheduling(twice, BOB, MINUTE));
        vm.expectRevert(abi.encodeWithSelector(SentenceText.NotWholeMinute.selector, MINUTE + 1));
        proposeAs(voter(0), scheduling(approvers(5), BOB, MINUTE + 1));
    }

    /// @notice A set that the registry could adopt can be proposed; any other cannot, and the registry's refusal is told.
    function test_SignersToAdoptAreJudged() public {
        proposeAs(voter(0), adopting(2, approvers(5), BOB));
        vm.expectRevert(abi.encodeWithSelector(SignerRegistry.SetNumberOutOfBounds.selector, 1, 2, 17));
        proposeAs(voter(0), adopting(1, approvers(5), BOB));
        vm.expectRevert(abi.encodeWithSelector(SignerRegistry.SetNumberOutOfBounds.selector, 18, 2, 17));
        proposeAs(voter(0), adopting(18, approvers(5), BOB));
        address[3] memory twice = [ALICE, ALICE, BOB];
        vm.expectRevert(abi.encodeWithSelector(SignerSentence.ApproversNotAscending.selector, twice));
        proposeAs(voter(0), adopting(2, twice, BOB));
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.ArgumentsMalformed.selector, 0));
        proposeAs(
            voter(0), call(address(signers), bytes.concat(SignerRegistry.adopt.selector, bytes32(uint256(2))), "")
        );
    }

    function adopting(uint32 number, address[3] memory three, address compliance)
        private
        view
        returns (Proposal memory)
    {
        return call(address(signers), abi.encodeCall(signers.adopt, (number, three, compliance)), "Adopt");
    }

    /// @notice Functions that the governor does not know the arguments of are taken as they are.
    function test_OtherListedFunctionsAreNotJudged() public {
        LucidGovernor.Allowed[] memory list = new LucidGovernor.Allowed[](1);
        list[0] = LucidGovernor.Allowed(address(votes), VotesDouble.setEligible.selector);
        governor = new LucidGovernor(votes, timelock, list);
        proposeAs(voter(0), call(address(votes), bytes.concat(VotesDouble.setEligible.selector), ""));
    }
}
