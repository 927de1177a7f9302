// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PayoutRouter} from "../../src/payouts/PayoutRouter.sol";
import {PayoutSentence} from "../../src/payouts/PayoutSentence.sol";
import {SentenceText} from "../../src/payouts/SentenceText.sol";
import {SignerSentence} from "../../src/payouts/SignerSentence.sol";
import {TwoOfThree} from "../../src/payouts/TwoOfThree.sol";
import {PayoutFixture} from "./PayoutFixture.sol";
import {Textbook} from "./Textbook.sol";

/// @notice Construction, pause, caps and pauser, on either router.
abstract contract ControlBehaviour is PayoutFixture {
    /// @notice A new router is as its maker said, and says so.
    function test_NewRouter() public {
        expectNextRouter();
        emit PayoutRouter.SignersRotated(1, approvers, vm.addr(complianceKey), uint64(NOW));
        expectNextRouter();
        emit PayoutRouter.PauserChanged(0, address(0), PAUSER);
        expectNextRouter();
        emit PayoutRouter.CapsChanged(0, 0, PAYMENT_CAP, 0, DAILY_CAP);
        router = newRouter(setupOf());
        vm.assertEq(address(router.TOKEN()), address(token), "token");
        vm.assertEq(router.CHAIN_ID(), CHAIN, "chain");
        vm.assertEq(router.MAX_AHEAD(), 400 days, "ahead");
        vm.assertEq(router.MAX_LATE(), 30 days, "late");
        vm.assertEq(router.pauser(), PAUSER, "pauser");
        vm.assertFalse(router.paused(), "paused");
        vm.assertEq(router.changes(), 0, "changes");
        assertCaps(PAYMENT_CAP, DAILY_CAP);
    }

    /// @notice A token without code is refused.
    function test_TokenWithoutCodeIsRefused() public {
        PayoutRouter.Setup memory setup = setupOf();
        setup.token = ALICE;
        vm.expectRevert(abi.encodeWithSelector(PayoutRouter.NotAContract.selector, ALICE));
        newRouter(setup);
    }

    /// @notice A router for another chain is not made here.
    function test_RouterForAnotherChainIsRefused() public {
        PayoutRouter.Setup memory setup = setupOf();
        setup.chainId = 1;
        vm.expectRevert(abi.encodeWithSelector(PayoutRouter.WrongChain.selector, 1, CHAIN));
        newRouter(setup);
    }

    /// @notice A router without three ascending approvers is refused.
    function test_WrongApproversAreRefused() public {
        PayoutRouter.Setup memory setup = setupOf();
        setup.approvers = [approvers[1], approvers[0], approvers[2]];
        vm.expectRevert(abi.encodeWithSelector(SignerSentence.ApproversNotAscending.selector, setup.approvers));
        newRouter(setup);
    }

    /// @notice A router without its set's number is refused.
    function test_NoSetNumberIsRefused() public {
        PayoutRouter.Setup memory setup = setupOf();
        setup.setNumber = 0;
        vm.expectRevert(abi.encodeWithSelector(PayoutRouter.ZeroValue.selector, "setNumber"));
        newRouter(setup);
    }

    /// @notice A router whose compliance signer is an approver, in any place, is refused: a service's key would approve.
    function test_ComplianceSignerWhoApprovesIsRefused() public {
        PayoutRouter.Setup memory setup = setupOf();
        for (uint256 i = 0; i < 3; ++i) {
            setup.complianceSigner = approvers[i];
            vm.expectRevert(abi.encodeWithSelector(SignerSentence.ComplianceSignerIsApprover.selector, approvers[i]));
            newRouter(setup);
        }
    }

    /// @notice Two approvers are above pauser and caps, also while payments are stopped: this is what is promised of them.
    function test_TwoApproversAreAbovePauserAndCaps() public {
        pause();
        assertTaken(pauserCall(BOB, 1));
        assertTaken(capsCall(1_000_000 * USDT, 5_000_000 * USDT, 2));
        assertTaken(resumeCall(3, signed(resumeText(3))));
        assertTaken(approvedCall(payoutOf(FUNDS, 1)));
    }

    /// @notice A router without a pauser is refused.
    function test_NoPauserIsRefused() public {
        PayoutRouter.Setup memory setup = setupOf();
        setup.pauser = address(0);
        vm.expectRevert(abi.encodeWithSelector(PayoutRouter.ZeroValue.selector, "pauser"));
        newRouter(setup);
    }

    /// @notice A router with caps out of their bounds is refused.
    function test_FirstCapsAreBounded() public {
        PayoutRouter.Setup memory setup = setupOf();
        setup.paymentCap = 0;
        vm.expectRevert(abi.encodeWithSelector(PayoutRouter.CapOutOfBounds.selector, 0, USDT, 1_000_000 * USDT));
        newRouter(setup);
    }

    /// @notice The pauser stops payouts, claims and new lists at once; lists can still be closed.
    function test_PauseStopsPayments() public {
        openSomeBatch();
        PayoutSentence.Batch memory other = someBatch();
        other.root = keccak256("another");
        bytes[3] memory calls = [approvedCall(somePayout()), lineCall(0), openCall(other)];
        pause();
        vm.assertTrue(router.paused(), "paused");
        for (uint256 i = 0; i < 3; ++i) {
            assertRefused(calls[i], abi.encodeWithSelector(PayoutRouter.PayoutsArePaused.selector));
        }
        vm.warp(SOON + 1);
        assertTaken(abi.encodeCall(router.closeBatch, (root)));
    }

    /// @notice Nobody but the pauser stops payments, approvers and the compliance signer included.
    function testFuzz_OnlyThePauserPauses(address caller) public {
        vm.assume(caller != PAUSER);
        vm.prank(caller);
        assertRefused(abi.encodeCall(router.pause, ()), abi.encodeWithSelector(PayoutRouter.NotPauser.selector, caller));
        vm.prank(approvers[0]);
        assertRefused(
            abi.encodeCall(router.pause, ()), abi.encodeWithSelector(PayoutRouter.NotPauser.selector, approvers[0])
        );
        vm.assertFalse(router.paused(), "paused");
    }

    /// @notice Stopped payments are not stopped again.
    function test_PausedIsNotPausedAgain() public {
        pause();
        vm.prank(PAUSER);
        assertRefused(abi.encodeCall(router.pause, ()), abi.encodeWithSelector(PayoutRouter.PayoutsArePaused.selector));
    }

    /// @notice The approvers resume payments by a sentence, whoever submits it.
    function test_ApproversResume() public {
        bytes memory payment = approvedCall(somePayout());
        pause();
        bytes memory data = resumeCall(1, signed(resumeText(1)));
        expectEmit();
        emit PayoutRouter.PayoutsResumed(1);
        vm.prank(BOB);
        assertTaken(data);
        vm.assertFalse(router.paused(), "paused");
        vm.assertEq(router.changes(), 1, "changes");
        assertTaken(payment);
    }

    /// @notice The sentences of the changes are what the approvers are shown.
    function test_SentencesOfChanges() public view {
        vm.assertEq(router.resumeSentence(7, SOON), Textbook.resume(7, SOON, address(router)), "resume");
        vm.assertEq(
            router.capsSentence(1, 123_456_700_000, 8, SOON),
            Textbook.caps(1, 123_456_700_000, 8, SOON, address(router)),
            "caps"
        );
        vm.assertEq(router.pauserSentence(BOB, 9, SOON), Textbook.pauser(BOB, 9, SOON, address(router)), "pauser");
    }

    /// @notice Neither the pauser nor anyone else resumes payments without the approvers.
    function test_ResumingNeedsApprovers() public {
        pause();
        bytes memory data = resumeCall(1, signedBy(1, 3, resumeText(1)));
        vm.prank(PAUSER);
        assertRefused(data, abi.encodeWithSelector(TwoOfThree.NotAnApprover.selector, vm.addr(keys[3])));
        vm.assertTrue(router.paused(), "paused");
    }

    /// @notice Payments that go on are not resumed, so that a sentence is not kept for later.
    function test_ResumingWhatGoesOnIsRefused() public {
        assertRefused(
            resumeCall(1, signed(resumeText(1))), abi.encodeWithSelector(PayoutRouter.PayoutsAreNotPaused.selector)
        );
    }

    /// @notice The approvers set the caps.
    function test_ApproversSetCaps() public {
        bytes memory data = capsCall(2 * USDT, 3 * USDT, 1);
        expectEmit();
        emit PayoutRouter.CapsChanged(1, PAYMENT_CAP, 2 * USDT, DAILY_CAP, 3 * USDT);
        assertTaken(data);
        assertCaps(2 * USDT, 3 * USDT);
        assertTaken(approvedCall(payoutOf(2 * USDT, 1)));
        assertRefused(
            approvedCall(payoutOf(2 * USDT, 2)),
            abi.encodeWithSelector(PayoutRouter.AboveDailyCap.selector, 2 * USDT, 2 * USDT, 3 * USDT)
        );
    }

    /// @notice Caps are set while payments are stopped, too.
    function test_CapsAreSetWhilePaused() public {
        pause();
        assertTaken(capsCall(2 * USDT, 3 * USDT, 1));
    }

    /// @notice Each cap is taken at the ends of its bounds and refused beyond them.
    function test_CapsStayInTheirBounds() public {
        vm.assertEq(router.MIN_PAYMENT_CAP(), USDT, "min of a payment");
        vm.assertEq(router.MAX_PAYMENT_CAP(), 1_000_000 * USDT, "max of a payment");
        vm.assertEq(router.MIN_DAILY_CAP(), USDT, "min of a day");
        vm.assertEq(router.MAX_DAILY_CAP(), 5_000_000 * USDT, "max of a day");
        assertTaken(capsCall(USDT, USDT, 1));
        assertTaken(capsCall(1_000_000 * USDT, 5_000_000 * USDT, 2));
        assertCaps(1_000_000 * USDT, 5_000_000 * USDT);
        assertOutOfBounds(USDT - 1, USDT, USDT - 1, 1_000_000 * USDT);
        assertOutOfBounds(1_000_000 * USDT + 1, USDT, 1_000_000 * USDT + 1, 1_000_000 * USDT);
        assertOutOfBounds(USDT, USDT - 1, USDT - 1, 5_000_000 * USDT);
        assertOutOfBounds(USDT, 5_000_000 * USDT + 1, 5_000_000 * USDT + 1, 5_000_000 * USDT);
        assertCaps(1_000_000 * USDT, 5_000_000 * USDT);
    }

    /// @notice No caps without the approvers.
    function test_CapsNeedApprovers() public {
        string memory text = Textbook.caps(2 * USDT, 3 * USDT, 1, SOON, address(router));
        bytes[] memory signatures = signedBy(0, 3, text);
        assertRefused(
            abi.encodeCall(router.setCaps, (2 * USDT, 3 * USDT, 1, SOON, signatures)),
            abi.encodeWithSelector(TwoOfThree.NotAnApprover.selector, vm.addr(keys[3]))
        );
    }

    /// @notice The approvers say who may pause; the old pauser cannot any more.
    function test_ApproversSetThePauser() public {
        bytes memory data = pauserCall(BOB, 1);
        expectEmit();
        emit PayoutRouter.PauserChanged(1, PAUSER, BOB);
        assertTaken(data);
        vm.assertEq(router.pauser(), BOB, "pauser");
        vm.prank(PAUSER);
        assertRefused(abi.encodeCall(router.pause, ()), abi.encodeWithSelector(PayoutRouter.NotPauser.selector, PAUSER));
        vm.prank(BOB);
        assertTaken(abi.encodeCall(router.pause, ()));
    }

    /// @notice Nobody is not a pauser.
    function test_ZeroPauserIsRefused() public {
        assertRefused(pauserCall(address(0), 1), abi.encodeWithSelector(PayoutRouter.ZeroValue.selector, "pauser"));
    }

    /// @notice No pauser without the approvers.
    function test_PauserNeedsApprovers() public {
        bytes[] memory signatures = signedBy(0, 3, Textbook.pauser(BOB, 1, SOON, address(router)));
        assertRefused(
            abi.encodeCall(router.setPauser, (BOB, 1, SOON, signatures)),
            abi.encodeWithSelector(TwoOfThree.NotAnApprover.selector, vm.addr(keys[3]))
        );
    }

    /// @notice Changes are numbered one after the other, whatever they are, so that none is made twice.
    function test_ChangesAreNumbered() public {
        assertWrongNumber(capsCall(2 * USDT, 3 * USDT, 0), 1, 0);
        assertWrongNumber(capsCall(2 * USDT, 3 * USDT, 2), 1, 2);
        bytes memory first = capsCall(2 * USDT, 3 * USDT, 1);
        assertTaken(first);
        assertWrongNumber(first, 2, 1);
        assertWrongNumber(pauserCall(BOB, 1), 2, 1);
        assertTaken(pauserCall(BOB, 2));
        vm.prank(BOB);
        router.pause();
        assertWrongNumber(resumeCall(2, signed(resumeText(2))), 3, 2);
        assertTaken(resumeCall(3, signed(resumeText(3))));
        vm.assertEq(router.changes(), 3, "changes");
    }

    /// @notice A change is made until its time, and on the router's chain.
    function test_ChangesExpire() public {
        bytes memory data = capsCall(2 * USDT, 3 * USDT, 1);
        vm.chainId(5);
        assertRefused(data, abi.encodeWithSelector(PayoutRouter.WrongChain.selector, CHAIN, 5));
        vm.chainId(CHAIN);
        vm.warp(SOON + 1);
        assertRefused(data, abi.encodeWithSelector(PayoutRouter.Expired.selector, SOON));
        vm.warp(SOON - 401 days);
        assertRefused(data, abi.encodeWithSelector(PayoutRouter.TooFarAhead.selector, SOON, SOON - 1 days));
        vm.warp(SOON);
        assertTaken(data);
    }

    function pause() internal {
        expectEmit();
        emit PayoutRouter.PayoutsPaused(PAUSER);
        vm.prank(PAUSER);
        router.pause();
    }

    function assertCaps(uint64 payment, uint64 daily) internal view {
        (uint64 paymentCap, uint64 dailyCap) = router.caps();
        vm.assertEq(paymentCap, payment, "payment cap");
        vm.assertEq(dailyCap, daily, "daily cap");
    }

    function assertOutOfBounds(uint64 payment, uint64 daily, uint64 given, uint64 max) private {
        assertRefused(
            capsCall(payment, daily, 3), abi.encodeWithSelector(PayoutRouter.CapOutOfBounds.selector, given, USDT, max)
        );
    }

    function assertWrongNumber(bytes memory data, uint32 expected, uint32 given) private {
        assertRefused(data, abi.encodeWithSelector(PayoutRouter.WrongChangeNumber.selector, expected, given));
    }

    function resumeText(uint32 change) private view returns (string memory text) {
        return Textbook.resume(change, SOON, address(router));
    }

    function resumeCall(uint32 change, bytes[] memory signatures) private view returns (bytes memory data) {
        return abi.encodeCall(router.resume, (change, SOON, signatures));
    }

    function capsCall(uint64 payment, uint64 daily, uint32 change) private view returns (bytes memory data) {
        string memory text = Textbook.caps(payment, daily, change, SOON, address(router));
        return abi.encodeCall(router.setCaps, (payment, daily, change, SOON, signed(text)));
    }

    function pauserCall(address next, uint32 change) private view returns (bytes memory data) {
        string memory text = Textbook.pauser(next, change, SOON, address(router));
        return abi.encodeCall(router.setPauser, (next, change, SOON, signed(text)));
    }

    function expectNextRouter() private {
        vm.expectEmit(vm.computeCreateAddress(address(this), vm.getNonce(address(this))));
    }
}

/// @notice Handing over to another set of signers, on either router.
abstract contract RotationBehaviour is PayoutFixture {
    address[3] internal nextApprovers;
    address internal constant NEXT_COMPLIANCE = address(uint160(uint256(keccak256("next compliance"))));

    /// @dev The next set: the second and third approver, and the fourth person.
    function setUp() public virtual override {
        super.setUp();
        nextApprovers = [vm.addr(keys[1]), vm.addr(keys[2]), vm.addr(keys[3])];
    }

    /// @notice A new router has its first set and no other one coming.
    function test_FirstSet() public view {
        assertSigners(1, approvers, vm.addr(complianceKey));
        assertNoneComing();
    }

    /// @notice A router made with a later set has that set's number, says so, and goes on from there.
    function test_FirstSetHasItsNumber() public {
        useSet(7);
        assertSigners(7, approvers, vm.addr(complianceKey));
        assertWrongSetNumber(rotateCall(2, SOON), 8, 2);
        assertWrongSetNumber(rotateCall(7, SOON), 8, 7);
        assertTaken(rotateCall(8, SOON));
        vm.warp(SOON);
        assertSigners(8, nextApprovers, NEXT_COMPLIANCE);
    }

    /// @notice An old handover, by two who approve again or still, does not take over a router made later: neither by its
    /// number, where the router began with a later set, nor by its time, where the number is the next one.
    function test_OldHandoverMovesNoLaterRouter() public {
        uint64 time = uint64(NOW - NOW % 60);
        bytes[2] memory old = [rotateCall(2, time), rotateCall(4, time)];
        vm.warp(time + 30 days);
        useSet(3);
        assertWrongSetNumber(old[0], 4, 2);
        vm.warp(time + 30 days + 1);
        assertRefused(old[1], abi.encodeWithSelector(PayoutRouter.Expired.selector, time + 30 days));
        assertSigners(3, approvers, vm.addr(complianceKey));
        vm.warp(time + 30 days);
        assertTaken(old[1]);
        assertSigners(4, nextApprovers, NEXT_COMPLIANCE);
    }

    /// @notice Of two sets that follow one another nobody can bring the later one first, so none is left out.
    function test_NoSetIsLeftOut() public {
        address[3] memory two = [approvers[0], approvers[1], address(type(uint160).max)];
        address[3] memory three = [approvers[0], approvers[1], address(type(uint160).max - 1)];
        bytes memory third = rotateCallBy(0, 1, 3, three, SOON + 10 days);
        vm.prank(ALICE);
        assertWrongSetNumber(third, 2, 3);
        assertTaken(rotateCallBy(0, 1, 2, two, SOON));
        vm.warp(SOON + 9 days);
        assertSigners(2, two, NEXT_COMPLIANCE);
        assertTaken(third);
        vm.warp(SOON + 10 days);
        assertSigners(3, three, NEXT_COMPLIANCE);
    }

    /// @notice After a set came into force at its time, the next one is in force at once where it says so, and stays.
    function test_HandoverAtOnceAfterOneThatWasComing() public {
        assertTaken(rotateCall(2, SOON));
        vm.warp(SOON);
        assertTaken(rotateCallBy(1, 3, 3, approvers, SOON - 60));
        assertSigners(3, approvers, NEXT_COMPLIANCE);
        assertNoneComing();
        vm.warp(SOON + 300 days);
        assertSigners(3, approvers, NEXT_COMPLIANCE);
        assertNoneComing();
        uint64 later = SOON + 301 days;
        assertTaken(rotateCallBy(0, 1, 4, nextApprovers, later));
        assertSigners(3, approvers, NEXT_COMPLIANCE);
        vm.warp(later);
        assertSigners(4, nextApprovers, NEXT_COMPLIANCE);
    }

    /// @notice A set that two approvers hand over to is in force from its time on, and its predecessor until then.
    function test_RotationAtItsTime() public {
        bytes memory before = approvedCall(payoutOf(1, 1));
        PayoutSentence.Payout memory second = payoutOf(1, 2);
        second.payee = BOB;
        bytes memory old = approvedCall(second);
        expectEmit();
        emit PayoutRouter.SignersRotated(2, nextApprovers, NEXT_COMPLIANCE, SOON);
        assertTaken(rotateCall(2, SOON));
        vm.warp(SOON - 1);
        assertSigners(1, approvers, vm.addr(complianceKey));
        assertComing(2, nextApprovers, SOON);
        assertTaken(before);
        vm.warp(SOON);
        assertSigners(2, nextApprovers, NEXT_COMPLIANCE);
        assertNoneComing();
        (bool isTaken,) = address(router).call(old);
        vm.assertFalse(isTaken, "taken");
    }

    /// @notice Only minute 0 means that no set is coming: one whose time is the minute after it is told as any other.
    function test_FirstMinuteIsATime() public {
        vm.warp(59);
        assertTaken(rotateCall(2, 60));
        assertSigners(1, approvers, vm.addr(complianceKey));
        assertComing(2, nextApprovers, 60);
        vm.warp(60);
        assertSigners(2, nextApprovers, NEXT_COMPLIANCE);
        assertNoneComing();
        assertWrongSetNumber(rotateCallBy(1, 3, 2, approvers, 60), 3, 2);
    }

    /// @notice A rotated signer approves nothing, a new one does.
    function test_RotatedSignerApprovesNothing() public {
        assertTaken(rotateCall(2, uint64(NOW - NOW % 60)));
        assertSigners(2, nextApprovers, NEXT_COMPLIANCE);
        assertNoneComing();
        PayoutSentence.Batch memory batch = someBatch();
        string memory text = textOf(batch);
        assertRefused(
            abi.encodeCall(router.openBatch, (batch, signedBy(0, 1, text))),
            abi.encodeWithSelector(TwoOfThree.NotAnApprover.selector, approvers[0])
        );
        assertTaken(abi.encodeCall(router.openBatch, (batch, signedBy(1, 3, text))));
    }

    /// @notice A set whose time is now or past is in force at once.
    function test_PastTimeMeansNow() public {
        vm.warp(SOON);
        assertTaken(rotateCall(2, SOON));
        assertSigners(2, nextApprovers, NEXT_COMPLIANCE);
        assertNoneComing();
        assertTaken(rotateCallBy(1, 2, 3, approvers, SOON - 30 days));
        assertSigners(3, approvers, NEXT_COMPLIANCE);
        assertNoneComing();
    }

    /// @notice A set that is coming is replaced by one with the next number, signed by the set in force.
    function test_ComingSetIsReplaced() public {
        assertTaken(rotateCall(2, SOON));
        assertWrongSetNumber(rotateCall(2, SOON + 60), 3, 2);
        assertRefused(
            rotateCallBy(1, 3, 3, nextApprovers, SOON),
            abi.encodeWithSelector(TwoOfThree.NotAnApprover.selector, vm.addr(keys[3]))
        );
        address[3] memory other = [address(1), address(2), address(3)];
        assertTaken(rotateCallBy(0, 1, 3, other, SOON + 60));
        vm.warp(SOON);
        assertSigners(1, approvers, vm.addr(complianceKey));
        vm.warp(SOON + 60);
        assertSigners(3, other, NEXT_COMPLIANCE);
    }

    /// @notice A set that is coming is dropped when another one is in force at once.
    function test_ComingSetIsDropped() public {
        assertTaken(rotateCall(2, SOON));
        assertTaken(rotateCallBy(0, 1, 3, nextApprovers, SOON - 2 days));
        assertSigners(3, nextApprovers, NEXT_COMPLIANCE);
        assertNoneComing();
        vm.warp(SOON);
        assertSigners(3, nextApprovers, NEXT_COMPLIANCE);
    }

    /// @notice Sets follow one another: each is handed over by the one in force.
    function test_SetsFollowOneAnother() public {
        assertTaken(rotateCall(2, SOON));
        vm.warp(SOON);
        assertRefused(
            rotateCallBy(0, 1, 3, approvers, SOON + 60),
            abi.encodeWithSelector(TwoOfThree.NotAnApprover.selector, approvers[0])
        );
        assertTaken(rotateCallBy(1, 3, 3, approvers, SOON + 60));
        assertSigners(2, nextApprovers, NEXT_COMPLIANCE);
        assertComing(3, approvers, SOON + 60);
        vm.warp(SOON + 60);
        assertSigners(3, approvers, NEXT_COMPLIANCE);
        assertTaken(rotateCallBy(0, 2, 4, nextApprovers, SOON + 120));
        assertSigners(3, approvers, NEXT_COMPLIANCE);
        vm.warp(SOON + 120);
        assertSigners(4, nextApprovers, NEXT_COMPLIANCE);
        assertWrongSetNumber(rotateCallBy(1, 3, 4, approvers, SOON), 5, 4);
    }

    /// @notice Numbers rise by one: none comes back and none is left out.
    function test_NumbersRiseByOne() public {
        uint32[4] memory wrong = [0, 1, 3, type(uint32).max];
        for (uint256 i = 0; i < 4; ++i) {
            assertWrongSetNumber(rotateCall(wrong[i], SOON), 2, wrong[i]);
        }
        assertTaken(rotateCall(2, SOON));
    }

    /// @notice A set is handed over while payments are stopped.
    function test_RotationWhilePaused() public {
        vm.prank(PAUSER);
        router.pause();
        assertTaken(rotateCall(2, SOON));
    }

    /// @notice No set without two approvers.
    function test_RotationNeedsApprovers() public {
        assertRefused(
            rotateCallBy(0, 3, 2, nextApprovers, SOON),
            abi.encodeWithSelector(TwoOfThree.NotAnApprover.selector, vm.addr(keys[3]))
        );
    }

    /// @notice Approvers who are not three different ones in ascending order are refused, and so is a zero.
    function test_WrongSetsAreRefused() public {
        (address a, address b, address c) = (nextApprovers[0], nextApprovers[1], nextApprovers[2]);
        assertWrongSet([a, a, c]);
        assertWrongSet([a, c, c]);
        assertWrongSet([b, a, c]);
        assertWrongSet([a, c, b]);
        assertWrongSet([address(0), b, c]);
    }

    /// @notice A set without a compliance signer is refused.
    function test_NoComplianceSignerIsRefused() public {
        bytes[] memory none = new bytes[](0);
        assertRefused(
            abi.encodeCall(router.rotateSigners, (2, nextApprovers, address(0), SOON, none)),
            abi.encodeWithSelector(SignerSentence.NoComplianceSigner.selector)
        );
    }

    /// @notice A compliance signer who is an approver, in any place, is refused: a service's key would approve.
    function test_ComplianceSignerWhoApprovesIsRefused() public {
        bytes[] memory none = new bytes[](0);
        for (uint256 i = 0; i < 3; ++i) {
            assertRefused(
                abi.encodeCall(router.rotateSigners, (2, nextApprovers, nextApprovers[i], SOON, none)),
                abi.encodeWithSelector(SignerSentence.ComplianceSignerIsApprover.selector, nextApprovers[i])
            );
        }
    }

    /// @notice A set's time is a whole minute, at most 400 days ahead, and on the router's chain.
    function test_TimeOfASet() public {
        assertRefused(rotateCall(2, SOON + 30), abi.encodeWithSelector(SentenceText.NotWholeMinute.selector, SOON + 30));
        uint64 latest = uint64(NOW + 400 days);
        uint64 far = latest - latest % 60 + 60;
        assertRefused(rotateCall(2, far), abi.encodeWithSelector(PayoutRouter.TooFarAhead.selector, far, latest));
        bytes memory data = rotateCall(2, far - 60);
        vm.chainId(1);
        assertRefused(data, abi.encodeWithSelector(PayoutRouter.WrongChain.selector, CHAIN, 1));
        vm.chainId(CHAIN);
        assertTaken(data);
    }

    /// @notice The sentence is what the approvers are shown, and one for all routers of the chain.
    function test_SentenceOfASet() public {
        string memory text = Textbook.signers(CHAIN, 2, nextApprovers, NEXT_COMPLIANCE, SOON);
        vm.assertEq(router.signersSentence(2, nextApprovers, NEXT_COMPLIANCE, SOON), text, "sentence");
        bytes memory data = rotateCall(2, SOON);
        assertTaken(data);
        router = newRouter(setupOf());
        assertTaken(data);
    }

    /// @notice A router begins with a number up to a million, so that there are always numbers for those that follow.
    function test_TooHighASetNumberIsRefused() public {
        PayoutRouter.Setup memory setup = setupOf();
        setup.setNumber = 1_000_001;
        vm.expectRevert(abi.encodeWithSelector(PayoutRouter.SetNumberTooHigh.selector, 1_000_001, 1_000_000));
        newRouter(setup);
        setup.setNumber = type(uint32).max;
        vm.expectRevert(abi.encodeWithSelector(PayoutRouter.SetNumberTooHigh.selector, type(uint32).max, 1_000_000));
        newRouter(setup);
        setup.setNumber = 1_000_000;
        router = newRouter(setup);
        assertTaken(rotateCall(1_000_001, SOON));
    }

    /// @dev Takes a router that was made with a set of that number.
    function useSet(uint32 number) private {
        PayoutRouter.Setup memory setup = setupOf();
        setup.setNumber = number;
        vm.expectEmit(vm.computeCreateAddress(address(this), vm.getNonce(address(this))));
        emit PayoutRouter.SignersRotated(number, approvers, vm.addr(complianceKey), uint64(block.timestamp));
        router = newRouter(setup);
    }

    function assertSigners(uint32 number, address[3] memory set, address compliance) internal view {
        (uint32 number_, address[3] memory set_, address compliance_) = router.signers();
        vm.assertEq(number_, number, "number");
        vm.assertEq(keccak256(abi.encode(set_)), keccak256(abi.encode(set)), "approvers");
        vm.assertEq(compliance_, compliance, "compliance");
    }

    function assertComing(uint32 number, address[3] memory set, uint64 effectiveAt) internal view {
        (uint32 number_, address[3] memory set_, address compliance, uint64 at_) = router.nextSigners();
        vm.assertEq(number_, number, "next number");
        vm.assertEq(keccak256(abi.encode(set_)), keccak256(abi.encode(set)), "next approvers");
        vm.assertEq(compliance, NEXT_COMPLIANCE, "next compliance");
        vm.assertEq(at_, effectiveAt, "next time");
    }

    function assertNoneComing() internal view {
        (uint32 number, address[3] memory set, address compliance, uint64 at_) = router.nextSigners();
        address[3] memory none;
        vm.assertEq(number, 0, "next number");
        vm.assertEq(keccak256(abi.encode(set)), keccak256(abi.encode(none)), "next approvers");
        vm.assertEq(compliance, address(0), "next compliance");
        vm.assertEq(at_, 0, "next time");
    }

    function assertWrongSet(address[3] memory set) private {
        bytes[] memory none = new bytes[](0);
        assertRefused(
            abi.encodeCall(router.rotateSigners, (2, set, NEXT_COMPLIANCE, SOON, none)),
            abi.encodeWithSelector(SignerSentence.ApproversNotAscending.selector, set)
        );
    }

    function assertWrongSetNumber(bytes memory data, uint32 expected, uint32 given) private {
        assertRefused(data, abi.encodeWithSelector(PayoutRouter.WrongSetNumber.selector, expected, given));
    }

    function rotateCall(uint32 number, uint64 effectiveAt) internal view returns (bytes memory data) {
        return rotateCallBy(0, 1, number, nextApprovers, effectiveAt);
    }

    function rotateCallBy(uint256 first, uint256 second, uint32 number, address[3] memory set, uint64 effectiveAt)
        internal
        view
        returns (bytes memory data)
    {
        string memory text = Textbook.signers(CHAIN, number, set, NEXT_COMPLIANCE, effectiveAt);
        bytes[] memory signatures = signedBy(first, second, text);
        return abi.encodeCall(router.rotateSigners, (number, set, NEXT_COMPLIANCE, effectiveAt, signatures));
    }
}
