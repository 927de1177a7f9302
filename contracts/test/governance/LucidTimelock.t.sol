// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidTimelock} from "../../src/governance/LucidTimelock.sol";
import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {LucidTest} from "../LucidTest.sol";
import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

contract LucidTimelockTest is LucidTest {
    LucidTimelock private _timelock;
    ParamRegistry private _registry;
    bytes32 private constant UNSET = bytes32(uint256(1 << 0));
    bytes32 private constant READY = bytes32(uint256(1 << 2));
    uint256 private constant EXPIRES = NOW + 2 days + 14 days;

    function setUp() public {
        vm.warp(NOW);
        _timelock = new LucidTimelock(address(this));
        _registry = new ParamRegistry(address(_timelock));
        _timelock.grantRole(_timelock.PROPOSER_ROLE(), ALICE);
        _timelock.grantRole(_timelock.CANCELLER_ROLE(), ALICE);
        _timelock.renounceRole(_timelock.DEFAULT_ADMIN_ROLE(), address(this));
    }

    /// @dev What sets a parameter.
    function setting() private pure returns (bytes memory) {
        return abi.encodeCall(ParamRegistry.set, ("cooldownSlots", 32));
    }

    function scheduleAs(address caller, address target, uint256 value, bytes memory data) private returns (bytes32 id) {
        id = _timelock.hashOperation(target, value, data, 0, 0);
        vm.prank(caller);
        _timelock.schedule(target, value, data, 0, 0, 2 days);
    }

    function expectState(bytes32 id, bytes32 wanted) private {
        vm.expectRevert(
            abi.encodeWithSelector(TimelockController.TimelockUnexpectedOperationState.selector, id, wanted)
        );
    }

    function assertState(bytes32 id, TimelockController.OperationState state) private view {
        vm.assertEq(uint256(_timelock.getOperationState(id)), uint256(state), "state");
    }

    /// @notice The numbers are those documented, and anyone executes.
    function test_NumbersAreThoseDocumented() public view {
        vm.assertEq(_timelock.DELAY(), 2 days, "DELAY");
        vm.assertEq(_timelock.getMinDelay(), 2 days, "getMinDelay");
        vm.assertEq(_timelock.EXECUTION_WINDOW(), 14 days, "EXECUTION_WINDOW");
        vm.assertTrue(_timelock.hasRole(_timelock.EXECUTOR_ROLE(), address(0)), "anyone executes");
    }

    /// @notice The deployer is admin and nothing else, until it renounces.
    function test_TheDeployerIsAdminAndNothingElse() public {
        LucidTimelock fresh = new LucidTimelock(BOB);
        vm.assertTrue(fresh.hasRole(fresh.DEFAULT_ADMIN_ROLE(), BOB), "admin");
        vm.assertFalse(fresh.hasRole(fresh.PROPOSER_ROLE(), BOB), "proposer");
        vm.assertFalse(fresh.hasRole(fresh.CANCELLER_ROLE(), BOB), "canceller");
        vm.assertFalse(fresh.hasRole(fresh.DEFAULT_ADMIN_ROLE(), address(this)), "sender");
    }

    /// @notice Once the admin has renounced nobody hands out or takes a role.
    function testFuzz_RolesStay(address caller) public {
        vm.assume(caller != address(_timelock)); // which nothing is executed on
        bytes32 admin = _timelock.DEFAULT_ADMIN_ROLE();
        bytes32 proposer = _timelock.PROPOSER_ROLE();
        bytes memory refusal =
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, caller, admin);
        vm.expectRevert(refusal);
        vm.prank(caller);
        _timelock.grantRole(proposer, caller);
        vm.expectRevert(refusal);
        vm.prank(caller);
        _timelock.revokeRole(proposer, ALICE);
    }

    /// @notice Only the proposer schedules, and only the canceller cancels.
    function testFuzz_StrangersNeitherScheduleNorCancel(address caller) public {
        vm.assume(caller != ALICE);
        bytes32 id = scheduleAs(ALICE, address(_registry), 0, setting());
        bytes32 role = _timelock.PROPOSER_ROLE();
        vm.expectRevert(abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, caller, role));
        vm.prank(caller);
        _timelock.schedule(address(_registry), 0, "", 0, 0, 2 days);
        role = _timelock.CANCELLER_ROLE();
        vm.expectRevert(abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, caller, role));
        vm.prank(caller);
        _timelock.cancel(id);
    }

    /// @notice A delay below two days is refused.
    function test_AShorterDelayIsRefused() public {
        vm.expectRevert(
            abi.encodeWithSelector(TimelockController.TimelockInsufficientDelay.selector, 2 days - 1, 2 days)
        );
        vm.prank(ALICE);
        _timelock.schedule(address(_registry), 0, setting(), 0, 0, 2 days - 1);
    }

    /// @notice Anyone executes from two days after scheduling to fourteen days later, to the second, and once.
    function testFuzz_AnyoneExecutesInTheWindow(address caller, uint256 time) public {
        time = bound(time, NOW, EXPIRES + 20 days);
        bytes32 id = scheduleAs(ALICE, address(_registry), 0, setting());
        vm.warp(time);
        bool isInTime = time >= NOW + 2 days && time <= EXPIRES;
        if (!isInTime) expectState(id, READY);
        vm.prank(caller);
        _timelock.execute(address(_registry), 0, setting(), 0, 0);
        vm.assertEq(_registry.valueOf("cooldownSlots"), isInTime ? 32 : 16, "value");
        vm.assertTrue(_timelock.isOperationDone(id) == isInTime, "done");
    }

    /// @notice The first and the last second of the window count, and neither the one before nor the one after.
    function test_TheWindowsEndsAreExact() public {
        bytes32 id = scheduleAs(ALICE, address(_registry), 0, setting());
        vm.warp(NOW + 2 days - 1);
        assertState(id, TimelockController.OperationState.Waiting);
        vm.warp(NOW + 2 days);
        assertState(id, TimelockController.OperationState.Ready);
        vm.warp(EXPIRES);
        assertState(id, TimelockController.OperationState.Ready);
        vm.warp(EXPIRES + 1);
        assertState(id, TimelockController.OperationState.Unset);
        vm.assertFalse(_timelock.isOperationPending(id), "pending");
    }

    /// @notice What has expired is not canceled, and can be scheduled anew with its whole delay.
    function test_WhatExpiredIsAsIfNeverScheduled() public {
        bytes32 id = scheduleAs(ALICE, address(_registry), 0, setting());
        vm.warp(EXPIRES + 1);
        expectState(id, bytes32(uint256(1 << 1)) | READY);
        vm.prank(ALICE);
        _timelock.cancel(id);
        scheduleAs(ALICE, address(_registry), 0, setting());
        vm.assertEq(_timelock.getTimestamp(id), EXPIRES + 1 + 2 days, "timestamp");
        assertState(id, TimelockController.OperationState.Waiting);
    }

    /// @notice What is done stays done and is not scheduled again, however long ago it was.
    function test_WhatIsDoneStaysDone() public {
        bytes32 id = scheduleAs(ALICE, address(_registry), 0, setting());
        vm.warp(NOW + 2 days);
        _timelock.execute(address(_registry), 0, setting(), 0, 0);
        vm.warp(EXPIRES + 365 days);
        assertState(id, TimelockController.OperationState.Done);
        expectState(id, UNSET);
        vm.prank(ALICE);
        _timelock.schedule(address(_registry), 0, setting(), 0, 0, 2 days);
    }

    /// @notice Nothing is executed on the timelock itself: neither its delay nor a role changes, by the proposer either.
    function test_SelfCallsAreRefused() public {
        bytes[2] memory calls = [
            abi.encodeCall(_timelock.updateDelay, (0)),
            abi.encodeCall(_timelock.grantRole, (_timelock.DEFAULT_ADMIN_ROLE(), ALICE))
        ];
        for (uint256 i = 0; i < 2; ++i) {
            vm.warp(NOW);
            scheduleAs(ALICE, address(_timelock), 0, calls[i]);
            vm.warp(NOW + 2 days);
            vm.expectRevert(abi.encodeWithSelector(LucidTimelock.SelfCallRefused.selector));
            _timelock.execute(address(_timelock), 0, calls[i], 0, 0);
        }
        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, ALICE));
        vm.prank(ALICE);
        _timelock.updateDelay(0);
    }

    /// @notice Within a batch, too, nothing is executed on the timelock itself.
    function test_SelfCallsOfABatchAreRefused() public {
        (address[] memory targets, uint256[] memory values) = (new address[](2), new uint256[](2));
        bytes[] memory calls = new bytes[](2);
        (targets[0], calls[0]) = (address(_registry), setting());
        (targets[1], calls[1]) = (address(_timelock), abi.encodeCall(_timelock.updateDelay, (0)));
        vm.prank(ALICE);
        _timelock.scheduleBatch(targets, values, calls, 0, 0, 2 days);
        vm.warp(NOW + 2 days);
        vm.expectRevert(abi.encodeWithSelector(LucidTimelock.SelfCallRefused.selector));
        _timelock.executeBatch(targets, values, calls, 0, 0);
        vm.assertEq(_registry.valueOf("cooldownSlots"), 16, "value");
    }

    /// @notice No Ether comes in, by a transfer or with an execution, and none goes out.
    function test_EtherIsRefused() public {
        vm.deal(address(this), 1 ether);
        bytes memory refusal = abi.encodeWithSelector(LucidTimelock.EtherRefused.selector);
        (bool isTaken, bytes memory answer) = address(_timelock).call{value: 1}("");
        vm.assertFalse(isTaken, "taken");
        vm.assertEq(answer, refusal, "refusal");

        scheduleAs(ALICE, address(_registry), 0, setting());
        scheduleAs(ALICE, BOB, 1, "");
        vm.warp(NOW + 2 days);
        vm.expectRevert(refusal);
        _timelock.execute{value: 1}(address(_registry), 0, setting(), 0, 0);
        vm.deal(address(_timelock), 1 ether); // by a block's reward, which no code can refuse
        vm.expectRevert(refusal);
        _timelock.execute(BOB, 1, "", 0, 0);
    }

    /// @notice The code cannot be changed, destroyed or made to run foreign code as its own.
    function test_CodeCannotChange() public view {
        assertCannotChange(address(_timelock));
    }
}
