// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PayoutRouter} from "../../src/payouts/PayoutRouter.sol";
import {PayoutRouterKYC} from "../../src/payouts/PayoutRouterKYC.sol";
import {PayoutSentence} from "../../src/payouts/PayoutSentence.sol";
import {LucidTest} from "../LucidTest.sol";
import {PayoutRouterKYCFixture} from "./PayoutRouterKYC.t.sol";
import {Textbook} from "./Textbook.sol";

/// @notice Pays and claims at random with passes that are good or bad in every way, opens and closes lists, hands over to
/// other compliance signers, stops and resumes; and says before each call, from books of its own, whether it will be taken.
/// @dev A wrong answer reverts here, which fails the run. Each list has two lines, for two of three recipients.
contract KycDriver is PayoutRouterKYCFixture {
    struct List {
        uint64 unit;
        uint64 left;
        uint64 expiry;
        bool isClosed;
        bool[2] isPaid;
    }

    uint256 public paid;
    uint256 public approved;
    uint256 public reservedByModel;
    bool public isPaused;
    uint32 public number = 1;

    bytes32[] public roots;
    mapping(address payee => uint64) public timesPaid;
    mapping(address payee => mapping(uint256 day => uint64)) public receivedOn;
    mapping(uint256 day => uint256) public paidOn;
    mapping(bytes32 id => bool) private _isPaid;
    mapping(bytes32 root => List) private _lists;
    uint32 private _changes;
    uint256 private _nextKey;
    uint256 private _nextAt;
    uint256 private _now = NOW;

    constructor() {
        setUp();
    }

    /// @dev The driver's functions are called at random, this one too: it makes one router only.
    function setUp() public override {
        if (address(router) == address(0)) super.setUp();
    }

    function target() external view returns (PayoutRouterKYC) {
        return kyc();
    }

    function balance() external view returns (uint256) {
        return token.balanceOf(address(router));
    }

    function countRoots() external view returns (uint256) {
        return roots.length;
    }

    function isLinePaid(bytes32 root_, uint32 index) external view returns (bool) {
        return _lists[root_].isPaid[index];
    }

    function payeeOf(uint256 seed) public pure returns (address) {
        return address(uint160(0xBEEF00 + seed % 3));
    }

    /// @dev The address of the key that signs passes now.
    function complianceNow() external view returns (address) {
        return vm.addr(keyNow());
    }

    function pay(uint64 amountSeed, uint32 numberSeed, uint256 payeeSeed, uint256 passSeed) external {
        PayoutSentence.Payout memory payout =
            payoutOf(uint64(bound(amountSeed, 0, 550)) * 100 * USDT, uint32(bound(numberSeed, 1, 12)));
        (payout.payee, payout.expiresAt) = (payeeOf(payeeSeed), soon());
        bytes32 id = idOf(payout);
        (PayoutRouterKYC.KycPass memory pass, uint256 key, bool isGood) = passOf(payout.payee, payout.amount, passSeed);
        bool isDue = isGood && !_isPaid[id] && isPayable(payout.amount);
        isDue = isDue && token.balanceOf(address(router)) - reservedByModel >= payout.amount;
        bytes memory passSignature = signedPass(key, payout.payee, pass);
        bytes[] memory signatures = signed(textOf(payout));
        callAndCompare(abi.encodeCall(PayoutRouterKYC.pay, (payout, signatures, pass, passSignature)), isDue);
        if (!isDue) return;
        _isPaid[id] = true;
        approved += payout.amount;
        book(payout.payee, payout.amount);
    }

    function open(uint64 unitSeed) external {
        if (roots.length == 8) return;
        uint64 unit = uint64(bound(unitSeed, 1, 60) * 1000 * USDT + roots.length); // no two lists are the same
        bytes32 root_ = hashPair(lineLeaf(roots.length, 0, unit), lineLeaf(roots.length, 1, unit));
        PayoutSentence.Batch memory batch = PayoutSentence.Batch(root_, unit * 2, 2, OCTOBER, soon());
        bool isDue = !isPaused && token.balanceOf(address(router)) - reservedByModel >= batch.total;
        callAndCompare(openCall(batch), isDue);
        if (!isDue) return;
        roots.push(root_);
        (_lists[root_].unit, _lists[root_].left, _lists[root_].expiry) = (unit, batch.total, batch.expiresAt);
        approved += batch.total;
        reservedByModel += batch.total;
    }

    function claim(uint256 rootSeed, uint32 index, uint256 passSeed) external {
        if (roots.length == 0) return;
        uint256 which = bound(rootSeed, 0, roots.length - 1);
        index %= 2;
        List storage list = _lists[roots[which]];
        PayoutRouter.Claim memory line = PayoutRouter.Claim(roots[which], index, payeeOf(which + index), list.unit);
        (PayoutRouterKYC.KycPass memory pass, uint256 key, bool isGood) = passOf(line.payee, line.amount, passSeed);
        bool isDue = isGood && !list.isClosed && _now <= list.expiry && !list.isPaid[index] && isPayable(line.amount);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = lineLeaf(which, 1 - index, list.unit);
        bytes memory passSignature = signedPass(key, line.payee, pass);
        callAndCompare(abi.encodeCall(PayoutRouterKYC.claim, (line, proof, pass, passSignature)), isDue);
        if (!isDue) return;
        list.isPaid[index] = true;
        list.left -= line.amount;
        reservedByModel -= line.amount;
        book(line.payee, line.amount);
    }

    function close(uint256 rootSeed) external {
        if (roots.length == 0) return;
        bytes32 root_ = roots[bound(rootSeed, 0, roots.length - 1)];
        List storage list = _lists[root_];
        bool isDue = !list.isClosed && _now > list.expiry;
        callAndCompare(abi.encodeCall(router.closeBatch, (root_)), isDue);
        if (!isDue) return;
        list.isClosed = true;
        reservedByModel -= list.left;
    }

    /// @dev The same approvers go on, with another compliance signer, at once or in an hour.
    function rotate(uint256 keySeed, bool isLater) external {
        if (keySeed % 4 != 0) return; // rarely, so that passes are mostly by the signer in force
        (uint256 keyBefore, uint256 key) = (keyNow(), uint256(keccak256(abi.encode("service", number))));
        uint64 effectiveAt = uint64(_now - _now % 60 + (isLater ? 1 hours : 0));
        bytes[] memory signatures = signed(Textbook.signers(CHAIN, number + 1, approvers, vm.addr(key), effectiveAt));
        callAndCompare(
            abi.encodeCall(router.rotateSigners, (number + 1, approvers, vm.addr(key), effectiveAt, signatures)), true
        );
        number += 1;
        (complianceKey, _nextKey, _nextAt) = (keyBefore, key, effectiveAt);
    }

    /// @dev Whoever tries: the pauser, when the seed says so. Stopped payments are resumed by the approvers.
    function stopOrResume(uint256 seed) external {
        if (isPaused) {
            bytes[] memory signatures = signed(Textbook.resume(_changes + 1, soon(), address(router)));
            callAndCompare(abi.encodeCall(router.resume, (_changes + 1, soon(), signatures)), true);
            (isPaused, _changes) = (false, _changes + 1);
        } else if (seed % 4 == 0) {
            vm.prank(PAUSER);
            callAndCompare(abi.encodeCall(router.pause, ()), true);
            isPaused = true;
        } else {
            vm.prank(vm.addr(complianceKey));
            callAndCompare(abi.encodeCall(router.pause, ()), false);
        }
    }

    function wait_(uint256 secondsSeed) external {
        _now += bound(secondsSeed, 1, 1 days);
        vm.warp(_now);
    }

    /// @dev A pass for a payment, who signs it, and whether both are as they must be.
    function passOf(address payee, uint64 amount, uint256 seed)
        private
        view
        returns (PayoutRouterKYC.KycPass memory pass, uint256 key, bool isGood)
    {
        uint64 limit = [20_000 * USDT, 60_000 * USDT, type(uint64).max][seed / 16 % 3];
        uint64 ahead = uint64(bound(seed / 64, 0, 3 days));
        pass = PayoutRouterKYC.KycPass(KYC_HASH, timesPaid[payee], uint64(_now) + ahead, limit);
        key = keyNow();
        uint256 kind = seed % 16;
        if (kind == 0) pass.nonce += 1;
        if (kind == 1) pass.expiresAt = uint64(_now - 1);
        if (kind == 2) pass.expiresAt = uint64(_now + 3 days + 1);
        if (kind == 3) pass.kycHash = 0;
        if (kind == 4) key = keys[0];
        if (kind == 5 && pass.nonce > 0) pass.nonce -= 1;
        bool isAsSigned = kind > 5 || (kind == 5 && timesPaid[payee] == 0);
        isGood = isAsSigned && uint256(receivedOn[payee][_now / 1 days]) + amount <= limit;
    }

    /// @dev Whether the caps and the pause let an amount through.
    function isPayable(uint64 amount) private view returns (bool) {
        if (isPaused || amount == 0 || amount > PAYMENT_CAP) return false;
        return paidOn[_now / 1 days] + amount <= DAILY_CAP;
    }

    function callAndCompare(bytes memory data, bool isDue) private {
        (bool isTaken,) = address(router).call(data);
        vm.assertTrue(isTaken == isDue, "taken");
    }

    function book(address payee, uint64 amount) private {
        paid += amount;
        paidOn[_now / 1 days] += amount;
        receivedOn[payee][_now / 1 days] += amount;
        timesPaid[payee] += 1;
    }

    function keyNow() private view returns (uint256) {
        return _nextAt != 0 && _now >= _nextAt ? _nextKey : complianceKey;
    }

    function soon() private view returns (uint64) {
        return uint64(_now - _now % 60 + 2 days);
    }

    function lineLeaf(uint256 which, uint32 index, uint64 unit) private view returns (bytes32) {
        return leafOf(CHAIN, address(router), OCTOBER, PayoutRouter.Claim(0, index, payeeOf(which + index), unit));
    }
}

/// @dev Signing takes most of the time, so there are fewer runs than elsewhere.
/// forge-config: default.invariant.runs = 12
contract PayoutRouterKYCInvariantTest is LucidTest {
    KycDriver private _driver;
    PayoutRouterKYC private _router;

    function setUp() public {
        vm.warp(NOW);
        _driver = new KycDriver();
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
        vm.assertEq(_router.reserved(), _driver.reservedByModel(), "reserved");
        vm.assertTrue(_router.reserved() <= _driver.balance(), "funded");
    }

    /// @notice Every payment used up one pass of its recipient, and no other call did.
    function invariant_APassForEachPayment() public view {
        for (uint256 i = 0; i < 3; ++i) {
            address payee = _driver.payeeOf(i);
            vm.assertEq(_router.nonceOf(payee), _driver.timesPaid(payee), "nonce");
            vm.assertEq(
                _router.paidToday(payee), _driver.receivedOn(payee, block.timestamp / 1 days), "recipient's day"
            );
        }
        vm.assertEq(_router.spentToday(), _driver.paidOn(block.timestamp / 1 days), "day");
    }

    /// @notice No line of a list is paid twice, and none is forgotten.
    function invariant_LinesAreRemembered() public view {
        for (uint256 i = 0; i < _driver.countRoots(); ++i) {
            bytes32 root = _driver.roots(i);
            for (uint32 index = 0; index < 2; ++index) {
                vm.assertTrue(_router.isClaimPaid(root, index) == _driver.isLinePaid(root, index), "line");
            }
        }
    }

    /// @notice Passes are signed by whom the newest set whose time has come names; stopped is what the books have stopped.
    function invariant_SignerAndPauseAreThoseOfTheBooks() public view {
        (uint32 number,, address complianceSigner) = _router.signers();
        (uint32 next,,,) = _router.nextSigners();
        vm.assertEq(complianceSigner, _driver.complianceNow(), "compliance signer");
        vm.assertEq(next == 0 ? number : next, _driver.number(), "number");
        vm.assertTrue(_router.paused() == _driver.isPaused(), "paused");
    }
}
