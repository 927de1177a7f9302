// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

// Its name is that of the contract it stands for, with what is known of it: something like a registry.
// solhint-disable interface-starts-with-i

/// @title What other contracts ask of the registry of parameters
/// @notice Gives the value in force of a named parameter.
interface ParamRegistryLike {
    /// @notice The value in force.
    /// @param key The parameter's ASCII name, filled up with zeros.
    /// @return value The value, in the unit that its name ends with.
    function valueOf(bytes32 key) external view returns (uint256 value);
}
