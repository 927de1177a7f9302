// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidGovernor} from "../../src/governance/LucidGovernor.sol";
import {LucidTimelock} from "../../src/governance/LucidTimelock.sol";
import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {ValidatorSet} from "../../src/work/ValidatorSet.sol";
import {EligibilityManagerFixture} from "../nodes/EligibilityManagerFixture.sol";
import {Proposal} from "./LucidGovernorFixture.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

/// @notice A vote by the nodes themselves, with nothing in place of a contract: nodes that are registered, credited by
/// the validators and found eligible vote by their keys, and what they pass reaches those validators and parameters.
abstract contract LucidGovernorNodesFixture is EligibilityManagerFixture {
    LucidTimelock internal timelock;
    LucidGovernor internal governor;

    uint8 internal constant AGAINST = 0;
    uint8 internal constant FOR = 1;
    bytes32 internal constant KEY = "cooldownSlots";

    function setUp() public virtual override {
        super.setUp();
        LucidGovernor.Allowed[] memory list = new LucidGovernor.Allowed[](2);
        list[0] = LucidGovernor.Allowed(address(params), ParamRegistry.set.selector);
        list[1] = LucidGovernor.Allowed(address(validators), ValidatorSet.rotate.selector);
        governor = new LucidGovernor(manager, timelock, list);
        timelock.grantRole(timelock.PROPOSER_ROLE(), address(governor));
        timelock.renounceRole(timelock.DEFAULT_ADMIN_ROLE(), address(this));
    }

    function makeRuler() internal override returns (address) {
        timelock = new LucidTimelock(address(this));
        return address(timelock);
    }

    /// @dev Numbers of nodes.
    function range(uint256 first, uint256 last) internal pure returns (uint256[] memory numbers) {
        numbers = new uint256[](last + 1 - first);
        for (uint256 i = 0; i < numbers.length; ++i) {
            numbers[i] = first + i;
        }
    }

    /// @dev A proposal that sets a parameter.
    function setting() internal view returns (Proposal memory) {
        return callOf(address(params), abi.encodeCall(params.set, (KEY, 32)));
    }

    /// @dev A proposal that replaces the validators by these keys' accounts.
    function replacement(uint256[] memory next) internal view returns (Proposal memory) {
        return callOf(address(validators), abi.encodeCall(validators.rotate, (addressesOf(next))));
    }

    function callOf(address target, bytes memory data) private pure returns (Proposal memory one) {
        one = Proposal(new address[](1), new uint256[](1), new bytes[](1), "By the nodes");
        (one.targets[0], one.calldatas[0]) = (target, data);
    }

    function proposeAs(uint256 nodeId, Proposal memory one) internal returns (uint256 id) {
        vm.prank(nodeKey(nodeId));
        return governor.propose(one.targets, one.values, one.calldatas, one.description);
    }

    function voteAs(uint256 index, uint256 id, uint8 support) internal {
        vm.prank(nodeKey(index));
        governor.castVote(id, support);
    }

    /// @dev The first node proposes at a moment, and it and others vote for it. Voting is over then.
    function voteFor(Proposal memory one, uint256 start, uint256[] memory voters) internal returns (uint256 id) {
        return vote(one, start, voters, new uint256[](0));
    }

    /// @dev The same, with some who vote against it.
    function vote(Proposal memory one, uint256 start, uint256[] memory voters, uint256[] memory others)
        internal
        returns (uint256 id)
    {
        vm.warp(start);
        id = proposeAs(voters[0], one);
        vm.warp(start + 1 days + 1);
        for (uint256 i = 0; i < voters.length; ++i) {
            voteAs(voters[i], id, FOR);
        }
        for (uint256 i = 0; i < others.length; ++i) {
            voteAs(others[i], id, AGAINST);
        }
        vm.warp(start + 8 days + 1);
    }

    /// @dev Queues and executes what was proposed at a moment, as soon as it can be.
    function carryOut(Proposal memory one, uint256 start) internal {
        bytes32 words = keccak256(bytes(one.description));
        governor.queue(one.targets, one.values, one.calldatas, words);
        vm.warp(start + 10 days + 1);
        governor.execute(one.targets, one.values, one.calldatas, words);
    }

    function assertState(uint256 id, IGovernor.ProposalState state) internal view {
        vm.assertEq(uint256(governor.state(id)), uint256(state), "state");
    }

    /// @dev The validators in force are these keys' accounts.
    function assertValidators(uint256[] memory expected) internal view {
        vm.assertEq(abi.encode(validators.members()), abi.encode(addressesOf(expected)), "validators");
    }

    /// @dev The next call must be refused because a standing electorate only replaces validators.
    function expectOnlyRotation() internal {
        vm.expectRevert(
            abi.encodeWithSelector(LucidGovernor.OnlyRotation.selector, 0, address(params), ParamRegistry.set.selector)
        );
    }
}
