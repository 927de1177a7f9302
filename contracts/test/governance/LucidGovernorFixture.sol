// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidGovernor} from "../../src/governance/LucidGovernor.sol";
import {LucidTimelock} from "../../src/governance/LucidTimelock.sol";
import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {SignerRegistry} from "../../src/governance/SignerRegistry.sol";
import {ValidatorSet} from "../../src/work/ValidatorSet.sol";
import {LucidTest} from "../LucidTest.sol";
import {VotesDouble} from "./VotesDouble.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

/// @notice The calls of a proposal and what is said of it.
struct Proposal {
    address[] targets;
    uint256[] values;
    bytes[] calldatas;
    string description;
}

/// @notice A governor with its timelock, three contracts that it governs, ten voters, and the steps that tests begin with.
abstract contract LucidGovernorFixture is LucidTest {
    LucidTimelock internal timelock;
    ParamRegistry internal registry;
    SignerRegistry internal signers;
    ValidatorSet internal validators;
    VotesDouble internal votes;
    LucidGovernor internal governor;
    uint256 internal current = NOW;
    address[] private _voters; // found once: it takes long

    uint256 internal constant VOTERS = 10;
    uint256 internal constant VOTING_DELAY = 1 days;
    uint256 internal constant VOTING_PERIOD = 7 days;
    uint256 internal constant EXTENSION = 2 days;
    uint256 internal constant TIMELOCK_DELAY = 2 days;
    uint256 internal constant WINDOW = 14 days;
    uint8 internal constant AGAINST = 0;
    uint8 internal constant FOR = 1;
    uint8 internal constant ABSTAIN = 2;
    bytes32 internal constant KEY = "cooldownSlots";

    /// @dev Deploys everything. Internal, so that what drives a governor at random has no public way to begin anew.
    function build() internal virtual {
        vm.warp(NOW - 1 days);
        votes = new VotesDouble();
        for (uint256 i = 0; i < VOTERS; ++i) {
            _voters.push(vm.addr(voterKey(i)));
            votes.setEligible(voter(i), true);
        }
        timelock = new LucidTimelock(address(this));
        registry = new ParamRegistry(address(timelock));
        signers = new SignerRegistry(address(timelock), approvers(1), BOB, 728126428);
        validators = new ValidatorSet(address(timelock), members(1));
        governor = new LucidGovernor(votes, timelock, allowedCalls());
        timelock.grantRole(timelock.PROPOSER_ROLE(), address(governor));
        timelock.grantRole(timelock.CANCELLER_ROLE(), address(governor));
        timelock.renounceRole(timelock.DEFAULT_ADMIN_ROLE(), address(this));
        vm.warp(NOW);
    }

    function allowedCalls() internal view returns (LucidGovernor.Allowed[] memory list) {
        list = new LucidGovernor.Allowed[](4);
        list[0] = LucidGovernor.Allowed(address(registry), ParamRegistry.set.selector);
        list[1] = LucidGovernor.Allowed(address(signers), SignerRegistry.schedule.selector);
        list[2] = LucidGovernor.Allowed(address(validators), ValidatorSet.rotate.selector);
        list[3] = LucidGovernor.Allowed(address(signers), SignerRegistry.adopt.selector);
    }

    /// @dev The private key of a voter.
    function voterKey(uint256 index) internal pure returns (uint256) {
        return 0x7000 + index;
    }

    function voter(uint256 index) internal view returns (address) {
        return _voters[index];
    }

    /// @dev Three approvers in ascending order.
    function approvers(uint160 first) internal pure returns (address[3] memory) {
        return [address(first), address(first + 1), address(first + 2)];
    }

    /// @dev Four validators in ascending order.
    function members(uint160 first) internal pure returns (address[] memory accounts) {
        accounts = new address[](4);
        for (uint160 i = 0; i < 4; ++i) {
            accounts[i] = address(first + i);
        }
    }

    /// @dev Tests go on in time by this alone.
    function go(uint256 seconds_) internal {
        current += seconds_;
        vm.warp(current);
    }

    /// @dev A proposal of one call.
    function call(address target, bytes memory data, string memory description)
        internal
        pure
        returns (Proposal memory one)
    {
        one = Proposal(new address[](1), new uint256[](1), new bytes[](1), description);
        (one.targets[0], one.calldatas[0]) = (target, data);
    }

    /// @dev A proposal that sets a parameter.
    function setting(bytes32 key, uint256 value) internal view returns (Proposal memory) {
        return call(address(registry), abi.encodeCall(registry.set, (key, value)), "Set a parameter");
    }

    /// @dev A proposal that replaces the validators.
    function rotation(address[] memory next) internal view returns (Proposal memory) {
        return call(address(validators), abi.encodeCall(validators.rotate, (next)), "Rotate the validators");
    }

    /// @dev The proposal that most tests make.
    function ordinary() internal view returns (Proposal memory) {
        return setting(KEY, 32);
    }

    function idOf(Proposal memory one) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(one.targets, one.values, one.calldatas, hashOf(one))));
    }

    function hashOf(Proposal memory one) internal pure returns (bytes32) {
        return keccak256(bytes(one.description));
    }

    function proposeAs(address proposer, Proposal memory one) internal returns (uint256) {
        vm.prank(proposer);
        return governor.propose(one.targets, one.values, one.calldatas, one.description);
    }

    /// @dev Proposes and goes to where voting is just open.
    function open(Proposal memory one) internal returns (uint256 id) {
        id = proposeAs(voter(0), one);
        go(VOTING_DELAY + 1);
    }

    function voteAs(address account, uint256 id, uint8 support) internal {
        vm.prank(account);
        governor.castVote(id, support);
    }

    /// @dev The first `count` voters, from a number on, vote the same.
    function voteMany(uint256 id, uint256 first, uint256 count, uint8 support) internal {
        for (uint256 i = first; i < first + count; ++i) {
            voteAs(voter(i), id, support);
        }
    }

    /// @dev Proposes, has it passed, and goes to where voting is just over.
    function pass(Proposal memory one) internal returns (uint256 id) {
        id = open(one);
        voteMany(id, 0, 4, FOR);
        go(VOTING_PERIOD);
    }

    function queue(Proposal memory one) internal {
        governor.queue(one.targets, one.values, one.calldatas, hashOf(one));
    }

    /// @dev Has a proposal passed and queued.
    function passAndQueue(Proposal memory one) internal returns (uint256 id) {
        id = pass(one);
        queue(one);
    }

    function execute(Proposal memory one) internal {
        governor.execute(one.targets, one.values, one.calldatas, hashOf(one));
    }

    function cancelAs(address caller, Proposal memory one) internal {
        vm.prank(caller);
        governor.cancel(one.targets, one.values, one.calldatas, hashOf(one));
    }

    /// @dev The operation by which the timelock knows a proposal.
    function operationOf(Proposal memory one) internal view returns (bytes32) {
        return timelock.hashOperationBatch(one.targets, one.values, one.calldatas, 0, saltOf(one));
    }

    function saltOf(Proposal memory one) internal view returns (bytes32) {
        return bytes20(address(governor)) ^ hashOf(one);
    }

    function assertState(uint256 id, IGovernor.ProposalState state) internal view {
        vm.assertEq(uint256(governor.state(id)), uint256(state), "state");
    }

    /// @dev The next call is refused because the proposal is not in one of the states.
    function expectUnexpectedState(uint256 id, IGovernor.ProposalState is_, IGovernor.ProposalState wanted) internal {
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorUnexpectedProposalState.selector, id, is_, bytes32(1 << uint8(wanted))
            )
        );
    }

    function expectNotAllowed(uint256 index, address target, bytes4 selector) internal {
        vm.expectRevert(abi.encodeWithSelector(LucidGovernor.CallNotAllowed.selector, index, target, selector));
    }
}

/// @notice What each governor test starts from.
abstract contract LucidGovernorTest is LucidGovernorFixture {
    function setUp() public {
        build();
        prepare();
    }

    /// @dev What a test does once everything is deployed.
    function prepare() internal virtual {}
}
