// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistryLike} from "../../src/governance/ParamRegistryLike.sol";
import {NodeRegistry} from "../../src/nodes/NodeRegistry.sol";
import {ValidatorSet} from "../../src/work/ValidatorSet.sol";
import {WorkCreditsOracle} from "../../src/work/WorkCreditsOracle.sol";

/// @notice What halmos proves of an oracle's sums.
contract WorkCreditsOracleCheck is WorkCreditsOracle {
    constructor()
        WorkCreditsOracle(ValidatorSet(address(1)), NodeRegistry(address(2)), ParamRegistryLike(address(3)))
    {}

    /// @notice The credits of a record are the sum of the four kinds, whatever they are: nothing overflows or is lost.
    function check_CreditsAreTheSum(MonthlyRecord calldata record) external pure {
        uint256 credits = creditsOf(record);
        assert(credits >= record.relay && credits >= record.storageProofs);
        assert(credits >= record.validations && credits >= record.beacons);
        assert(credits - record.relay - record.storageProofs - record.validations == record.beacons);
        assert(credits <= 4 * uint256(type(uint64).max));
    }

    /// @notice A record within the caps of its four kinds is within their sum.
    function check_CapsBoundTheSum(MonthlyRecord calldata record, uint64 cap) external pure {
        if (record.relay > cap || record.storageProofs > cap) return;
        if (record.validations > cap || record.beacons > cap) return;
        assert(creditsOf(record) <= 4 * uint256(cap));
    }
}
