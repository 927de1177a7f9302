// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SignerRegistry} from "../../src/governance/SignerRegistry.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice What holds of SignerRegistry for all addresses and times, shown by halmos.
contract SignerRegistryCheck is LucidTest {
    SignerRegistry private _registry;

    function setUp() public {
        vm.warp(NOW);
        address[3] memory first = [address(0x11), address(0x12), address(0x13)];
        _registry = new SignerRegistry(address(this), first, address(0x14), 728126428);
    }

    /// @notice A set that is scheduled has three different approvers, none zero, and a compliance signer beside them.
    function check_AScheduledSetIsWhole(address a, address b, address c, address compliance) public {
        uint64 effectiveAt = uint64(NOW / 60 * 60 + 10 days);
        (bool isTaken,) =
            address(_registry).call(abi.encodeCall(_registry.schedule, ([a, b, c], compliance, effectiveAt)));
        if (!isTaken) return;
        assert(a != address(0) && a < b && b < c);
        assert(compliance != address(0) && compliance != a && compliance != b && compliance != c);
    }
}
