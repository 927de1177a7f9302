// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SignerRegistry} from "../../src/governance/SignerRegistry.sol";
import {PayoutRouter} from "../../src/payouts/PayoutRouter.sol";
import {PayoutRouterV0Fixture} from "./PayoutRouterV0.t.sol";

/// @notice What the registry records, carried to routers: those that were there, and one that was made later.
contract PayoutHandoverTest is PayoutRouterV0Fixture {
    uint64 private constant SECOND = SOON + 9 days;
    uint64 private constant THIRD = SOON + 39 days;
    address private constant SERVICE = address(uint160(uint256(keccak256("service"))));

    SignerRegistry private _registry;
    address[3] private _next;

    function setUp() public override {
        super.setUp();
        _registry = new SignerRegistry(address(this), approvers, vm.addr(complianceKey), CHAIN);
        _next = [vm.addr(keys[1]), vm.addr(keys[2]), vm.addr(keys[3])];
    }

    /// @notice Routers take what the registry recorded, one set after the other, and are at the registry's number.
    function test_RoutersFollowTheRegistry() public {
        bytes memory second = handOver(_next, SECOND, 0, 1);
        assertTaken(second);
        vm.warp(SECOND);
        assertAtTheRegistrys();
        bytes memory third = handOver(approvers, THIRD, 1, 3);
        assertTaken(third);
        vm.warp(THIRD);
        assertAtTheRegistrys();
    }

    /// @notice A router that missed its turn takes both statements late, in their order only.
    function test_StatementsAreTakenInTheirOrder() public {
        bytes memory second = handOver(_next, SECOND, 0, 1);
        vm.warp(SECOND);
        bytes memory third = handOver(approvers, SECOND + 10 days, 1, 3);
        vm.warp(SECOND + 20 days);
        assertRefused(third, abi.encodeWithSelector(PayoutRouter.WrongSetNumber.selector, 2, 3));
        assertTaken(second);
        assertTaken(third);
        assertAtTheRegistrys();
    }

    /// @notice A router made with set 2 is at the registry's number, does not go back, and takes set 3.
    function test_ALaterRouterBeginsWhereTheRegistryIs() public {
        bytes memory second = handOver(_next, SECOND, 0, 1);
        vm.warp(SECOND);
        PayoutRouter.Setup memory setup = setupOf();
        (setup.setNumber, setup.approvers, setup.complianceSigner) = (2, _next, SERVICE);
        router = newRouter(setup);
        assertAtTheRegistrys();
        assertRefused(second, abi.encodeWithSelector(PayoutRouter.WrongSetNumber.selector, 3, 2));
        assertTaken(handOver(approvers, THIRD, 1, 3));
    }

    /// @notice A set that nobody handed over to lapses; the next one has its number, and routers take that.
    function test_RoutersTakeTheSetAfterAMistake() public {
        address[3] memory mistaken = [address(1), address(2), address(3)];
        _registry.schedule(mistaken, SERVICE, SECOND);
        vm.warp(SECOND + 30 days + 1);
        bytes memory second = handOver(_next, SECOND + 40 days, 0, 1);
        assertTaken(second);
        vm.warp(SECOND + 40 days);
        assertAtTheRegistrys();
        (uint32 number,,) = router.signers();
        vm.assertEq(number, 2, "number");
    }

    /// @dev Schedules a set and has two people sign for it; gives the call that carries the statement to a router.
    function handOver(address[3] memory set, uint64 effectiveAt, uint256 first, uint256 second)
        private
        returns (bytes memory data)
    {
        _registry.schedule(set, SERVICE, effectiveAt);
        uint32 number = _registry.count();
        bytes[] memory signatures = signedBy(first, second, _registry.sentenceOf(number));
        _registry.recordStatement(number, signatures);
        return abi.encodeCall(router.rotateSigners, (number, set, SERVICE, effectiveAt, signatures));
    }

    function assertAtTheRegistrys() private view {
        (uint32 number, SignerRegistry.SignerSet memory set) = _registry.current();
        (uint32 number_, address[3] memory approvers_, address complianceSigner) = router.signers();
        vm.assertEq(number_, number, "number");
        vm.assertEq(abi.encode(approvers_), abi.encode(set.approvers), "approvers");
        vm.assertEq(complianceSigner, set.complianceSigner, "compliance signer");
    }
}
