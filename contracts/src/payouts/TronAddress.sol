// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @title Addresses as TRON writes them
/// @notice Turns an account's 20 bytes into the 34 characters that start with T: Base58Check over 0x41 and the account.
/// @dev Base58Check: the 21 bytes, then the first 4 bytes of their double SHA-256, and these 25 bytes as one number to
/// the base 58. With 0x41 in front that is always 34 digits, of which the first is T.
///
/// The digits are computed beside one another, because one division a digit costs several times as much. Plain divisions
/// give eight numbers of 4 digits. From there a word holds many numbers in lanes, and all of them are divided at once by
/// a multiplication and a shift, which are exact for every number that a lane can hold: the tests try each.
library TronAddress {
    uint256 private constant _POWER_4 = 58 ** 4;
    uint256 private constant _POWER_8 = 58 ** 8;
    uint256 private constant _POWER_16 = 58 ** 16;
    uint256 private constant _POWER_32 = 58 ** 32;

    /// @dev x / 3364 is (x * 5106977) >> 34 for x below 58 ** 4; the product has 46 bits of its lane's 64.
    uint256 private constant _BY_3364 = 5_106_977;
    uint256 private constant _LANES_64 = 0x0000000000000fff0000000000000fff0000000000000fff0000000000000fff;

    /// @dev x / 58 is (x * 1130) >> 16 for x below 3364; the product has 22 bits of its lane's 32.
    uint256 private constant _BY_58 = 1130;
    uint256 private constant _LANES_32 = 0x0000003f0000003f0000003f0000003f0000003f0000003f0000003f0000003f;

    /// @dev A one in each byte.
    uint256 private constant _ONES = 0x0101010101010101010101010101010101010101010101010101010101010101;

    /// @notice The text of an account's address.
    /// @param account The account.
    /// @return head The first 2 of its 34 characters.
    /// @return tail The other 32.
    function textOf(address account) internal view returns (bytes2 head, bytes32 tail) {
        uint256 number = _withChecksum(account);
        // Nothing here can wrap: the number has 200 bits, and below 58 ** 32 there are 8 limbs of 4 digits.
        unchecked {
            uint256 top = number / _POWER_32;
            number %= _POWER_32;
            uint256 upper = number / _POWER_16;
            uint256 lower = number % _POWER_16;
            uint256 limb = upper / _POWER_8;
            uint256 fours = (limb / _POWER_4) << 192;
            uint256 lastFours = (limb % _POWER_4) << 192;
            limb = upper % _POWER_8;
            fours |= (limb / _POWER_4) << 128;
            lastFours |= (limb % _POWER_4) << 128;
            limb = lower / _POWER_8;
            fours |= (limb / _POWER_4) << 64;
            lastFours |= (limb % _POWER_4) << 64;
            limb = lower % _POWER_8;
            fours |= limb / _POWER_4;
            lastFours |= limb % _POWER_4;

            // forge-lint: disable-next-line(unsafe-typecast) the two characters are all there is
            head = bytes2(uint16(_characters((top / 58) << 8 | top % 58)));
            tail = bytes32(_characters(_digits(fours, lastFours)));
        }
    }

    /// @dev The 25 bytes of Base58Check as a number: 0x41, the account, the checksum.
    function _withChecksum(address account) private view returns (uint256 number) {
        uint256 body = (uint256(0x41) << 160) | uint160(account);
        uint256 checksum;
        // SHA-256 is the precompiled contract 2; asked without Solidity's copying, in the space reserved for hashing.
        assembly ("memory-safe") {
            mstore(0x00, shl(88, body))
            let isHashed := staticcall(gas(), 2, 0x00, 21, 0x00, 0x20)
            isHashed := and(isHashed, staticcall(gas(), 2, 0x00, 0x20, 0x00, 0x20))
            if iszero(isHashed) { revert(0, 0) } // it fails where the gas is used up, or on a chain without it
            checksum := shr(224, mload(0x00))
        }
        return body << 32 | checksum;
    }

    /// @dev The 32 digits, a byte each, the most significant first. Of each 8 digits, `fours` has the first 4 in a lane
    /// of 64 bits and `lastFours` the last 4.
    function _digits(uint256 fours, uint256 lastFours) private pure returns (uint256 digits) {
        unchecked {
            uint256 firsts = ((fours * _BY_3364) >> 34) & _LANES_64;
            uint256 lastFirsts = ((lastFours * _BY_3364) >> 34) & _LANES_64;
            uint256 seconds_ = (fours - firsts * 3364) << 32 | (lastFours - lastFirsts * 3364);
            return _pairs(firsts << 32 | lastFirsts) << 16 | _pairs(seconds_);
        }
    }

    /// @dev Splits the number below 3364 in each lane of 32 bits into its two digits, a byte each.
    function _pairs(uint256 numbers) private pure returns (uint256 digits) {
        unchecked {
            uint256 tens = ((numbers * _BY_58) >> 16) & _LANES_32;
            return tens << 8 | (numbers - tens * 58);
        }
    }

    /// @dev The character of the digit in each byte. The alphabet is 1-9, A-H, J-N, P-Z, a-k, m-z: after each gap the
    /// characters are further away from the digits, by what is added for all digits from there on.
    function _characters(uint256 digits) private pure returns (uint256 characters) {
        unchecked {
            return digits + _ONES * 0x31 + _from(digits, 9) * 7 + _from(digits, 17) + _from(digits, 22)
                + _from(digits, 33) * 6 + _from(digits, 44);
        }
    }

    /// @dev A one in each byte whose digit is at least `least`; the sum's top bit says so, since digits are below 58.
    function _from(uint256 digits, uint256 least) private pure returns (uint256 marks) {
        unchecked {
            return ((digits + _ONES * (0x80 - least)) >> 7) & _ONES;
        }
    }
}
