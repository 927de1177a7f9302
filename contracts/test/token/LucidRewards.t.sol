// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistryLike} from "../../src/governance/ParamRegistryLike.sol";
import {NodeRegistry} from "../../src/nodes/NodeRegistry.sol";
import {LucidRewards} from "../../src/token/LucidRewards.sol";
import {LucidToken} from "../../src/token/LucidToken.sol";
import {ValidatorSet} from "../../src/work/ValidatorSet.sol";
import {LucidRewardsFixture} from "./LucidRewardsFixture.sol";

contract DeployRewardsTest is LucidRewardsFixture {
    /// @notice A new contract knows what it mints, whom it asks, when slot 0 began, and has rewarded nothing.
    function test_ANewContractHasRewardedNothing() public view {
        vm.assertEq(address(rewards.TOKEN()), address(token), "token");
        vm.assertEq(address(rewards.VALIDATORS()), address(validators), "validators");
        vm.assertEq(address(rewards.NODES()), address(nodes), "nodes");
        vm.assertEq(address(rewards.PARAMS()), address(params), "params");
        vm.assertEq(uint256(rewards.FIRST_SLOT_AT()), FIRST_SLOT_AT, "firstSlotAt");
        vm.assertEq(rewards.SLOT_DURATION_SEC(), params.valueOf("slotDurationSec"), "slot");
        vm.assertEq(rewards.nextSlot(), 0, "nextSlot");
    }

    /// @notice Contracts that are not there are refused by name, and so is a time that is not.
    function test_ZeroIsRefusedByName() public {
        expectZero("validators");
        new LucidRewards(token, ValidatorSet(address(0)), nodes, params, 1);
        expectZero("nodes");
        new LucidRewards(token, validators, NodeRegistry(address(0)), params, 1);
        expectZero("params");
        new LucidRewards(token, validators, nodes, ParamRegistryLike(address(0)), 1);
        expectZero("firstSlotAt");
        new LucidRewards(token, validators, nodes, params, 0);
    }

    /// @notice A token that another account mints is refused.
    function test_TokenOfAnotherMinterIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(LucidRewards.TokenOfAnotherMinter.selector, address(rewards)));
        new LucidRewards(token, validators, nodes, params, 1);
    }

    /// @notice The code can neither change nor vanish, and takes no Ether.
    function test_CodeIsFixedAndTakesNoEther() public {
        assertCannotChange(address(rewards));
        LucidRewards.SlotRecord[] memory slots = one(full(1, 1));
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(rewards.reward, (slots, attested(slots, 3)));
        assertRefusesEther(address(rewards), calls);
    }

    function expectZero(string memory field) private {
        vm.expectRevert(abi.encodeWithSelector(LucidRewards.ZeroValue.selector, field));
    }
}

contract PayTest is LucidRewardsFixture {
    /// @notice A slot is paid to its node's operator, and told.
    function test_ASlotIsPaidToTheOperator() public {
        vm.expectEmit(address(rewards));
        emit LucidRewards.SlotRewarded(7, 2, BOB, 50 * LUCID);
        rewardAll(one(full(7, 2)));
        vm.assertEq(token.balanceOf(BOB), 50 * LUCID, "balance");
        vm.assertEq(token.totalSupply(), 50 * LUCID, "supply");
        vm.assertEq(rewards.nextSlot(), 8, "nextSlot");
    }

    /// @notice A node in a pool is paid by way of the pool.
    function test_ASlotOfANodeInAPoolIsPaidToThePool() public {
        rewardAll(one(quiet(7, 3)));
        vm.assertEq(token.balanceOf(POOL), 2 * LUCID, "pool");
        vm.assertEq(token.balanceOf(ALICE), 0, "operator");
    }

    /// @notice The account is the one when the batch is brought, not the one of the slot's time.
    function test_TheAccountIsTheOneOfTheMoment() public {
        LucidRewards.SlotRecord[] memory slots = one(quiet(7, 3));
        bytes[] memory signatures = attested(slots, 3);
        vm.prank(ALICE);
        nodes.leavePool(3);
        rewards.reward(slots, signatures);
        vm.assertEq(token.balanceOf(ALICE), 2 * LUCID, "operator");
    }

    /// @notice A node that has left is still paid for what it did.
    function test_ANodeThatLeftIsPaid() public {
        vm.prank(BOB);
        nodes.announceDeparture(2);
        vm.warp(NOW + 90 days);
        nodes.depart(2);
        rewardAll(one(quiet(7, 2)));
        vm.assertEq(token.balanceOf(BOB), 2 * LUCID, "balance");
    }

    /// @notice Many slots are paid in one batch, and slots in between may be left out for good.
    function test_ABatchPaysEachSlot() public {
        LucidRewards.SlotRecord[] memory slots = new LucidRewards.SlotRecord[](4);
        slots[0] = full(0, 1);
        slots[1] = quiet(1, 2);
        slots[2] = full(5, 2);
        slots[3] = quiet(LAST_OVER, 3);
        rewardAll(slots);
        vm.assertEq(token.balanceOf(ALICE), 50 * LUCID, "ALICE");
        vm.assertEq(token.balanceOf(BOB), 52 * LUCID, "BOB");
        vm.assertEq(token.balanceOf(POOL), 2 * LUCID, "POOL");
        vm.assertEq(rewards.nextSlot(), LAST_OVER + 1, "nextSlot");
    }

    /// @notice One batch follows the other.
    function test_BatchesFollowEachOther() public {
        rewardAll(one(quiet(3, 1)));
        rewardAll(one(quiet(4, 1)));
        vm.assertEq(token.balanceOf(ALICE), 4 * LUCID, "balance");
    }

    /// @notice Anyone may bring a batch, and it pays the same.
    function testFuzz_AnyoneBringsABatch(address caller) public {
        LucidRewards.SlotRecord[] memory slots = one(quiet(3, 1));
        bytes[] memory signatures = attested(slots, 3);
        vm.prank(caller);
        rewards.reward(slots, signatures);
        vm.assertEq(token.balanceOf(ALICE), 2 * LUCID, "balance");
    }

    /// @notice A halving begins with the slot before which the whole of its amount was minted, in the midst of a batch.
    function test_AHalvingBeginsWithinABatch() public {
        mintUpTo(HALVING - 1);
        rewardAll(two(full(1, 1), full(2, 2)));
        vm.assertEq(token.balanceOf(ALICE), 50 * LUCID, "before");
        vm.assertEq(token.balanceOf(BOB), 25 * LUCID, "after");
    }

    /// @notice The last amount is cut to what is left, and after that slots earn nothing, which is told as that.
    function test_TheLastAmountIsCut() public {
        mintUpTo(CAP - 3 * LUCID / 2);
        vm.expectEmit(address(rewards));
        emit LucidRewards.SlotRewarded(1, 1, ALICE, LUCID);
        vm.expectEmit(address(rewards));
        emit LucidRewards.SlotRewarded(2, 2, BOB, LUCID / 2);
        rewardAll(two(full(1, 1), quiet(2, 2)));
        vm.expectEmit(address(rewards));
        emit LucidRewards.SlotRewarded(3, 3, POOL, 0);
        rewardAll(one(full(3, 3)));
        vm.assertEq(token.totalSupply(), CAP, "supply");
    }
}

contract OrderTest is LucidRewardsFixture {
    /// @notice A batch without slots is refused.
    function test_NoSlotsAreRefused() public {
        assertRefused(new LucidRewards.SlotRecord[](0), 3, abi.encodeWithSelector(LucidRewards.NoSlots.selector));
    }

    /// @notice A slot comes once: again, or after a later one, it is refused.
    function test_ASlotThatIsPastIsRefused() public {
        rewardAll(one(quiet(7, 1)));
        assertRefused(one(quiet(7, 1)), 3, notRising(8, 7));
        assertRefused(one(quiet(3, 1)), 3, notRising(8, 3));
        vm.assertEq(rewards.nextSlot(), 8, "nextSlot");
    }

    /// @notice The same batch, brought again, is refused.
    function test_ABatchWorksOnce() public {
        LucidRewards.SlotRecord[] memory slots = one(quiet(7, 1));
        bytes[] memory signatures = attested(slots, 3);
        rewards.reward(slots, signatures);
        vm.expectRevert(notRising(8, 7));
        rewards.reward(slots, signatures);
    }

    /// @notice Within a batch slots rise strictly, or none of them is paid.
    function test_SlotsRiseWithinABatch() public {
        assertRefused(two(quiet(5, 1), quiet(5, 2)), 3, notRising(6, 5));
        assertRefused(two(quiet(5, 1), quiet(4, 2)), 3, notRising(6, 4));
        vm.assertEq(token.totalSupply(), 0, "supply");
        vm.assertEq(rewards.nextSlot(), 0, "nextSlot");
    }

    /// @notice A slot is paid from the second on in which it is over.
    function test_ASlotThatIsNotOverIsRefused() public {
        vm.warp(NOW - 1);
        assertRefused(
            one(quiet(LAST_OVER, 1)), 3, abi.encodeWithSelector(LucidRewards.SlotNotOver.selector, LAST_OVER, NOW)
        );
        vm.warp(NOW);
        rewardAll(one(quiet(LAST_OVER, 1)));
    }

    /// @notice However far in the future, a slot is refused with its time.
    function testFuzz_FutureSlotsAreRefused(uint64 slot) public {
        slot = uint64(bound(slot, LAST_OVER + 1, type(uint64).max));
        uint256 endsAt = FIRST_SLOT_AT + (uint256(slot) + 1) * 120;
        assertRefused(one(quiet(slot, 1)), 3, abi.encodeWithSelector(LucidRewards.SlotNotOver.selector, slot, endsAt));
    }

    /// @notice Before the first slot is over nothing is paid.
    function test_BeforeTheFirstSlotNothingIsPaid() public {
        vm.warp(FIRST_SLOT_AT - 1);
        assertRefused(
            one(quiet(0, 1)),
            3,
            abi.encodeWithSelector(LucidRewards.SlotNotOver.selector, 0, uint256(FIRST_SLOT_AT) + 120)
        );
    }

    /// @notice A node that nobody knows is refused by the registry, and nothing of the batch is paid.
    function test_AnUnknownNodeUndoesTheBatch() public {
        assertRefused(two(quiet(5, 1), quiet(6, 4)), 3, abi.encodeWithSelector(NodeRegistry.NodeUnknown.selector, 4));
        vm.assertEq(token.totalSupply(), 0, "supply");
        vm.assertEq(rewards.nextSlot(), 0, "nextSlot");
    }

    function notRising(uint256 next, uint64 given) private pure returns (bytes memory) {
        return abi.encodeWithSelector(LucidRewards.SlotNotRising.selector, next, given);
    }
}

contract QuorumTest is LucidRewardsFixture {
    /// @notice With the quorum of 64 validators a slot costs less than 500,000 gas, and each further one less than 20,000.
    function test_GasOfSixtyFourValidators() public {
        uint256[] memory all = sortedKeys("of 64", 64);
        vm.prank(TIMELOCK);
        validators.rotate(addressesOf(all));
        rewardAllBy(all, LAST_OVER - 100, 1); // the first mint and the first balance cost more
        uint256 single = rewardAllBy(all, LAST_OVER - 99, 1);
        uint256 hour = rewardAllBy(all, LAST_OVER - 98, 30);
        vm.assertTrue(single < 500_000, "one slot");
        vm.assertTrue((hour - single) / 29 < 20_000, "each further slot");
        vm.assertEq(uint256(rewards.nextSlot()), uint256(LAST_OVER - 98 + 30), "all taken");
    }

    /// @dev What it costs to bring `count` slots from `first` on, in turn for ALICE's and BOB's node, signed by 43 of 64.
    function rewardAllBy(uint256[] memory all, uint64 first, uint64 count) private returns (uint256 gas) {
        LucidRewards.SlotRecord[] memory slots = new LucidRewards.SlotRecord[](count);
        for (uint64 i = 0; i < count; ++i) {
            slots[i] = full(first + i, 1 + i % 2);
        }
        bytes[] memory signatures = signedBy(all, 43, rewards.digestOf(slots));
        bytes memory data = abi.encodeCall(rewards.reward, (slots, signatures));
        uint256 before = gasleft();
        (bool done,) = address(rewards).call(data);
        gas = before - gasleft();
        vm.assertTrue(done, "taken");
    }

    LucidRewards.SlotRecord[] private _slots;

    function setUp() public override {
        super.setUp();
        _slots.push(full(5, 1));
        _slots.push(quiet(6, 2));
    }

    /// @notice The contract tells validators what to sign: exactly EIP-712's digest of the batch as things are.
    function test_TheDigestIsTheStandards() public {
        vm.assertEq(rewards.digestOf(_slots), digestAt(0, 5, 2000), "first");
        rewardAll(one(quiet(2, 1)));
        set("baseMbPerSession", 9);
        set("dMinBps", 100);
        vm.assertEq(rewards.digestOf(_slots), digestAt(3, 9, 100), "later");
    }

    /// @notice Two of four validators are no quorum; three are, whichever, and four too.
    function test_AQuorumIsThreeOfFour() public {
        assertRefused(_slots, 2, abi.encodeWithSelector(ValidatorSet.QuorumNotReached.selector, 2, 3));
        rewards.reward(_slots, attested(_slots, 4));
    }

    /// @notice Nobody counts twice.
    function test_DuplicateSignersAreRefused() public {
        bytes[] memory signatures = attested(_slots, 3);
        signatures[2] = signatures[1];
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignersNotAscending.selector, 2, validator(1)));
        rewards.reward(_slots, signatures);
    }

    /// @notice Signatures in another order are refused.
    function test_WrongOrderIsRefused() public {
        bytes[] memory signatures = attested(_slots, 3);
        (signatures[0], signatures[1]) = (signatures[1], signatures[0]);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignersNotAscending.selector, 1, validator(0)));
        rewards.reward(_slots, signatures);
    }

    /// @notice A stranger's signature counts for nothing.
    function test_AStrangersSignatureIsRefused() public {
        uint256[] memory strangers = sortedKeys("stranger", 3);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignerNotValidator.selector, 0, vm.addr(strangers[0])));
        rewards.reward(_slots, signedBy(strangers, 3, digestAt(0, 5, 2000)));
    }

    /// @notice Validators who were replaced attest no more.
    function test_ReplacedValidatorsAreRefused() public {
        bytes[] memory signatures = attested(_slots, 3);
        vm.prank(TIMELOCK);
        validators.rotate(addressesOf(sortedKeys("next", 3)));
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignerNotValidator.selector, 0, validator(0)));
        rewards.reward(_slots, signatures);
    }

    /// @notice The other form that every signature has (high s) is refused.
    function test_AMalleableSignatureIsRefused() public {
        bytes[] memory signatures = attested(_slots, 3);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(validatorKeys()[1], digestAt(0, 5, 2000));
        bytes32 high = bytes32(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141 - uint256(s));
        signatures[1] = abi.encodePacked(r, high, v == 27 ? uint8(28) : uint8(27));
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignatureMalformed.selector, 1));
        rewards.reward(_slots, signatures);
    }

    /// @notice What was signed for another contract or chain, or before a batch or a vote came in between, is refused.
    function test_SignaturesOfAnotherPlaceOrStateAreRefused() public {
        bytes32 hash = batchHash(_slots, 0, 5, 2000);
        assertVoid(typedDigest(BOB, block.chainid, hash), "contract");
        assertVoid(typedDigest(address(rewards), block.chainid + 1, hash), "chain");
        assertVoid(digestAt(1, 5, 2000), "nextSlot");
        assertVoid(digestAt(0, 6, 2000), "baseMbPerSession");
        assertVoid(digestAt(0, 5, 2001), "dMinBps");
        rewards.reward(_slots, signedBy(validatorKeys(), 3, digestAt(0, 5, 2000)));
    }

    /// @notice A later batch cannot be brought before the one it follows, so nobody can drop that one.
    function test_ABatchCannotBeSkipped() public {
        bytes[] memory first = attested(_slots, 3);
        LucidRewards.SlotRecord[] memory later = one(full(9, 1));
        bytes[] memory second =
            signedBy(validatorKeys(), 3, typedDigest(address(rewards), block.chainid, batchHash(later, 7, 5, 2000)));
        vm.assertTrue(!isTaken(later, second), "skipped");
        rewards.reward(_slots, first);
        rewards.reward(later, second);
        vm.assertEq(token.balanceOf(ALICE), 100 * LUCID, "balance");
    }

    /// @notice Whatever of a record is changed after it was signed, the batch is refused.
    function testFuzz_AChangedRecordIsRefused(uint64 slot, uint256 nodeId, uint32 sessions, uint64 size, uint32 active)
        public
    {
        LucidRewards.SlotRecord memory record = LucidRewards.SlotRecord({
            slot: uint64(bound(slot, 0, LAST_OVER - 1)),
            nodeId: nodeId,
            sessions: sessions,
            compressedBytes: size,
            activeNodes: active
        });
        LucidRewards.SlotRecord[] memory slots = two(record, quiet(LAST_OVER, 2));
        bytes[] memory signatures = attested(two(full(5, 1), quiet(LAST_OVER, 2)), 3);
        vm.assume(keccak256(abi.encode(record)) != keccak256(abi.encode(full(5, 1))));
        vm.assertTrue(!isTaken(slots, signatures), "taken");
    }

    /// @notice A parameter in force is what pays, once validators signed it.
    function test_ParametersInForcePay() public {
        LucidRewards.SlotRecord memory record =
            LucidRewards.SlotRecord({slot: 5, nodeId: 1, sessions: 10, compressedBytes: 60_000_000, activeNodes: 20});
        set("baseMbPerSession", 4); // W = 15, D = 0.75
        set("dMinBps", 5000); // gd = 0.5
        rewardAll(one(record));
        vm.assertEq(token.balanceOf(ALICE), 25 * LUCID, "balance"); // 1 + floor(49 / 2)
    }

    function assertVoid(bytes32 digest, string memory note) private {
        vm.assertTrue(!isTaken(_slots, signedBy(validatorKeys(), 3, digest)), note);
    }

    function isTaken(LucidRewards.SlotRecord[] memory slots, bytes[] memory signatures) private returns (bool taken) {
        bytes memory answer;
        (taken, answer) = address(rewards).call(abi.encodeCall(rewards.reward, (slots, signatures)));
        if (taken) return taken;
        bytes4 reason = bytes4(answer);
        vm.assertTrue(
            reason == ValidatorSet.SignerNotValidator.selector || reason == ValidatorSet.SignersNotAscending.selector,
            "reason"
        );
    }

    function digestAt(uint256 next, uint256 baseMb, uint256 dMin) private view returns (bytes32) {
        return typedDigest(address(rewards), block.chainid, batchHash(_slots, next, baseMb, dMin));
    }

    function validator(uint256 index) private pure returns (address) {
        return vm.addr(validatorKeys()[index]);
    }

    function set(bytes32 key, uint256 value) private {
        vm.prank(TIMELOCK);
        params.set(key, value);
    }
}

contract AmountTest is LucidRewardsFixture {
    /// @notice A slot without a session earns 2, whatever was minted and whatever else it says.
    function testFuzz_WithoutASessionATwo(uint64 size, uint32 active, uint256 minted) public view {
        vm.assertEq(amount(0, size, active, bound(minted, 0, CAP)), 2, "amount");
    }

    /// @notice One session earns 1 however much work it was: the formula counts sessions above the first.
    function testFuzz_OneSessionEarnsOne(uint64 size, uint32 active, uint256 minted) public view {
        vm.assertEq(amount(1, size, active, bound(minted, 0, CAP)), 1, "amount");
    }

    /// @notice Sessions count up to the tenth, by ninths above the first.
    function test_SessionsCountUpToTheTenth() public view {
        vm.assertEq(amount(2, 0, 1, 0), 1 + 49 / uint256(9), "two");
        vm.assertEq(amount(9, 0, 1, 0), 1 + 49 * 8 / uint256(9), "nine");
        vm.assertEq(amount(10, 0, 1, 0), 50, "ten");
        vm.assertEq(amount(type(uint32).max, 0, 1, 0), 50, "most");
    }

    /// @notice Work a node below the least earns nothing above 1; at the least too; above it by its share.
    function test_WorkANodeCountsFromTheLeast() public view {
        vm.assertEq(amount(10, 0, 51, 0), 1, "below");
        vm.assertEq(amount(10, 0, 50, 0), 1, "at the least"); // D = 0.2
        vm.assertEq(amount(10, 0, 25, 0), 13, "a quarter"); // D = 0.4: 1 + floor(49 / 4)
        vm.assertEq(amount(10, 0, 10, 0), 50, "whole");
        vm.assertEq(amount(10, 0, 9, 0), 50, "more than whole");
    }

    /// @notice Bytes count as work by begun bases of 5,000,000 bytes, if that is more than the sessions are.
    function test_BytesCountByBegunBases() public view {
        vm.assertEq(amount(10, 50_000_000, 20, 0), 1 + 49 * 3 / uint256(8), "ten bases"); // D = 0.5
        vm.assertEq(amount(10, 50_000_001, 20, 0), 1 + 49 * 35 / uint256(80), "eleven begun"); // D = 0.55
        vm.assertEq(amount(10, 49_999_999, 20, 0), 1 + 49 * 3 / uint256(8), "sessions are more");
    }

    /// @notice No active node counts as one.
    function testFuzz_NoNodeCountsAsOne(uint32 sessions, uint64 size, uint256 minted) public view {
        minted = bound(minted, 0, CAP);
        vm.assertEq(amount(sessions, size, 0, minted), amount(sessions, size, 1, minted), "amount");
    }

    /// @notice The most halves with each 2.1 billion minted, down to 1.
    function test_TheMostHalves() public view {
        uint8[8] memory most = [50, 25, 12, 6, 3, 1, 1, 1];
        for (uint256 i = 0; i < most.length; ++i) {
            vm.assertEq(amount(10, 0, 1, i * HALVING), most[i], "at the border");
            vm.assertEq(amount(10, 0, 1, (i + 1) * HALVING - 1), most[i], "before the next");
        }
        vm.assertEq(amount(10, 0, 1, CAP), 1, "at the cap");
    }

    function amount(uint32 sessions, uint64 size, uint32 active, uint256 minted) private view returns (uint256) {
        LucidRewards.SlotRecord memory record = LucidRewards.SlotRecord({
            slot: 0, nodeId: 0, sessions: sessions, compressedBytes: size, activeNodes: active
        });
        uint256 whole = rewards.amountOf(record, minted, 5, 2000);
        vm.assertEq(whole % LUCID, 0, "whole");
        return whole / LUCID;
    }
}
