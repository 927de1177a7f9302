// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PayoutSentence} from "./PayoutSentence.sol";
import {SentenceText} from "./SentenceText.sol";
import {SignerSentence} from "./SignerSentence.sol";
import {TronAddress} from "./TronAddress.sol";
import {TwoOfThree} from "./TwoOfThree.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// @title What both payout routers have in common
/// @notice Holds USDT and pays it out by sentences that two of three approvers signed: to one recipient, or to a month's
/// list of recipients who are paid one by one. Anyone may submit; no account can pay by itself.
/// @dev Promises:
/// - Money leaves only to a payee that an approved sentence or an approved list names, with exactly the amount named
///   there, until the time named there, on this chain, from this router. There is no other way out: no owner, no
///   withdrawal, no upgrade, no call that somebody chooses.
/// - A payout's ID, and each recipient of a list, is paid at most once, for ever.
/// - Paid is never above approved, and open lists never above what is here: opening a list reserves its total.
/// - No payment is above the cap of one payment, no day (UTC) above that of a day. Caps stay in bounds fixed in the code.
/// - The pauser can stop payments and nothing else. Only the approvers resume them.
/// - Each recipient of a list is paid by a call of its own: one whom the token refuses does not hold up the others.
///
/// The token's word is not believed: USDT on TRON answers false when it did pay. What counts is that the router's balance
/// fell, and the payee's rose, by exactly the amount. So a token that takes a fee is refused.
///
/// Approvers sign EIP-191 personal messages: {PayoutSentence} and, to hand over to the next set, {SignerSentence}.
///
/// - A set of signers hands over to the one with the next number, and not long after the time that it named: see
///   {MAX_LATE}. What an earlier set signed, or what was signed long ago, moves no router, made since then or before.
///
/// Two approvers are the highest power here: they pay, and they also resume, name another pauser, raise the caps to
/// their bounds and hand over to whom they like. Pauser and caps win time against a thief of two keys, no more.
///
/// Not promised: that a payee is the right one, or that a list is what was said of it: that is what the approvers read
/// and check. That the token pays: its issuer can block any account, this router among them.
abstract contract PayoutRouter is ReentrancyGuard {
    /// @notice Where a list of payouts is in its life; it only ever moves to the right.
    enum BatchState {
        Unknown,
        Open,
        Closed
    }

    /// @notice What a router starts with.
    struct Setup {
        /// @dev The token that is paid: USDT.
        address token;
        /// @dev The chain that it is for; TRON's main network says 728126428.
        uint64 chainId;
        /// @dev The number of its first set of signers: the one that SignerRegistry counts it by. From 1 to a million.
        uint32 setNumber;
        /// @dev The first three approvers, ascending.
        address[3] approvers;
        /// @dev Signs KYC passes where they are asked for.
        address complianceSigner;
        /// @dev Who may pause.
        address pauser;
        /// @dev The most that one payment moves, in base units.
        uint64 paymentCap;
        /// @dev The most that a day (UTC) moves, in base units.
        uint64 dailyCap;
    }

    /// @dev A recipient's line in a list.
    struct Claim {
        /// @dev Root of the list.
        bytes32 root;
        /// @dev The line's number, from 0.
        uint32 index;
        /// @dev Who is paid.
        address payee;
        /// @dev How much, in base units.
        uint64 amount;
    }

    /// @dev Those who approve, and who signs KYC passes.
    struct SignerSet {
        address[3] approvers;
        address complianceSigner;
        uint32 number;
    }

    /// @dev The whole of what is stored about a list, but for who was paid: one slot.
    struct StoredBatch {
        uint64 total;
        uint64 left;
        uint32 count;
        uint32 month;
        uint40 expiresAt;
        BatchState state;
    }

    /// @notice How far ahead the time of a sentence may be, so that none lies about for years.
    uint256 public constant MAX_AHEAD = 400 days;

    /// @notice How long after its time a handover is taken: see {SignerSentence-MAX_LATE}.
    uint256 public constant MAX_LATE = SignerSentence.MAX_LATE;

    /// @notice The least and the most that the cap of one payment may be set to, in base units: 1 and 1,000,000 USDT.
    uint64 public constant MIN_PAYMENT_CAP = 1e6;
    /// @notice See {MIN_PAYMENT_CAP}.
    uint64 public constant MAX_PAYMENT_CAP = 1_000_000e6;
    /// @notice The least and the most that the cap of a day may be set to, in base units: 1 and 5,000,000 USDT.
    uint64 public constant MIN_DAILY_CAP = 1e6;
    /// @notice See {MIN_DAILY_CAP}.
    uint64 public constant MAX_DAILY_CAP = 5_000_000e6;

    // So that the numbers of sets never come to their end, whoever makes a router.
    uint32 private constant _MAX_FIRST_SET = 1_000_000;

    /// @notice The token that is paid.
    IERC20 public immutable TOKEN;

    /// @notice The chain that this router is for.
    uint64 public immutable CHAIN_ID;

    bytes2 private immutable _HEAD;
    bytes32 private immutable _TAIL;

    // One slot: all that a payment looks at.
    uint64 private _paymentCap;
    uint64 private _dailyCap;
    uint64 private _spent;
    uint24 private _spentDay;
    bool private _isPaused;
    /// @dev Which of the two sets is the older one.
    uint8 private _olderSet;

    // One slot.
    address private _pauser;
    uint64 private _reserved;
    /// @dev From which minute since 1970 on the newer set is in force; 0 if there is none.
    uint32 private _newerMinute;

    SignerSet[2] private _sets;
    uint32 private _changes;

    mapping(bytes32 payoutId => bool) private _isPaid;
    mapping(bytes32 root => StoredBatch) private _batches;
    mapping(bytes32 root => mapping(uint256 word => uint256)) private _claimed;

    /// @notice A payout to one recipient was paid.
    /// @param payoutId Its kind, code and number (see {PayoutSentence}).
    /// @param payee Who was paid.
    /// @param amount How much, in base units.
    event PayoutPaid(bytes32 indexed payoutId, address indexed payee, uint64 amount);

    /// @notice A list was opened: its total is reserved, and each of its recipients can be paid.
    /// @param root Root of the list.
    /// @param month The month that is paid: year * 12 + month - 1.
    /// @param total The sum of its amounts, in base units.
    /// @param count How many recipients it has.
    /// @param expiresAt Until when they can be paid, in seconds since 1970 UTC.
    event BatchOpened(bytes32 indexed root, uint32 indexed month, uint64 total, uint32 count, uint64 expiresAt);

    /// @notice A recipient of a list was paid.
    /// @param root Root of the list.
    /// @param payee Who was paid.
    /// @param index The recipient's line, from 0.
    /// @param amount How much, in base units.
    event BatchPaid(bytes32 indexed root, address indexed payee, uint32 index, uint64 amount);

    /// @notice A list was closed after its time: what was not paid is not reserved any more.
    /// @param root Root of the list.
    /// @param unpaid How much that is, in base units.
    event BatchClosed(bytes32 indexed root, uint64 unpaid);

    /// @notice Payments were stopped.
    /// @param pauser By whom.
    event PayoutsPaused(address indexed pauser);

    /// @notice Payments were allowed again.
    /// @param change The number of the change.
    event PayoutsResumed(uint32 indexed change);

    /// @notice The caps were changed.
    /// @param change The number of the change.
    /// @param oldPaymentCap The cap of one payment before, in base units.
    /// @param paymentCap The cap of one payment now.
    /// @param oldDailyCap The cap of a day before.
    /// @param dailyCap The cap of a day now.
    event CapsChanged(
        uint32 indexed change, uint64 oldPaymentCap, uint64 paymentCap, uint64 oldDailyCap, uint64 dailyCap
    );

    /// @notice Another account may pause.
    /// @param change The number of the change.
    /// @param oldPauser Who could before.
    /// @param pauser Who can now.
    event PauserChanged(uint32 indexed change, address oldPauser, address pauser);

    /// @notice The approvers handed over to another set.
    /// @param number The number of the set.
    /// @param approvers The approvers, ascending.
    /// @param complianceSigner Who signs KYC passes.
    /// @param effectiveAt From when on it is in force, in seconds since 1970 UTC.
    event SignersRotated(uint32 indexed number, address[3] approvers, address complianceSigner, uint64 effectiveAt);

    /// @notice The address given to the constructor has no code.
    /// @param account What was given.
    error NotAContract(address account);

    /// @notice A value that must be there was zero.
    /// @param field The name of the argument.
    error ZeroValue(string field);

    /// @notice This is not the chain that the router was made for.
    /// @param expected The chain that it was made for.
    /// @param actual The chain that it runs on.
    error WrongChain(uint256 expected, uint256 actual);

    /// @notice Payments are stopped.
    error PayoutsArePaused();

    /// @notice Payments are not stopped.
    error PayoutsAreNotPaused();

    /// @notice Only the pauser may do this.
    /// @param caller Who tried.
    error NotPauser(address caller);

    /// @notice The time until which it could be done is over.
    /// @param expiresAt That time, in seconds since 1970 UTC.
    error Expired(uint256 expiresAt);

    /// @notice A time is further ahead than such a time may be: {MAX_AHEAD} for what approvers sign.
    /// @param time That time, in seconds since 1970 UTC.
    /// @param latest The latest that is taken now.
    error TooFarAhead(uint256 time, uint256 latest);

    /// @notice The payout was paid before.
    /// @param payoutId Its ID.
    error PayoutAlreadyPaid(bytes32 payoutId);

    /// @notice The router pays neither itself, nor the token, nor nobody.
    /// @param payee Who was named.
    error PayeeNotAllowed(address payee);

    /// @notice One payment moves at most its cap.
    /// @param amount How much it would be, in base units.
    /// @param cap The cap.
    error AbovePaymentCap(uint256 amount, uint256 cap);

    /// @notice One day (UTC) moves at most its cap.
    /// @param spent How much was paid today, in base units.
    /// @param amount How much this payment would be.
    /// @param cap The cap.
    error AboveDailyCap(uint256 spent, uint256 amount, uint256 cap);

    /// @notice A cap was to be set outside its bounds.
    /// @param given The value that was given, in base units.
    /// @param min The least that is taken.
    /// @param max The most that is taken.
    error CapOutOfBounds(uint256 given, uint256 min, uint256 max);

    /// @notice There is not enough here that is not reserved for open lists.
    /// @param available How much there is, in base units.
    /// @param wanted How much is wanted.
    error NotFunded(uint256 available, uint256 wanted);

    /// @notice The token refused to pay.
    /// @param payee Who was to be paid.
    /// @param amount How much, in base units.
    error TransferRefused(address payee, uint256 amount);

    /// @notice The token moved something else than the amount, whatever it answered.
    /// @param payee Who was to be paid.
    /// @param amount How much, in base units.
    error TransferNotExact(address payee, uint256 amount);

    /// @notice A list has a root, a total and recipients.
    error EmptyBatch();

    /// @notice The list was opened before, and maybe closed again: one that expired unpaid needs other line numbers, since
    /// its root stays known for ever.
    /// @param root Its root.
    error BatchAlreadyKnown(bytes32 root);

    /// @notice The list was never opened, or is closed.
    /// @param root Its root.
    error BatchNotOpen(bytes32 root);

    /// @notice Recipients of the list can still be paid.
    /// @param root Its root.
    /// @param expiresAt Until when, in seconds since 1970 UTC.
    error BatchStillOpen(bytes32 root, uint256 expiresAt);

    /// @notice The list has no such line: the proof does not lead from it to the root.
    /// @param root The list's root.
    /// @param index The line that was given.
    error NotInBatch(bytes32 root, uint32 index);

    /// @notice The line was paid before.
    /// @param root The list's root.
    /// @param index The line.
    error AlreadyClaimed(bytes32 root, uint32 index);

    /// @notice The lines of the list come to more than the total that was approved.
    /// @param root The list's root.
    /// @param left How much of the total is left, in base units.
    /// @param amount How much the line says.
    error BatchOverdrawn(bytes32 root, uint256 left, uint256 amount);

    /// @notice Changes are numbered one after the other.
    /// @param expected The number of the next one.
    /// @param given The number that was given.
    error WrongChangeNumber(uint32 expected, uint32 given);

    /// @notice Sets are numbered one after the other, so that none is left out and none comes back.
    /// @param expected The number of the next one.
    /// @param given The number that was given.
    error WrongSetNumber(uint32 expected, uint32 given);

    /// @notice A router does not begin with a number so high that few could follow.
    /// @param given The number that was given.
    /// @param most The most that is taken.
    error SetNumberTooHigh(uint32 given, uint32 most);

    /// @dev Refuses on another chain, and while payments are stopped.
    modifier whilePaying() {
        _requireChain();
        _requireNotPaused();
        _;
    }

    /// @notice Makes a router with its first set of signers, under the number that they have in SignerRegistry.
    /// @param setup What it starts with.
    constructor(Setup memory setup) {
        if (setup.token.code.length == 0) revert NotAContract(setup.token);
        (TOKEN, CHAIN_ID) = (IERC20(setup.token), setup.chainId);
        (_HEAD, _TAIL) = TronAddress.textOf(address(this));
        _requireChain();
        SignerSentence.requireValidSet(setup.approvers, setup.complianceSigner);
        if (setup.setNumber == 0) revert ZeroValue("setNumber");
        if (setup.setNumber > _MAX_FIRST_SET) revert SetNumberTooHigh(setup.setNumber, _MAX_FIRST_SET);
        _sets[0] =
            SignerSet({approvers: setup.approvers, complianceSigner: setup.complianceSigner, number: setup.setNumber});
        emit SignersRotated(setup.setNumber, setup.approvers, setup.complianceSigner, uint64(block.timestamp));
        _setPauser(0, setup.pauser);
        _setCaps(0, setup.paymentCap, setup.dailyCap);
    }

    /// @notice Opens a month's list that two approvers signed: reserves its total, so that its recipients can be paid.
    /// @param batch The list.
    /// @param signatures Two of the approvers' over {batchSentence}, ordered by ascending signer.
    function openBatch(PayoutSentence.Batch calldata batch, bytes[] calldata signatures)
        external
        nonReentrant
        whilePaying
    {
        _requireAhead(batch.expiresAt, MAX_AHEAD);
        if (batch.root == 0 || batch.total == 0 || batch.count == 0) revert EmptyBatch();
        if (_batches[batch.root].state != BatchState.Unknown) revert BatchAlreadyKnown(batch.root);
        _requireApproved(batchSentence(batch), signatures);
        _requireFunded(_balanceOf(address(this)), batch.total);

        _reserved += batch.total;
        _batches[batch.root] = StoredBatch({
            total: batch.total,
            left: batch.total,
            count: batch.count,
            month: batch.month,
            expiresAt: uint40(batch.expiresAt),
            state: BatchState.Open
        });
        emit BatchOpened(batch.root, batch.month, batch.total, batch.count, batch.expiresAt);
    }

    /// @notice Closes a list whose time is over, so that what was not paid is not reserved any more. Anyone may.
    /// @param root The list's root.
    function closeBatch(bytes32 root) external {
        StoredBatch storage batch = _openBatch(root);
        if (!_isOver(batch.expiresAt)) revert BatchStillOpen(root, batch.expiresAt);

        uint64 unpaid = batch.left;
        batch.state = BatchState.Closed;
        _reserved -= unpaid;
        emit BatchClosed(root, unpaid);
    }

    /// @notice Stops all payments at once. Only the pauser may.
    function pause() external {
        if (msg.sender != _pauser) revert NotPauser(msg.sender);
        _requireNotPaused();
        _isPaused = true;
        emit PayoutsPaused(msg.sender);
    }

    /// @notice Allows payments again.
    /// @param change The number of the change: one more than {changes}.
    /// @param expiresAt Until when it may be made, in seconds since 1970 UTC: a whole minute.
    /// @param signatures Two of the approvers' over {resumeSentence}, ordered by ascending signer.
    function resume(uint32 change, uint64 expiresAt, bytes[] calldata signatures) external {
        if (!_isPaused) revert PayoutsAreNotPaused();
        _acceptChange(change, expiresAt, resumeSentence(change, expiresAt), signatures);
        _isPaused = false;
        emit PayoutsResumed(change);
    }

    /// @notice Sets the caps, within bounds that nobody can change.
    /// @param paymentCap The most that one payment moves from now on, in base units.
    /// @param dailyCap The most that a day moves from now on, in base units; what was paid today counts.
    /// @param change The number of the change: one more than {changes}.
    /// @param expiresAt Until when it may be made, in seconds since 1970 UTC: a whole minute.
    /// @param signatures Two of the approvers' over {capsSentence}, ordered by ascending signer.
    function setCaps(uint64 paymentCap, uint64 dailyCap, uint32 change, uint64 expiresAt, bytes[] calldata signatures)
        external
    {
        _acceptChange(change, expiresAt, capsSentence(paymentCap, dailyCap, change, expiresAt), signatures);
        _setCaps(change, paymentCap, dailyCap);
    }

    /// @notice Says who may pause from now on.
    /// @param next Who; not zero.
    /// @param change The number of the change: one more than {changes}.
    /// @param expiresAt Until when it may be made, in seconds since 1970 UTC: a whole minute.
    /// @param signatures Two of the approvers' over {pauserSentence}, ordered by ascending signer.
    function setPauser(address next, uint32 change, uint64 expiresAt, bytes[] calldata signatures) external {
        _acceptChange(change, expiresAt, pauserSentence(next, change, expiresAt), signatures);
        _setPauser(change, next);
    }

    /// @notice Hands over to another set of signers, at once or later. A set that is not in force yet is replaced by one
    /// with the next number, signed by the set in force: SignerRegistry never names one, but two approvers can, against a
    /// set that they regret. Works while payments are stopped.
    /// @param number The number of the set: one more than that of the newest, in force or not.
    /// @param approvers The approvers, ascending.
    /// @param complianceSigner Who signs KYC passes.
    /// @param effectiveAt From when on it is in force, in seconds since 1970 UTC: a whole minute. A past one means now, until
    /// {MAX_LATE} is over.
    /// @param signatures Two of the approvers' in force over {signersSentence}, ordered by ascending signer.
    function rotateSigners(
        uint32 number,
        address[3] calldata approvers,
        address complianceSigner,
        uint64 effectiveAt,
        bytes[] calldata signatures
    ) external {
        _requireChain();
        _requireNotOver(uint256(effectiveAt) + MAX_LATE);
        _requireWithin(effectiveAt, MAX_AHEAD);
        uint32 expected = _sets[_newerMinute == 0 ? _olderSet : 1 - _olderSet].number + 1;
        if (number != expected) revert WrongSetNumber(expected, number);
        SignerSentence.requireValidSet(approvers, complianceSigner);
        _requireApproved(signersSentence(number, approvers, complianceSigner, effectiveAt), signatures);

        (uint8 place, uint256 minute) = (_setInForce(), 0);
        _olderSet = place;
        if (!_isReached(effectiveAt)) (place, minute) = (1 - place, effectiveAt / 1 minutes);
        _sets[place] = SignerSet({approvers: approvers, complianceSigner: complianceSigner, number: number});
        // Minutes before the year 10000, which the sentence asks for, fit by far.
        // forge-lint: disable-next-line(unsafe-typecast)
        _newerMinute = uint32(minute);
        emit SignersRotated(number, approvers, complianceSigner, effectiveAt);
    }

    /// @notice Whether payments are stopped.
    /// @return isPaused True while they are.
    function paused() external view returns (bool isPaused) {
        return _isPaused;
    }

    /// @notice Who may pause.
    /// @return account Who.
    function pauser() external view returns (address account) {
        return _pauser;
    }

    /// @notice How many changes were made by sentence: the next one has the number after that.
    /// @return count How many.
    function changes() external view returns (uint32 count) {
        return _changes;
    }

    /// @notice The caps in force.
    /// @return paymentCap The most that one payment moves, in base units.
    /// @return dailyCap The most that a day (UTC) moves, in base units.
    function caps() external view returns (uint64 paymentCap, uint64 dailyCap) {
        return (_paymentCap, _dailyCap);
    }

    /// @notice How much was paid today (UTC).
    /// @return amount How much, in base units.
    function spentToday() external view returns (uint64 amount) {
        return _spentDay == _today() ? _spent : 0;
    }

    /// @notice How much is kept for open lists.
    /// @return amount How much, in base units.
    function reserved() external view returns (uint64 amount) {
        return _reserved;
    }

    /// @notice The signers in force.
    /// @return number The set's number.
    /// @return approvers The approvers, ascending.
    /// @return complianceSigner Who signs KYC passes.
    function signers() external view returns (uint32 number, address[3] memory approvers, address complianceSigner) {
        SignerSet storage set = _sets[_setInForce()];
        return (set.number, set.approvers, set.complianceSigner);
    }

    /// @notice The signers that will be in force.
    /// @return number The set's number; 0 if no other set is coming.
    /// @return approvers The approvers, ascending.
    /// @return complianceSigner Who will sign KYC passes.
    /// @return effectiveAt From when on, in seconds since 1970 UTC.
    function nextSigners()
        external
        view
        returns (uint32 number, address[3] memory approvers, address complianceSigner, uint64 effectiveAt)
    {
        if (_newerMinute == 0 || _isReached(uint256(_newerMinute) * 1 minutes)) {
            return (number, approvers, complianceSigner, effectiveAt);
        }
        SignerSet storage set = _sets[1 - _olderSet];
        return (set.number, set.approvers, set.complianceSigner, uint64(_newerMinute) * 1 minutes);
    }

    /// @notice Whether a payout to one recipient was paid.
    /// @param payoutId Its ID: {PayoutSentence-idOf}.
    /// @return isPaid True if it was.
    function isPayoutPaid(bytes32 payoutId) external view returns (bool isPaid) {
        return _isPaid[payoutId];
    }

    /// @notice What is stored about a list.
    /// @param root The list's root.
    /// @return batch All zero for an unknown one.
    function batchOf(bytes32 root) external view returns (StoredBatch memory batch) {
        return _batches[root];
    }

    /// @notice Whether a recipient of a list was paid.
    /// @param root The list's root.
    /// @param index The recipient's line, from 0.
    /// @return isPaid True if it was.
    function isClaimPaid(bytes32 root, uint32 index) external view returns (bool isPaid) {
        return _claimed[root][index / 256] & _markOf(index) != 0;
    }

    /// @notice The sentence that approvers sign for a payout to one recipient.
    /// @param payout The payout.
    /// @return text The sentence.
    function payoutSentence(PayoutSentence.Payout calldata payout) public view returns (string memory text) {
        return PayoutSentence.payoutText(payout, _router());
    }

    /// @notice The sentence that approvers sign for a list.
    /// @param batch The list.
    /// @return text The sentence.
    function batchSentence(PayoutSentence.Batch calldata batch) public view returns (string memory text) {
        return PayoutSentence.batchText(batch, _router());
    }

    /// @notice The sentence that approvers sign to resume payments.
    /// @param change The number of the change.
    /// @param expiresAt Until when it may be made, in seconds since 1970 UTC: a whole minute.
    /// @return text The sentence.
    function resumeSentence(uint32 change, uint64 expiresAt) public view returns (string memory text) {
        return PayoutSentence.resumeText(change, expiresAt, _router());
    }

    /// @notice The sentence that approvers sign to set the caps.
    /// @param paymentCap The cap of one payment, in base units.
    /// @param dailyCap The cap of a day, in base units.
    /// @param change The number of the change.
    /// @param expiresAt Until when it may be made, in seconds since 1970 UTC: a whole minute.
    /// @return text The sentence.
    function capsSentence(uint64 paymentCap, uint64 dailyCap, uint32 change, uint64 expiresAt)
        public
        view
        returns (string memory text)
    {
        return PayoutSentence.capsText(paymentCap, dailyCap, change, expiresAt, _router());
    }

    /// @notice The sentence that approvers sign to let another account pause.
    /// @param next Who may pause.
    /// @param change The number of the change.
    /// @param expiresAt Until when it may be made, in seconds since 1970 UTC: a whole minute.
    /// @return text The sentence.
    function pauserSentence(address next, uint32 change, uint64 expiresAt) public view returns (string memory text) {
        return PayoutSentence.pauserText(next, change, expiresAt, _router());
    }

    /// @notice The sentence that approvers sign to hand over to another set. It is the same for all routers of a chain.
    /// @param number The number of the set.
    /// @param approvers The approvers, ascending.
    /// @param complianceSigner Who signs KYC passes.
    /// @param effectiveAt From when on it is in force, in seconds since 1970 UTC: a whole minute.
    /// @return text The sentence.
    function signersSentence(uint32 number, address[3] memory approvers, address complianceSigner, uint64 effectiveAt)
        public
        view
        returns (string memory text)
    {
        return SignerSentence.textOf(
            SignerSentence.Rotation({
                chainId: CHAIN_ID,
                number: number,
                approvers: approvers,
                complianceSigner: complianceSigner,
                effectiveAt: effectiveAt
            })
        );
    }

    /// @dev Pays one recipient by a sentence of its own.
    function _payOne(PayoutSentence.Payout calldata payout, bytes[] calldata signatures) internal {
        _requireAhead(payout.expiresAt, MAX_AHEAD);
        bytes32 payoutId = PayoutSentence.idOf(payout);
        if (_isPaid[payoutId]) revert PayoutAlreadyPaid(payoutId);
        _requireApproved(payoutSentence(payout), signatures);
        uint256 balance = _balanceOf(address(this));
        _requireFunded(balance, payout.amount);

        _isPaid[payoutId] = true;
        emit PayoutPaid(payoutId, payout.payee, payout.amount);
        _pay(payout.payee, payout.amount, balance);
    }

    /// @dev Pays one recipient of an open list.
    function _payClaim(Claim calldata claim_, bytes32[] calldata proof) internal {
        (bytes32 root, uint32 index, uint64 amount) = (claim_.root, claim_.index, claim_.amount);
        StoredBatch storage batch = _openBatch(root);
        _requireNotOver(batch.expiresAt);
        bytes32 leaf = _leafOf(batch.month, claim_);
        if (index >= batch.count || !MerkleProof.verifyCalldata(proof, root, leaf)) revert NotInBatch(root, index);
        uint256 word = _claimed[root][index / 256];
        uint256 mark = _markOf(index);
        if (word & mark != 0) revert AlreadyClaimed(root, index);
        uint64 left = batch.left;
        if (amount > left) revert BatchOverdrawn(root, left, amount);

        _claimed[root][index / 256] = word | mark;
        batch.left = left - amount;
        _reserved -= amount;
        emit BatchPaid(root, claim_.payee, index, amount);
        _pay(claim_.payee, amount, _balanceOf(address(this)));
    }

    /// @dev Who signs KYC passes now.
    function _complianceSigner() internal view returns (address account) {
        return _sets[_setInForce()].complianceSigner;
    }

    /// @dev The day (UTC), counted from 1970-01-01.
    function _today() internal view returns (uint24 day) {
        return uint24(block.timestamp / 1 days);
    }

    /// @dev Refuses a time that is over or more than `most` seconds ahead.
    function _requireAhead(uint256 time, uint256 most) internal view {
        _requireNotOver(time);
        _requireWithin(time, most);
    }

    /// @dev Refuses when a time is over.
    function _requireNotOver(uint256 time) private view {
        if (_isOver(time)) revert Expired(time);
    }

    /// @dev Refuses a time that is more than `most` seconds ahead.
    function _requireWithin(uint256 time, uint256 most) private view {
        uint256 latest = block.timestamp + most;
        if (time > latest) revert TooFarAhead(time, latest);
    }

    /// @dev Counts a payment against the caps and makes it; `balance` is what the router has before it.
    function _pay(address payee, uint64 amount, uint256 balance) private {
        if (payee == address(0) || payee == address(this) || payee == address(TOKEN)) revert PayeeNotAllowed(payee);
        if (amount == 0) revert ZeroValue("amount");
        if (amount > _paymentCap) revert AbovePaymentCap(amount, _paymentCap);
        uint24 today = _today();
        uint64 spent = _spentDay == today ? _spent : 0;
        if (uint256(spent) + amount > _dailyCap) revert AboveDailyCap(spent, amount, _dailyCap);
        (_spentDay, _spent) = (today, spent + amount);

        uint256 balanceOfPayee = _balanceOf(payee);
        // solhint-disable-next-line avoid-low-level-calls
        (bool isTaken,) = address(TOKEN).call(abi.encodeCall(TOKEN.transfer, (payee, amount)));
        if (!isTaken) revert TransferRefused(payee, amount);
        // Sums instead of differences, so that a balance which moved the wrong way is told as that.
        bool isExact = _balanceOf(address(this)) + amount == balance && _balanceOf(payee) == balanceOfPayee + amount;
        if (!isExact) revert TransferNotExact(payee, amount);
    }

    /// @dev Takes a change that the approvers signed, each number once and in order.
    function _acceptChange(uint32 change, uint64 expiresAt, string memory sentence, bytes[] calldata signatures)
        private
    {
        _requireChain();
        _requireAhead(expiresAt, MAX_AHEAD);
        uint32 expected = _changes + 1;
        if (change != expected) revert WrongChangeNumber(expected, change);
        _requireApproved(sentence, signatures);
        _changes = change;
    }

    /// @dev Sets the caps, if they are in their bounds.
    function _setCaps(uint32 change, uint64 paymentCap, uint64 dailyCap) private {
        if (paymentCap < MIN_PAYMENT_CAP || paymentCap > MAX_PAYMENT_CAP) {
            revert CapOutOfBounds(paymentCap, MIN_PAYMENT_CAP, MAX_PAYMENT_CAP);
        }
        if (dailyCap < MIN_DAILY_CAP || dailyCap > MAX_DAILY_CAP) {
            revert CapOutOfBounds(dailyCap, MIN_DAILY_CAP, MAX_DAILY_CAP);
        }
        emit CapsChanged(change, _paymentCap, paymentCap, _dailyCap, dailyCap);
        (_paymentCap, _dailyCap) = (paymentCap, dailyCap);
    }

    /// @dev Sets the pauser, if there is one.
    function _setPauser(uint32 change, address next) private {
        if (next == address(0)) revert ZeroValue("pauser");
        emit PauserChanged(change, _pauser, next);
        _pauser = next;
    }

    /// @dev What an account has of the token, in base units.
    function _balanceOf(address account) private view returns (uint256 balance) {
        return TOKEN.balanceOf(account);
    }

    /// @dev How this router's address is written.
    function _router() private view returns (PayoutSentence.Router memory router) {
        return PayoutSentence.Router(_HEAD, _TAIL);
    }

    /// @dev Refuses a sentence that two of the approvers in force did not sign.
    function _requireApproved(string memory sentence, bytes[] calldata signatures) private view {
        TwoOfThree.requireSigned(_sets[_setInForce()].approvers, SentenceText.digestOf(sentence), signatures);
    }

    /// @dev Refuses what is not there beside the reserve.
    function _requireFunded(uint256 balance, uint256 wanted) private view {
        uint256 available = balance > _reserved ? balance - _reserved : 0;
        if (available < wanted) revert NotFunded(available, wanted);
    }

    /// @dev The list, if it is open.
    function _openBatch(bytes32 root) private view returns (StoredBatch storage batch) {
        batch = _batches[root];
        if (batch.state != BatchState.Open) revert BatchNotOpen(root);
    }

    /// @dev The leaf of a list's line, hashed twice so that no inner node of a tree can pass for one.
    function _leafOf(uint32 month, Claim calldata claim_) private view returns (bytes32 leaf) {
        bytes32 line = keccak256(abi.encode(CHAIN_ID, address(this), month, claim_.index, claim_.payee, claim_.amount));
        return keccak256(bytes.concat(line));
    }

    /// @dev Which of the two sets is in force now.
    function _setInForce() private view returns (uint8 place) {
        uint256 minute = _newerMinute;
        return minute != 0 && _isReached(minute * 1 minutes) ? 1 - _olderSet : _olderSet;
    }

    /// @dev Whether a time has come. Seconds that a block's maker could shift do not matter: times are whole minutes that
    /// people wrote.
    function _isReached(uint256 time) private view returns (bool isReached) {
        // forge-lint: disable-next-line(block-timestamp)
        return block.timestamp >= time;
    }

    /// @dev Whether a time is over; it is not yet in the second that it names.
    function _isOver(uint256 time) private view returns (bool isOver) {
        // forge-lint: disable-next-line(block-timestamp)
        return block.timestamp > time;
    }

    /// @dev The bit of a line in its word of 256.
    function _markOf(uint32 index) private pure returns (uint256 mark) {
        // forge-lint: disable-next-line(incorrect-shift)
        return 1 << (index % 256);
    }

    /// @dev Refuses while payments are stopped.
    function _requireNotPaused() private view {
        if (_isPaused) revert PayoutsArePaused();
    }

    /// @dev Refuses on another chain. A copy of this one that went its own way is another chain only if it says so: on TRON
    /// the chain's ID is taken from the genesis block, so a fork of it keeps the ID, and what was signed holds on both.
    function _requireChain() private view {
        if (block.chainid != CHAIN_ID) revert WrongChain(CHAIN_ID, block.chainid);
    }
}
