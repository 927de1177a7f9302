// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistryLike} from "../governance/ParamRegistryLike.sol";
import {NodeRegistry} from "../nodes/NodeRegistry.sol";
import {ValidatorSet} from "../work/ValidatorSet.sol";
import {LucidToken} from "./LucidToken.sol";
import {SlotReward} from "./SlotReward.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

/// @title Rewards of slots
/// @notice Mints what each slot earns to whoever is paid for the node that published it, once a quorum of validators
/// attested what happened in the slot. This is the only way in which LUCID comes into being.
/// @dev Promises:
/// - A slot is rewarded at most once, and slots in rising order; none that is not over.
/// - The amount is {SlotReward}'s, of the attested record, of what was minted before, and of the two parameters that
///   the validators signed with it; cut to what is left below the cap. Nobody chooses an amount.
/// - A batch of slots follows exactly the slot that its signers said it follows: nobody who holds two attested batches
///   can drop the first by bringing the second, and no batch works twice.
/// - Anyone may bring an attested batch. No privileged account, no upgrade, no pause, no Ether in or out.
///
/// Not promised: that a record is true (the quorum of validators is who says so), that every slot is rewarded (what a
/// batch leaves out is never made up for), or that the account paid is the one of the slot's time: it is the node's
/// pool, else its operator, when the batch is brought.
contract LucidRewards is EIP712 {
    /// @notice What the validators attest about one slot.
    // It is never stored, so that packing would save nothing.
    // solhint-disable-next-line gas-struct-packing
    struct SlotRecord {
        uint64 slot;
        uint256 nodeId;
        uint32 sessions;
        uint64 compressedBytes;
        uint32 activeNodes;
    }

    /// @notice How long a slot is, in seconds.
    uint256 public constant SLOT_DURATION_SEC = 120;

    bytes32 private constant BASE_MB = "baseMbPerSession";
    bytes32 private constant D_MIN = "dMinBps";
    // Hashed when compiled: their length costs nothing.
    // solhint-disable gas-small-strings
    bytes32 private constant RECORD_TYPEHASH =
        keccak256("SlotRecord(uint64 slot,uint256 nodeId,uint32 sessions,uint64 compressedBytes,uint32 activeNodes)");
    bytes32 private constant BATCH_TYPEHASH = keccak256(
        "SlotBatch(uint256 nextSlot,uint256 baseMbPerSession,uint256 dMinBps,SlotRecord[] slots)"
        "SlotRecord(uint64 slot,uint256 nodeId,uint32 sessions,uint64 compressedBytes,uint32 activeNodes)"
    );
    // solhint-enable gas-small-strings

    /// @notice The token that is minted.
    LucidToken public immutable TOKEN;
    /// @notice Who attests.
    ValidatorSet public immutable VALIDATORS;
    /// @notice Who is paid for a node.
    NodeRegistry public immutable NODES;
    /// @notice Where the formula's two parameters come from.
    ParamRegistryLike public immutable PARAMS;
    /// @notice When slot 0 began, in seconds UTC.
    uint64 public immutable FIRST_SLOT_AT;

    /// @notice The lowest slot that can still be rewarded.
    uint256 public nextSlot;

    /// @notice A slot was rewarded.
    /// @param slot The slot's number.
    /// @param nodeId The node that published it.
    /// @param account Who was paid for the node.
    /// @param amount Base units that were minted; 0 once the cap is reached.
    event SlotRewarded(uint64 indexed slot, uint256 indexed nodeId, address indexed account, uint256 amount);

    /// @notice A batch has at least one slot.
    error NoSlots();

    /// @notice Slots are rewarded in strictly rising order, each at most once.
    /// @param next The lowest slot that could have come.
    /// @param given The slot that came.
    error SlotNotRising(uint256 next, uint64 given);

    /// @notice The slot is not over.
    /// @param slot The slot's number.
    /// @param endsAt When it is over, in seconds UTC.
    error SlotNotOver(uint64 slot, uint256 endsAt);

    /// @notice The token is minted by another account, so that nothing could ever be rewarded here.
    /// @param minter That account.
    error TokenOfAnotherMinter(address minter);

    /// @notice A value that must be there was zero.
    /// @param field The name of the argument.
    error ZeroValue(string field);

    /// @notice Sets what is minted, who attests, who is paid and when the first slot began; all of it for good.
    /// @param token The token, whose minter is this contract.
    /// @param validators The set of validators; not zero.
    /// @param nodes The registry of nodes; not zero.
    /// @param params The registry of parameters; not zero.
    /// @param firstSlotAt When slot 0 begins, in seconds UTC; not zero.
    constructor(
        LucidToken token,
        ValidatorSet validators,
        NodeRegistry nodes,
        ParamRegistryLike params,
        uint64 firstSlotAt
    ) EIP712("Lucid", "1") {
        if (address(validators) == address(0)) revert ZeroValue("validators");
        if (address(nodes) == address(0)) revert ZeroValue("nodes");
        if (address(params) == address(0)) revert ZeroValue("params");
        if (firstSlotAt == 0) revert ZeroValue("firstSlotAt");
        address minter = token.MINTER();
        if (minter != address(this)) revert TokenOfAnotherMinter(minter);
        TOKEN = token;
        VALIDATORS = validators;
        NODES = nodes;
        PARAMS = params;
        FIRST_SLOT_AT = firstSlotAt;
    }

    /// @notice Mints what slots earned. Anyone may bring what a quorum of validators signed.
    /// @dev No call leaves for code that anyone but the deployer chose, so nothing comes back in between.
    /// @param slots The slots in rising order, the first at or above {nextSlot}; at least one.
    /// @param signatures A quorum's over {digestOf} these slots, ordered by ascending signer.
    function reward(SlotRecord[] calldata slots, bytes[] calldata signatures) external {
        if (slots.length == 0) revert NoSlots();
        (uint256 next, uint256 baseMb, uint256 dMin) = (nextSlot, PARAMS.valueOf(BASE_MB), PARAMS.valueOf(D_MIN));
        uint256 following = _followingOf(slots, next);
        VALIDATORS.requireQuorum(_digestOf(slots, next, baseMb, dMin), signatures);
        nextSlot = following;
        _pay(slots, baseMb, dMin);
    }

    /// @notice What validators sign to attest slots, as things are now: another batch or another value of one of the
    /// two parameters in between makes their signatures void, and they sign again.
    /// @param slots The slots in rising order.
    /// @return digest The EIP-712 digest of `SlotBatch(nextSlot, baseMbPerSession, dMinBps, slots)`.
    function digestOf(SlotRecord[] calldata slots) external view returns (bytes32 digest) {
        return _digestOf(slots, nextSlot, PARAMS.valueOf(BASE_MB), PARAMS.valueOf(D_MIN));
    }

    /// @notice What a slot earns, not yet cut to what is left below the cap.
    /// @param record The slot; its number and node do not matter.
    /// @param minted What was minted before it, in base units.
    /// @param baseMbPerSession The parameter of this name; not 0.
    /// @param dMinBps The parameter of this name; below 10,000.
    /// @return amount Base units.
    function amountOf(SlotRecord calldata record, uint256 minted, uint256 baseMbPerSession, uint256 dMinBps)
        external
        pure
        returns (uint256 amount)
    {
        return SlotReward.amountOf(
            record.sessions, record.compressedBytes, record.activeNodes, minted, baseMbPerSession, dMinBps
        );
    }

    /// @dev Mints for each slot in turn, since what was minted before decides what the next one earns.
    function _pay(SlotRecord[] calldata slots, uint256 baseMb, uint256 dMin) private {
        uint256 minted = TOKEN.totalSupply();
        uint256 cap = TOKEN.CAP();
        for (uint256 i = 0; i < slots.length; ++i) {
            SlotRecord calldata record = slots[i];
            uint256 amount =
                SlotReward.amountOf(record.sessions, record.compressedBytes, record.activeNodes, minted, baseMb, dMin);
            amount = Math.min(amount, cap - minted);
            minted += amount;
            address account = NODES.rewardAccountOf(record.nodeId);
            emit SlotRewarded(record.slot, record.nodeId, account, amount);
            TOKEN.mint(account, amount);
        }
    }

    /// @dev Refuses slots that do not rise from `next` on, or of which one is not over; gives the lowest to follow them.
    function _followingOf(SlotRecord[] calldata slots, uint256 next) private view returns (uint256 following) {
        following = next;
        for (uint256 i = 0; i < slots.length; ++i) {
            uint64 slot = slots[i].slot;
            if (slot < following) revert SlotNotRising(following, slot);
            following = uint256(slot) + 1;
            uint256 endsAt = FIRST_SLOT_AT + following * SLOT_DURATION_SEC;
            if (Time.timestamp() < endsAt) revert SlotNotOver(slot, endsAt);
        }
    }

    /// @dev The EIP-712 digest of a batch.
    function _digestOf(SlotRecord[] calldata slots, uint256 next, uint256 baseMb, uint256 dMin)
        private
        view
        returns (bytes32 digest)
    {
        bytes32[] memory hashes = new bytes32[](slots.length);
        for (uint256 i = 0; i < slots.length; ++i) {
            hashes[i] = keccak256(abi.encode(RECORD_TYPEHASH, slots[i]));
        }
        bytes32 slotsHash = keccak256(abi.encodePacked(hashes));
        return _hashTypedDataV4(keccak256(abi.encode(BATCH_TYPEHASH, next, baseMb, dMin, slotsHash)));
    }
}
