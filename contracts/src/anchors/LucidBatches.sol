// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {LucidAnchors} from "./LucidAnchors.sol";

/// @title Anchors of recorded sessions, many at a time
/// @notice Takes one Merkle root over the records of many sessions, so that the cost of each falls as 1/n. Whoever shows
/// that a session ID was used twice voids that use for good.
/// @dev A record is what {LucidAnchors} would have logged: *Opened* (owner, ID, policy hash, ephemeral key) or *Sealed*
/// (owner, ID, manifest hash, Merkle root of the chunks, chunk count). It names its owner, so that who copies a root that
/// he sees waiting has anchored nothing of his own. A leaf is the double hash of a record ({openedLeaf}, {sealedLeaf});
/// inner nodes hash their two children in ascending order, as OpenZeppelin's {MerkleProof} has it.
///
/// Proven as soon as a batch is in a block:
/// - Each record under its root existed by that block and is the account's that anchored it. Nobody can add a record to
///   a root, take one out, or change one.
/// - An account's batches are numbered from 1 without a gap, a root is taken from an account once, and all batches stand
///   in one order ({sequence}).
///
/// Proven only as long as nobody shows the opposite, which is where this differs from {LucidAnchors}:
/// - That a session ID was used once. Records are hashed, so the contract cannot refuse a second use when it is
///   anchored; it voids it when it is shown. A reader asks {isVoid}. An absent flag says that nobody has shown a second
///   use, not that there is none.
/// - That a session has one seal: two different ones void the session.
///
/// What a report voids, so that reading someone's evidence is not enough to void it:
/// - Two different Opened records by one account void its session. The same record in two batches is one use.
/// - Of two accounts the one whose batch came first keeps the ID. Void is what the other opened in batches after that
///   one, and nothing that it had opened before: a record that is anchored again after somebody took its ID is void
///   there, and stands where it stood first.
/// - A session opened in {LucidAnchors} was public from its first second. It is never voided by another account's batch;
///   it voids what that account opened in batches of that second or later. What stands in an earlier second stands.
///
/// Not promised: that a hash means anything, that `count` is the number of records, that a sealed session was opened (a
/// verifier needs both records), or that the owner hears of someone who knew an ID before it was anchored and took it:
/// keep an ID to yourself until its batch is in a block. Nobody can change, remove or pause anything: no privileged
/// account, no upgrade, no Ether in or out.
contract LucidBatches {
    /// @notice Why a session is void.
    enum Reason {
        OpenedTwice,
        OpenedElsewhere,
        SealedTwice
    }

    /// @notice An Opened record and the proof that it is in a batch of an account.
    struct OpenedUse {
        address owner;
        bytes32 policyHash;
        bytes32 ephemeralKey;
        bytes32[] proof;
    }

    /// @notice A Sealed record and the proof that it is in a batch of an account.
    struct SealedUse {
        address owner;
        uint32 chunkCount;
        bytes32 manifestHash;
        bytes32 merkleRoot;
        bytes32[] proof;
    }

    /// @dev The whole of what is stored about a batch: 168 bits, one slot.
    struct Batch {
        uint64 sequence;
        uint40 anchoredAt;
        uint32 number;
        uint32 count;
    }

    /// @dev What was shown of an account's session: 104 bits, one slot.
    struct Flag {
        uint40 voidedAt;
        uint64 fromPlace;
    }

    /// @dev First word of the two kinds of records.
    bytes32 private constant _OPENED = "Opened";
    bytes32 private constant _SEALED = "Sealed";

    /// @notice The contract in which sessions are opened one by one.
    LucidAnchors public immutable ANCHORS;

    /// @notice How many batches there are of all accounts; each has its place among them.
    uint64 public sequence;

    mapping(address owner => uint32) private _numbers;
    mapping(address owner => mapping(bytes32 root => Batch)) private _batches;
    mapping(address owner => mapping(bytes16 sessionId => Flag)) private _flags;

    /// @notice A batch was anchored.
    /// @param owner The account whose records it holds.
    /// @param number The batch's number among those of the account, from 1.
    /// @param root Root of the Merkle tree over the records.
    /// @param count How many records there are, by the account's own word.
    event BatchAnchored(address indexed owner, uint32 indexed number, bytes32 root, uint32 count);

    /// @notice A second use was shown: what the account opened under this ID from a place on counts no more.
    /// @param sessionId The session's ID.
    /// @param owner The account whose use of the ID is void.
    /// @param reason What was shown.
    /// @param fromPlace The place of the first batch that is concerned; 0 for all of them.
    event SessionVoided(bytes16 indexed sessionId, address indexed owner, Reason reason, uint64 fromPlace);

    /// @notice The address given to the constructor has no code.
    /// @param account What was given.
    error NotAContract(address account);

    /// @notice A value that must be there was zero.
    /// @param field The name of the argument.
    error ZeroValue(string field);

    /// @notice The account anchored this root before.
    /// @param owner The account.
    /// @param root The root.
    /// @param number The batch that has it.
    error BatchAlreadyAnchored(address owner, bytes32 root, uint32 number);

    /// @notice The record is in no batch of the account.
    /// @param owner The account.
    /// @param leaf The record's leaf.
    error RecordNotAnchored(address owner, bytes32 leaf);

    /// @notice What was shown are not two uses of the ID.
    /// @param sessionId The ID.
    error NoReuse(bytes16 sessionId);

    /// @notice The account's use is void already, from this place or an earlier one on.
    /// @param sessionId The ID.
    /// @param owner The account.
    error AlreadyVoid(bytes16 sessionId, address owner);

    /// @notice Ties the batches to the anchors whose sessions they may not repeat, for good.
    /// @param anchors A deployed {LucidAnchors}.
    constructor(LucidAnchors anchors) {
        if (address(anchors).code.length == 0) revert NotAContract(address(anchors));
        ANCHORS = anchors;
    }

    /// @notice Anchors a batch of the caller's records.
    /// @param root Root of the Merkle tree over the records; not zero, and not anchored by the caller before.
    /// @param count How many records there are; not zero.
    /// @return number The batch's number among the caller's.
    function anchorBatch(bytes32 root, uint32 count) external returns (uint32 number) {
        if (root == 0) revert ZeroValue("root");
        if (count == 0) revert ZeroValue("count");
        Batch storage batch = _batches[msg.sender][root];
        if (batch.number != 0) revert BatchAlreadyAnchored(msg.sender, root, batch.number);

        number = ++_numbers[msg.sender];
        _batches[msg.sender][root] =
            Batch({sequence: ++sequence, anchoredAt: uint40(block.timestamp), number: number, count: count});
        emit BatchAnchored(msg.sender, number, root, count);
    }

    /// @notice Voids a session of which two Opened records are in batches.
    /// @dev The records must differ. A leaf names its owner, so equal ones are one account's and say the same of one session:
    /// a client that was set back to an earlier state anchors a record again in another batch, and contradicts nothing.
    /// @param sessionId The session's ID.
    /// @param first One of the uses, in any order.
    /// @param second The other.
    function reportReuse(bytes16 sessionId, OpenedUse calldata first, OpenedUse calldata second) external {
        (bytes32 leaf, Batch storage batch) = _opened(sessionId, first);
        (bytes32 otherLeaf, Batch storage other) = _opened(sessionId, second);
        if (leaf == otherLeaf) revert NoReuse(sessionId);

        if (first.owner == second.owner) {
            _void(sessionId, first.owner, Reason.OpenedTwice, 0);
        } else if (batch.sequence < other.sequence) {
            _void(sessionId, second.owner, Reason.OpenedTwice, batch.sequence);
        } else {
            _void(sessionId, first.owner, Reason.OpenedTwice, other.sequence);
        }
    }

    /// @notice Voids a use of an ID in a batch that was opened in {LucidAnchors} too.
    /// @dev Of another account's session the flag begins with the batch that is shown: show the earliest that is not of
    /// an earlier second.
    /// @param sessionId The session's ID.
    /// @param use The use in a batch.
    function reportOpenedElsewhere(bytes16 sessionId, OpenedUse calldata use) external {
        (address owner, uint8 state,, uint64 openedAt) = ANCHORS.sessionOf(sessionId);
        (, Batch storage batch) = _opened(sessionId, use);
        if (state == uint8(LucidAnchors.State.Unknown)) revert NoReuse(sessionId);
        if (owner != use.owner && batch.anchoredAt < openedAt) revert NoReuse(sessionId);

        _void(sessionId, use.owner, Reason.OpenedElsewhere, owner == use.owner ? 0 : batch.sequence);
    }

    /// @notice Voids a session that one account sealed in two different ways.
    /// @param sessionId The session's ID.
    /// @param first One of the seals.
    /// @param second The other, by the same account.
    function reportSecondSeal(bytes16 sessionId, SealedUse calldata first, SealedUse calldata second) external {
        if (first.owner != second.owner) revert NoReuse(sessionId);
        if (_sealed(sessionId, first) == _sealed(sessionId, second)) revert NoReuse(sessionId);

        _void(sessionId, first.owner, Reason.SealedTwice, 0);
    }

    /// @notice Whether a record is in a certain batch of an account.
    /// @param owner The account.
    /// @param number The batch's number, from 1.
    /// @param leaf The record's leaf.
    /// @param proof The hashes beside the path from the leaf to the root.
    /// @return isThere True if it is.
    function isAnchored(address owner, uint32 number, bytes32 leaf, bytes32[] calldata proof)
        external
        view
        returns (bool isThere)
    {
        return number != 0 && _batches[owner][MerkleProof.processProofCalldata(proof, leaf)].number == number;
    }

    /// @notice What is stored about a batch.
    /// @param owner The account that anchored it.
    /// @param root Its root.
    /// @return number Its number among the account's; 0 if the account never anchored this root.
    /// @return count How many records it has, by the account's own word.
    /// @return anchoredAt The timestamp of its block, in seconds UTC.
    /// @return place Its place among all batches, from 1.
    function batchOf(address owner, bytes32 root)
        external
        view
        returns (uint32 number, uint32 count, uint64 anchoredAt, uint64 place)
    {
        Batch storage batch = _batches[owner][root];
        return (batch.number, batch.count, batch.anchoredAt, batch.sequence);
    }

    /// @notice How many batches an account has anchored: the number of its last one.
    /// @param owner The account.
    /// @return count The number.
    function batchCountOf(address owner) external view returns (uint32 count) {
        return _numbers[owner];
    }

    /// @notice Whether what an account opened in a batch of its own is void.
    /// @dev A seal is as void as the opening that it belongs to, whatever batch the seal is in.
    /// @param owner The account.
    /// @param root The root of the batch with the Opened record.
    /// @param sessionId The session's ID.
    /// @return yes True if it was shown to be; of a root that the account never anchored only if all its batches are.
    function isVoid(address owner, bytes32 root, bytes16 sessionId) external view returns (bool yes) {
        Flag storage flag = _flags[owner][sessionId];
        return flag.voidedAt != 0 && _batches[owner][root].sequence >= flag.fromPlace;
    }

    /// @notice What was shown of an account's session.
    /// @param owner The account.
    /// @param sessionId The session's ID.
    /// @return voidedAt The timestamp of the last report that counted, in seconds UTC; 0 if there was none.
    /// @return fromPlace What the account opened in batches of this place or a later one is void; 0 for all of them.
    function flagOf(address owner, bytes16 sessionId) external view returns (uint64 voidedAt, uint64 fromPlace) {
        Flag storage flag = _flags[owner][sessionId];
        return (flag.voidedAt, flag.fromPlace);
    }

    /// @notice The leaf of an Opened record.
    /// @param owner The account that anchors it; in another account's batch it counts for nothing.
    /// @param sessionId The session's ID.
    /// @param policyHash Hash of the policy the session runs under.
    /// @param ephemeralKey Public half of the session's key pair.
    /// @return leaf keccak256 of keccak256 of ("Opened", owner, sessionId, policyHash, ephemeralKey), each one word.
    function openedLeaf(address owner, bytes16 sessionId, bytes32 policyHash, bytes32 ephemeralKey)
        public
        pure
        returns (bytes32 leaf)
    {
        return _leafOf(abi.encode(_OPENED, owner, sessionId, policyHash, ephemeralKey));
    }

    /// @notice The leaf of a Sealed record.
    /// @param owner The account that anchors it; in another account's batch it counts for nothing.
    /// @param sessionId The session's ID.
    /// @param manifestHash Hash of the signed manifest.
    /// @param merkleRoot Root of the Merkle tree over all chunks.
    /// @param chunkCount How many chunks the tree has.
    /// @return leaf keccak256 of keccak256 of ("Sealed", owner, sessionId, manifestHash, merkleRoot, chunkCount), each one word.
    function sealedLeaf(address owner, bytes16 sessionId, bytes32 manifestHash, bytes32 merkleRoot, uint32 chunkCount)
        public
        pure
        returns (bytes32 leaf)
    {
        return _leafOf(abi.encode(_SEALED, owner, sessionId, manifestHash, merkleRoot, chunkCount));
    }

    /// @dev Voids what was opened from a place on; a later report can only lower the place.
    function _void(bytes16 sessionId, address owner, Reason reason, uint64 fromPlace) private {
        Flag storage flag = _flags[owner][sessionId];
        if (flag.voidedAt != 0 && flag.fromPlace <= fromPlace) revert AlreadyVoid(sessionId, owner);
        _flags[owner][sessionId] = Flag({voidedAt: uint40(block.timestamp), fromPlace: fromPlace});
        emit SessionVoided(sessionId, owner, reason, fromPlace);
    }

    /// @dev The leaf of an Opened record, and the batch that it is in.
    function _opened(bytes16 sessionId, OpenedUse calldata use)
        private
        view
        returns (bytes32 leaf, Batch storage batch)
    {
        leaf = openedLeaf(use.owner, sessionId, use.policyHash, use.ephemeralKey);
        batch = _batchWith(use.owner, leaf, use.proof);
    }

    /// @dev The leaf of a Sealed record, which is in some batch.
    function _sealed(bytes16 sessionId, SealedUse calldata use) private view returns (bytes32 leaf) {
        leaf = sealedLeaf(use.owner, sessionId, use.manifestHash, use.merkleRoot, use.chunkCount);
        _batchWith(use.owner, leaf, use.proof);
    }

    /// @dev The account's batch that holds the leaf; there must be one.
    function _batchWith(address owner, bytes32 leaf, bytes32[] calldata proof)
        private
        view
        returns (Batch storage batch)
    {
        batch = _batches[owner][MerkleProof.processProofCalldata(proof, leaf)];
        if (batch.number == 0) revert RecordNotAnchored(owner, leaf);
    }

    /// @dev The double hash: no record can pass for an inner node, which is the hash of two hashes.
    function _leafOf(bytes memory record) private pure returns (bytes32 leaf) {
        return keccak256(bytes.concat(keccak256(record)));
    }
}
