// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SentenceText} from "../payouts/SentenceText.sol";
import {SignerSentence} from "../payouts/SignerSentence.sol";
import {TwoOfThree} from "../payouts/TwoOfThree.sol";

/// @title Who approves payouts
/// @notice Keeps, set by set, the three payout approvers and the compliance signer that a vote named, and records the
/// sentence by which each set hands over to the next, for anyone to carry to the routers.
/// @dev Promises:
/// - Sets are numbered from 1 and come into force in their order, without a gap but where the routers have one: see
///   {adopt}. One that was handed over to is never changed or removed.
/// - At most one set is waiting: the next one is scheduled only when the one before was handed over to and is in force, or
///   was not handed over to and lapsed, {MAX_LATE} after its time. So there is never a sentence by which the routers could
///   leave out a set, and a set that lapsed cannot come back.
/// - A set has three different approvers, none zero, in ascending order, and a compliance signer who is none of them: a
///   service's key never counts as an approval.
/// - Only the timelock schedules a set, from {MIN_NOTICE} to {MAX_NOTICE} ahead, so that the set in force has time to
///   sign, and no set can be put so far off that it stands in the way of all that follow.
/// - A statement is recorded once, until {CARRY_TIME} before the routers refuse it, and only with signatures by two of the
///   three approvers of the set before.
/// - Only the timelock adopts a set: has the registry say what the routers have. It drops what waits, and goes only forward,
///   by at most {MAX_STEP} numbers.
/// - No other privileged account, no upgrade, no pause, no Ether in or out.
///
/// The routers are on another chain and cannot see this contract. They believe the set that they have: two of its three
/// approvers sign {SignerSentence}, which a person reads on a hardware wallet. So a vote names, and the approvers hand
/// over; neither does it alone.
///
/// A set named by mistake is not taken back: its predecessors do not sign it. The set that is scheduled once it lapsed takes
/// its number, since that is the one which the routers wait for.
///
/// Approvers can hand over without this contract, and where two of them lost their keys, new routers are made with a set
/// that nobody could hand over to. Then a vote adopts the set that the routers have. Adopting moves no router: they believe
/// signatures, never this contract. So a wrong one misleads who reads it, until the next vote, and pays nobody.
///
/// Not promised: that approvers sign. If two of a set refuse or lost their keys, the routers stay with that set, and
/// everyone can see here that the statement is missing. Nor that two approvers do not hand over by a sentence of their
/// own, which the routers would follow without this contract. Nor that what was recorded is carried to the routers, or that
/// what was adopted is what they have: compare.
contract SignerRegistry {
    /// @dev One set: four slots.
    struct SignerSet {
        address[3] approvers;
        address complianceSigner;
        uint64 effectiveAt;
        /// @dev Whether two of the set before handed over to it, here.
        bool hasStatement;
        /// @dev Whether it is here as the routers have it, so that nobody hands over to it here: set 1, and what was
        /// adopted.
        bool isAdopted;
    }

    /// @notice The least seconds from the scheduling of a set until it is in force.
    uint256 public constant MIN_NOTICE = 3 days;

    /// @notice The most seconds from the scheduling of a set until it is in force.
    uint256 public constant MAX_NOTICE = 60 days;

    /// @notice How many seconds after a set's time the routers take its statement; then it lapsed.
    uint256 public constant MAX_LATE = SignerSentence.MAX_LATE;

    /// @notice The least seconds in which what was recorded can be carried to the routers: later it is not recorded.
    uint256 public constant CARRY_TIME = 7 days;

    /// @notice By how much the number of an adopted set is above that of the last one that was handed over to, at most. So
    /// a wrong number is one that approvers can reach on the routers, handing over to themselves.
    uint256 public constant MAX_STEP = 16;

    /// @notice The only account that schedules and adopts sets.
    address public immutable TIMELOCK;

    /// @notice The chain of the routers, as the sentence names it.
    uint64 public immutable ROUTERS_CHAIN_ID;

    /// @notice The last set's number, the waiting one included.
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

    /// @notice A set was adopted: it is in force from this block on, and what waited is dropped.
    /// @param number Its number; that of a set that waited and was not handed over to is given anew.
    /// @param approvers Its approvers, ascending.
    /// @param complianceSigner Its compliance signer.
    event SetAdopted(uint32 indexed number, address[3] approvers, address complianceSigner);

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

    /// @notice An adopted set has a number above that of the last one that was handed over to, and not far above.
    /// @param number The number that was given.
    /// @param least The least that is taken.
    /// @param most The most that is taken.
    error SetNumberOutOfBounds(uint32 number, uint256 least, uint256 most);

    /// @notice There is no set of this number, or none that could sign for it here.
    /// @param number The number that was given.
    error UnknownSet(uint32 number);

    /// @notice The statement of this set was recorded before.
    /// @param number The set's number.
    error StatementAlreadyRecorded(uint32 number);

    /// @notice Too little time is left to carry the statement to the routers, or none.
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
        _put(1, approvers, complianceSigner, uint64(block.timestamp), true);
        emit SetScheduled(1, approvers, complianceSigner, uint64(block.timestamp));
    }

    /// @notice Schedules the next set.
    /// @param approvers Its approvers, ascending.
    /// @param complianceSigner Its compliance signer; none of the approvers.
    /// @param effectiveAt From when on it is in force, in seconds since 1970 UTC: a whole minute.
    function schedule(address[3] calldata approvers, address complianceSigner, uint64 effectiveAt) external {
        if (msg.sender != TIMELOCK) revert NotTimelock(msg.sender);
        requireSchedulable(approvers, complianceSigner, effectiveAt, block.timestamp);
        uint32 number = _nextNumber();
        _put(number, approvers, complianceSigner, effectiveAt, false);
        emit SetScheduled(number, approvers, complianceSigner, effectiveAt);
    }

    /// @notice Has the registry say what the routers have: after approvers handed over on their own, or where new routers
    /// were made since keys of the old set were lost. The set is in force at once; what waits is dropped.
    /// @param number The number that the set has on the routers.
    /// @param approvers Its approvers, ascending.
    /// @param complianceSigner Its compliance signer; none of the approvers.
    function adopt(uint32 number, address[3] calldata approvers, address complianceSigner) external {
        if (msg.sender != TIMELOCK) revert NotTimelock(msg.sender);
        requireAdoptable(number, approvers, complianceSigner);
        // Signatures for a set that is dropped must never be recorded.
        if (!_isHandedOver(count)) delete _sets[count];
        _put(number, approvers, complianceSigner, uint64(block.timestamp), true);
        emit SetAdopted(number, approvers, complianceSigner);
    }

    /// @notice Records that the set before handed over to this one. Anyone may bring the signatures.
    /// @param number The number of the set that is handed over to.
    /// @param signatures By two of the three approvers of the set before over {sentenceOf}, as EIP-191 personal messages;
    /// ordered by ascending signer.
    function recordStatement(uint32 number, bytes[] calldata signatures) external {
        string memory sentence = sentenceOf(number);
        SignerSet storage next = _sets[number];
        if (next.hasStatement) revert StatementAlreadyRecorded(number);
        uint256 latest = next.effectiveAt + MAX_LATE - CARRY_TIME;
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
        set = _sets[number];
        if (set.complianceSigner == address(0)) revert UnknownSet(number);
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

    /// @notice Reverts exactly as {adopt} by the timelock would now.
    /// @param number The number.
    /// @param approvers The approvers.
    /// @param complianceSigner The compliance signer.
    function requireAdoptable(uint32 number, address[3] memory approvers, address complianceSigner) public view {
        SignerSentence.requireValidSet(approvers, complianceSigner);
        // The next number is the one above the last set that was handed over to.
        uint256 least = _nextNumber();
        uint256 most = least + MAX_STEP - 1;
        if (number < least || number > most) revert SetNumberOutOfBounds(number, least, most);
    }

    /// @notice What the approvers of the set before sign to hand over to a set.
    /// @param number The number of the set that is handed over to; nobody hands over to the first, or an adopted one.
    /// @return sentence ASCII text.
    function sentenceOf(uint32 number) public view returns (string memory sentence) {
        return SignerSentence.textOf(_rotationTo(number));
    }

    /// @dev Keeps a set that was judged before.
    function _put(
        uint32 number,
        address[3] memory approvers,
        address complianceSigner,
        uint64 effectiveAt,
        bool isAdopted
    ) private {
        count = number;
        _sets[number] = SignerSet(approvers, complianceSigner, effectiveAt, false, isAdopted);
    }

    /// @dev What is handed over with a set that has one before it.
    function _rotationTo(uint32 number) private view returns (SignerSentence.Rotation memory rotation) {
        SignerSet storage next = _sets[number];
        if (next.isAdopted || next.complianceSigner == address(0)) revert UnknownSet(number);
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

    /// @dev Whether the routers follow a set: it was handed over to here, or they have it without.
    function _isHandedOver(uint32 number) private view returns (bool isHandedOver) {
        return _sets[number].hasStatement || _sets[number].isAdopted;
    }
}
