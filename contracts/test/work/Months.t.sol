// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Months} from "../../src/work/Months.sol";
import {LucidTest} from "../LucidTest.sol";

contract MonthsTest is LucidTest {
    uint256 private constant FIRST_YEAR = 1970;
    uint256 private constant LAST_YEAR = 2400;

    // What Python's datetime says; tests/contracts/test_months_model.py makes both and compares them with these.
    bytes32 private constant DAYS_UNTIL_2112 = 0xd3835a3146379a6d2d190f0c29f643bd2b23c682e99e3525ae2fe5a6ccab5236;
    bytes32 private constant DAYS_UNTIL_2256 = 0xb9fd68a973be26179f96941bde5cecf79eca8562c27c258194b9e1b6271a9b94;
    bytes32 private constant DAYS_UNTIL_2400 = 0xac7470381ae5ea82c718a8f8add168e877eef47310cbed9ff976922952c87629;
    bytes32 private constant EVERY_MONTH = 0x6a9715f622e873199100a57776b4f3a82758bfe0b0fc2571305102494e89affd;

    /// @notice The months of every day of 1970 to 2112 are those that Python gives.
    function test_MonthsOfDaysUntil2112ArePythons() public pure {
        vm.assertEq(digestOfDays(1970, 2112), DAYS_UNTIL_2112, "days");
    }

    /// @notice The months of every day of 2113 to 2256 are those that Python gives.
    function test_MonthsOfDaysUntil2256ArePythons() public pure {
        vm.assertEq(digestOfDays(2113, 2256), DAYS_UNTIL_2256, "days");
    }

    /// @notice The months of every day of 2257 to 2400 are those that Python gives.
    function test_MonthsOfDaysUntil2400ArePythons() public pure {
        vm.assertEq(digestOfDays(2257, 2400), DAYS_UNTIL_2400, "days");
    }

    /// @notice The first second of every month of 1970 to 2400 is the one that Python gives.
    function test_StartOfEveryMonthIsPythons() public pure {
        bytes32 digest = 0;
        for (uint256 month = FIRST_YEAR * 12; month < (LAST_YEAR + 1) * 12; ++month) {
            digest = keccak256(abi.encodePacked(digest, Months.startOf(uint32(month))));
        }
        vm.assertEq(digest, EVERY_MONTH, "months");
    }

    /// @notice A month's first second lies in it, and the second before in the month before.
    function testFuzz_AMonthBeginsWhereTheOneBeforeEnds(uint32 month) public pure {
        month = uint32(bound(month, 1970 * 12 + 1, 8_921_556 * 12));
        vm.assertEq(uint256(Months.monthOf(Months.startOf(month))), month, "first second");
        vm.assertEq(uint256(Months.monthOf(Months.startOf(month) - 1)), month - 1, "second before");
    }

    /// @notice Every moment that 48 bits hold has a month that began by it and ends after it.
    function testFuzz_EveryMomentLiesInItsMonth(uint48 timestamp) public pure {
        uint32 month = Months.monthOf(timestamp);
        vm.assertTrue(Months.startOf(month) <= timestamp, "began");
        if (month < 8_921_556 * 12 + 9) vm.assertTrue(timestamp < Months.startOf(month + 1), "ends after");
    }

    /// @notice The very last moment is in the year 8,921,556.
    function test_LastMoment() public pure {
        vm.assertEq(uint256(Months.monthOf(type(uint48).max)) / 12, 8_921_556, "year");
    }

    /// @notice There is no month before January 1970: the arithmetic panics.
    function test_BeforeThereIsNoMonth() public {
        MonthsCaller caller = new MonthsCaller();
        vm.assertEq(uint256(caller.startOf(23_640)), 0, "first");
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        caller.startOf(23_639);
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        caller.startOf(1);
    }

    /// @notice A month that begins beyond 48 bits of seconds is refused.
    function test_BeyondThereIsNoMonth() public {
        MonthsCaller caller = new MonthsCaller();
        vm.expectRevert(
            abi.encodeWithSignature("SafeCastOverflowedUintDowncast(uint8,uint256)", 48, 281_474_978_832_000)
        );
        caller.startOf(8_921_557 * 12);
    }

    /// @dev The months of the first second of every day, folded a year at a time; the last second's must be the same.
    function digestOfDays(uint256 first, uint256 last) private pure returns (bytes32 digest) {
        bytes memory months = new bytes(367 * 4 + 28); // one for all years: memory is never given back
        uint48 day = Months.startOf(uint32(first * 12)) / 1 days;
        for (uint256 year = first; year <= last; ++year) {
            uint256 place = 0;
            for (uint256 end = Months.startOf(uint32((year + 1) * 12)) / 1 days; day < end; ++day) {
                uint32 month = Months.monthOf(day * 1 days);
                if (Months.monthOf(day * 1 days + 1 days - 1) != month) revert("last second");
                assembly ("memory-safe") {
                    mstore(add(add(months, 32), place), shl(224, month))
                }
                place += 4;
            }
            assembly ("memory-safe") {
                mstore(months, place)
            }
            digest = keccak256(abi.encodePacked(digest, months));
            assembly ("memory-safe") {
                mstore(months, 1496)
            }
        }
    }
}

/// @notice Makes the library's refusals those of a call.
contract MonthsCaller {
    function startOf(uint32 month) external pure returns (uint48) {
        return Months.startOf(month);
    }
}
