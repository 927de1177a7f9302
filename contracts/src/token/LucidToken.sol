// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Months} from "../work/Months.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

/// @title LUCID, what the work of nodes earns
/// @notice A fungible token (ERC-20, 18 decimals) with permits (ERC-2612), a cap that nothing moves, one account that
/// mints, and for every account and for the supply the amount at the end of each calendar month.
/// @dev Promises:
/// - There are never more than {CAP} base units. Only {MINTER} makes new ones, and nobody destroys any.
/// - The balances sum up to the supply, at any moment and at the end of every month.
/// - What {balanceAtMonth} and {supplyAtMonth} say of a month that is over never changes.
/// - A balance moves by its holder's call, or within an allowance that the holder gave, by call or by signature.
/// - No other privileged account, no upgrade, no pause, no blocked account, no fee, no hook into a receiver, no Ether.
///
/// Amounts of months are kept so that a storage proof (eth_getProof) of at most three slots shows one to somebody who
/// has nothing but a block's hash: see docs/contracts/LucidToken.md for the layout, which is part of the interface.
///
/// Not promised: that tokens sent to a wrong account come back, this contract's own address among them.
contract LucidToken is ERC20Permit {
    using Checkpoints for Checkpoints.Trace208;

    /// @notice The most base units that can ever be: 42,000,000,000 LUCID.
    uint256 public constant CAP = 42_000_000_000e18;

    /// @notice The only account that mints: LucidRewards.
    address public immutable MINTER;

    /// @dev An account's balance after its last change in each month that had one, by rising month.
    mapping(address account => Checkpoints.Trace208) private _balanceCheckpoints;

    /// @dev The same of the supply.
    Checkpoints.Trace208 private _supplyCheckpoints;

    /// @notice Only the minter may do this.
    /// @param caller Who tried.
    error NotMinter(address caller);

    /// @notice Fewer base units are left below the cap.
    /// @param left How many.
    /// @param asked How many should have been minted.
    error CapExceeded(uint256 left, uint256 asked);

    /// @notice The month is not over, so what is asked of it may still change.
    /// @param month The month that was given.
    /// @param current The month of this block.
    error MonthNotOver(uint32 month, uint32 current);

    /// @notice A value that must be there was zero.
    /// @param field The name of the argument.
    error ZeroValue(string field);

    /// @notice Sets who mints, for good.
    /// @param minter The address of LucidRewards, which may be deployed after this; not zero.
    constructor(address minter) ERC20("LUCID", "LUCID") ERC20Permit("LUCID") {
        if (minter == address(0)) revert ZeroValue("minter");
        MINTER = minter;
    }

    /// @notice Makes new base units. Only the minter may.
    /// @param account Who gets them; not zero.
    /// @param amount How many; no more than are left below the cap.
    function mint(address account, uint256 amount) external {
        if (msg.sender != MINTER) revert NotMinter(msg.sender);
        uint256 left = CAP - totalSupply();
        if (amount > left) revert CapExceeded(left, amount);
        _mint(account, amount);
    }

    /// @notice What an account had at the end of a month.
    /// @param account The account.
    /// @param month A month that is over, as `year * 12 + (month - 1)`, in UTC.
    /// @return amount Base units.
    function balanceAtMonth(address account, uint32 month) external view returns (uint256 amount) {
        _requireOver(month);
        return _balanceCheckpoints[account].upperLookupRecent(month);
    }

    /// @notice How many base units there were at the end of a month.
    /// @param month A month that is over, as `year * 12 + (month - 1)`, in UTC.
    /// @return amount Base units.
    function supplyAtMonth(uint32 month) external view returns (uint256 amount) {
        _requireOver(month);
        return _supplyCheckpoints.upperLookupRecent(month);
    }

    /// @dev Moves or mints, and notes what is left behind for the month's end.
    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        uint32 month = _currentMonth();
        if (from == address(0)) _note(_supplyCheckpoints, month, totalSupply());
        else _note(_balanceCheckpoints[from], month, balanceOf(from));
        _note(_balanceCheckpoints[to], month, balanceOf(to));
    }

    /// @dev Keeps an amount as the month's last.
    function _note(Checkpoints.Trace208 storage checkpoints, uint32 month, uint256 amount) private {
        checkpoints.push(month, SafeCast.toUint208(amount));
    }

    /// @dev Refuses a month that this block lies in or before.
    function _requireOver(uint32 month) private view {
        uint32 current = _currentMonth();
        if (month >= current) revert MonthNotOver(month, current);
    }

    /// @dev The month that this block lies in.
    function _currentMonth() private view returns (uint32 month) {
        return Months.monthOf(Time.timestamp());
    }
}
