// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {NodeRegistry} from "../../src/nodes/NodeRegistry.sol";
import {ValidatorSet} from "../../src/work/ValidatorSet.sol";
import {WorkCreditsOracle} from "../../src/work/WorkCreditsOracle.sol";
import {NodeKeys} from "../nodes/NodeRegistryFixture.sol";

/// @notice Merkle trees over records, as OpenZeppelin's library for JavaScript lays them out.
abstract contract RecordTrees {
    /// @dev A record's leaf, by its fields one after the other.
    function leafFor(WorkCreditsOracle.MonthlyRecord memory record) internal pure returns (bytes32) {
        bytes memory fields = abi.encode(
            record.nodeId,
            record.operator,
            record.relay,
            record.storageProofs,
            record.validations,
            record.beacons,
            record.uptimeSeen,
            record.uptimeExpected,
            record.earned
        );
        return keccak256(abi.encodePacked(keccak256(fields)));
    }

    /// @dev The whole tree: the root first, the leaves last, in reverse.
    function treeOf(WorkCreditsOracle.MonthlyRecord[] memory records) internal pure returns (bytes32[] memory tree) {
        uint256 count = records.length;
        tree = new bytes32[](2 * count - 1);
        for (uint256 i = 0; i < count; ++i) {
            tree[tree.length - 1 - i] = leafFor(records[i]);
        }
        for (uint256 i = count - 1; i > 0; --i) {
            (bytes32 left, bytes32 right) = (tree[2 * i - 1], tree[2 * i]);
            tree[i - 1] =
                left < right ? keccak256(abi.encodePacked(left, right)) : keccak256(abi.encodePacked(right, left));
        }
    }

    function rootOf(WorkCreditsOracle.MonthlyRecord[] memory records) internal pure returns (bytes32) {
        return treeOf(records)[0];
    }

    /// @dev The proof of the `index`-th record.
    function proofOf(WorkCreditsOracle.MonthlyRecord[] memory records, uint256 index)
        internal
        pure
        returns (bytes32[] memory proof)
    {
        bytes32[] memory tree = treeOf(records);
        proof = new bytes32[](64);
        uint256 length = 0;
        for (uint256 place = tree.length - 1 - index; place > 0; place = (place - 1) / 2) {
            proof[length++] = tree[place % 2 == 1 ? place + 1 : place - 1];
        }
        assembly ("memory-safe") {
            mstore(proof, length)
        }
    }
}

/// @notice Honest records of nodes, and what seven validators commit of them.
abstract contract EpochKeys is NodeKeys, RecordTrees {
    ValidatorSet internal validators;
    WorkCreditsOracle internal oracle;
    uint256[] internal keys;

    uint256 internal constant QUORUM = 5;

    /// @dev An honest record of a node.
    function recordOf(uint256 nodeId) internal view returns (WorkCreditsOracle.MonthlyRecord memory record) {
        return WorkCreditsOracle.MonthlyRecord({
            nodeId: nodeId,
            operator: nodes.nodeOf(nodeId).operator,
            relay: 100,
            storageProofs: 200,
            validations: 300,
            beacons: 400,
            uptimeSeen: 700,
            uptimeExpected: 744,
            earned: 5e18
        });
    }

    /// @dev Honest records of nodes 1 to `count`.
    function recordsOf(uint256 count) internal view returns (WorkCreditsOracle.MonthlyRecord[] memory records) {
        records = new WorkCreditsOracle.MonthlyRecord[](count);
        for (uint256 i = 0; i < count; ++i) {
            records[i] = recordOf(i + 1);
        }
    }

    function epochDigest(uint32 month, bytes32 root, uint32 nodeCount, uint32 attempt) internal view returns (bytes32) {
        return typed(block.chainid, address(oracle), epochContent(month, root, nodeCount, attempt));
    }

    /// @dev What validators sign of a commitment with the parameters in force, without the domain.
    function epochContent(uint32 month, bytes32 root, uint32 nodeCount, uint32 attempt)
        internal
        view
        returns (bytes32)
    {
        bytes memory fields = abi.encode(
            keccak256(
                "Epoch(uint32 month,bytes32 root,uint32 nodeCount,uint32 attempt,uint64 operatorCap,uint64 relayCap,uint64 storageCap,uint64 validationsCap,uint64 beaconsCap,uint48 challengeWindowSec)"
            ),
            month,
            root,
            nodeCount,
            attempt,
            params.valueOf("capCreditsPerOperator"),
            params.valueOf("capRelayPerNode"),
            params.valueOf("capStoragePerNode"),
            params.valueOf("capValidationsPerNode"),
            params.valueOf("capBeaconsPerNode"),
            params.valueOf("challengeWindowSec")
        );
        return keccak256(fields);
    }

    /// @dev What validators sign to take a root back.
    function retractionDigest(uint32 month, bytes32 root, uint32 attempt) internal view returns (bytes32) {
        bytes32 kind = keccak256("Retraction(uint32 month,bytes32 root,uint32 attempt)");
        return typed(block.chainid, address(oracle), keccak256(abi.encode(kind, month, root, attempt)));
    }

    /// @dev Commits a root with a quorum's signatures.
    function commitRoot(uint32 month, bytes32 root, uint32 nodeCount) internal {
        oracle.commit(month, root, nodeCount, signaturesOf(keys, QUORUM, oracle.digestOf(month, root, nodeCount)));
    }

    /// @dev Deploys everything that is governed, and what stands on it.
    function deployAll() internal {
        address ruler = makeRuler();
        params = new ParamRegistry(ruler);
        nodes = new NodeRegistry(params);
        keys = keysOf("validator", 7);
        validators = new ValidatorSet(ruler, addressesOf(keys));
        oracle = new WorkCreditsOracle(validators, nodes, params);
    }

    /// @dev Gives the timelock: this contract, where no test wants a real one.
    function makeRuler() internal virtual returns (address) {
        return address(this);
    }
}

/// @notice An oracle in November with seven validators; Alice has nodes 1 and 2 since October, Bob has node 3.
abstract contract WorkCreditsOracleFixture is EpochKeys {
    uint256 internal constant COMMITTED_AT = NOVEMBER + 3 days;

    function setUp() public virtual {
        vm.warp(NOW);
        deployAll();
        registerAs(ALICE, 1);
        registerAs(ALICE, 2);
        registerAs(BOB, 3);
        vm.warp(COMMITTED_AT);
    }

    /// @dev Commits October with these records.
    function commitRecords(WorkCreditsOracle.MonthlyRecord[] memory records) internal {
        commitRoot(THIS_MONTH, rootOf(records), uint32(records.length));
    }

    function expectNoFraud() internal {
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.NoFraudShown.selector, THIS_MONTH));
    }

    function expectNotInEpoch(uint256 nodeId) internal {
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.RecordNotInEpoch.selector, THIS_MONTH, nodeId));
    }

    function expectVoided(bytes32 root, WorkCreditsOracle.Fraud fraud, uint256 nodeId) internal {
        vm.expectEmit(address(oracle));
        emit WorkCreditsOracle.EpochVoided(THIS_MONTH, root, address(this), fraud, nodeId, 0);
    }
}
