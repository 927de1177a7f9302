// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidAnchors} from "../../src/anchors/LucidAnchors.sol";
import {LucidChunkStore} from "../../src/storage/LucidChunkStore.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice Calls LucidChunkStore at random and holds every answer against a model of what it should be.
/// @dev A wrong answer reverts here, which fails the run: foundry.toml sets fail_on_revert.
contract LucidChunkStoreDriver is LucidTest {
    uint256 public constant IDS = 3;
    uint256 public constant ACTORS = 3;

    LucidAnchors public immutable ANCHORS;
    LucidChunkStore public immutable STORE;

    mapping(bytes16 sessionId => address) private _owners;
    mapping(address owner => mapping(bytes16 sessionId => bytes32[])) private _leaves;
    mapping(bytes32 declaration => uint256) private _declaredAt;
    bytes[] private _declarations;
    uint256 private _now = NOW;

    constructor(LucidAnchors anchors, LucidChunkStore store) {
        (ANCHORS, STORE) = (anchors, store);
    }

    function idOf(uint256 seed) public pure returns (bytes16) {
        return bytes16(uint128(bound(seed, 1, IDS)));
    }

    function leavesOf(address owner, bytes16 id) external view returns (bytes32[] memory) {
        return _leaves[owner][id];
    }

    function openerOf(bytes16 id) external view returns (address) {
        return _owners[id];
    }

    function declarations() external view returns (bytes[] memory encoded) {
        return _declarations;
    }

    function declaredAt(bytes memory declaration) external view returns (uint256) {
        return _declaredAt[keccak256(declaration)];
    }

    function open(uint256 idSeed, uint256 actorSeed) external {
        (bytes16 id, address caller) = (idOf(idSeed), actorOf(actorSeed));
        if (_owners[id] != address(0)) return;
        _owners[id] = caller;
        vm.prank(caller);
        ANCHORS.openSession(id, keccak256("policy"), keccak256("key"));
    }

    function seal(uint256 idSeed) external {
        bytes16 id = idOf(idSeed);
        (address owner, uint8 state,,) = ANCHORS.sessionOf(id);
        if (state != 1) return;
        vm.prank(owner);
        ANCHORS.sealSession(id, keccak256("manifest"), keccak256("root"), 1);
    }

    function commit(uint256 idSeed, uint256 actorSeed, uint32 indexSeed, uint256 countSeed, uint256 leafSeed) external {
        (bytes16 id, address caller) = (idOf(idSeed), actorOf(actorSeed));
        bytes32[] memory leaves = leavesFor(countSeed, leafSeed);
        uint32 next = uint32(_leaves[caller][id].length);
        uint32 first = indexSeed % 4 == 0 ? indexSeed : next; // three of four are right
        bytes memory refusal;
        if (leaves.length == 0 || leaves.length > 256) {
            refusal = abi.encodeWithSelector(LucidChunkStore.BatchSizeOutOfBounds.selector, leaves.length, 256);
        } else if (first != next) {
            refusal = abi.encodeWithSelector(LucidChunkStore.NotContiguous.selector, id, next, first);
        } else if (leaves[leaves.length - 1] == 0) {
            refusal = abi.encodeWithSelector(LucidChunkStore.ZeroValue.selector, "leaf");
        }
        if (isTaken(caller, abi.encodeCall(STORE.commitChunks, (id, first, leaves)), refusal)) {
            for (uint256 i = 0; i < leaves.length; ++i) {
                _leaves[caller][id].push(leaves[i]);
            }
        }
    }

    function declare(uint256 idSeed, uint256 actorSeed, uint32 first, uint32 count, uint256 rootSeed) external {
        (bytes16 id, address caller) = (idOf(idSeed), actorOf(actorSeed));
        address owner = actorOf(rootSeed >> 8);
        (first, count) = (uint32(bound(first, 0, 6)), uint32(bound(count, 0, 6)));
        bytes32 root = bytes32(bound(rootSeed, 0, 3));
        uint32 committed = uint32(_leaves[owner][id].length);
        bytes memory declaration = abi.encode(owner, id, caller, first, count, root);
        bytes memory refusal;
        if (root == 0) {
            refusal = abi.encodeWithSelector(LucidChunkStore.ZeroValue.selector, "replicaRoot");
        } else if (count == 0 || first + count > committed) {
            refusal =
                abi.encodeWithSelector(LucidChunkStore.ReplicaRangeNotCommitted.selector, id, committed, first, count);
        } else if (_declaredAt[keccak256(declaration)] != 0) {
            refusal = abi.encodeWithSelector(LucidChunkStore.ReplicasAlreadyDeclared.selector, id, caller, root);
        }
        if (isTaken(caller, abi.encodeCall(STORE.declareReplicas, (owner, id, first, count, root)), refusal)) {
            _declaredAt[keccak256(declaration)] = _now;
            _declarations.push(declaration);
        }
    }

    function wait_(uint256 secondsSeed) external {
        _now += bound(secondsSeed, 1, 30 days);
        vm.warp(_now);
    }

    function actorOf(uint256 seed) public pure returns (address) {
        return address(uint160(0xA000 + bound(seed, 1, ACTORS)));
    }

    /// @dev From 0 to 8 leaves, once in a while 257; once in a while the last is zero.
    function leavesFor(uint256 countSeed, uint256 leafSeed) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](countSeed % 32 == 31 ? 257 : bound(countSeed, 0, 8));
        for (uint256 i = 0; i < leaves.length; ++i) {
            leaves[i] = keccak256(abi.encode(leafSeed, i));
        }
        if (leafSeed % 8 == 7 && leaves.length > 0) leaves[leaves.length - 1] = 0;
    }

    /// @dev Makes the call; fails unless it is taken, or refused with exactly `refusal` where there is one.
    function isTaken(address caller, bytes memory data, bytes memory refusal) private returns (bool taken) {
        bytes memory answer;
        vm.prank(caller);
        (taken, answer) = address(STORE).call(data);
        vm.assertTrue(taken == (refusal.length == 0), "taken");
        if (!taken) vm.assertEq(keccak256(answer), keccak256(refusal), "refusal");
    }
}

contract LucidChunkStoreInvariantTest is LucidTest {
    LucidChunkStore private _store;
    LucidChunkStoreDriver private _driver;

    function setUp() public {
        vm.warp(NOW);
        LucidAnchors anchors = new LucidAnchors();
        _store = new LucidChunkStore(anchors);
        _driver = new LucidChunkStoreDriver(anchors, _store);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    /// @notice Each account's commitment and count of a session are those of exactly the leaves that it gave, in order.
    function invariant_CommitmentIsOverTheLeavesTaken() public view {
        for (uint256 i = 0; i < _driver.IDS(); ++i) {
            for (uint256 j = 0; j < _driver.ACTORS(); ++j) {
                assertCommitted(_driver.actorOf(j), _driver.idOf(i));
            }
        }
    }

    function assertCommitted(address owner, bytes16 id) private view {
        bytes32[] memory leaves = _driver.leavesOf(owner, id);
        (bytes28 commitment, uint32 count) = _store.commitmentOf(owner, id);
        vm.assertEq(uint256(count), leaves.length, "count");
        vm.assertEq(bytes32(commitment), bytes32(_store.commitmentOver(id, leaves)), "commitment");
        if (_driver.openerOf(id) != owner) return;
        (address found, bytes28 same, uint32 sameCount) = _store.ownersCommitmentOf(id);
        vm.assertEq(found, owner, "owner");
        vm.assertTrue(same == commitment && sameCount == count, "owner's");
    }

    /// @notice Every declaration taken is remembered with its time, and covers committed chunks.
    function invariant_DeclarationsStay() public view {
        bytes[] memory declared = _driver.declarations();
        for (uint256 i = 0; i < declared.length; ++i) {
            (address owner, bytes16 id, address holder, uint32 first, uint32 count, bytes32 root) =
                abi.decode(declared[i], (address, bytes16, address, uint32, uint32, bytes32));
            (, uint32 committed) = _store.commitmentOf(owner, id);
            vm.assertTrue(first + count <= committed, "range");
            vm.assertEq(
                _store.replicasDeclaredAt(owner, id, holder, first, count, root),
                _driver.declaredAt(declared[i]),
                "declared"
            );
        }
    }

    /// @notice The contract never holds Ether.
    function invariant_NoEther() public view {
        vm.assertEq(address(_store).balance, 0, "balance");
    }
}
