// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidAnchors} from "../../src/anchors/LucidAnchors.sol";
import {LucidBatches} from "../../src/anchors/LucidBatches.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice Anchors pairs of records at random, reports what may be a reuse, and holds every answer against a model.
/// @dev A wrong answer reverts here, which fails the run: foundry.toml sets fail_on_revert.
contract LucidBatchesDriver is LucidTest {
    /// @dev An Opened record in a batch, with all that a report needs and the model knows.
    struct Known {
        address owner;
        bytes16 id;
        bytes32 key;
        bytes32 beside;
        uint256 place;
        uint256 time;
    }

    LucidAnchors public immutable ANCHORS;
    LucidBatches public immutable BATCHES;

    bytes32 private constant POLICY = keccak256("policy");

    Known[] private _known;
    mapping(address owner => bytes32[]) private _roots;
    mapping(bytes32 ownerAndRoot => uint256) private _numbers;
    mapping(address owner => mapping(bytes16 id => uint256)) private _voidedAt;
    mapping(address owner => mapping(bytes16 id => uint256)) private _fromPlace;
    mapping(bytes16 id => address) private _opener;
    mapping(bytes16 id => uint256) private _openedAt;
    uint256 private _place;
    uint256 private _now = NOW;

    constructor(LucidAnchors anchors, LucidBatches batches) {
        (ANCHORS, BATCHES) = (anchors, batches);
    }

    function idOf(uint256 seed) public pure returns (bytes16 id) {
        return bytes16(uint128(bound(seed, 1, 3)));
    }

    function actorOf(uint256 seed) public pure returns (address actor) {
        return address(uint160(0xA000 + bound(seed, 1, 3)));
    }

    function rootsOf(address owner) external view returns (bytes32[] memory roots) {
        return _roots[owner];
    }

    function place() external view returns (uint256 last) {
        return _place;
    }

    function flagOf(address owner, bytes16 id) external view returns (uint256 time, uint256 fromPlace) {
        return (_voidedAt[owner][id], _fromPlace[owner][id]);
    }

    function count() external view returns (uint256 known) {
        return _known.length;
    }

    /// @dev A record that was anchored, the root of its batch, and the place of that.
    function knownAt(uint256 index) external view returns (Known memory known, bytes32 root) {
        known = _known[index];
        bytes32 leaf = BATCHES.openedLeaf(known.owner, known.id, POLICY, known.key);
        return (known, rootOf(leaf, known.beside));
    }

    /// @dev Whether somebody came before: another account in a batch, or in LucidAnchors no later than in that second.
    function isFirst(uint256 index) external view returns (bool yes) {
        Known memory known = _known[index];
        for (uint256 i = 0; i < _known.length; ++i) {
            if (_known[i].id != known.id) continue;
            if (_known[i].owner != known.owner && _known[i].place < known.place) return false;
            if (_known[i].owner == known.owner && _known[i].key != known.key) return false;
        }
        address opener = _opener[known.id];
        if (opener == known.owner) return false;
        return opener == address(0) || known.time < _openedAt[known.id];
    }

    /// @dev Anchors an Opened record with one other leaf; sometimes the very pair that was anchored before.
    function anchor(uint256 actorSeed, uint256 idSeed, uint256 keySeed, uint256 besideSeed) external {
        Known memory use = Known(actorOf(actorSeed), idOf(idSeed), bytes32(bound(keySeed, 1, 2)), 0, 0, _now);
        use.beside = keccak256(abi.encode("beside", bound(besideSeed, 1, 2)));
        bytes32 leaf = BATCHES.openedLeaf(use.owner, use.id, POLICY, use.key);
        bytes32 root = rootOf(leaf, use.beside);
        bytes32 key = keccak256(abi.encode(use.owner, root));
        bytes memory refusal;
        if (_numbers[key] != 0) {
            refusal = abi.encodeWithSelector(LucidBatches.BatchAlreadyAnchored.selector, use.owner, root, _numbers[key]);
        }
        if (!isTaken(use.owner, abi.encodeCall(BATCHES.anchorBatch, (root, 2)), refusal)) return;
        _roots[use.owner].push(root);
        _numbers[key] = _roots[use.owner].length;
        use.place = ++_place;
        _known.push(use);
    }

    /// @dev Opens a session in LucidAnchors, where it may be known already.
    function open(uint256 actorSeed, uint256 idSeed) external {
        bytes16 id = idOf(idSeed);
        if (_opener[id] != address(0)) return;
        (_opener[id], _openedAt[id]) = (actorOf(actorSeed), _now);
        vm.prank(_opener[id]);
        ANCHORS.openSession(id, POLICY, POLICY);
    }

    /// @dev Reports two records of one ID; once in a while the second's path leads nowhere.
    function report(uint256 firstSeed, uint256 secondSeed) external {
        if (_known.length == 0) return;
        Known memory first = _known[firstSeed % _known.length];
        Known memory second = _known[secondSeed % _known.length];
        if (second.id != first.id) return;
        bytes memory refusal;
        (Known memory later, Known memory earlier) = first.place < second.place ? (second, first) : (first, second);
        uint256 fromPlace = first.owner == second.owner ? 0 : earlier.place;
        if (secondSeed % 8 == 7) {
            second.beside = ~second.beside;
            bytes32 leaf = BATCHES.openedLeaf(second.owner, second.id, POLICY, second.key);
            refusal = abi.encodeWithSelector(LucidBatches.RecordNotAnchored.selector, second.owner, leaf);
        } else if (first.owner == second.owner && first.key == second.key) {
            refusal = abi.encodeWithSelector(LucidBatches.NoReuse.selector, first.id);
        } else if (isVoidFrom(later.owner, first.id, fromPlace)) {
            refusal = abi.encodeWithSelector(LucidBatches.AlreadyVoid.selector, first.id, later.owner);
        }
        bytes memory data = abi.encodeCall(BATCHES.reportReuse, (first.id, useOf(first), useOf(second)));
        if (isTaken(address(this), data, refusal)) note(later.owner, first.id, fromPlace);
    }

    /// @dev Reports a record of an ID that LucidAnchors may know.
    function reportElsewhere(uint256 seed) external {
        if (_known.length == 0) return;
        Known memory use = _known[seed % _known.length];
        bytes memory refusal;
        address opener = _opener[use.id];
        uint256 fromPlace = opener == use.owner ? 0 : use.place;
        if (opener == address(0) || (opener != use.owner && use.time < _openedAt[use.id])) {
            refusal = abi.encodeWithSelector(LucidBatches.NoReuse.selector, use.id);
        } else if (isVoidFrom(use.owner, use.id, fromPlace)) {
            refusal = abi.encodeWithSelector(LucidBatches.AlreadyVoid.selector, use.id, use.owner);
        }
        bytes memory data = abi.encodeCall(BATCHES.reportOpenedElsewhere, (use.id, useOf(use)));
        if (isTaken(address(this), data, refusal)) note(use.owner, use.id, fromPlace);
    }

    function wait_(uint256 secondsSeed) external {
        _now += bound(secondsSeed, 0, 2);
        vm.warp(_now);
    }

    function isVoidFrom(address owner, bytes16 id, uint256 fromPlace) private view returns (bool yes) {
        return _voidedAt[owner][id] != 0 && _fromPlace[owner][id] <= fromPlace;
    }

    function note(address owner, bytes16 id, uint256 fromPlace) private {
        (_voidedAt[owner][id], _fromPlace[owner][id]) = (_now, fromPlace);
    }

    function rootOf(bytes32 leaf, bytes32 beside) private pure returns (bytes32 root) {
        return leaf < beside ? keccak256(abi.encode(leaf, beside)) : keccak256(abi.encode(beside, leaf));
    }

    function useOf(Known memory known) private pure returns (LucidBatches.OpenedUse memory use) {
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = known.beside;
        return LucidBatches.OpenedUse(known.owner, POLICY, known.key, proof);
    }

    /// @dev Makes the call; fails unless it is taken, or refused with exactly `refusal` where there is one.
    function isTaken(address caller, bytes memory data, bytes memory refusal) private returns (bool taken) {
        bytes memory answer;
        vm.prank(caller);
        (taken, answer) = address(BATCHES).call(data);
        vm.assertTrue(taken == (refusal.length == 0), "taken");
        if (!taken) vm.assertEq(keccak256(answer), keccak256(refusal), "refusal");
    }
}

contract LucidBatchesInvariantTest is LucidTest {
    LucidBatches private _batches;
    LucidBatchesDriver private _driver;

    function setUp() public {
        vm.warp(NOW);
        LucidAnchors anchors = new LucidAnchors();
        _batches = new LucidBatches(anchors);
        _driver = new LucidBatchesDriver(anchors, _batches);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    /// @notice Every account's batches are numbered without a gap, and all of them stand in one order.
    function invariant_NumbersHaveNoGap() public view {
        uint256 total;
        for (uint256 i = 0; i < 3; ++i) {
            address owner = _driver.actorOf(i);
            bytes32[] memory roots = _driver.rootsOf(owner);
            vm.assertEq(uint256(_batches.batchCountOf(owner)), roots.length, "count");
            uint64 before;
            for (uint256 j = 0; j < roots.length; ++j) {
                (uint32 number,,, uint64 place) = _batches.batchOf(owner, roots[j]);
                vm.assertEq(uint256(number), j + 1, "number");
                vm.assertTrue(place > before, "order");
                before = place;
            }
            total += roots.length;
        }
        vm.assertEq(uint256(_batches.sequence()), total, "sequence");
        vm.assertEq(_driver.place(), total, "place");
    }

    /// @notice A session is void exactly where two uses were shown, since that moment.
    function invariant_VoidIsWhatWasShown() public view {
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = 0; j < 3; ++j) {
                (address owner, bytes16 id) = (_driver.actorOf(i), _driver.idOf(j));
                (uint64 time, uint64 place) = _batches.flagOf(owner, id);
                (uint256 modelTime, uint256 modelPlace) = _driver.flagOf(owner, id);
                vm.assertEq(uint256(time), modelTime, "time");
                vm.assertEq(uint256(place), modelPlace, "place");
            }
        }
    }

    /// @notice An account's only opening that nobody came before is never void, whatever anyone anchors and reports.
    function invariant_WhoWasFirstStands() public view {
        for (uint256 i = 0; i < _driver.count(); ++i) {
            (LucidBatchesDriver.Known memory known, bytes32 root) = _driver.knownAt(i);
            if (_driver.isFirst(i)) vm.assertFalse(_batches.isVoid(known.owner, root, known.id), "first");
        }
    }

    /// @notice The contract never holds Ether.
    function invariant_NoEther() public view {
        vm.assertEq(address(_batches).balance, 0, "balance");
    }
}
