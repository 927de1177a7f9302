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
/// fractions of whole numbers, and the reward is one division of their products.
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
        return Math.max(1, FIRST_MOST >> (minted / HALVING));
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
        uint256 nodes = Math.max(1, activeNodes);
        uint256 work = Math.max(sessions, Math.ceilDiv(compressedBytes, baseMbPerSession * MEGABYTE));
        uint256 whole = (BPS - dMinBps) * nodes;
        uint256 part = Math.min(whole, Math.saturatingSub(BPS * work, dMinBps * nodes));
        uint256 above = Math.min(SESSIONS_ABOVE_FIRST, sessions - 1);
        uint256 share = (mostAfter(minted) - 1) * above * part / (SESSIONS_ABOVE_FIRST * whole);
        return (1 + share) * LUCID;
    }
}
