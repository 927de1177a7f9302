// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidAnchors} from "../../src/anchors/LucidAnchors.sol";
import {LucidBatches} from "../../src/anchors/LucidBatches.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice A LucidBatches, and trees over records to anchor in it.
abstract contract LucidBatchesFixture is LucidTest {
    LucidAnchors internal anchors;
    LucidBatches internal batches;

    bytes32 internal constant POLICY = keccak256("policy");
    bytes32 internal constant KEY = keccak256("key");
    bytes32 internal constant MANIFEST = keccak256("manifest");
    bytes32 internal constant ROOT = keccak256("root");

    function setUp() public virtual {
        vm.warp(NOW);
        anchors = new LucidAnchors();
        batches = new LucidBatches(anchors);
    }

    /// @dev An Opened record, not yet proved.
    function openedBy(address owner, bytes32 key) internal pure returns (LucidBatches.OpenedUse memory use) {
        return LucidBatches.OpenedUse(owner, POLICY, key, new bytes32[](0));
    }

    /// @dev A Sealed record, not yet proved.
    function sealedBy(address owner, bytes32 manifest) internal pure returns (LucidBatches.SealedUse memory use) {
        return LucidBatches.SealedUse(owner, 3, manifest, ROOT, new bytes32[](0));
    }

    function leafOf(bytes16 sessionId, LucidBatches.OpenedUse memory use) internal view returns (bytes32 leaf) {
        return batches.openedLeaf(use.owner, sessionId, use.policyHash, use.ephemeralKey);
    }

    function leafOf(bytes16 sessionId, LucidBatches.SealedUse memory use) internal view returns (bytes32 leaf) {
        return batches.sealedLeaf(use.owner, sessionId, use.manifestHash, use.merkleRoot, use.chunkCount);
    }

    /// @dev Anchors a use together with 0 to 7 other records, and gives it with its proof.
    function anchored(bytes16 sessionId, LucidBatches.OpenedUse memory use, uint256 seed)
        internal
        returns (LucidBatches.OpenedUse memory proved)
    {
        use.proof = anchorLeaf(use.owner, leafOf(sessionId, use), seed);
        return use;
    }

    function anchored(bytes16 sessionId, LucidBatches.SealedUse memory use, uint256 seed)
        internal
        returns (LucidBatches.SealedUse memory proved)
    {
        use.proof = anchorLeaf(use.owner, leafOf(sessionId, use), seed);
        return use;
    }

    function anchorLeaf(address owner, bytes32 leaf, uint256 seed) internal returns (bytes32[] memory proof) {
        bytes32[] memory leaves = leavesAround(leaf, seed);
        vm.prank(owner);
        batches.anchorBatch(rootOf(leaves), uint32(leaves.length));
        return proofIn(leaves, seed % leaves.length);
    }

    /// @dev From 1 to 8 leaves with `leaf` among them, at `seed` modulo their number.
    function leavesAround(bytes32 leaf, uint256 seed) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](1 + (seed >> 8) % 8);
        for (uint256 i = 0; i < leaves.length; ++i) {
            leaves[i] = keccak256(abi.encode("other", seed, i));
        }
        leaves[seed % leaves.length] = leaf;
    }

    /// @dev The next level of a tree: neighbours paired, an odd last one moves up as it is.
    function levelAbove(bytes32[] memory level) internal pure returns (bytes32[] memory above) {
        above = new bytes32[]((level.length + 1) / 2);
        for (uint256 i = 0; i < above.length; ++i) {
            above[i] = 2 * i + 1 < level.length ? nodeOf(level[2 * i], level[2 * i + 1]) : level[2 * i];
        }
    }

    function nodeOf(bytes32 left, bytes32 right) internal pure returns (bytes32 node) {
        return left < right ? keccak256(abi.encode(left, right)) : keccak256(abi.encode(right, left));
    }

    function rootOf(bytes32[] memory level) internal pure returns (bytes32 root) {
        while (level.length > 1) level = levelAbove(level);
        return level[0];
    }

    function proofIn(bytes32[] memory level, uint256 index) internal pure returns (bytes32[] memory proof) {
        bytes32[] memory found = new bytes32[](256);
        uint256 length;
        for (; level.length > 1; level = levelAbove(level)) {
            if (index ^ 1 < level.length) found[length++] = level[index ^ 1];
            index /= 2;
        }
        proof = new bytes32[](length);
        for (uint256 i = 0; i < length; ++i) {
            proof[i] = found[i];
        }
    }

    function expectNoReuse() internal {
        vm.expectRevert(abi.encodeWithSelector(LucidBatches.NoReuse.selector, SESSION));
    }

    /// @dev All that the account opened under the ID is void.
    function expectVoided(address owner, LucidBatches.Reason reason) internal {
        expectVoidedFrom(owner, reason, 0);
    }

    function expectVoidedFrom(address owner, LucidBatches.Reason reason, uint64 place) internal {
        vm.expectEmit(address(batches));
        emit LucidBatches.SessionVoided(SESSION, owner, reason, place);
    }

    /// @dev A flag of now over all batches, or none.
    function assertVoid(address owner, bool isVoid, string memory note) internal view {
        assertFlag(owner, isVoid ? block.timestamp : 0, 0, note);
        vm.assertTrue(batches.isVoid(owner, ROOT, SESSION) == isVoid, note);
    }

    function assertFlag(address owner, uint256 time, uint64 place, string memory note) internal view {
        (uint64 voidedAt, uint64 fromPlace) = batches.flagOf(owner, SESSION);
        vm.assertEq(uint256(voidedAt), time, note);
        vm.assertEq(uint256(fromPlace), place, note);
    }

    /// @dev Whether a use is void in the batch that its proof leads to.
    function assertUse(LucidBatches.OpenedUse memory use, bool isVoid, string memory note) internal view {
        bytes32 root = leafOf(SESSION, use);
        for (uint256 i = 0; i < use.proof.length; ++i) {
            root = nodeOf(root, use.proof[i]);
        }
        vm.assertTrue(batches.isVoid(use.owner, root, SESSION) == isVoid, note);
    }
}
