// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidToken} from "../../src/token/LucidToken.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice Calls LucidToken at random and holds every answer against a model of what it should be.
/// @dev A wrong answer reverts here, which fails the run: foundry.toml sets fail_on_revert.
contract LucidTokenDriver is LucidTest {
    uint256 public constant ACTORS = 3;
    uint256 private constant CAP = 42_000_000_000e18;
    uint256 private constant MONTH_NOW = 2026 * 12 + 9;

    LucidToken public token;
    uint256 public minted;
    uint32 public month = uint32(MONTH_NOW);
    mapping(address account => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) private _allowed;
    mapping(uint32 month => mapping(address account => uint256)) public balanceAt;
    mapping(uint32 month => uint256) public supplyAt;

    // The first seconds of the months from November 2026 on.
    uint256[6] private _begins =
        [1_793_491_200, 1_796_083_200, 1_798_761_600, 1_801_440_000, 1_803_859_200, 1_806_537_600];

    constructor() {
        token = new LucidToken(address(this));
    }

    function actorOf(uint256 seed) public pure returns (address) {
        return address(uint160(0xA000 + bound(seed, 1, ACTORS)));
    }

    function mint(uint256 callerSeed, uint256 actorSeed, uint256 amount) external {
        address caller = callerSeed % 4 == 0 ? actorOf(callerSeed) : address(this);
        address account = actorOf(actorSeed);
        uint256 left = CAP - minted;
        amount = amount % 8 == 0 ? left + amount % 3 : bound(amount, 0, CAP / 8);
        bytes memory refusal;
        if (caller != address(this)) refusal = abi.encodeWithSelector(LucidToken.NotMinter.selector, caller);
        else if (amount > left) refusal = abi.encodeWithSelector(LucidToken.CapExceeded.selector, left, amount);
        if (isTaken(caller, abi.encodeCall(token.mint, (account, amount)), refusal)) {
            minted += amount;
            balanceOf[account] += amount;
        }
    }

    function transfer(uint256 fromSeed, uint256 toSeed, uint256 amount) external {
        (address from, address to) = (actorOf(fromSeed), actorOf(toSeed));
        amount = someOf(amount, balanceOf[from]);
        if (isTaken(from, abi.encodeCall(token.transfer, (to, amount)), tooMuch(from, amount))) move(from, to, amount);
    }

    function approve(uint256 ownerSeed, uint256 spenderSeed, uint256 amount) external {
        (address owner, address spender) = (actorOf(ownerSeed), actorOf(spenderSeed));
        amount = amount % 4 == 0 ? type(uint256).max : bound(amount, 0, CAP);
        isTaken(owner, abi.encodeCall(token.approve, (spender, amount)), "");
        _allowed[owner][spender] = amount;
    }

    function transferFrom(uint256 callerSeed, uint256 fromSeed, uint256 toSeed, uint256 amount) external {
        (address caller, address from, address to) = (actorOf(callerSeed), actorOf(fromSeed), actorOf(toSeed));
        uint256 allowed = _allowed[from][caller];
        amount = someOf(amount, balanceOf[from]);
        bytes memory refusal = tooMuch(from, amount);
        if (amount > allowed) {
            refusal =
                abi.encodeWithSignature("ERC20InsufficientAllowance(address,uint256,uint256)", caller, allowed, amount);
        }
        if (isTaken(caller, abi.encodeCall(token.transferFrom, (from, to, amount)), refusal)) {
            if (allowed != type(uint256).max) _allowed[from][caller] -= amount;
            move(from, to, amount);
        }
    }

    /// @dev Lets a month end, at most as often as there are borders here, and keeps what it ended with.
    function endMonth() external {
        uint256 passed = month - MONTH_NOW;
        if (passed == _begins.length) return;
        for (uint256 i = 1; i <= ACTORS; ++i) {
            balanceAt[month][actorOf(i)] = balanceOf[actorOf(i)];
        }
        supplyAt[month] = minted;
        vm.warp(_begins[passed]);
        ++month;
    }

    function move(address from, address to, uint256 amount) private {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }

    /// @dev An amount within `balance`, and one above it every eighth time.
    function someOf(uint256 seed, uint256 balance) private pure returns (uint256) {
        return seed % 8 == 0 ? balance + 1 : bound(seed, 0, balance);
    }

    function tooMuch(address from, uint256 amount) private view returns (bytes memory refusal) {
        if (amount <= balanceOf[from]) return "";
        return
            abi.encodeWithSignature("ERC20InsufficientBalance(address,uint256,uint256)", from, balanceOf[from], amount);
    }

    /// @dev Makes the call; fails unless it is taken, or refused with exactly `refusal` where there is one.
    function isTaken(address caller, bytes memory data, bytes memory refusal) private returns (bool taken) {
        bytes memory answer;
        vm.prank(caller);
        (taken, answer) = address(token).call(data);
        vm.assertTrue(taken == (refusal.length == 0), "taken");
        if (!taken) vm.assertEq(keccak256(answer), keccak256(refusal), "refusal");
    }
}

contract LucidTokenInvariantTest is LucidTest {
    uint32 private constant FIRST = 2026 * 12 + 9;
    LucidTokenDriver private _driver;
    LucidToken private _token;

    function setUp() public {
        vm.warp(NOW);
        _driver = new LucidTokenDriver();
        _token = _driver.token();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    /// @notice The supply is what was minted and never above the cap.
    function invariant_SupplyIsWhatWasMinted() public view {
        vm.assertEq(_token.totalSupply(), _driver.minted(), "supply");
        vm.assertTrue(_token.totalSupply() <= _token.CAP(), "cap");
    }

    /// @notice Balances are the model's, and sum up to the supply.
    function invariant_BalancesSumUpToTheSupply() public view {
        uint256 sum = 0;
        for (uint256 i = 1; i <= _driver.ACTORS(); ++i) {
            address actor = _driver.actorOf(i);
            vm.assertEq(_token.balanceOf(actor), _driver.balanceOf(actor), "balance");
            sum += _token.balanceOf(actor);
        }
        vm.assertEq(sum, _token.totalSupply(), "sum");
    }

    /// @notice Every month that is over says what it ended with, whatever happened since; its balances sum up too.
    function invariant_MonthsStayAsTheyEnded() public view {
        for (uint32 month = FIRST - 1; month < _driver.month(); ++month) {
            uint256 sum = 0;
            for (uint256 i = 1; i <= _driver.ACTORS(); ++i) {
                address actor = _driver.actorOf(i);
                vm.assertEq(_token.balanceAtMonth(actor, month), _driver.balanceAt(month, actor), "balance");
                sum += _driver.balanceAt(month, actor);
            }
            vm.assertEq(_token.supplyAtMonth(month), _driver.supplyAt(month), "supply");
            vm.assertEq(sum, _driver.supplyAt(month), "sum");
        }
    }
}
