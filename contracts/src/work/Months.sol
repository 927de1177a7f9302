// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Calendar months in UTC
/// @notice Numbers months as `year * 12 + (month - 1)` and turns timestamps into months and months into timestamps.
/// @dev Proleptic Gregorian calendar, no leap seconds, as POSIX time has it. Years are counted from 1 March inside, so
/// that the leap day is a year's last and month lengths follow one line: the day on which the month of index `i` (0 is
/// March) begins is `(153 * i + 2) / 5`. 400 years have 146,097 days; 1970-01-01 is day 719,468 after 0000-03-01.
library Months {
    uint256 private constant DAYS_TO_1970 = 719_468;
    uint256 private constant DAYS_OF_400_YEARS = 146_097;

    /// @notice The month that a moment lies in.
    /// @param timestamp Seconds since 1970-01-01 00:00 UTC; the largest is in the year 8,921,556.
    /// @return month `year * 12 + (month - 1)`; 23,640 for January 1970.
    function monthOf(uint48 timestamp) internal pure returns (uint32 month) {
        uint256 day = timestamp / 1 days + DAYS_TO_1970;
        uint256 cycle = day / DAYS_OF_400_YEARS;
        uint256 dayOfCycle = day % DAYS_OF_400_YEARS;
        // Takes the leap days before `dayOfCycle` out; what remains is years of 365 days.
        uint256 year = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365;
        uint256 dayOfYear = dayOfCycle - (365 * year + year / 4 - year / 100);
        uint256 fromMarch = (5 * dayOfYear + 2) / 153;
        return SafeCast.toUint32((cycle * 400 + year) * 12 + fromMarch + 2);
    }

    /// @notice The first second of a month.
    /// @param month `year * 12 + (month - 1)`, not before January 1970 (panics) and not beyond 48 bits of seconds.
    /// @return timestamp Seconds since 1970-01-01 00:00 UTC.
    function startOf(uint32 month) internal pure returns (uint48 timestamp) {
        uint256 sinceMarch = uint256(month) - 2;
        uint256 year = sinceMarch / 12;
        uint256 day = 365 * year + year / 4 - year / 100 + year / 400 + (153 * (sinceMarch % 12) + 2) / 5;
        return SafeCast.toUint48((day - DAYS_TO_1970) * 1 days);
    }
}
