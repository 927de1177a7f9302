// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SignerRegistry} from "../../src/governance/SignerRegistry.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice What holds of SignerRegistry for all addresses, shown by halmos.
/// @dev A set is judged the same at deployment and when it is scheduled. Here it is deployed, since the sentence that
/// scheduling writes hashes addresses with SHA-256, of which halmos 0.3.3 makes a formula that its solver refuses.
contract SignerRegistryCheck is LucidTest {
    /// @notice A set that is taken has three different approvers, none zero, and a compliance signer beside them; and
    /// every such set is taken.
    /// @custom:halmos --loop 4
    function check_ASetIsTakenExactlyIfItIsWhole(address a, address b, address c, address compliance) public {
        bool isWhole = a != address(0) && a < b && b < c && compliance != address(0) && compliance != a
            && compliance != b && compliance != c;
        try new SignerRegistry(address(this), [a, b, c], compliance, 728126428) returns (SignerRegistry registry) {
            assert(isWhole);
            SignerRegistry.SignerSet memory set = registry.setOf(1);
            assert(set.approvers[0] == a && set.approvers[1] == b && set.approvers[2] == c);
            assert(set.complianceSigner == compliance);
        } catch {
            assert(!isWhole);
        }
    }
}
