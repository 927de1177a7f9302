// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice A parameter as the specification has it.
struct Specified {
    bytes32 key;
    uint256 initial;
    uint256 min;
    uint256 max;
}

/// @notice The table of parameters, written once more from the specification and not from the contract.
library ParameterTable {
    function rows() internal pure returns (Specified[] memory table) {
        table = new Specified[](18);
        table[0] = Specified("slotDurationSec", 120, 120, 120);
        table[1] = Specified("slotTimeoutMs", 5 * 1000, 1 * 1000, 10 * 1000);
        table[2] = Specified("cooldownSlots", 16, 8, 64);
        table[3] = Specified("leaderWindowDays", 7, 3, 14);
        table[4] = Specified("payoutEpochMonths", 1, 1, 3);
        table[5] = Specified("maxChunkSizeBytes", 16 * 2 ** 20, 8 * 2 ** 20, 16 * 2 ** 20);
        table[6] = Specified("policyTimeoutMs", 30 * 1000, 5 * 1000, 120 * 1000);
        table[7] = Specified("baseMbPerSession", 5, 1, 100);
        table[8] = Specified("dMinBps", 2000, 0, 9000);
        table[9] = Specified("perTransactionCapUsdt", 50_000 * 10 ** 6, 10 ** 6, 10 ** 6 * 10 ** 6);
        table[10] = Specified("dailyCapUsdt", 250_000 * 10 ** 6, 10 ** 6, 5 * 10 ** 6 * 10 ** 6);
        table[11] = Specified("challengeWindowSec", 1 days, 1 hours, 7 days);
        table[12] = Specified("maxNodesPerOperator", 16, 1, 256);
        table[13] = Specified("capRelayPerNode", 10 ** 6, 1, 10 ** 12);
        table[14] = Specified("capStoragePerNode", 10 ** 6, 1, 10 ** 12);
        table[15] = Specified("capValidationsPerNode", 10 ** 6, 1, 10 ** 12);
        table[16] = Specified("capBeaconsPerNode", 10 ** 6, 1, 10 ** 12);
        table[17] = Specified("capCreditsPerOperator", 4 * 10 ** 6, 1, 10 ** 13);
    }
}

/// @notice A ParamRegistry and the steps that most tests begin with.
abstract contract ParamRegistryFixture is LucidTest {
    ParamRegistry internal registry;
    Specified[] internal table;

    address internal constant TIMELOCK = address(uint160(uint256(keccak256("timelock"))));

    function setUp() public virtual {
        vm.warp(NOW);
        registry = new ParamRegistry(TIMELOCK);
        Specified[] memory rows = ParameterTable.rows();
        for (uint256 i = 0; i < rows.length; ++i) {
            table.push(rows[i]);
        }
    }

    function setAs(address caller, bytes32 key, uint256 value) internal {
        vm.prank(caller);
        registry.set(key, value);
    }

    function expectUnknown(bytes32 key) internal {
        vm.expectRevert(abi.encodeWithSelector(ParamRegistry.UnknownParameter.selector, key));
    }

    function expectOutOfBounds(Specified memory row, uint256 value) internal {
        vm.expectRevert(
            abi.encodeWithSelector(ParamRegistry.ValueOutOfBounds.selector, row.key, value, row.min, row.max)
        );
    }

    function isSpecified(bytes32 key) internal view returns (bool) {
        for (uint256 i = 0; i < table.length; ++i) {
            if (table[i].key == key) return true;
        }
        return false;
    }
}
