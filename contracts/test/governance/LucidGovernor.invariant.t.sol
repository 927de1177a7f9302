// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidGovernor} from "../../src/governance/LucidGovernor.sol";
import {LucidGovernorFixture, LucidGovernorTest, Proposal} from "./LucidGovernorFixture.sol";
import {VotesDouble} from "./VotesDouble.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @notice Takes a governor through random proposals, votes and times, and holds every answer against a model.
/// @dev A wrong answer reverts here, which fails the run: foundry.toml sets fail_on_revert. The model knows of a
/// proposal who voted when; the state follows from that and the clock, and is never stored.
contract LucidGovernorDriver is LucidGovernorFixture {
    struct Modelled {
        address proposer;
        uint256 start;
        uint256 eligible;
        uint256 against;
        uint256 for_;
        uint256 abstain;
        uint256 quorumAt; // when the quorum was reached, 0 if it was not
        uint256 eta;
        bool isCanceled;
        bool isExecuted;
    }

    uint256 public constant MOST = 3;

    Modelled[] private _model;
    mapping(uint256 index => mapping(uint256 voterIndex => bool)) private _hasVoted;
    mapping(uint256 voterIndex => bool) private _isOut;
    mapping(uint256 index => mapping(uint256 voterIndex => bool)) private _wasEligible;
    mapping(uint256 index => bool) private _isStartSeen;
    uint256 private _eligible;
    uint256 public value = 16;

    constructor() {
        build();
        _eligible = VOTERS;
    }

    function proposals() external view returns (uint256) {
        return _model.length;
    }

    function modelOf(uint256 index) external view returns (Modelled memory) {
        return _model[index];
    }

    function theRegistryHas() external view returns (uint256) {
        return registry.valueOf(KEY);
    }

    function theGovernor() external view returns (LucidGovernor) {
        return governor;
    }

    function theTimelock() external view returns (address) {
        return address(timelock);
    }

    function idAt(uint256 index) public view returns (uint256) {
        return idOf(at_(index));
    }

    /// @dev The proposal of an index sets the parameter to 20 more than it.
    function at_(uint256 index) private view returns (Proposal memory) {
        return setting(KEY, 20 + index);
    }

    function propose(uint256 voterSeed) external {
        uint256 index = _model.length;
        if (index == MOST) return;
        uint256 who = bound(voterSeed, 0, VOTERS - 1);
        Proposal memory one = at_(index);
        bytes memory refusal;
        if (_isOut[who]) {
            refusal = abi.encodeWithSelector(IGovernor.GovernorInsufficientProposerVotes.selector, voter(who), 0, 1);
        }
        bytes memory data = abi.encodeCall(governor.propose, (one.targets, one.values, one.calldatas, one.description));
        if (isTaken(voter(who), data, refusal)) {
            Modelled storage made = _model.push();
            (made.proposer, made.start) = (voter(who), current + VOTING_DELAY);
        }
    }

    function vote(uint256 indexSeed, uint256 voterSeed, uint8 support) public {
        if (_model.length == 0) return;
        (uint256 index, uint256 who) = (bound(indexSeed, 0, _model.length - 1), bound(voterSeed, 0, VOTERS - 1));
        support = support % 16 == 9 ? 3 : support % 3;
        (Modelled storage one, IGovernor.ProposalState state) = (_model[index], stateOf(index));
        bytes memory refusal;
        if (state != IGovernor.ProposalState.Active) {
            refusal = unexpected(index, state, bytes32(1 << uint8(IGovernor.ProposalState.Active)));
        } else if (!_wasEligible[index][who]) {
            refusal = abi.encodeWithSelector(LucidGovernor.NotEligible.selector, voter(who));
        } else if (_hasVoted[index][who]) {
            refusal = abi.encodeWithSelector(IGovernor.GovernorAlreadyCastVote.selector, voter(who));
        } else if (support > 2) {
            refusal = abi.encodeWithSelector(IGovernor.GovernorInvalidVoteType.selector);
        }
        if (!isTaken(voter(who), abi.encodeCall(governor.castVote, (idAt(index), support)), refusal)) return;
        _hasVoted[index][who] = true;
        if (support == AGAINST) ++one.against;
        else if (support == FOR) ++one.for_;
        else ++one.abstain;
        if (one.quorumAt == 0 && one.for_ + one.abstain >= quorumOf(one)) one.quorumAt = current;
    }

    /// @dev Four vote the same, so that some proposals pass.
    function rally(uint256 indexSeed, uint256 voterSeed, uint8 support) external {
        voterSeed = bound(voterSeed, 0, VOTERS - 1);
        for (uint256 i = 0; i < 4; ++i) {
            vote(indexSeed, voterSeed + i, support % 4 == 0 ? AGAINST : FOR);
        }
    }

    function cancel(uint256 indexSeed, uint256 voterSeed) external {
        if (_model.length == 0) return;
        uint256 index = bound(indexSeed, 0, _model.length - 1);
        Modelled storage one = _model[index];
        address caller = voterSeed % 4 == 0 ? one.proposer : voter(bound(voterSeed, 0, VOTERS - 1));
        bytes memory refusal;
        if (caller != one.proposer || stateOf(index) != IGovernor.ProposalState.Pending) {
            refusal = abi.encodeWithSelector(IGovernor.GovernorUnableToCancel.selector, idAt(index), caller);
        }
        Proposal memory given = at_(index);
        bytes memory data =
            abi.encodeCall(governor.cancel, (given.targets, given.values, given.calldatas, hashOf(given)));
        if (isTaken(caller, data, refusal)) one.isCanceled = true;
    }

    function queue_(uint256 indexSeed) public {
        if (_model.length == 0) return;
        uint256 index = bound(indexSeed, 0, _model.length - 1);
        IGovernor.ProposalState state = stateOf(index);
        bytes memory refusal;
        if (state != IGovernor.ProposalState.Succeeded) {
            refusal = unexpected(index, state, bytes32(1 << uint8(IGovernor.ProposalState.Succeeded)));
        }
        Proposal memory one = at_(index);
        bytes memory data = abi.encodeCall(governor.queue, (one.targets, one.values, one.calldatas, hashOf(one)));
        if (isTaken(ALICE, data, refusal)) _model[index].eta = current + TIMELOCK_DELAY;
    }

    function execute_(uint256 indexSeed, bool isOnTimelock) public {
        if (_model.length == 0) return;
        uint256 index = bound(indexSeed, 0, _model.length - 1);
        Proposal memory one = at_(index);
        IGovernor.ProposalState state = stateOf(index);
        bool isReady = state == IGovernor.ProposalState.Queued && current >= _model[index].eta;
        bytes memory refusal;
        if (!isReady && (isOnTimelock || state == IGovernor.ProposalState.Queued)) {
            refusal = abi.encodeWithSelector(
                TimelockController.TimelockUnexpectedOperationState.selector, operationOf(one), bytes32(uint256(1 << 2))
            );
        } else if (!isReady) {
            refusal = unexpected(index, state, bytes32(1 << uint8(IGovernor.ProposalState.Queued)));
        }
        bytes memory data = isOnTimelock
            ? abi.encodeCall(timelock.executeBatch, (one.targets, one.values, one.calldatas, 0, saltOf(one)))
            : abi.encodeCall(governor.execute, (one.targets, one.values, one.calldatas, hashOf(one)));
        if (isTakenBy(isOnTimelock ? address(timelock) : address(governor), ALICE, data, refusal)) {
            _model[index].isExecuted = true;
            value = 20 + index;
        }
    }

    /// @dev Tries to queue a proposal, waits for the delay if that worked, and tries to execute it.
    function carry(uint256 indexSeed, bool isOnTimelock) external {
        queue_(indexSeed);
        if (_model.length == 0) return;
        uint256 eta = _model[bound(indexSeed, 0, _model.length - 1)].eta;
        if (eta > current) pass_(eta - current);
        execute_(indexSeed, isOnTimelock);
    }

    /// @dev Somebody gets a vote or loses it. Votes change between blocks; a second passes.
    function change(uint256 voterSeed) external {
        uint256 who = bound(voterSeed, 0, VOTERS - 1);
        _isOut[who] = !_isOut[who];
        votes.setEligible(voter(who), !_isOut[who]);
        _eligible = _isOut[who] ? _eligible - 1 : _eligible + 1;
        pass_(1);
    }

    function wait_(uint256 secondsSeed, uint256 kind) external {
        uint256[4] memory most = [uint256(1 days), 1 hours, 3 days, 15 days];
        pass_(bound(secondsSeed, 1, most[kind % 4]));
    }

    /// @dev Goes to where a proposal's state is about to change, or the second after that.
    function meet(uint256 indexSeed, uint256 kind) external {
        if (_model.length == 0) return;
        Modelled storage one = _model[bound(indexSeed, 0, _model.length - 1)];
        uint256 end = endOf(one);
        uint256[6] memory borders =
            [one.start, end, one.start + VOTING_PERIOD - EXTENSION, end + WINDOW, one.eta, one.eta + WINDOW];
        uint256 wanted = borders[kind / 2 % 6] + kind % 2;
        if (wanted > current) pass_(wanted - current);
    }

    /// @notice The state that a proposal should be in.
    function stateOf(uint256 index) public view returns (IGovernor.ProposalState) {
        Modelled storage one = _model[index];
        if (one.isExecuted) return IGovernor.ProposalState.Executed;
        if (one.isCanceled) return IGovernor.ProposalState.Canceled;
        if (current <= one.start) return IGovernor.ProposalState.Pending;
        uint256 end = endOf(one);
        if (current <= end) return IGovernor.ProposalState.Active;
        if (one.quorumAt == 0 || one.for_ <= one.against) return IGovernor.ProposalState.Defeated;
        uint256 last = one.eta == 0 ? end + WINDOW : one.eta + WINDOW;
        if (current > last) return IGovernor.ProposalState.Expired;
        return one.eta == 0 ? IGovernor.ProposalState.Succeeded : IGovernor.ProposalState.Queued;
    }

    /// @dev When voting ends.
    function endOf(Modelled storage one) private view returns (uint256 end) {
        end = one.start + VOTING_PERIOD;
        if (one.quorumAt != 0 && one.quorumAt + EXTENSION > end) end = one.quorumAt + EXTENSION;
    }

    function quorumOf(Modelled storage one) private view returns (uint256) {
        uint256 fifth = (one.eligible + 4) / 5;
        return fifth < 3 ? 3 : fifth;
    }

    /// @dev Goes on in time, and writes down who could vote at every start that is passed.
    function pass_(uint256 seconds_) private {
        for (uint256 index = 0; index < _model.length; ++index) {
            if (_isStartSeen[index] || current + seconds_ <= _model[index].start) continue;
            _isStartSeen[index] = true;
            _model[index].eligible = _eligible;
            for (uint256 who = 0; who < VOTERS; ++who) {
                _wasEligible[index][who] = !_isOut[who];
            }
        }
        go(seconds_);
    }

    function unexpected(uint256 index, IGovernor.ProposalState state, bytes32 wanted)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeWithSelector(IGovernor.GovernorUnexpectedProposalState.selector, idAt(index), state, wanted);
    }

    function isTaken(address caller, bytes memory data, bytes memory refusal) private returns (bool) {
        return isTakenBy(address(governor), caller, data, refusal);
    }

    /// @dev Makes the call; fails unless it is taken, or refused with exactly `refusal` where there is one.
    function isTakenBy(address target, address caller, bytes memory data, bytes memory refusal)
        private
        returns (bool taken)
    {
        bytes memory answer;
        vm.prank(caller);
        (taken, answer) = target.call(data);
        vm.assertTrue(taken == (refusal.length == 0), "taken");
        if (!taken) vm.assertEq(answer, refusal, "refusal");
    }
}

contract LucidGovernorInvariantTest is LucidGovernorTest {
    LucidGovernorDriver private _driver;

    function build() internal override {
        _driver = new LucidGovernorDriver();
        governor = _driver.theGovernor();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    /// @notice Every proposal is in the state that follows from its votes and the clock.
    /// forge-config: default.invariant.runs = 24
    function invariant_StatesAreTheModels() public view {
        for (uint256 i = 0; i < _driver.proposals(); ++i) {
            vm.assertEq(uint256(governor.state(_driver.idAt(i))), uint256(_driver.stateOf(i)), "state");
        }
    }

    /// @notice Votes are those cast, and never more than were eligible when voting started.
    /// forge-config: default.invariant.runs = 24
    function invariant_VotesAreAtMostTheEligible() public view {
        for (uint256 i = 0; i < _driver.proposals(); ++i) {
            LucidGovernorDriver.Modelled memory one = _driver.modelOf(i);
            (uint256 against, uint256 for_, uint256 abstain) = governor.proposalVotes(_driver.idAt(i));
            vm.assertTrue(against == one.against && for_ == one.for_ && abstain == one.abstain, "votes");
            vm.assertTrue(against + for_ + abstain <= one.eligible, "more than eligible");
        }
    }

    /// @notice The parameter is what the last executed proposal set, and neither timelock nor any number of the vote moves.
    /// forge-config: default.invariant.runs = 24
    function invariant_OnlyExecutedProposalsChangeAnything() public view {
        vm.assertEq(_driver.theRegistryHas(), _driver.value(), "value");
        vm.assertEq(governor.timelock(), _driver.theTimelock(), "timelock");
        vm.assertEq(governor.lateQuorumVoteExtension(), EXTENSION, "extension");
        vm.assertEq(governor.EXECUTION_WINDOW(), WINDOW, "window");
        vm.assertEq(governor.allowed().length, 4, "allowed");
    }
}
