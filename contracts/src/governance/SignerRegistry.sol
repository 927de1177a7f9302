// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SentenceText} from "../payouts/SentenceText.sol";
import {SignerSentence} from "../payouts/SignerSentence.sol";
import {TwoOfThree} from "../payouts/TwoOfThree.sol";

/// @title Who approves payouts
/// @notice Keeps, set by set, the three payout approvers and the compliance signer that a vote named, and records the
/// sentence by which each set hands over to the next, for anyone to carry to the routers.
/// @dev Promises:
/// - Sets are numbered from 1 without a gap and come into force in their order. One that was handed over to is never
///   changed or removed.
/// - At most one set is waiting: the next one is scheduled only when the one before was handed over to and is in force, or
///   was not handed over to and lapsed, {MAX_LATE} after its time. So there is never a sentence by which the routers could
///   leave out a set, and a set that lapsed cannot come back.
/// - A set has three different approvers, none zero, in ascending order, and a compliance signer who is none of them: a
///   service's key never counts as an approval.
/// - Only the timelock schedules a set, from {MIN_NOTICE} to {MAX_NOTICE} ahead, so that the set in force has time to
///   sign, and no set can be put so far off that it stands in the way of all that follow.
/// - A statement is recorded once, until {MAX_LATE} after its set's time, and only with signatures by two of the three
///   approvers of the set before.
/// - No other privileged account, no upgrade, no pause, no Ether in or out.
///
/// The routers are on another chain and cannot see this contract. They believe the set that they have: two of its three
/// approvers sign {SignerSentence}, which a person reads on a hardware wallet. So a vote names, and the approvers hand
/// over; neither does it alone.
///
/// A set named by mistake is not taken back: its predecessors do not sign it. The set that is scheduled once it lapsed takes
/// its number, since that is the one which the routers wait for.
///
/// Not promised: that approvers sign. If two of a set refuse or lost their keys, the routers stay with that set, and
/// everyone can see here that the statement is missing. Nor that two approvers do not hand over by a sentence of their
/// own, which the routers would follow without this contract.
contract SignerRegistry {
    /// @dev One set: four slots.
    struct SignerSet {
        address[3] approvers;
        address complianceSigner;
        uint64 effectiveAt;
        bool hasStatement;
    }

    /// @notice The least seconds from the scheduling of a set until it is in force.
    uint256 public constant MIN_NOTICE = 3 days;

    /// @notice The most seconds from the scheduling of a set until it is in force.
    uint256 public constant MAX_NOTICE = 60 days;

    /// @notice How many seconds after a set's time its statement is recorded, and taken by the routers; then it lapsed.
    uint256 public constant MAX_LATE = SignerSentence.MAX_LATE;

    /// @notice The only account that schedules sets.
    address public immutable TIMELOCK;

    /// @notice The chain of the routers, as the sentence names it.
    uint64 public immutable ROUTERS_CHAIN_ID;

    /// @notice How many sets there are; the last one's number, the waiting one included.
    uint32 public count;

    mapping(uint32 number => SignerSet) private _sets;

    /// @notice A set was scheduled.
    /// @param number Its number; the one of a set that lapsed is given anew.
    /// @param approvers Its approvers, ascending.
    /// @param complianceSigner Its compliance signer.
    /// @param effectiveAt From when on it is in force, in seconds since 1970 UTC.
    event SetScheduled(uint32 indexed number, address[3] approvers, address complianceSigner, uint64 effectiveAt);

    /// @notice Two of three approvers handed over to the next set.
    /// @param number The number of the next set.
    /// @param sentence What they signed.
    /// @param signatures Their signatures, ordered by ascending signer, as the routers take them.
    event StatementRecorded(uint32 indexed number, string sentence, bytes[] signatures);

    /// @notice Only the timelock may do this.
    /// @param caller Who tried.
    error NotTimelock(address caller);

    /// @notice A value that must be there was zero.
    /// @param field The name of the argument.
    error ZeroValue(string field);

    /// @notice Another set is waiting: it is not in force yet, or may still be handed over to.
    /// @param number Its number.
    /// @param until When the next one can be scheduled at the earliest as things are, in seconds since 1970 UTC.
    error SetIsWaiting(uint32 number, uint256 until);

    /// @notice A set comes into force with neither too little nor too much notice.
    /// @param effectiveAt The time that was given.
    /// @param earliest The earliest time that is taken.
    /// @param latest The latest time that is taken.
    error EffectiveTimeOutOfBounds(uint64 effectiveAt, uint256 earliest, uint256 latest);

    /// @notice There is no set of this number, or none before it that could sign.
    /// @param number The number that was given.
    error UnknownSet(uint32 number);

    /// @notice The statement of this set was recorded before.
    /// @param number The set's number.
    error StatementAlreadyRecorded(uint32 number);

    /// @notice The set lapsed: no router takes its statement any more.
    /// @param number The set's number.
    /// @param latest Until when it could be recorded, in seconds since 1970 UTC.
    error StatementTooLate(uint32 number, uint256 latest);

    /// @notice Puts set 1 in force.
    /// @param timelock Who schedules every other; not zero.
    /// @param approvers The first approvers, ascending; the routers are deployed with the same.
    /// @param complianceSigner The first compliance signer.
    /// @param routersChainId The chain of the routers; not zero.
    constructor(address timelock, address[3] memory approvers, address complianceSigner, uint64 routersChainId) {
        if (timelock == address(0)) revert ZeroValue("timelock");
        if (routersChainId == 0) revert ZeroValue("routersChainId");
        (TIMELOCK, ROUTERS_CHAIN_ID) = (timelock, routersChainId);
        SignerSentence.requireValidSet(approvers, complianceSigner);
        _put(1, approvers, complianceSigner, uint64(block.timestamp));
    }

    /// @notice Schedules the next set.
    /// @param approvers Its approvers, ascending.
    /// @param complianceSigner Its compliance signer; none of the approvers.
    /// @param effectiveAt From when on it is in force, in seconds since 1970 UTC: a whole minute.
    function schedule(address[3] calldata approvers, address complianceSigner, uint64 effectiveAt) external {
        if (msg.sender != TIMELOCK) revert NotTimelock(msg.sender);
        requireSchedulable(approvers, complianceSigner, effectiveAt, block.timestamp);
        _put(_nextNumber(), approvers, complianceSigner, effectiveAt);
    }

    /// @notice Records that the set before handed over to this one. Anyone may bring the signatures.
    /// @param number The number of the set that is handed over to.
    /// @param signatures By two of the three approvers of the set before over {sentenceOf}, as EIP-191 personal messages;
    /// ordered by ascending signer.
    function recordStatement(uint32 number, bytes[] calldata signatures) external {
        string memory sentence = sentenceOf(number);
        SignerSet storage next = _sets[number];
        if (next.hasStatement) revert StatementAlreadyRecorded(number);
        uint256 latest = next.effectiveAt + MAX_LATE;
        // A block's maker moves its time by seconds, of 30 days.
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp > latest) revert StatementTooLate(number, latest);
        TwoOfThree.requireSigned(_sets[number - 1].approvers, SentenceText.digestOf(sentence), signatures);

        next.hasStatement = true;
        emit StatementRecorded(number, sentence, signatures);
    }

    /// @notice The set in force now: the newest that was handed over to and whose time has come.
    /// @return number Its number.
    /// @return set The set.
    function current() external view returns (uint32 number, SignerSet memory set) {
        number = count;
        // A block's maker moves its time by seconds; routers have their own clock anyway.
        // forge-lint: disable-next-line(block-timestamp)
        if (_sets[number].effectiveAt > block.timestamp || !_isHandedOver(number)) --number;
        return (number, _sets[number]);
    }

    /// @notice A set, in force or not.
    /// @param number Its number, from 1.
    /// @return set The set.
    function setOf(uint32 number) external view returns (SignerSet memory set) {
        if (number == 0 || number > count) revert UnknownSet(number);
        return _sets[number];
    }

    /// @notice Reverts exactly as {schedule} by the timelock would at a given time.
    /// @param approvers The approvers.
    /// @param complianceSigner The compliance signer.
    /// @param effectiveAt From when on the set would be in force.
    /// @param time When it would be scheduled, in seconds since 1970 UTC.
    function requireSchedulable(address[3] memory approvers, address complianceSigner, uint64 effectiveAt, uint256 time)
        public
        view
    {
        SignerSentence.requireValidSet(approvers, complianceSigner);
        uint256 until = _waitsUntil();
        if (time < until) revert SetIsWaiting(count, until);
        (uint256 earliest, uint256 latest) = (time + MIN_NOTICE, time + MAX_NOTICE);
        if (effectiveAt < earliest || effectiveAt > latest) {
            revert EffectiveTimeOutOfBounds(effectiveAt, earliest, latest);
        }
        // Refuses what the sentence cannot say: a time that is not a whole minute.
        SignerSentence.textOf(
            SignerSentence.Rotation(ROUTERS_CHAIN_ID, _nextNumber(), approvers, complianceSigner, effectiveAt)
        );
    }

    /// @notice What the approvers of the set before sign to hand over to a set.
    /// @param number The number of the set that is handed over to; from 2, since nobody hands over to the first.
    /// @return sentence ASCII text.
    function sentenceOf(uint32 number) public view returns (string memory sentence) {
        return SignerSentence.textOf(_rotationTo(number));
    }

    /// @dev Keeps a set that was judged before.
    function _put(uint32 number, address[3] memory approvers, address complianceSigner, uint64 effectiveAt) private {
        count = number;
        _sets[number] = SignerSet(approvers, complianceSigner, effectiveAt, false);
        emit SetScheduled(number, approvers, complianceSigner, effectiveAt);
    }

    /// @dev What is handed over with a set that has one before it.
    function _rotationTo(uint32 number) private view returns (SignerSentence.Rotation memory rotation) {
        if (number < 2 || number > count) revert UnknownSet(number);
        SignerSet storage next = _sets[number];
        return
            SignerSentence.Rotation(ROUTERS_CHAIN_ID, number, next.approvers, next.complianceSigner, next.effectiveAt);
    }

    /// @dev The number of the set that is scheduled next: that of the last one, if nobody handed over to it.
    function _nextNumber() private view returns (uint32 number) {
        return _isHandedOver(count) ? count + 1 : count;
    }

    /// @dev From when on the next set can be scheduled: when the last one is in force, or lapsed.
    function _waitsUntil() private view returns (uint256 time) {
        time = _sets[count].effectiveAt;
        if (!_isHandedOver(count)) time += MAX_LATE + 1;
    }

    /// @dev Whether the routers follow a set; the first one they are made with.
    function _isHandedOver(uint32 number) private view returns (bool isHandedOver) {
        return number == 1 || _sets[number].hasStatement;
    }
}
