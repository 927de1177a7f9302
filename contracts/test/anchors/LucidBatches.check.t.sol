// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidAnchors} from "../../src/anchors/LucidAnchors.sol";
import {LucidBatches} from "../../src/anchors/LucidBatches.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice What holds of LucidBatches for every account, root and count, shown by halmos.
contract LucidBatchesCheck is LucidTest {
    LucidBatches private _batches;

    function setUp() public {
        _batches = new LucidBatches(new LucidAnchors());
    }

    /// @notice A batch that is taken has the account's next number, and is stored as it was given.
    function check_TakenBatchIsStored(address owner, bytes32 root, uint32 count) public {
        uint32 before = _batches.batchCountOf(owner);
        uint64 last = _batches.sequence();
        vm.prank(owner);
        (bool isTaken,) = address(_batches).call(abi.encodeCall(_batches.anchorBatch, (root, count)));
        if (!isTaken) return;
        (uint32 number, uint32 stored,, uint64 place) = _batches.batchOf(owner, root);
        assert(number == before + 1 && number == _batches.batchCountOf(owner));
        assert(stored == count && place == last + 1);
    }

    /// @notice Exactly a zero root, a zero count, and a root that is there already are refused.
    function check_OnlyZeroAndRepeatsAreRefused(address owner, bytes32 root, uint32 count) public {
        bytes32 other = keccak256("root");
        vm.prank(owner);
        _batches.anchorBatch(other, 1);
        vm.prank(owner);
        (bool isTaken,) = address(_batches).call(abi.encodeCall(_batches.anchorBatch, (root, count)));
        assert(isTaken == (root != 0 && count != 0 && root != other));
    }

    /// @notice One account's batch changes nothing of another's.
    function check_AccountsAreApart(address owner, address other, bytes32 root, uint32 count) public {
        vm.assume(owner != other);
        vm.prank(owner);
        (bool isTaken,) = address(_batches).call(abi.encodeCall(_batches.anchorBatch, (root, count)));
        (uint32 number,,,) = _batches.batchOf(other, root);
        assert(number == 0 && _batches.batchCountOf(other) == 0);
        assert(_batches.batchCountOf(owner) == (isTaken ? 1 : 0));
    }
}
