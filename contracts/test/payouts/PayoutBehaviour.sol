// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PayoutRouter} from "../../src/payouts/PayoutRouter.sol";
import {PayoutSentence} from "../../src/payouts/PayoutSentence.sol";
import {SentenceText} from "../../src/payouts/SentenceText.sol";
import {TwoOfThree} from "../../src/payouts/TwoOfThree.sol";
import {PayoutFixture} from "./PayoutFixture.sol";
import {Textbook} from "./Textbook.sol";
import {
    BlocklistToken,
    FalseAndStaysToken,
    FalseButMovesToken,
    FeeToken,
    GenerousToken,
    LenientToken,
    PausableToken,
    ReentrantToken,
    SilentToken,
    StandardToken,
    TrueAndStaysToken
} from "./TokenDoubles.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice Payouts to one recipient, on either router.
abstract contract PayOneBehaviour is PayoutFixture {
    /// @notice A payout that two approvers signed moves exactly its amount to its payee, and is remembered.
    function test_PayoutIsPaid() public {
        PayoutSentence.Payout memory payout = somePayout();
        vm.assertFalse(router.isPayoutPaid(idOf(payout)), "paid before");
        bytes memory data = approvedCall(payout);
        vm.prank(BOB);
        assertTaken(data);
        vm.assertEq(token.balanceOf(ALICE), 312_480_000, "payee");
        vm.assertEq(token.balanceOf(address(router)), FUNDS - 312_480_000, "router");
        vm.assertTrue(router.isPayoutPaid(idOf(payout)), "paid");
        vm.assertEq(router.spentToday(), 312_480_000, "spent");
        vm.assertEq(router.reserved(), 0, "reserved");
    }

    /// @notice A payout says which one it was, to whom, and how much.
    function test_PayoutEmitsPayoutPaid() public {
        bytes memory data = approvedCall(somePayout());
        expectEmit();
        emit PayoutRouter.PayoutPaid(idOf(somePayout()), ALICE, 312_480_000);
        assertTaken(data);
    }

    /// @notice The router's sentence is what the approvers are shown.
    function test_SentenceOfAPayout() public view {
        vm.assertEq(router.payoutSentence(somePayout()), textOf(somePayout()), "sentence");
    }

    /// @notice Each pair of approvers will do.
    function test_EachPairOfApproversApproves() public {
        string memory text = textOf(payoutOf(1, 1));
        assertTaken(payCall(payoutOf(1, 1), signedBy(0, 1, text)));
        text = textOf(payoutOf(1, 2));
        assertTaken(payCall(payoutOf(1, 2), signedBy(0, 2, text)));
        text = textOf(payoutOf(1, 3));
        assertTaken(payCall(payoutOf(1, 3), signedBy(1, 2, text)));
    }

    /// @notice A payout is paid once, also with another amount, payee or time.
    function test_PayoutIsPaidOnce() public {
        assertTaken(approvedCall(somePayout()));
        bytes memory reason = abi.encodeWithSelector(PayoutRouter.PayoutAlreadyPaid.selector, idOf(somePayout()));
        assertRefused(approvedCall(somePayout()), reason);
        PayoutSentence.Payout memory other = somePayout();
        (other.amount, other.payee, other.expiresAt) = (1, BOB, SOON + 60);
        assertRefused(approvedCall(other), reason);
    }

    /// @notice Payouts whose reference differs in one part are different ones.
    function test_ReferencesAreDifferentIds() public {
        assertTaken(approvedCall(somePayout()));
        PayoutSentence.Payout memory other = somePayout();
        other.number = 43;
        assertTaken(approvedCall(other));
        (other.number, other.code) = (42, OCTOBER + 1);
        assertTaken(approvedCall(other));
        (other.kind, other.code, other.number) = (PayoutSentence.Kind.Session, OCTOBER, 0);
        assertTaken(approvedCall(other));
        (other.kind, other.code, other.number) = (PayoutSentence.Kind.Reason, 42, 42);
        assertTaken(approvedCall(other));
        vm.assertEq(token.balanceOf(ALICE), 5 * 312_480_000, "payee");
    }

    /// @notice Fewer or more than two signatures are refused.
    function test_TwoSignaturesAreNeeded() public {
        string memory text = textOf(somePayout());
        for (uint256 count = 0; count < 4; ++count) {
            if (count == 2) continue;
            bytes[] memory signatures = new bytes[](count);
            for (uint256 i = 0; i < count; ++i) {
                signatures[i] = signature(keys[i], text);
            }
            assertRefused(
                payCall(somePayout(), signatures),
                abi.encodeWithSelector(TwoOfThree.WrongSignatureCount.selector, count)
            );
        }
    }

    /// @notice Signatures in the wrong order are refused.
    function test_DescendingSignersAreRefused() public {
        assertRefused(
            payCall(somePayout(), signedBy(2, 0, textOf(somePayout()))),
            abi.encodeWithSelector(TwoOfThree.SignersNotAscending.selector, approvers[2], approvers[0])
        );
    }

    /// @notice One approver twice is not two.
    function test_DuplicateSignerIsRefused() public {
        assertRefused(
            payCall(somePayout(), signedBy(1, 1, textOf(somePayout()))),
            abi.encodeWithSelector(TwoOfThree.SignersNotAscending.selector, approvers[1], approvers[1])
        );
    }

    /// @notice A stranger's signature is refused, first or second.
    function test_StrangerIsRefused() public {
        bytes memory reason = abi.encodeWithSelector(TwoOfThree.NotAnApprover.selector, vm.addr(keys[3]));
        assertRefused(payCall(somePayout(), signedBy(0, 3, textOf(somePayout()))), reason);
        assertRefused(payCall(somePayout(), signedBy(3, 1, textOf(somePayout()))), reason);
    }

    /// @notice A signature with the upper half's s is refused, so that each has one form only.
    function test_MalleableSignatureIsRefused() public {
        bytes[] memory signatures = signed(textOf(somePayout()));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[1], Textbook.digest(textOf(somePayout())));
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        s = bytes32(order - uint256(s));
        signatures[1] = abi.encodePacked(r, s, v == 27 ? uint8(28) : uint8(27));
        assertRefused(
            payCall(somePayout(), signatures), abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, s)
        );
    }

    /// @notice v is 27 or 28: a signature with 0 or 1 recovers to nobody and is refused.
    function test_OtherVIsRefused() public {
        bytes[] memory signatures = signed(textOf(somePayout()));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[0], Textbook.digest(textOf(somePayout())));
        signatures[0] = abi.encodePacked(r, s, v - 27);
        assertRefused(payCall(somePayout(), signatures), abi.encodeWithSelector(ECDSA.ECDSAInvalidSignature.selector));
    }

    /// @notice A signature that recovers to the zero address is refused as none.
    function test_ZeroSignatureIsRefused() public {
        bytes[] memory signatures = signed(textOf(somePayout()));
        signatures[0] = new bytes(65);
        assertRefused(payCall(somePayout(), signatures), abi.encodeWithSelector(ECDSA.ECDSAInvalidSignature.selector));
    }

    /// @notice A signature of another length is refused.
    function test_ShortSignatureIsRefused() public {
        bytes[] memory signatures = signed(textOf(somePayout()));
        signatures[1] = new bytes(64);
        assertRefused(
            payCall(somePayout(), signatures), abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 64)
        );
    }

    /// @notice What was signed for one payout approves no other one, whichever part differs.
    function testFuzz_SignaturesApproveOnePayout(uint8 part, uint64 change) public {
        PayoutSentence.Payout memory payout = somePayout();
        bytes[] memory signatures = signed(textOf(payout));
        change = uint64(bound(change, 1, 50));
        part = uint8(bound(part, 0, 4));
        if (part == 0) payout.amount += 10_000 * change;
        if (part == 1) payout.payee = address(uint160(payout.payee) + uint160(change));
        if (part == 2) payout.code += uint32(change);
        if (part == 3) payout.number += uint32(change);
        if (part == 4) payout.expiresAt += 60 * change;
        assertRefusedByStrangers(payCall(payout, signatures));
        vm.assertEq(token.balanceOf(address(router)), FUNDS, "router");
    }

    /// @notice What was signed for one router approves nothing on another one.
    function test_SignaturesApproveOneRouter() public {
        bytes[] memory signatures = signed(textOf(somePayout()));
        router = newRouter(setupOf());
        token.mint(address(router), FUNDS);
        assertRefusedByStrangers(payCall(somePayout(), signatures));
    }

    /// @notice On a copy of the chain with another ID nothing is paid.
    function test_AnotherChainIsRefused() public {
        bytes memory data = approvedCall(somePayout());
        vm.chainId(CHAIN + 1);
        assertRefused(data, abi.encodeWithSelector(PayoutRouter.WrongChain.selector, CHAIN, CHAIN + 1));
    }

    /// @notice A payout can be paid in the second that it names and not after it.
    function test_ExpiredPayoutIsRefused() public {
        vm.warp(SOON);
        PayoutSentence.Payout memory payout = somePayout();
        assertTaken(approvedCall(payout));
        payout.number = 43;
        vm.warp(SOON + 1);
        assertRefused(approvedCall(payout), abi.encodeWithSelector(PayoutRouter.Expired.selector, SOON));
    }

    /// @notice An approval reaches at most 400 days ahead.
    function test_FarExpiryIsRefused() public {
        uint64 start = SOON;
        vm.warp(start);
        PayoutSentence.Payout memory payout = somePayout();
        payout.expiresAt = start + 400 days;
        assertTaken(approvedCall(payout));
        (payout.number, payout.expiresAt) = (43, start + 400 days + 60);
        assertRefused(
            approvedCall(payout),
            abi.encodeWithSelector(PayoutRouter.TooFarAhead.selector, payout.expiresAt, start + 400 days)
        );
    }

    /// @notice A time with seconds is refused, since the sentence would not show them.
    function test_SecondsAreRefused() public {
        PayoutSentence.Payout memory payout = somePayout();
        payout.expiresAt += 1;
        assertRefused(
            approvedCall(payout), abi.encodeWithSelector(SentenceText.NotWholeMinute.selector, payout.expiresAt)
        );
    }

    /// @notice Nobody, the router and the token are not paid.
    function test_PayeesThatMakeNoSenseAreRefused() public {
        address[3] memory payees = [address(0), address(router), address(token)];
        for (uint256 i = 0; i < 3; ++i) {
            PayoutSentence.Payout memory payout = somePayout();
            payout.payee = payees[i];
            assertRefused(
                approvedCall(payout), abi.encodeWithSelector(PayoutRouter.PayeeNotAllowed.selector, payees[i])
            );
        }
    }

    /// @notice Nothing is not paid.
    function test_ZeroAmountIsRefused() public {
        assertRefused(approvedCall(payoutOf(0, 1)), abi.encodeWithSelector(PayoutRouter.ZeroValue.selector, "amount"));
    }

    /// @notice One payment moves up to its cap and no unit more.
    function test_PaymentCap() public {
        assertTaken(approvedCall(payoutOf(PAYMENT_CAP, 1)));
        assertRefused(
            approvedCall(payoutOf(PAYMENT_CAP + 10_000, 2)),
            abi.encodeWithSelector(PayoutRouter.AbovePaymentCap.selector, PAYMENT_CAP + 10_000, PAYMENT_CAP)
        );
    }

    /// @notice A day moves up to its cap and no unit more; the next day (UTC) starts anew.
    function test_DailyCap() public {
        uint64 midnight = uint64(NOW - NOW % 1 days + 1 days);
        vm.warp(midnight - 1);
        for (uint32 i = 1; i < 5; ++i) {
            assertTaken(approvedCall(payoutOf(PAYMENT_CAP, i)));
        }
        assertTaken(approvedCall(payoutOf(PAYMENT_CAP - 10_000, 5)));
        assertRefused(
            approvedCall(payoutOf(10_001, 6)),
            abi.encodeWithSelector(PayoutRouter.AboveDailyCap.selector, DAILY_CAP - 10_000, 10_001, DAILY_CAP)
        );
        assertTaken(approvedCall(payoutOf(10_000, 7)));
        vm.assertEq(router.spentToday(), DAILY_CAP, "spent");
        vm.warp(midnight);
        vm.assertEq(router.spentToday(), 0, "spent anew");
        assertTaken(approvedCall(payoutOf(10_001, 8)));
        vm.assertEq(router.spentToday(), 10_001, "spent");
    }

    /// @notice A day lasts from its first second to its last: what was paid in the one counts in the other.
    function test_DayCountsFromItsFirstSecondToItsLast() public {
        uint64 midnight = uint64(NOW - NOW % 1 days);
        vm.warp(midnight);
        assertTaken(approvedCall(payoutOf(70, 1)));
        vm.warp(midnight + 1 days - 1);
        vm.assertEq(router.spentToday(), 70, "spent before");
        assertTaken(approvedCall(payoutOf(30, 2)));
        vm.assertEq(router.spentToday(), 100, "spent");
    }

    /// @notice A router pays all that it has and no unit more.
    function test_UnfundedPayoutIsRefused() public {
        token.burn(address(router), FUNDS - 100);
        assertRefused(approvedCall(payoutOf(101, 1)), abi.encodeWithSelector(PayoutRouter.NotFunded.selector, 100, 101));
        assertTaken(approvedCall(payoutOf(100, 1)));
        vm.assertEq(token.balanceOf(address(router)), 0, "router");
    }

    /// @notice What is reserved for an open list pays nobody else.
    function test_ReservedFundsPayNobodyElse() public {
        token.burn(address(router), FUNDS - total - 100);
        openSomeBatch();
        assertRefused(approvedCall(payoutOf(101, 1)), abi.encodeWithSelector(PayoutRouter.NotFunded.selector, 100, 101));
        assertTaken(approvedCall(payoutOf(100, 1)));
        token.burn(address(router), 1);
        assertRefused(approvedCall(payoutOf(1, 2)), abi.encodeWithSelector(PayoutRouter.NotFunded.selector, 0, 1));
    }

    /// @notice Whatever the payout, it moves exactly its amount, or is refused and moves nothing.
    function testFuzz_ExactOrNothing(uint64 amount, address payee, uint32 number) public {
        amount = uint64(bound(amount, 1, 99_999) * 10 ** bound(number, 0, 5));
        PayoutSentence.Payout memory payout = payoutOf(amount, uint32(bound(number, 1, 9999)));
        vm.assume(payee != address(router) && payee != address(token) && payee != address(0));
        payout.payee = payee;
        bytes memory data = approvedCall(payout);
        if (amount > PAYMENT_CAP) {
            assertRefused(data, abi.encodeWithSelector(PayoutRouter.AbovePaymentCap.selector, amount, PAYMENT_CAP));
            amount = 0;
        } else {
            assertTaken(data);
        }
        vm.assertEq(token.balanceOf(payee), amount, "payee");
        vm.assertEq(token.balanceOf(address(router)), FUNDS - amount, "router");
    }

    /// @dev Fails unless the call is refused because its signatures are over something else.
    function assertRefusedByStrangers(bytes memory data) internal {
        (bool isTaken, bytes memory answer) = address(router).call(data);
        vm.assertFalse(isTaken, "taken");
        vm.assertEq(bytes32(bytes4(answer)), bytes32(TwoOfThree.NotAnApprover.selector), "reason");
    }
}

/// @notice Lists of payouts, on either router.
abstract contract BatchBehaviour is PayoutFixture {
    function stored() internal view returns (PayoutRouter.StoredBatch memory batch) {
        return router.batchOf(root);
    }

    function assertBatch(uint64 left, PayoutRouter.BatchState state) internal view {
        PayoutRouter.StoredBatch memory batch = stored();
        vm.assertEq(batch.total, total, "total");
        vm.assertEq(batch.left, left, "left");
        vm.assertEq(batch.count, 3, "count");
        vm.assertEq(batch.month, OCTOBER, "month");
        vm.assertEq(batch.expiresAt, SOON, "expiresAt");
        vm.assertTrue(batch.state == state, "state");
    }

    /// @notice A list never seen is all zero.
    function test_UnknownListIsAllZero() public view {
        PayoutRouter.StoredBatch memory empty;
        vm.assertEq(keccak256(abi.encode(stored())), keccak256(abi.encode(empty)), "batch");
    }

    /// @notice Opening a list reserves its total and keeps what it says.
    function test_OpeningReserves() public {
        expectEmit();
        emit PayoutRouter.BatchOpened(root, OCTOBER, total, 3, SOON);
        openSomeBatch();
        assertBatch(total, PayoutRouter.BatchState.Open);
        vm.assertEq(router.reserved(), total, "reserved");
        vm.assertEq(token.balanceOf(address(router)), FUNDS, "router");
    }

    /// @notice The router's sentence is what the approvers are shown.
    function test_SentenceOfAList() public view {
        vm.assertEq(router.batchSentence(someBatch()), textOf(someBatch()), "sentence");
    }

    /// @notice A list without approval is not opened.
    function test_UnapprovedListIsRefused() public {
        bytes[] memory signatures = signedBy(0, 3, textOf(someBatch()));
        assertRefused(
            abi.encodeCall(router.openBatch, (someBatch(), signatures)),
            abi.encodeWithSelector(TwoOfThree.NotAnApprover.selector, vm.addr(keys[3]))
        );
    }

    /// @notice What was signed for one list opens no other one, whichever part differs.
    function testFuzz_SignaturesOpenOneList(uint8 part) public {
        PayoutSentence.Batch memory batch = someBatch();
        bytes[] memory signatures = signed(textOf(batch));
        part = uint8(bound(part, 0, 4));
        if (part == 0) batch.root = keccak256("another");
        if (part == 1) batch.total += 1;
        if (part == 2) batch.count += 1;
        if (part == 3) batch.month += 1;
        if (part == 4) batch.expiresAt += 60;
        (bool isTaken, bytes memory answer) =
            address(router).call(abi.encodeCall(router.openBatch, (batch, signatures)));
        vm.assertFalse(isTaken, "taken");
        vm.assertEq(bytes32(bytes4(answer)), bytes32(TwoOfThree.NotAnApprover.selector), "reason");
    }

    /// @notice A list is opened once, and never again after it was closed.
    function test_ListIsOpenedOnce() public {
        bytes memory reason = abi.encodeWithSelector(PayoutRouter.BatchAlreadyKnown.selector, root);
        openSomeBatch();
        assertRefused(openCall(someBatch()), reason);
        vm.warp(SOON + 1);
        router.closeBatch(root);
        PayoutSentence.Batch memory batch = someBatch();
        batch.expiresAt += 1 days;
        assertRefused(openCall(batch), reason);
    }

    /// @notice A list without root, total or recipients is refused.
    function test_EmptyListIsRefused() public {
        bytes memory reason = abi.encodeWithSelector(PayoutRouter.EmptyBatch.selector);
        PayoutSentence.Batch memory batch = someBatch();
        batch.root = 0;
        assertRefused(openCall(batch), reason);
        batch = someBatch();
        batch.total = 0;
        assertRefused(openCall(batch), reason);
        batch = someBatch();
        batch.count = 0;
        assertRefused(openCall(batch), reason);
    }

    /// @notice A list whose time is over, or too far ahead, is not opened.
    function test_TimeOfAList() public {
        vm.warp(SOON + 1);
        assertRefused(openCall(someBatch()), abi.encodeWithSelector(PayoutRouter.Expired.selector, SOON));
        PayoutSentence.Batch memory batch = someBatch();
        batch.expiresAt = SOON + 400 days + 60;
        assertRefused(
            openCall(batch),
            abi.encodeWithSelector(PayoutRouter.TooFarAhead.selector, batch.expiresAt, SOON + 1 + 400 days)
        );
    }

    /// @notice A list is opened on the router's chain only.
    function test_ListOnAnotherChainIsRefused() public {
        bytes memory data = openCall(someBatch());
        vm.chainId(1);
        assertRefused(data, abi.encodeWithSelector(PayoutRouter.WrongChain.selector, CHAIN, 1));
    }

    /// @notice Open lists come to at most what is here: exactly all is taken, a unit more is not.
    function test_ListAboveTheFundsIsRefused() public {
        token.burn(address(router), FUNDS - total + 1);
        assertRefused(openCall(someBatch()), abi.encodeWithSelector(PayoutRouter.NotFunded.selector, total - 1, total));
        token.mint(address(router), 1);
        openSomeBatch();
        PayoutSentence.Batch memory batch = someBatch();
        (batch.root, batch.total) = (keccak256("another"), 1);
        assertRefused(openCall(batch), abi.encodeWithSelector(PayoutRouter.NotFunded.selector, 0, 1));
    }

    /// @notice Two open lists reserve the sum of their totals.
    function test_ListsAddUp() public {
        openSomeBatch();
        PayoutSentence.Batch memory batch = someBatch();
        (batch.root, batch.total, batch.count) = (keccak256("another"), 5, 1);
        assertTaken(openCall(batch));
        vm.assertEq(router.reserved(), total + 5, "reserved");
    }

    /// @notice Each recipient is paid by a call of its own, whoever makes it and in whichever order.
    function test_RecipientsArePaid() public {
        openSomeBatch();
        uint64 left = total;
        for (uint256 n = 3; n > 0; --n) {
            uint256 i = n - 1;
            vm.assertFalse(router.isClaimPaid(root, uint32(i)), "paid before");
            bytes memory data = lineCall(i);
            expectEmit();
            emit PayoutRouter.BatchPaid(root, lines[i].payee, uint32(i), lines[i].amount);
            vm.prank(BOB);
            assertTaken(data);
            left -= lines[i].amount;
            vm.assertEq(token.balanceOf(lines[i].payee), lines[i].amount, "payee");
            vm.assertTrue(router.isClaimPaid(root, uint32(i)), "paid");
            assertBatch(left, PayoutRouter.BatchState.Open);
            vm.assertEq(router.reserved(), left, "reserved");
            vm.assertEq(router.spentToday(), total - left, "spent");
        }
        vm.assertEq(token.balanceOf(address(router)), FUNDS - total, "router");
    }

    /// @notice A recipient is paid once.
    function test_RecipientIsPaidOnce() public {
        openSomeBatch();
        assertTaken(lineCall(1));
        assertRefused(lineCall(1), abi.encodeWithSelector(PayoutRouter.AlreadyClaimed.selector, root, 1));
        assertTaken(lineCall(0));
    }

    /// @notice Nobody is paid from a list that was never opened.
    function test_UnknownListPaysNobody() public {
        assertRefused(lineCall(0), abi.encodeWithSelector(PayoutRouter.BatchNotOpen.selector, root));
    }

    /// @notice Another payee, amount or line than the list's is refused, and so is a proof that leads elsewhere.
    function test_LinesThatAreNotInTheListAreRefused() public {
        openSomeBatch();
        bytes memory reason = abi.encodeWithSelector(PayoutRouter.NotInBatch.selector, root, 0);
        PayoutRouter.Claim memory line = lines[0];
        line.payee = BOB;
        assertRefused(claimCall(line, proofOf(0)), reason);
        line = lines[0];
        line.amount += 1;
        assertRefused(claimCall(line, proofOf(0)), reason);
        assertRefused(claimCall(lines[0], proofOf(1)), reason);
        assertRefused(claimCall(lines[0], new bytes32[](0)), reason);
        line = lines[0];
        line.index = 1;
        assertRefused(claimCall(line, proofOf(0)), abi.encodeWithSelector(PayoutRouter.NotInBatch.selector, root, 1));
    }

    /// @notice A list pays as many recipients as its sentence said, though its tree may hold more.
    function test_LinesBeyondTheCountAreRefused() public {
        PayoutSentence.Batch memory batch = someBatch();
        batch.count = 2;
        assertTaken(openCall(batch));
        assertTaken(lineCall(1));
        assertRefused(lineCall(2), abi.encodeWithSelector(PayoutRouter.NotInBatch.selector, root, 2));
    }

    /// @notice A list pays at most what its sentence said, though its lines may come to more.
    function test_OverdrawnListIsRefused() public {
        PayoutSentence.Batch memory batch = someBatch();
        batch.total = lines[0].amount + lines[1].amount - 1;
        assertTaken(openCall(batch));
        assertTaken(lineCall(0));
        assertRefused(
            lineCall(1),
            abi.encodeWithSelector(PayoutRouter.BatchOverdrawn.selector, root, lines[1].amount - 1, lines[1].amount)
        );
        assertTaken(lineCall(2));
        vm.assertEq(router.reserved(), batch.total - lines[0].amount - lines[2].amount, "reserved");
    }

    /// @notice A leaf made for another chain, router or month proves nothing here.
    function test_LeavesOfElsewhereAreRefused() public {
        PayoutRouter.Claim memory line = lines[0];
        bytes32[3] memory elsewhere = [
            leafOf(CHAIN + 1, address(router), OCTOBER, line),
            leafOf(CHAIN, address(this), OCTOBER, line),
            leafOf(CHAIN, address(router), OCTOBER + 1, line)
        ];
        for (uint256 i = 0; i < 3; ++i) {
            PayoutSentence.Batch memory batch = someBatch();
            (batch.root, batch.count) = (elsewhere[i], 1);
            assertTaken(openCall(batch));
            line.root = elsewhere[i];
            assertRefused(
                claimCall(line, new bytes32[](0)),
                abi.encodeWithSelector(PayoutRouter.NotInBatch.selector, line.root, 0)
            );
        }
    }

    /// @notice A leaf that was hashed once is refused, so that no inner node can pass for one.
    function test_LeavesAreHashedTwice() public {
        PayoutRouter.Claim memory line = lines[0];
        PayoutSentence.Batch memory batch = someBatch();
        line.root = keccak256(abi.encode(CHAIN, router, OCTOBER, line.index, line.payee, line.amount));
        (batch.root, batch.count) = (line.root, 1);
        assertTaken(openCall(batch));
        assertRefused(
            claimCall(line, new bytes32[](0)), abi.encodeWithSelector(PayoutRouter.NotInBatch.selector, line.root, 0)
        );
    }

    /// @notice Lines whose numbers are 256 apart are marked apart from each other.
    function test_DistantLinesAreMarkedApart() public {
        PayoutRouter.Claim memory first = PayoutRouter.Claim(0, 300, ALICE, 10);
        PayoutRouter.Claim memory second = PayoutRouter.Claim(0, 300 - 256, BOB, 20);
        bytes32[] memory proof = new bytes32[](1);
        bytes32 firstLeaf = leafOf(CHAIN, address(router), OCTOBER, first);
        bytes32 secondLeaf = leafOf(CHAIN, address(router), OCTOBER, second);
        PayoutSentence.Batch memory batch = someBatch();
        (batch.root, batch.total, batch.count) = (hashPair(firstLeaf, secondLeaf), 30, 301);
        (first.root, second.root) = (batch.root, batch.root);
        assertTaken(openCall(batch));
        proof[0] = secondLeaf;
        assertTaken(claimCall(first, proof));
        vm.assertTrue(router.isClaimPaid(batch.root, 300), "first");
        vm.assertFalse(router.isClaimPaid(batch.root, 44), "second");
        vm.assertFalse(router.isClaimPaid(batch.root, 301), "another");
        proof[0] = firstLeaf;
        assertTaken(claimCall(second, proof));
        assertRefused(
            claimCall(second, proof), abi.encodeWithSelector(PayoutRouter.AlreadyClaimed.selector, batch.root, 44)
        );
    }

    /// @notice The lines at the ends of a word of 256 marks are paid once each, and mark no other line.
    function test_LinesAtTheEndsOfAWordAreMarkedApart() public {
        uint32[4] memory ends = [uint32(0), 255, 256, 511];
        PayoutRouter.Claim[4] memory claims;
        bytes32[4] memory leaves;
        for (uint32 i = 0; i < 4; ++i) {
            claims[i] = PayoutRouter.Claim(0, ends[i], address(uint160(0xE0D5 + i)), 10 + i);
            leaves[i] = leafOf(CHAIN, address(router), OCTOBER, claims[i]);
        }
        bytes32[2] memory pairs = [hashPair(leaves[0], leaves[1]), hashPair(leaves[2], leaves[3])];
        PayoutSentence.Batch memory batch = someBatch();
        (batch.root, batch.total, batch.count) = (hashPair(pairs[0], pairs[1]), 46, 512);
        assertTaken(openCall(batch));
        bytes32[] memory proof = new bytes32[](2);
        for (uint32 i = 0; i < 4; ++i) {
            (claims[i].root, proof[0], proof[1]) = (batch.root, leaves[i ^ 1], pairs[1 - i / 2]);
            assertTaken(claimCall(claims[i], proof));
            assertRefused(
                claimCall(claims[i], proof),
                abi.encodeWithSelector(PayoutRouter.AlreadyClaimed.selector, batch.root, ends[i])
            );
            for (uint32 j = 0; j < 4; ++j) {
                vm.assertTrue(router.isClaimPaid(batch.root, ends[j]) == (j <= i), "an end of a word");
            }
            vm.assertFalse(router.isClaimPaid(batch.root, 1), "second of a word");
            vm.assertFalse(router.isClaimPaid(batch.root, 254), "last but one of a word");
        }
        vm.assertEq(router.reserved(), 0, "reserved");
    }

    /// @notice Recipients are paid in the second that the list names and not after it.
    function test_ExpiredListPaysNobody() public {
        openSomeBatch();
        vm.warp(SOON);
        assertTaken(lineCall(0));
        vm.warp(SOON + 1);
        PayoutRouter.Claim memory line = lines[1];
        assertRefused(claimCall(line, proofOf(1)), abi.encodeWithSelector(PayoutRouter.Expired.selector, SOON));
    }

    /// @notice Recipients are paid on the router's chain only.
    function test_ClaimOnAnotherChainIsRefused() public {
        openSomeBatch();
        bytes memory data = lineCall(0);
        vm.chainId(CHAIN + 1);
        assertRefused(data, abi.encodeWithSelector(PayoutRouter.WrongChain.selector, CHAIN, CHAIN + 1));
    }

    /// @notice The caps hold for the lines of a list, too.
    function test_CapsHoldForLines() public {
        openSomeBatch();
        setCaps(150 * USDT, 160 * USDT, 1);
        assertRefused(
            lineCall(1), abi.encodeWithSelector(PayoutRouter.AbovePaymentCap.selector, 200 * USDT, 150 * USDT)
        );
        assertTaken(approvedCall(payoutOf(60 * USDT + 1, 1)));
        assertRefused(
            lineCall(0),
            abi.encodeWithSelector(PayoutRouter.AboveDailyCap.selector, 60 * USDT + 1, 100 * USDT, 160 * USDT)
        );
        assertTaken(lineCall(2));
    }

    /// @notice A list is closed after its time, by anyone, and what was not paid is free again.
    function test_ClosingFreesWhatWasNotPaid() public {
        openSomeBatch();
        assertTaken(lineCall(0));
        uint64 left = total - lines[0].amount;
        vm.warp(SOON);
        bytes memory data = abi.encodeCall(router.closeBatch, (root));
        assertRefused(data, abi.encodeWithSelector(PayoutRouter.BatchStillOpen.selector, root, SOON));
        vm.warp(SOON + 1);
        expectEmit();
        emit PayoutRouter.BatchClosed(root, left);
        vm.prank(BOB);
        assertTaken(data);
        assertBatch(left, PayoutRouter.BatchState.Closed);
        vm.assertEq(router.reserved(), 0, "reserved");
        bytes memory reason = abi.encodeWithSelector(PayoutRouter.BatchNotOpen.selector, root);
        assertRefused(data, reason);
        assertRefused(lineCall(1), reason);
    }

    /// @notice A list never opened is not closed.
    function test_UnknownListIsNotClosed() public {
        assertRefused(
            abi.encodeCall(router.closeBatch, (root)), abi.encodeWithSelector(PayoutRouter.BatchNotOpen.selector, root)
        );
    }

    function setCaps(uint64 paymentCap, uint64 dailyCap, uint32 change) internal {
        string memory text = Textbook.caps(paymentCap, dailyCap, change, SOON, address(router));
        router.setCaps(paymentCap, dailyCap, change, SOON, signed(text));
    }
}

/// @notice What the token does, on either router.
abstract contract TokenBehaviour is PayoutFixture {
    /// @notice A token that answers false and moves is taken by what it did, as USDT on TRON is.
    function test_FalseButMovesIsTaken() public {
        assertPays(new FalseButMovesToken());
    }

    /// @notice A token that answers nothing is taken by what it did.
    function test_SilentTokenIsTaken() public {
        assertPays(new SilentToken());
    }

    /// @notice A token that answers false and does not move is refused.
    function test_FalseAndStaysIsRefused() public {
        assertDoesNotPay(new FalseAndStaysToken(), PayoutRouter.TransferNotExact.selector);
    }

    /// @notice A token that answers true and does not move is refused.
    function test_TrueAndStaysIsRefused() public {
        assertDoesNotPay(new TrueAndStaysToken(), PayoutRouter.TransferNotExact.selector);
    }

    /// @notice A token that gives the payee more than was paid is refused.
    function test_GenerousTokenIsRefused() public {
        assertDoesNotPay(new GenerousToken(), PayoutRouter.TransferNotExact.selector);
    }

    /// @notice A token that takes less from the router than was paid is refused, too.
    function test_LenientTokenIsRefused() public {
        assertDoesNotPay(new LenientToken(), PayoutRouter.TransferNotExact.selector);
    }

    /// @notice A token that is stopped pays nobody, and pays once it goes on.
    function test_PausedTokenIsRefused() public {
        PausableToken pausable = new PausableToken();
        pausable.setPaused(true);
        assertDoesNotPay(pausable, PayoutRouter.TransferRefused.selector);
        pausable.setPaused(false);
        assertTaken(approvedCall(somePayout()));
        assertTaken(lineCall(0));
    }

    /// @notice A fee that is switched on later is refused, whoever pays it; switched off, payments go on.
    function test_FeeIsRefused() public {
        FeeToken fee = new FeeToken();
        assertPays(fee);
        bytes memory data = approvedCall(payoutOf(100, 1));
        bytes memory reason = abi.encodeWithSelector(PayoutRouter.TransferNotExact.selector, ALICE, 100);
        fee.setFees(1, 0);
        assertRefused(data, reason);
        fee.setFees(0, 1);
        assertRefused(data, reason);
        fee.setFees(0, 0);
        assertTaken(data);
    }

    /// @notice A recipient whom the token blocks does not hold up the others, and is paid once it does not block it.
    function test_BlockedRecipientHoldsUpNobody() public {
        BlocklistToken blocklist = new BlocklistToken();
        useToken(blocklist);
        openSomeBatch();
        blocklist.setBlocked(lines[1].payee, true);
        assertTaken(lineCall(0));
        assertRefused(
            lineCall(1), abi.encodeWithSelector(PayoutRouter.TransferRefused.selector, lines[1].payee, lines[1].amount)
        );
        vm.assertFalse(router.isClaimPaid(root, 1), "paid");
        assertTaken(lineCall(2));
        vm.assertEq(router.reserved(), lines[1].amount, "reserved");
        blocklist.setBlocked(lines[1].payee, false);
        assertTaken(lineCall(1));
    }

    /// @notice A token that calls back gets nothing paid, claimed or opened in between.
    function test_ReentrantTokenGetsNothing() public {
        ReentrantToken reentrant = new ReentrantToken();
        useToken(reentrant);
        openSomeBatch();
        PayoutSentence.Batch memory other = someBatch();
        other.root = keccak256("another");
        bytes[3] memory calls = [approvedCall(payoutOf(5, 100)), lineCall(1), openCall(other)];
        for (uint32 i = 0; i < 3; ++i) {
            reentrant.setCall(calls[i]);
            assertTaken(approvedCall(payoutOf(10, i + 1)));
            vm.assertFalse(reentrant.isTaken(), "taken by a payout");
            assertGuarded(reentrant.answer());
        }
        reentrant.setCall(approvedCall(payoutOf(5, 101)));
        assertTaken(lineCall(0));
        vm.assertFalse(reentrant.isTaken(), "taken by a claim");
        assertGuarded(reentrant.answer());
        vm.assertEq(token.balanceOf(address(router)), FUNDS - 30 - lines[0].amount, "router");
    }

    function assertGuarded(bytes memory answer) private pure {
        bytes memory reason = abi.encodeWithSelector(ReentrancyGuard.ReentrancyGuardReentrantCall.selector);
        vm.assertEq(answer, reason, "answer");
    }

    function assertPays(StandardToken token_) private {
        useToken(token_);
        assertTaken(approvedCall(somePayout()));
        vm.assertEq(token.balanceOf(ALICE), 312_480_000, "payee");
        openSomeBatch();
        assertTaken(lineCall(0));
        vm.assertEq(token.balanceOf(lines[0].payee), lines[0].amount, "payee of a line");
    }

    function assertDoesNotPay(StandardToken token_, bytes4 error_) private {
        useToken(token_);
        assertRefused(approvedCall(somePayout()), abi.encodeWithSelector(error_, ALICE, 312_480_000));
        vm.assertFalse(router.isPayoutPaid(idOf(somePayout())), "paid");
        openSomeBatch();
        assertRefused(lineCall(0), abi.encodeWithSelector(error_, lines[0].payee, lines[0].amount));
        vm.assertFalse(router.isClaimPaid(root, 0), "claimed");
        vm.assertEq(token.balanceOf(address(router)), FUNDS, "router");
    }
}
