// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidGovernor} from "../../src/governance/LucidGovernor.sol";
import {LucidGovernorTest, Proposal} from "./LucidGovernorFixture.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

/// @notice An account that is a contract, and takes one hash as signed (ERC-1271).
contract WalletDouble is IERC1271 {
    bytes32 public signed;

    function take(bytes32 hash) external {
        signed = hash;
    }

    function isValidSignature(bytes32 hash, bytes memory) external view returns (bytes4) {
        return hash == signed ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

/// @notice What ERC-6372 asks of whoever keeps a clock, and ERC-165 of whoever names an interface.
contract GovernorClockTest is LucidGovernorTest {
    /// @notice The clock is the block's time, never falls, and the mode says so in ERC-6372's words.
    function testFuzz_TheClockIsTheBlocksTime(uint48 time) public {
        vm.warp(time);
        vm.assertEq(governor.clock(), time, "clock");
        vm.assertEq(governor.CLOCK_MODE(), "mode=timestamp", "mode");
    }

    /// @notice The block's number is nothing to the clock.
    function test_TheBlocksNumberIsNothing() public {
        vm.roll(77);
        vm.assertEq(governor.clock(), NOW, "clock");
    }

    /// @notice The interfaces of ERC-165 and of a governor are told, and no other.
    function test_InterfacesAreTold() public view {
        vm.assertTrue(governor.supportsInterface(type(IERC165).interfaceId), "ERC-165");
        vm.assertTrue(governor.supportsInterface(type(IGovernor).interfaceId), "governor");
        vm.assertFalse(governor.supportsInterface(0xffffffff), "none");
    }

    /// @notice Name, version and way of counting are the governor's own.
    function test_NameVersionAndCountingAreTold() public view {
        vm.assertEq(governor.name(), "LucidGovernor", "name");
        vm.assertEq(governor.version(), "1", "version");
        vm.assertEq(governor.COUNTING_MODE(), "support=bravo&quorum=for,abstain", "counting");
    }
}

contract CastVoteTest is LucidGovernorTest {
    uint256 private _id;

    function prepare() internal override {
        _id = open(ordinary());
    }

    function assertVotes(uint256 against, uint256 for_, uint256 abstain) private view {
        (uint256 against_, uint256 for__, uint256 abstain_) = governor.proposalVotes(_id);
        vm.assertEq(against_, against, "against");
        vm.assertEq(for__, for_, "for");
        vm.assertEq(abstain_, abstain, "abstain");
    }

    /// @notice Each kind of vote counts one, for the account that cast it.
    function test_EachKindCountsOne() public {
        voteAs(voter(1), _id, AGAINST);
        assertVotes(1, 0, 0);
        voteAs(voter(2), _id, FOR);
        assertVotes(1, 1, 0);
        voteAs(voter(3), _id, ABSTAIN);
        assertVotes(1, 1, 1);
        vm.assertTrue(governor.hasVoted(_id, voter(2)), "voted");
        vm.assertFalse(governor.hasVoted(_id, voter(0)), "not voted");
    }

    /// @notice A vote is told with its weight and its reason.
    function test_VotingEmitsVoteCast() public {
        vm.expectEmit(address(governor));
        emit IGovernor.VoteCast(voter(1), _id, FOR, 1, "");
        voteAs(voter(1), _id, FOR);
        vm.expectEmit(address(governor));
        emit IGovernor.VoteCast(voter(2), _id, AGAINST, 1, "too long");
        vm.prank(voter(2));
        governor.castVoteWithReason(_id, AGAINST, "too long");
        vm.expectEmit(address(governor));
        emit IGovernor.VoteCastWithParams(voter(3), _id, ABSTAIN, 1, "so", "p");
        vm.prank(voter(3));
        governor.castVoteWithReasonAndParams(_id, ABSTAIN, "so", "p");
        assertVotes(1, 1, 1);
    }

    /// @notice A second vote is refused, and the first stays.
    function test_ASecondVoteIsRefused() public {
        voteAs(voter(1), _id, FOR);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorAlreadyCastVote.selector, voter(1)));
        voteAs(voter(1), _id, AGAINST);
        assertVotes(0, 1, 0);
    }

    /// @notice No fourth kind of vote is taken.
    function testFuzz_OtherKindsAreRefused(uint8 support) public {
        support = uint8(bound(support, 3, 255));
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorInvalidVoteType.selector));
        voteAs(voter(1), _id, support);
    }

    /// @notice Whoever had no vote when voting started cannot vote, and is told.
    function testFuzz_WhoIsNotEligibleCannotVote(address stranger) public {
        vm.assume(votes.getVotes(stranger) == 0);
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.NotEligible.selector, stranger));
        voteAs(stranger, _id, FOR);
        assertVotes(0, 0, 0);
    }

    /// @notice Who became eligible after voting started cannot vote; who was then and is no more can.
    function test_WhatCountsIsTheStartOfVoting() public {
        votes.setEligible(ALICE, true);
        votes.setEligible(voter(1), false);
        go(10);
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.NotEligible.selector, ALICE));
        voteAs(ALICE, _id, FOR);
        voteAs(voter(1), _id, FOR);
        assertVotes(0, 1, 0);
    }

    /// @notice Who becomes eligible before voting starts can vote, though not when it was proposed.
    function test_EligibleByTheStartIsEnough() public {
        Proposal memory one = setting(KEY, 20);
        uint256 id = proposeAs(voter(0), one);
        go(VOTING_DELAY);
        votes.setEligible(ALICE, true);
        go(1);
        voteAs(ALICE, id, FOR);
        vm.assertTrue(governor.hasVoted(id, ALICE), "voted");
    }

    /// @notice Votes asked for are those of the source at that time, with parameters or without.
    function test_VotesAreThoseOfTheSource() public view {
        vm.assertEq(governor.getVotes(voter(1), NOW - 1), 1, "voter");
        vm.assertEq(governor.getVotes(ALICE, NOW - 1), 0, "stranger");
        vm.assertEq(governor.getVotesWithParams(voter(1), NOW - 1, "p"), 1, "with parameters");
    }

    /// @notice Voting is open from the second after the snapshot to the deadline's second, and no longer.
    function test_VotingIsOpenFromAfterTheSnapshotToTheDeadline() public {
        Proposal memory one = setting(KEY, 20);
        uint256 id = proposeAs(voter(0), one);
        go(VOTING_DELAY);
        expectUnexpectedState(id, IGovernor.ProposalState.Pending, IGovernor.ProposalState.Active);
        voteAs(voter(0), id, FOR);
        go(1);
        voteAs(voter(0), id, FOR);
        go(VOTING_PERIOD - 1);
        voteAs(voter(1), id, FOR);
        go(1);
        expectUnexpectedState(id, IGovernor.ProposalState.Defeated, IGovernor.ProposalState.Active);
        voteAs(voter(2), id, FOR);
    }

    /// @notice A proposal that was never made is not voted on.
    function testFuzz_UnknownProposalsAreRefused(uint256 id) public {
        vm.assume(id != _id);
        bytes memory refusal = abi.encodeWithSelector(IGovernor.GovernorNonexistentProposal.selector, id);
        vm.expectRevert(refusal);
        voteAs(voter(0), id, FOR);
        vm.expectRevert(refusal);
        governor.state(id);
    }
}

contract QuorumTest is LucidGovernorTest {
    /// @notice The quorum is a fifth of the eligible, rounded up, and never below three.
    function testFuzz_TheQuorumIsAFifthAndAtLeastThree(uint256 eligible) public {
        eligible = bound(eligible, 0, 60);
        for (uint256 i = VOTERS; i < eligible; ++i) {
            votes.setEligible(address(uint160(0xE000 + i)), true);
        }
        for (uint256 i = eligible; i < VOTERS; ++i) {
            votes.setEligible(voter(i), false);
        }
        go(1);
        uint256 fifth = eligible / 5 + (eligible % 5 == 0 ? 0 : 1);
        vm.assertEq(governor.quorum(NOW), fifth < 3 ? 3 : fifth, "quorum");
    }

    /// @notice Where the fifth passes three, four and twenty the quorum steps.
    function test_TheQuorumSteps() public {
        uint256[7] memory eligible = [uint256(14), 15, 16, 20, 21, 100, 101];
        uint256[7] memory quorums = [uint256(3), 3, 4, 4, 5, 20, 21];
        uint256 made = VOTERS;
        for (uint256 i = 0; i < eligible.length; ++i) {
            while (made < eligible[i]) votes.setEligible(address(uint160(0xE000 + made++)), true);
            go(1);
            vm.assertEq(governor.quorum(current - 1), quorums[i], "quorum");
        }
    }

    /// @notice Votes for and abstentions together reach the quorum; votes against do not.
    function test_AbstentionsReachTheQuorumAndVotesAgainstDoNot() public {
        uint256 id = open(setting(KEY, 20));
        voteMany(id, 0, 1, FOR);
        voteMany(id, 1, 2, ABSTAIN);
        go(VOTING_PERIOD);
        assertState(id, IGovernor.ProposalState.Succeeded);

        id = open(setting(KEY, 21));
        voteMany(id, 0, 2, FOR);
        voteMany(id, 2, 1, AGAINST);
        go(VOTING_PERIOD);
        assertState(id, IGovernor.ProposalState.Defeated);
    }

    /// @notice The quorum is that of the start of voting, whoever comes or goes later.
    function test_TheQuorumIsThatOfTheStart() public {
        uint256 id = open(ordinary());
        for (uint256 i = 0; i < 50; ++i) {
            votes.setEligible(address(uint160(0xE000 + i)), true);
        }
        voteMany(id, 0, 3, FOR);
        go(VOTING_PERIOD);
        assertState(id, IGovernor.ProposalState.Succeeded);
    }

    /// @notice Fewer than three eligible nodes pass nothing, however they vote.
    function test_FewerThanThreePassNothing() public {
        for (uint256 i = 2; i < VOTERS; ++i) {
            votes.setEligible(voter(i), false);
        }
        go(1);
        uint256 id = open(ordinary());
        voteMany(id, 0, 2, FOR);
        go(VOTING_PERIOD);
        assertState(id, IGovernor.ProposalState.Defeated);
    }

    /// @notice A quorum of the future cannot be asked for.
    function test_AQuorumOfTheFutureIsRefused() public {
        vm.expectRevert(abi.encodeWithSignature("ERC5805FutureLookup(uint256,uint48)", NOW, NOW));
        governor.quorum(NOW);
    }
}

contract LateQuorumTest is LucidGovernorTest {
    uint256 private constant DEADLINE = NOW + VOTING_DELAY + VOTING_PERIOD;

    /// @notice A quorum reached two days before the end or earlier moves nothing.
    function test_AnEarlyQuorumMovesNothing() public {
        uint256 id = open(ordinary());
        go(VOTING_PERIOD - EXTENSION - 1);
        voteMany(id, 0, 3, FOR);
        vm.assertEq(governor.proposalDeadline(id), DEADLINE, "deadline");
        go(EXTENSION + 1);
        assertState(id, IGovernor.ProposalState.Succeeded);
    }

    /// @notice A quorum reached a second later moves the end by that second.
    function test_ALateQuorumMovesTheEnd() public {
        uint256 id = open(ordinary());
        go(VOTING_PERIOD - EXTENSION);
        voteMany(id, 0, 2, FOR);
        vm.expectEmit(address(governor));
        emit GovernorPreventLateQuorum.ProposalExtended(id, uint64(DEADLINE + 1));
        voteMany(id, 2, 1, FOR);
        vm.assertEq(governor.proposalDeadline(id), DEADLINE + 1, "deadline");
    }

    /// @notice A quorum reached in the last second leaves two days to answer, and the answer counts.
    function test_AQuorumInTheLastSecondCanBeAnswered() public {
        uint256 id = open(ordinary());
        go(VOTING_PERIOD - 1);
        voteMany(id, 0, 3, FOR);
        go(EXTENSION);
        assertState(id, IGovernor.ProposalState.Active);
        voteMany(id, 3, 3, AGAINST);
        go(1);
        assertState(id, IGovernor.ProposalState.Defeated);
    }

    /// @notice The end is moved once: later votes do not move it again.
    function test_TheEndIsMovedOnce() public {
        uint256 id = open(ordinary());
        go(VOTING_PERIOD - 1);
        voteMany(id, 0, 3, FOR);
        go(EXTENSION - 1);
        voteMany(id, 3, 3, FOR);
        vm.assertEq(governor.proposalDeadline(id), DEADLINE + EXTENSION, "deadline");
    }

    /// @notice Votes without a quorum move nothing, and those against never make one.
    function test_VotesWithoutQuorumMoveNothing() public {
        uint256 id = open(ordinary());
        go(VOTING_PERIOD - 1);
        voteMany(id, 0, 2, FOR);
        voteMany(id, 2, 4, AGAINST);
        vm.assertEq(governor.proposalDeadline(id), DEADLINE, "deadline");
    }
}

/// @notice Votes by signature: EIP-712 with the voter's nonce, as the governor's standard interface has it.
contract CastVoteBySigTest is LucidGovernorTest {
    bytes32 private constant BALLOT = keccak256("Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)");
    bytes32 private constant EXTENDED = keccak256(
        "ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes params)"
    );
    uint256 private _id;

    function prepare() internal override {
        _id = open(ordinary());
    }

    function digest(bytes32 structHash, uint256 chain, address verifier, string memory name)
        private
        pure
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256("1"),
                chain,
                verifier
            )
        );
        return keccak256(abi.encodePacked("\x19\x01", domain, structHash));
    }

    function ballot(uint256 id, uint8 support, address account, uint256 nonce) private view returns (bytes32) {
        bytes32 structHash = keccak256(abi.encode(BALLOT, id, support, account, nonce));
        return digest(structHash, block.chainid, address(governor), "LucidGovernor");
    }

    function signed(uint256 key, bytes32 hash) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);
        return abi.encodePacked(r, s, v);
    }

    function expectInvalid(address account) private {
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorInvalidSignature.selector, account));
    }

    /// @notice A signed vote counts for its signer, whoever brings it, and uses up the nonce.
    function testFuzz_ASignedVoteCounts(address bringer, uint8 support) public {
        support = support % 3;
        bytes memory signature = signed(voterKey(4), ballot(_id, support, voter(4), 0));
        vm.expectEmit(address(governor));
        emit IGovernor.VoteCast(voter(4), _id, support, 1, "");
        vm.prank(bringer);
        governor.castVoteBySig(_id, support, voter(4), signature);
        vm.assertTrue(governor.hasVoted(_id, voter(4)), "voted");
        vm.assertEq(governor.nonces(voter(4)), 1, "nonce");
    }

    /// @notice A signed vote with reason and parameters counts, with both as they were signed and not otherwise.
    function test_ASignedVoteWithReasonCounts() public {
        bytes32 structHash =
            keccak256(abi.encode(EXTENDED, _id, AGAINST, voter(4), 0, keccak256("too long"), keccak256("p")));
        bytes memory signature =
            signed(voterKey(4), digest(structHash, block.chainid, address(governor), "LucidGovernor"));
        expectInvalid(voter(4));
        governor.castVoteWithReasonAndParamsBySig(_id, AGAINST, voter(4), "too short", "p", signature);
        expectInvalid(voter(4));
        governor.castVoteWithReasonAndParamsBySig(_id, AGAINST, voter(4), "too long", "q", signature);
        vm.expectEmit(address(governor));
        emit IGovernor.VoteCastWithParams(voter(4), _id, AGAINST, 1, "too long", "p");
        governor.castVoteWithReasonAndParamsBySig(_id, AGAINST, voter(4), "too long", "p", signature);
    }

    /// @notice A signature over another proposal, kind, voter, nonce, chain, contract or name counts for nothing.
    function test_ASignatureOverAnythingElseIsRefused() public {
        uint256 other = proposeAs(voter(0), setting(KEY, 20));
        bytes32 right = keccak256(abi.encode(BALLOT, _id, FOR, voter(4), 0));
        bytes32[7] memory hashes = [
            ballot(other, FOR, voter(4), 0),
            ballot(_id, AGAINST, voter(4), 0),
            ballot(_id, FOR, voter(5), 0),
            ballot(_id, FOR, voter(4), 1),
            digest(right, block.chainid + 1, address(governor), "LucidGovernor"),
            digest(right, block.chainid, address(registry), "LucidGovernor"),
            digest(right, block.chainid, address(governor), "Governor")
        ];
        for (uint256 i = 0; i < hashes.length; ++i) {
            expectInvalid(voter(4));
            governor.castVoteBySig(_id, FOR, voter(4), signed(voterKey(4), hashes[i]));
        }
        vm.assertEq(governor.nonces(voter(4)), 0, "nonce");
    }

    /// @notice Another key's signature, a malleable one and a cut one are refused.
    function test_ForeignMalleableAndCutSignaturesAreRefused() public {
        bytes32 hash = ballot(_id, FOR, voter(4), 0);
        expectInvalid(voter(4));
        governor.castVoteBySig(_id, FOR, voter(4), signed(voterKey(5), hash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(voterKey(4), hash);
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        expectInvalid(voter(4));
        governor.castVoteBySig(
            _id, FOR, voter(4), abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27))
        );
        expectInvalid(voter(4));
        governor.castVoteBySig(_id, FOR, voter(4), abi.encodePacked(r, s));
    }

    /// @notice A signature counts once: its nonce is used up, for other proposals too.
    function test_ASignatureCountsOnce() public {
        bytes memory signature = signed(voterKey(4), ballot(_id, FOR, voter(4), 0));
        governor.castVoteBySig(_id, FOR, voter(4), signature);
        expectInvalid(voter(4));
        governor.castVoteBySig(_id, FOR, voter(4), signature);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorAlreadyCastVote.selector, voter(4)));
        governor.castVoteBySig(_id, FOR, voter(4), signed(voterKey(4), ballot(_id, FOR, voter(4), 1)));
    }

    /// @notice The zero address never signs.
    function test_TheZeroAddressNeverSigns() public {
        expectInvalid(address(0));
        governor.castVoteBySig(_id, FOR, address(0), new bytes(65));
    }

    /// @notice A signature of someone without a vote is refused like the vote itself.
    function test_ASignerWithoutVoteIsRefused() public {
        address stranger = vm.addr(0x9999);
        bytes memory signature = signed(0x9999, ballot(_id, FOR, stranger, 0));
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.NotEligible.selector, stranger));
        governor.castVoteBySig(_id, FOR, stranger, signature);
    }

    /// @notice A voter that is a contract says itself what it signed (ERC-1271).
    function test_AContractsSignatureCounts() public {
        WalletDouble wallet = new WalletDouble();
        votes.setEligible(address(wallet), true);
        uint256 id = open(setting(KEY, 20));
        expectInvalid(address(wallet));
        governor.castVoteBySig(id, FOR, address(wallet), "");
        wallet.take(ballot(id, FOR, address(wallet), 0));
        governor.castVoteBySig(id, FOR, address(wallet), "");
        vm.assertTrue(governor.hasVoted(id, address(wallet)), "voted");
    }

    /// @notice The domain that wallets show is told as EIP-5267 has it.
    function test_TheDomainIsTold() public view {
        (bytes1 fields, string memory name, string memory version, uint256 chain, address verifier,,) =
            governor.eip712Domain();
        vm.assertTrue(fields == 0x0f && chain == block.chainid && verifier == address(governor), "domain");
        vm.assertEq(name, "LucidGovernor", "name");
        vm.assertEq(version, "1", "version");
    }
}
