// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidAnchors} from "../anchors/LucidAnchors.sol";

/// @title Commitments to encrypted chunks and to their replicas
/// @notice Records, in batches, which encrypted chunks a session consists of, and who says to hold copies of them.
/// @dev Promises:
/// - Commitments stand under the account that made them and the session's ID. An account commits the chunks of an ID each
///   index once, in order and without a gap, and nobody else's commitments are in its way: not by using the ID before, and
///   not by opening it in {LucidAnchors}.
/// - The commitment is a hash chain over the leaves. It does not depend on how they were cut into batches, so whoever
///   has the leaves recomputes it with {commitmentOver} and needs one storage proof, not every event.
/// - A declaration of replicas covers chunks that a named account committed, names its holder, and is accepted once.
/// - Nobody can change, remove or pause anything: no privileged account, no upgrade, no Ether in or out.
///
/// Storage is one slot a session (28 bytes of hash, 4 bytes of count) and one slot a declaration. The leaves are in the
/// events only.
///
/// Whose commitments count is the reader's to say, and the session's anchor says it to him: the owner that a record in
/// {LucidBatches} names ({commitmentOf} with that owner), or the owner in {LucidAnchors} ({ownersCommitmentOf} asks
/// there). For a session in a batch {ownersCommitmentOf} is wrong: it knows nothing of batches, and gives a stranger's
/// commitments where he opened the same ID in {LucidAnchors}. Another account's commitments under the same ID say
/// nothing of the session.
///
/// Not promised: that who commits owns a session of that ID, that a chunk exists, that a leaf is the hash of anything,
/// that the chain agrees with the root sealed in {LucidAnchors} (compare them: {LucidAnchors} is the one that counts), or
/// that a holder still has, or ever had, what it declared. A declaration is a signed claim to be held against its holder,
/// not a proof of storage. That it stands here does not say that it can be challenged: its holder may have ended it in
/// the second in which he made it, which {LucidStorageProofs} knows.
contract LucidChunkStore {
    /// @notice The most leaves that {commitChunks} takes at once: 256 chunks of 8 to 16 MiB, under 360,000 gas.
    uint256 public constant MAX_BATCH = 256;

    /// @notice The contract that knows who owns a session that was anchored on its own.
    LucidAnchors public immutable ANCHORS;

    /// @dev Start of every chain, so that a commitment means nothing anywhere else.
    bytes private constant _DOMAIN = "Lucid chunk commitment v1";

    /// @dev Commitment in the upper 28 bytes, number of leaves in the lower 4.
    mapping(address owner => mapping(bytes16 sessionId => bytes32)) private _chains;

    /// @dev Timestamp of the block by the hash of everything that was declared.
    mapping(bytes32 declaration => uint256) private _declaredAt;

    /// @notice The next chunks of a session were committed.
    /// @param sessionId The session's ID.
    /// @param owner The account that committed them.
    /// @param firstIndex The index of the first leaf; the others follow it.
    /// @param leaves Merkle leaves of the encrypted chunks.
    /// @param commitment The chain over all leaves committed so far.
    event ChunksCommitted(
        bytes16 indexed sessionId, address indexed owner, uint32 firstIndex, bytes32[] leaves, bytes28 commitment
    );

    /// @notice Someone declared to hold replicas of committed chunks.
    /// @param sessionId The session's ID.
    /// @param owner The account that committed the chunks.
    /// @param holder Who holds them, by its own word.
    /// @param firstIndex The first chunk's index.
    /// @param count How many chunks from there on.
    /// @param replicaRoot Root of the holder's tree over the replicas, as later storage challenges will use it.
    event ReplicasDeclared(
        bytes16 indexed sessionId,
        address indexed owner,
        address indexed holder,
        uint32 firstIndex,
        uint32 count,
        bytes32 replicaRoot
    );

    /// @notice The address given to the constructor has no code.
    /// @param account What was given.
    error NotAContract(address account);

    /// @notice The session was never opened in {LucidAnchors}.
    /// @param sessionId The ID that was given.
    error SessionUnknown(bytes16 sessionId);

    /// @notice Chunks are committed in order and without a gap.
    /// @param sessionId The session's ID.
    /// @param expected The index that is next.
    /// @param given The index that was given.
    error NotContiguous(bytes16 sessionId, uint32 expected, uint32 given);

    /// @notice A batch holds from 1 to {MAX_BATCH} leaves.
    /// @param given How many there were.
    /// @param limit The most there may be.
    error BatchSizeOutOfBounds(uint256 given, uint256 limit);

    /// @notice Replicas can be declared of committed chunks only, and of at least one.
    /// @param sessionId The session's ID.
    /// @param committed How many chunks are committed.
    /// @param firstIndex The first index that was given.
    /// @param count The count that was given.
    error ReplicaRangeNotCommitted(bytes16 sessionId, uint32 committed, uint32 firstIndex, uint32 count);

    /// @notice The caller declared exactly this before.
    /// @param sessionId The session's ID.
    /// @param holder The caller.
    /// @param replicaRoot The root that was given.
    error ReplicasAlreadyDeclared(bytes16 sessionId, address holder, bytes32 replicaRoot);

    /// @notice A value that must be there was zero.
    /// @param field The name of the argument.
    error ZeroValue(string field);

    /// @notice Ties the store to the anchors that {ownersCommitmentOf} asks, for good.
    /// @param anchors A deployed {LucidAnchors}.
    constructor(LucidAnchors anchors) {
        if (address(anchors).code.length == 0) revert NotAContract(address(anchors));
        ANCHORS = anchors;
    }

    /// @notice Commits the next chunks of a session under the caller's account.
    /// @dev The session may be open, sealed, in a batch, or not anchored yet.
    /// @param sessionId The session's ID.
    /// @param firstIndex The index of the first leaf: how many were committed so far.
    /// @param leaves From 1 to {MAX_BATCH} leaves; none zero.
    function commitChunks(bytes16 sessionId, uint32 firstIndex, bytes32[] calldata leaves) external {
        if (leaves.length == 0 || leaves.length > MAX_BATCH) revert BatchSizeOutOfBounds(leaves.length, MAX_BATCH);
        bytes32 chain = _chainOf(msg.sender, sessionId);
        if (firstIndex != _countIn(chain)) revert NotContiguous(sessionId, _countIn(chain), firstIndex);

        chain = _extend(chain, leaves);
        _chains[msg.sender][sessionId] = chain;
        emit ChunksCommitted(sessionId, msg.sender, firstIndex, leaves, _commitmentIn(chain));
    }

    /// @notice Declares that the caller holds replicas of a range of committed chunks.
    /// @dev Costs the same however long the range is. Anyone may declare; it binds nobody but the caller.
    /// @param owner The account that committed the chunks.
    /// @param sessionId The session's ID.
    /// @param firstIndex The first chunk's index.
    /// @param count How many chunks from there on; at least 1, all of them committed.
    /// @param replicaRoot Root of the caller's tree over the replicas; not zero.
    function declareReplicas(address owner, bytes16 sessionId, uint32 firstIndex, uint32 count, bytes32 replicaRoot)
        external
    {
        if (replicaRoot == 0) revert ZeroValue("replicaRoot");
        uint32 committed = _countIn(_chains[owner][sessionId]);
        if (count == 0 || uint256(firstIndex) + count > committed) {
            revert ReplicaRangeNotCommitted(sessionId, committed, firstIndex, count);
        }
        bytes32 declaration = _declarationOf(owner, sessionId, msg.sender, firstIndex, count, replicaRoot);
        if (_declaredAt[declaration] != 0) revert ReplicasAlreadyDeclared(sessionId, msg.sender, replicaRoot);

        _declaredAt[declaration] = block.timestamp;
        emit ReplicasDeclared(sessionId, owner, msg.sender, firstIndex, count, replicaRoot);
    }

    /// @notice What an account committed of a session.
    /// @param owner The account.
    /// @param sessionId The session's ID.
    /// @return commitment The chain over its leaves; of no leaves, the chain's start.
    /// @return count How many leaves were committed.
    function commitmentOf(address owner, bytes16 sessionId) external view returns (bytes28 commitment, uint32 count) {
        bytes32 chain = _chainOf(owner, sessionId);
        return (_commitmentIn(chain), _countIn(chain));
    }

    /// @notice What the owner of a session that was opened in {LucidAnchors} committed of it.
    /// @dev Not for a session that was anchored in a batch: whoever opens its ID in {LucidAnchors} is the owner here.
    /// There, ask {commitmentOf} for the owner that the record names.
    /// @param sessionId The session's ID.
    /// @return owner The account that opened it there.
    /// @return commitment The chain over its leaves; of no leaves, the chain's start.
    /// @return count How many leaves were committed.
    function ownersCommitmentOf(bytes16 sessionId)
        external
        view
        returns (address owner, bytes28 commitment, uint32 count)
    {
        uint8 state;
        // slither-disable-next-line unused-return
        (owner, state,,) = ANCHORS.sessionOf(sessionId);
        if (state == uint8(LucidAnchors.State.Unknown)) revert SessionUnknown(sessionId);
        bytes32 chain = _chainOf(owner, sessionId);
        return (owner, _commitmentIn(chain), _countIn(chain));
    }

    /// @notice When exactly this was declared.
    /// @param owner The account that committed the chunks.
    /// @param sessionId The session's ID.
    /// @param holder Who declared it.
    /// @param firstIndex The first chunk's index.
    /// @param count How many chunks from there on.
    /// @param replicaRoot Root of the holder's tree over the replicas.
    /// @return declaredAt The timestamp of its block, in seconds UTC; 0 if it never was.
    function replicasDeclaredAt(
        address owner,
        bytes16 sessionId,
        address holder,
        uint32 firstIndex,
        uint32 count,
        bytes32 replicaRoot
    ) external view returns (uint64 declaredAt) {
        return uint64(_declaredAt[_declarationOf(owner, sessionId, holder, firstIndex, count, replicaRoot)]);
    }

    /// @notice The commitment that a session with exactly these leaves has; asks nothing of the chain's state.
    /// @param sessionId The session's ID.
    /// @param leaves All its leaves, from index 0 on.
    /// @return commitment What {commitmentOf} says of it.
    function commitmentOver(bytes16 sessionId, bytes32[] calldata leaves) external pure returns (bytes28 commitment) {
        return _commitmentIn(_extend(_startOf(sessionId), leaves));
    }

    /// @dev The session's chain as it stands, or its start.
    function _chainOf(address owner, bytes16 sessionId) private view returns (bytes32 chain) {
        chain = _chains[owner][sessionId];
        if (chain == 0) chain = _startOf(sessionId);
    }

    /// @dev The chain over no leaves: a hash of domain and session, count 0.
    function _startOf(bytes16 sessionId) private pure returns (bytes32 chain) {
        return bytes28(keccak256(bytes.concat(_DOMAIN, sessionId)));
    }

    /// @dev The chain with `leaves` added: each step hashes the 32-byte word (commitment and count) and the leaf.
    function _extend(bytes32 chain, bytes32[] calldata leaves) private pure returns (bytes32) {
        uint32 count = _countIn(chain);
        for (uint256 i = 0; i < leaves.length; ++i) {
            bytes32 leaf = leaves[i];
            if (leaf == 0) revert ZeroValue("leaf");
            ++count;
            chain = _commitmentIn(_hashOf(chain, leaf)) | bytes32(uint256(count));
        }
        return chain;
    }

    /// @dev keccak256 of the two words, in the scratch space that Solidity reserves for hashing, so memory does not grow.
    function _hashOf(bytes32 chain, bytes32 leaf) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(0x00, chain)
            mstore(0x20, leaf)
            hash := keccak256(0x00, 0x40)
        }
    }

    /// @dev The hash in a chain, without the count.
    function _commitmentIn(bytes32 chain) private pure returns (bytes28 commitment) {
        // The cast drops the count, which is the lower 4 bytes, and nothing else.
        // forge-lint: disable-next-line(unsafe-typecast)
        return bytes28(chain);
    }

    /// @dev How many leaves a chain is over.
    function _countIn(bytes32 chain) private pure returns (uint32 count) {
        return uint32(uint256(chain));
    }

    /// @dev Names a declaration by everything in it.
    function _declarationOf(
        address owner,
        bytes16 sessionId,
        address holder,
        uint32 firstIndex,
        uint32 count,
        bytes32 replicaRoot
    ) private pure returns (bytes32 declaration) {
        return keccak256(abi.encode(owner, sessionId, holder, firstIndex, count, replicaRoot));
    }
}
