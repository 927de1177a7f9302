// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice What holds of ParamRegistry for every name and every value, shown by halmos.
contract ParamRegistryCheck is LucidTest {
    ParamRegistry private _registry;

    function setUp() public {
        _registry = new ParamRegistry(address(this));
    }

    /// @notice Whatever is set is within its bounds afterwards, and is what was given.
    function check_ASetValueIsWithinItsBounds(bytes32 key, uint256 value) public {
        (bool isTaken,) = address(_registry).call(abi.encodeCall(_registry.set, (key, value)));
        if (!isTaken) return;
        (uint256 min, uint256 max) = _registry.boundsOf(key);
        assert(min <= value && value <= max);
        assert(_registry.valueOf(key) == value);
    }

    /// @notice Setting one parameter leaves every other as it was.
    function check_OtherParametersStay(bytes32 key, uint256 value) public {
        bytes32 other = "cooldownSlots";
        uint256 before = _registry.valueOf(other);
        (bool isTaken,) = address(_registry).call(abi.encodeCall(_registry.set, (key, value)));
        if (!isTaken || key != other) assert(_registry.valueOf(other) == before);
    }

    /// @notice Nobody else sets anything, whatever is given.
    function check_StrangersSetNothing(address caller, bytes32 key, uint256 value) public {
        vm.assume(caller != address(this));
        vm.prank(caller);
        (bool isTaken,) = address(_registry).call(abi.encodeCall(_registry.set, (key, value)));
        assert(!isTaken);
    }

    /// @notice What {requireAllowed} lets pass is exactly what the timelock can set.
    function check_JudgementIsThatOfSet(bytes32 key, uint256 value) public {
        (bool isAllowed,) = address(_registry).call(abi.encodeCall(_registry.requireAllowed, (key, value)));
        (bool isTaken,) = address(_registry).call(abi.encodeCall(_registry.set, (key, value)));
        assert(isAllowed == isTaken);
    }
}
