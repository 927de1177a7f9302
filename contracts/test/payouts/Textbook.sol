// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice The sentences once more, written the slow and plain way, for the contracts' to be held against.
library Textbook {
    function decimal(uint256 number) internal pure returns (string memory text) {
        if (number < 10) return string(abi.encodePacked(bytes1(uint8(48 + number))));
        return string.concat(decimal(number / 10), decimal(number % 10));
    }

    function padded(uint256 number, uint256 width) internal pure returns (string memory text) {
        text = decimal(number);
        while (bytes(text).length < width) text = string.concat("0", text);
    }

    function amount(uint256 units) internal pure returns (string memory text) {
        if (units % 10_000 == 0) return string.concat(decimal(units / 1e6), ".", padded(units / 10_000 % 100, 2));
        uint256 places = 6;
        uint256 fraction = units % 1e6;
        while (fraction % 10 == 0) {
            fraction /= 10;
            places -= 1;
        }
        return string.concat(decimal(units / 1e6), ".", padded(fraction, places));
    }

    function month(uint256 number) internal pure returns (string memory text) {
        return string.concat(padded(number / 12, 4), "-", padded(number % 12 + 1, 2));
    }

    function isLeap(uint256 year) internal pure returns (bool leap) {
        return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
    }

    function daysOf(uint256 year, uint256 monthOfYear) internal pure returns (uint256 count) {
        if (monthOfYear == 2) return isLeap(year) ? 29 : 28;
        return monthOfYear == 4 || monthOfYear == 6 || monthOfYear == 9 || monthOfYear == 11 ? 30 : 31;
    }

    /// @dev Counts years, then months, from 1970 on.
    function date(uint256 day) internal pure returns (string memory text) {
        uint256 year = 1970 + day / 146_097 * 400;
        day %= 146_097; // after 400 years the calendar is the same
        while (day >= (isLeap(year) ? 366 : 365)) {
            day -= isLeap(year) ? 366 : 365;
            year += 1;
        }
        uint256 monthOfYear = 1;
        while (day >= daysOf(year, monthOfYear)) {
            day -= daysOf(year, monthOfYear);
            monthOfYear += 1;
        }
        return string.concat(padded(year, 4), "-", padded(monthOfYear, 2), "-", padded(day + 1, 2));
    }

    function time(uint256 at_) internal pure returns (string memory text) {
        return string.concat(date(at_ / 1 days), " ", padded(at_ / 3600 % 24, 2), ":", padded(at_ / 60 % 60, 2), " UTC");
    }

    /// @dev Base58Check, one division a digit.
    function tron(address account) internal pure returns (string memory text) {
        bytes memory body = abi.encodePacked(hex"41", account);
        bytes4 checksum = bytes4(sha256(abi.encodePacked(sha256(body))));
        uint256 number = uint256(uint200(bytes25(abi.encodePacked(body, checksum))));
        bytes memory alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        while (number != 0) {
            text = string.concat(string(abi.encodePacked(alphabet[number % 58])), text);
            number /= 58;
        }
    }

    function hexadecimal(bytes memory value) internal pure returns (string memory text) {
        bytes memory digits = "0123456789abcdef";
        for (uint256 i = 0; i < value.length; ++i) {
            bytes1 upper = digits[uint8(value[i]) / 16];
            bytes1 lower = digits[uint8(value[i]) % 16];
            text = string.concat(text, string(abi.encodePacked(upper, lower)));
        }
    }

    /// @dev EIP-191, version 0x45.
    function digest(string memory text) internal pure returns (bytes32 hash) {
        return keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n", decimal(bytes(text).length), text));
    }

    function closing(uint256 expiresAt, address router) internal pure returns (string memory text) {
        return string.concat(" by ", time(expiresAt), " via ", tron(router));
    }

    function payout(uint256 units, address payee, string memory reference_, uint256 expiresAt, address router)
        internal
        pure
        returns (string memory text)
    {
        text = string.concat("Pay ", amount(units), " USDT to ", tron(payee), " for ", reference_);
        return string.concat(text, closing(expiresAt, router));
    }

    function batch(uint256 total, uint256 count, bytes32 root, uint256 month_, uint256 expiresAt, address router)
        internal
        pure
        returns (string memory text)
    {
        text = string.concat("Pay ", amount(total), " USDT to ", decimal(count), " recipients of list ");
        text = string.concat(text, hexadecimal(abi.encodePacked(root)), " for ", month(month_));
        return string.concat(text, closing(expiresAt, router));
    }

    function caps(uint256 payment, uint256 daily, uint256 change, uint256 expiresAt, address router)
        internal
        pure
        returns (string memory text)
    {
        text = string.concat("Cap payouts at ", amount(payment), " USDT each and ", amount(daily), " USDT a day");
        return string.concat(text, ", change ", decimal(change), closing(expiresAt, router));
    }

    function resume(uint256 change, uint256 expiresAt, address router) internal pure returns (string memory text) {
        return string.concat("Resume payouts, change ", decimal(change), closing(expiresAt, router));
    }

    function pauser(address account, uint256 change, uint256 expiresAt, address router)
        internal
        pure
        returns (string memory text)
    {
        text = string.concat("Let ", tron(account), " pause payouts, change ", decimal(change));
        return string.concat(text, closing(expiresAt, router));
    }

    function signers(
        uint256 chainId,
        uint256 number,
        address[3] memory approvers,
        address compliance,
        uint256 effectiveAt
    ) internal pure returns (string memory text) {
        text = string.concat("Make ", tron(approvers[0]), ", ", tron(approvers[1]), " and ", tron(approvers[2]));
        text = string.concat(text, " payout approvers, ", tron(compliance), " compliance signer, as set ");
        return string.concat(text, decimal(number), " from ", time(effectiveAt), " on chain ", decimal(chainId));
    }
}
