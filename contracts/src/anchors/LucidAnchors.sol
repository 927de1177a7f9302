// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @title Anchors of recorded sessions
/// @notice Opens each session under an ID that is accepted once and never again, and records what the session's owner
/// sealed: a policy and an ephemeral key at the start, Merkle roots on the way, manifest and final root at the end.
/// @dev Promises:
/// - An ID that was ever opened is refused for ever, by whoever and in whatever state it is.
/// - Only the account that opened a session adds to it, and nobody after it was sealed. A session is sealed at most once.
/// - Progress counts rise strictly; the sealed count is not below the last of them.
/// - Nobody can change, remove or pause anything: no privileged account, no upgrade, no Ether in or out.
///
/// Storage is one slot a session. Everything else is in the events, which the receipts root of their block proves.
///
/// Not promised: that a root or hash means anything (the contract never sees a recording), that two anchors of one
/// chunk index agree (both stay visible), or that a session is ever sealed. Someone who watches waiting transactions can
/// open an ID first; its owner then sees {SessionAlreadyKnown} and takes another, since IDs are random and cost nothing.
contract LucidAnchors {
    /// @notice Where a session is in its life; it only ever moves to the right.
    enum State {
        Unknown,
        Open,
        Sealed
    }

    /// @dev The whole of what is stored about a session: 248 bits, one slot.
    struct Session {
        address owner;
        uint40 openedAt;
        uint32 progressCount;
        State state;
    }

    mapping(bytes16 sessionId => Session) private _sessions;

    /// @notice A session was opened under an ID never seen before.
    /// @param sessionId The session's ID: a UUIDv4, 16 bytes in network order.
    /// @param owner The account that opened it, and the only one that can add to it.
    /// @param policyHash Hash of the policy the session runs under; another policy voids the session.
    /// @param ephemeralKey Public half of the key pair made for this session alone.
    event SessionOpened(bytes16 indexed sessionId, address indexed owner, bytes32 policyHash, bytes32 ephemeralKey);

    /// @notice A session was sealed; nothing can be added to it any more.
    /// @param sessionId The session's ID.
    /// @param owner The account that opened and sealed it.
    /// @param manifestHash Hash of the signed manifest.
    /// @param merkleRoot Root of the Merkle tree over all chunks.
    /// @param chunkCount How many chunks the tree has.
    /// @param progressCount The chunk count of the last progress, 0 if there was none, so that none can be left out.
    event SessionSealed(
        bytes16 indexed sessionId,
        address indexed owner,
        bytes32 manifestHash,
        bytes32 merkleRoot,
        uint32 chunkCount,
        uint32 progressCount
    );

    /// @notice One chunk of an open session was anchored by itself.
    /// @param sessionId The session's ID.
    /// @param owner The session's owner.
    /// @param index The chunk's index in the session, from 0.
    /// @param leaf The chunk's leaf in the Merkle tree.
    event ChunkAnchored(bytes16 indexed sessionId, address indexed owner, uint32 index, bytes32 leaf);

    /// @notice What was sealed so far of an open session was anchored.
    /// @param sessionId The session's ID.
    /// @param owner The session's owner.
    /// @param merkleRoot Root of the Merkle tree over the first `chunkCount` chunks.
    /// @param chunkCount How many chunks the tree has so far.
    event ProgressAnchored(bytes16 indexed sessionId, address indexed owner, bytes32 merkleRoot, uint32 chunkCount);

    /// @notice The ID was opened before, by whoever; IDs are single use.
    /// @param sessionId The ID that was given.
    error SessionAlreadyKnown(bytes16 sessionId);

    /// @notice The session was never opened, or is sealed already.
    /// @param sessionId The ID that was given.
    error SessionNotOpen(bytes16 sessionId);

    /// @notice Only the account that opened the session may do this.
    /// @param sessionId The session's ID.
    /// @param caller Who tried.
    error NotSessionOwner(bytes16 sessionId, address caller);

    /// @notice Progress must cover more chunks than the last one did.
    /// @param sessionId The session's ID.
    /// @param last The count last anchored, 0 if none.
    /// @param given The count that was given.
    error ProgressNotRising(bytes16 sessionId, uint32 last, uint32 given);

    /// @notice A seal cannot cover fewer chunks than the progress anchored before it.
    /// @param sessionId The session's ID.
    /// @param last The count last anchored as progress.
    /// @param given The count that was given.
    error SealBelowProgress(bytes16 sessionId, uint32 last, uint32 given);

    /// @notice A value that must be there was zero.
    /// @param field The name of the argument.
    error ZeroValue(string field);

    /// @notice Opens a session. The caller becomes its owner.
    /// @param sessionId A fresh UUIDv4, 16 bytes in network order; not zero, never seen before.
    /// @param policyHash Hash of the policy in force; not zero.
    /// @param ephemeralKey Public half of the session's key pair; not zero.
    function openSession(bytes16 sessionId, bytes32 policyHash, bytes32 ephemeralKey) external {
        _requireValue(sessionId, "sessionId");
        _requireValue(policyHash, "policyHash");
        _requireValue(ephemeralKey, "ephemeralKey");
        if (_sessions[sessionId].state != State.Unknown) revert SessionAlreadyKnown(sessionId);

        _sessions[sessionId] =
            Session({owner: msg.sender, openedAt: uint40(block.timestamp), progressCount: 0, state: State.Open});
        emit SessionOpened(sessionId, msg.sender, policyHash, ephemeralKey);
    }

    /// @notice Seals an open session, once and for good.
    /// @param sessionId The session's ID.
    /// @param manifestHash Hash of the signed manifest; not zero.
    /// @param merkleRoot Root over all chunks; not zero, unless the session has no chunk and so no tree.
    /// @param chunkCount How many chunks there are; not below the last progress.
    function sealSession(bytes16 sessionId, bytes32 manifestHash, bytes32 merkleRoot, uint32 chunkCount) external {
        Session storage session = _openSessionOfCaller(sessionId);
        _requireValue(manifestHash, "manifestHash");
        if (chunkCount != 0) _requireValue(merkleRoot, "merkleRoot");
        uint32 last = session.progressCount;
        if (chunkCount < last) revert SealBelowProgress(sessionId, last, chunkCount);

        session.state = State.Sealed;
        emit SessionSealed(sessionId, msg.sender, manifestHash, merkleRoot, chunkCount, last);
    }

    /// @notice Anchors one chunk of an open session, at once instead of with the next root.
    /// @dev Nothing is stored: a second anchor of the same index is a second event, and both can be proved.
    /// @param sessionId The session's ID.
    /// @param index The chunk's index, from 0.
    /// @param leaf The chunk's leaf in the Merkle tree; not zero.
    function anchorChunk(bytes16 sessionId, uint32 index, bytes32 leaf) external {
        _openSessionOfCaller(sessionId);
        _requireValue(leaf, "leaf");

        emit ChunkAnchored(sessionId, msg.sender, index, leaf);
    }

    /// @notice Anchors what an open session has sealed so far, so that it stays provable if the appliance is lost.
    /// @param sessionId The session's ID.
    /// @param merkleRoot Root over the first `chunkCount` chunks; not zero.
    /// @param chunkCount How many chunks that is; more than last time.
    function anchorProgress(bytes16 sessionId, bytes32 merkleRoot, uint32 chunkCount) external {
        Session storage session = _openSessionOfCaller(sessionId);
        _requireValue(merkleRoot, "merkleRoot");
        uint32 last = session.progressCount;
        if (chunkCount <= last) revert ProgressNotRising(sessionId, last, chunkCount);

        session.progressCount = chunkCount;
        emit ProgressAnchored(sessionId, msg.sender, merkleRoot, chunkCount);
    }

    /// @notice What is stored about a session.
    /// @param sessionId The session's ID.
    /// @return owner The account that opened it; zero for an unknown ID.
    /// @return state 0 unknown, 1 open, 2 sealed.
    /// @return progressCount The chunk count of the last progress, 0 if there was none; sealing leaves it as it is.
    /// @return openedAt The timestamp of the block it was opened in, in seconds UTC; 0 for an unknown ID.
    function sessionOf(bytes16 sessionId)
        external
        view
        returns (address owner, uint8 state, uint32 progressCount, uint64 openedAt)
    {
        Session storage session = _sessions[sessionId];
        return (session.owner, uint8(session.state), session.progressCount, session.openedAt);
    }

    /// @dev The session, if it is open and the caller's; the state is judged first, since it is public anyway.
    function _openSessionOfCaller(bytes16 sessionId) private view returns (Session storage session) {
        session = _sessions[sessionId];
        if (session.state != State.Open) revert SessionNotOpen(sessionId);
        if (session.owner != msg.sender) revert NotSessionOwner(sessionId, msg.sender);
    }

    /// @dev Refuses a zero, naming the argument.
    function _requireValue(bytes32 value, string memory field) private pure {
        if (value == 0) revert ZeroValue(field);
    }
}
