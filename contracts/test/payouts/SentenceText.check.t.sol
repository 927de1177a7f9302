// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice What the writers of sentences divide by multiplying, shown by halmos for every number that a lane holds.
contract SentenceTextCheck {
    /// @notice Two decimal digits are split exactly, and their product stays in its two bytes.
    function check_PairsOfDecimalDigits(uint256 x) external pure {
        if (x >= 100) return;
        assert((x * 103) >> 10 == x / 10);
        assert(x * 103 < 1 << 16);
    }

    /// @notice Two digits to the base 58 are split exactly, and their product stays in its lane of 32 bits.
    function check_PairsOfBase58Digits(uint256 x) external pure {
        if (x >= 58 ** 2) return;
        assert((x * 1130) >> 16 == x / 58);
        assert(x * 1130 < 1 << 32);
    }

    /// @notice Four digits to the base 58 keep their product in its lane of 64 bits.
    function check_FoursStayInTheirLane(uint256 x) external pure {
        if (x >= 58 ** 4) return;
        assert(x * 5_106_977 < 1 << 64);
        assert((x * 5_106_977) >> 34 < 1 << 12);
    }
}
