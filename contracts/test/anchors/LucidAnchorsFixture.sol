// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidAnchors} from "../../src/anchors/LucidAnchors.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice A LucidAnchors and the steps that most tests begin with.
abstract contract LucidAnchorsFixture is LucidTest {
    LucidAnchors internal anchors;

    bytes32 internal constant POLICY = keccak256("policy");
    bytes32 internal constant KEY = keccak256("ephemeral key");
    bytes32 internal constant MANIFEST = keccak256("manifest");
    bytes32 internal constant ROOT = keccak256("root");
    bytes32 internal constant LEAF = keccak256("leaf");

    function setUp() public virtual {
        vm.warp(NOW);
        anchors = new LucidAnchors();
    }

    function openAs(address owner) internal {
        vm.prank(owner);
        anchors.openSession(SESSION, POLICY, KEY);
    }

    function progressAs(address owner, uint32 count) internal {
        vm.prank(owner);
        anchors.anchorProgress(SESSION, ROOT, count);
    }

    function sealAs(address owner, uint32 count) internal {
        vm.prank(owner);
        anchors.sealSession(SESSION, MANIFEST, ROOT, count);
    }

    function assertSession(address owner, uint8 state, uint32 progressCount, uint64 openedAt) internal view {
        (address owner_, uint8 state_, uint32 progressCount_, uint64 openedAt_) = anchors.sessionOf(SESSION);
        vm.assertEq(owner_, owner, "owner");
        vm.assertEq(uint256(state_), state, "state");
        vm.assertEq(uint256(progressCount_), progressCount, "progressCount");
        vm.assertEq(uint256(openedAt_), openedAt, "openedAt");
    }

    function expectAlreadyKnown() internal {
        vm.expectRevert(abi.encodeWithSelector(LucidAnchors.SessionAlreadyKnown.selector, SESSION));
    }

    function expectNotOpen() internal {
        vm.expectRevert(abi.encodeWithSelector(LucidAnchors.SessionNotOpen.selector, SESSION));
    }

    function expectNotOwner(address caller) internal {
        vm.expectRevert(abi.encodeWithSelector(LucidAnchors.NotSessionOwner.selector, SESSION, caller));
    }

    function expectZero(string memory field) internal {
        vm.expectRevert(abi.encodeWithSelector(LucidAnchors.ZeroValue.selector, field));
    }
}
