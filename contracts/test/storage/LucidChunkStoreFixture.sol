// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidAnchors} from "../../src/anchors/LucidAnchors.sol";
import {LucidChunkStore} from "../../src/storage/LucidChunkStore.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice A LucidChunkStore whose anchors know one open session of Alice's.
abstract contract LucidChunkStoreFixture is LucidTest {
    LucidAnchors internal anchors;
    LucidChunkStore internal store;

    bytes32 internal constant REPLICA_ROOT = keccak256("replica root");

    function setUp() public virtual {
        vm.warp(NOW);
        anchors = new LucidAnchors();
        store = new LucidChunkStore(anchors);
        vm.prank(ALICE);
        anchors.openSession(SESSION, keccak256("policy"), keccak256("key"));
    }

    /// @dev `count` different leaves, the first for index `first`.
    function leavesFrom(uint256 first, uint256 count) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            leaves[i] = keccak256(abi.encode("leaf", first + i));
        }
    }

    function commitAs(address owner, uint32 first, bytes32[] memory leaves) internal {
        vm.prank(owner);
        store.commitChunks(SESSION, first, leaves);
    }

    function declareAs(address holder, uint32 first, uint32 count) internal {
        vm.prank(holder);
        store.declareReplicas(ALICE, SESSION, first, count, REPLICA_ROOT);
    }

    function assertCommitted(bytes28 commitment, uint32 count) internal view {
        (bytes28 commitment_, uint32 count_) = store.commitmentOf(ALICE, SESSION);
        vm.assertEq(bytes32(commitment_), bytes32(commitment), "commitment");
        vm.assertEq(uint256(count_), count, "count");
    }

    function expectRangeNotCommitted(uint32 committed, uint32 first, uint32 count) internal {
        vm.expectRevert(
            abi.encodeWithSelector(LucidChunkStore.ReplicaRangeNotCommitted.selector, SESSION, committed, first, count)
        );
    }
}
