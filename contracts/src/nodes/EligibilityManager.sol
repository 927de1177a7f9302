// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {Months} from "../work/Months.sol";
import {WorkCreditsOracle} from "../work/WorkCreditsOracle.sol";
import {IElectorate} from "./IElectorate.sol";
import {NodeRegistry} from "./NodeRegistry.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

/// @title One node, one vote
/// @notice Says, for any moment, which keys have a vote: the key of each node that was found eligible for the month of
/// that moment. A node is eligible for what it did in three months: up for at least 80 % of them, and at least 1 LUCID
/// earned since it began. Balances never count.
/// @dev Promises:
/// - The nodes that vote in month `m` are found from the final records of months `m-4`, `m-3` and `m-2`, only while
///   month `m-1` runs. So the set is closed when `m` begins, and neither a vote nor the number of votes changes after.
/// - A month for which no more than half as many nodes were found eligible as the months just before it had votes has
///   no electorate of its own: an earlier one stands, so that validators who stopped attesting, or left nodes out, can
///   be replaced ({isStanding}; LucidGovernor lets it do nothing else). What shrank for good rules again after
///   {PEAK_MONTHS} such months.
/// - A node has one vote at any moment, by the key that was its own then. A key that was replaced has none from then
///   on, its successor has none before: a rotation neither doubles nor loses a vote. A node that has left has none.
/// - The votes of all keys at a moment add up to {getPastTotalSupply} of it; where an earlier electorate stands, to no
///   more than that, since a node that has left in the meantime is still counted and votes no longer.
/// - {getPastVotes} and {getPastTotalSupply} of a moment that has passed never change (ERC-5805, ERC-6372: the clock is
///   the block's timestamp); of one that has not, they revert.
/// - Anyone can have a node found eligible of which there are three records; nobody can delegate. No privileged account.
///
/// Not promised: that there is a record. A quorum of validators can leave a node out, and this contract cannot tell.
///
/// Differs from ERC-5805 in one thing: no event tells that votes change, since months begin without a transaction.
/// {NodeQualified} tells it beforehand, and the registry's events tell which key has the vote.
contract EligibilityManager is IElectorate {
    using Checkpoints for Checkpoints.Trace160;

    /// @notice A node and what shows that it is eligible.
    struct Candidate {
        uint256 nodeId;
        WorkCreditsOracle.MonthlyRecord[3] records; // of the months four, three and two before, in this order
        bytes32[][3] proofs;
    }

    /// @notice Out of 10,000, how many of the expected uptime beacons must have been seen over the three months.
    uint256 public constant MIN_UPTIME_BPS = 8000;

    /// @notice How much a node must have earned since it began, in LUCID base units.
    uint256 public constant MIN_EARNED = 1e18;

    /// @notice How many months before it a month is compared with.
    uint32 public constant PEAK_MONTHS = 3;

    uint256 private constant MONTHS = 3;

    /// @notice Which nodes there are, and whose keys.
    NodeRegistry public immutable NODES;
    /// @notice What the nodes did.
    WorkCreditsOracle public immutable ORACLE;

    Checkpoints.Trace160 private _electorates; // the months that have one of their own, each under itself
    mapping(uint32 month => uint256) private _counts; // of those found eligible, whether they became one or not
    mapping(uint32 month => mapping(uint256 nodeId => bool)) private _isQualified;

    /// @notice A node was found eligible: its key has a vote throughout a month.
    /// @param month The month: `year * 12 + (month - 1)`.
    /// @param nodeId The node.
    event NodeQualified(uint32 indexed month, uint256 indexed nodeId);

    /// @notice A value that must be there was zero.
    /// @param field The name of the argument.
    error ZeroValue(string field);

    /// @notice Nodes are found eligible only in the month before.
    /// @param month The month that was given.
    /// @param current The month that runs.
    error NotTheMonthBefore(uint32 month, uint32 current);

    /// @notice The node was found eligible for the month already.
    /// @param month The month.
    /// @param nodeId The node.
    error AlreadyQualified(uint32 month, uint256 nodeId);

    /// @notice There is no such node in that month: it was never registered, or leaves before.
    /// @param month The month.
    /// @param nodeId The node.
    error NotANodeThen(uint32 month, uint256 nodeId);

    /// @notice A month's records are not final.
    /// @param month The month of the records.
    error EpochNotFinal(uint32 month);

    /// @notice A record is another node's, or does not prove against its month's root.
    /// @param month The month of the record.
    /// @param nodeId The node that should be in it.
    error RecordNotProven(uint32 month, uint256 nodeId);

    /// @notice The node was up for too little of the three months.
    /// @param nodeId The node.
    /// @param seen Uptime beacons seen.
    /// @param expected Uptime beacons expected; 0 proves nothing.
    error UptimeTooLow(uint256 nodeId, uint256 seen, uint256 expected);

    /// @notice The node has earned too little.
    /// @param nodeId The node.
    /// @param earned What it has earned since it began, in LUCID base units.
    error EarnedTooLittle(uint256 nodeId, uint256 earned);

    /// @notice The moment has not passed, so its votes are not known.
    /// @param timepoint The moment that was given.
    /// @param clock The block's time.
    error ERC5805FutureLookup(uint256 timepoint, uint48 clock);

    /// @notice A node's vote is its own and cannot be delegated.
    error DelegationRefused();

    /// @notice Sets the contracts it stands on.
    /// @param nodes Which nodes there are; not zero.
    /// @param oracle What they did; not zero.
    constructor(NodeRegistry nodes, WorkCreditsOracle oracle) {
        if (address(nodes) == address(0)) revert ZeroValue("nodes");
        if (address(oracle) == address(0)) revert ZeroValue("oracle");
        (NODES, ORACLE) = (nodes, oracle);
    }

    /// @notice Finds a node eligible for the month that comes next, from its records. Anyone may.
    /// @param month The month that comes next.
    /// @param nodeId The node.
    /// @param records The node's records of the months four, three and two before `month`, in this order.
    /// @param proofs Their Merkle proofs.
    function qualify(
        uint32 month,
        uint256 nodeId,
        WorkCreditsOracle.MonthlyRecord[3] calldata records,
        bytes32[][3] calldata proofs
    ) external {
        _requireNext(month);
        if (_isQualified[month][nodeId]) revert AlreadyQualified(month, nodeId);
        _qualify(month, nodeId, records, proofs);
    }

    /// @notice Finds several nodes eligible for the month that comes next, all or none. Anyone may. A node that was
    /// found eligible already is passed over, so that nobody stops the others by being first with one of them.
    /// @param month The month that comes next.
    /// @param candidates The nodes and their records.
    /// @return added How many of them were found eligible by this call.
    function qualifyMany(uint32 month, Candidate[] calldata candidates) external returns (uint256 added) {
        _requireNext(month);
        for (uint256 i = 0; i < candidates.length; ++i) {
            Candidate calldata one = candidates[i];
            if (_isQualified[month][one.nodeId]) continue;
            _qualify(month, one.nodeId, one.records, one.proofs);
            ++added;
        }
    }

    /// @inheritdoc IVotes
    function delegate(address) external pure {
        revert DelegationRefused();
    }

    /// @inheritdoc IVotes
    function delegateBySig(address, uint256, uint256, uint8, bytes32, bytes32) external pure {
        revert DelegationRefused();
    }

    /// @notice Whether a key has a vote now.
    /// @param account The key.
    /// @return votes 1 or 0.
    function getVotes(address account) external view returns (uint256 votes) {
        return _votesOf(Months.monthOf(clock()), NODES.nodeOfKey(account));
    }

    /// @notice Whether a key had a vote at a moment that has passed.
    /// @param account The key.
    /// @param timepoint Seconds UTC, before the block's time.
    /// @return votes 1 or 0.
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256 votes) {
        uint48 moment = _requirePast(timepoint);
        return _votesOf(Months.monthOf(moment), NODES.keyWasOf(account, moment));
    }

    /// @notice How many votes there were at a moment that has passed.
    /// @param timepoint Seconds UTC, before the block's time.
    /// @return votes How many nodes were found eligible for the month whose electorate votes in its month.
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256 votes) {
        return _counts[electorateOf(Months.monthOf(_requirePast(timepoint)))];
    }

    /// @inheritdoc IElectorate
    function getPastPeak(uint256 timepoint) external view returns (uint256 votes) {
        uint32 month = Months.monthOf(_requirePast(timepoint));
        return Math.max(_counts[electorateOf(month)], _peakBefore(month));
    }

    /// @inheritdoc IElectorate
    function isStanding(uint256 timepoint) external view returns (bool isStanding_) {
        uint32 month = Months.monthOf(SafeCast.toUint48(timepoint));
        return _lastOwn(month) != month;
    }

    /// @notice Who votes with an account's vote: always itself.
    /// @param account The account.
    /// @return delegatee The account.
    function delegates(address account) external pure returns (address delegatee) {
        return account;
    }

    /// @notice Whether a node was found eligible for a month.
    /// @param month The month; of one after the next nothing is known.
    /// @param nodeId The node.
    /// @return isQualified_ Whether it was, so far.
    function isQualified(uint32 month, uint256 nodeId) external view returns (bool isQualified_) {
        return _isQualified[month][nodeId];
    }

    /// @notice How many nodes were found eligible for a month, so far.
    /// @param month The month; final when it has begun.
    /// @return count The number.
    function countOf(uint32 month) external view returns (uint256 count) {
        return _counts[month];
    }

    /// @notice The month whose electorate votes in a month: itself; or, where it has none of its own, the largest of the
    /// last month before it that has, and the three before that one.
    /// @param month The month; settled when it has begun.
    /// @return found That month; 0 where there was none yet.
    function electorateOf(uint32 month) public view returns (uint32 found) {
        uint32 last = _lastOwn(month);
        if (last == month || last == 0) return last;
        found = last;
        for (uint32 i = 1; i <= PEAK_MONTHS; ++i) {
            if (_counts[last - i] > _counts[found]) found = last - i;
        }
    }

    /// @inheritdoc IERC6372
    function clock() public view returns (uint48) {
        return Time.timestamp();
    }

    /// @notice What {clock} counts.
    /// @return mode Seconds, as ERC-6372 writes it.
    function CLOCK_MODE() external pure returns (string memory mode) {
        // solhint-disable-previous-line func-name-mixedcase
        return "mode=timestamp";
    }

    /// @dev Finds a node eligible that was not yet, for the month that comes next.
    function _qualify(
        uint32 month,
        uint256 nodeId,
        WorkCreditsOracle.MonthlyRecord[3] calldata records,
        bytes32[][3] calldata proofs
    ) private {
        _requireNodeIn(month, nodeId);
        _requireProven(month - 4, nodeId, records, proofs);
        _requireEarned(nodeId, records);

        _isQualified[month][nodeId] = true;
        uint256 count = ++_counts[month];
        // Half of those who voted lately could pass nothing: then the others keep their votes, to replace validators.
        if (_lastOwn(month) != month && 2 * count > _peakBefore(month)) _electorates.push(month, month);
        emit NodeQualified(month, nodeId);
    }

    /// @dev The last month, up to this one, that has an electorate of its own; 0 where there was none yet.
    function _lastOwn(uint32 month) private view returns (uint32 last) {
        return SafeCast.toUint32(_electorates.upperLookupRecent(month));
    }

    /// @dev The most votes of the months just before one, which are settled before anyone is found eligible for it. A
    /// month counts as many as were found for it, so that what shrank is looked back on for no longer; one for which
    /// nobody was tells nothing, and counts those that voted in it.
    function _peakBefore(uint32 month) private view returns (uint256 votes) {
        for (uint32 i = 1; i <= PEAK_MONTHS; ++i) {
            uint256 count = _counts[month - i];
            votes = Math.max(votes, count == 0 ? _counts[electorateOf(month - i)] : count);
        }
    }

    /// @dev One vote for a node of the electorate that votes in a month; node 0 never is.
    function _votesOf(uint32 month, uint256 nodeId) private view returns (uint256 votes) {
        return _isQualified[electorateOf(month)][nodeId] ? 1 : 0;
    }

    /// @dev Refuses any month but the one that comes next.
    function _requireNext(uint32 month) private view {
        uint32 current = Months.monthOf(clock());
        if (month != current + 1) revert NotTheMonthBefore(month, current);
    }

    /// @dev Refuses a node that is not one throughout the month. It leaves as a month begins.
    function _requireNodeIn(uint32 month, uint256 nodeId) private view {
        NodeRegistry.Node memory node = NODES.nodeOf(nodeId);
        bool isLeaving = node.departsAt != 0 && Months.monthOf(node.departsAt) <= month;
        if (node.operator == address(0) || isLeaving) revert NotANodeThen(month, nodeId);
    }

    /// @dev Refuses records that are not the node's, of three final months from `first` on.
    function _requireProven(
        uint32 first,
        uint256 nodeId,
        WorkCreditsOracle.MonthlyRecord[3] calldata records,
        bytes32[][3] calldata proofs
    ) private view {
        for (uint32 i = 0; i < MONTHS; ++i) {
            uint32 month = first + i;
            if (!ORACLE.isFinal(month)) revert EpochNotFinal(month);
            bool isProven = records[i].nodeId == nodeId && ORACLE.verify(month, records[i], proofs[i]);
            if (!isProven) revert RecordNotProven(month, nodeId);
        }
    }

    /// @dev Refuses a node that was up, or has earned, too little.
    function _requireEarned(uint256 nodeId, WorkCreditsOracle.MonthlyRecord[3] calldata records) private pure {
        (uint256 seen, uint256 expected) = (0, 0);
        for (uint256 i = 0; i < MONTHS; ++i) {
            seen += records[i].uptimeSeen;
            expected += records[i].uptimeExpected;
        }
        if (!_isUpEnough(seen, expected)) revert UptimeTooLow(nodeId, seen, expected);
        uint256 earned = records[MONTHS - 1].earned;
        if (earned < MIN_EARNED) revert EarnedTooLittle(nodeId, earned);
    }

    /// @dev Whether at least 80 % of the beacons expected were seen, of which there must have been one.
    function _isUpEnough(uint256 seen, uint256 expected) internal pure returns (bool isUp) {
        return expected > 0 && seen * 10_000 >= MIN_UPTIME_BPS * expected;
    }

    /// @dev The moment as 48 bits, if it has passed.
    function _requirePast(uint256 timepoint) private view returns (uint48 moment) {
        if (timepoint >= clock()) revert ERC5805FutureLookup(timepoint, clock());
        return SafeCast.toUint48(timepoint);
    }
}
