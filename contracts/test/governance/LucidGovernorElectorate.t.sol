// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidGovernor} from "../../src/governance/LucidGovernor.sol";
import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {SignerRegistry} from "../../src/governance/SignerRegistry.sol";
import {ValidatorSet} from "../../src/work/ValidatorSet.sol";
import {LucidGovernorTest, Proposal} from "./LucidGovernorFixture.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

contract RotationTest is LucidGovernorTest {
    /// @dev A rotation whose arguments are these bytes.
    function raw(bytes memory arguments) private view returns (Proposal memory) {
        bytes memory data = bytes.concat(ValidatorSet.rotate.selector, arguments);
        return call(address(validators), data, "Rotate the validators");
    }

    function expectMalformed() private {
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.ArgumentsMalformed.selector, 0));
    }

    /// @notice The validators are replaced by a vote.
    function test_ValidatorsAreReplacedByAVote() public {
        Proposal memory one = rotation(members(9));
        passAndQueue(one);
        go(TIMELOCK_DELAY);
        execute(one);
        vm.assertEq(abi.encode(validators.members()), abi.encode(members(9)), "members");
    }

    /// @notice What the set would refuse is not voted on, and its refusal is told.
    function test_WhatTheSetRefusesIsNotVotedOn() public {
        Proposal memory one = rotation(new address[](0));
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.ValidatorCountOutOfBounds.selector, 0, 64));
        proposeAs(voter(0), one);
        address[] memory next = members(9);
        (next[2], next[3]) = (next[3], next[2]);
        one = rotation(next);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.ValidatorsNotAscending.selector, 3));
        proposeAs(voter(0), one);
    }

    /// @notice Nothing passes for a rotation that has no members to read.
    function test_ArgumentsThatCannotBeReadAreRefused() public {
        expectMalformed();
        proposeAs(voter(0), raw(""));
        expectMalformed();
        proposeAs(voter(0), raw(abi.encode(uint256(32))));
        expectMalformed();
        proposeAs(voter(0), raw(abi.encode(uint256(32), uint256(2), address(7))));
    }

    /// @notice A proposal is taken for exactly the arguments that the timelock could execute.
    function testFuzz_WhatIsProposedCanBeExecuted(bytes memory arguments, uint8 count, bool isMade) public {
        if (isMade) arguments = abi.encode(members(uint160(count)));
        Proposal memory one = raw(arguments);
        vm.prank(address(timelock));
        (bool isExecutable,) = address(validators).call(one.calldatas[0]);
        vm.prank(voter(0));
        (bool isTaken,) = address(governor)
            .call(abi.encodeCall(governor.propose, (one.targets, one.values, one.calldatas, one.description)));
        vm.assertTrue(isTaken == isExecutable, "taken");
    }
}

contract SignersLateTest is LucidGovernorTest {
    /// @dev A proposal whose signers take effect so long after now.
    function inTime(uint256 seconds_) private view returns (Proposal memory, uint64 effectiveAt) {
        effectiveAt = uint64((current + seconds_) / 60 * 60);
        return (
            call(address(signers), abi.encodeCall(signers.schedule, (approvers(5), BOB, effectiveAt)), "Signers"),
            effectiveAt
        );
    }

    /// @notice Signers whose time a late quorum would outlast are not voted on.
    function test_SignersMustOutlastALateQuorum() public {
        uint256 latest = VOTING_DELAY + VOTING_PERIOD + EXTENSION + TIMELOCK_DELAY;
        (Proposal memory one, uint64 effectiveAt) = inTime(latest + 3 days - 60);
        vm.expectRevert(
            abi.encodeWithSelector(
                SignerRegistry.EffectiveTimeOutOfBounds.selector,
                effectiveAt,
                current + latest + 3 days,
                current + latest + 60 days
            )
        );
        proposeAs(voter(0), one);
    }

    /// @notice What just outlasts it is scheduled though the quorum was reached in the last second.
    function test_WhatOutlastsItIsScheduledAfterTheLatestQuorum() public {
        uint256 latest = VOTING_DELAY + VOTING_PERIOD + EXTENSION + TIMELOCK_DELAY;
        (Proposal memory one, uint64 effectiveAt) = inTime(latest + 3 days + 60);
        uint256 id = open(one);
        go(VOTING_PERIOD - 1);
        voteMany(id, 0, 4, FOR);
        go(EXTENSION);
        assertState(id, IGovernor.ProposalState.Active);
        go(1);
        queue(one);
        go(TIMELOCK_DELAY);
        execute(one);
        vm.assertEq(signers.setOf(2).effectiveAt, effectiveAt, "effectiveAt");
    }
}

contract StandingTest is LucidGovernorTest {
    function expectOnlyRotation(uint256 index, address target, bytes4 selector) private {
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.OnlyRotation.selector, index, target, selector));
    }

    /// @notice While an electorate stands, parameters and signers stay; the validators can be replaced.
    function test_AStandingElectorateOnlyRotates() public {
        votes.setStandingFrom(NOW);
        expectOnlyRotation(0, address(registry), ParamRegistry.set.selector);
        proposeAs(voter(0), ordinary());
        Proposal memory schedule = call(
            address(signers),
            abi.encodeCall(signers.schedule, (approvers(5), BOB, uint64(NOW / 60 * 60 + 30 days))),
            "Signers"
        );
        expectOnlyRotation(0, address(signers), SignerRegistry.schedule.selector);
        proposeAs(voter(0), schedule);
        passAndQueue(rotation(members(9)));
    }

    /// @notice More than a third of it must vote, and at least three: of ten, the fourth vote is what passes it.
    function test_MoreThanAThirdOfAStandingElectorateMustVote() public {
        votes.setStandingFrom(NOW);
        uint256 id = open(rotation(members(9)));
        voteMany(id, 0, 3, FOR);
        go(VOTING_PERIOD + EXTENSION);
        assertState(id, IGovernor.ProposalState.Defeated);
        id = open(rotation(members(10)));
        voteMany(id, 0, 4, FOR);
        go(VOTING_PERIOD + EXTENSION);
        assertState(id, IGovernor.ProposalState.Succeeded);
    }

    /// @notice Its quorum is more than a third of the largest electorate of late, never less than three or a fifth.
    function testFuzz_TheQuorumOfAStandingElectorate(uint256 lost) public {
        lost = bound(lost, 0, 1_000_000);
        votes.setLost(lost);
        votes.setStandingFrom(NOW - 1);
        uint256 all = VOTERS + lost;
        uint256 quorum = governor.quorum(NOW - 1);
        vm.assertTrue(quorum * 3 > all && (quorum - 1) * 3 <= all, "the least above a third");
        vm.assertEq(governor.quorum(NOW - 2), (all + 4) / 5 < 3 ? 3 : (all + 4) / 5, "a second before it stands");
    }

    /// @notice A rotation carries nothing else along.
    function test_ARotationCarriesNothingAlong() public {
        votes.setStandingFrom(NOW);
        Proposal memory one = Proposal(new address[](2), new uint256[](2), new bytes[](2), "Two");
        (one.targets[0], one.targets[1]) = (address(validators), address(registry));
        one.calldatas[0] = abi.encodeCall(validators.rotate, (members(9)));
        one.calldatas[1] = abi.encodeCall(registry.set, (KEY, 32));
        expectOnlyRotation(1, address(registry), ParamRegistry.set.selector);
        proposeAs(voter(0), one);
    }

    /// @notice What counts is whether the electorate stands at the second in which voting starts.
    function test_TheStartOfVotingCounts() public {
        votes.setStandingFrom(NOW + VOTING_DELAY);
        expectOnlyRotation(0, address(registry), ParamRegistry.set.selector);
        proposeAs(voter(0), ordinary());
        votes.setStandingFrom(NOW + VOTING_DELAY + 1);
        proposeAs(voter(0), ordinary());
    }
}

contract ShrunkenElectorateTest is LucidGovernorTest {
    /// @notice The quorum is that of the largest electorate of late, however small this month's is.
    function testFuzz_TheQuorumDoesNotFallWithTheMonth(uint256 lost) public {
        lost = bound(lost, 0, 1_000_000);
        votes.setLost(lost);
        uint256 all = VOTERS + lost;
        uint256 fifth = all / 5 + (all % 5 == 0 ? 0 : 1);
        vm.assertEq(governor.quorum(NOW - 1), fifth < 3 ? 3 : fifth, "quorum");
        vm.assertEq(governor.missing(NOW - 1), lost, "missing");
    }

    /// @notice Votes that were lost count against: only more votes for than both together pass.
    function testFuzz_LostVotesCountAgainst(uint8 for_, uint8 against, uint8 lost) public {
        uint256 yes = bound(for_, 0, VOTERS);
        uint256 no = bound(against, 0, VOTERS - yes);
        uint256 gone = bound(lost, 0, 15);
        votes.setLost(gone);
        uint256 id = open(ordinary());
        voteMany(id, 0, yes, FOR);
        voteMany(id, yes, no, AGAINST);
        go(VOTING_PERIOD + EXTENSION);
        uint256 fifth = (VOTERS + gone + 4) / 5;
        bool hasQuorum = yes >= 3 && yes >= fifth;
        bool isPassed = hasQuorum && yes > no + gone;
        assertState(id, isPassed ? IGovernor.ProposalState.Succeeded : IGovernor.ProposalState.Defeated);
    }
}
