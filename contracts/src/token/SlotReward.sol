// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title What one slot earns
/// @notice The reward formula in whole numbers, with one rounding: the floor that the formula itself has.
/// @dev With S sessions, B compressed bytes, A active nodes and what was minted before:
///
///     H    = floor(minted / 2,100,000,000 LUCID)          halvings so far
///     most = max(1, floor(50 / 2^H))                      LUCID
///     W    = max(S, ceil(B / base))                       work, in sessions of `base` bytes
///     D    = W / max(1, A)                                work a node
///     gs   = clamp((S - 1) / 9, 0, 1)
///     gd   = 0 if D < least, else min(1, (D - least) / (1 - least))
///     reward = 1 + floor((most - 1) * gs * gd)            LUCID; 2 LUCID if S = 0
///
/// `least` is in hundredths of a percent, so that gd = (10,000 W - least A) / ((10,000 - least) A): gs and gd are
/// fractions of whole numbers, and the reward has one division, by the product of their denominators.
library SlotReward {
    /// @notice One LUCID in base units.
    uint256 internal constant LUCID = 1e18;
    /// @notice How much is minted between two halvings.
    uint256 internal constant HALVING = 2_100_000_000 * LUCID;
    /// @notice The most that a slot earns before the first halving, in LUCID.
    uint256 internal constant FIRST_MOST = 50;
    /// @notice What a slot without a session earns, outside halving, in LUCID.
    uint256 internal constant WITHOUT_SESSION = 2;
    /// @notice What 1 is in hundredths of a percent.
    uint256 internal constant BPS = 10_000;
    /// @notice The bytes of a megabyte.
    uint256 internal constant MEGABYTE = 1_000_000;
    /// @notice As many sessions above the first give the whole of `gs`.
    uint256 internal constant SESSIONS_ABOVE_FIRST = 9;

    /// @notice The most that a slot can earn.
    /// @param minted What was minted before, in base units.
    /// @return most Whole LUCID, at least 1.
    function mostAfter(uint256 minted) internal pure returns (uint256 most) {
        most = FIRST_MOST >> (minted / HALVING);
        if (most == 0) most = 1;
    }

    /// @notice The reward of one slot, not yet cut to what is left below the cap.
    /// @param sessions S, how many sessions the slot recorded.
    /// @param compressedBytes B, their bytes after compression.
    /// @param activeNodes A, how many nodes were active; 0 counts as 1.
    /// @param minted What was minted before, in base units.
    /// @param baseMbPerSession The megabytes that make one session's worth of work; not 0.
    /// @param dMinBps The least work a node, in hundredths of a percent of a session; below 10,000.
    /// @return amount Base units; a whole number of LUCID.
    function amountOf(
        uint32 sessions,
        uint64 compressedBytes,
        uint32 activeNodes,
        uint256 minted,
        uint256 baseMbPerSession,
        uint256 dMinBps
    ) internal pure returns (uint256 amount) {
        if (sessions == 0) return WITHOUT_SESSION * LUCID;
        (uint256 part, uint256 whole) = fractionOf(sessions, compressedBytes, activeNodes, baseMbPerSession, dMinBps);
        return (1 + (mostAfter(minted) - 1) * part / whole) * LUCID;
    }

    /// @notice The product of gs and gd, exactly: `part / whole`, between 0 and 1.
    /// @param sessions S; not 0.
    /// @param compressedBytes B.
    /// @param activeNodes A; 0 counts as 1.
    /// @param baseMbPerSession The megabytes that make one session's worth of work; not 0.
    /// @param dMinBps The least work a node, in hundredths of a percent of a session; below 10,000.
    /// @return part The fraction's numerator, at most `whole`.
    /// @return whole Its denominator, not 0.
    function fractionOf(
        uint32 sessions,
        uint64 compressedBytes,
        uint32 activeNodes,
        uint256 baseMbPerSession,
        uint256 dMinBps
    ) internal pure returns (uint256 part, uint256 whole) {
        uint256 nodes = activeNodes == 0 ? 1 : activeNodes;
        uint256 bySize = Math.ceilDiv(compressedBytes, baseMbPerSession * MEGABYTE);
        uint256 work = BPS * (bySize > sessions ? bySize : sessions);
        uint256 least = dMinBps * nodes;
        uint256 scale = BPS * nodes - least;
        uint256 above = work < least ? 0 : work - least;
        if (above > scale) above = scale;
        uint256 more = sessions - 1;
        if (more > SESSIONS_ABOVE_FIRST) more = SESSIONS_ABOVE_FIRST;
        unchecked {
            return (more * above, SESSIONS_ABOVE_FIRST * scale); // at most 9 * 10,000 * 2^32
        }
    }
}
