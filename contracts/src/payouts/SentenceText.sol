// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {TronAddress} from "./TronAddress.sol";

/// @title The writing of ASCII sentences
/// @notice Writes words, numbers, amounts, times and addresses one after another, and hashes the whole as wallets do.
/// @dev A sentence is written into memory reserved by {begin}. Each writer takes the place where it writes and returns
/// the place after it. A writer stores whole words, so it may touch up to 31 bytes behind what it wrote; the next writer
/// covers them, and {finish} cuts there.
library SentenceText {
    /// @dev What {begin} reserves: more than the longest sentence, whatever the arguments.
    uint256 private constant _ROOM = 448;

    /// @dev Where "0000-00-00 00:00 UTC" has the tens of its pairs, once they are worked out.
    uint256 private constant _TENS = 0x000f000f00000f00000f00000f00000f00000000000000000000000000000000;

    /// @dev What EIP-191 puts in front of a text, before its length.
    bytes32 private constant _PREFIX = "\x19Ethereum Signed Message:\n";

    /// @notice A time of a sentence is a whole minute, since no smaller part is shown.
    /// @param time The time that was given, in seconds since 1970 UTC.
    error NotWholeMinute(uint256 time);

    /// @notice A time of a sentence has a year of four digits.
    /// @param time The time that was given, in seconds since 1970 UTC.
    error TimeBeyondYear9999(uint256 time);

    /// @notice Begins a sentence.
    /// @return place Where its first character goes.
    function begin() internal pure returns (uint256 place) {
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(0x40, add(start, _ROOM))
            place := add(start, 0x20)
        }
    }

    /// @notice Ends a sentence.
    /// @param start What {begin} returned.
    /// @param end The place after its last character.
    /// @return text The sentence.
    function finish(uint256 start, uint256 end) internal pure returns (string memory text) {
        assembly ("memory-safe") {
            text := sub(start, 0x20)
            mstore(text, sub(end, start))
            mstore(end, 0) // a string's last word ends in zeros
        }
    }

    /// @notice The hash that a wallet signs for a text (EIP-191, version 0x45, "personal message").
    /// @param text The text.
    /// @return digest Its hash.
    function digestOf(string memory text) internal pure returns (bytes32 digest) {
        (bytes32 digits, uint256 count) = _decimal(bytes(text).length);
        bytes32 prefix = _PREFIX | digits >> 208;
        // The prefix has 26 bytes and at most 6 digits: it fits where the text's length is, right in front of the text.
        assembly ("memory-safe") {
            let length := mload(text)
            mstore(text, shr(shl(3, sub(6, count)), prefix))
            digest := keccak256(add(text, sub(6, count)), add(add(26, count), length))
            mstore(text, length)
        }
    }

    /// @notice Writes up to 32 characters.
    /// @param place Where.
    /// @param characters What, from the left.
    /// @param count How many of them.
    /// @return next The place after them.
    function put(uint256 place, bytes32 characters, uint256 count) internal pure returns (uint256 next) {
        assembly ("memory-safe") {
            mstore(place, characters)
            next := add(place, count)
        }
    }

    /// @notice Writes a whole number without leading zeros.
    /// @param place Where.
    /// @param number Which, of at most 20 digits.
    /// @return next The place after it.
    function putNumber(uint256 place, uint256 number) internal pure returns (uint256 next) {
        (bytes32 digits, uint256 count) = _decimal(number);
        return put(place, digits, count);
    }

    /// @notice Writes an amount of USDT: the shortest exact decimal with at least two places.
    /// @param place Where.
    /// @param amount How much, in base units (6 decimals).
    /// @return next The place after it.
    function putAmount(uint256 place, uint256 amount) internal pure returns (uint256 next) {
        next = put(putNumber(place, amount / 1e6), ".", 1);
        next = put(next, bytes32(_digits(amount % 1e6 / 1e4 << 240) | (uint256(0x3030) << 240)), 2);
        // A one in front keeps the leading zeros; it is left out again.
        uint256 fraction = 1e4 + amount % 1e4;
        if (fraction == 1e4) return next;
        while (fraction % 10 == 0) fraction /= 10;
        (bytes32 digits, uint256 count) = _decimal(fraction);
        // There is always the one in front.
        unchecked {
            return put(next, digits << 8, count - 1);
        }
    }

    /// @notice Writes a time as "2026-11-22 20:00 UTC".
    /// @param place Where.
    /// @param time Which, in seconds since 1970 UTC: a whole minute before the year 10000.
    /// @return next The place after it.
    function putTime(uint256 place, uint256 time) internal pure returns (uint256 next) {
        if (time % 60 != 0) revert NotWholeMinute(time);
        if (time >= 253_402_300_800) revert TimeBeyondYear9999(time);
        (uint256 year, uint256 month, uint256 day) = _dateOf(time / 1 days);
        uint256 pairs = _yearAndMonth(year, month) | day << 176 | time / 3600 % 24 << 152 | time / 60 % 60 << 128;
        return put(place, bytes32(_digits(pairs)) | "0000-00-00 00:00 UTC", 20);
    }

    /// @notice Writes a calendar month as "2026-10".
    /// @param place Where.
    /// @param month Which: year * 12 + month - 1, of the years 1000 to 9999.
    /// @return next The place after it.
    function putMonth(uint256 place, uint256 month) internal pure returns (uint256 next) {
        // A remainder of 12, and one more.
        unchecked {
            return put(place, bytes32(_digits(_yearAndMonth(month / 12, month % 12 + 1))) | "0000-00", 7);
        }
    }

    /// @notice Writes the address of an account on TRON: 34 characters.
    /// @param place Where.
    /// @param account Which account.
    /// @return next The place after it.
    function putAddress(uint256 place, address account) internal view returns (uint256 next) {
        (bytes2 head, bytes32 tail) = TronAddress.textOf(account);
        return put(put(place, head, 2), tail, 32);
    }

    /// @notice Writes bytes as lower-case hexadecimal digits, without 0x.
    /// @param place Where.
    /// @param value The bytes, from the left.
    /// @param count How many bytes, at most 32.
    /// @return next The place after them.
    function putHex(uint256 place, bytes32 value, uint256 count) internal pure returns (uint256 next) {
        bytes32 first = _hex(uint256(value) >> 128);
        bytes32 second = _hex(uint256(value) & type(uint128).max);
        put(put(place, first, 32), second, 32);
        return put(place, first, 2 * count);
    }

    /// @dev The decimal digits of a number, from the left, and how many they are (at most 32 fit).
    function _decimal(uint256 number) private pure returns (bytes32 digits, uint256 count) {
        uint256 characters = 0;
        // Counting up to 32 and adding a digit to 48 cannot wrap.
        unchecked {
            do {
                characters = characters >> 8 | (48 + number % 10) << 248;
                number /= 10;
                ++count;
            } while (number != 0);
        }
        return (bytes32(characters), count);
    }

    /// @dev A year of four digits as two pairs, and a month as one, where "2026-10" has them from the left.
    function _yearAndMonth(uint256 year, uint256 month) private pure returns (uint256 pairs) {
        return year / 100 << 240 | year % 100 << 224 | month << 200;
    }

    /// @dev Splits numbers below 100, each in two bytes of its own and zeros between, into their digits, a byte each.
    /// All at once: x / 10 is (x * 103) >> 10 for x below 100, with a product of 14 bits.
    function _digits(uint256 pairs) private pure returns (uint256 digits) {
        unchecked {
            uint256 tens = (pairs * 103) >> 10 & _TENS;
            return tens << 8 | (pairs - tens * 10);
        }
    }

    /// @dev The 32 hexadecimal digits of 16 bytes: the nibbles are spread to a byte each, then raised to their characters.
    function _hex(uint256 value) private pure returns (bytes32 digits) {
        // Sums stay below 128 a byte: a nibble, 48 and 39.
        unchecked {
            value = (value | value << 64) & 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff;
            value = (value | value << 32) & 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
            value = (value | value << 16) & 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
            value = (value | value << 8) & 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
            value = (value | value << 4) & 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f;
            uint256 ones = 0x0101010101010101010101010101010101010101010101010101010101010101;
            uint256 letters = ((value + ones * 6) >> 4) & ones;
            return bytes32(value + ones * 48 + letters * 39);
        }
    }

    /// @dev The date of a day counted from 1970-01-01, by the Gregorian calendar. Days are counted from 1 March of the
    /// year 0, so that a leap day is the last of its year, and cut into 400 years, years and months of 30.6 days.
    function _dateOf(uint256 dayNumber) private pure returns (uint256 year, uint256 month, uint256 day) {
        // All differences are of a number and a smaller part of it.
        unchecked {
            uint256 shifted = dayNumber + 719_468;
            uint256 ofCycle = shifted % 146_097;
            uint256 yearOfCycle = (ofCycle - ofCycle / 1460 + ofCycle / 36_524 - ofCycle / 146_096) / 365;
            uint256 ofYear = ofCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100);
            uint256 fromMarch = (5 * ofYear + 2) / 153;
            day = ofYear - (153 * fromMarch + 2) / 5 + 1;
            month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
            year = shifted / 146_097 * 400 + yearOfCycle + (month < 3 ? 1 : 0);
        }
    }
}
