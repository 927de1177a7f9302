// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {LucidTimelock} from "../../src/governance/LucidTimelock.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice Counts what the timelock had it do, and takes it from nobody else.
contract Ledger {
    address public immutable TIMELOCK;
    mapping(uint256 operation => uint256) public timesOf;

    error NotTimelock(address caller);

    constructor(address timelock) {
        TIMELOCK = timelock;
    }

    function note(uint256 operation) external {
        if (msg.sender != TIMELOCK) revert NotTimelock(msg.sender);
        ++timesOf[operation];
    }
}

/// @notice Schedules, cancels and executes eight operations at random, and holds every answer against a model.
/// @dev A wrong answer reverts here, which fails the run: foundry.toml sets fail_on_revert.
contract LucidTimelockDriver is LucidTest {
    /// @dev An operation, as it is given to the timelock; one of several calls is a batch.
    struct Operation {
        bool isBatch;
        bytes32 predecessor;
        address[] targets;
        uint256[] values;
        bytes[] calls;
    }

    uint256 public constant OPERATIONS = 8;
    uint256 public constant CHAINED = 1;
    uint256 public constant SELF = 5;
    uint256 public constant SELF_IN_BATCH = 6;
    uint256 public constant ETHER = 7;

    LucidTimelock public immutable TIMELOCK;
    Ledger public immutable LEDGER;

    mapping(uint256 operation => uint256) private _readyAt;
    mapping(uint256 operation => bool) private _isDone;
    mapping(uint256 operation => uint256) private _executions;
    uint256 private _now = NOW;

    constructor() {
        TIMELOCK = new LucidTimelock(address(this));
        LEDGER = new Ledger(address(TIMELOCK));
        TIMELOCK.grantRole(TIMELOCK.PROPOSER_ROLE(), ALICE);
        TIMELOCK.grantRole(TIMELOCK.CANCELLER_ROLE(), ALICE);
        TIMELOCK.renounceRole(TIMELOCK.DEFAULT_ADMIN_ROLE(), address(this));
    }

    /// @dev Alice alone has roles; the timelock's deployer and itself are among the others.
    function actorOf(uint256 seed) public view returns (address actor) {
        return [ALICE, BOB, address(this), address(LEDGER), address(0xA001)][seed % 5];
    }

    function idOf(uint256 number) public view returns (bytes32 id) {
        Operation memory made = operationOf(number);
        if (made.isBatch) {
            return TIMELOCK.hashOperationBatch(made.targets, made.values, made.calls, made.predecessor, 0);
        }
        return TIMELOCK.hashOperation(made.targets[0], made.values[0], made.calls[0], made.predecessor, 0);
    }

    function executionsOf(uint256 number) external view returns (uint256 count) {
        return _executions[number];
    }

    /// @dev From the promises: two days from scheduling at the earliest, fourteen days more, once.
    function stateOf(uint256 number) public view returns (TimelockController.OperationState state) {
        if (_isDone[number]) return TimelockController.OperationState.Done;
        uint256 readyAt = _readyAt[number];
        if (readyAt == 0 || _now > readyAt + 14 days) return TimelockController.OperationState.Unset;
        return _now < readyAt ? TimelockController.OperationState.Waiting : TimelockController.OperationState.Ready;
    }

    function schedule(uint256 actorSeed, uint256 numberSeed, uint256 delaySeed) external {
        (address caller, uint256 number) = (mostlyAlice(actorSeed), numberSeed % OPERATIONS);
        uint256 delay = delaySeed % 4 == 0 ? bound(delaySeed >> 2, 0, 4 days) : 2 days;
        bytes memory refusal;
        if (caller != ALICE) {
            refusal = unauthorized(caller, TIMELOCK.PROPOSER_ROLE());
        } else if (stateOf(number) != TimelockController.OperationState.Unset) {
            refusal = unexpected(number, 1 << 0);
        } else if (delay < 2 days) {
            refusal = abi.encodeWithSelector(TimelockController.TimelockInsufficientDelay.selector, delay, 2 days);
        }
        Operation memory made = operationOf(number);
        bytes memory data = made.isBatch
            ? abi.encodeCall(
                TIMELOCK.scheduleBatch, (made.targets, made.values, made.calls, made.predecessor, 0, delay)
            )
            : abi.encodeCall(
                    TIMELOCK.schedule, (made.targets[0], made.values[0], made.calls[0], made.predecessor, 0, delay)
                );
        if (isTaken(caller, data, refusal)) _readyAt[number] = _now + delay;
    }

    function cancel(uint256 actorSeed, uint256 numberSeed) external {
        if (numberSeed >> 8 & 3 != 0) return; // once in four, so that some are left to execute
        (address caller, uint256 number) = (mostlyAlice(actorSeed), numberSeed % OPERATIONS);
        TimelockController.OperationState state = stateOf(number);
        bool isPending =
            state == TimelockController.OperationState.Waiting || state == TimelockController.OperationState.Ready;
        bytes memory refusal;
        if (caller != ALICE) refusal = unauthorized(caller, TIMELOCK.CANCELLER_ROLE());
        else if (!isPending) refusal = unexpected(number, 1 << 1 | 1 << 2);
        if (isTaken(caller, abi.encodeCall(TIMELOCK.cancel, (idOf(number))), refusal)) _readyAt[number] = 0;
    }

    function execute(uint256 actorSeed, uint256 numberSeed) external {
        uint256 number = numberSeed % OPERATIONS;
        bytes memory refusal;
        if (stateOf(number) != TimelockController.OperationState.Ready) {
            refusal = unexpected(number, 1 << 2);
        } else if (number == CHAINED && !_isDone[0]) {
            refusal = abi.encodeWithSelector(TimelockController.TimelockUnexecutedPredecessor.selector, idOf(0));
        } else if (number == SELF || number == SELF_IN_BATCH) {
            refusal = abi.encodeWithSelector(LucidTimelock.SelfCallRefused.selector);
        } else if (number == ETHER) {
            refusal = abi.encodeWithSelector(LucidTimelock.EtherRefused.selector);
        }
        Operation memory made = operationOf(number);
        bytes memory data = made.isBatch
            ? abi.encodeCall(TIMELOCK.executeBatch, (made.targets, made.values, made.calls, made.predecessor, 0))
            : abi.encodeCall(TIMELOCK.execute, (made.targets[0], made.values[0], made.calls[0], made.predecessor, 0));
        if (!isTaken(actorOf(actorSeed), data, refusal)) return;
        _isDone[number] = true;
        ++_executions[number];
    }

    /// @dev Whoever tries, Alice too: no role moves and the delay stays.
    function grab(uint256 actorSeed, uint256 kind) external {
        address caller = actorOf(actorSeed);
        bytes32 admin = TIMELOCK.DEFAULT_ADMIN_ROLE();
        bytes32 role = [admin, TIMELOCK.PROPOSER_ROLE(), TIMELOCK.CANCELLER_ROLE()][(kind >> 8) % 3];
        if (kind % 3 == 0) {
            bytes memory refusal =
                abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, caller);
            isTaken(caller, abi.encodeCall(TIMELOCK.updateDelay, (0)), refusal);
        } else if (kind % 3 == 1) {
            isTaken(caller, abi.encodeCall(TIMELOCK.grantRole, (role, caller)), unauthorized(caller, admin));
        } else {
            isTaken(caller, abi.encodeCall(TIMELOCK.revokeRole, (role, ALICE)), unauthorized(caller, admin));
        }
    }

    function wait_(uint256 secondsSeed) external {
        _now += secondsSeed % 8 == 0 ? 14 days : bound(secondsSeed, 1, 1 days);
        vm.warp(_now);
    }

    /// @dev Operations 0 to 3 note themselves, the second only after the first; 4 does so twice; the rest must fail.
    function operationOf(uint256 number) private view returns (Operation memory made) {
        made.isBatch = number == 4 || number == SELF_IN_BATCH;
        uint256 count = made.isBatch ? 2 : 1;
        (made.targets, made.values, made.calls) = (new address[](count), new uint256[](count), new bytes[](count));
        for (uint256 i = 0; i < count; ++i) {
            (made.targets[i], made.calls[i]) = (address(LEDGER), abi.encodeCall(Ledger.note, (number)));
        }
        if (number == CHAINED) made.predecessor = idOf(0);
        if (number == SELF || number == SELF_IN_BATCH) {
            made.targets[count - 1] = address(TIMELOCK);
            made.calls[count - 1] = abi.encodeCall(TIMELOCK.updateDelay, (0));
        }
        if (number == ETHER) made.values[0] = 1;
    }

    function mostlyAlice(uint256 seed) private view returns (address caller) {
        return seed >> 8 & 3 == 0 ? actorOf(seed) : ALICE;
    }

    function unauthorized(address caller, bytes32 role) private pure returns (bytes memory refusal) {
        return abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, caller, role);
    }

    function unexpected(uint256 number, uint256 wanted) private view returns (bytes memory refusal) {
        return abi.encodeWithSelector(
            TimelockController.TimelockUnexpectedOperationState.selector, idOf(number), bytes32(wanted)
        );
    }

    /// @dev Makes the call; fails unless it is taken, or refused with exactly `refusal` where there is one.
    function isTaken(address caller, bytes memory data, bytes memory refusal) private returns (bool taken) {
        bytes memory answer;
        vm.prank(caller);
        (taken, answer) = address(TIMELOCK).call(data);
        vm.assertTrue(taken == (refusal.length == 0), "taken");
        if (!taken) vm.assertEq(answer, refusal, "refusal");
    }
}

contract LucidTimelockInvariantTest is LucidTest {
    LucidTimelock private _timelock;
    LucidTimelockDriver private _driver;

    function setUp() public {
        vm.warp(NOW);
        _driver = new LucidTimelockDriver();
        _timelock = _driver.TIMELOCK();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        bytes4[] memory chosen = new bytes4[](7);
        chosen[0] = LucidTimelockDriver.schedule.selector;
        chosen[1] = LucidTimelockDriver.cancel.selector;
        chosen[2] = LucidTimelockDriver.execute.selector;
        chosen[3] = LucidTimelockDriver.grab.selector;
        chosen[4] = LucidTimelockDriver.wait_.selector;
        chosen[5] = LucidTimelockDriver.schedule.selector;
        chosen[6] = LucidTimelockDriver.execute.selector;
        selectors = new FuzzSelector[](1);
        selectors[0] = FuzzSelector(address(_driver), chosen);
    }

    /// @notice Every operation is in the state that the promises give it: waiting, ready, done, or as if never scheduled.
    function invariant_StatesAreThePromised() public view {
        for (uint256 number = 0; number < _driver.OPERATIONS(); ++number) {
            vm.assertEq(
                uint256(_timelock.getOperationState(_driver.idOf(number))), uint256(_driver.stateOf(number)), "state"
            );
        }
    }

    /// @notice What was done was done by executions of operations whose time had come, each once, and by nothing else.
    function invariant_NothingHappensButByExecution() public view {
        Ledger ledger = _driver.LEDGER();
        for (uint256 number = 0; number < _driver.OPERATIONS(); ++number) {
            uint256 executions = _driver.executionsOf(number);
            vm.assertTrue(executions <= 1, "once");
            vm.assertEq(ledger.timesOf(number), number == 4 ? 2 * executions : executions, "times");
        }
        vm.assertEq(_driver.executionsOf(_driver.SELF()), 0, "on itself");
        vm.assertEq(_driver.executionsOf(_driver.SELF_IN_BATCH()), 0, "on itself, in a batch");
        vm.assertEq(_driver.executionsOf(_driver.ETHER()), 0, "with Ether");
    }

    /// @notice The chained operation is done only where the one before it is.
    function invariant_OrderIsKept() public view {
        if (_driver.executionsOf(_driver.CHAINED()) == 1) vm.assertEq(_driver.executionsOf(0), 1, "predecessor");
    }

    /// @notice Nobody is admin but the timelock itself, Alice alone proposes and cancels, and the delay stays.
    function invariant_NoPrivilegeIsLeft() public view {
        bytes32 admin = _timelock.DEFAULT_ADMIN_ROLE();
        for (uint256 i = 0; i < 5; ++i) {
            address actor = _driver.actorOf(i);
            vm.assertFalse(_timelock.hasRole(admin, actor), "admin");
            vm.assertTrue(_timelock.hasRole(_timelock.PROPOSER_ROLE(), actor) == (actor == ALICE), "proposer");
            vm.assertTrue(_timelock.hasRole(_timelock.CANCELLER_ROLE(), actor) == (actor == ALICE), "canceller");
        }
        vm.assertTrue(_timelock.hasRole(admin, address(_timelock)), "itself");
        vm.assertEq(_timelock.getMinDelay(), 2 days, "delay");
        vm.assertEq(address(_timelock).balance, 0, "balance");
    }
}
