// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidRewards} from "../../src/token/LucidRewards.sol";
import {LucidRewardsFixture} from "./LucidRewardsFixture.sol";

/// @notice Brings batches to LucidRewards at random and holds every answer against a model of what it should be.
/// @dev A wrong answer reverts here, which fails the run: foundry.toml sets fail_on_revert. The model has the reward
/// by the inequality that a floor is defined by, not by the division that the contract does.
contract LucidRewardsDriver is LucidRewardsFixture {
    uint256 private _now;
    uint256 public rewarded;
    uint256 public next;
    uint256 public start;
    mapping(uint64 slot => uint256) public timesPaid;
    mapping(address account => uint256) public earned;
    uint64[] public paidSlots;

    constructor(uint256 supply) {
        setUp();
        mintUpTo(supply);
        (start, _now) = (supply, NOW);
    }

    function supplyNow() external view returns (uint256) {
        return token.totalSupply();
    }

    function balanceNow(address account) external view returns (uint256) {
        return token.balanceOf(account);
    }

    function nextSlotNow() external view returns (uint256) {
        return rewards.nextSlot();
    }

    function countPaid() external view returns (uint256) {
        return paidSlots.length;
    }

    /// @dev One or two slots, mostly following what was paid, sometimes out of order, unknown nodes or too few signers.
    function bring(uint256 seed, uint32 sessions, uint64 size, uint32 active, bool isPair) external {
        LucidRewards.SlotRecord memory first = LucidRewards.SlotRecord({
            slot: uint64(next + seed % 5),
            nodeId: 1 + (seed >> 8) % (seed % 16 == 0 ? 5 : 3),
            sessions: sessions % 14,
            compressedBytes: size % 200_000_000,
            activeNodes: active % 60
        });
        if (seed % 11 == 10 && next > 0) first.slot = uint64(next - 1);
        if (seed % 13 == 12) first.slot = uint64(1_000_000 + seed % 7);
        LucidRewards.SlotRecord memory second = quiet(uint64(uint256(first.slot) + (seed >> 16) % 4), 2);
        second.sessions = sessions / 14 % 14;
        LucidRewards.SlotRecord[] memory slots = isPair ? two(first, second) : one(first);
        uint256 signers = seed % 17 == 16 ? 2 : 3;
        if (isTaken(slots, signers, refusalOf(slots, signers))) pay(slots);
    }

    /// @dev The set value is within its bounds.
    function vote(uint256 baseMb, uint256 dMin) external {
        vm.prank(TIMELOCK);
        params.set("baseMbPerSession", bound(baseMb, 1, 100));
        vm.prank(TIMELOCK);
        params.set("dMinBps", bound(dMin, 0, 9000));
    }

    function wait_(uint256 secondsSeed) external {
        _now += bound(secondsSeed, 1, 600);
        vm.warp(_now);
    }

    function refusalOf(LucidRewards.SlotRecord[] memory slots, uint256 signers) private view returns (bytes memory) {
        uint256 lowest = next;
        for (uint256 i = 0; i < slots.length; ++i) {
            uint64 slot = slots[i].slot;
            if (slot < lowest) return abi.encodeWithSelector(LucidRewards.SlotNotRising.selector, lowest, slot);
            uint256 endsAt = FIRST_SLOT_AT + (uint256(slot) + 1) * 120;
            if (_now < endsAt) return abi.encodeWithSelector(LucidRewards.SlotNotOver.selector, slot, endsAt);
            lowest = uint256(slot) + 1;
        }
        if (signers < 3) return abi.encodeWithSignature("QuorumNotReached(uint256,uint256)", 2, 3);
        for (uint256 i = 0; i < slots.length; ++i) {
            if (slots[i].nodeId > 3) return abi.encodeWithSignature("NodeUnknown(uint256)", slots[i].nodeId);
        }
        return "";
    }

    function pay(LucidRewards.SlotRecord[] memory slots) private {
        address[4] memory accounts = [address(0), ALICE, BOB, POOL];
        for (uint256 i = 0; i < slots.length; ++i) {
            uint256 amount = modelled(slots[i]);
            uint256 left = CAP - start - rewarded;
            if (amount > left) amount = left;
            rewarded += amount;
            earned[accounts[slots[i].nodeId]] += amount;
            timesPaid[slots[i].slot] += 1;
            paidSlots.push(slots[i].slot);
            next = uint256(slots[i].slot) + 1;
        }
    }

    /// @dev The largest whole r with (r - 1) * 9 * A * (1 - least) <= (most - 1) * (S - 1) * (W - A * least), in bps.
    function modelled(LucidRewards.SlotRecord memory each) private view returns (uint256 amount) {
        if (each.sessions == 0) return 2 * LUCID;
        uint256 most = 50;
        for (uint256 i = (start + rewarded) / HALVING; i > 0; --i) {
            most /= 2;
        }
        uint256 base = params.valueOf("baseMbPerSession") * 1_000_000;
        uint256 work = each.sessions;
        while (work * base < each.compressedBytes) ++work;
        uint256 active = each.activeNodes == 0 ? 1 : each.activeNodes;
        uint256 dMin = params.valueOf("dMinBps");
        uint256 over = work * 10_000 < dMin * active ? 0 : work * 10_000 - dMin * active;
        uint256 full = (10_000 - dMin) * active;
        if (over > full) over = full;
        uint256 more = each.sessions > 10 ? 9 : each.sessions - 1;
        amount = 1;
        while (amount < most && amount * 9 * full <= (most - 1) * more * over) ++amount;
        return amount * LUCID;
    }

    /// @dev Brings the batch; fails unless it is taken, or refused with exactly `refusal` where there is one.
    function isTaken(LucidRewards.SlotRecord[] memory slots, uint256 signers, bytes memory refusal)
        private
        returns (bool taken)
    {
        bytes memory answer;
        bytes memory data = abi.encodeCall(rewards.reward, (slots, attested(slots, signers)));
        (taken, answer) = address(rewards).call(data);
        vm.assertTrue(taken == (refusal.length == 0), "taken");
        if (!taken) vm.assertEq(keccak256(answer), keccak256(refusal), "refusal");
    }
}

/// @notice What holds whatever batches are brought, wherever in the life of the token.
abstract contract LucidRewardsInvariants is LucidRewardsFixture {
    LucidRewardsDriver private _driver;

    function startAt(uint256 supply) internal {
        _driver = new LucidRewardsDriver(supply);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0].addr = address(_driver);
        selectors[0].selectors = new bytes4[](3);
        selectors[0].selectors[0] = _driver.bring.selector;
        selectors[0].selectors[1] = _driver.vote.selector;
        selectors[0].selectors[2] = _driver.wait_.selector;
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// @notice The supply is the sum of all rewards and never above the cap.
    function invariant_SupplyIsTheSumOfRewards() public view {
        vm.assertEq(_driver.supplyNow(), _driver.start() + _driver.rewarded(), "supply");
        vm.assertTrue(_driver.supplyNow() <= CAP, "cap");
    }

    /// @notice Everybody has exactly what their nodes' slots earned.
    function invariant_EverybodyHasWhatWasEarned() public view {
        vm.assertEq(_driver.balanceNow(ALICE), _driver.earned(ALICE), "ALICE");
        vm.assertEq(_driver.balanceNow(BOB), _driver.earned(BOB), "BOB");
        vm.assertEq(_driver.balanceNow(POOL), _driver.earned(POOL), "POOL");
    }

    /// @notice No slot was paid twice, and none below the next can be.
    function invariant_NoSlotTwice() public view {
        vm.assertEq(_driver.nextSlotNow(), _driver.next(), "next");
        for (uint256 i = 0; i < _driver.countPaid(); ++i) {
            uint64 slot = _driver.paidSlots(i);
            vm.assertEq(_driver.timesPaid(slot), 1, "times");
            vm.assertTrue(slot < _driver.nextSlotNow(), "below next");
        }
    }
}

contract RewardsFromTheBeginningInvariantTest is LucidRewardsInvariants {
    function setUp() public override {
        vm.warp(NOW);
        startAt(0);
    }
}

contract RewardsAcrossAHalvingInvariantTest is LucidRewardsInvariants {
    function setUp() public override {
        vm.warp(NOW);
        startAt(3 * HALVING - 40 * LUCID);
    }
}

contract RewardsUpToTheCapInvariantTest is LucidRewardsInvariants {
    function setUp() public override {
        vm.warp(NOW);
        startAt(CAP - 21 * LUCID / 2);
    }
}
