// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidAnchors} from "../../src/anchors/LucidAnchors.sol";
import {LucidAnchorsFixture} from "./LucidAnchorsFixture.sol";

contract OpenSessionTest is LucidAnchorsFixture {
    /// @notice An ID never seen is unknown: no owner, no state, no count, no time.
    function test_UnknownSessionIsAllZero() public view {
        assertSession(address(0), 0, 0, 0);
    }

    /// @notice Opening makes the caller the owner and keeps the block's time.
    function test_OpeningMakesTheCallerTheOwner() public {
        openAs(ALICE);
        assertSession(ALICE, 1, 0, uint64(NOW));
    }

    /// @notice Opening says who opened what, under which policy and key.
    function test_OpeningEmitsSessionOpened() public {
        vm.expectEmit(address(anchors));
        emit LucidAnchors.SessionOpened(SESSION, ALICE, POLICY, KEY);
        openAs(ALICE);
    }

    /// @notice An open ID is refused, to its owner too.
    function test_OpenIdIsRefusedToItsOwner() public {
        openAs(ALICE);
        expectAlreadyKnown();
        openAs(ALICE);
    }

    /// @notice An open ID is refused to a stranger, and stays its owner's.
    function test_OpenIdIsRefusedToAStranger() public {
        openAs(ALICE);
        expectAlreadyKnown();
        openAs(BOB);
        assertSession(ALICE, 1, 0, uint64(NOW));
    }

    /// @notice A sealed ID is refused for ever.
    function test_SealedIdIsRefused() public {
        openAs(ALICE);
        sealAs(ALICE, 3);
        vm.warp(NOW + 36_500 days);
        expectAlreadyKnown();
        openAs(ALICE);
    }

    /// @notice The zero ID is refused.
    function test_ZeroIdIsRefused() public {
        expectZero("sessionId");
        anchors.openSession(0, POLICY, KEY);
    }

    /// @notice A session without a policy is refused.
    function test_ZeroPolicyHashIsRefused() public {
        expectZero("policyHash");
        anchors.openSession(SESSION, 0, KEY);
    }

    /// @notice A session without an ephemeral key is refused.
    function test_ZeroEphemeralKeyIsRefused() public {
        expectZero("ephemeralKey");
        anchors.openSession(SESSION, POLICY, 0);
    }

    /// @notice Whatever the values, an ID opens exactly once, whoever tries the second time.
    function testFuzz_AnIdOpensOnce(
        bytes16 id,
        bytes32 policyHash,
        bytes32 key,
        address first,
        address second,
        bool isSealed
    ) public {
        vm.assume(id != 0 && policyHash != 0 && key != 0);
        vm.prank(first);
        anchors.openSession(id, policyHash, key);
        if (isSealed) {
            vm.prank(first);
            anchors.sealSession(id, MANIFEST, ROOT, 1);
        }
        vm.expectRevert(abi.encodeWithSelector(LucidAnchors.SessionAlreadyKnown.selector, id));
        vm.prank(second);
        anchors.openSession(id, key, policyHash);
    }

    /// @notice Sessions do not touch each other.
    function testFuzz_SessionsAreIndependent(bytes16 other) public {
        vm.assume(other != 0 && other != SESSION);
        openAs(ALICE);
        progressAs(ALICE, 7);
        vm.prank(BOB);
        anchors.openSession(other, POLICY, KEY);
        vm.prank(BOB);
        anchors.sealSession(other, MANIFEST, ROOT, 2);
        assertSession(ALICE, 1, 7, uint64(NOW));
    }
}

contract SealSessionTest is LucidAnchorsFixture {
    /// @notice Sealing ends the session and leaves owner, time and last progress as they are.
    function test_SealingEndsTheSession() public {
        openAs(ALICE);
        progressAs(ALICE, 5);
        vm.warp(NOW + 1 hours);
        sealAs(ALICE, 9);
        assertSession(ALICE, 2, 5, uint64(NOW));
    }

    /// @notice Sealing says what was sealed, and by whom.
    function test_SealingEmitsSessionSealed() public {
        openAs(ALICE);
        vm.expectEmit(address(anchors));
        emit LucidAnchors.SessionSealed(SESSION, ALICE, MANIFEST, ROOT, 9, 0);
        sealAs(ALICE, 9);
    }

    /// @notice Sealing names the last progress, so that nobody can leave it out.
    function test_SealingNamesTheLastProgress() public {
        openAs(ALICE);
        progressAs(ALICE, 2);
        progressAs(ALICE, 5);
        vm.expectEmit(address(anchors));
        emit LucidAnchors.SessionSealed(SESSION, ALICE, MANIFEST, ROOT, 9, 5);
        sealAs(ALICE, 9);
    }

    /// @notice A session is sealed once.
    function test_SecondSealIsRefused() public {
        openAs(ALICE);
        sealAs(ALICE, 9);
        expectNotOpen();
        sealAs(ALICE, 9);
    }

    /// @notice A session that was never opened cannot be sealed.
    function test_UnknownSessionIsRefused() public {
        expectNotOpen();
        sealAs(ALICE, 1);
    }

    /// @notice Nobody but the owner seals.
    function test_StrangerIsRefused() public {
        openAs(ALICE);
        expectNotOwner(BOB);
        sealAs(BOB, 1);
    }

    /// @notice A seal without a manifest is refused.
    function test_ZeroManifestHashIsRefused() public {
        openAs(ALICE);
        expectZero("manifestHash");
        vm.prank(ALICE);
        anchors.sealSession(SESSION, 0, ROOT, 1);
    }

    /// @notice A seal of chunks without their root is refused.
    function test_ZeroRootOfChunksIsRefused() public {
        openAs(ALICE);
        expectZero("merkleRoot");
        vm.prank(ALICE);
        anchors.sealSession(SESSION, MANIFEST, 0, 1);
    }

    /// @notice A session without chunks has no tree: it seals with any root, zero too.
    function testFuzz_EmptySessionSealsWithAnyRoot(bytes32 root) public {
        openAs(ALICE);
        vm.prank(ALICE);
        anchors.sealSession(SESSION, MANIFEST, root, 0);
        assertSession(ALICE, 2, 0, uint64(NOW));
    }

    /// @notice A seal never covers less than the progress before it; as much or more is fine.
    function testFuzz_SealCoversTheProgress(uint32 progress, uint32 count) public {
        progress = uint32(bound(progress, 1, type(uint32).max));
        openAs(ALICE);
        progressAs(ALICE, progress);
        if (count < progress) {
            vm.expectRevert(abi.encodeWithSelector(LucidAnchors.SealBelowProgress.selector, SESSION, progress, count));
        }
        sealAs(ALICE, count);
        assertSession(ALICE, count < progress ? 1 : 2, progress, uint64(NOW));
    }

    /// @notice One chunk less than the progress is refused, exactly the progress is taken.
    function test_SealAtAndBelowTheProgress() public {
        openAs(ALICE);
        progressAs(ALICE, 5);
        vm.expectRevert(abi.encodeWithSelector(LucidAnchors.SealBelowProgress.selector, SESSION, 5, 4));
        sealAs(ALICE, 4);
        sealAs(ALICE, 5);
    }

    /// @notice No account but the owner's seals, whichever it is.
    function testFuzz_OnlyTheOwnerSeals(address caller) public {
        vm.assume(caller != ALICE);
        openAs(ALICE);
        expectNotOwner(caller);
        sealAs(caller, 1);
    }
}

contract AnchorChunkTest is LucidAnchorsFixture {
    /// @notice Anchoring a chunk says which leaf is at which index.
    function test_AnchoringAChunkEmitsChunkAnchored() public {
        openAs(ALICE);
        vm.expectEmit(address(anchors));
        emit LucidAnchors.ChunkAnchored(SESSION, ALICE, 0, LEAF);
        vm.prank(ALICE);
        anchors.anchorChunk(SESSION, 0, LEAF);
    }

    /// @notice Anchoring a chunk stores nothing.
    function testFuzz_AnchoringAChunkStoresNothing(uint32 index, bytes32 leaf) public {
        vm.assume(leaf != 0);
        openAs(ALICE);
        vm.record();
        vm.prank(ALICE);
        anchors.anchorChunk(SESSION, index, leaf);
        vm.assertEq(countWrittenSlots(address(anchors)), 0, "slots");
    }

    /// @notice No chunk is anchored to a session that was never opened.
    function test_UnknownSessionIsRefused() public {
        expectNotOpen();
        anchors.anchorChunk(SESSION, 0, LEAF);
    }

    /// @notice No chunk is anchored to a sealed session.
    function test_SealedSessionIsRefused() public {
        openAs(ALICE);
        sealAs(ALICE, 1);
        expectNotOpen();
        vm.prank(ALICE);
        anchors.anchorChunk(SESSION, 0, LEAF);
    }

    /// @notice No account but the owner's anchors chunks.
    function testFuzz_StrangerIsRefused(address caller) public {
        vm.assume(caller != ALICE);
        openAs(ALICE);
        expectNotOwner(caller);
        vm.prank(caller);
        anchors.anchorChunk(SESSION, 0, LEAF);
    }

    /// @notice A zero leaf is refused.
    function test_ZeroLeafIsRefused() public {
        openAs(ALICE);
        expectZero("leaf");
        vm.prank(ALICE);
        anchors.anchorChunk(SESSION, 0, 0);
    }
}

contract AnchorProgressTest is LucidAnchorsFixture {
    /// @notice Progress is kept as the new count.
    function test_ProgressIsKept() public {
        openAs(ALICE);
        progressAs(ALICE, 3);
        progressAs(ALICE, 4);
        assertSession(ALICE, 1, 4, uint64(NOW));
    }

    /// @notice Anchoring progress says the root and the count so far.
    function test_AnchoringProgressEmitsProgressAnchored() public {
        openAs(ALICE);
        vm.expectEmit(address(anchors));
        emit LucidAnchors.ProgressAnchored(SESSION, ALICE, ROOT, 3);
        progressAs(ALICE, 3);
    }

    /// @notice Progress over no chunk is none.
    function test_ProgressOfZeroChunksIsRefused() public {
        openAs(ALICE);
        vm.expectRevert(abi.encodeWithSelector(LucidAnchors.ProgressNotRising.selector, SESSION, 0, 0));
        progressAs(ALICE, 0);
    }

    /// @notice Counts rise strictly: an equal or lower one is refused and changes nothing.
    function testFuzz_ProgressRisesStrictly(uint32 last, uint32 next) public {
        last = uint32(bound(last, 1, type(uint32).max));
        openAs(ALICE);
        progressAs(ALICE, last);
        if (next <= last) {
            vm.expectRevert(abi.encodeWithSelector(LucidAnchors.ProgressNotRising.selector, SESSION, last, next));
        }
        progressAs(ALICE, next);
        assertSession(ALICE, 1, next <= last ? last : next, uint64(NOW));
    }

    /// @notice The same count again is refused.
    function test_EqualProgressIsRefused() public {
        openAs(ALICE);
        progressAs(ALICE, 3);
        vm.expectRevert(abi.encodeWithSelector(LucidAnchors.ProgressNotRising.selector, SESSION, 3, 3));
        progressAs(ALICE, 3);
    }

    /// @notice A session that was never opened has no progress.
    function test_UnknownSessionIsRefused() public {
        expectNotOpen();
        progressAs(ALICE, 1);
    }

    /// @notice A sealed session makes no progress.
    function test_SealedSessionIsRefused() public {
        openAs(ALICE);
        sealAs(ALICE, 1);
        expectNotOpen();
        progressAs(ALICE, 2);
    }

    /// @notice No account but the owner's anchors progress.
    function testFuzz_StrangerIsRefused(address caller) public {
        vm.assume(caller != ALICE);
        openAs(ALICE);
        expectNotOwner(caller);
        progressAs(caller, 1);
    }

    /// @notice Progress without a root is refused.
    function test_ZeroRootIsRefused() public {
        openAs(ALICE);
        expectZero("merkleRoot");
        vm.prank(ALICE);
        anchors.anchorProgress(SESSION, 0, 1);
    }
}

contract LucidAnchorsCodeTest is LucidAnchorsFixture {
    /// @notice A session takes one storage slot from its opening to its seal.
    function test_ASessionTakesOneSlot() public {
        vm.record();
        openAs(ALICE);
        progressAs(ALICE, 3);
        sealAs(ALICE, 4);
        vm.assertEq(countWrittenSlots(address(anchors)), 1, "slots");
    }

    /// @notice No function takes Ether, and neither does a plain transfer.
    function test_EtherIsRefused() public {
        bytes[] memory calls = new bytes[](5);
        calls[0] = abi.encodeCall(anchors.openSession, (SESSION, POLICY, KEY));
        anchors.openSession(bytes16(uint128(1)), POLICY, KEY);
        calls[1] = abi.encodeCall(anchors.sealSession, (bytes16(uint128(1)), MANIFEST, ROOT, 1));
        calls[2] = abi.encodeCall(anchors.anchorChunk, (bytes16(uint128(1)), 0, LEAF));
        calls[3] = abi.encodeCall(anchors.anchorProgress, (bytes16(uint128(1)), ROOT, 1));
        calls[4] = abi.encodeCall(anchors.sessionOf, (SESSION));
        assertRefusesEther(address(anchors), calls);
    }

    /// @notice The code cannot be changed, destroyed or made to run foreign code as its own.
    function test_CodeCannotChange() public view {
        assertCannotChange(address(anchors));
    }
}
