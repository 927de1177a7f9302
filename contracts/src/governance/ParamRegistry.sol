// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistryLike} from "./ParamRegistryLike.sol";

/// @title The network's parameters, each within bounds that nobody can move
/// @notice Holds the value in force of every parameter that a vote may change, and refuses any value out of its bounds.
/// @dev Promises:
/// - There are exactly the parameters that {keys} lists, from the first block on; none is ever added or removed.
/// - A value is always within its bounds. The bounds are in the code, so that no vote moves them.
/// - Only the timelock sets a value, and every value that was ever in force is in an event with its bounds.
/// - No other privileged account, no upgrade, no pause, no Ether in or out.
///
/// Names are ASCII, filled up with zeros to 32 bytes, and end with their unit where they have one: Sec and Ms are
/// seconds and milliseconds, Bps hundredths of a percent, Usdt millionths of a USDT, Mb 1,000,000 bytes.
///
/// Not promised: that two parameters fit each other (a cap of a transaction above the cap of a day does no harm, and is
/// nobody's mistake but the voters'), or that whoever reads a value does so at once.
contract ParamRegistry is ParamRegistryLike {
    /// @notice The only account that sets values.
    address public immutable TIMELOCK;

    mapping(bytes32 key => uint256) private _values;

    /// @notice A parameter was given a value; at deployment every one is, in place of 0.
    /// @param key The parameter's name.
    /// @param oldValue What was in force before.
    /// @param newValue What is in force from now on.
    /// @param min The least that the parameter may be.
    /// @param max The most that it may be.
    event ParameterChanged(bytes32 indexed key, uint256 oldValue, uint256 newValue, uint256 min, uint256 max);

    /// @notice There is no parameter of this name.
    /// @param key The name that was given.
    error UnknownParameter(bytes32 key);

    /// @notice The value is less or more than the parameter may be.
    /// @param key The parameter's name.
    /// @param value The value that was given.
    /// @param min The least that it may be.
    /// @param max The most that it may be.
    error ValueOutOfBounds(bytes32 key, uint256 value, uint256 min, uint256 max);

    /// @notice Only the timelock may do this.
    /// @param caller Who tried.
    error NotTimelock(address caller);

    /// @notice A value that must be there was zero.
    /// @param field The name of the argument.
    error ZeroValue(string field);

    /// @notice Puts every parameter's first value in force.
    /// @param timelock The only account that will ever set one; not zero.
    constructor(address timelock) {
        if (timelock == address(0)) revert ZeroValue("timelock");
        TIMELOCK = timelock;
        bytes32[] memory names = keys();
        for (uint256 i = 0; i < names.length; ++i) {
            (uint256 initial,,) = _specificationOf(names[i]);
            _put(names[i], initial);
        }
    }

    /// @notice Sets a parameter.
    /// @param key The parameter's name.
    /// @param value Its new value, within its bounds.
    function set(bytes32 key, uint256 value) external {
        if (msg.sender != TIMELOCK) revert NotTimelock(msg.sender);
        _put(key, value);
    }

    /// @inheritdoc ParamRegistryLike
    function valueOf(bytes32 key) external view returns (uint256 value) {
        _specificationOf(key); // refuses a name that is none
        return _values[key];
    }

    /// @notice Reverts exactly as {set} would for this value, so that nobody votes for what cannot be set.
    /// @param key The parameter's name.
    /// @param value The value to judge.
    function requireAllowed(bytes32 key, uint256 value) external pure {
        _requireAllowed(key, value);
    }

    /// @notice The bounds of a parameter, fixed for ever.
    /// @param key The parameter's name.
    /// @return min The least that it may be.
    /// @return max The most that it may be.
    function boundsOf(bytes32 key) external pure returns (uint256 min, uint256 max) {
        (, min, max) = _specificationOf(key);
    }

    /// @notice The value that a parameter had at deployment.
    /// @param key The parameter's name.
    /// @return initial That value.
    function defaultOf(bytes32 key) external pure returns (uint256 initial) {
        (initial,,) = _specificationOf(key);
    }

    /// @notice The names of all parameters.
    /// @return names In the order of the documentation.
    function keys() public pure returns (bytes32[] memory names) {
        names = new bytes32[](18);
        names[0] = "slotDurationSec";
        names[1] = "slotTimeoutMs";
        names[2] = "cooldownSlots";
        names[3] = "leaderWindowDays";
        names[4] = "payoutEpochMonths";
        names[5] = "maxChunkSizeBytes";
        names[6] = "policyTimeoutMs";
        names[7] = "baseMbPerSession";
        names[8] = "dMinBps";
        names[9] = "perTransactionCapUsdt";
        names[10] = "dailyCapUsdt";
        names[11] = "challengeWindowSec";
        names[12] = "maxNodesPerOperator";
        names[13] = "capRelayPerNode";
        names[14] = "capStoragePerNode";
        names[15] = "capValidationsPerNode";
        names[16] = "capBeaconsPerNode";
        names[17] = "capCreditsPerOperator";
    }

    /// @dev Puts a value in force, if it may be.
    function _put(bytes32 key, uint256 value) private {
        (uint256 min, uint256 max) = _requireAllowed(key, value);
        emit ParameterChanged(key, _values[key], value, min, max);
        _values[key] = value;
    }

    /// @dev The bounds, for a value that is within them.
    function _requireAllowed(bytes32 key, uint256 value) private pure returns (uint256 min, uint256 max) {
        (, min, max) = _specificationOf(key);
        if (value < min || value > max) revert ValueOutOfBounds(key, value, min, max);
    }

    /// @dev First value, least and most of a parameter. The first value is within the bounds, or nothing is deployed.
    // One line a parameter is what can be read and checked, however many branches it counts as.
    // solhint-disable-next-line code-complexity
    function _specificationOf(bytes32 key) private pure returns (uint256 initial, uint256 min, uint256 max) {
        if (key == "slotDurationSec") return (120, 120, 120);
        if (key == "slotTimeoutMs") return (5000, 1000, 10_000);
        if (key == "cooldownSlots") return (16, 8, 64);
        if (key == "leaderWindowDays") return (7, 3, 14);
        if (key == "payoutEpochMonths") return (1, 1, 3);
        if (key == "maxChunkSizeBytes") return (16_777_216, 8_388_608, 16_777_216);
        if (key == "policyTimeoutMs") return (30_000, 5000, 120_000);
        if (key == "baseMbPerSession") return (5, 1, 100);
        if (key == "dMinBps") return (2000, 0, 9000);
        if (key == "perTransactionCapUsdt") return (50_000e6, 1e6, 1_000_000e6);
        if (key == "dailyCapUsdt") return (250_000e6, 1e6, 5_000_000e6);
        if (key == "challengeWindowSec") return (86_400, 3600, 604_800);
        if (key == "maxNodesPerOperator") return (16, 1, 256);
        if (key == "capRelayPerNode") return (1_000_000, 1, 1e12);
        if (key == "capStoragePerNode") return (1_000_000, 1, 1e12);
        if (key == "capValidationsPerNode") return (1_000_000, 1, 1e12);
        if (key == "capBeaconsPerNode") return (1_000_000, 1, 1e12);
        if (key == "capCreditsPerOperator") return (4_000_000, 1, 1e13);
        revert UnknownParameter(key);
    }
}
