// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidAnchors} from "../../src/anchors/LucidAnchors.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice Calls LucidAnchors at random and holds every answer against a model of what it should be.
/// @dev A wrong answer reverts here, which fails the run: foundry.toml sets fail_on_revert.
contract LucidAnchorsDriver is LucidTest {
    struct Modelled {
        address owner;
        uint8 state;
        uint32 progressCount;
        uint64 openedAt;
        uint256 opened;
        uint256 sealedTimes;
    }

    uint256 public constant IDS = 4;
    uint256 public constant ACTORS = 3;

    LucidAnchors public immutable ANCHORS;
    mapping(bytes16 sessionId => Modelled) private _model;
    uint256 private _now = NOW;

    constructor(LucidAnchors anchors) {
        ANCHORS = anchors;
    }

    function idOf(uint256 seed) public pure returns (bytes16) {
        return bytes16(uint128(bound(seed, 1, IDS)));
    }

    function modelOf(bytes16 id) external view returns (Modelled memory) {
        return _model[id];
    }

    function open(uint256 idSeed, uint256 actorSeed, bytes32 policyHash, bytes32 key) external {
        (bytes16 id, address caller) = (idOf(idSeed), actorOf(actorSeed));
        Modelled storage session = _model[id];
        (policyHash, key) = (sometimesZero(policyHash), sometimesZero(key));
        bytes memory refusal;
        if (policyHash == 0) refusal = zero("policyHash");
        else if (key == 0) refusal = zero("ephemeralKey");
        else if (session.state != 0) refusal = abi.encodeWithSelector(LucidAnchors.SessionAlreadyKnown.selector, id);

        if (isTaken(caller, abi.encodeCall(ANCHORS.openSession, (id, policyHash, key)), refusal)) {
            (session.owner, session.state, session.openedAt) = (caller, 1, uint64(_now));
            session.opened += 1;
        }
    }

    function seal(uint256 idSeed, uint256 actorSeed, bytes32 manifestHash, bytes32 root, uint32 count) external {
        (bytes16 id, address caller) = (idOf(idSeed), actorOf(actorSeed));
        Modelled storage session = _model[id];
        (manifestHash, root, count) = (sometimesZero(manifestHash), sometimesZero(root), uint32(bound(count, 0, 12)));
        bytes memory refusal = refusalOf(id, caller);
        if (refusal.length == 0) {
            if (manifestHash == 0) {
                refusal = zero("manifestHash");
            } else if (root == 0 && count != 0) {
                refusal = zero("merkleRoot");
            } else if (count < session.progressCount) {
                refusal =
                    abi.encodeWithSelector(LucidAnchors.SealBelowProgress.selector, id, session.progressCount, count);
            }
        }
        if (isTaken(caller, abi.encodeCall(ANCHORS.sealSession, (id, manifestHash, root, count)), refusal)) {
            session.state = 2;
            session.sealedTimes += 1;
        }
    }

    function anchorChunk(uint256 idSeed, uint256 actorSeed, uint32 index, bytes32 leaf) external {
        (bytes16 id, address caller) = (idOf(idSeed), actorOf(actorSeed));
        leaf = sometimesZero(leaf);
        bytes memory refusal = refusalOf(id, caller);
        if (refusal.length == 0 && leaf == 0) refusal = zero("leaf");
        isTaken(caller, abi.encodeCall(ANCHORS.anchorChunk, (id, index, leaf)), refusal);
    }

    function anchorProgress(uint256 idSeed, uint256 actorSeed, bytes32 root, uint32 count) external {
        (bytes16 id, address caller) = (idOf(idSeed), actorOf(actorSeed));
        Modelled storage session = _model[id];
        (root, count) = (sometimesZero(root), uint32(bound(count, 0, 12)));
        bytes memory refusal = refusalOf(id, caller);
        if (refusal.length == 0) {
            if (root == 0) {
                refusal = zero("merkleRoot");
            } else if (count <= session.progressCount) {
                refusal =
                    abi.encodeWithSelector(LucidAnchors.ProgressNotRising.selector, id, session.progressCount, count);
            }
        }
        if (isTaken(caller, abi.encodeCall(ANCHORS.anchorProgress, (id, root, count)), refusal)) {
            session.progressCount = count;
        }
    }

    function wait_(uint256 secondsSeed) external {
        _now += bound(secondsSeed, 1, 30 days);
        vm.warp(_now);
    }

    function actorOf(uint256 seed) private pure returns (address) {
        return address(uint160(0xA000 + bound(seed, 1, ACTORS)));
    }

    /// @dev Zero for every eighth value.
    function sometimesZero(bytes32 value) private pure returns (bytes32) {
        return uint256(value) % 8 == 7 ? bytes32(0) : value;
    }

    function zero(string memory field) private pure returns (bytes memory) {
        return abi.encodeWithSelector(LucidAnchors.ZeroValue.selector, field);
    }

    /// @dev What the owner-only functions answer before they look at values; empty if they go on.
    function refusalOf(bytes16 id, address caller) private view returns (bytes memory) {
        Modelled storage session = _model[id];
        if (session.state != 1) return abi.encodeWithSelector(LucidAnchors.SessionNotOpen.selector, id);
        if (session.owner != caller) {
            return abi.encodeWithSelector(LucidAnchors.NotSessionOwner.selector, id, caller);
        }
        return "";
    }

    /// @dev Makes the call; fails unless it is taken, or refused with exactly `refusal` where there is one.
    function isTaken(address caller, bytes memory data, bytes memory refusal) private returns (bool taken) {
        bytes memory answer;
        vm.prank(caller);
        (taken, answer) = address(ANCHORS).call(data);
        vm.assertTrue(taken == (refusal.length == 0), "taken");
        if (!taken) vm.assertEq(keccak256(answer), keccak256(refusal), "refusal");
    }
}

contract LucidAnchorsInvariantTest is LucidTest {
    LucidAnchors private _anchors;
    LucidAnchorsDriver private _driver;

    function setUp() public {
        vm.warp(NOW);
        _anchors = new LucidAnchors();
        _driver = new LucidAnchorsDriver(_anchors);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    /// @notice What is stored of every session is what the accepted calls made of it.
    function invariant_StorageFollowsTheModel() public view {
        for (uint256 i = 0; i < _driver.IDS(); ++i) {
            bytes16 id = _driver.idOf(i);
            LucidAnchorsDriver.Modelled memory session = _driver.modelOf(id);
            (address owner, uint8 state, uint32 progressCount, uint64 openedAt) = _anchors.sessionOf(id);
            vm.assertEq(owner, session.owner, "owner");
            vm.assertEq(uint256(state), session.state, "state");
            vm.assertEq(uint256(progressCount), session.progressCount, "progressCount");
            vm.assertEq(uint256(openedAt), session.openedAt, "openedAt");
        }
    }

    /// @notice No ID is opened twice and no session sealed twice.
    function invariant_NoIdTwice() public view {
        for (uint256 i = 0; i < _driver.IDS(); ++i) {
            LucidAnchorsDriver.Modelled memory session = _driver.modelOf(_driver.idOf(i));
            vm.assertTrue(session.opened <= 1, "opened");
            vm.assertTrue(session.sealedTimes <= session.opened, "sealed");
        }
    }

    /// @notice The contract never holds Ether.
    function invariant_NoEther() public view {
        vm.assertEq(address(_anchors).balance, 0, "balance");
    }
}
