// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {NodeRegistry} from "../../src/nodes/NodeRegistry.sol";
import {LucidRewards} from "../../src/token/LucidRewards.sol";
import {LucidToken} from "../../src/token/LucidToken.sol";
import {ValidatorSet} from "../../src/work/ValidatorSet.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice LucidRewards with the contracts it asks, all real: four validators, two nodes of ALICE's and one of BOB's.
abstract contract LucidRewardsFixture is LucidTest {
    LucidToken internal token;
    LucidRewards internal rewards;
    ValidatorSet internal validators;
    NodeRegistry internal nodes;
    ParamRegistry internal params;

    uint256 internal constant LUCID = 1e18;
    uint256 internal constant CAP = 42_000_000_000e18;
    uint256 internal constant HALVING = 2_100_000_000e18;
    uint64 internal constant FIRST_SLOT_AT = uint64(NOW - 1_000_000 * 120);
    uint64 internal constant LAST_OVER = 999_999; // the slot that ends at NOW
    address internal constant TIMELOCK = address(uint160(uint256(keccak256("timelock"))));
    address internal constant POOL = address(uint160(uint256(keccak256("pool"))));

    bytes32 internal constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    string private constant RECORD =
        "SlotRecord(uint64 slot,uint256 nodeId,uint32 sessions,uint64 compressedBytes,uint32 activeNodes)";
    string private constant BATCH =
        "SlotBatch(uint256 nextSlot,uint256 baseMbPerSession,uint256 dMinBps,SlotRecord[] slots)";

    function setUp() public virtual {
        vm.warp(NOW);
        params = new ParamRegistry(TIMELOCK);
        validators = new ValidatorSet(TIMELOCK, addressesOf(validatorKeys()));
        nodes = new NodeRegistry(params);
        token = new LucidToken(vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1));
        rewards = new LucidRewards(token, validators, nodes, params, FIRST_SLOT_AT);
        register(ALICE, address(0));
        register(BOB, address(0));
        register(ALICE, POOL);
    }

    /// @dev The validators' keys, by ascending address.
    function validatorKeys() internal pure returns (uint256[] memory keys) {
        return sortedKeys("validator", 4);
    }

    function sortedKeys(string memory name, uint256 count) internal pure returns (uint256[] memory keys) {
        keys = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 key = uint256(keccak256(abi.encode(name, i)));
            uint256 place = i;
            for (; place > 0 && vm.addr(keys[place - 1]) > vm.addr(key); --place) {
                keys[place] = keys[place - 1];
            }
            keys[place] = key;
        }
    }

    function addressesOf(uint256[] memory keys) internal pure returns (address[] memory accounts) {
        accounts = new address[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            accounts[i] = vm.addr(keys[i]);
        }
    }

    function register(address operator, address pool) internal {
        uint256 key = uint256(keccak256(abi.encode("node", nodes.lastNodeId())));
        bytes32 typehash = keccak256(
            "Register(address operator,address nodeKey,bytes32 identityKey,address pool,bytes32 onionStatementHash)"
        );
        bytes32 identity = keccak256("identity");
        bytes32 wish = keccak256(abi.encode(typehash, operator, vm.addr(key), identity, pool, identity));
        bytes memory signature = signed(key, typedDigest(address(nodes), block.chainid, wish));
        vm.prank(operator);
        uint256 nodeId = nodes.register(vm.addr(key), identity, pool, identity, signature);
        if (pool == address(0)) return;
        vm.prank(pool);
        nodes.joinPool(nodeId);
    }

    function typedDigest(address verifying, uint256 chainId, bytes32 structHash) internal pure returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("Lucid"), keccak256("1"), chainId, verifying));
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function signed(uint256 key, bytes32 digest) internal pure returns (bytes memory signature) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev What validators sign, built here from EIP-712 for any contract, chain and state.
    function batchHash(LucidRewards.SlotRecord[] memory slots, uint256 next, uint256 baseMb, uint256 dMin)
        internal
        pure
        returns (bytes32)
    {
        bytes memory hashes;
        for (uint256 i = 0; i < slots.length; ++i) {
            LucidRewards.SlotRecord memory each = slots[i];
            bytes32 hash = keccak256(
                abi.encode(
                    keccak256(bytes(RECORD)),
                    each.slot,
                    each.nodeId,
                    each.sessions,
                    each.compressedBytes,
                    each.activeNodes
                )
            );
            hashes = abi.encodePacked(hashes, hash);
        }
        bytes32 typehash = keccak256(abi.encodePacked(BATCH, RECORD));
        return keccak256(abi.encode(typehash, next, baseMb, dMin, keccak256(hashes)));
    }

    /// @dev Signatures of the first `count` validators over a batch as things are now.
    function attested(LucidRewards.SlotRecord[] memory slots, uint256 count)
        internal
        view
        returns (bytes[] memory signatures)
    {
        bytes32 hash =
            batchHash(slots, rewards.nextSlot(), params.valueOf("baseMbPerSession"), params.valueOf("dMinBps"));
        return signedBy(validatorKeys(), count, typedDigest(address(rewards), block.chainid, hash));
    }

    function signedBy(uint256[] memory keys, uint256 count, bytes32 digest)
        internal
        pure
        returns (bytes[] memory signatures)
    {
        signatures = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            signatures[i] = signed(keys[i], digest);
        }
    }

    function rewardAll(LucidRewards.SlotRecord[] memory slots) internal {
        rewards.reward(slots, attested(slots, 3));
    }

    /// @dev Fails unless the batch, attested as things are, is refused with exactly `reason`.
    function assertRefused(LucidRewards.SlotRecord[] memory slots, uint256 signers, bytes memory reason) internal {
        bytes[] memory signatures = attested(slots, signers);
        vm.expectRevert(reason);
        rewards.reward(slots, signatures);
    }

    function one(LucidRewards.SlotRecord memory record) internal pure returns (LucidRewards.SlotRecord[] memory slots) {
        slots = new LucidRewards.SlotRecord[](1);
        slots[0] = record;
    }

    function two(LucidRewards.SlotRecord memory first, LucidRewards.SlotRecord memory second)
        internal
        pure
        returns (LucidRewards.SlotRecord[] memory slots)
    {
        slots = new LucidRewards.SlotRecord[](2);
        (slots[0], slots[1]) = (first, second);
    }

    /// @dev A slot that earns the most: ten sessions, one active node.
    function full(uint64 slot, uint256 nodeId) internal pure returns (LucidRewards.SlotRecord memory) {
        return LucidRewards.SlotRecord({slot: slot, nodeId: nodeId, sessions: 10, compressedBytes: 0, activeNodes: 1});
    }

    /// @dev A slot without a session.
    function quiet(uint64 slot, uint256 nodeId) internal pure returns (LucidRewards.SlotRecord memory) {
        return LucidRewards.SlotRecord({slot: slot, nodeId: nodeId, sessions: 0, compressedBytes: 0, activeNodes: 1});
    }

    /// @dev Brings the supply to `amount`, as if slots had earned it.
    function mintUpTo(uint256 amount) internal {
        uint256 missing = amount - token.totalSupply();
        vm.prank(address(rewards));
        token.mint(address(0xFEED), missing);
    }
}
