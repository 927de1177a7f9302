// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SignerRegistry} from "../../src/governance/SignerRegistry.sol";
import {PayoutRouterV0Fixture} from "./PayoutRouterV0.t.sol";

/// @notice A registry of signers beside a router, both at set 1; this contract stands for the vote.
abstract contract PayoutRegistryFixture is PayoutRouterV0Fixture {
    uint64 internal constant SECOND = SOON + 9 days;
    address internal constant SERVICE = address(uint160(uint256(keccak256("service"))));

    SignerRegistry internal registry;
    address[3] internal next;

    function setUp() public virtual override {
        super.setUp();
        registry = new SignerRegistry(address(this), approvers, vm.addr(complianceKey), CHAIN);
        next = [vm.addr(keys[1]), vm.addr(keys[2]), vm.addr(keys[3])];
    }

    /// @dev Schedules a set and has two people sign for it; gives the call that carries the statement to a router.
    function handOver(address[3] memory set, uint64 effectiveAt, uint256 first, uint256 second)
        internal
        returns (bytes memory data)
    {
        registry.schedule(set, SERVICE, effectiveAt);
        uint32 number = registry.count();
        bytes[] memory signatures = signedBy(first, second, registry.sentenceOf(number));
        registry.recordStatement(number, signatures);
        return abi.encodeCall(router.rotateSigners, (number, set, SERVICE, effectiveAt, signatures));
    }

    /// @dev Registry and router have the same set now, under this number.
    function assertTogether(uint32 wanted) internal view {
        (uint32 here, SignerRegistry.SignerSet memory set) = registry.current();
        (uint32 there, address[3] memory approvers_, address complianceSigner) = router.signers();
        vm.assertEq(here, wanted, "number here");
        vm.assertEq(there, wanted, "number there");
        vm.assertEq(abi.encode(approvers_), abi.encode(set.approvers), "approvers");
        vm.assertEq(complianceSigner, set.complianceSigner, "compliance signer");
    }
}
