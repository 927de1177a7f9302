// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title The delay between a vote and what comes of it
/// @notice Holds every operation that passed a vote for two days, in which anyone can read it, and lets anyone execute
/// it within the fourteen days after that.
/// @dev OpenZeppelin's TimelockController, made narrower. Promises:
/// - An operation is executed {DELAY} after it was scheduled at the earliest, and {EXECUTION_WINDOW} later at the latest.
///   After that it is as if it had never been scheduled.
/// - Nothing is ever executed on the timelock itself. So its delay stays, and roles change for as long as an account is
///   admin only: after the deployer has renounced that, never.
/// - No Ether in or out.
///
/// The deployer is admin until it made the governor PROPOSER and CANCELLER and renounced; until then it could name itself
/// proposer too. `lucid chain doctor` reads from the events that it did not. Whoever wants to know executes nothing
/// before that.
contract LucidTimelock is TimelockController {
    /// @notice Seconds from the scheduling of an operation until it can be executed; {getMinDelay} gives the same.
    uint256 public constant DELAY = 2 days;

    /// @notice Seconds from then on in which it can be executed.
    uint256 public constant EXECUTION_WINDOW = 14 days;

    /// @notice The timelock takes no Ether and sends none.
    error EtherRefused();

    /// @notice No operation may call the timelock itself.
    error SelfCallRefused();

    /// @notice Lets anyone execute and the deployer hand out the other roles.
    /// @param deployer Who is admin until it renounces.
    constructor(address deployer) TimelockController(DELAY, new address[](0), new address[](1), deployer) {}

    /// @notice Nobody gives the timelock Ether.
    receive() external payable override {
        revert EtherRefused();
    }

    /// @inheritdoc TimelockController
    function getOperationState(bytes32 id) public view override returns (OperationState state) {
        state = super.getOperationState(id);
        // A block's maker moves its time by seconds, which is nothing to a window of days.
        // forge-lint: disable-next-line(block-timestamp)
        if (state == OperationState.Ready && block.timestamp > getTimestamp(id) + EXECUTION_WINDOW) {
            return OperationState.Unset;
        }
    }

    // Every way to execute ends here.
    function _execute(address target, uint256 value, bytes calldata data) internal override {
        if (target == address(this)) revert SelfCallRefused();
        if (value != 0 || msg.value != 0) revert EtherRefused();
        super._execute(target, value, data);
    }
}
