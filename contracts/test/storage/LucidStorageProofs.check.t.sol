// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidAnchors} from "../../src/anchors/LucidAnchors.sol";
import {LucidChunkStore} from "../../src/storage/LucidChunkStore.sol";
import {LucidStorageProofs} from "../../src/storage/LucidStorageProofs.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice What holds of LucidStorageProofs for every time, window and caller, shown by halmos.
contract LucidStorageProofsCheck is LucidTest {
    bytes32 private constant ROOT = keccak256("replica root");

    LucidChunkStore private _store;
    LucidStorageProofs private _proofs;

    function setUp() public {
        LucidAnchors anchors = new LucidAnchors();
        _store = new LucidChunkStore(anchors);
        _proofs = new LucidStorageProofs(_store, 1 hours);
        anchors.openSession(SESSION, keccak256("policy"), keccak256("key"));
        bytes32[] memory leaves = new bytes32[](1);
        leaves[0] = keccak256("leaf");
        _store.commitChunks(SESSION, 0, leaves);
        _store.declareReplicas(address(this), SESSION, 0, 1, ROOT);
    }

    /// @notice A contract comes to be with a window from ten minutes to a week, and with no other.
    function check_WindowIsWithinItsBounds(uint32 window) public {
        try new LucidStorageProofs(_store, window) returns (LucidStorageProofs made) {
            assert(made.WINDOW() == window && window >= 10 minutes && window <= 7 days);
        } catch {
            assert(window < 10 minutes || window > 7 days);
        }
    }

    /// @notice Whenever it is made, a challenge's deadline is its window later, and it is the holder's.
    function check_DeadlineIsAWindowLater(address challenger, uint40 time) public {
        vm.assume(time < type(uint40).max - 1 hours && time > 0);
        vm.warp(time);
        vm.assume(challenger != address(this));
        vm.prank(challenger);
        uint64 id = _proofs.challenge(address(this), SESSION, address(this), 0, 1, ROOT);
        (address holder, uint8 state, uint64 deadline,,,) = _proofs.challengeOf(id);
        assert(holder == address(this) && state == 1 && deadline == uint256(time) + 1 hours);
    }

    /// @notice Nobody but the holder answers, whatever is shown.
    function check_StrangersAnswerNothing(address caller, bytes32 treeRoot, uint64 count) public {
        vm.assume(caller != address(this));
        vm.prank(ALICE);
        uint64 id = _proofs.challenge(address(this), SESSION, address(this), 0, 1, ROOT);
        bytes memory data = abi.encodeCall(_proofs.answer, (id, treeRoot, count, new bytes(1024), new bytes32[](0)));
        vm.prank(caller);
        (bool isTaken,) = address(_proofs).call(data);
        assert(!isTaken);
    }

    /// @notice Nothing is recorded as unanswered before the window is over.
    function check_RunningWindowsAreNotMissed(uint32 later) public {
        vm.assume(later <= 1 hours);
        vm.warp(NOW);
        vm.prank(ALICE);
        uint64 id = _proofs.challenge(address(this), SESSION, address(this), 0, 1, ROOT);
        vm.warp(NOW + later);
        (bool isTaken,) = address(_proofs).call(abi.encodeCall(_proofs.recordUnanswered, (id)));
        assert(!isTaken);
    }

    /// @notice Whoever asks, and whenever: an ended declaration is challenged for one window more, and not after it.
    function check_EndedDeclarationsAreLeftAlone(address challenger, uint40 later) public {
        vm.assume(challenger != address(this));
        vm.warp(NOW);
        _proofs.endDeclaration(address(this), SESSION, 0, 1, ROOT);
        vm.warp(NOW + later);
        bytes memory data = abi.encodeCall(_proofs.challenge, (address(this), SESSION, address(this), 0, 1, ROOT));
        vm.prank(challenger);
        (bool isTaken,) = address(_proofs).call(data);
        assert(isTaken == (later <= 1 hours));
    }

    /// @notice No holder challenges itself, whenever it tries.
    function check_NobodyChallengesHimself(uint40 time) public {
        vm.warp(time);
        bytes memory data = abi.encodeCall(_proofs.challenge, (address(this), SESSION, address(this), 0, 1, ROOT));
        (bool isTaken,) = address(_proofs).call(data);
        assert(!isTaken);
    }
}
