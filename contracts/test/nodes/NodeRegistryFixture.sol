// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {NodeRegistry} from "../../src/nodes/NodeRegistry.sol";
import {ValidatorKeys} from "../work/ValidatorKeys.sol";

/// @notice Keys of made-up nodes, and what they sign and do at a registry.
abstract contract NodeKeys is ValidatorKeys {
    ParamRegistry internal params;
    NodeRegistry internal nodes;

    address internal constant POOL = address(uint160(uint256(keccak256("pool"))));
    bytes32 internal constant IDENTITY = keccak256("identity key");
    bytes32 internal constant ONION = keccak256("onion statement");
    uint32 internal constant THIS_MONTH = 2026 * 12 + 9; // October: NOW is the 26th
    uint48 internal constant NOVEMBER = 1_793_491_200;
    uint48 internal constant DECEMBER = 1_796_083_200;

    /// @dev The `index`-th node key, the same on every run.
    function keyOf(uint256 index) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode("node key", index)));
    }

    /// @dev The address of the `index`-th node key.
    function nodeKey(uint256 index) internal pure returns (address) {
        return vm.addr(keyOf(index));
    }

    /// @dev The EIP-712 digest of a struct hash under the domain of `target` on a chain.
    function typed(uint256 chainId, address target, bytes32 structHash) internal pure returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Lucid"),
                keccak256("1"),
                chainId,
                target
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function registerHash(address operator, address key, address pool) internal pure returns (bytes32) {
        bytes32 kind = keccak256(
            "Register(address operator,address nodeKey,bytes32 identityKey,address pool,bytes32 onionStatementHash)"
        );
        return keccak256(abi.encode(kind, operator, key, IDENTITY, pool, ONION));
    }

    function rotateHash(uint256 nodeId, address key) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("RotateKey(uint256 nodeId,address newKey)"), nodeId, key));
    }

    /// @dev What the `index`-th key signs to be registered by `operator`.
    function registration(uint256 index, address operator, address pool) internal view returns (bytes memory) {
        bytes32 wish = registerHash(operator, nodeKey(index), pool);
        return signatureOf(keyOf(index), typed(block.chainid, address(nodes), wish));
    }

    /// @dev What the `index`-th key signs to become the key of a node.
    function rotation(uint256 index, uint256 nodeId) internal view returns (bytes memory) {
        return signatureOf(keyOf(index), typed(block.chainid, address(nodes), rotateHash(nodeId, nodeKey(index))));
    }

    /// @dev Registers a node with the `index`-th key.
    function registerAs(address operator, uint256 index) internal returns (uint256 nodeId) {
        return registerInto(operator, index, address(0));
    }

    /// @dev Registers a node with the `index`-th key, asking a pool.
    function registerInto(address operator, uint256 index, address pool) internal returns (uint256 nodeId) {
        bytes memory signature = registration(index, operator, pool);
        vm.prank(operator);
        return nodes.register(nodeKey(index), IDENTITY, pool, ONION, signature);
    }

    /// @dev Gives a node the `index`-th key.
    function rotateAs(address operator, uint256 nodeId, uint256 index) internal {
        bytes memory signature = rotation(index, nodeId);
        vm.prank(operator);
        nodes.rotateKey(nodeId, nodeKey(index), signature);
    }

    function announceAs(address operator, uint256 nodeId) internal {
        vm.prank(operator);
        nodes.announceDeparture(nodeId);
    }

    function expectNotAllowed(uint256 nodeId, address caller) internal {
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.NotAllowed.selector, nodeId, caller));
    }

    function expectUnknown(uint256 nodeId) internal {
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.NodeUnknown.selector, nodeId));
    }

    function expectNotProven(uint256 index) internal {
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.KeyNotProven.selector, nodeKey(index)));
    }

    function expectKeyUsed(uint256 index) internal {
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.KeyAlreadyUsed.selector, nodeKey(index)));
    }
}

/// @notice A NodeRegistry, and parameters whose timelock is this contract.
abstract contract NodeRegistryFixture is NodeKeys {
    function setUp() public virtual {
        vm.warp(NOW);
        params = new ParamRegistry(address(this));
        nodes = new NodeRegistry(params);
    }
}
