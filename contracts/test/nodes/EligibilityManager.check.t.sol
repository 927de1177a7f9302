// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {EligibilityManager} from "../../src/nodes/EligibilityManager.sol";
import {NodeRegistry} from "../../src/nodes/NodeRegistry.sol";
import {WorkCreditsOracle} from "../../src/work/WorkCreditsOracle.sol";

/// @notice What halmos proves of the uptime rule, for every count that three months can have.
contract EligibilityManagerCheck is EligibilityManager {
    constructor() EligibilityManager(NodeRegistry(address(1)), WorkCreditsOracle(address(2))) {}

    /// @notice Where nothing was expected, nothing is enough.
    function check_NothingExpectedIsNeverEnough(uint64 seen) external pure {
        assert(!_isUpEnough(seen, 0));
    }

    /// @notice Another beacon seen never takes eligibility, another one missed never gives it.
    function check_MoreUptimeNeverHurts(uint64 seen, uint64 expected) external pure {
        if (seen > 3 * uint256(type(uint32).max) || expected > 3 * uint256(type(uint32).max)) return;
        if (_isUpEnough(seen, expected)) assert(_isUpEnough(uint256(seen) + 1, expected));
        else if (expected > 0) assert(!_isUpEnough(seen, uint256(expected) + 1));
    }
}
