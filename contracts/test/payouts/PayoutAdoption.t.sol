// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SignerRegistry} from "../../src/governance/SignerRegistry.sol";
import {PayoutRouter} from "../../src/payouts/PayoutRouter.sol";
import {PayoutRouterV0Fixture} from "./PayoutRouterV0.t.sol";

/// @notice How registry and routers come together again where routers went on without it.
contract PayoutAdoptionTest is PayoutRouterV0Fixture {
    uint64 private constant SECOND = SOON + 9 days;
    address private constant SERVICE = address(uint160(uint256(keccak256("service"))));

    SignerRegistry private _registry;
    address[3] private _next;

    function setUp() public override {
        super.setUp();
        _registry = new SignerRegistry(address(this), approvers, vm.addr(complianceKey), CHAIN);
        _next = [vm.addr(keys[1]), vm.addr(keys[2]), vm.addr(keys[3])];
    }

    /// @notice What is recorded in the last second can be carried to the routers for seven days.
    function test_RecordedInTheLastSecondIsCarried() public {
        _registry.schedule(_next, SERVICE, SECOND);
        bytes[] memory signatures = signedBy(0, 1, _registry.sentenceOf(2));
        vm.warp(SECOND + 30 days);
        vm.expectRevert(abi.encodeWithSelector(SignerRegistry.StatementTooLate.selector, 2, SECOND + 23 days));
        _registry.recordStatement(2, signatures);
        vm.warp(SECOND + 23 days);
        _registry.recordStatement(2, signatures);
        vm.warp(SECOND + 30 days);
        assertTaken(abi.encodeCall(router.rotateSigners, (2, _next, SERVICE, SECOND, signatures)));
        assertTogether(2);
    }

    /// @notice Two keys of set 1 are lost and new routers are made with what a vote named: that is adopted, and goes on.
    function test_NewRoutersAfterLostKeysAreAdopted() public {
        _registry.schedule(_next, SERVICE, SECOND);
        PayoutRouter.Setup memory setup = setupOf();
        (setup.setNumber, setup.approvers, setup.complianceSigner) = (2, _next, SERVICE);
        router = newRouter(setup);
        _registry.adopt(2, _next, SERVICE);
        assertTogether(2);
        assertNextIsHandedOver(3);
    }

    /// @notice A set was handed over to and is regretted; routers take set 3 at once; the vote adopts it while set 2 waits.
    function test_WhatReplacedARegrettedSetIsAdopted() public {
        address[3] memory regretted = [address(0x1001), address(0x1002), address(0x1003)];
        _registry.schedule(regretted, SERVICE, SECOND);
        bytes[] memory signatures = signedBy(0, 1, _registry.sentenceOf(2));
        _registry.recordStatement(2, signatures);
        assertTaken(abi.encodeCall(router.rotateSigners, (2, regretted, SERVICE, SECOND, signatures)));
        uint64 minute = uint64(block.timestamp / 60 * 60);
        string memory text = router.signersSentence(3, _next, SERVICE, minute);
        assertTaken(abi.encodeCall(router.rotateSigners, (3, _next, SERVICE, minute, signedBy(0, 1, text))));
        _registry.adopt(3, _next, SERVICE);
        assertTogether(3);
        vm.warp(SECOND);
        assertTogether(3);
        assertNextIsHandedOver(4);
    }

    /// @dev A vote names the set after `_next`, who sign; registry and router have it when its time has come.
    function assertNextIsHandedOver(uint32 number) private {
        uint64 time = uint64(block.timestamp / 60 * 60 + 10 days);
        _registry.schedule(approvers, SERVICE, time);
        bytes[] memory signatures = signedBy(1, 3, _registry.sentenceOf(number));
        _registry.recordStatement(number, signatures);
        assertTaken(abi.encodeCall(router.rotateSigners, (number, approvers, SERVICE, time, signatures)));
        vm.warp(time);
        assertTogether(number);
    }

    function assertTogether(uint32 wanted) private view {
        (uint32 number, SignerRegistry.SignerSet memory set) = _registry.current();
        (uint32 number_, address[3] memory approvers_, address complianceSigner) = router.signers();
        vm.assertEq(number, wanted, "number here");
        vm.assertEq(number_, wanted, "number there");
        vm.assertEq(abi.encode(approvers_), abi.encode(set.approvers), "approvers");
        vm.assertEq(complianceSigner, set.complianceSigner, "compliance signer");
    }
}
