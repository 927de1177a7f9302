// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {LucidChunkStore} from "./LucidChunkStore.sol";

/// @title Challenges to those who say that they hold replicas
/// @notice Anyone asks the holder of declared replicas for one segment that nobody could foresee. The holder shows it
/// within a window, or has missed; both are recorded and counted.
/// @dev Promises:
/// - A challenge is about a declaration in {LucidChunkStore} and nothing else. Which segment it asks for follows from the
///   hash of the block that the challenge is in, so neither challenger nor holder knows it before that block is made.
/// - A challenge ends once: answered by the holder, with the segment and its path to the declared root; missed; or
///   lapsed, where nobody drew the segment before the chain forgot the hash (256 blocks), so that nobody is blamed for it.
/// - A challenger asks about a declaration at most {MAX_CHALLENGES} times in each period as long as the window, and one
///   challenger's asking takes nothing from another's. A holder does not challenge itself.
/// - A holder can end a declaration. For one window more it is challenged, and each challenge has its whole window; so
///   the end is two windows away. No deadline is after it, the bytes may go then, and it stays ended.
/// - Nobody can change, remove or pause anything: no privileged account, no upgrade, no Ether in or out.
///
/// A replica root is keccak256 of ("Lucid replica tree v1", root of the tree, number of segments). A segment is 1 KiB, its
/// leaf keccak256 of its index (8 bytes) and its bytes; inner nodes hash their two children in ascending order.
///
/// Not promised: that a declared root is that of the real chunks. The root of a range is the same for everyone, so whoever
/// has the chunks computes it and sees a false one; count answers to declarations with the right root only. Nor that two
/// holders have two copies: the segment may be fetched from elsewhere within the window. Whoever makes the block of a
/// challenge can try other blocks until the segment suits him, at the price of the blocks he gives up; where one
/// appliance makes all blocks that price is nothing, and answers prove nothing to others. Nor that a challenger is another
/// party than the holder: who has many accounts asks from many, which drowns nobody else's challenges, and costs him more
/// than it costs the holder where gas costs anything. Judge a holder by the challenges of those you know ({tallyBy}).
contract LucidStorageProofs {
    /// @notice Where a challenge is; it leaves Open once.
    enum State {
        Unknown,
        Open,
        Answered,
        Missed,
        Lapsed
    }

    /// @dev Three slots a challenge, and a fourth if its segment is drawn before it is answered.
    struct Challenge {
        bytes32 replicaRoot;
        address holder;
        uint40 deadline;
        uint48 blockNumber;
        State state;
        address challenger;
        bytes32 seed;
    }

    /// @dev How often a challenger asked about a declaration in the last period in which he did.
    struct Load {
        uint64 period;
        uint8 count;
    }

    /// @dev What became of a holder's challenges.
    struct Tally {
        uint64 challenged;
        uint64 answered;
        uint64 missed;
        uint64 lapsed;
    }

    /// @notice The size of a segment, in bytes.
    uint256 public constant SEGMENT_BYTES = 1024;

    /// @notice The most challenges that one challenger makes about a declaration in a period.
    uint8 public constant MAX_CHALLENGES = 4;

    /// @notice The shortest window that there may be: ten minutes.
    uint32 public constant MIN_WINDOW = 10 minutes;

    /// @notice The longest window that there may be: a week.
    uint32 public constant MAX_WINDOW = 7 days;

    /// @notice The contract that knows who declared what.
    LucidChunkStore public immutable STORE;

    /// @notice How long a holder has to answer, in seconds.
    uint32 public immutable WINDOW;

    /// @dev Start of every replica root, so that it means nothing anywhere else.
    bytes private constant _DOMAIN = "Lucid replica tree v1";

    /// @notice How many challenges there are; they are numbered from 1.
    uint64 public challengeCount;

    mapping(uint64 id => Challenge) private _challenges;
    mapping(bytes32 declaration => mapping(address challenger => Load)) private _loads;
    mapping(bytes32 declaration => uint40) private _endsAt;
    mapping(address holder => Tally) private _tallies;
    mapping(address holder => mapping(address challenger => Tally)) private _talliesBy;

    /// @notice A holder was challenged.
    /// @param id The challenge's number.
    /// @param holder Who has to answer.
    /// @param challenger Who asks.
    /// @param owner The account that committed the chunks.
    /// @param sessionId The session whose chunks are declared.
    /// @param firstIndex The first chunk's index of the declaration.
    /// @param count How many chunks it covers.
    /// @param replicaRoot The declared root.
    /// @param deadline The last second in which an answer counts, UTC.
    event ReplicaChallenged(
        uint64 indexed id,
        address indexed holder,
        address indexed challenger,
        address owner,
        bytes16 sessionId,
        uint32 firstIndex,
        uint32 count,
        bytes32 replicaRoot,
        uint40 deadline
    );

    /// @notice The hash that a challenge's segment follows from was kept.
    /// @param id The challenge's number.
    /// @param seed The hash.
    event SegmentDrawn(uint64 indexed id, bytes32 seed);

    /// @notice A holder showed the segment that was asked for.
    /// @param id The challenge's number.
    /// @param holder Who answered.
    /// @param segment The segment's index.
    event ChallengeAnswered(uint64 indexed id, address indexed holder, uint64 segment);

    /// @notice A holder did not answer within the window.
    /// @param id The challenge's number.
    /// @param holder Who did not.
    event ChallengeMissed(uint64 indexed id, address indexed holder);

    /// @notice A challenge ended without blame: its segment was never drawn.
    /// @param id The challenge's number.
    /// @param holder Who had been asked.
    event ChallengeLapsed(uint64 indexed id, address indexed holder);

    /// @notice A holder said that it holds no longer what it declared.
    /// @param holder The holder.
    /// @param owner The account that committed the chunks.
    /// @param sessionId The session whose chunks are declared.
    /// @param firstIndex The first chunk's index of the declaration.
    /// @param count How many chunks it covers.
    /// @param replicaRoot The declared root.
    /// @param endsAt The last second in which an answer can be asked for, UTC; no deadline is after it.
    event DeclarationEnded(
        address indexed holder,
        address indexed owner,
        bytes16 indexed sessionId,
        uint32 firstIndex,
        uint32 count,
        bytes32 replicaRoot,
        uint40 endsAt
    );

    /// @notice The address given to the constructor has no code.
    /// @param account What was given.
    error NotAContract(address account);

    /// @notice The window given to the constructor is too short or too long.
    /// @param given What was given, in seconds.
    /// @param least The shortest there may be.
    /// @param most The longest there may be.
    error WindowOutOfBounds(uint32 given, uint32 least, uint32 most);

    /// @notice Exactly this was never declared in {LucidChunkStore}.
    /// @param owner The account that would have committed the chunks.
    /// @param sessionId The session's ID.
    /// @param holder Who would have declared it.
    /// @param replicaRoot The root that was given.
    error NotDeclared(address owner, bytes16 sessionId, address holder, bytes32 replicaRoot);

    /// @notice The challenger has asked about this declaration as often as he may in this period.
    /// @param holder The holder.
    /// @param challenger Who asks.
    /// @param until When the next period begins, in seconds UTC.
    error ChallengedEnough(address holder, address challenger, uint64 until);

    /// @notice A holder does not challenge itself.
    /// @param holder The holder.
    error OwnChallenge(address holder);

    /// @notice The holder has ended this declaration, and a window that begins now would end after it.
    /// @param holder The holder.
    /// @param endsAt The last second in which an answer can be asked for, UTC.
    error DeclarationOver(address holder, uint40 endsAt);

    /// @notice There is no such challenge, or it has ended.
    /// @param id The number that was given.
    error ChallengeNotOpen(uint64 id);

    /// @notice Only the challenged holder may do this.
    /// @param id The challenge's number.
    /// @param caller Who tried.
    error NotHolder(uint64 id, address caller);

    /// @notice The window is over.
    /// @param id The challenge's number.
    /// @param deadline The last second in which an answer counted.
    error WindowOver(uint64 id, uint40 deadline);

    /// @notice The window is not over yet.
    /// @param id The challenge's number.
    /// @param deadline The last second in which an answer counts.
    error WindowRunning(uint64 id, uint40 deadline);

    /// @notice The segment cannot be known: its block is not made yet, or its hash was forgotten before it was drawn.
    /// @param id The challenge's number.
    /// @param blockNumber The block whose hash decides.
    error SegmentUnknown(uint64 id, uint48 blockNumber);

    /// @notice The segment was drawn already.
    /// @param id The challenge's number.
    error SegmentAlreadyDrawn(uint64 id);

    /// @notice The tree's root and number of segments do not give the declared root.
    /// @param given The root they give.
    /// @param declared The root that was declared.
    error OtherReplica(bytes32 given, bytes32 declared);

    /// @notice A segment has {SEGMENT_BYTES} bytes; the last of a chunk is filled up with zeros.
    /// @param given How many there were.
    error NotASegment(uint256 given);

    /// @notice The segment's path does not lead to the root.
    /// @param id The challenge's number.
    /// @param segment The index of the segment that was asked for.
    error WrongSegment(uint64 id, uint64 segment);

    /// @notice Ties the challenges to the declarations they are about, and fixes the window, for good.
    /// @param store A deployed {LucidChunkStore}.
    /// @param window How long a holder has, in seconds; from {MIN_WINDOW} to {MAX_WINDOW}.
    constructor(LucidChunkStore store, uint32 window) {
        if (address(store).code.length == 0) revert NotAContract(address(store));
        if (window < MIN_WINDOW || window > MAX_WINDOW) revert WindowOutOfBounds(window, MIN_WINDOW, MAX_WINDOW);
        STORE = store;
        WINDOW = window;
    }

    /// @notice Challenges a holder to show a segment of what it declared.
    /// @param owner The account that committed the chunks.
    /// @param sessionId The session's ID.
    /// @param holder Who declared it; not the caller.
    /// @param firstIndex The first chunk's index.
    /// @param count How many chunks from there on.
    /// @param replicaRoot The declared root.
    /// @return id The challenge's number.
    function challenge(
        address owner,
        bytes16 sessionId,
        address holder,
        uint32 firstIndex,
        uint32 count,
        bytes32 replicaRoot
    ) external returns (uint64 id) {
        if (msg.sender == holder) revert OwnChallenge(holder);
        bytes32 declaration = _declared(owner, sessionId, holder, firstIndex, count, replicaRoot);
        _requireNotAfterEnd(declaration, holder, block.timestamp + WINDOW);
        _bear(declaration, holder);

        id = ++challengeCount;
        uint40 deadline = uint40(block.timestamp + WINDOW);
        Challenge storage asked = _challenges[id];
        asked.replicaRoot = replicaRoot;
        (asked.holder, asked.deadline, asked.blockNumber, asked.state) =
        (holder, deadline, uint48(block.number), State.Open);
        asked.challenger = msg.sender;
        ++_tallies[holder].challenged;
        ++_talliesBy[holder][msg.sender].challenged;
        emit ReplicaChallenged(id, holder, msg.sender, owner, sessionId, firstIndex, count, replicaRoot, deadline);
    }

    /// @notice Ends a declaration of the caller's, two windows from now and for good.
    /// @dev In the first of them there can be more challenges, in the second those are answered: nobody escapes one by
    /// ending, and nobody who deletes the bytes after the end is blamed for it.
    /// @param owner The account that committed the chunks.
    /// @param sessionId The session's ID.
    /// @param firstIndex The first chunk's index.
    /// @param count How many chunks from there on.
    /// @param replicaRoot The declared root.
    function endDeclaration(address owner, bytes16 sessionId, uint32 firstIndex, uint32 count, bytes32 replicaRoot)
        external
    {
        bytes32 declaration = _declared(owner, sessionId, msg.sender, firstIndex, count, replicaRoot);
        if (_endsAt[declaration] != 0) revert DeclarationOver(msg.sender, _endsAt[declaration]);

        uint40 endsAt = uint40(block.timestamp + 2 * uint256(WINDOW));
        _endsAt[declaration] = endsAt;
        emit DeclarationEnded(msg.sender, owner, sessionId, firstIndex, count, replicaRoot, endsAt);
    }

    /// @notice Keeps the hash that decides a challenge's segment, before the chain forgets it after 256 blocks.
    /// @dev Anyone may; an answer within 256 blocks needs no draw.
    /// @param id The challenge's number.
    function draw(uint64 id) external {
        Challenge storage asked = _openChallenge(id);
        if (asked.seed != 0) revert SegmentAlreadyDrawn(id);

        asked.seed = _seedOf(id, asked);
        emit SegmentDrawn(id, asked.seed);
    }

    /// @notice Answers a challenge with the segment that it asks for.
    /// @param id The challenge's number.
    /// @param treeRoot Root of the tree over the segments.
    /// @param segmentCount How many segments the tree has.
    /// @param segment The bytes of the segment, {SEGMENT_BYTES} of them.
    /// @param path The hashes beside the path from the segment's leaf to the root.
    function answer(uint64 id, bytes32 treeRoot, uint64 segmentCount, bytes calldata segment, bytes32[] calldata path)
        external
    {
        Challenge storage asked = _openChallenge(id);
        address holder = asked.holder;
        if (msg.sender != holder) revert NotHolder(id, msg.sender);
        // The makers of blocks can shift a deadline by seconds; windows are at least ten minutes.
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp > asked.deadline) revert WindowOver(id, asked.deadline);
        bytes32 root = replicaRootOf(treeRoot, segmentCount);
        if (root != asked.replicaRoot) revert OtherReplica(root, asked.replicaRoot);
        if (segment.length != SEGMENT_BYTES) revert NotASegment(segment.length);
        uint64 index = _indexOf(id, asked, segmentCount);
        bytes32 leaf = keccak256(abi.encodePacked(index, segment));
        if (MerkleProof.processProofCalldata(path, leaf) != treeRoot) revert WrongSegment(id, index);

        asked.state = State.Answered;
        ++_tallies[holder].answered;
        ++_talliesBy[holder][asked.challenger].answered;
        emit ChallengeAnswered(id, holder, index);
    }

    /// @notice Records that a challenge was not answered within the window.
    /// @dev Missed if the segment was drawn, or can be drawn now; lapsed if nobody drew it in time.
    /// @param id The challenge's number.
    function recordUnanswered(uint64 id) external {
        Challenge storage asked = _openChallenge(id);
        address holder = asked.holder;
        // forge-lint: disable-next-line(block-timestamp)
        if (block.timestamp <= asked.deadline) revert WindowRunning(id, asked.deadline);

        if (asked.seed != 0 || blockhash(asked.blockNumber) != 0) {
            asked.state = State.Missed;
            ++_tallies[holder].missed;
            ++_talliesBy[holder][asked.challenger].missed;
            emit ChallengeMissed(id, holder);
        } else {
            asked.state = State.Lapsed;
            ++_tallies[holder].lapsed;
            ++_talliesBy[holder][asked.challenger].lapsed;
            emit ChallengeLapsed(id, holder);
        }
    }

    /// @notice What is stored about a challenge.
    /// @param id The challenge's number.
    /// @return holder Who has to answer; zero for an unknown one.
    /// @return state 0 unknown, 1 open, 2 answered, 3 missed, 4 lapsed.
    /// @return deadline The last second in which an answer counts, UTC.
    /// @return blockNumber The block whose hash decides the segment.
    /// @return replicaRoot The root that was declared.
    /// @return seed That hash, once it was drawn; else zero.
    function challengeOf(uint64 id)
        external
        view
        returns (address holder, uint8 state, uint64 deadline, uint64 blockNumber, bytes32 replicaRoot, bytes32 seed)
    {
        Challenge storage asked = _challenges[id];
        return (asked.holder, uint8(asked.state), asked.deadline, asked.blockNumber, asked.replicaRoot, asked.seed);
    }

    /// @notice When a declaration ends: it is challenged until one {WINDOW} before that, and answered until then.
    /// @param owner The account that committed the chunks.
    /// @param sessionId The session's ID.
    /// @param holder Who declared it.
    /// @param firstIndex The first chunk's index.
    /// @param count How many chunks from there on.
    /// @param replicaRoot The declared root.
    /// @return endsAt The last second, UTC; 0 where the holder has not ended it.
    function endsAtOf(
        address owner,
        bytes16 sessionId,
        address holder,
        uint32 firstIndex,
        uint32 count,
        bytes32 replicaRoot
    ) external view returns (uint64 endsAt) {
        return _endsAt[_declared(owner, sessionId, holder, firstIndex, count, replicaRoot)];
    }

    /// @notice Which segment an open challenge asks for.
    /// @param id The challenge's number.
    /// @param segmentCount How many segments the replica has.
    /// @return segment Its index, from 0.
    function segmentOf(uint64 id, uint64 segmentCount) external view returns (uint64 segment) {
        return _indexOf(id, _openChallenge(id), segmentCount);
    }

    /// @notice What became of a holder's challenges, whoever asked: strangers, and the holder's own other accounts, too.
    /// @param holder The holder.
    /// @return challenged How many there were.
    /// @return answered How many it answered.
    /// @return missed How many it missed.
    /// @return lapsed How many ended without blame.
    function tallyOf(address holder)
        external
        view
        returns (uint64 challenged, uint64 answered, uint64 missed, uint64 lapsed)
    {
        Tally storage tally = _tallies[holder];
        return (tally.challenged, tally.answered, tally.missed, tally.lapsed);
    }

    /// @notice What became of a holder's challenges by one challenger. A reader adds up those that he knows.
    /// @param holder The holder.
    /// @param challenger Who asked.
    /// @return challenged How many there were.
    /// @return answered How many it answered.
    /// @return missed How many it missed.
    /// @return lapsed How many ended without blame.
    function tallyBy(address holder, address challenger)
        external
        view
        returns (uint64 challenged, uint64 answered, uint64 missed, uint64 lapsed)
    {
        Tally storage tally = _talliesBy[holder][challenger];
        return (tally.challenged, tally.answered, tally.missed, tally.lapsed);
    }

    /// @notice The replica root of a tree.
    /// @param treeRoot Root of the tree over the segments.
    /// @param segmentCount How many segments the tree has.
    /// @return replicaRoot What a holder declares.
    function replicaRootOf(bytes32 treeRoot, uint64 segmentCount) public pure returns (bytes32 replicaRoot) {
        return keccak256(bytes.concat(_DOMAIN, treeRoot, bytes8(segmentCount)));
    }

    /// @dev Counts a challenge against the challenger's measure of the period.
    function _bear(bytes32 declaration, address holder) private {
        Load storage load = _loads[declaration][msg.sender];
        uint64 period = uint64(block.timestamp / WINDOW);
        if (load.period != period) (load.period, load.count) = (period, 0);
        if (load.count == MAX_CHALLENGES) revert ChallengedEnough(holder, msg.sender, (period + 1) * WINDOW);
        ++load.count;
    }

    /// @dev Refuses a deadline after the declaration's end.
    function _requireNotAfterEnd(bytes32 declaration, address holder, uint256 deadline) private view {
        uint40 endsAt = _endsAt[declaration];
        if (endsAt != 0 && deadline > endsAt) revert DeclarationOver(holder, endsAt);
    }

    /// @dev The name of a declaration, if it is in {LucidChunkStore}.
    function _declared(
        address owner,
        bytes16 sessionId,
        address holder,
        uint32 firstIndex,
        uint32 count,
        bytes32 replicaRoot
    ) private view returns (bytes32 declaration) {
        if (STORE.replicasDeclaredAt(owner, sessionId, holder, firstIndex, count, replicaRoot) == 0) {
            revert NotDeclared(owner, sessionId, holder, replicaRoot);
        }
        return keccak256(abi.encode(owner, sessionId, holder, firstIndex, count, replicaRoot));
    }

    /// @dev The challenge, if it is open.
    function _openChallenge(uint64 id) private view returns (Challenge storage asked) {
        asked = _challenges[id];
        if (asked.state != State.Open) revert ChallengeNotOpen(id);
    }

    /// @dev The index that a challenge asks for. The bias of the remainder is below 2^-192.
    function _indexOf(uint64 id, Challenge storage asked, uint64 segmentCount) private view returns (uint64 index) {
        if (segmentCount == 0) revert WrongSegment(id, 0);
        return uint64(uint256(keccak256(abi.encode(_seedOf(id, asked), id))) % segmentCount);
    }

    /// @dev The hash that decides a challenge's segment: what was drawn, or what the chain still knows.
    function _seedOf(uint64 id, Challenge storage asked) private view returns (bytes32 seed) {
        seed = asked.seed;
        if (seed == 0) seed = blockhash(asked.blockNumber);
        if (seed == 0) revert SegmentUnknown(id, asked.blockNumber);
    }
}
