// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IElectorate} from "../../src/nodes/IElectorate.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// @notice A source of votes, as ERC-5805 has it, whose votes a test hands out and takes away.
contract VotesDouble is IElectorate {
    using Checkpoints for Checkpoints.Trace208;

    mapping(address account => Checkpoints.Trace208) private _votes;
    Checkpoints.Trace208 private _total;
    uint256 private _lost;
    uint256 private _standingFrom = type(uint256).max;
    string private _mode = "mode=timestamp";

    error ERC5805FutureLookup(uint256 timepoint, uint48 clock);
    error NotDelegated();

    /// @dev Gives an account a vote from now on, or takes it.
    function setEligible(address account, bool isEligible) external {
        uint208 votes = isEligible ? 1 : 0;
        uint208 total = _total.latest() + votes - _votes[account].latest();
        _votes[account].push(clock(), votes);
        _total.push(clock(), total);
    }

    /// @dev Says that the largest electorate of late had so many votes more than there are.
    function setLost(uint256 lost) external {
        _lost = lost;
    }

    /// @dev Says that no electorate was found from a moment on.
    function setStandingFrom(uint256 timepoint) external {
        _standingFrom = timepoint;
    }

    /// @dev Says that it keeps another clock.
    function setMode(string calldata mode) external {
        _mode = mode;
    }

    function delegate(address) external pure {
        revert NotDelegated();
    }

    function delegateBySig(address, uint256, uint256, uint8, bytes32, bytes32) external pure {
        revert NotDelegated();
    }

    function getVotes(address account) external view returns (uint256) {
        return _votes[account].latest();
    }

    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        requirePast(timepoint);
        return _votes[account].upperLookup(uint48(timepoint));
    }

    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        requirePast(timepoint);
        return _total.upperLookup(uint48(timepoint));
    }

    function getPastPeak(uint256 timepoint) external view returns (uint256) {
        requirePast(timepoint);
        return _total.upperLookup(uint48(timepoint)) + _lost;
    }

    function isStanding(uint256 timepoint) external view returns (bool) {
        return timepoint >= _standingFrom;
    }

    function CLOCK_MODE() external view returns (string memory) {
        return _mode;
    }

    function delegates(address account) external pure returns (address) {
        return account;
    }

    function clock() public view returns (uint48) {
        return uint48(block.timestamp);
    }

    function requirePast(uint256 timepoint) private view {
        if (timepoint >= clock()) revert ERC5805FutureLookup(timepoint, clock());
    }
}
