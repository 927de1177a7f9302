// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidChunkStore} from "../../src/storage/LucidChunkStore.sol";
import {LucidStorageProofs} from "../../src/storage/LucidStorageProofs.sol";
import {LucidStorageProofsFixture} from "./LucidStorageProofsFixture.sol";

contract StorageProofsConstructorTest is LucidStorageProofsFixture {
    /// @notice The contract says whose declarations it is about, and how long a holder has.
    function test_PartsAreKnown() public view {
        vm.assertEq(address(proofs.STORE()), address(store), "store");
        vm.assertEq(uint256(proofs.WINDOW()), WINDOW, "window");
        vm.assertEq(uint256(proofs.challengeCount()), 0, "challenges");
    }

    /// @notice A store without code is refused, the zero address among them.
    function testFuzz_StoreWithoutCodeIsRefused(address account) public {
        vm.assume(account.code.length == 0);
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.NotAContract.selector, account));
        new LucidStorageProofs(LucidChunkStore(account), WINDOW);
    }

    /// @notice The window lies between ten minutes and a week, both included.
    function testFuzz_WindowIsBounded(uint32 window) public {
        if (window < 10 minutes || window > 7 days) {
            vm.expectRevert(
                abi.encodeWithSelector(LucidStorageProofs.WindowOutOfBounds.selector, window, 10 minutes, 7 days)
            );
        }
        new LucidStorageProofs(store, window);
    }

    /// @notice Just inside the bounds is fine, just outside is not.
    function test_WindowAtItsBounds() public {
        new LucidStorageProofs(store, 10 minutes);
        new LucidStorageProofs(store, 7 days);
        testFuzz_WindowIsBounded(10 minutes - 1);
        testFuzz_WindowIsBounded(7 days + 1);
    }
}

contract ChallengeTest is LucidStorageProofsFixture {
    /// @notice Anyone but the holder challenges; it is stored with its holder, deadline and block, and counted.
    function testFuzz_AnyoneElseChallenges(address challenger) public {
        vm.assume(challenger != BOB);
        vm.prank(challenger);
        vm.assertEq(uint256(challengeBob()), 1, "number");
        (address holder, uint8 state, uint64 deadline, uint64 blockNumber, bytes32 root, bytes32 seed) =
            proofs.challengeOf(1);
        vm.assertEq(holder, BOB, "holder");
        vm.assertEq(uint256(state), 1, "state");
        vm.assertEq(uint256(deadline), NOW + WINDOW, "deadline");
        vm.assertEq(uint256(blockNumber), 1000, "block");
        vm.assertEq(root, replicaRoot, "root");
        vm.assertEq(seed, 0, "seed");
        assertTally(1, 0, 0, 0);
    }

    /// @notice Challenging says who asks whom about what, and until when.
    function test_ChallengingEmitsReplicaChallenged() public {
        vm.expectEmit(address(proofs));
        emit LucidStorageProofs.ReplicaChallenged(
            1, BOB, ALICE, ALICE, SESSION, FIRST, COUNT, replicaRoot, uint40(NOW + WINDOW)
        );
        vm.prank(ALICE);
        challengeBob();
    }

    /// @notice What was never declared cannot be challenged: no other owner, session, holder, range or root.
    function test_OnlyDeclarationsAreChallenged() public {
        expectNotDeclared(BOB, SESSION, BOB, replicaRoot);
        proofs.challenge(BOB, SESSION, BOB, FIRST, COUNT, replicaRoot);
        expectNotDeclared(ALICE, ~SESSION, BOB, replicaRoot);
        proofs.challenge(ALICE, ~SESSION, BOB, FIRST, COUNT, replicaRoot);
        expectNotDeclared(ALICE, SESSION, ALICE, replicaRoot);
        proofs.challenge(ALICE, SESSION, ALICE, FIRST, COUNT, replicaRoot);
        expectNotDeclared(ALICE, SESSION, BOB, replicaRoot);
        proofs.challenge(ALICE, SESSION, BOB, FIRST + 1, COUNT, replicaRoot);
        expectNotDeclared(ALICE, SESSION, BOB, replicaRoot);
        proofs.challenge(ALICE, SESSION, BOB, FIRST, COUNT - 1, replicaRoot);
        expectNotDeclared(ALICE, SESSION, BOB, ~replicaRoot);
        proofs.challenge(ALICE, SESSION, BOB, FIRST, COUNT, ~replicaRoot);
    }

    function expectNotDeclared(address owner, bytes16 id, address holder, bytes32 root) private {
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.NotDeclared.selector, owner, id, holder, root));
    }

    /// @notice A holder does not challenge itself, so what it is asked comes from others.
    function test_OwnChallengeIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.OwnChallenge.selector, BOB));
        vm.prank(BOB);
        challengeBob();
        assertTally(0, 0, 0, 0);
    }

    /// @notice The session's owner who holds a replica of it himself does not challenge himself either; of others he may.
    function test_OwnerAsHolderDoesNotChallengeHimself() public {
        vm.startPrank(ALICE);
        store.declareReplicas(ALICE, SESSION, FIRST, COUNT, replicaRoot);
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.OwnChallenge.selector, ALICE));
        proofs.challenge(ALICE, SESSION, ALICE, FIRST, COUNT, replicaRoot);
        vm.assertEq(uint256(challengeBob()), 1, "of another");
    }

    /// @notice A challenger asks four times in a period, whatever came of them; then the next begins.
    function testFuzz_ChallengesAreFew(uint32 later) public {
        uint64 next = uint64((NOW / WINDOW + 1) * WINDOW);
        for (uint256 i = 0; i < 4; ++i) {
            challengeBob();
        }
        nextBlock();
        answerRightly(1);
        vm.warp(bound(later, block.timestamp, next - 1));
        expectEnough(address(this), next);
        challengeBob();
        vm.warp(next);
        challengeBob();
        assertTally(5, 1, 0, 0);
    }

    /// @notice Whoever takes up his whole measure takes nothing of another's, however many do so.
    function testFuzz_NobodyCrowdsOutOthers(address crowding, address honest) public {
        vm.assume(crowding != BOB && honest != BOB && crowding != honest);
        uint64 next = uint64((NOW / WINDOW + 1) * WINDOW);
        for (uint256 i = 0; i < 5; ++i) {
            if (i == 4) expectEnough(crowding, next);
            vm.prank(crowding);
            challengeBob();
        }
        for (uint256 i = 0; i < 5; ++i) {
            if (i == 4) expectEnough(honest, next);
            vm.prank(honest);
            challengeBob();
        }
        assertTally(8, 0, 0, 0);
    }

    function expectEnough(address challenger, uint64 until) private {
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.ChallengedEnough.selector, BOB, challenger, until));
    }

    /// @notice Each declaration has its own measure.
    function test_EachDeclarationHasItsOwnMeasure() public {
        for (uint256 i = 0; i < 4; ++i) {
            challengeBob();
        }
        vm.prank(ALICE);
        store.declareReplicas(ALICE, SESSION, FIRST, COUNT, replicaRoot);
        proofs.challenge(ALICE, SESSION, ALICE, FIRST, COUNT, replicaRoot);
        vm.prank(BOB);
        store.declareReplicas(ALICE, SESSION, 0, COUNT, replicaRoot);
        vm.assertEq(uint256(proofs.challenge(ALICE, SESSION, BOB, 0, COUNT, replicaRoot)), 6, "number");
    }
}

contract EndDeclarationTest is LucidStorageProofsFixture {
    /// @notice A declaration that is not ended goes on; ended, it says its last second, to the holder and to all.
    function test_EndIsTwoWindowsLater() public {
        vm.assertEq(endsAt(), 0, "not ended");
        vm.expectEmit(address(proofs));
        emit LucidStorageProofs.DeclarationEnded(
            BOB, ALICE, SESSION, FIRST, COUNT, replicaRoot, uint40(NOW + 2 * WINDOW)
        );
        endBobs();
        vm.assertEq(endsAt(), NOW + 2 * WINDOW, "ends");
    }

    /// @notice It is challenged for one window more, and no second longer.
    function test_ChallengedForOneWindowMore() public {
        endBobs();
        vm.warp(NOW + WINDOW);
        challengeBob();
        vm.warp(NOW + WINDOW + 1);
        expectOver(NOW + 2 * WINDOW);
        challengeBob();
        assertTally(1, 0, 0, 0);
    }

    /// @notice Whenever it is asked: no deadline is after the end, so who deletes the bytes then is not blamed.
    function testFuzz_NoDeadlineIsAfterTheEnd(uint32 later) public {
        endBobs();
        vm.warp(NOW + bound(later, 0, WINDOW));
        (,, uint64 deadline,,,) = proofs.challengeOf(challengeBob());
        vm.assertTrue(deadline <= endsAt(), "deadline");
        vm.assertEq(uint256(deadline), block.timestamp + WINDOW, "the whole window");
    }

    /// @notice Whenever the end is over, it stays over.
    function testFuzz_OverForGood(uint32 later) public {
        endBobs();
        vm.warp(NOW + WINDOW + 1 + uint256(later));
        expectOver(NOW + 2 * WINDOW);
        challengeBob();
        expectOver(NOW + 2 * WINDOW);
        endBobs();
    }

    /// @notice Ending is no escape: what was asked before it, and as late as can be, is missed like any other.
    function test_OpenChallengesStay() public {
        uint64 first = challengeBob();
        endBobs();
        nextBlock();
        proofs.draw(first);
        vm.warp(NOW + WINDOW);
        uint64 second = challengeBob();
        uint64 last = challengeBob();
        nextBlock();
        proofs.recordUnanswered(first);
        assertState(first, LucidStorageProofs.State.Missed);
        answerRightly(second);
        vm.warp(endsAt() + 1);
        proofs.recordUnanswered(last);
        assertTally(3, 1, 2, 0);
    }

    /// @notice What is ended in the second in which it was declared is challenged for that window, then never again.
    function test_DeclaredAndEndedAtOnce() public {
        vm.startPrank(BOB);
        store.declareReplicas(ALICE, SESSION, 0, COUNT, replicaRoot);
        proofs.endDeclaration(ALICE, SESSION, 0, COUNT, replicaRoot);
        vm.stopPrank();
        vm.assertTrue(store.replicasDeclaredAt(ALICE, SESSION, BOB, 0, COUNT, replicaRoot) != 0, "declared");
        vm.assertEq(proofs.endsAtOf(ALICE, SESSION, BOB, 0, COUNT, replicaRoot), NOW + 2 * WINDOW, "and ended");
        proofs.challenge(ALICE, SESSION, BOB, 0, COUNT, replicaRoot);
        vm.warp(NOW + WINDOW + 1);
        expectOver(NOW + 2 * WINDOW);
        proofs.challenge(ALICE, SESSION, BOB, 0, COUNT, replicaRoot);
    }

    /// @notice A declaration ends once: again does not put the end off, nor bring it closer.
    function test_EndedOnce() public {
        endBobs();
        vm.warp(NOW + 1);
        expectOver(NOW + 2 * WINDOW);
        endBobs();
        vm.assertEq(endsAt(), NOW + 2 * WINDOW, "ends");
    }

    /// @notice Nobody ends what another holder declared: whoever calls ends his own, or nothing.
    function testFuzz_StrangerEndsNothing(address caller) public {
        vm.assume(caller != BOB);
        vm.expectRevert(
            abi.encodeWithSelector(LucidStorageProofs.NotDeclared.selector, ALICE, SESSION, caller, replicaRoot)
        );
        vm.prank(caller);
        proofs.endDeclaration(ALICE, SESSION, FIRST, COUNT, replicaRoot);
        challengeBob();
    }

    /// @notice Another declaration of the same holder goes on.
    function test_OtherDeclarationsGoOn() public {
        vm.prank(BOB);
        store.declareReplicas(ALICE, SESSION, 0, COUNT, replicaRoot);
        endBobs();
        vm.warp(NOW + WINDOW + 1);
        proofs.challenge(ALICE, SESSION, BOB, 0, COUNT, replicaRoot);
        vm.assertEq(proofs.endsAtOf(ALICE, SESSION, BOB, 0, COUNT, replicaRoot), 0, "goes on");
    }

    /// @notice What was never declared has no end.
    function test_UndeclaredHasNoEnd() public {
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.NotDeclared.selector, BOB, SESSION, BOB, replicaRoot));
        proofs.endsAtOf(BOB, SESSION, BOB, FIRST, COUNT, replicaRoot);
    }

    function endsAt() private view returns (uint256) {
        return proofs.endsAtOf(ALICE, SESSION, BOB, FIRST, COUNT, replicaRoot);
    }
}

contract DrawTest is LucidStorageProofsFixture {
    /// @notice The segment follows from the hash of the challenge's own block, so it is unknown in that block.
    function test_SegmentIsUnknownInItsBlock() public {
        uint64 id = challengeBob();
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.SegmentUnknown.selector, id, 1000));
        proofs.segmentOf(id, SEGMENTS);
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.SegmentUnknown.selector, id, 1000));
        proofs.draw(id);
        nextBlock();
        uint256 expected = uint256(keccak256(abi.encode(blockhash(1000), id))) % SEGMENTS;
        vm.assertEq(uint256(proofs.segmentOf(id, SEGMENTS)), expected, "segment");
    }

    /// @notice Whatever the hash is, the segment is what it draws; each of the five can be.
    function testFuzz_SegmentFollowsFromTheHash(bytes32 hash) public {
        vm.assume(hash != 0);
        uint64 id = challengeBob();
        nextBlock();
        vm.setBlockhash(1000, hash);
        uint256 expected = uint256(keccak256(bytes.concat(hash, bytes32(uint256(id))))) % SEGMENTS;
        vm.assertEq(uint256(proofs.segmentOf(id, SEGMENTS)), expected, "segment");
    }

    /// @notice Two challenges of one block ask independently, and every segment can be asked for.
    function test_ChallengesOfOneBlockDiffer() public {
        uint64 first = challengeBob();
        uint64 second = challengeBob();
        nextBlock();
        vm.assertFalse(proofs.segmentOf(first, 1 << 63) == proofs.segmentOf(second, 1 << 63), "same");
    }

    /// @notice A drawn segment is the same as before, and stays so when the chain has forgotten the hash.
    function test_DrawnSegmentStays() public {
        uint64 id = challengeBob();
        nextBlock();
        uint64 index = proofs.segmentOf(id, SEGMENTS);
        vm.expectEmit(address(proofs));
        emit LucidStorageProofs.SegmentDrawn(id, blockhash(1000));
        vm.prank(ALICE);
        proofs.draw(id);
        vm.roll(1000 + 257);
        vm.assertEq(uint256(proofs.segmentOf(id, SEGMENTS)), index, "segment");
        answerRightly(id);
    }

    /// @notice A segment is drawn once.
    function test_DrawnOnce() public {
        uint64 id = challengeBob();
        nextBlock();
        proofs.draw(id);
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.SegmentAlreadyDrawn.selector, id));
        proofs.draw(id);
    }

    /// @notice After 256 blocks the hash is gone and nothing can be drawn.
    function test_HashIsForgotten() public {
        uint64 id = challengeBob();
        vm.roll(1000 + 256);
        proofs.segmentOf(id, SEGMENTS);
        vm.roll(1000 + 257);
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.SegmentUnknown.selector, id, 1000));
        proofs.draw(id);
    }

    /// @notice What is not open has no segment and is not drawn.
    function test_UnknownChallengeIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.ChallengeNotOpen.selector, 7));
        proofs.draw(7);
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.ChallengeNotOpen.selector, 7));
        proofs.segmentOf(7, SEGMENTS);
    }
}

contract AnswerTest is LucidStorageProofsFixture {
    uint64 internal id;

    function setUp() public override {
        super.setUp();
        id = challengeBob();
        nextBlock();
    }

    /// @notice The holder answers with the right segment until the last second of the window.
    function testFuzz_RightAnswerCounts(uint32 later, bytes32 seed) public {
        vm.setBlockhash(1000, keccak256(abi.encode(seed)));
        vm.warp(bound(later, NOW + 12, NOW + WINDOW));
        uint64 index = proofs.segmentOf(id, SEGMENTS);
        vm.expectEmit(address(proofs));
        emit LucidStorageProofs.ChallengeAnswered(id, BOB, index);
        answerRightly(id);
        assertState(id, LucidStorageProofs.State.Answered);
        assertTally(1, 1, 0, 0);
    }

    /// @notice Each segment of the replica can be asked for, and then that one answers and no other does.
    function test_EachSegmentAnswersForItself() public {
        for (uint64 wanted = 0; wanted < SEGMENTS; ++wanted) {
            vm.warp(NOW + (wanted + 1) * WINDOW);
            id = challengeBob();
            nextBlockAskingFor(id, wanted);
            uint64 other = (wanted + 1) % SEGMENTS;
            expectWrongSegment(wanted);
            vm.prank(BOB);
            proofs.answer(id, treeRoot, SEGMENTS, segmentAt(other), pathOf(other));
            answerRightly(id);
        }
        assertTally(SEGMENTS + 1, SEGMENTS, 0, 0);
    }

    /// @notice The right bytes with the right path, hashed under any other index, are not the segment.
    function test_TheIndexIsInTheLeaf() public {
        id = challengeBob();
        nextBlockAskingFor(id, 3);
        bytes32[] memory leaves = new bytes32[](SEGMENTS);
        for (uint64 i = 0; i < SEGMENTS; ++i) {
            leaves[i] = keccak256(abi.encodePacked(uint64(0), segmentAt(i)));
        }
        bytes32 root = rootOf(leaves);
        bytes32 declared = proofs.replicaRootOf(root, SEGMENTS);
        vm.prank(BOB);
        store.declareReplicas(ALICE, SESSION, FIRST, COUNT, declared);
        uint64 other = proofs.challenge(ALICE, SESSION, BOB, FIRST, COUNT, declared);
        nextBlockAskingFor(other, 3);
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.WrongSegment.selector, other, 3));
        vm.prank(BOB);
        proofs.answer(other, root, SEGMENTS, segmentAt(3), pathIn(leaves, 3));
    }

    /// @notice The deadline is the last second that counts; one later is too late.
    function test_TheDeadlineIsTheLastSecond() public {
        uint64 second = challengeBob();
        nextBlock();
        vm.warp(NOW + WINDOW);
        answerRightly(id);
        (,, uint64 deadline,,,) = proofs.challengeOf(second);
        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.WindowOver.selector, second, uint40(deadline)));
        vm.prank(BOB);
        proofs.answer(second, treeRoot, SEGMENTS, segmentAt(0), pathOf(0));
    }

    /// @notice Nobody else answers, though segments are no secret.
    function testFuzz_StrangerIsRefused(address caller) public {
        vm.assume(caller != BOB);
        uint64 index = proofs.segmentOf(id, SEGMENTS);
        bytes memory segment = segmentAt(index);
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.NotHolder.selector, id, caller));
        vm.prank(caller);
        proofs.answer(id, treeRoot, SEGMENTS, segment, new bytes32[](0));
    }

    /// @notice After the window an answer is too late.
    function testFuzz_LateAnswerIsRefused(uint32 later) public {
        vm.assume(later != 0);
        vm.warp(NOW + WINDOW + later);
        uint64 index = proofs.segmentOf(id, SEGMENTS);
        bytes memory segment = segmentAt(index);
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.WindowOver.selector, id, uint40(NOW + WINDOW)));
        vm.prank(BOB);
        proofs.answer(id, treeRoot, SEGMENTS, segment, new bytes32[](0));
    }

    /// @notice Another tree, or another number of segments, is not what was declared.
    function testFuzz_OtherReplicaIsRefused(bytes32 root, uint64 count) public {
        vm.assume(root != treeRoot || count != SEGMENTS);
        bytes32 given = proofs.replicaRootOf(root, count);
        bytes memory segment = segmentAt(0);
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.OtherReplica.selector, given, replicaRoot));
        vm.prank(BOB);
        proofs.answer(id, root, count, segment, new bytes32[](0));
    }

    /// @notice A segment has 1,024 bytes, not one more or less.
    function testFuzz_OtherLengthIsRefused(uint16 length) public {
        vm.assume(length != 1024);
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.NotASegment.selector, uint256(length)));
        vm.prank(BOB);
        proofs.answer(id, treeRoot, SEGMENTS, new bytes(length), new bytes32[](0));
    }

    /// @notice Another segment of the same replica, with its own right path, is not the one that is asked for.
    function testFuzz_OtherSegmentIsRefused(uint64 other, bytes32 seed) public {
        vm.setBlockhash(1000, keccak256(abi.encode(seed)));
        uint64 index = proofs.segmentOf(id, SEGMENTS);
        other = uint64(bound(other, 0, SEGMENTS - 1));
        vm.assume(other != index);
        expectWrongSegment(index);
        vm.prank(BOB);
        proofs.answer(id, treeRoot, SEGMENTS, segmentAt(other), pathOf(other));
    }

    /// @notice A segment with one bit turned, or a path with one, leads elsewhere.
    function testFuzz_ChangedAnswerIsRefused(uint16 place, uint8 bit) public {
        uint64 index = proofs.segmentOf(id, SEGMENTS);
        bytes memory segment = segmentAt(index);
        segment[place % 1024] ^= bytes1(uint8(1 << (bit % 8)));
        expectWrongSegment(index);
        vm.prank(BOB);
        proofs.answer(id, treeRoot, SEGMENTS, segment, pathOf(index));
        bytes32[] memory path = pathOf(index);
        path[place % path.length] ^= bytes32(uint256(1) << bit);
        expectWrongSegment(index);
        vm.prank(BOB);
        proofs.answer(id, treeRoot, SEGMENTS, segmentAt(index), path);
    }

    function expectWrongSegment(uint64 index) private {
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.WrongSegment.selector, id, index));
    }

    /// @notice A replica of no segment, which somebody declared, can be answered by nothing.
    function test_EmptyReplicaCannotBeAnswered() public {
        bytes32 empty = proofs.replicaRootOf(treeRoot, 0);
        vm.prank(BOB);
        store.declareReplicas(ALICE, SESSION, FIRST, COUNT, empty);
        uint64 other = proofs.challenge(ALICE, SESSION, BOB, FIRST, COUNT, empty);
        nextBlock();
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.WrongSegment.selector, other, 0));
        vm.prank(BOB);
        proofs.answer(other, treeRoot, 0, new bytes(1024), new bytes32[](0));
    }

    /// @notice A challenge is answered once.
    function test_AnsweredOnce() public {
        answerRightly(id);
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.ChallengeNotOpen.selector, id));
        vm.prank(BOB);
        proofs.answer(id, treeRoot, SEGMENTS, new bytes(1024), new bytes32[](0));
    }

    /// @notice In the challenge's own block nobody can answer.
    function test_NoAnswerInTheSameBlock() public {
        uint64 other = challengeBob();
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.SegmentUnknown.selector, other, uint48(block.number)));
        vm.prank(BOB);
        proofs.answer(other, treeRoot, SEGMENTS, new bytes(1024), new bytes32[](0));
    }
}

contract RecordUnansweredTest is LucidStorageProofsFixture {
    uint64 internal id;

    function setUp() public override {
        super.setUp();
        id = challengeBob();
        nextBlock();
    }

    /// @notice Anyone records a missed challenge once the window is over, whether its segment was drawn or can be.
    function testFuzz_MissedIsRecorded(address caller, bool isDrawn, uint32 later) public {
        if (isDrawn) {
            proofs.draw(id);
            vm.roll(5000);
        }
        vm.warp(NOW + WINDOW + 1 + later);
        vm.expectEmit(address(proofs));
        emit LucidStorageProofs.ChallengeMissed(id, BOB);
        vm.prank(caller);
        proofs.recordUnanswered(id);
        assertState(id, LucidStorageProofs.State.Missed);
        assertTally(1, 0, 1, 0);
    }

    /// @notice A challenge whose segment nobody drew while it was known lapses, and nobody is blamed.
    function test_UndrawnLapses() public {
        vm.roll(1000 + 257);
        vm.warp(NOW + WINDOW + 1);
        vm.expectEmit(address(proofs));
        emit LucidStorageProofs.ChallengeLapsed(id, BOB);
        proofs.recordUnanswered(id);
        assertState(id, LucidStorageProofs.State.Lapsed);
        assertTally(1, 0, 0, 1);
    }

    /// @notice While the window runs nothing is missed.
    function testFuzz_RunningWindowIsRefused(uint32 later) public {
        vm.warp(NOW + bound(later, 0, WINDOW));
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.WindowRunning.selector, id, uint40(NOW + WINDOW)));
        proofs.recordUnanswered(id);
    }

    /// @notice In the deadline's own second nothing is missed; one later it is.
    function test_TheDeadlineIsTheLastSecondThatRuns() public {
        vm.warp(NOW + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.WindowRunning.selector, id, uint40(NOW + WINDOW)));
        proofs.recordUnanswered(id);
        vm.warp(NOW + WINDOW + 1);
        proofs.recordUnanswered(id);
        assertState(id, LucidStorageProofs.State.Missed);
    }

    /// @notice The chain knows a hash for 256 blocks: in the last of them a challenge is missed, one later it lapses.
    function test_MissedInTheLastBlockThatKnowsTheHash() public {
        uint64 other = challengeBob();
        vm.warp(block.timestamp + WINDOW + 1);
        vm.roll(1000 + 256);
        proofs.recordUnanswered(id);
        assertState(id, LucidStorageProofs.State.Missed);
        vm.roll(1001 + 257);
        proofs.recordUnanswered(other);
        assertState(other, LucidStorageProofs.State.Lapsed);
    }

    /// @notice What was answered, recorded or never asked is not recorded.
    function test_EndedIsRefused() public {
        answerRightly(id);
        vm.warp(NOW + WINDOW + 1);
        expectNotOpen(id);
        proofs.recordUnanswered(id);
        uint64 other = challengeBob();
        nextBlock();
        vm.warp(block.timestamp + WINDOW + 1);
        proofs.recordUnanswered(other);
        expectNotOpen(other);
        proofs.recordUnanswered(other);
        expectNotOpen(other);
        proofs.draw(other);
        expectNotOpen(99);
        proofs.recordUnanswered(99);
    }

    function expectNotOpen(uint64 which) private {
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.ChallengeNotOpen.selector, which));
    }
}

contract TallyByTest is LucidStorageProofsFixture {
    address private constant STRANGER = address(0x5151);

    function assertTallyBy(address challenger, uint64[4] memory expected) private view {
        (uint64 a, uint64 b, uint64 c, uint64 d) = proofs.tallyBy(BOB, challenger);
        vm.assertEq(abi.encode(a, b, c, d), abi.encode(expected), "tally");
    }

    function challengeBobAs(address challenger) private returns (uint64 id) {
        vm.prank(challenger);
        return challengeBob();
    }

    /// @notice Each outcome counts for him who asked, whoever draws and records it, and for the holder's whole.
    function test_EachChallengerHasHisOwnTally() public {
        uint64 answered = challengeBobAs(ALICE);
        uint64 missed = challengeBobAs(ALICE);
        challengeBobAs(STRANGER);
        nextBlock();
        answerRightly(answered);
        vm.warp(block.timestamp + WINDOW);
        proofs.recordUnanswered(missed);
        assertTallyBy(ALICE, [uint64(2), 1, 1, 0]);
        vm.roll(block.number + 257);
        proofs.recordUnanswered(3);
        assertTallyBy(STRANGER, [uint64(1), 0, 0, 1]);
        assertTallyBy(address(this), [uint64(0), 0, 0, 0]);
        assertTally(3, 1, 1, 1);
        (uint64 asked,,,) = proofs.tallyBy(ALICE, ALICE);
        vm.assertEq(uint256(asked), 0, "another holder");
    }

    /// @notice However many misses strangers make, the tally by a challenger whom the reader knows is his alone.
    function test_StrangersMissesAreTheirOwn() public {
        uint64 known = challengeBobAs(ALICE);
        for (uint256 i = 0; i < 200; ++i) {
            challengeBobAs(address(uint160(0x515151 + i / 4)));
        }
        nextBlock();
        answerRightly(known);
        vm.warp(block.timestamp + WINDOW + 1);
        for (uint64 id = known + 1; id <= known + 200; ++id) {
            proofs.recordUnanswered(id);
        }
        assertTally(201, 1, 200, 0);
        assertTallyBy(ALICE, [uint64(1), 1, 0, 0]);
        assertTallyBy(address(0x515151), [uint64(4), 0, 4, 0]);
    }
}

contract ReplicaVectorTest is LucidStorageProofsFixture {
    /// @notice The replica root, and the leaf and path of a segment, are those of tests/vectors/replicas.json (its fourth).
    function test_GoldenVector() public view {
        bytes32[] memory path = new bytes32[](3);
        path[0] = 0xa91b285664d6bc52d42305a0cf566fea41fed97609716d27ba7ce7bfcc3252d0;
        path[1] = 0x708e0515a6dcc5243361484c0abc01517e71a05dce59eb94c82e247ce0b334cc;
        path[2] = 0x6372af5c41418ac7b676cbcbeff86d1b879f6c69a3704ecd71e6c6a9d70028a0;
        bytes memory segment = new bytes(1024);
        // Byte i of chunk 2 is (14 + i) mod 251; the segment asked for is number 7 of 8.
        for (uint256 i = 0; i < 1024; ++i) {
            segment[i] = i < 1023 ? bytes1(uint8((14 + 1024 + i) % 251)) : bytes1(0);
        }
        bytes32 hash = keccak256(abi.encodePacked(uint64(7), segment));
        vm.assertEq(hash, 0x605a054915f79694ba49573383f899888065b3c3ebf5128d7fd23713a4ccd418, "leaf");
        for (uint256 i = 0; i < path.length; ++i) {
            hash = nodeOf(hash, path[i]);
        }
        vm.assertEq(hash, 0xc1a9b0bcdd2a6ab67b33ce11000b6d440bb22bcc2c73ae6825fd83d59e3433c4, "tree root");
        vm.assertEq(
            proofs.replicaRootOf(hash, 8),
            0xd227168905451f60c2635bf57f4652b0cb8d8d557930873bf28338ac3245d159,
            "replica root"
        );
    }
}

contract LucidStorageProofsCodeTest is LucidStorageProofsFixture {
    /// @notice No function takes Ether, and neither does a plain transfer.
    function test_EtherIsRefused() public {
        uint64 id = challengeBob();
        uint64 late = challengeBob();
        nextBlock();
        bytes[] memory calls = new bytes[](8);
        store.declareReplicas(ALICE, SESSION, FIRST, COUNT, replicaRoot);
        calls[5] = abi.encodeCall(proofs.endDeclaration, (ALICE, SESSION, FIRST, COUNT, replicaRoot));
        calls[6] = abi.encodeCall(proofs.endsAtOf, (ALICE, SESSION, BOB, FIRST, COUNT, replicaRoot));
        calls[0] = abi.encodeCall(proofs.challenge, (ALICE, SESSION, BOB, FIRST, COUNT, replicaRoot));
        calls[1] = abi.encodeCall(proofs.draw, (id));
        calls[2] = abi.encodeCall(proofs.segmentOf, (id, SEGMENTS));
        calls[3] = abi.encodeCall(proofs.challengeOf, (id));
        calls[4] = abi.encodeCall(proofs.tallyOf, (BOB));
        calls[7] = abi.encodeCall(proofs.tallyBy, (BOB, ALICE));
        assertRefusesEther(address(proofs), calls);
        vm.warp(NOW + WINDOW + 1);
        calls = new bytes[](1);
        calls[0] = abi.encodeCall(proofs.recordUnanswered, (late));
        assertRefusesEther(address(proofs), calls);
    }

    /// @notice The holder's right answer is not taken along with Ether either.
    function test_AnswerTakesNoEther() public {
        store.declareReplicas(ALICE, SESSION, FIRST, COUNT, replicaRoot);
        vm.prank(ALICE);
        uint64 id = proofs.challenge(ALICE, SESSION, address(this), FIRST, COUNT, replicaRoot);
        nextBlock();
        uint64 index = proofs.segmentOf(id, SEGMENTS);
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(proofs.answer, (id, treeRoot, SEGMENTS, segmentAt(index), pathOf(index)));
        assertRefusesEther(address(proofs), calls);
    }

    /// @notice The code cannot be changed, destroyed or made to run foreign code as its own.
    function test_CodeCannotChange() public view {
        assertCannotChange(address(proofs));
    }
}
