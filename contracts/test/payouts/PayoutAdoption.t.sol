// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SignerRegistry} from "../../src/governance/SignerRegistry.sol";
import {PayoutRouter} from "../../src/payouts/PayoutRouter.sol";
import {PayoutRegistryFixture} from "./PayoutRegistryFixture.sol";

/// @notice How registry and routers come together again where routers went on without it.
contract PayoutAdoptionTest is PayoutRegistryFixture {
    /// @notice What is recorded in the last second can be carried to the routers for seven days.
    function test_RecordedInTheLastSecondIsCarried() public {
        registry.schedule(next, SERVICE, SECOND);
        bytes[] memory signatures = signedBy(0, 1, registry.sentenceOf(2));
        vm.warp(SECOND + 30 days);
        vm.expectRevert(abi.encodeWithSelector(SignerRegistry.StatementTooLate.selector, 2, SECOND + 23 days));
        registry.recordStatement(2, signatures);
        vm.warp(SECOND + 23 days);
        registry.recordStatement(2, signatures);
        vm.warp(SECOND + 30 days);
        assertTaken(abi.encodeCall(router.rotateSigners, (2, next, SERVICE, SECOND, signatures)));
        assertTogether(2);
    }

    /// @notice Two keys of set 1 are lost and new routers are made with what a vote named: that is adopted, and goes on.
    function test_NewRoutersAfterLostKeysAreAdopted() public {
        registry.schedule(next, SERVICE, SECOND);
        PayoutRouter.Setup memory setup = setupOf();
        (setup.setNumber, setup.approvers, setup.complianceSigner) = (2, next, SERVICE);
        router = newRouter(setup);
        registry.adopt(2, next, SERVICE);
        assertTogether(2);
        assertNextIsHandedOver(3);
    }

    /// @notice A set was handed over to and is regretted; routers take set 3 at once; the vote adopts it while set 2 waits.
    function test_WhatReplacedARegrettedSetIsAdopted() public {
        address[3] memory regretted = [address(0x1001), address(0x1002), address(0x1003)];
        assertTaken(handOver(regretted, SECOND, 0, 1));
        uint64 minute = uint64(block.timestamp / 60 * 60);
        string memory text = router.signersSentence(3, next, SERVICE, minute);
        assertTaken(abi.encodeCall(router.rotateSigners, (3, next, SERVICE, minute, signedBy(0, 1, text))));
        registry.adopt(3, next, SERVICE);
        assertTogether(3);
        vm.warp(SECOND);
        assertTogether(3);
        assertNextIsHandedOver(4);
    }

    /// @dev A vote names the set after `next`, who sign; registry and router have it when its time has come.
    function assertNextIsHandedOver(uint32 number) private {
        uint64 time = uint64(block.timestamp / 60 * 60 + 10 days);
        assertTaken(handOver(approvers, time, 1, 3));
        vm.warp(time);
        assertTogether(number);
    }
}
