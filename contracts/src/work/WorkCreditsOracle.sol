// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistryLike} from "../governance/ParamRegistryLike.sol";
import {NodeRegistry} from "../nodes/NodeRegistry.sol";
import {Months} from "./Months.sol";
import {ValidatorSet} from "./ValidatorSet.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

/// @title Work credits, month by month
/// @notice Keeps, for each calendar month (UTC), the Merkle root over all nodes' monthly records, attested by a quorum
/// of validators. For a while anyone can show that a root holds a record that breaks a rule, which voids it.
/// @dev Promises:
/// - A root is committed only for a month that is over, with a quorum of the validators in force (EIP-712 over month,
///   root, count, attempt, caps and window). Who is in force later does not matter to it; which set attested it is kept.
/// - What one month's records may hold (credits a node and kind, credits an operator) and how long they can be
///   challenged is read from the parameters once, at the commitment, and does not change under it. Both are signed: a
///   root cannot be held back until others are in force.
/// - A fraud proof is records with their Merkle proofs and nothing else; the contract alone judges it. A quorum can
///   take its own root back as long as it is not final ({retract}). A root that was voided or taken back leaves nothing
///   behind but its event, and the signatures for it are worth nothing for the next attempt.
/// - When the window has passed the month is final, and only then does {verify} say yes. Nothing changes it any more.
///   It never says yes to a record that breaks a rule by itself, whether somebody challenged it or not.
/// - No privileged account, no upgrade, no Ether in or out.
///
/// A month is the set of the records that prove against its root: the same record twice is one record. A leaf is
/// OpenZeppelin's double hash of the ABI-encoded record, pairs are sorted. Proofs longer than a tree of `nodeCount`
/// leaves needs are not taken, so a root cannot hide many more records than it says.
///
/// Not promised: that a record within the rules is true, or that none is left out. That is what the quorum stands for.
/// Nor that anyone can see the records: the chain has their root alone. While a quorum withholds them, nobody can show
/// two records of one node or an operator over its cap, and such a month becomes final.
contract WorkCreditsOracle is EIP712 {
    /// @notice What one node did in one month.
    struct MonthlyRecord {
        uint256 nodeId;
        address operator; // who runs it, as NodeRegistry says
        uint64 relay; // credits for bandwidth served
        uint64 storageProofs; // credits for answered storage challenges
        uint64 validations; // credits for validation signatures
        uint64 beacons; // credits for uptime beacons
        uint32 uptimeSeen; // uptime beacons that were seen
        uint32 uptimeExpected; // uptime beacons that the month had
        uint128 earned; // LUCID base units, from the beginning until the month's end
    }

    /// @notice What was committed for a month.
    struct Epoch {
        bytes32 root; // zero while nothing is committed
        uint32 nodeCount;
        uint32 attempt; // how many commitments of this month were voided or taken back before
        uint32 validatorsVersion; // the set that attested it
        uint48 committedAt;
        uint48 finalAt; // the first second in which it is final
        uint64 operatorCap;
        uint64 relayCap;
        uint64 storageCap;
        uint64 validationsCap;
        uint64 beaconsCap;
    }

    /// @notice Why a commitment was voided.
    enum Fraud {
        NodeUnknown, // no such node was registered in that month
        WrongOperator, // the node is another operator's
        UptimeAboveExpected, // more beacons seen than there were
        EarnedAboveCap, // more LUCID than there can ever be
        NodeOverCap, // more credits of a kind than a node may have
        NodeTwice, // two different records of one node
        OperatorOverCap // more credits than an operator may have
    }

    bytes32 private constant EPOCH_TYPEHASH = keccak256(
        "Epoch(uint32 month,bytes32 root,uint32 nodeCount,uint32 attempt,uint64 operatorCap,uint64 relayCap,uint64 storageCap,uint64 validationsCap,uint64 beaconsCap,uint48 challengeWindowSec)"
    );
    bytes32 private constant RETRACTION_TYPEHASH = keccak256("Retraction(uint32 month,bytes32 root,uint32 attempt)");

    /// @notice All the LUCID that there can ever be, in base units.
    uint256 public constant MAX_EARNED = 42_000_000_000e18;

    /// @notice Who may attest.
    ValidatorSet public immutable VALIDATORS;
    /// @notice Which nodes there are and whose.
    NodeRegistry public immutable NODES;
    /// @notice Where caps and challenge window come from.
    ParamRegistryLike public immutable PARAMS;

    mapping(uint32 month => Epoch) private _epochs;

    /// @notice A month's root was committed; it can be challenged until `finalAt`.
    /// @param month The month: `year * 12 + (month - 1)`.
    /// @param root Merkle root over the records.
    /// @param nodeCount How many records there are.
    /// @param attempt How many commitments of this month were voided or taken back before.
    /// @param validatorsVersion The validators' set that attested it.
    /// @param finalAt The first second in which it is final.
    event EpochCommitted(
        uint32 indexed month,
        bytes32 indexed root,
        uint32 nodeCount,
        uint32 attempt,
        uint32 validatorsVersion,
        uint48 finalAt
    );

    /// @notice A month's root was shown to break a rule, and counts as never committed.
    /// @param month The month.
    /// @param root The root that was voided.
    /// @param challenger Who showed it.
    /// @param fraud Which rule it breaks.
    /// @param nodeId The node, or the first of the nodes, whose record shows it.
    /// @param attempt Which commitment of the month it was, from 0.
    event EpochVoided(
        uint32 indexed month,
        bytes32 indexed root,
        address indexed challenger,
        Fraud fraud,
        uint256 nodeId,
        uint32 attempt
    );

    /// @notice A quorum of validators took a month's root back, and it counts as never committed.
    /// @param month The month.
    /// @param root The root that was taken back.
    /// @param validatorsVersion The validators' set that took it back.
    /// @param attempt Which commitment of the month it was, from 0.
    event EpochRetracted(uint32 indexed month, bytes32 indexed root, uint32 validatorsVersion, uint32 attempt);

    /// @notice A value that must be there was zero.
    /// @param field The name of the argument.
    error ZeroValue(string field);

    /// @notice The month is not over.
    /// @param month The month that was given.
    /// @param current The month that runs.
    error MonthNotOver(uint32 month, uint32 current);

    /// @notice A root for the month is there, and was not voided.
    /// @param month The month.
    error EpochAlreadyCommitted(uint32 month);

    /// @notice There cannot be more records than nodes were ever registered.
    /// @param nodeCount How many records were said.
    /// @param registered How many nodes were ever registered.
    error MoreRecordsThanNodes(uint32 nodeCount, uint256 registered);

    /// @notice No root is committed for the month.
    /// @param month The month.
    error EpochNotCommitted(uint32 month);

    /// @notice The month is final and cannot be challenged any more.
    /// @param month The month.
    /// @param finalAt Since when.
    error EpochIsFinal(uint32 month, uint48 finalAt);

    /// @notice As many proofs as records are needed, and at least one.
    /// @param records How many records were given.
    /// @param proofs How many proofs were given.
    error ProofCountMismatch(uint256 records, uint256 proofs);

    /// @notice A record does not prove against the month's root.
    /// @param month The month.
    /// @param nodeId The node in the record.
    error RecordNotInEpoch(uint32 month, uint256 nodeId);

    /// @notice What was shown breaks no rule.
    /// @param month The month.
    error NoFraudShown(uint32 month);

    /// @notice The records are not all of one operator.
    /// @param index The place, from 0, of the first that is another's.
    error OperatorsDiffer(uint256 index);

    /// @notice Records are given by strictly ascending node, so that none counts twice.
    /// @param index The place, from 0, of the first that is not above the one before it.
    error NodesNotAscending(uint256 index);

    /// @notice Sets the contracts it stands on.
    /// @param validators Who may attest; not zero.
    /// @param nodes Which nodes there are; not zero.
    /// @param params Where caps and window come from; not zero.
    constructor(ValidatorSet validators, NodeRegistry nodes, ParamRegistryLike params) EIP712("Lucid", "1") {
        if (address(validators) == address(0)) revert ZeroValue("validators");
        if (address(nodes) == address(0)) revert ZeroValue("nodes");
        if (address(params) == address(0)) revert ZeroValue("params");
        (VALIDATORS, NODES, PARAMS) = (validators, nodes, params);
    }

    /// @notice Commits a month's root. Anyone may, with a quorum's signatures.
    /// @param month A month that is over and has no root.
    /// @param root Merkle root over the month's records; not zero.
    /// @param nodeCount How many records there are; not zero, and no more than nodes were ever registered.
    /// @param signatures A quorum's, over {digestOf}, ordered by ascending signer.
    function commit(uint32 month, bytes32 root, uint32 nodeCount, bytes[] calldata signatures) external {
        uint32 current = Months.monthOf(Time.timestamp());
        if (month >= current) revert MonthNotOver(month, current);
        if (root == 0) revert ZeroValue("root");
        if (nodeCount == 0) revert ZeroValue("nodeCount");
        if (_epochs[month].root != 0) revert EpochAlreadyCommitted(month);
        uint256 registered = NODES.lastNodeId();
        if (nodeCount > registered) revert MoreRecordsThanNodes(nodeCount, registered);
        Epoch memory epoch = _proposed(month, root, nodeCount);
        VALIDATORS.requireQuorum(_digestOf(month, epoch), signatures);

        epoch.validatorsVersion = VALIDATORS.version();
        _epochs[month] = epoch;
        emit EpochCommitted(month, root, nodeCount, epoch.attempt, epoch.validatorsVersion, epoch.finalAt);
    }

    /// @notice Takes a month's root back, so that the month can be committed anew. Anyone may, with a quorum's
    /// signatures, while it is not final.
    /// @param month The month.
    /// @param signatures A quorum's of the set in force, over {retractionDigestOf}, ordered by ascending signer.
    function retract(uint32 month, bytes[] calldata signatures) external {
        Epoch storage epoch = _challengeable(month);
        VALIDATORS.requireQuorum(_retractionDigestOf(month, epoch), signatures);
        (bytes32 root, uint32 attempt) = _takeBack(month);
        emit EpochRetracted(month, root, VALIDATORS.version(), attempt);
    }

    /// @notice Voids a month that holds a record which breaks a rule by itself. Anyone may, while it is not final.
    /// @param month The month.
    /// @param record The record.
    /// @param proof Its Merkle proof.
    function challengeRecord(uint32 month, MonthlyRecord calldata record, bytes32[] calldata proof) external {
        Epoch storage epoch = _challengeable(month);
        _requireIn(epoch, month, record, proof);
        (bool isFraud, Fraud fraud) = _judge(epoch, month, record);
        if (!isFraud) revert NoFraudShown(month);
        _void(month, fraud, record.nodeId);
    }

    /// @notice Voids a month that holds two different records of one node. Anyone may, while it is not final.
    /// @param month The month.
    /// @param first One record.
    /// @param firstProof Its Merkle proof.
    /// @param second The other.
    /// @param secondProof Its Merkle proof.
    function challengeTwice(
        uint32 month,
        MonthlyRecord calldata first,
        bytes32[] calldata firstProof,
        MonthlyRecord calldata second,
        bytes32[] calldata secondProof
    ) external {
        Epoch storage epoch = _challengeable(month);
        _requireIn(epoch, month, first, firstProof);
        _requireIn(epoch, month, second, secondProof);
        if (first.nodeId != second.nodeId || leafOf(first) == leafOf(second)) revert NoFraudShown(month);
        _void(month, Fraud.NodeTwice, first.nodeId);
    }

    /// @notice Voids a month whose records give an operator more than one may have. Anyone may, while it is not final.
    /// @param month The month.
    /// @param records Records of one operator, by strictly ascending node.
    /// @param proofs Their Merkle proofs, in the same order.
    function challengeOperator(uint32 month, MonthlyRecord[] calldata records, bytes32[][] calldata proofs) external {
        Epoch storage epoch = _challengeable(month);
        if (records.length == 0 || records.length != proofs.length) {
            revert ProofCountMismatch(records.length, proofs.length);
        }
        uint256 credits = 0;
        for (uint256 i = 0; i < records.length; ++i) {
            _requireIn(epoch, month, records[i], proofs[i]);
            if (records[i].operator != records[0].operator) revert OperatorsDiffer(i);
            if (i > 0 && records[i].nodeId <= records[i - 1].nodeId) revert NodesNotAscending(i);
            credits += creditsOf(records[i]);
        }
        if (credits <= epoch.operatorCap) revert NoFraudShown(month);
        _void(month, Fraud.OperatorOverCap, records[0].nodeId);
    }

    /// @notice Whether a month's root is final: committed, never voided, and its window has passed.
    /// @param month The month.
    /// @return isFinal_ Whether it is.
    function isFinal(uint32 month) public view returns (bool isFinal_) {
        Epoch storage epoch = _epochs[month];
        return epoch.root != 0 && Time.timestamp() >= epoch.finalAt;
    }

    /// @notice Whether a record is one of a final month, and breaks no rule by itself.
    /// @param month The month; of one that is not final there is none.
    /// @param record The record.
    /// @param proof Its Merkle proof.
    /// @return isProven Whether it is; the answer of a final month never changes.
    function verify(uint32 month, MonthlyRecord calldata record, bytes32[] calldata proof)
        external
        view
        returns (bool isProven)
    {
        Epoch storage epoch = _epochs[month];
        if (!isFinal(month) || !_isIn(epoch, record, proof)) return false;
        (bool isFraud,) = _judge(epoch, month, record);
        return !isFraud;
    }

    /// @notice What is committed for a month, final or not.
    /// @param month The month.
    /// @return epoch All zero, but for the attempt, where nothing is.
    function epochOf(uint32 month) external view returns (Epoch memory epoch) {
        return _epochs[month];
    }

    /// @notice What validators sign to commit a root now: the EIP-712 digest of `Epoch(month, root, nodeCount, attempt,
    /// operatorCap, relayCap, storageCap, validationsCap, beaconsCap, challengeWindowSec)`, with those in force.
    /// @param month The month.
    /// @param root Its root.
    /// @param nodeCount How many records there are.
    /// @return digest The digest; another after a commitment of the month was voided or taken back, or with another
    /// parameter.
    function digestOf(uint32 month, bytes32 root, uint32 nodeCount) external view returns (bytes32 digest) {
        return _digestOf(month, _proposed(month, root, nodeCount));
    }

    /// @notice What validators sign to take a month's root back: the EIP-712 digest of `Retraction(month, root,
    /// attempt)`.
    /// @param month A month whose root is not final.
    /// @return digest The digest.
    function retractionDigestOf(uint32 month) external view returns (bytes32 digest) {
        return _retractionDigestOf(month, _challengeable(month));
    }

    /// @notice The month that a moment lies in.
    /// @param timestamp Seconds since 1970-01-01 00:00 UTC.
    /// @return month `year * 12 + (month - 1)`.
    function monthOf(uint48 timestamp) external pure returns (uint32 month) {
        return Months.monthOf(timestamp);
    }

    /// @notice A record's leaf in the Merkle tree.
    /// @param record The record.
    /// @return leaf The double hash of its ABI encoding.
    function leafOf(MonthlyRecord calldata record) public pure returns (bytes32 leaf) {
        return keccak256(bytes.concat(keccak256(abi.encode(record))));
    }

    /// @notice A record's credits of all kinds.
    /// @param record The record.
    /// @return credits Their sum.
    function creditsOf(MonthlyRecord calldata record) public pure returns (uint256 credits) {
        return uint256(record.relay) + record.storageProofs + record.validations + record.beacons;
    }

    /// @dev The first rule that a record breaks by itself, if it breaks one.
    function _judge(Epoch storage epoch, uint32 month, MonthlyRecord calldata record)
        private
        view
        returns (bool isFraud, Fraud fraud)
    {
        NodeRegistry.Node memory node = NODES.nodeOf(record.nodeId);
        if (!_wasNodeIn(node, month)) return (true, Fraud.NodeUnknown);
        if (record.operator != node.operator) return (true, Fraud.WrongOperator);
        if (record.uptimeSeen > record.uptimeExpected) return (true, Fraud.UptimeAboveExpected);
        if (record.earned > MAX_EARNED) return (true, Fraud.EarnedAboveCap);
        bool isOver = record.relay > epoch.relayCap || record.storageProofs > epoch.storageCap
            || record.validations > epoch.validationsCap || record.beacons > epoch.beaconsCap;
        return (isOver, Fraud.NodeOverCap);
    }

    /// @dev Whether a node was one for any part of a month. It leaves as a month begins.
    function _wasNodeIn(NodeRegistry.Node memory node, uint32 month) private pure returns (bool wasNode) {
        if (node.operator == address(0) || Months.monthOf(node.registeredAt) > month) return false;
        return node.departsAt == 0 || Months.monthOf(node.departsAt) > month;
    }

    /// @dev Takes a commitment back, so that the month can be committed anew.
    function _takeBack(uint32 month) private returns (bytes32 root, uint32 attempt) {
        (root, attempt) = (_epochs[month].root, _epochs[month].attempt);
        delete _epochs[month];
        _epochs[month].attempt = attempt + 1;
    }

    /// @dev Takes a commitment back because it breaks a rule.
    function _void(uint32 month, Fraud fraud, uint256 nodeId) private {
        (bytes32 root, uint32 attempt) = _takeBack(month);
        emit EpochVoided(month, root, msg.sender, fraud, nodeId, attempt);
    }

    /// @dev The month's commitment, if there is one and it is not final.
    function _challengeable(uint32 month) private view returns (Epoch storage epoch) {
        epoch = _epochs[month];
        if (epoch.root == 0) revert EpochNotCommitted(month);
        if (Time.timestamp() >= epoch.finalAt) revert EpochIsFinal(month, epoch.finalAt);
    }

    /// @dev Refuses a record that does not prove against the root.
    function _requireIn(Epoch storage epoch, uint32 month, MonthlyRecord calldata record, bytes32[] calldata proof)
        private
        view
    {
        if (!_isIn(epoch, record, proof)) revert RecordNotInEpoch(month, record.nodeId);
    }

    /// @dev Whether a record proves against the root, with no longer a proof than the count of records needs.
    function _isIn(Epoch storage epoch, MonthlyRecord calldata record, bytes32[] calldata proof)
        private
        view
        returns (bool isIn)
    {
        return proof.length <= Math.log2(epoch.nodeCount, Math.Rounding.Ceil)
            && MerkleProof.verifyCalldata(proof, epoch.root, leafOf(record));
    }

    /// @dev A cap in force.
    function _capOf(bytes32 key) private view returns (uint64 cap) {
        return SafeCast.toUint64(PARAMS.valueOf(key));
    }

    /// @dev A commitment as it would be now, but for by whom.
    function _proposed(uint32 month, bytes32 root, uint32 nodeCount) private view returns (Epoch memory epoch) {
        return Epoch({
            root: root,
            nodeCount: nodeCount,
            attempt: _epochs[month].attempt,
            validatorsVersion: 0,
            committedAt: Time.timestamp(),
            finalAt: SafeCast.toUint48(block.timestamp + PARAMS.valueOf("challengeWindowSec")),
            operatorCap: _capOf("capCreditsPerOperator"),
            relayCap: _capOf("capRelayPerNode"),
            storageCap: _capOf("capStoragePerNode"),
            validationsCap: _capOf("capValidationsPerNode"),
            beaconsCap: _capOf("capBeaconsPerNode")
        });
    }

    /// @dev The EIP-712 digest of a commitment.
    function _digestOf(uint32 month, Epoch memory epoch) private view returns (bytes32) {
        bytes memory fields = abi.encode(
            EPOCH_TYPEHASH,
            month,
            epoch.root,
            epoch.nodeCount,
            epoch.attempt,
            epoch.operatorCap,
            epoch.relayCap,
            epoch.storageCap,
            epoch.validationsCap,
            epoch.beaconsCap,
            epoch.finalAt - epoch.committedAt
        );
        return _hashTypedDataV4(keccak256(fields));
    }

    /// @dev The EIP-712 digest that takes a commitment back.
    function _retractionDigestOf(uint32 month, Epoch storage epoch) private view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(RETRACTION_TYPEHASH, month, epoch.root, epoch.attempt)));
    }
}
