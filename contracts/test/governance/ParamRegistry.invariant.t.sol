// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {LucidTest} from "../LucidTest.sol";
import {ParameterTable, Specified} from "./ParamRegistryFixture.sol";

/// @notice Calls ParamRegistry at random and holds every answer against a model of what it should be.
/// @dev A wrong answer reverts here, which fails the run: foundry.toml sets fail_on_revert.
contract ParamRegistryDriver is LucidTest {
    ParamRegistry public immutable REGISTRY;
    address private immutable _TIMELOCK;

    mapping(bytes32 key => uint256) private _model;
    Specified[] private _table;

    constructor(ParamRegistry registry, address timelock) {
        (REGISTRY, _TIMELOCK) = (registry, timelock);
        Specified[] memory rows = ParameterTable.rows();
        for (uint256 i = 0; i < rows.length; ++i) {
            _table.push(rows[i]);
            _model[rows[i].key] = rows[i].initial;
        }
    }

    function modelOf(bytes32 key) external view returns (uint256) {
        return _model[key];
    }

    function set(uint256 rowSeed, uint256 value, uint256 kind) external {
        Specified memory row = _table[bound(rowSeed, 0, _table.length - 1)];
        address caller = kind % 4 == 0 ? ALICE : _TIMELOCK;
        if (kind % 16 == 5) row.key = bytes32(value | 1); // ends with no zero, so that it is no name
        if (kind % 3 != 0) value = bound(value, row.min == 0 ? 0 : row.min - 1, row.max + 1);
        bytes memory refusal;
        if (caller != _TIMELOCK) {
            refusal = abi.encodeWithSelector(ParamRegistry.NotTimelock.selector, caller);
        } else if (kind % 16 == 5) {
            refusal = abi.encodeWithSelector(ParamRegistry.UnknownParameter.selector, row.key);
        } else if (value < row.min || value > row.max) {
            refusal = abi.encodeWithSelector(ParamRegistry.ValueOutOfBounds.selector, row.key, value, row.min, row.max);
        }
        vm.prank(caller);
        (bool isTaken, bytes memory answer) = address(REGISTRY).call(abi.encodeCall(REGISTRY.set, (row.key, value)));
        vm.assertTrue(isTaken == (refusal.length == 0), "taken");
        if (isTaken) _model[row.key] = value;
        else vm.assertEq(answer, refusal, "refusal");
    }
}

contract ParamRegistryInvariantTest is LucidTest {
    ParamRegistry private _registry;
    ParamRegistryDriver private _driver;

    function setUp() public {
        _registry = new ParamRegistry(BOB);
        _driver = new ParamRegistryDriver(_registry, BOB);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    /// @notice Every parameter is within its bounds, whatever was tried.
    function invariant_EveryValueIsWithinItsBounds() public view {
        Specified[] memory rows = ParameterTable.rows();
        for (uint256 i = 0; i < rows.length; ++i) {
            uint256 value = _registry.valueOf(rows[i].key);
            vm.assertTrue(value >= rows[i].min && value <= rows[i].max, "out of bounds");
        }
    }

    /// @notice Every parameter has the value last set by the timelock.
    function invariant_ValuesAreTheModels() public view {
        bytes32[] memory keys = _registry.keys();
        for (uint256 i = 0; i < keys.length; ++i) {
            vm.assertEq(_registry.valueOf(keys[i]), _driver.modelOf(keys[i]), "value");
        }
    }

    /// @notice Parameters neither come nor go, and their bounds stay.
    function invariant_TheTableStays() public view {
        Specified[] memory rows = ParameterTable.rows();
        bytes32[] memory keys = _registry.keys();
        vm.assertEq(keys.length, rows.length, "how many");
        for (uint256 i = 0; i < rows.length; ++i) {
            (uint256 min, uint256 max) = _registry.boundsOf(rows[i].key);
            vm.assertTrue(keys[i] == rows[i].key && min == rows[i].min && max == rows[i].max, "row");
        }
    }
}
