// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {ParamRegistryFixture, Specified} from "./ParamRegistryFixture.sol";

contract ParamRegistryDeploymentTest is ParamRegistryFixture {
    /// @notice There are exactly the specified parameters, in the order of the documentation.
    function test_KeysAreThoseSpecified() public view {
        bytes32[] memory keys = registry.keys();
        vm.assertEq(keys.length, table.length, "how many");
        for (uint256 i = 0; i < keys.length; ++i) {
            vm.assertEq(keys[i], table[i].key, "key");
        }
    }

    /// @notice Every parameter starts at the value specified, and keeps it as its default.
    function test_ParametersStartAtTheirDefaults() public {
        for (uint256 i = 0; i < table.length; ++i) {
            vm.assertEq(registry.valueOf(table[i].key), table[i].initial, "value");
            setAs(TIMELOCK, table[i].key, table[i].max);
            vm.assertEq(registry.defaultOf(table[i].key), table[i].initial, "default");
        }
    }

    /// @notice The bounds are those specified.
    function test_BoundsAreThoseSpecified() public view {
        for (uint256 i = 0; i < table.length; ++i) {
            (uint256 min, uint256 max) = registry.boundsOf(table[i].key);
            vm.assertEq(min, table[i].min, "min");
            vm.assertEq(max, table[i].max, "max");
        }
    }

    /// @notice Deployment says each parameter's first value with its bounds, in the order of the keys.
    function test_DeploymentEmitsEveryFirstValue() public {
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        for (uint256 i = 0; i < table.length; ++i) {
            vm.expectEmit(next);
            emit ParamRegistry.ParameterChanged(table[i].key, 0, table[i].initial, table[i].min, table[i].max);
        }
        new ParamRegistry(TIMELOCK);
    }

    /// @notice The timelock is the one given, for good.
    function test_TimelockIsTheOneGiven() public view {
        vm.assertEq(registry.TIMELOCK(), TIMELOCK, "timelock");
    }

    /// @notice A registry that nobody could set anything in is not deployed.
    function test_ZeroTimelockIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(ParamRegistry.ZeroValue.selector, "timelock"));
        new ParamRegistry(address(0));
    }
}

contract SetTest is ParamRegistryFixture {
    /// @notice Each parameter takes its least and its most, and refuses one less and one more with its bounds.
    function test_BothEndsAreTakenAndNothingBeyond() public {
        for (uint256 i = 0; i < table.length; ++i) {
            Specified memory row = table[i];
            setAs(TIMELOCK, row.key, row.min);
            vm.assertEq(registry.valueOf(row.key), row.min, "min");
            setAs(TIMELOCK, row.key, row.max);
            vm.assertEq(registry.valueOf(row.key), row.max, "max");
            if (row.min > 0) {
                expectOutOfBounds(row, row.min - 1);
                setAs(TIMELOCK, row.key, row.min - 1);
            }
            expectOutOfBounds(row, row.max + 1);
            setAs(TIMELOCK, row.key, row.max + 1);
            vm.assertEq(registry.valueOf(row.key), row.max, "unchanged");
        }
    }

    /// @notice Setting a parameter says old value, new value and bounds, each time with the value that went before.
    function test_SettingEmitsParameterChanged() public {
        vm.expectEmit(address(registry));
        emit ParamRegistry.ParameterChanged("cooldownSlots", 16, 32, 8, 64);
        setAs(TIMELOCK, "cooldownSlots", 32);
        vm.expectEmit(address(registry));
        emit ParamRegistry.ParameterChanged("cooldownSlots", 32, 9, 8, 64);
        setAs(TIMELOCK, "cooldownSlots", 9);
    }

    /// @notice The value in force may be set again, and that is said like any other.
    function test_TheSameValueIsTaken() public {
        vm.expectEmit(address(registry));
        emit ParamRegistry.ParameterChanged("slotDurationSec", 120, 120, 120, 120);
        setAs(TIMELOCK, "slotDurationSec", 120);
    }

    /// @notice A value is taken exactly when it is within the bounds, and no other parameter changes.
    function testFuzz_ValuesAreTakenWithinTheirBounds(uint256 rowSeed, uint256 value, bool isNear) public {
        Specified memory row = table[bound(rowSeed, 0, table.length - 1)];
        if (isNear) value = bound(value, row.min == 0 ? 0 : row.min - 1, row.max + 1);
        bool isTaken = value >= row.min && value <= row.max;
        if (!isTaken) expectOutOfBounds(row, value);
        setAs(TIMELOCK, row.key, value);
        for (uint256 i = 0; i < table.length; ++i) {
            bool isChanged = isTaken && table[i].key == row.key;
            vm.assertEq(registry.valueOf(table[i].key), isChanged ? value : table[i].initial, "value");
        }
    }

    /// @notice No account but the timelock sets anything, not even the value in force.
    function testFuzz_StrangerIsRefused(address caller, uint256 rowSeed) public {
        vm.assume(caller != TIMELOCK);
        Specified memory row = table[bound(rowSeed, 0, table.length - 1)];
        vm.expectRevert(abi.encodeWithSelector(ParamRegistry.NotTimelock.selector, caller));
        setAs(caller, row.key, row.initial);
        vm.assertEq(registry.valueOf(row.key), row.initial, "unchanged");
    }

    /// @notice A stranger is refused before the name is judged.
    function test_StrangerIsRefusedFirst() public {
        vm.expectRevert(abi.encodeWithSelector(ParamRegistry.NotTimelock.selector, ALICE));
        setAs(ALICE, "nothing", 1);
    }

    /// @notice A name that is none is refused by every function that takes one.
    function testFuzz_UnknownNamesAreRefused(bytes32 key, uint256 value) public {
        vm.assume(!isSpecified(key));
        expectUnknown(key);
        setAs(TIMELOCK, key, value);
        expectUnknown(key);
        registry.valueOf(key);
        expectUnknown(key);
        registry.boundsOf(key);
        expectUnknown(key);
        registry.defaultOf(key);
        expectUnknown(key);
        registry.requireAllowed(key, value);
    }

    /// @notice A name with anything after it, or in other letters, is another name.
    function test_AlmostRightNamesAreUnknown() public {
        bytes32[4] memory names = [bytes32("slotTimeoutMs "), "SlotTimeoutMs", "slotTimeout", ""];
        for (uint256 i = 0; i < names.length; ++i) {
            expectUnknown(names[i]);
            setAs(TIMELOCK, names[i], 5000);
        }
    }
}

contract RequireAllowedTest is ParamRegistryFixture {
    /// @notice What is judged allowed is what can be set, and the refusal is the same; nothing changes by asking.
    function testFuzz_JudgesAsSetDoes(uint256 rowSeed, uint256 value, bool isNear) public {
        Specified memory row = table[bound(rowSeed, 0, table.length - 1)];
        if (isNear) value = bound(value, row.min == 0 ? 0 : row.min - 1, row.max + 1);
        if (value < row.min || value > row.max) expectOutOfBounds(row, value);
        registry.requireAllowed(row.key, value);
        vm.assertEq(registry.valueOf(row.key), row.initial, "unchanged");
    }
}

contract ParamRegistryCodeTest is ParamRegistryFixture {
    /// @notice Setting a parameter writes one slot.
    function test_AParameterTakesOneSlot() public {
        vm.record();
        setAs(TIMELOCK, "cooldownSlots", 9);
        vm.assertEq(countWrittenSlots(address(registry)), 1, "slots");
    }

    /// @notice No function takes Ether, and neither does a plain transfer.
    function test_EtherIsRefused() public {
        bytes32 key = "cooldownSlots";
        bytes[] memory calls = new bytes[](6);
        calls[0] = abi.encodeCall(registry.set, (key, 9));
        calls[1] = abi.encodeCall(registry.valueOf, (key));
        calls[2] = abi.encodeCall(registry.requireAllowed, (key, 9));
        calls[3] = abi.encodeCall(registry.boundsOf, (key));
        calls[4] = abi.encodeCall(registry.defaultOf, (key));
        calls[5] = abi.encodeCall(registry.keys, ());
        registry = new ParamRegistry(address(this));
        assertRefusesEther(address(registry), calls);
    }

    /// @notice The code cannot be changed, destroyed or made to run foreign code as its own.
    function test_CodeCannotChange() public view {
        assertCannotChange(address(registry));
    }
}
