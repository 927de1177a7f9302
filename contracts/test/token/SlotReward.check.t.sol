// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SlotReward} from "../../src/token/SlotReward.sol";

/// @notice What holds of the reward formula for every slot, supply and parameter, shown by halmos.
/// @dev Parameters are within the registry's bounds, the supply within the cap; nothing else is assumed.
contract SlotRewardCheck {
    uint256 private constant LUCID = 1e18;
    uint256 private constant CAP = 42_000_000_000e18;

    /// @notice A slot without a session earns exactly 2 LUCID.
    function check_WithoutASessionItIsTwo(uint64 size, uint32 active, uint256 minted, uint256 baseMb, uint256 dMin)
        external
        pure
    {
        if (!isPossible(minted, baseMb, dMin)) return;
        assert(SlotReward.amountOf(0, size, active, minted, baseMb, dMin) == 2 * LUCID);
    }

    /// @notice The amount of a slot with sessions is 1 + floor((most - 1) * part / whole) LUCID, so 1 at the
    /// least. That the fraction is at most 1 is more than the solver can show; fuzz tests and Python's fractions do.
    function check_TheAmountIsTheFractionOfTheMost(
        uint32 sessions,
        uint64 size,
        uint32 active,
        uint256 minted,
        uint256 baseMb,
        uint256 dMin
    ) external pure {
        if (sessions == 0 || !isPossible(minted, baseMb, dMin)) return;
        (uint256 part, uint256 whole) = SlotReward.fractionOf(sessions, size, active, baseMb, dMin);
        uint256 share = (SlotReward.mostAfter(minted) - 1) * part / whole;
        assert(SlotReward.amountOf(sessions, size, active, minted, baseMb, dMin) == LUCID + share * LUCID);
    }

    /// @notice The most is max(1, floor(50 / 2^H)), where H is the whole number with 2.1e9 H <= minted < 2.1e9 (H + 1).
    function check_TheMostIsTheHalvedFifty(uint256 minted, uint256 halvings) external pure {
        if (minted > CAP || halvings > 20) return;
        uint256 step = 2_100_000_000e18;
        if (minted < halvings * step || minted >= (halvings + 1) * step) return;
        uint256 halved = 50 / 2 ** halvings;
        assert(SlotReward.mostAfter(minted) == (halved == 0 ? 1 : halved));
    }

    function isPossible(uint256 minted, uint256 baseMb, uint256 dMin) private pure returns (bool) {
        return minted <= CAP && baseMb >= 1 && baseMb <= 100 && dMin <= 9000;
    }
}
