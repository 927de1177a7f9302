// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PayoutRouter} from "../../src/payouts/PayoutRouter.sol";
import {PayoutRegistryFixture} from "./PayoutRegistryFixture.sol";

/// @notice What the registry records, carried to routers: those that were there, and one that was made later.
contract PayoutHandoverTest is PayoutRegistryFixture {
    uint64 private constant THIRD = SOON + 39 days;

    /// @notice Routers take what the registry recorded, one set after the other, and are at the registry's number.
    function test_RoutersFollowTheRegistry() public {
        bytes memory second = handOver(next, SECOND, 0, 1);
        assertTaken(second);
        vm.warp(SECOND);
        assertTogether(2);
        bytes memory third = handOver(approvers, THIRD, 1, 3);
        assertTaken(third);
        vm.warp(THIRD);
        assertTogether(3);
    }

    /// @notice A router that missed its turn takes both statements late, in their order only.
    function test_StatementsAreTakenInTheirOrder() public {
        bytes memory second = handOver(next, SECOND, 0, 1);
        vm.warp(SECOND);
        bytes memory third = handOver(approvers, SECOND + 10 days, 1, 3);
        vm.warp(SECOND + 20 days);
        assertRefused(third, abi.encodeWithSelector(PayoutRouter.WrongSetNumber.selector, 2, 3));
        assertTaken(second);
        assertTaken(third);
        assertTogether(3);
    }

    /// @notice A router made with set 2 is at the registry's number, does not go back, and takes set 3.
    function test_ALaterRouterBeginsWhereTheRegistryIs() public {
        bytes memory second = handOver(next, SECOND, 0, 1);
        vm.warp(SECOND);
        PayoutRouter.Setup memory setup = setupOf();
        (setup.setNumber, setup.approvers, setup.complianceSigner) = (2, next, SERVICE);
        router = newRouter(setup);
        assertTogether(2);
        assertRefused(second, abi.encodeWithSelector(PayoutRouter.WrongSetNumber.selector, 3, 2));
        assertTaken(handOver(approvers, THIRD, 1, 3));
    }

    /// @notice A set that nobody handed over to lapses; the next one has its number, and routers take that.
    function test_RoutersTakeTheSetAfterAMistake() public {
        address[3] memory mistaken = [address(1), address(2), address(3)];
        registry.schedule(mistaken, SERVICE, SECOND);
        vm.warp(SECOND + 30 days + 1);
        bytes memory second = handOver(next, SECOND + 40 days, 0, 1);
        assertTaken(second);
        vm.warp(SECOND + 40 days);
        assertTogether(2);
    }
}
