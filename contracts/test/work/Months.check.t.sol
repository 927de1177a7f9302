// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Months} from "../../src/work/Months.sol";

/// @notice What halmos proves of the calendar, for every month and moment of four centuries from 2000 on.
contract MonthsCheck {
    /// @notice A month begins in itself, and one second before in the month before.
    function check_AMonthBeginsWhereTheOneBeforeEnds(uint32 month) external pure {
        if (month < 2000 * 12 || month > 2400 * 12) return;
        assert(Months.monthOf(Months.startOf(month)) == month);
        assert(Months.monthOf(Months.startOf(month) - 1) == month - 1);
    }

    /// @notice A later moment is never in an earlier month.
    function check_MonthsNeverFall(uint48 earlier, uint48 later) external pure {
        if (earlier > later || later > 13_569_465_600) return; // the year 2400
        assert(Months.monthOf(earlier) <= Months.monthOf(later));
    }
}
