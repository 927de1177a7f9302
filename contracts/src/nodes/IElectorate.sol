// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";

/// @title Votes of an electorate that is found month by month
/// @notice What a vote asks besides ERC-5805: whether a month found an electorate, and how large they lately were.
interface IElectorate is IERC5805 {
    /// @notice Whether a moment's month has no electorate of its own, so that an earlier one stands.
    /// @param timepoint Seconds UTC, perhaps not passed. Once it is false it stays so, and when its month has begun
    /// either answer stays.
    /// @return isStanding_ Whether it is an earlier one's.
    function isStanding(uint256 timepoint) external view returns (bool isStanding_);

    /// @notice How many votes the largest electorate had, of the one that votes at a moment and those of the months just
    /// before its month.
    /// @param timepoint Seconds UTC, before the block's time.
    /// @return votes Never less than {getPastTotalSupply} of it.
    function getPastPeak(uint256 timepoint) external view returns (uint256 votes);
}
