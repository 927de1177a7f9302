// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidAnchors} from "../../src/anchors/LucidAnchors.sol";
import {LucidChunkStore} from "../../src/storage/LucidChunkStore.sol";
import {LucidChunkStoreFixture} from "./LucidChunkStoreFixture.sol";

contract ConstructorTest is LucidChunkStoreFixture {
    /// @notice The store says which anchors it asks.
    function test_AnchorsAreKnown() public view {
        vm.assertEq(address(store.ANCHORS()), address(anchors), "anchors");
    }

    /// @notice Anchors without code are refused, the zero address among them.
    function testFuzz_AnchorsWithoutCodeAreRefused(address account) public {
        vm.assume(account.code.length == 0);
        vm.expectRevert(abi.encodeWithSelector(LucidChunkStore.NotAContract.selector, account));
        new LucidChunkStore(LucidAnchors(account));
    }
}

contract CommitChunksTest is LucidChunkStoreFixture {
    /// @notice Nothing committed is count 0 and the chain's start, which depends on the session.
    function test_NothingCommittedIsTheChainsStart() public view {
        assertCommitted(store.commitmentOver(SESSION, new bytes32[](0)), 0);
        (bytes28 other,) = store.commitmentOf(ALICE, bytes16(uint128(1)));
        vm.assertFalse(other == store.commitmentOver(SESSION, new bytes32[](0)), "same start");
    }

    /// @notice The commitment is the one computed outside (Python) from the description in docs/contracts.
    function test_GoldenVector() public {
        bytes32[] memory leaves = new bytes32[](3);
        leaves[0] = bytes32(uint256(0x0101010101010101010101010101010101010101010101010101010101010101));
        leaves[1] = bytes32(uint256(0x0202020202020202020202020202020202020202020202020202020202020202));
        leaves[2] = bytes32(uint256(0x0303030303030303030303030303030303030303030303030303030303030303));
        assertCommitted(hex"d9af88a0503dc7d75755332662c838cb0bbb2cf0e0076dd6e7e00243", 0);
        commitAs(ALICE, 0, leaves);
        assertCommitted(hex"318f2b2836960669da4eaa7ec230e789498339bae7d2c3f1e8bbb46b", 3);
    }

    /// @notice Committing says which leaves, from where, and the chain so far.
    function test_CommittingEmitsChunksCommitted() public {
        bytes32[] memory leaves = leavesFrom(0, 3);
        vm.expectEmit(address(store));
        emit LucidChunkStore.ChunksCommitted(SESSION, ALICE, 0, leaves, store.commitmentOver(SESSION, leaves));
        commitAs(ALICE, 0, leaves);
    }

    /// @notice The commitment does not depend on how the leaves were cut into batches.
    function testFuzz_BatchesDoNotMatter(uint8 countSeed, uint256 cuts) public {
        uint256 count = bound(countSeed, 1, 40);
        for (uint256 first = 0; first < count;) {
            uint256 size = bound(cuts, 1, count - first);
            commitAs(ALICE, uint32(first), leavesFrom(first, size));
            first += size;
            cuts >>= 6;
        }
        assertCommitted(store.commitmentOver(SESSION, leavesFrom(0, count)), uint32(count));
    }

    /// @notice Another leaf, another order, another number of leaves or another session is another commitment.
    function testFuzz_CommitmentBindsEveryLeaf(uint8 countSeed, uint256 position, bytes32 other) public view {
        uint256 count = bound(countSeed, 2, 40);
        bytes32[] memory leaves = leavesFrom(0, count);
        bytes28 commitment = store.commitmentOver(SESSION, leaves);
        vm.assertFalse(commitment == store.commitmentOver(~SESSION, leaves), "session");
        vm.assertFalse(commitment == store.commitmentOver(SESSION, leavesFrom(0, count - 1)), "count");
        position = bound(position, 1, count - 1);
        (leaves[position], leaves[position - 1]) = (leaves[position - 1], leaves[position]);
        vm.assertFalse(commitment == store.commitmentOver(SESSION, leaves), "order");
        leaves = leavesFrom(0, count);
        vm.assume(other != 0 && other != leaves[position]);
        leaves[position] = other;
        vm.assertFalse(commitment == store.commitmentOver(SESSION, leaves), "leaf");
    }

    /// @notice A sealed session's chunks can still be committed, as when the chain was away.
    function test_SealedSessionCanCommit() public {
        vm.prank(ALICE);
        anchors.sealSession(SESSION, keccak256("manifest"), keccak256("root"), 2);
        commitAs(ALICE, 0, leavesFrom(0, 2));
        assertCommitted(store.commitmentOver(SESSION, leavesFrom(0, 2)), 2);
    }

    /// @notice Anyone commits under its own name, whoever opened the ID in LucidAnchors, and in nobody's way.
    function testFuzz_AccountsCommitBesideEachOther(address other) public {
        vm.assume(other != ALICE);
        commitAs(other, 0, leavesFrom(7, 2));
        commitAs(ALICE, 0, leavesFrom(0, 3));
        commitAs(other, 2, leavesFrom(9, 1));
        assertCommitted(store.commitmentOver(SESSION, leavesFrom(0, 3)), 3);
        (bytes28 commitment, uint32 count) = store.commitmentOf(other, SESSION);
        vm.assertEq(bytes32(commitment), bytes32(store.commitmentOver(SESSION, leavesFrom(7, 3))), "other's");
        vm.assertEq(uint256(count), 3, "other's count");
    }

    /// @notice Who opens the ID of a session that is in a batch keeps its owner from nothing.
    function test_AnIdOpenedByAStrangerIsStillTheOwners() public {
        vm.prank(BOB);
        anchors.openSession(~SESSION, keccak256("policy"), keccak256("key"));
        vm.prank(BOB);
        store.commitChunks(~SESSION, 0, leavesFrom(0, 1));
        vm.prank(ALICE);
        store.commitChunks(~SESSION, 0, leavesFrom(5, 4));
        (bytes28 commitment, uint32 count) = store.commitmentOf(ALICE, ~SESSION);
        vm.assertEq(bytes32(commitment), bytes32(store.commitmentOver(~SESSION, leavesFrom(5, 4))), "commitment");
        vm.assertEq(uint256(count), 4, "count");
        vm.prank(BOB);
        store.declareReplicas(ALICE, ~SESSION, 0, 4, REPLICA_ROOT);
        vm.assertEq(store.replicasDeclaredAt(ALICE, ~SESSION, BOB, 0, 4, REPLICA_ROOT), NOW, "declared");
    }

    /// @notice What counts of a session in LucidAnchors is what the account that opened it committed.
    function test_OwnersCommitmentIsTheOpeners() public {
        commitAs(BOB, 0, leavesFrom(7, 2));
        (address owner, bytes28 commitment, uint32 count) = store.ownersCommitmentOf(SESSION);
        vm.assertEq(owner, ALICE, "owner");
        vm.assertEq(bytes32(commitment), bytes32(store.commitmentOver(SESSION, leavesFrom(0, 0))), "of nothing");
        vm.assertEq(uint256(count), 0, "none");
        commitAs(ALICE, 0, leavesFrom(0, 3));
        (owner, commitment, count) = store.ownersCommitmentOf(SESSION);
        vm.assertEq(owner, ALICE, "owner");
        vm.assertEq(bytes32(commitment), bytes32(store.commitmentOver(SESSION, leavesFrom(0, 3))), "commitment");
        vm.assertEq(uint256(count), 3, "count");
    }

    /// @notice A session that nobody opened in LucidAnchors has no owner there, though chunks are committed under its ID.
    function test_UnknownSessionHasNoOwnersCommitment() public {
        vm.prank(ALICE);
        store.commitChunks(~SESSION, 0, leavesFrom(0, 1));
        vm.expectRevert(abi.encodeWithSelector(LucidChunkStore.SessionUnknown.selector, ~SESSION));
        store.ownersCommitmentOf(~SESSION);
    }

    /// @notice An index is committed once: a batch again, or overlapping, is refused, and so is a gap.
    function testFuzz_GapsAndRepeatsAreRefused(uint32 first) public {
        vm.assume(first != 3);
        commitAs(ALICE, 0, leavesFrom(0, 3));
        vm.expectRevert(abi.encodeWithSelector(LucidChunkStore.NotContiguous.selector, SESSION, 3, first));
        commitAs(ALICE, first, leavesFrom(3, 1));
        commitAs(ALICE, 3, leavesFrom(3, 1));
    }

    /// @notice The first batch begins at index 0.
    function test_FirstBatchBeginsAtZero() public {
        vm.expectRevert(abi.encodeWithSelector(LucidChunkStore.NotContiguous.selector, SESSION, 0, 1));
        commitAs(ALICE, 1, leavesFrom(1, 1));
    }

    /// @notice An empty batch is refused.
    function test_EmptyBatchIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(LucidChunkStore.BatchSizeOutOfBounds.selector, 0, 256));
        commitAs(ALICE, 0, leavesFrom(0, 0));
    }

    /// @notice The largest batch is 256 leaves and costs under 360,000 gas; one more is refused.
    function test_LargestBatch() public {
        vm.expectRevert(abi.encodeWithSelector(LucidChunkStore.BatchSizeOutOfBounds.selector, 257, 256));
        commitAs(ALICE, 0, leavesFrom(0, 257));

        bytes memory data = abi.encodeCall(store.commitChunks, (SESSION, 0, leavesFrom(0, 256)));
        vm.prank(ALICE);
        uint256 before = gasleft();
        (bool isTaken,) = address(store).call(data);
        uint256 used = before - gasleft() + 21_000 + 16 * data.length;
        vm.assertTrue(isTaken, "taken");
        vm.assertTrue(used < 360_000, "gas");
    }

    /// @notice A zero leaf is refused wherever it stands, and nothing of its batch is kept.
    function testFuzz_ZeroLeafIsRefused(uint8 position) public {
        bytes32[] memory leaves = leavesFrom(0, 9);
        leaves[bound(position, 0, 8)] = 0;
        vm.expectRevert(abi.encodeWithSelector(LucidChunkStore.ZeroValue.selector, "leaf"));
        commitAs(ALICE, 0, leaves);
        assertCommitted(store.commitmentOver(SESSION, new bytes32[](0)), 0);
    }

    /// @notice The count stops at its 32 bits instead of starting over.
    function test_CountDoesNotWrap() public {
        bytes32 full = bytes32(uint256(0xabcdef << 32 | type(uint32).max));
        vm.store(address(store), keccak256(abi.encode(SESSION, keccak256(abi.encode(ALICE, uint256(0))))), full);
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        commitAs(ALICE, type(uint32).max, leavesFrom(0, 1));
    }

    /// @notice Batches of one session share one slot.
    function test_BatchesShareOneSlot() public {
        vm.record();
        commitAs(ALICE, 0, leavesFrom(0, 5));
        commitAs(ALICE, 5, leavesFrom(5, 5));
        vm.assertEq(countWrittenSlots(address(store)), 1, "slots");
    }
}

contract DeclareReplicasTest is LucidChunkStoreFixture {
    function setUp() public override {
        super.setUp();
        commitAs(ALICE, 0, leavesFrom(0, 10));
    }

    /// @notice Whoever declares is named as the holder, with the block's time.
    function testFuzz_AnyoneDeclares(address holder) public {
        declareAs(holder, 2, 5);
        vm.assertEq(store.replicasDeclaredAt(ALICE, SESSION, holder, 2, 5, REPLICA_ROOT), NOW, "declared");
    }

    /// @notice Declaring says who holds which range under which root.
    function test_DeclaringEmitsReplicasDeclared() public {
        vm.expectEmit(address(store));
        emit LucidChunkStore.ReplicasDeclared(SESSION, ALICE, BOB, 2, 5, REPLICA_ROOT);
        declareAs(BOB, 2, 5);
    }

    /// @notice A declaration is for exactly what it names: no other owner, holder, range, root or session.
    function test_DeclarationIsExact() public {
        declareAs(BOB, 2, 5);
        vm.assertEq(store.replicasDeclaredAt(ALICE, SESSION, ALICE, 2, 5, REPLICA_ROOT), 0, "holder");
        vm.assertEq(store.replicasDeclaredAt(ALICE, SESSION, BOB, 3, 5, REPLICA_ROOT), 0, "first");
        vm.assertEq(store.replicasDeclaredAt(ALICE, SESSION, BOB, 2, 4, REPLICA_ROOT), 0, "count");
        vm.assertEq(store.replicasDeclaredAt(ALICE, SESSION, BOB, 2, 5, ~REPLICA_ROOT), 0, "root");
        vm.assertEq(store.replicasDeclaredAt(ALICE, ~SESSION, BOB, 2, 5, REPLICA_ROOT), 0, "session");
        vm.assertEq(store.replicasDeclaredAt(BOB, SESSION, BOB, 2, 5, REPLICA_ROOT), 0, "owner");
    }

    /// @notice A declaration is of the chunks that the named account committed, whatever others did under the ID.
    function test_AnotherAccountsChunksAreNotCovered() public {
        vm.expectRevert(abi.encodeWithSelector(LucidChunkStore.ReplicaRangeNotCommitted.selector, SESSION, 0, 0, 1));
        store.declareReplicas(BOB, SESSION, 0, 1, REPLICA_ROOT);
    }

    /// @notice The same declaration again is refused and keeps its first time; another holder's is its own.
    function test_SameDeclarationIsRefused() public {
        declareAs(BOB, 0, 10);
        vm.warp(NOW + 1 days);
        vm.expectRevert(
            abi.encodeWithSelector(LucidChunkStore.ReplicasAlreadyDeclared.selector, SESSION, BOB, REPLICA_ROOT)
        );
        declareAs(BOB, 0, 10);
        vm.assertEq(store.replicasDeclaredAt(ALICE, SESSION, BOB, 0, 10, REPLICA_ROOT), NOW, "declared");
        declareAs(ALICE, 0, 10);
    }

    /// @notice The range lies within what was committed, or is refused; huge numbers do not wrap.
    function testFuzz_RangeMustBeCommitted(uint32 first, uint32 count) public {
        if (count == 0 || uint256(first) + uint256(count) > 10) expectRangeNotCommitted(10, first, count);
        declareAs(BOB, first, count);
    }

    /// @notice The last committed chunk can be declared, the one after it cannot.
    function test_RangeEndsAtTheLastChunk() public {
        declareAs(BOB, 9, 1);
        expectRangeNotCommitted(10, 9, 2);
        declareAs(BOB, 9, 2);
        expectRangeNotCommitted(10, 10, 1);
        declareAs(BOB, 10, 1);
        expectRangeNotCommitted(10, type(uint32).max, 2);
        declareAs(BOB, type(uint32).max, 2);
    }

    /// @notice A declaration of no chunk is refused.
    function test_EmptyRangeIsRefused() public {
        expectRangeNotCommitted(10, 0, 0);
        declareAs(BOB, 0, 0);
    }

    /// @notice Nothing can be declared of a session without committed chunks.
    function test_UnknownSessionIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(LucidChunkStore.ReplicaRangeNotCommitted.selector, ~SESSION, 0, 0, 1));
        store.declareReplicas(ALICE, ~SESSION, 0, 1, REPLICA_ROOT);
    }

    /// @notice A declaration without a root is refused.
    function test_ZeroRootIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(LucidChunkStore.ZeroValue.selector, "replicaRoot"));
        store.declareReplicas(ALICE, SESSION, 0, 1, 0);
    }

    /// @notice Declaring leaves the commitment as it is and takes one slot.
    function test_DeclaringTakesOneSlot() public {
        vm.record();
        declareAs(BOB, 0, 10);
        vm.assertEq(countWrittenSlots(address(store)), 1, "slots");
        assertCommitted(store.commitmentOver(SESSION, leavesFrom(0, 10)), 10);
    }
}

contract LucidChunkStoreCodeTest is LucidChunkStoreFixture {
    /// @notice A commitment over leaves of which one is zero is no commitment.
    function test_CommitmentOverAZeroLeafIsRefused() public {
        bytes32[] memory leaves = leavesFrom(0, 2);
        leaves[1] = 0;
        vm.expectRevert(abi.encodeWithSelector(LucidChunkStore.ZeroValue.selector, "leaf"));
        store.commitmentOver(SESSION, leaves);
    }

    /// @notice No function takes Ether, and neither does a plain transfer.
    function test_EtherIsRefused() public {
        bytes[] memory calls = new bytes[](4);
        bytes16 own = bytes16(uint128(1));
        anchors.openSession(own, keccak256("policy"), keccak256("key"));
        store.commitChunks(own, 0, leavesFrom(0, 1));
        calls[0] = abi.encodeCall(store.commitChunks, (own, 1, leavesFrom(1, 1)));
        calls[1] = abi.encodeCall(store.declareReplicas, (address(this), own, 0, 1, REPLICA_ROOT));
        calls[2] = abi.encodeCall(store.commitmentOf, (ALICE, own));
        calls[3] = abi.encodeCall(store.replicasDeclaredAt, (ALICE, own, ALICE, 0, 1, REPLICA_ROOT));
        assertRefusesEther(address(store), calls);
    }

    /// @notice The code cannot be changed, destroyed or made to run foreign code as its own.
    function test_CodeCannotChange() public view {
        assertCannotChange(address(store));
    }
}
