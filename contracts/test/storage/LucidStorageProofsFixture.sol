// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidAnchors} from "../../src/anchors/LucidAnchors.sol";
import {LucidChunkStore} from "../../src/storage/LucidChunkStore.sol";
import {LucidStorageProofs} from "../../src/storage/LucidStorageProofs.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice Bob declared a replica of a session of Alice's, and can be challenged about it.
abstract contract LucidStorageProofsFixture is LucidTest {
    uint32 internal constant WINDOW = 1 hours;
    uint64 internal constant SEGMENTS = 5;
    uint32 internal constant FIRST = 1;
    uint32 internal constant COUNT = 2;

    LucidChunkStore internal store;
    LucidStorageProofs internal proofs;
    bytes32 internal treeRoot;
    bytes32 internal replicaRoot;

    bytes32[] private _leaves;

    function setUp() public virtual {
        vm.warp(NOW);
        vm.roll(1000);
        LucidAnchors anchors = new LucidAnchors();
        store = new LucidChunkStore(anchors);
        proofs = new LucidStorageProofs(store, WINDOW);
        bytes32[] memory chunks = new bytes32[](FIRST + COUNT);
        for (uint256 i = 0; i < chunks.length; ++i) {
            chunks[i] = keccak256(abi.encode("chunk", i));
        }
        vm.startPrank(ALICE);
        anchors.openSession(SESSION, keccak256("policy"), keccak256("key"));
        store.commitChunks(SESSION, 0, chunks);
        vm.stopPrank();
        for (uint64 i = 0; i < SEGMENTS; ++i) {
            _leaves.push(keccak256(abi.encodePacked(i, segmentAt(i))));
        }
        treeRoot = rootOf(_leaves);
        replicaRoot = proofs.replicaRootOf(treeRoot, SEGMENTS);
        vm.prank(BOB);
        store.declareReplicas(ALICE, SESSION, FIRST, COUNT, replicaRoot);
    }

    /// @dev The bytes of a segment: 32 words that name it.
    function segmentAt(uint64 index) internal pure returns (bytes memory segment) {
        for (uint256 word = 0; word < 32; ++word) {
            segment = abi.encodePacked(segment, keccak256(abi.encode(index, word)));
        }
    }

    function pathOf(uint64 index) internal view returns (bytes32[] memory path) {
        return pathIn(_leaves, index);
    }

    function challengeBob() internal returns (uint64 id) {
        return proofs.challenge(ALICE, SESSION, BOB, FIRST, COUNT, replicaRoot);
    }

    /// @dev Goes on to the next block, so that the hash of this one is known.
    function nextBlock() internal {
        vm.roll(block.number + 1);
        vm.warp(block.timestamp + 12);
    }

    /// @dev Goes on to the next block with another hash of this one than forge's, which is always the same.
    function nextBlockWith(bytes32 seed) internal {
        uint256 number = block.number;
        nextBlock();
        vm.setBlockhash(number, keccak256(abi.encode("hash", seed)));
    }

    /// @dev Goes on to the next block; the hash of this one is such that the challenge asks for segment `wanted`.
    function nextBlockAskingFor(uint64 id, uint64 wanted) internal {
        uint256 number = block.number;
        nextBlock();
        for (uint256 seed = 0; proofs.segmentOf(id, SEGMENTS) != wanted; ++seed) {
            vm.setBlockhash(number, keccak256(abi.encode(seed)));
        }
    }

    function endBobs() internal {
        vm.prank(BOB);
        proofs.endDeclaration(ALICE, SESSION, FIRST, COUNT, replicaRoot);
    }

    function expectOver(uint256 endsAt) internal {
        vm.expectRevert(abi.encodeWithSelector(LucidStorageProofs.DeclarationOver.selector, BOB, uint40(endsAt)));
    }

    /// @dev Answers as Bob with the segment that is asked for.
    function answerRightly(uint64 id) internal {
        uint64 index = proofs.segmentOf(id, SEGMENTS);
        bytes memory segment = segmentAt(index);
        bytes32[] memory path = pathOf(index);
        vm.prank(BOB);
        proofs.answer(id, treeRoot, SEGMENTS, segment, path);
    }

    function assertState(uint64 id, LucidStorageProofs.State state) internal view {
        (, uint8 found,,,,) = proofs.challengeOf(id);
        vm.assertEq(uint256(found), uint256(state), "state");
    }

    function assertTally(uint64 challenged, uint64 answered, uint64 missed, uint64 lapsed) internal view {
        (uint64 a, uint64 b, uint64 c, uint64 d) = proofs.tallyOf(BOB);
        vm.assertEq(abi.encode(a, b, c, d), abi.encode(challenged, answered, missed, lapsed), "tally");
    }

    function nodeOf(bytes32 left, bytes32 right) internal pure returns (bytes32 node) {
        return left < right ? keccak256(abi.encode(left, right)) : keccak256(abi.encode(right, left));
    }

    function levelAbove(bytes32[] memory level) internal pure returns (bytes32[] memory above) {
        above = new bytes32[]((level.length + 1) / 2);
        for (uint256 i = 0; i < above.length; ++i) {
            above[i] = 2 * i + 1 < level.length ? nodeOf(level[2 * i], level[2 * i + 1]) : level[2 * i];
        }
    }

    function rootOf(bytes32[] memory level) internal pure returns (bytes32 root) {
        while (level.length > 1) level = levelAbove(level);
        return level[0];
    }

    function pathIn(bytes32[] memory level, uint256 index) internal pure returns (bytes32[] memory path) {
        bytes32[] memory found = new bytes32[](64);
        uint256 length;
        for (; level.length > 1; level = levelAbove(level)) {
            if (index ^ 1 < level.length) found[length++] = level[index ^ 1];
            index /= 2;
        }
        path = new bytes32[](length);
        for (uint256 i = 0; i < length; ++i) {
            path[i] = found[i];
        }
    }
}
