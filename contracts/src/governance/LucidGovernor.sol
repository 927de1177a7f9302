// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {IElectorate} from "../nodes/IElectorate.sol";
import {ValidatorSet} from "../work/ValidatorSet.sol";
import {LucidTimelock} from "./LucidTimelock.sol";
import {ParamRegistry} from "./ParamRegistry.sol";
import {SignerRegistry} from "./SignerRegistry.sol";

// CLOCK_MODE has its name from ERC-6372.
// solhint-disable func-name-mixedcase
import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title The vote of the nodes
/// @notice Lets each eligible node vote once on a proposal, and lets proposals do only what was fixed at deployment.
/// @dev OpenZeppelin's Governor (simple counting, votes of another contract, timelock, late quorum), made narrower.
/// Promises:
/// - A proposal calls nothing but the pairs of target and function that {allowed} lists, and sends no Ether. The list is
///   that of the constructor, and holds neither this contract nor its timelock.
/// - So every setting of the vote stays as it is: {relay}, {updateTimelock} and {setLateQuorumVoteExtension} refuse all.
/// - A parameter outside its bounds, a set of validators that is none, or signers that could not be scheduled when the
///   vote is over, cannot even be proposed: nobody votes for what could never be executed.
/// - Votes are those of the eligible nodes at the start of voting. Whoever has none then cannot vote, and who has none
///   now cannot propose.
/// - Where voting would start in a month that has no electorate of its own (yet), a proposal may only replace the
///   validators ({ValidatorSet.rotate}): an earlier electorate stands so that the network gets new ones, not to rule on.
///   More than a third of it must vote, so that a few forgotten keys of it are no quorum years later.
/// - A proposal passes with at least {quorum} votes for or abstaining, and with more votes for than there are against
///   and {missing} together: a vote that the electorate lost within three months counts against it. So a month in which
///   few nodes were found eligible passes nothing that those left out could have voted down. Where the quorum is
///   reached late, voting goes on for two days after that.
/// - What passed is queued within fourteen days by anyone, waits in the timelock, and is executed within fourteen days
///   by anyone; else it expires for good.
/// - Only its proposer cancels a proposal, and only before voting starts.
///
/// Not promised: that what was voted for is wise, or that several calls of one proposal can be executed together. The
/// timelock executes all of them or none.
contract LucidGovernor is
    Governor,
    GovernorCountingSimple,
    GovernorVotes,
    GovernorTimelockControl,
    GovernorPreventLateQuorum
{
    /// @notice A function that proposals may call.
    struct Allowed {
        address target;
        bytes4 selector;
    }

    /// @notice The most calls of one proposal.
    uint256 public constant MAX_CALLS = 16;

    /// @notice The least quorum, in votes, however few nodes are eligible.
    uint256 public constant MIN_QUORUM = 3;

    /// @notice The share of the votes of the largest electorate of late that the quorum is, in percent.
    uint256 public constant QUORUM_PERCENT = 20;

    /// @notice Of a standing electorate the quorum is more than its votes divided by this.
    uint256 public constant STANDING_QUORUM_DIVISOR = 3;

    /// @notice Seconds after the end of voting in which a proposal that passed can be queued.
    uint256 public constant QUEUE_WINDOW = 14 days;

    /// @notice Seconds after its delay in which a queued proposal can be executed, as the timelock has it.
    uint256 public immutable EXECUTION_WINDOW;

    Allowed[] private _allowed;
    mapping(address target => mapping(bytes4 selector => bool)) private _isAllowed;

    /// @notice The votes are kept by another clock than this contract's.
    /// @param mode The other clock, as ERC-6372 describes it.
    error ClockMismatch(string mode);

    /// @notice There is no contract at this address.
    /// @param account What was given.
    error NotAContract(address account);

    /// @notice Proposals may never call this target.
    /// @param target What was given: the governor, or its timelock.
    error TargetForbidden(address target);

    /// @notice The same function was given twice, or none at all.
    /// @param target The target, zero where the list was empty.
    /// @param selector The function's selector, zero where the list was empty.
    error AllowedListMalformed(address target, bytes4 selector);

    /// @notice A proposal has from 1 to {MAX_CALLS} calls.
    /// @param given How many there were.
    /// @param limit The most there may be.
    error TooManyCalls(uint256 given, uint256 limit);

    /// @notice Proposals may not call this function of this target.
    /// @param index Which call of the proposal, from 0.
    /// @param target What it calls.
    /// @param selector The first four bytes of what it calls it with.
    error CallNotAllowed(uint256 index, address target, bytes4 selector);

    /// @notice The arguments are longer or shorter than the function's.
    /// @param index Which call of the proposal, from 0.
    error ArgumentsMalformed(uint256 index);

    /// @notice Neither a call of a proposal nor its execution carries Ether.
    error EtherRefused();

    /// @notice This setting stays as it is for ever.
    error FixedForEver();

    /// @notice The account had no vote when voting started.
    /// @param account Who tried to vote.
    error NotEligible(address account);

    /// @notice In a month without an electorate of its own, proposals only replace the validators.
    /// @param index Which call of the proposal, from 0.
    /// @param target What it calls.
    /// @param selector The first four bytes of what it calls it with.
    error OnlyRotation(uint256 index, address target, bytes4 selector);

    /// @notice Ties the governor to its voters, its timelock and all it can ever do.
    /// @param eligibility Who may vote: ERC-5805, by timestamps, with electorates by the month.
    /// @param timelock_ Who executes: a {LucidTimelock} in which this contract is to be the only proposer.
    /// @param allowed_ The functions that proposals may call; at least one, none twice.
    constructor(IElectorate eligibility, LucidTimelock timelock_, Allowed[] memory allowed_)
        Governor("LucidGovernor")
        GovernorVotes(eligibility)
        GovernorTimelockControl(TimelockController(timelock_))
        GovernorPreventLateQuorum(2 days)
    {
        string memory mode = token().CLOCK_MODE();
        if (keccak256(bytes(mode)) != keccak256(bytes(CLOCK_MODE()))) revert ClockMismatch(mode);
        EXECUTION_WINDOW = timelock_.EXECUTION_WINDOW();
        if (allowed_.length == 0) revert AllowedListMalformed(address(0), 0);
        for (uint256 i = 0; i < allowed_.length; ++i) {
            _allow(allowed_[i]);
        }
    }

    /// @notice All that proposals may call.
    /// @return list The pairs of target and function that were given to the constructor.
    function allowed() external view returns (Allowed[] memory list) {
        return _allowed;
    }

    /// @inheritdoc Governor
    function execute(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) public payable override returns (uint256 proposalId) {
        if (msg.value != 0) revert EtherRefused();
        _requireAllowed(targets, values, calldatas);
        return super.execute(targets, values, calldatas, descriptionHash);
    }

    /// @notice Refuses all: nothing is ever called but by proposals, through the timelock.
    function relay(address, uint256, bytes calldata) public payable override {
        revert FixedForEver();
    }

    /// @notice Refuses all: the timelock stays.
    function updateTimelock(TimelockController) public pure override {
        revert FixedForEver();
    }

    /// @notice Refuses all: the extension stays.
    function setLateQuorumVoteExtension(uint48) public pure override {
        revert FixedForEver();
    }

    /// @inheritdoc Governor
    function clock() public view override(Governor, GovernorVotes) returns (uint48 timepoint) {
        return uint48(block.timestamp);
    }

    /// @inheritdoc Governor
    function state(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (ProposalState current)
    {
        current = super.state(proposalId);
        if (current == ProposalState.Succeeded) {
            if (clock() > proposalDeadline(proposalId) + QUEUE_WINDOW) return ProposalState.Expired;
        } else if (current == ProposalState.Canceled) {
            // What the timelock no longer knows, the core calls canceled, unless it is told that time took it away.
            uint256 eta = proposalEta(proposalId);
            if (eta != 0 && clock() > eta + EXECUTION_WINDOW) return ProposalState.Expired;
        }
    }

    /// @inheritdoc Governor
    function quorum(uint256 timepoint) public view override returns (uint256 votes) {
        uint256 peak = _electorate().getPastPeak(timepoint);
        votes = _electorate().isStanding(timepoint)
            ? peak / STANDING_QUORUM_DIVISOR + 1
            : Math.mulDiv(peak, QUORUM_PERCENT, 100, Math.Rounding.Ceil);
        return Math.max(MIN_QUORUM, votes);
    }

    /// @notice How many votes fewer there are than the largest electorate of late had; they count against a proposal.
    /// @param timepoint Seconds UTC, before the block's time.
    /// @return votes 0 where the electorate did not shrink.
    function missing(uint256 timepoint) public view returns (uint256 votes) {
        return _electorate().getPastPeak(timepoint) - _electorate().getPastTotalSupply(timepoint);
    }

    /// @inheritdoc Governor
    function proposalDeadline(uint256 proposalId)
        public
        view
        override(Governor, GovernorPreventLateQuorum)
        returns (uint256 deadline)
    {
        return super.proposalDeadline(proposalId);
    }

    /// @inheritdoc Governor
    function proposalNeedsQueuing(uint256 proposalId)
        public
        view
        override(Governor, GovernorTimelockControl)
        returns (bool isNeeded)
    {
        return super.proposalNeedsQueuing(proposalId);
    }

    /// @inheritdoc Governor
    function votingDelay() public pure override returns (uint256 seconds_) {
        return 1 days;
    }

    /// @inheritdoc Governor
    function votingPeriod() public pure override returns (uint256 seconds_) {
        return 7 days;
    }

    /// @inheritdoc Governor
    function proposalThreshold() public pure override returns (uint256 votes) {
        return 1;
    }

    /// @inheritdoc Governor
    function CLOCK_MODE() public pure override(Governor, GovernorVotes) returns (string memory mode) {
        return "mode=timestamp";
    }

    // Judges the calls before anybody can vote on them.
    function _propose(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description,
        address proposer
    ) internal override returns (uint256 proposalId) {
        _requireAllowed(targets, values, calldatas);
        bool isRotationOnly = _electorate().isStanding(clock() + votingDelay());
        for (uint256 i = 0; i < targets.length; ++i) {
            bytes4 selector = bytes4(calldatas[i]);
            if (selector == ValidatorSet.rotate.selector) {
                _requireTaken(i, targets[i], ValidatorSet.requireValid.selector, calldatas[i]);
                continue;
            }
            if (isRotationOnly) revert OnlyRotation(i, targets[i], selector);
            if (selector == ParamRegistry.set.selector) {
                _requireParameter(i, targets[i], calldatas[i]);
            } else if (selector == SignerRegistry.schedule.selector) {
                _requireSigners(i, targets[i], calldatas[i]);
            } else if (selector == SignerRegistry.adopt.selector) {
                _requireTaken(i, targets[i], SignerRegistry.requireAdoptable.selector, calldatas[i]);
            }
        }
        return super._propose(targets, values, calldatas, description, proposer);
    }

    // A vote that counts nothing is refused, so that its voter knows.
    function _countVote(uint256 proposalId, address account, uint8 support, uint256 weight, bytes memory params)
        internal
        override(Governor, GovernorCountingSimple)
        returns (uint256 counted)
    {
        if (weight == 0) revert NotEligible(account);
        return super._countVote(proposalId, account, support, weight, params);
    }

    // Votes that the electorate lost of late count as if they were against.
    function _voteSucceeded(uint256 proposalId)
        internal
        view
        override(Governor, GovernorCountingSimple)
        returns (bool hasSucceeded)
    {
        (uint256 against, uint256 for_,) = proposalVotes(proposalId);
        return for_ > against + missing(proposalSnapshot(proposalId));
    }

    // What follows only chooses among parents, as Solidity wants it said.
    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(proposalId);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48 eta) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256 proposalId) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address executor) {
        return super._executor();
    }

    /// @dev Adds one function to the list, for the constructor.
    function _allow(Allowed memory one) private {
        if (one.target == address(this) || one.target == timelock()) revert TargetForbidden(one.target);
        if (one.target.code.length == 0) revert NotAContract(one.target);
        if (_isAllowed[one.target][one.selector]) revert AllowedListMalformed(one.target, one.selector);
        _isAllowed[one.target][one.selector] = true;
        _allowed.push(one);
    }

    /// @dev Refuses calls that no proposal may make, however they came.
    function _requireAllowed(address[] memory targets, uint256[] memory values, bytes[] memory calldatas) private view {
        if (targets.length != values.length || targets.length != calldatas.length) {
            revert GovernorInvalidProposalLength(targets.length, calldatas.length, values.length);
        }
        if (targets.length > MAX_CALLS) revert TooManyCalls(targets.length, MAX_CALLS);
        for (uint256 i = 0; i < targets.length; ++i) {
            bytes4 selector = bytes4(calldatas[i]);
            if (calldatas[i].length < 4 || !_isAllowed[targets[i]][selector]) {
                revert CallNotAllowed(i, targets[i], selector);
            }
            if (values[i] != 0) revert EtherRefused();
        }
    }

    /// @dev The voters, asked for more than ERC-5805 has.
    function _electorate() private view returns (IElectorate electorate) {
        return IElectorate(address(token()));
    }

    /// @dev Refuses to replace the validators by what the set would not take, and to adopt signers that the registry would
    /// not. The target itself reads the arguments, by a view `judge` that has the same, so that exactly what it could read
    /// later is taken.
    function _requireTaken(uint256 index, address target, bytes4 judge, bytes memory data) private view {
        bytes memory question = bytes.concat(judge, Bytes.slice(data, 4));
        // solhint-disable-next-line avoid-low-level-calls
        (bool isTaken, bytes memory answer) = target.staticcall(question);
        if (!isTaken && answer.length == 0) revert ArgumentsMalformed(index);
        Address.verifyCallResult(isTaken, answer);
    }

    /// @dev Refuses to set a parameter to what the registry would not take.
    function _requireParameter(uint256 index, address registry, bytes memory data) private pure {
        if (data.length != 68) revert ArgumentsMalformed(index);
        (bytes32 key, uint256 value) = abi.decode(Bytes.slice(data, 4), (bytes32, uint256));
        ParamRegistry(registry).requireAllowed(key, value);
    }

    /// @dev Refuses to schedule a set of signers that the registry would not take when it is executed at the earliest.
    function _requireSigners(uint256 index, address registry, bytes memory data) private view {
        if (data.length != 164) revert ArgumentsMalformed(index);
        (address[3] memory approvers, address complianceSigner, uint64 effectiveAt) =
            abi.decode(Bytes.slice(data, 4), (address[3], address, uint64));
        // Whoever reaches the quorum in the last second has the vote go on: what is proposed must outlast that, too.
        uint256 voting = votingDelay() + votingPeriod() + lateQuorumVoteExtension();
        uint256 earliest = clock() + voting + LucidTimelock(payable(timelock())).getMinDelay();
        SignerRegistry(registry).requireSchedulable(approvers, complianceSigner, effectiveAt, earliest);
    }
}
