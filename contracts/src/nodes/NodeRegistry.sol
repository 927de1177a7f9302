// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistryLike} from "../governance/ParamRegistryLike.sol";
import {Months} from "../work/Months.sol";
import {IERC5192} from "./IERC5192.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

/// @title The nodes and whose they are
/// @notice Registers each node as a token that cannot be moved: its number, its operator, the key it signs with, the
/// identity of its device, the pool that took it in, and the hash of its onion statement.
/// @dev Promises:
/// - A node's number and operator never change; a number is given once. The token is soul-bound (ERC-5192).
/// - A node has exactly one key at any moment from its registration until it leaves. A key is one node's, once, for
///   ever, and has itself signed (EIP-712) that it wants to be: nobody registers a key that is not theirs.
/// - Which node a key was at a moment that has passed never changes ({keyWasOf}), so votes can be counted by it.
/// - A pool is paid for a node only after both agreed; either ends it alone.
/// - Who announces to leave stays until a month begins, at least one whole month later: the set of nodes that may vote
///   does not change within a month, nor once it was made for the next.
/// - Nobody can change, remove or pause a node but its operator (and its key or pool where it says so): there is no
///   privileged account, no upgrade, no Ether in or out. One limit, `maxNodesPerOperator`, is governance's.
///
/// Not promised: that an identity key or an onion statement is the node's own. The chain cannot check Ed25519 at a
/// sane price; whoever relies on the two checks the statement, which the identity key signed and which names the node.
/// An operator with several accounts is several operators here. Nor that a pool is paid for the work done in it: who is
/// paid is who the node belongs to when a reward is brought, and an operator may leave right before.
contract NodeRegistry is ERC721, EIP712, IERC5192 {
    /// @notice What is kept about a node.
    struct Node {
        address operator;
        uint48 registeredAt;
        uint48 departsAt; // 0 while nobody announced it
        address key; // what it signs and votes with
        address pool; // the pool that took it in, or zero
        address askedPool; // the pool that its operator asked and that has not answered, or zero
        bytes32 identityKey; // Ed25519, the device's own
        bytes32 onionStatementHash;
    }

    /// @dev When a key is its node's: from a moment up to, but not including, another.
    struct Span {
        uint160 nodeId;
        uint48 from;
        uint48 until;
    }

    bytes32 private constant REGISTER_TYPEHASH = keccak256(
        "Register(address operator,address nodeKey,bytes32 identityKey,address pool,bytes32 onionStatementHash)"
    );
    bytes32 private constant ROTATE_TYPEHASH = keccak256("RotateKey(uint256 nodeId,address newKey)");
    bytes32 private constant MAX_NODES = "maxNodesPerOperator";

    /// @notice Where the limit of nodes an operator comes from.
    ParamRegistryLike public immutable PARAMS;

    uint256 private _last;
    uint256 private _count;
    mapping(uint256 nodeId => Node) private _nodes;
    mapping(address key => Span) private _spans;

    /// @notice A node was registered.
    /// @param nodeId Its number and token ID, from 1.
    /// @param operator Who runs it, for good.
    /// @param nodeKey The key it signs and votes with.
    /// @param identityKey Its device's Ed25519 key.
    /// @param onionStatementHash Hash of the statement in which the identity key names node and onion service.
    event NodeRegistered(
        uint256 indexed nodeId,
        address indexed operator,
        address indexed nodeKey,
        bytes32 identityKey,
        bytes32 onionStatementHash
    );

    /// @notice A node has another key from this block on; it is still the same node.
    /// @param nodeId The node's number.
    /// @param oldKey The key that is nobody's from now on.
    /// @param newKey The key that is the node's from now on.
    event NodeKeyRotated(uint256 indexed nodeId, address indexed oldKey, address indexed newKey);

    /// @notice A node's onion statement was replaced.
    /// @param nodeId The node's number.
    /// @param onionStatementHash Hash of the new statement.
    event OnionStatementChanged(uint256 indexed nodeId, bytes32 onionStatementHash);

    /// @notice A node's operator asked a pool to take it in, or, with zero, asks none any more.
    /// @param nodeId The node's number.
    /// @param pool The pool.
    event PoolAsked(uint256 indexed nodeId, address indexed pool);

    /// @notice A pool took a node in, and is paid for it from this block on.
    /// @param nodeId The node's number.
    /// @param pool The pool.
    event PoolJoined(uint256 indexed nodeId, address indexed pool);

    /// @notice A node is in its pool no longer; its operator is paid from this block on.
    /// @param nodeId The node's number.
    /// @param pool The pool.
    event PoolLeft(uint256 indexed nodeId, address indexed pool);

    /// @notice A node's operator announced that it leaves; nothing takes that back.
    /// @param nodeId The node's number.
    /// @param operator Its operator.
    /// @param departsAt The first second in which it is no node: the beginning of a month.
    event DepartureAnnounced(uint256 indexed nodeId, address indexed operator, uint48 departsAt);

    /// @notice A node that had left was taken off its operator's count, and its token burnt.
    /// @param nodeId The node's number, never given again.
    /// @param operator Its operator.
    event NodeDeparted(uint256 indexed nodeId, address indexed operator);

    /// @notice A value that must be there was zero.
    /// @param field The name of the argument.
    error ZeroValue(string field);

    /// @notice The key is or was a node's; keys are single use.
    /// @param key The key that was given.
    error KeyAlreadyUsed(address key);

    /// @notice The signature is not the key's over exactly this wish.
    /// @param key The key that should have signed.
    error KeyNotProven(address key);

    /// @notice The operator has as many nodes as one may have.
    /// @param operator The operator.
    /// @param most How many one may have now.
    error TooManyNodes(address operator, uint256 most);

    /// @notice There is no node of this number, or it has left.
    /// @param nodeId The number that was given.
    error NodeUnknown(uint256 nodeId);

    /// @notice Only the node's operator may do this, and where it says so its key or pool.
    /// @param nodeId The node's number.
    /// @param caller Who tried.
    error NotAllowed(uint256 nodeId, address caller);

    /// @notice The node is in no pool.
    /// @param nodeId The node's number.
    error NotInPool(uint256 nodeId);

    /// @notice The node's departure was announced already.
    /// @param nodeId The node's number.
    /// @param departsAt When it leaves.
    error DepartureAlreadyAnnounced(uint256 nodeId, uint48 departsAt);

    /// @notice The node has not left yet.
    /// @param nodeId The node's number.
    /// @param departsAt When it leaves; 0 if nobody announced it.
    error NotDepartedYet(uint256 nodeId, uint48 departsAt);

    /// @notice The moment has not passed, so what is asked of it may still change.
    /// @param timepoint The moment that was given.
    /// @param now_ The block's time.
    error TimepointNotPast(uint48 timepoint, uint48 now_);

    /// @notice A node's token stays its operator's: it is not transferred and nobody is approved for it.
    error Soulbound();

    /// @notice Sets where the limit of nodes an operator comes from.
    /// @param params The registry of parameters; not zero.
    constructor(ParamRegistryLike params) ERC721("Lucid Node", "LUCIDNODE") EIP712("Lucid", "1") {
        if (address(params) == address(0)) revert ZeroValue("params");
        PARAMS = params;
    }

    /// @notice Registers a node. The caller becomes its operator, for good.
    /// @param nodeKey The key it will sign and vote with; never used for a node before.
    /// @param identityKey Its device's Ed25519 key; not zero.
    /// @param pool The pool asked to take it in, or zero. The operator is paid until the pool has agreed.
    /// @param onionStatementHash Hash of the statement in which the identity key names node and onion; not zero.
    /// @param signature The node key's, by EIP-712, over `Register(operator, nodeKey, identityKey, pool,
    /// onionStatementHash)`, 65 bytes.
    /// @return nodeId The node's number, from 1.
    function register(
        address nodeKey,
        bytes32 identityKey,
        address pool,
        bytes32 onionStatementHash,
        bytes calldata signature
    ) external returns (uint256 nodeId) {
        if (identityKey == 0) revert ZeroValue("identityKey");
        if (onionStatementHash == 0) revert ZeroValue("onionStatementHash");
        bytes32 wish =
            keccak256(abi.encode(REGISTER_TYPEHASH, msg.sender, nodeKey, identityKey, pool, onionStatementHash));
        _requireFreshKey(nodeKey, wish, signature);
        uint256 most = PARAMS.valueOf(MAX_NODES);
        if (balanceOf(msg.sender) >= most) revert TooManyNodes(msg.sender, most);

        nodeId = ++_last;
        ++_count;
        _nodes[nodeId] = Node({
            operator: msg.sender,
            registeredAt: Time.timestamp(),
            departsAt: 0,
            key: nodeKey,
            pool: address(0),
            askedPool: pool,
            identityKey: identityKey,
            onionStatementHash: onionStatementHash
        });
        _spans[nodeKey] = Span({nodeId: SafeCast.toUint160(nodeId), from: Time.timestamp(), until: type(uint48).max});
        emit NodeRegistered(nodeId, msg.sender, nodeKey, identityKey, onionStatementHash);
        if (pool != address(0)) emit PoolAsked(nodeId, pool);
        _mint(msg.sender, nodeId);
        emit Locked(nodeId);
    }

    /// @notice Gives a node another key, from this block on. Only its operator may.
    /// @param nodeId The node's number.
    /// @param newKey The new key; never used for a node before.
    /// @param signature The new key's, by EIP-712, over `RotateKey(nodeId, newKey)`, 65 bytes.
    function rotateKey(uint256 nodeId, address newKey, bytes calldata signature) external {
        Node storage node = _nodeOfOperator(nodeId);
        _requireFreshKey(newKey, keccak256(abi.encode(ROTATE_TYPEHASH, nodeId, newKey)), signature);

        address oldKey = node.key;
        uint48 until = _spans[oldKey].until;
        _spans[oldKey].until = Time.timestamp();
        _spans[newKey] = Span({nodeId: SafeCast.toUint160(nodeId), from: Time.timestamp(), until: until});
        node.key = newKey;
        emit NodeKeyRotated(nodeId, oldKey, newKey);
    }

    /// @notice Replaces a node's onion statement. Its operator may, and its key.
    /// @param nodeId The node's number.
    /// @param onionStatementHash Hash of the new statement; not zero.
    function changeOnionStatement(uint256 nodeId, bytes32 onionStatementHash) external {
        Node storage node = _presentNode(nodeId);
        if (msg.sender != node.operator && msg.sender != node.key) revert NotAllowed(nodeId, msg.sender);
        if (onionStatementHash == 0) revert ZeroValue("onionStatementHash");
        node.onionStatementHash = onionStatementHash;
        emit OnionStatementChanged(nodeId, onionStatementHash);
    }

    /// @notice Asks a pool to take the node in; the pool the node is in stays until then. Only its operator may.
    /// @param nodeId The node's number.
    /// @param pool The pool, or zero to ask none any more.
    function askPool(uint256 nodeId, address pool) external {
        Node storage node = _nodeOfOperator(nodeId);
        node.askedPool = pool;
        emit PoolAsked(nodeId, pool);
    }

    /// @notice Takes a node in. Only the pool that its operator asked may.
    /// @param nodeId The node's number.
    function joinPool(uint256 nodeId) external {
        Node storage node = _presentNode(nodeId);
        if (msg.sender != node.askedPool) revert NotAllowed(nodeId, msg.sender);
        address before = node.pool;
        if (before != address(0)) emit PoolLeft(nodeId, before);
        (node.pool, node.askedPool) = (msg.sender, address(0));
        emit PoolJoined(nodeId, msg.sender);
    }

    /// @notice Takes the node out of its pool. Its operator may, and the pool.
    /// @param nodeId The node's number.
    function leavePool(uint256 nodeId) external {
        Node storage node = _presentNode(nodeId);
        address pool = node.pool;
        if (msg.sender != node.operator && msg.sender != pool) revert NotAllowed(nodeId, msg.sender);
        if (pool == address(0)) revert NotInPool(nodeId);
        node.pool = address(0);
        emit PoolLeft(nodeId, pool);
    }

    /// @notice Announces that a node leaves, at the beginning of the month after the next. Only its operator may.
    /// @param nodeId The node's number.
    function announceDeparture(uint256 nodeId) external {
        Node storage node = _nodeOfOperator(nodeId);
        if (node.departsAt != 0) revert DepartureAlreadyAnnounced(nodeId, node.departsAt);
        uint48 departsAt = Months.startOf(Months.monthOf(Time.timestamp()) + 2);
        node.departsAt = departsAt;
        _spans[node.key].until = departsAt;
        emit DepartureAnnounced(nodeId, msg.sender, departsAt);
    }

    /// @notice Burns the token of a node that has left, which makes room in its operator's count. Anyone may.
    /// @param nodeId The node's number.
    function depart(uint256 nodeId) external {
        address operator = ownerOf(nodeId);
        uint48 departsAt = _nodes[nodeId].departsAt;
        if (departsAt == 0 || Time.timestamp() < departsAt) revert NotDepartedYet(nodeId, departsAt);
        --_count;
        emit NodeDeparted(nodeId, operator);
        _burn(nodeId);
    }

    /// @inheritdoc ERC721
    function approve(address, uint256) public pure override {
        revert Soulbound();
    }

    /// @inheritdoc ERC721
    function setApprovalForAll(address, bool) public pure override {
        revert Soulbound();
    }

    /// @notice The node that a key is now.
    /// @param key The key.
    /// @return nodeId The node's number; 0 if the key is none now.
    function nodeOfKey(address key) external view returns (uint256 nodeId) {
        Span storage span = _spans[key];
        return Time.timestamp() < span.until ? span.nodeId : 0;
    }

    /// @notice The node that a key was at a moment that has passed; the answer never changes.
    /// @param key The key.
    /// @param timepoint Seconds UTC, before the block's time.
    /// @return nodeId The node's number; 0 if the key was none then.
    function keyWasOf(address key, uint48 timepoint) external view returns (uint256 nodeId) {
        if (timepoint >= Time.timestamp()) revert TimepointNotPast(timepoint, Time.timestamp());
        Span storage span = _spans[key];
        return span.from <= timepoint && timepoint < span.until ? span.nodeId : 0;
    }

    /// @notice Who runs a node, or ran it until it left.
    /// @param nodeId The node's number.
    /// @return operator Its operator; the same for ever.
    function operatorOf(uint256 nodeId) external view returns (address operator) {
        operator = _nodes[nodeId].operator;
        if (operator == address(0)) revert NodeUnknown(nodeId);
    }

    /// @notice Who is paid for what a node does, also for what it did before it left.
    /// @param nodeId The node's number.
    /// @return account The pool that took it in, else its operator.
    function rewardAccountOf(uint256 nodeId) external view returns (address account) {
        Node storage node = _nodes[nodeId];
        account = node.pool == address(0) ? node.operator : node.pool;
        if (account == address(0)) revert NodeUnknown(nodeId);
    }

    /// @notice What is kept about a node, also after it left.
    /// @param nodeId The node's number.
    /// @return node All zero for a number never given.
    function nodeOf(uint256 nodeId) external view returns (Node memory node) {
        return _nodes[nodeId];
    }

    /// @notice How many nodes there are: registered, and not taken off by {depart}.
    /// @return count The number.
    function countOf() external view returns (uint256 count) {
        return _count;
    }

    /// @notice The number given last, so how many were ever registered.
    /// @return nodeId The number, 0 before the first.
    function lastNodeId() external view returns (uint256 nodeId) {
        return _last;
    }

    /// @inheritdoc IERC5192
    function locked(uint256 tokenId) external view returns (bool isLocked) {
        _requireOwned(tokenId);
        return true;
    }

    /// @inheritdoc ERC721
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IERC5192).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @dev Lets a token be minted and burnt, and nothing else.
    function _update(address to, uint256 tokenId, address auth) internal override returns (address from) {
        if (to != address(0) && _ownerOf(tokenId) != address(0)) revert Soulbound();
        return super._update(to, tokenId, auth);
    }

    /// @dev Refuses a key that was ever used, or that has not signed `wish`.
    function _requireFreshKey(address key, bytes32 wish, bytes calldata signature) private view {
        if (_spans[key].nodeId != 0) revert KeyAlreadyUsed(key);
        (address signer, ECDSA.RecoverError problem,) = ECDSA.tryRecoverCalldata(_hashTypedDataV4(wish), signature);
        if (problem != ECDSA.RecoverError.NoError || signer != key) revert KeyNotProven(key);
    }

    /// @dev The node, if it is there and has not left.
    function _presentNode(uint256 nodeId) private view returns (Node storage node) {
        node = _nodes[nodeId];
        bool hasLeft = node.departsAt != 0 && Time.timestamp() >= node.departsAt;
        if (node.operator == address(0) || hasLeft) revert NodeUnknown(nodeId);
    }

    /// @dev The node, if it is there, has not left, and is the caller's.
    function _nodeOfOperator(uint256 nodeId) private view returns (Node storage node) {
        node = _presentNode(nodeId);
        if (msg.sender != node.operator) revert NotAllowed(nodeId, msg.sender);
    }
}
