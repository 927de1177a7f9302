// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidStorageProofs} from "../../src/storage/LucidStorageProofs.sol";
import {LucidTest} from "../LucidTest.sol";
import {LucidStorageProofsFixture} from "./LucidStorageProofsFixture.sol";

/// @notice Challenges Bob, draws, answers and waits at random, and holds every answer against a model.
/// @dev A wrong answer reverts here, which fails the run: foundry.toml sets fail_on_revert.
contract LucidStorageProofsDriver is LucidStorageProofsFixture {
    /// @dev A challenge as the model has it.
    struct Asked {
        address challenger;
        uint256 deadline;
        uint256 blockNumber;
        bool isDrawn;
        LucidStorageProofs.State state;
    }

    Asked[] private _asked;
    mapping(address challenger => mapping(uint256 period => uint256)) private _load;
    uint256 private _endsAt;
    uint256 private _now = NOW;
    uint256 private _block = 1000;

    constructor() {
        setUp();
    }

    function count() external view returns (uint256 challenges) {
        return _asked.length;
    }

    function askedAt(uint64 id) external view returns (Asked memory asked) {
        return _asked[id - 1];
    }

    function contractUnderTest() external view returns (LucidStorageProofs found) {
        return proofs;
    }

    function challengerOf(uint256 number) public pure returns (address challenger) {
        return number == 1 ? ALICE : address(uint160(number - 1));
    }

    function challenge(uint256 callerSeed) external {
        address caller = callerSeed % 5 == 0 ? BOB : challengerOf(callerSeed % 5);
        uint256 period = _now / WINDOW;
        bytes memory refusal;
        if (caller == BOB) {
            refusal = abi.encodeWithSelector(LucidStorageProofs.OwnChallenge.selector, BOB);
        } else if (_endsAt != 0 && _now + WINDOW > _endsAt) {
            refusal = abi.encodeWithSelector(LucidStorageProofs.DeclarationOver.selector, BOB, uint40(_endsAt));
        } else if (_load[caller][period] == 4) {
            refusal = abi.encodeWithSelector(
                LucidStorageProofs.ChallengedEnough.selector, BOB, caller, uint64((period + 1) * WINDOW)
            );
        }
        bytes memory data = abi.encodeCall(proofs.challenge, (ALICE, SESSION, BOB, FIRST, COUNT, replicaRoot));
        if (!isTaken(caller, data, refusal)) return;
        ++_load[caller][period];
        _asked.push(Asked(caller, _now + WINDOW, _block, false, LucidStorageProofs.State.Open));
    }

    /// @dev Once in sixteen times, so that there is something to challenge for long.
    function end(uint256 chance) external {
        if (chance % 16 != 0) return;
        bytes memory refusal;
        if (_endsAt != 0) {
            refusal = abi.encodeWithSelector(LucidStorageProofs.DeclarationOver.selector, BOB, uint40(_endsAt));
        }
        bytes memory data = abi.encodeCall(proofs.endDeclaration, (ALICE, SESSION, FIRST, COUNT, replicaRoot));
        if (isTaken(BOB, data, refusal)) _endsAt = _now + 2 * WINDOW;
    }

    function endsAt() external view returns (uint256) {
        return _endsAt;
    }

    function draw(uint64 idSeed) external {
        uint64 id = idFrom(idSeed);
        bytes memory refusal;
        if (!isOpen(id)) {
            refusal = abi.encodeWithSelector(LucidStorageProofs.ChallengeNotOpen.selector, id);
        } else if (_asked[id - 1].isDrawn) {
            refusal = abi.encodeWithSelector(LucidStorageProofs.SegmentAlreadyDrawn.selector, id);
        } else if (!isHashKnown(id)) {
            refusal = unknownSegment(id);
        }
        if (isTaken(ALICE, abi.encodeCall(proofs.draw, (id)), refusal)) _asked[id - 1].isDrawn = true;
    }

    /// @dev Three of four answers are right.
    function answer(uint64 idSeed, uint256 fault) external {
        uint64 id = idFrom(idSeed);
        fault = bound(fault, 0, 7);
        address caller = fault == 0 ? ALICE : BOB;
        bytes memory refusal;
        uint64 index;
        if (isOpen(id) && isKnown(id)) index = proofs.segmentOf(id, SEGMENTS);
        bytes memory segment = segmentAt(fault == 1 ? (index + 1) % SEGMENTS : index);
        if (!isOpen(id)) {
            refusal = abi.encodeWithSelector(LucidStorageProofs.ChallengeNotOpen.selector, id);
        } else if (caller != BOB) {
            refusal = abi.encodeWithSelector(LucidStorageProofs.NotHolder.selector, id, caller);
        } else if (_now > _asked[id - 1].deadline) {
            refusal =
                abi.encodeWithSelector(LucidStorageProofs.WindowOver.selector, id, uint40(_asked[id - 1].deadline));
        } else if (!isKnown(id)) {
            refusal = unknownSegment(id);
        } else if (fault == 1) {
            refusal = abi.encodeWithSelector(LucidStorageProofs.WrongSegment.selector, id, index);
        }
        bytes memory data = abi.encodeCall(proofs.answer, (id, treeRoot, SEGMENTS, segment, pathOf(index)));
        if (isTaken(caller, data, refusal)) _asked[id - 1].state = LucidStorageProofs.State.Answered;
    }

    function recordUnanswered(uint64 idSeed) external {
        uint64 id = idFrom(idSeed);
        bytes memory refusal;
        if (!isOpen(id)) {
            refusal = abi.encodeWithSelector(LucidStorageProofs.ChallengeNotOpen.selector, id);
        } else if (_now <= _asked[id - 1].deadline) {
            refusal =
                abi.encodeWithSelector(LucidStorageProofs.WindowRunning.selector, id, uint40(_asked[id - 1].deadline));
        }
        if (!isTaken(ALICE, abi.encodeCall(proofs.recordUnanswered, (id)), refusal)) return;
        _asked[id - 1].state = isKnown(id) ? LucidStorageProofs.State.Missed : LucidStorageProofs.State.Lapsed;
    }

    function wait_(uint256 secondsSeed, uint256 blocksSeed) external {
        _now += bound(secondsSeed, 1, 40 minutes);
        _block += blocksSeed % 8 == 7 ? 257 : bound(blocksSeed, 1, 100);
        vm.warp(_now);
        vm.roll(_block);
        // Forge gives each height one hash for ever; here each moment has another.
        vm.setBlockhash(_block - 1, keccak256(abi.encode(_block, _now)));
    }

    function idFrom(uint64 seed) private view returns (uint64 id) {
        return uint64(bound(seed, 1, _asked.length + 1));
    }

    function isOpen(uint64 id) private view returns (bool yes) {
        return id <= _asked.length && _asked[id - 1].state == LucidStorageProofs.State.Open;
    }

    function isHashKnown(uint64 id) private view returns (bool yes) {
        uint256 decides = _asked[id - 1].blockNumber;
        return _block > decides && _block <= decides + 256;
    }

    function isKnown(uint64 id) private view returns (bool yes) {
        return _asked[id - 1].isDrawn || isHashKnown(id);
    }

    function unknownSegment(uint64 id) private view returns (bytes memory refusal) {
        return
            abi.encodeWithSelector(LucidStorageProofs.SegmentUnknown.selector, id, uint48(_asked[id - 1].blockNumber));
    }

    /// @dev Makes the call; fails unless it is taken, or refused with exactly `refusal` where there is one.
    function isTaken(address caller, bytes memory data, bytes memory refusal) private returns (bool taken) {
        bytes memory found;
        vm.prank(caller);
        (taken, found) = address(proofs).call(data);
        vm.assertTrue(taken == (refusal.length == 0), "taken");
        if (!taken) vm.assertEq(keccak256(found), keccak256(refusal), "refusal");
    }
}

contract LucidStorageProofsInvariantTest is LucidTest {
    LucidStorageProofs private _proofs;
    LucidStorageProofsDriver private _driver;

    function setUp() public {
        vm.warp(NOW);
        vm.roll(1000);
        _driver = new LucidStorageProofsDriver();
        _proofs = _driver.contractUnderTest();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        bytes4[] memory chosen = new bytes4[](6);
        chosen[0] = LucidStorageProofsDriver.challenge.selector;
        chosen[1] = LucidStorageProofsDriver.draw.selector;
        chosen[2] = LucidStorageProofsDriver.answer.selector;
        chosen[3] = LucidStorageProofsDriver.recordUnanswered.selector;
        chosen[4] = LucidStorageProofsDriver.wait_.selector;
        chosen[5] = LucidStorageProofsDriver.end.selector;
        selectors[0] = FuzzSelector(address(_driver), chosen);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// @notice The tallies of all challengers are the states of the challenges that each made.
    function invariant_EachChallengerIsCountedByHimself() public view {
        for (uint256 i = 1; i < 5; ++i) {
            address challenger = _driver.challengerOf(i);
            uint256[5] memory states;
            for (uint64 id = 1; id <= _driver.count(); ++id) {
                LucidStorageProofsDriver.Asked memory asked = _driver.askedAt(id);
                if (asked.challenger == challenger) ++states[uint256(asked.state)];
            }
            (uint64 challenged, uint64 answered, uint64 missed, uint64 lapsed) = _proofs.tallyBy(BOB, challenger);
            vm.assertEq(uint256(challenged), states[1] + states[2] + states[3] + states[4], "challenged");
            vm.assertEq(uint256(answered), states[2], "answered");
            vm.assertEq(uint256(missed), states[3], "missed");
            vm.assertEq(uint256(lapsed), states[4], "lapsed");
        }
    }

    /// @notice Every challenge is where the model has it, and the tally counts each exactly once.
    function invariant_EveryChallengeIsCountedOnce() public view {
        uint256[5] memory states;
        for (uint64 id = 1; id <= _driver.count(); ++id) {
            (, uint8 state, uint64 deadline, uint64 blockNumber,,) = _proofs.challengeOf(id);
            LucidStorageProofsDriver.Asked memory asked = _driver.askedAt(id);
            vm.assertEq(uint256(state), uint256(asked.state), "state");
            vm.assertEq(uint256(deadline), asked.deadline, "deadline");
            vm.assertEq(uint256(blockNumber), asked.blockNumber, "block");
            ++states[state];
        }
        (uint64 challenged, uint64 answered, uint64 missed, uint64 lapsed) = _proofs.tallyOf(BOB);
        vm.assertEq(uint256(challenged), _driver.count(), "challenged");
        vm.assertEq(uint256(answered), states[2], "answered");
        vm.assertEq(uint256(missed), states[3], "missed");
        vm.assertEq(uint256(lapsed), states[4], "lapsed");
        vm.assertEq(states[0], 0, "unknown");
    }

    /// @notice No four challengers make a holder's open windows more than eight each.
    function invariant_NobodyIsAskedWithoutEnd() public view {
        uint256 running;
        for (uint64 id = 1; id <= _driver.count(); ++id) {
            if (_driver.askedAt(id).deadline >= block.timestamp) ++running;
        }
        vm.assertTrue(running <= 4 * 8, "running");
    }

    /// @notice After a declaration's end nothing that was asked of it can still be missed anew: no deadline is later.
    function invariant_EndedIsOver() public view {
        uint256 endsAt = _driver.endsAt();
        if (endsAt == 0) return;
        for (uint64 id = 1; id <= _driver.count(); ++id) {
            vm.assertTrue(_driver.askedAt(id).deadline <= endsAt, "due after the end");
        }
    }

    /// @notice The contract never holds Ether.
    function invariant_NoEther() public view {
        vm.assertEq(address(_proofs).balance, 0, "balance");
    }
}
