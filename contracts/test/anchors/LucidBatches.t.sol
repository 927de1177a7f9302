// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidAnchors} from "../../src/anchors/LucidAnchors.sol";
import {LucidBatches} from "../../src/anchors/LucidBatches.sol";
import {LucidBatchesFixture} from "./LucidBatchesFixture.sol";

contract BatchesConstructorTest is LucidBatchesFixture {
    /// @notice The contract says whose sessions it must not repeat, and begins with no batch.
    function test_AnchorsAreKnown() public view {
        vm.assertEq(address(batches.ANCHORS()), address(anchors), "anchors");
        vm.assertEq(uint256(batches.sequence()), 0, "sequence");
    }

    /// @notice Anchors without code are refused, the zero address among them.
    function testFuzz_AnchorsWithoutCodeAreRefused(address account) public {
        vm.assume(account.code.length == 0);
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.NotAContract.selector, account));
        new LucidBatches(LucidAnchors(account));
    }
}

contract AnchorBatchTest is LucidBatchesFixture {
    /// @notice A batch is stored with its number, count, time and place among all batches.
    function testFuzz_BatchIsStored(address owner, bytes32 root, uint32 count) public {
        vm.assume(root != 0 && count != 0 && owner != BOB);
        vm.prank(BOB);
        batches.anchorBatch(root, 1);
        vm.prank(owner);
        vm.assertEq(uint256(batches.anchorBatch(root, count)), 1, "returned");
        (uint32 number, uint32 count_, uint64 anchoredAt, uint64 place) = batches.batchOf(owner, root);
        vm.assertEq(uint256(number), 1, "number");
        vm.assertEq(uint256(count_), count, "count");
        vm.assertEq(uint256(anchoredAt), NOW, "time");
        vm.assertEq(uint256(place), 2, "place");
        vm.assertEq(uint256(batches.batchCountOf(owner)), 1, "batches");
        vm.assertEq(uint256(batches.sequence()), 2, "sequence");
    }

    /// @notice Anchoring says whose batch it is, its number, root and count.
    function test_AnchoringEmitsBatchAnchored() public {
        vm.expectEmit(address(batches));
        emit LucidBatches.BatchAnchored(ALICE, 1, ROOT, 7);
        vm.prank(ALICE);
        batches.anchorBatch(ROOT, 7);
    }

    /// @notice An account's batches are numbered without a gap, whatever others do.
    function testFuzz_NumbersHaveNoGap(uint8 rounds) public {
        for (uint256 i = 1; i <= bound(rounds, 1, 20); ++i) {
            vm.prank(BOB);
            batches.anchorBatch(bytes32(i), 1);
            vm.prank(ALICE);
            vm.assertEq(uint256(batches.anchorBatch(bytes32(2 * i), 1)), i, "number");
        }
    }

    /// @notice The same root again from the same account is refused, whatever count it comes with.
    function testFuzz_SameRootIsRefused(uint32 count) public {
        vm.assume(count != 0);
        vm.startPrank(ALICE);
        batches.anchorBatch(ROOT, 1);
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.BatchAlreadyAnchored.selector, ALICE, ROOT, 1));
        batches.anchorBatch(ROOT, count);
        vm.assertEq(uint256(batches.batchCountOf(ALICE)), 1, "batches");
    }

    /// @notice A batch without a root or without a record is refused.
    function test_ZeroValuesAreRefused() public {
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.ZeroValue.selector, "root"));
        batches.anchorBatch(0, 1);
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.ZeroValue.selector, "count"));
        batches.anchorBatch(ROOT, 0);
    }

    /// @notice A batch takes three slots, however many records it has: its own, the account's number, all batches' place.
    function test_BatchTakesThreeSlots() public {
        vm.record();
        vm.prank(ALICE);
        batches.anchorBatch(ROOT, type(uint32).max);
        vm.assertEq(countWrittenSlots(address(batches)), 3, "slots");
    }
}

contract IsAnchoredTest is LucidBatchesFixture {
    bytes32 private constant OPENED = 0x48e861b9b310adc8e1e7ddae639453408b4cc3626e1733ae0747bd3b269f90e4;
    bytes32 private constant SEALED = 0x85e6739099e7232e131bf638ecf7c7c7145774d88ca8ec19f53b6239482ce7b4;

    /// @notice Each record of a batch is there under the batch's number, and under no other and no other account's.
    function testFuzz_EachRecordIsThere(bytes32 leaf, uint256 seed, uint32 number) public {
        vm.assume(number != 1 && leaf != 0);
        bytes32[] memory proof = anchorLeaf(ALICE, leaf, seed);
        vm.assertTrue(batches.isAnchored(ALICE, 1, leaf, proof), "there");
        vm.assertFalse(batches.isAnchored(ALICE, number, leaf, proof), "number");
        vm.assertFalse(batches.isAnchored(BOB, 1, leaf, proof), "owner");
        vm.assertFalse(batches.isAnchored(ALICE, 1, ~leaf, proof), "leaf");
    }

    /// @notice Number 0, which no batch has, holds nothing, not even what is in no batch.
    function test_NumberZeroHoldsNothing() public view {
        vm.assertFalse(batches.isAnchored(ALICE, 0, ROOT, new bytes32[](0)), "zero");
    }

    /// @notice The leaves are the ones computed outside (Python) from the description in docs/formats/anchors.md.
    function test_GoldenVectors() public view {
        vm.assertEq(
            batches.openedLeaf(address(0xA11CE), SESSION, bytes32(uint256(1)), bytes32(uint256(2))), OPENED, "opened"
        );
        vm.assertEq(
            batches.sealedLeaf(address(0xA11CE), SESSION, bytes32(uint256(3)), bytes32(uint256(4)), 5), SEALED, "sealed"
        );
    }

    /// @notice Every field changes the leaf, and an Opened record is never a Sealed one.
    function testFuzz_LeavesBindEveryField(address owner, bytes16 id, bytes32 first, bytes32 second, uint32 count)
        public
        view
    {
        bytes32 opened = batches.openedLeaf(owner, id, first, second);
        vm.assertFalse(opened == batches.openedLeaf(address(~uint160(owner)), id, first, second), "owner");
        vm.assertFalse(opened == batches.openedLeaf(owner, ~id, first, second), "id");
        vm.assertFalse(opened == batches.openedLeaf(owner, id, ~first, second), "policy");
        vm.assertFalse(opened == batches.openedLeaf(owner, id, first, ~second), "key");
        bytes32 leaf = batches.sealedLeaf(owner, id, first, second, count);
        vm.assertFalse(opened == leaf, "kind");
        vm.assertFalse(leaf == batches.sealedLeaf(address(~uint160(owner)), id, first, second, count), "owner");
        vm.assertFalse(leaf == batches.sealedLeaf(owner, ~id, first, second, count), "id");
        vm.assertFalse(leaf == batches.sealedLeaf(owner, id, ~first, second, count), "manifest");
        vm.assertFalse(leaf == batches.sealedLeaf(owner, id, first, ~second, count), "root");
        vm.assertFalse(leaf == batches.sealedLeaf(owner, id, first, second, ~count), "count");
    }
}

contract ReportReuseTest is LucidBatchesFixture {
    /// @notice Anyone who shows two openings by one account voids its session, in whatever order they are shown.
    function testFuzz_TwoOpeningsVoid(address reporter, uint256 seed, bytes32 key, bool isTurned) public {
        vm.assume(key != KEY);
        LucidBatches.OpenedUse memory first = anchored(SESSION, openedBy(ALICE, KEY), seed);
        unchecked {
            ++seed;
        }
        LucidBatches.OpenedUse memory second = anchored(SESSION, openedBy(ALICE, key), bound(seed, 256, 1 << 200));
        if (isTurned) (first, second) = (second, first);
        expectVoided(ALICE, LucidBatches.Reason.OpenedTwice);
        vm.prank(reporter);
        batches.reportReuse(SESSION, first, second);
        assertVoid(ALICE, true, "voided");
        vm.assertFalse(batches.isVoid(ALICE, ROOT, ~SESSION), "another session");
    }

    /// @notice Two different openings in one batch are two uses as well.
    function test_TwoOpeningsInOneBatchVoid() public {
        LucidBatches.OpenedUse memory first = openedBy(ALICE, KEY);
        LucidBatches.OpenedUse memory second = openedBy(ALICE, ~KEY);
        bytes32[] memory leaves = new bytes32[](2);
        (leaves[0], leaves[1]) = (leafOf(SESSION, first), leafOf(SESSION, second));
        vm.prank(ALICE);
        batches.anchorBatch(rootOf(leaves), 2);
        (first.proof, second.proof) = (proofIn(leaves, 0), proofIn(leaves, 1));
        batches.reportReuse(SESSION, first, second);
        assertVoid(ALICE, true, "voided");
    }

    /// @notice One opening shown twice is no reuse.
    function testFuzz_OneOpeningIsNoReuse(uint256 seed) public {
        LucidBatches.OpenedUse memory use = anchored(SESSION, openedBy(ALICE, KEY), seed);
        expectNoReuse();
        batches.reportReuse(SESSION, use, use);
        assertVoid(ALICE, false, "stands");
    }

    /// @notice The same opening in two batches, as after a restored backup, is one use, in whatever order it is shown.
    function testFuzz_SameRecordInTwoBatchesIsNoReuse(uint256 seed, uint256 other, bool isTurned) public {
        seed = bound(seed, 256, 1 << 200);
        other = bound(other, 256, 1 << 200);
        vm.assume(seed >> 8 != other >> 8 && (seed >> 8) % 8 != 0 && (other >> 8) % 8 != 0);
        LucidBatches.OpenedUse memory first = anchored(SESSION, openedBy(ALICE, KEY), seed);
        vm.warp(NOW + 1 days);
        LucidBatches.OpenedUse memory second = anchored(SESSION, openedBy(ALICE, KEY), other);
        if (isTurned) (first, second) = (second, first);
        expectNoReuse();
        batches.reportReuse(SESSION, first, second);
        assertVoid(ALICE, false, "stands");
    }

    /// @notice Another policy alone, or another key alone, makes another use.
    function test_EveryFieldMakesAnotherUse() public {
        LucidBatches.OpenedUse memory first = anchored(SESSION, openedBy(ALICE, KEY), 256);
        LucidBatches.OpenedUse memory second = openedBy(ALICE, KEY);
        second.policyHash = ~POLICY;
        second = anchored(SESSION, second, 512);
        expectVoided(ALICE, LucidBatches.Reason.OpenedTwice);
        batches.reportReuse(SESSION, first, second);
    }

    /// @notice Of two accounts the one that came first keeps the ID, within one second too.
    function testFuzz_FirstAccountKeepsTheId(bool isTurned, uint256 seed) public {
        LucidBatches.OpenedUse memory first = anchored(SESSION, openedBy(ALICE, KEY), seed);
        LucidBatches.OpenedUse memory second = anchored(SESSION, openedBy(BOB, KEY), seed);
        if (isTurned) (first, second) = (second, first);
        expectVoidedFrom(BOB, LucidBatches.Reason.OpenedTwice, 1);
        batches.reportReuse(SESSION, first, second);
        assertVoid(ALICE, false, "first");
        assertFlag(BOB, NOW, 1, "second");
        assertUse(isTurned ? second : first, false, "alice's");
        assertUse(isTurned ? first : second, true, "bob's");
    }

    /// @notice Who takes an ID that he read voids what its owner anchors again afterwards, and not what the owner had.
    function testFuzz_ReaderVoidsNothingThatWasThereBefore(bool isTurned) public {
        LucidBatches.OpenedUse memory first = anchored(SESSION, openedBy(ALICE, KEY), 0x301);
        LucidBatches.OpenedUse memory bobs = anchored(SESSION, openedBy(BOB, KEY), 0x402);
        LucidBatches.OpenedUse memory again = anchored(SESSION, openedBy(ALICE, KEY), 0x503);
        expectVoidedFrom(ALICE, LucidBatches.Reason.OpenedTwice, 2);
        if (isTurned) batches.reportReuse(SESSION, bobs, again);
        else batches.reportReuse(SESSION, again, bobs);
        assertUse(first, false, "the first stands");
        assertUse(again, true, "what came after bob's is void");
        assertUse(bobs, false, "nobody has shown an earlier one than bob's");
        expectVoidedFrom(BOB, LucidBatches.Reason.OpenedTwice, 1);
        batches.reportReuse(SESSION, first, bobs);
        assertUse(bobs, true, "bob's");
        assertUse(first, false, "the first stands for ever");
    }

    /// @notice A later report lowers the place from which uses are void, and none raises it.
    function test_PlaceIsOnlyLowered() public {
        LucidBatches.OpenedUse memory bobs = anchored(SESSION, openedBy(BOB, KEY), 0x301);
        LucidBatches.OpenedUse memory first = anchored(SESSION, openedBy(ALICE, KEY), 0x402);
        LucidBatches.OpenedUse memory carols = anchored(SESSION, openedBy(address(0xCA401), KEY), 0x503);
        LucidBatches.OpenedUse memory again = anchored(SESSION, openedBy(ALICE, KEY), 0x604);
        batches.reportReuse(SESSION, carols, again);
        assertFlag(ALICE, NOW, 3, "from carol's");
        assertUse(first, false, "before carol's");
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.AlreadyVoid.selector, SESSION, ALICE));
        batches.reportReuse(SESSION, again, carols);
        vm.warp(NOW + 1 days);
        expectVoidedFrom(ALICE, LucidBatches.Reason.OpenedTwice, 1);
        batches.reportReuse(SESSION, again, bobs);
        assertFlag(ALICE, NOW + 1 days, 1, "from bob's");
        assertUse(first, true, "after bob's");
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.AlreadyVoid.selector, SESSION, ALICE));
        batches.reportReuse(SESSION, carols, again);
        LucidBatches.OpenedUse memory other = anchored(SESSION, openedBy(ALICE, ~KEY), 0x705);
        expectVoided(ALICE, LucidBatches.Reason.OpenedTwice);
        batches.reportReuse(SESSION, first, other);
        assertVoid(ALICE, true, "all");
    }

    /// @notice A flag takes one slot, and lowering it the same one.
    function test_FlagTakesOneSlot() public {
        LucidBatches.OpenedUse memory bobs = anchored(SESSION, openedBy(BOB, KEY), 0x301);
        LucidBatches.OpenedUse memory alices = anchored(SESSION, openedBy(ALICE, KEY), 0x402);
        LucidBatches.OpenedUse memory other = anchored(SESSION, openedBy(ALICE, ~KEY), 0x503);
        vm.record();
        batches.reportReuse(SESSION, bobs, alices);
        batches.reportReuse(SESSION, alices, other);
        vm.assertEq(countWrittenSlots(address(batches)), 1, "slots");
    }

    /// @notice Who copies a waiting root, and so comes first, has anchored nothing of his own.
    function testFuzz_CopiedRootIsNoUse(uint256 seed) public {
        LucidBatches.OpenedUse memory use = openedBy(ALICE, KEY);
        bytes32[] memory leaves = leavesAround(leafOf(SESSION, use), seed);
        vm.prank(BOB);
        batches.anchorBatch(rootOf(leaves), 1);
        use = anchored(SESSION, use, seed);
        LucidBatches.OpenedUse memory copied = LucidBatches.OpenedUse(BOB, POLICY, KEY, use.proof);
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.RecordNotAnchored.selector, BOB, leafOf(SESSION, copied)));
        batches.reportReuse(SESSION, use, copied);
    }

    /// @notice What is in no batch is no use.
    function testFuzz_RecordInNoBatchIsRefused(uint256 seed) public {
        LucidBatches.OpenedUse memory first = anchored(SESSION, openedBy(ALICE, KEY), seed);
        LucidBatches.OpenedUse memory made = openedBy(ALICE, ~KEY);
        made.proof = first.proof;
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.RecordNotAnchored.selector, ALICE, leafOf(SESSION, made)));
        batches.reportReuse(SESSION, first, made);
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.RecordNotAnchored.selector, ALICE, leafOf(SESSION, made)));
        batches.reportReuse(SESSION, made, first);
    }

    /// @notice A session is voided once; the flag keeps its first time.
    function test_VoidedOnce() public {
        LucidBatches.OpenedUse memory first = anchored(SESSION, openedBy(ALICE, KEY), 256);
        LucidBatches.OpenedUse memory second = anchored(SESSION, openedBy(ALICE, ~KEY), 512);
        batches.reportReuse(SESSION, first, second);
        vm.warp(NOW + 1 days);
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.AlreadyVoid.selector, SESSION, ALICE));
        batches.reportReuse(SESSION, first, second);
        assertFlag(ALICE, NOW, 0, "time");
    }
}

contract ReportOpenedElsewhereTest is LucidBatchesFixture {
    function openDirectly(address owner) private {
        vm.prank(owner);
        anchors.openSession(SESSION, POLICY, KEY);
    }

    /// @notice An account that opened its session in LucidAnchors too has voided its use, whichever came first.
    function testFuzz_OwnSecondUseIsVoid(bool isDirectFirst, uint256 seed) public {
        if (isDirectFirst) openDirectly(ALICE);
        LucidBatches.OpenedUse memory use = anchored(SESSION, openedBy(ALICE, KEY), seed);
        vm.warp(NOW + 1);
        if (!isDirectFirst) openDirectly(ALICE);
        expectVoided(ALICE, LucidBatches.Reason.OpenedElsewhere);
        batches.reportOpenedElsewhere(SESSION, use);
        assertVoid(ALICE, true, "voided");
    }

    /// @notice A session opened in LucidAnchors voids another account's batch of the same second or later.
    function testFuzz_LaterBatchOfAnotherIsVoid(uint32 later, uint256 seed) public {
        openDirectly(ALICE);
        vm.warp(NOW + later);
        LucidBatches.OpenedUse memory use = anchored(SESSION, openedBy(BOB, KEY), seed);
        expectVoidedFrom(BOB, LucidBatches.Reason.OpenedElsewhere, 1);
        batches.reportOpenedElsewhere(SESSION, use);
        assertFlag(BOB, block.timestamp, 1, "voided");
        assertUse(use, true, "void");
        assertVoid(ALICE, false, "stands");
    }

    /// @notice Who opens an ID that he read in LucidAnchors voids what its owner anchors again, and not what was there.
    function test_ReaderVoidsNothingThatWasThereBefore() public {
        LucidBatches.OpenedUse memory first = anchored(SESSION, openedBy(ALICE, KEY), 0x301);
        vm.warp(NOW + 1);
        openDirectly(BOB);
        LucidBatches.OpenedUse memory same = anchored(SESSION, openedBy(ALICE, KEY), 0x402);
        vm.warp(NOW + 2);
        LucidBatches.OpenedUse memory again = anchored(SESSION, openedBy(ALICE, KEY), 0x503);
        expectVoidedFrom(ALICE, LucidBatches.Reason.OpenedElsewhere, 3);
        batches.reportOpenedElsewhere(SESSION, again);
        assertUse(first, false, "the first stands");
        assertUse(same, false, "nobody has shown this one");
        assertUse(again, true, "again");
        expectNoReuse();
        batches.reportOpenedElsewhere(SESSION, first);
        expectVoidedFrom(ALICE, LucidBatches.Reason.OpenedElsewhere, 2);
        batches.reportOpenedElsewhere(SESSION, same);
        assertUse(same, true, "the same second");
        assertUse(first, false, "the first stands for ever");
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.AlreadyVoid.selector, SESSION, ALICE));
        batches.reportOpenedElsewhere(SESSION, again);
    }

    /// @notice Whoever reads an ID in evidence cannot void it by opening it in LucidAnchors afterwards.
    function testFuzz_EarlierBatchStands(uint32 later, uint256 seed) public {
        vm.assume(later != 0);
        LucidBatches.OpenedUse memory use = anchored(SESSION, openedBy(ALICE, KEY), seed);
        vm.warp(NOW + later);
        openDirectly(BOB);
        expectNoReuse();
        batches.reportOpenedElsewhere(SESSION, use);
    }

    /// @notice A session that LucidAnchors does not know is no second use, not even for the zero address.
    function test_UnknownSessionIsNoReuse() public {
        LucidBatches.OpenedUse memory use = anchored(SESSION, openedBy(address(0), KEY), 0);
        expectNoReuse();
        batches.reportOpenedElsewhere(SESSION, use);
    }

    /// @notice What is in no batch is no use.
    function test_RecordInNoBatchIsRefused() public {
        openDirectly(ALICE);
        LucidBatches.OpenedUse memory use = openedBy(BOB, KEY);
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.RecordNotAnchored.selector, BOB, leafOf(SESSION, use)));
        batches.reportOpenedElsewhere(SESSION, use);
    }
}

contract ReportSecondSealTest is LucidBatchesFixture {
    /// @notice Two different seals of one session by one account void it, in whatever field they differ.
    function testFuzz_TwoSealsVoid(bytes32 manifest, bytes32 root, uint32 count, uint256 seed) public {
        LucidBatches.SealedUse memory first = anchored(SESSION, sealedBy(ALICE, MANIFEST), seed);
        vm.assume(manifest != MANIFEST || root != ROOT || count != first.chunkCount);
        LucidBatches.SealedUse memory second = LucidBatches.SealedUse(ALICE, count, manifest, root, new bytes32[](0));
        second = anchored(SESSION, second, seed);
        expectVoided(ALICE, LucidBatches.Reason.SealedTwice);
        batches.reportSecondSeal(SESSION, first, second);
        assertVoid(ALICE, true, "voided");
    }

    /// @notice The same seal in two batches says the same twice, and voids nothing.
    function test_SameSealVoidsNothing() public {
        LucidBatches.SealedUse memory first = anchored(SESSION, sealedBy(ALICE, MANIFEST), 256);
        LucidBatches.SealedUse memory second = anchored(SESSION, sealedBy(ALICE, MANIFEST), 512);
        expectNoReuse();
        batches.reportSecondSeal(SESSION, first, second);
    }

    /// @notice A stranger's seal voids nobody's session.
    function test_StrangersSealVoidsNothing() public {
        LucidBatches.SealedUse memory first = anchored(SESSION, sealedBy(ALICE, MANIFEST), 256);
        LucidBatches.SealedUse memory second = anchored(SESSION, sealedBy(BOB, ~MANIFEST), 512);
        expectNoReuse();
        batches.reportSecondSeal(SESSION, first, second);
    }

    /// @notice What is in no batch is no seal.
    function test_SealInNoBatchIsRefused() public {
        LucidBatches.SealedUse memory first = anchored(SESSION, sealedBy(ALICE, MANIFEST), 256);
        LucidBatches.SealedUse memory made = sealedBy(ALICE, ~MANIFEST);
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.RecordNotAnchored.selector, ALICE, leafOf(SESSION, made)));
        batches.reportSecondSeal(SESSION, first, made);
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.RecordNotAnchored.selector, ALICE, leafOf(SESSION, made)));
        batches.reportSecondSeal(SESSION, made, first);
    }

    /// @notice An Opened record never passes for a Sealed one.
    function test_OpeningIsNoSeal() public {
        LucidBatches.SealedUse memory first = anchored(SESSION, sealedBy(ALICE, MANIFEST), 256);
        LucidBatches.OpenedUse memory opened = anchored(SESSION, openedBy(ALICE, KEY), 512);
        LucidBatches.SealedUse memory made = LucidBatches.SealedUse(ALICE, 0, POLICY, KEY, opened.proof);
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.RecordNotAnchored.selector, ALICE, leafOf(SESSION, made)));
        batches.reportSecondSeal(SESSION, first, made);
    }
}

contract LucidBatchesCodeTest is LucidBatchesFixture {
    /// @notice No function takes Ether, and neither does a plain transfer.
    function test_EtherIsRefused() public {
        bytes[] memory calls = new bytes[](5);
        calls[0] = abi.encodeCall(batches.anchorBatch, (ROOT, 1));
        calls[1] = abi.encodeCall(batches.batchOf, (ALICE, ROOT));
        calls[2] = abi.encodeCall(batches.batchCountOf, (ALICE));
        calls[3] = abi.encodeCall(batches.flagOf, (ALICE, SESSION));
        calls[4] = abi.encodeCall(batches.isVoid, (ALICE, ROOT, SESSION));
        assertRefusesEther(address(batches), calls);
        calls = new bytes[](3);
        LucidBatches.OpenedUse memory first = anchored(SESSION, openedBy(ALICE, KEY), 256);
        LucidBatches.OpenedUse memory second = anchored(SESSION, openedBy(ALICE, KEY), 512);
        LucidBatches.SealedUse memory third = anchored(SESSION, sealedBy(ALICE, MANIFEST), 256);
        LucidBatches.SealedUse memory fourth = anchored(SESSION, sealedBy(ALICE, ~MANIFEST), 512);
        vm.prank(ALICE);
        anchors.openSession(SESSION, POLICY, KEY);
        calls[0] = abi.encodeCall(batches.reportReuse, (SESSION, first, second));
        calls[1] = abi.encodeCall(batches.reportOpenedElsewhere, (SESSION, first));
        calls[2] = abi.encodeCall(batches.reportSecondSeal, (SESSION, third, fourth));
        assertRefusesEther(address(batches), calls);
    }

    /// @notice The code cannot be changed, destroyed or made to run foreign code as its own.
    function test_CodeCannotChange() public view {
        assertCannotChange(address(batches));
    }
}
