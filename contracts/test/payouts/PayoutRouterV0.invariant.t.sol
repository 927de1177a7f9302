// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PayoutRouter} from "../../src/payouts/PayoutRouter.sol";
import {PayoutRouterV0} from "../../src/payouts/PayoutRouterV0.sol";
import {PayoutSentence} from "../../src/payouts/PayoutSentence.sol";
import {LucidTest} from "../LucidTest.sol";
import {PayoutRouterV0Fixture} from "./PayoutRouterV0.t.sol";

/// @notice Pays, opens, claims and closes at random, and keeps its own books of what was approved and paid.
/// @dev Each list has four lines of one payee; a list is named by its number, which is in the amounts.
contract PayoutDriver is PayoutRouterV0Fixture {
    uint256 public approved;
    uint256 public paid;
    uint256 public opened;
    uint256 public reservedByModel;
    uint256 public highestOfADay;

    bytes32[] public roots;
    mapping(bytes32 id => uint256) public timesPaid;
    mapping(bytes32 root => uint256) public left;
    mapping(bytes32 root => uint256) public expiry;
    mapping(bytes32 root => bool) public isClosed;
    mapping(bytes32 root => mapping(uint256 index => uint256)) public timesClaimed;
    mapping(uint256 day => uint256) public paidOn;
    bytes32[] private _ids;
    uint256 private _now = NOW;

    constructor() {
        setUp();
    }

    /// @dev The driver's functions are called at random, this one too: it makes one router only.
    function setUp() public override {
        if (address(router) == address(0)) super.setUp();
    }

    function target() external view returns (PayoutRouter) {
        return router;
    }

    function balance() external view returns (uint256) {
        return token.balanceOf(address(router));
    }

    function countRoots() external view returns (uint256) {
        return roots.length;
    }

    function idAt(uint256 i) external view returns (bytes32) {
        return _ids[i];
    }

    function countIds() external view returns (uint256) {
        return _ids.length;
    }

    function pay(uint64 amountSeed, uint32 numberSeed, uint256 pair) external {
        PayoutSentence.Payout memory payout =
            payoutOf(uint64(bound(amountSeed, 0, 600)) * 100 * USDT, uint32(bound(numberSeed, 1, 8)));
        payout.expiresAt = soon();
        (bool isTaken,) =
            address(router).call(payCall(payout, signedBy(pair % 4, (pair / 4) % 4, router.payoutSentence(payout))));
        bytes32 id = idOf(payout);
        bool isApproved = pair % 4 < (pair / 4) % 4 && (pair / 4) % 4 < 3;
        if (!isApproved || payout.amount == 0 || payout.amount > PAYMENT_CAP || timesPaid[id] > 0) {
            vm.assertFalse(isTaken, "a payout that is not to be paid");
        }
        if (!isTaken) return;
        timesPaid[id] += 1;
        _ids.push(id);
        approved += payout.amount;
        book(payout.amount);
    }

    function open(uint64 unitSeed) external {
        uint64 unit = uint64(bound(unitSeed, 1, 60)) * 1000 * USDT;
        if (roots.length == 8) return;
        bytes32 root_ = treeOf(roots.length, unit, 4, 0);
        PayoutSentence.Batch memory batch = PayoutSentence.Batch(root_, unit * 4, 4, OCTOBER, soon());
        uint256 free = token.balanceOf(address(router)) - reservedByModel;
        (bool isTaken,) =
            address(router).call(abi.encodeCall(router.openBatch, (batch, signed(router.batchSentence(batch)))));
        if (left[root_] == 0 && expiry[root_] == 0) vm.assertTrue(isTaken == (batch.total <= free), "opened");
        if (!isTaken) return;
        roots.push(root_);
        _units[root_] = unit;
        (left[root_], expiry[root_]) = (batch.total, batch.expiresAt);
        approved += batch.total;
        opened += 1;
        reservedByModel += batch.total;
    }

    mapping(bytes32 root => uint64) private _units;

    function claim(uint256 rootSeed, uint32 indexSeed) external {
        if (roots.length == 0) return;
        uint256 number = bound(rootSeed, 0, roots.length - 1);
        uint32 index = uint32(bound(indexSeed, 0, 3));
        bytes32 root_ = roots[number];
        uint64 unit = _units[root_];
        PayoutRouter.Claim memory line = PayoutRouter.Claim(root_, index, payeeOf(number, index), unit);
        (bool isTaken,) = address(router).call(claimCall(line, proofIn(number, unit, index)));
        bool isDue = timesClaimed[root_][index] == 0 && !isClosed[root_] && _now <= expiry[root_];
        isDue = isDue && unit <= PAYMENT_CAP && paidOn[_now / 1 days] + unit <= DAILY_CAP;
        vm.assertTrue(isTaken == isDue, "claimed");
        if (!isTaken) return;
        timesClaimed[root_][index] += 1;
        left[root_] -= unit;
        reservedByModel -= unit;
        book(unit);
    }

    function close(uint256 rootSeed) external {
        if (roots.length == 0) return;
        bytes32 root_ = roots[bound(rootSeed, 0, roots.length - 1)];
        (bool isTaken,) = address(router).call(abi.encodeCall(router.closeBatch, (root_)));
        vm.assertTrue(isTaken == (!isClosed[root_] && _now > expiry[root_]), "closed");
        if (!isTaken) return;
        isClosed[root_] = true;
        reservedByModel -= left[root_];
    }

    function wait_(uint256 secondsSeed) external {
        _now += bound(secondsSeed, 1, 1 days);
        vm.warp(_now);
    }

    function soon() private view returns (uint64) {
        return uint64(_now - _now % 60 + 2 days);
    }

    function book(uint256 amount) private {
        paid += amount;
        paidOn[_now / 1 days] += amount;
        if (paidOn[_now / 1 days] > highestOfADay) highestOfADay = paidOn[_now / 1 days];
    }

    function payeeOf(uint256 number, uint256 index) private pure returns (address) {
        return address(uint160(0xBEEF00 + number * 16 + index));
    }

    function lineLeaf(uint256 number, uint64 unit, uint32 index) private view returns (bytes32) {
        PayoutRouter.Claim memory line = PayoutRouter.Claim(0, index, payeeOf(number, index), unit);
        return leafOf(CHAIN, address(router), OCTOBER, line);
    }

    /// @dev The root over `count` (2 or 4) lines from `first` on.
    function treeOf(uint256 number, uint64 unit, uint32 count, uint32 first) private view returns (bytes32) {
        if (count == 1) return lineLeaf(number, unit, first);
        return hashPair(treeOf(number, unit, count / 2, first), treeOf(number, unit, count / 2, first + count / 2));
    }

    function proofIn(uint256 number, uint64 unit, uint32 index) private view returns (bytes32[] memory proof) {
        proof = new bytes32[](2);
        proof[0] = lineLeaf(number, unit, index ^ 1);
        proof[1] = treeOf(number, unit, 2, index < 2 ? 2 : 0);
    }
}

/// @dev Signing takes most of the time, so there are fewer runs than elsewhere.
/// forge-config: default.invariant.runs = 12
contract PayoutRouterV0InvariantTest is LucidTest {
    PayoutDriver private _driver;
    PayoutRouter private _router;

    function setUp() public {
        vm.warp(NOW);
        _driver = new PayoutDriver();
        _router = _driver.target();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    /// @notice What left the router is what the books have as paid, and never more than was approved.
    function invariant_PaidIsNeverAboveApproved() public view {
        vm.assertEq(_driver.balance() + _driver.paid(), 1_000_000e6, "paid");
        vm.assertTrue(_driver.paid() <= _driver.approved(), "approved");
    }

    /// @notice What open lists reserve is what the books have, and never more than is here.
    function invariant_ApprovedIsNeverAboveFunded() public view {
        vm.assertEq(_router.reserved(), _driver.reservedByModel(), "reserved");
        vm.assertTrue(_router.reserved() <= _driver.balance(), "funded");
    }

    /// @notice No payout and no line of a list is paid twice.
    function invariant_NothingIsPaidTwice() public view {
        for (uint256 i = 0; i < _driver.countIds(); ++i) {
            vm.assertEq(_driver.timesPaid(_driver.idAt(i)), 1, "payout");
            vm.assertTrue(_router.isPayoutPaid(_driver.idAt(i)), "remembered");
        }
        for (uint256 i = 0; i < _driver.countRoots(); ++i) {
            bytes32 root = _driver.roots(i);
            vm.assertEq(_router.batchOf(root).left, _driver.left(root), "left");
            for (uint32 index = 0; index < 4; ++index) {
                uint256 times = _driver.timesClaimed(root, index);
                vm.assertTrue(times <= 1, "line");
                vm.assertTrue(_router.isClaimPaid(root, index) == (times == 1), "line remembered");
            }
        }
    }

    /// @notice No day moves more than its cap.
    function invariant_NoDayIsAboveItsCap() public view {
        vm.assertTrue(_driver.highestOfADay() <= 250_000e6, "day");
    }
}
