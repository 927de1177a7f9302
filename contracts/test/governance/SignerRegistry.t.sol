// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SignerRegistry} from "../../src/governance/SignerRegistry.sol";
import {SentenceText} from "../../src/payouts/SentenceText.sol";
import {SignerSentence} from "../../src/payouts/SignerSentence.sol";
import {TwoOfThree} from "../../src/payouts/TwoOfThree.sol";
import {SignerRegistryFixture} from "./SignerRegistryFixture.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

contract SignerRegistryDeploymentTest is SignerRegistryFixture {
    /// @notice Set 1 is in force from the first block on, as it was given.
    function test_SetOneIsInForceAtOnce() public view {
        (uint32 number, SignerRegistry.SignerSet memory set) = registry.current();
        vm.assertEq(number, 1, "number");
        vm.assertEq(abi.encode(set), abi.encode(registry.setOf(1)), "set 1");
        vm.assertEq(abi.encode(set.approvers), abi.encode(approversOf(1)), "approvers");
        vm.assertEq(set.complianceSigner, compliance(1), "complianceSigner");
        vm.assertEq(set.effectiveAt, NOW, "effectiveAt");
        vm.assertFalse(set.hasStatement, "hasStatement");
        vm.assertTrue(set.isAdopted, "isAdopted");
    }

    /// @notice Timelock, chain and notices are those given and documented.
    function test_NumbersAreThoseDocumented() public view {
        vm.assertEq(registry.TIMELOCK(), TIMELOCK, "TIMELOCK");
        vm.assertEq(registry.ROUTERS_CHAIN_ID(), CHAIN, "ROUTERS_CHAIN_ID");
        vm.assertEq(registry.MIN_NOTICE(), 3 days, "MIN_NOTICE");
        vm.assertEq(registry.MAX_NOTICE(), 60 days, "MAX_NOTICE");
        vm.assertEq(registry.MAX_LATE(), 30 days, "MAX_LATE");
        vm.assertEq(registry.CARRY_TIME(), 7 days, "CARRY_TIME");
        vm.assertEq(registry.MAX_STEP(), 16, "MAX_STEP");
        vm.assertEq(registry.count(), 1, "count");
    }

    /// @notice Set 1 is told like any other.
    function test_DeploymentEmitsSetScheduled() public {
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        vm.expectEmit(next);
        emit SignerRegistry.SetScheduled(1, approversOf(4), compliance(4), uint64(NOW));
        new SignerRegistry(TIMELOCK, approversOf(4), compliance(4), CHAIN);
    }

    /// @notice A registry without a timelock or without the routers' chain is not deployed.
    function test_ZerosAreRefused() public {
        vm.expectRevert(abi.encodeWithSelector(SignerRegistry.ZeroValue.selector, "timelock"));
        new SignerRegistry(address(0), approversOf(1), compliance(1), CHAIN);
        vm.expectRevert(abi.encodeWithSelector(SignerRegistry.ZeroValue.selector, "routersChainId"));
        new SignerRegistry(TIMELOCK, approversOf(1), compliance(1), 0);
    }

    /// @notice A first set that no router takes is not deployed.
    function test_AMalformedFirstSetIsRefused() public {
        address[3] memory three = approversOf(1);
        three[0] = three[1];
        vm.expectRevert(abi.encodeWithSelector(SignerSentence.ApproversNotAscending.selector, three));
        new SignerRegistry(TIMELOCK, three, compliance(1), CHAIN);
    }
}

contract ScheduleTest is SignerRegistryFixture {
    /// @notice A set is numbered on, kept as it was given, and in force from its time on, to the second, if it was handed
    /// over to.
    function test_ASetIsInForceFromItsTimeOn() public {
        scheduleAs(TIMELOCK, 2, EFFECTIVE);
        vm.assertEq(registry.count(), 2, "count");
        SignerRegistry.SignerSet memory set = registry.setOf(2);
        vm.assertEq(abi.encode(set.approvers), abi.encode(approversOf(2)), "approvers");
        vm.assertEq(set.complianceSigner, compliance(2), "complianceSigner");
        vm.assertEq(set.effectiveAt, EFFECTIVE, "effectiveAt");
        handOver(2);
        vm.warp(EFFECTIVE - 1);
        assertCurrent(1);
        vm.warp(EFFECTIVE);
        assertCurrent(2);
    }

    /// @notice Sets come into force one after another: the next one is scheduled when the one before is in force.
    function test_SetsComeIntoForceInTheirOrder() public {
        for (uint32 number = 2; number < 5; ++number) {
            uint64 time = EFFECTIVE + number * 10 days;
            scheduleAs(TIMELOCK, number, time);
            handOver(number);
            assertCurrent(number - 1);
            vm.warp(time);
            assertCurrent(number);
        }
    }

    /// @notice A set that nobody handed over to is not in force, whatever its time: the routers stay with the one before.
    function test_WithoutAStatementTheSetBeforeStays() public {
        scheduleAs(TIMELOCK, 2, EFFECTIVE);
        vm.warp(EFFECTIVE + 1 days);
        assertCurrent(1);
        handOver(2);
        assertCurrent(2);
    }

    /// @notice While a set is to come, no other one is scheduled, so that no router can leave it out.
    function test_OneSetIsWaitingAtMost() public {
        scheduleAs(TIMELOCK, 2, EFFECTIVE);
        handOver(2);
        vm.warp(EFFECTIVE - 1);
        expectWaiting(2, EFFECTIVE);
        scheduleAs(TIMELOCK, 3, EFFECTIVE + 10 days);
        vm.warp(EFFECTIVE);
        scheduleAs(TIMELOCK, 3, EFFECTIVE + 10 days);
        vm.assertEq(registry.count(), 3, "count");
    }

    /// @notice A set that could still be handed over to holds up the next one; once it lapsed, its number is given anew.
    function test_ASetThatLapsedIsReplaced() public {
        scheduleAs(TIMELOCK, 2, EFFECTIVE);
        string memory mistaken = registry.sentenceOf(2);
        vm.warp(EFFECTIVE + 30 days);
        expectWaiting(2, EFFECTIVE + 30 days + 1);
        scheduleAs(TIMELOCK, 3, EFFECTIVE + 40 days);
        vm.warp(EFFECTIVE + 30 days + 1);
        vm.expectEmit(address(registry));
        emit SignerRegistry.SetScheduled(2, approversOf(3), compliance(3), EFFECTIVE + 40 days);
        scheduleAs(TIMELOCK, 3, EFFECTIVE + 40 days);
        vm.assertEq(registry.count(), 2, "count");
        vm.assertEq(abi.encode(registry.setOf(2).approvers), abi.encode(approversOf(3)), "approvers");
        vm.assertEq(registry.setOf(2).complianceSigner, compliance(3), "complianceSigner");
        assertCurrent(1);
        (bool isTaken,) =
            address(registry).call(abi.encodeCall(registry.recordStatement, (2, signaturesBy(1, 0, 1, mistaken))));
        vm.assertFalse(isTaken, "the mistaken set came back");
        handOver(2);
        vm.warp(EFFECTIVE + 40 days);
        assertCurrent(2);
    }

    /// @notice Scheduling says number, set and time.
    function test_SchedulingEmitsSetScheduled() public {
        vm.expectEmit(address(registry));
        emit SignerRegistry.SetScheduled(2, approversOf(2), compliance(2), EFFECTIVE);
        scheduleAs(TIMELOCK, 2, EFFECTIVE);
    }

    /// @notice No account but the timelock schedules, whatever it gives.
    function testFuzz_StrangerIsRefused(address caller, address[3] calldata three, uint64 effectiveAt) public {
        vm.assume(caller != TIMELOCK);
        vm.expectRevert(abi.encodeWithSelector(SignerRegistry.NotTimelock.selector, caller));
        vm.prank(caller);
        registry.schedule(three, compliance(2), effectiveAt);
    }

    /// @notice Notice is from three to sixty days, to the minute that fits.
    function testFuzz_NoticeIsBounded(uint64 effectiveAt) public {
        effectiveAt = uint64(bound(effectiveAt, NOW, NOW + 70 days)) / 60 * 60;
        if (effectiveAt < NOW + 3 days || effectiveAt > NOW + 60 days) {
            expectTimeOutOfBounds(effectiveAt, NOW + 3 days, NOW + 60 days);
        }
        scheduleAs(TIMELOCK, 2, effectiveAt);
    }

    /// @notice Both ends of the notice are taken, and nothing beyond.
    function test_NoticeIsTakenAtBothEnds() public {
        uint256 minute = NOW / 60 * 60 + 60;
        vm.warp(minute);
        expectTimeOutOfBounds(uint64(minute + 3 days - 60), minute + 3 days, minute + 60 days);
        scheduleAs(TIMELOCK, 2, uint64(minute + 3 days - 60));
        expectTimeOutOfBounds(uint64(minute + 60 days + 60), minute + 3 days, minute + 60 days);
        scheduleAs(TIMELOCK, 2, uint64(minute + 60 days + 60));
        scheduleAs(TIMELOCK, 2, uint64(minute + 3 days));
        handOver(2);
        vm.warp(minute + 3 days);
        scheduleAs(TIMELOCK, 3, uint64(minute + 63 days));
    }

    /// @notice A set in force for long does not push the next one off: the notice alone counts.
    function test_AnOldSetDoesNotPushTheNextOff() public {
        scheduleAs(TIMELOCK, 2, EFFECTIVE);
        handOver(2);
        vm.warp(EFFECTIVE + 30 days);
        expectTimeOutOfBounds(EFFECTIVE, EFFECTIVE + 33 days, EFFECTIVE + 90 days);
        scheduleAs(TIMELOCK, 3, EFFECTIVE);
        scheduleAs(TIMELOCK, 3, EFFECTIVE + 33 days);
    }

    /// @notice A time that the sentence cannot say, within a minute, is refused.
    function testFuzz_TimesAreWholeMinutes(uint64 second) public {
        second = uint64(bound(second, 1, 59));
        vm.expectRevert(abi.encodeWithSelector(SentenceText.NotWholeMinute.selector, EFFECTIVE + second));
        scheduleAs(TIMELOCK, 2, EFFECTIVE + second);
    }

    /// @notice Approvers that are zero, twice the same, or not ascending are refused.
    function testFuzz_ApproversAreThreeAndAscending(address a, address b, address c) public {
        vm.assume(a != compliance(2) && b != compliance(2) && c != compliance(2));
        bool isValid = a != address(0) && a < b && b < c;
        if (!isValid) {
            address[3] memory given = [a, b, c];
            vm.expectRevert(abi.encodeWithSelector(SignerSentence.ApproversNotAscending.selector, given));
        }
        vm.prank(TIMELOCK);
        registry.schedule([a, b, c], compliance(2), EFFECTIVE);
        vm.assertEq(registry.count(), isValid ? 2 : 1, "count");
    }

    /// @notice Each of the ways in which three addresses are no set is refused.
    function test_MalformedSetsAreRefused() public {
        address[3] memory good = approversOf(2);
        address[3][5] memory bad = [
            [address(0), good[1], good[2]],
            [good[0], good[0], good[2]],
            [good[0], good[2], good[2]],
            [good[1], good[0], good[2]],
            [good[0], good[2], good[1]]
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(SignerSentence.ApproversNotAscending.selector, bad[i]));
            vm.prank(TIMELOCK);
            registry.schedule(bad[i], compliance(2), EFFECTIVE);
        }
    }

    /// @notice A set without a compliance signer is refused.
    function test_ZeroComplianceSignerIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(SignerSentence.NoComplianceSigner.selector));
        vm.prank(TIMELOCK);
        registry.schedule(approversOf(2), address(0), EFFECTIVE);
    }

    /// @notice A compliance signer who is an approver, in any place, is refused: a service's key would approve.
    function test_AComplianceSignerWhoApprovesIsRefused() public {
        address[3] memory three = approversOf(2);
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(SignerSentence.ComplianceSignerIsApprover.selector, three[i]));
            vm.prank(TIMELOCK);
            registry.schedule(three, three[i], EFFECTIVE);
        }
    }

    /// @notice The same people may serve again, and change places of service.
    function test_TheSamePeopleMayServeAgain() public {
        scheduleAs(TIMELOCK, 1, EFFECTIVE);
        vm.assertEq(abi.encode(registry.setOf(2).approvers), abi.encode(approversOf(1)), "approvers");
    }

    function assertCurrent(uint32 wanted) private view {
        (uint32 number, SignerRegistry.SignerSet memory set) = registry.current();
        vm.assertEq(number, wanted, "number");
        vm.assertEq(abi.encode(set), abi.encode(registry.setOf(wanted)), "set");
    }
}

contract RequireSchedulableTest is SignerRegistryFixture {
    /// @notice What is judged schedulable at a time is what can be scheduled then, and the refusal is the same.
    function testFuzz_JudgesAsScheduleDoes(uint256 time, uint64 effectiveAt, bool isWaiting, bool isStated) public {
        if (isWaiting) scheduleAs(TIMELOCK, 2, EFFECTIVE);
        if (isWaiting && isStated) handOver(2);
        time = bound(time, NOW, NOW + 60 days);
        effectiveAt = uint64(bound(effectiveAt, NOW, NOW + 130 days)) / 30 * 30;
        (bool isAllowed, bytes memory answer) = address(registry)
            .call(abi.encodeCall(registry.requireSchedulable, (approversOf(3), compliance(3), effectiveAt, time)));
        vm.warp(time);
        vm.prank(TIMELOCK);
        (bool isTaken, bytes memory refusal) =
            address(registry).call(abi.encodeCall(registry.schedule, (approversOf(3), compliance(3), effectiveAt)));
        vm.assertTrue(isAllowed == isTaken, "taken");
        vm.assertEq(answer, refusal, "refusal");
    }
}

contract AdoptTest is SignerRegistryFixture {
    /// @notice An adopted set is in force at once, told as adopted, and hands over as any other.
    function test_AnAdoptedSetIsInForceAtOnce() public {
        vm.expectEmit(address(registry));
        emit SignerRegistry.SetAdopted(4, approversOf(4), compliance(4));
        adoptAs(TIMELOCK, 4);
        (uint32 number, SignerRegistry.SignerSet memory set) = registry.current();
        vm.assertEq(number, 4, "number");
        vm.assertEq(registry.count(), 4, "count");
        vm.assertEq(abi.encode(set), abi.encode(registry.setOf(4)), "set 4");
        vm.assertEq(abi.encode(set.approvers), abi.encode(approversOf(4)), "approvers");
        vm.assertEq(set.complianceSigner, compliance(4), "complianceSigner");
        vm.assertEq(set.effectiveAt, NOW, "effectiveAt");
        vm.assertFalse(set.hasStatement, "hasStatement");
        vm.assertTrue(set.isAdopted, "isAdopted");
        scheduleAs(TIMELOCK, 5, EFFECTIVE);
        handOver(5);
        vm.assertFalse(registry.setOf(5).isAdopted, "isAdopted");
        vm.warp(EFFECTIVE);
        (number,) = registry.current();
        vm.assertEq(number, 5, "number");
    }

    /// @notice Numbers that the routers had without the registry are no sets here, and nobody hands over to an adopted one.
    function test_NumbersLeftOutAreUnknown() public {
        adoptAs(TIMELOCK, 4);
        for (uint32 number = 2; number < 6; ++number) {
            bytes memory refusal = abi.encodeWithSelector(SignerRegistry.UnknownSet.selector, number);
            vm.expectRevert(refusal);
            registry.sentenceOf(number);
            vm.expectRevert(refusal);
            registry.recordStatement(number, new bytes[](2));
            if (number == 4) continue;
            vm.expectRevert(refusal);
            registry.setOf(number);
        }
    }

    /// @notice A set that waits is dropped with its number or without, and its signatures are not recorded any more.
    function test_WhatWaitsIsDropped() public {
        for (uint32 number = 2; number < 4; ++number) {
            registry = new SignerRegistry(TIMELOCK, approversOf(1), compliance(1), CHAIN);
            scheduleAs(TIMELOCK, 9, EFFECTIVE);
            bytes[] memory signatures = signaturesBy(1, 0, 1, registry.sentenceOf(2));
            adoptAs(TIMELOCK, number);
            vm.expectRevert(abi.encodeWithSelector(SignerRegistry.UnknownSet.selector, 2));
            registry.recordStatement(2, signatures);
            (uint32 current,) = registry.current();
            vm.assertEq(current, number, "number");
            scheduleAs(TIMELOCK, 5, EFFECTIVE);
            vm.assertEq(registry.count(), number + 1, "count");
        }
    }

    /// @notice A set that was handed over to and is far off stays as it was, and holds nothing up once the next is adopted.
    function test_AFarSetThatWasHandedOverToIsLeftBehind() public {
        scheduleAs(TIMELOCK, 2, uint64(NOW / 60 * 60 + 60 days));
        handOver(2);
        SignerRegistry.SignerSet memory second = registry.setOf(2);
        expectNumberOutOfBounds(2, 3, 18);
        adoptAs(TIMELOCK, 2);
        adoptAs(TIMELOCK, 3);
        (uint32 number,) = registry.current();
        vm.assertEq(number, 3, "number");
        vm.assertEq(abi.encode(registry.setOf(2)), abi.encode(second), "set 2");
        scheduleAs(TIMELOCK, 4, EFFECTIVE);
        (number,) = registry.current();
        vm.assertEq(number, 3, "number while set 4 waits");
    }

    /// @notice Adopting goes forward by one to sixteen numbers from the last set that was handed over to.
    function testFuzz_NumbersAreBounded(uint32 number, bool isWaiting, bool isStated) public {
        if (isWaiting) scheduleAs(TIMELOCK, 2, EFFECTIVE);
        if (isWaiting && isStated) handOver(2);
        uint256 least = isWaiting && isStated ? 3 : 2;
        number = uint32(number % 2 == 0 ? bound(number, 0, 22) : number);
        bool isTaken = number >= least && number < least + 16;
        if (!isTaken) expectNumberOutOfBounds(number, least, least + 15);
        registry.requireAdoptable(number, approversOf(7), compliance(7));
        if (!isTaken) expectNumberOutOfBounds(number, least, least + 15);
        vm.prank(TIMELOCK);
        registry.adopt(number, approversOf(7), compliance(7));
        (uint32 current,) = registry.current();
        vm.assertEq(current, isTaken ? number : 1, "number");
    }

    /// @notice Both ends are taken, and nothing beyond.
    function test_NumbersAreTakenAtBothEnds() public {
        expectNumberOutOfBounds(18, 2, 17);
        adoptAs(TIMELOCK, 18);
        adoptAs(TIMELOCK, 17);
        expectNumberOutOfBounds(17, 18, 33);
        adoptAs(TIMELOCK, 17);
        adoptAs(TIMELOCK, 18);
    }

    /// @notice No account but the timelock adopts, whatever it gives.
    function testFuzz_StrangerIsRefused(address caller, uint32 number, address[3] calldata three) public {
        vm.assume(caller != TIMELOCK);
        vm.expectRevert(abi.encodeWithSelector(SignerRegistry.NotTimelock.selector, caller));
        vm.prank(caller);
        registry.adopt(number, three, compliance(2));
    }

    /// @notice What no router takes as a set is not adopted.
    function test_MalformedSetsAreRefused() public {
        address[3] memory three = approversOf(2);
        vm.expectRevert(abi.encodeWithSelector(SignerSentence.ComplianceSignerIsApprover.selector, three[1]));
        vm.prank(TIMELOCK);
        registry.adopt(2, three, three[1]);
        three[0] = three[1];
        vm.expectRevert(abi.encodeWithSelector(SignerSentence.ApproversNotAscending.selector, three));
        vm.prank(TIMELOCK);
        registry.adopt(2, three, compliance(2));
    }

    function adoptAs(address caller, uint32 number) private {
        (address[3] memory three, address service) = (approversOf(number), compliance(number));
        vm.prank(caller);
        registry.adopt(number, three, service);
    }

    function expectNumberOutOfBounds(uint32 number, uint256 least, uint256 most) private {
        vm.expectRevert(abi.encodeWithSelector(SignerRegistry.SetNumberOutOfBounds.selector, number, least, most));
    }
}

contract SetOfTest is SignerRegistryFixture {
    /// @notice Numbers that no set has are refused.
    function testFuzz_UnknownNumbersAreRefused(uint32 number) public {
        vm.assume(number != 1);
        vm.expectRevert(abi.encodeWithSelector(SignerRegistry.UnknownSet.selector, number));
        registry.setOf(number);
    }
}

contract RecordStatementTest is SignerRegistryFixture {
    string private _sentence;

    function prepare() internal override {
        scheduleAs(TIMELOCK, 2, EFFECTIVE);
        _sentence = registry.sentenceOf(2);
    }

    /// @notice The sentence is the one that the routers build of the same set.
    function test_TheSentenceIsTheRouters() public view {
        vm.assertEq(
            _sentence,
            SignerSentence.textOf(SignerSentence.Rotation(CHAIN, 2, approversOf(2), compliance(2), EFFECTIVE)),
            "sentence"
        );
    }

    /// @notice Any two of the three of the set before are enough; sentence and signatures are told as routers take them.
    function test_AnyTwoOfTheSetBeforeAreEnough() public {
        uint256[2][3] memory pairs = [[uint256(0), 1], [uint256(0), 2], [uint256(1), 2]];
        for (uint256 i = 0; i < 3; ++i) {
            registry = new SignerRegistry(TIMELOCK, approversOf(1), compliance(1), CHAIN);
            scheduleAs(TIMELOCK, 2, EFFECTIVE);
            bytes[] memory signatures = signaturesBy(1, pairs[i][0], pairs[i][1], _sentence);
            vm.expectEmit(address(registry));
            emit SignerRegistry.StatementRecorded(2, _sentence, signatures);
            vm.prank(ALICE);
            registry.recordStatement(2, signatures);
            vm.assertTrue(registry.setOf(2).hasStatement, "hasStatement");
        }
    }

    /// @notice Recording changes nothing of the set but that its statement is there.
    function test_RecordingChangesNothingElse() public {
        SignerRegistry.SignerSet memory before = registry.setOf(2);
        registry.recordStatement(2, signaturesBy(1, 0, 1, _sentence));
        before.hasStatement = true;
        vm.assertEq(abi.encode(registry.setOf(2)), abi.encode(before), "set");
    }

    /// @notice A statement is recorded once, by whichever two.
    function test_AStatementIsRecordedOnce() public {
        registry.recordStatement(2, signaturesBy(1, 0, 1, _sentence));
        vm.expectRevert(abi.encodeWithSelector(SignerRegistry.StatementAlreadyRecorded.selector, 2));
        registry.recordStatement(2, signaturesBy(1, 1, 2, _sentence));
    }

    /// @notice A statement can come late, up to 23 days after its set's time: seven are left to carry it to the routers.
    function test_AStatementMayComeLate() public {
        bytes[] memory signatures = signaturesBy(1, 0, 1, _sentence);
        vm.warp(EFFECTIVE + 23 days + 1);
        vm.expectRevert(abi.encodeWithSelector(SignerRegistry.StatementTooLate.selector, 2, EFFECTIVE + 23 days));
        registry.recordStatement(2, signatures);
        vm.warp(EFFECTIVE + 23 days);
        registry.recordStatement(2, signatures);
    }

    /// @notice Each set is handed over to by the one before it, and by no other.
    function test_OnlyTheSetBeforeHandsOver() public {
        handOver(2);
        vm.warp(EFFECTIVE);
        scheduleAs(TIMELOCK, 3, EFFECTIVE + 10 days);
        string memory third = registry.sentenceOf(3);
        expectNotAnApprover(approversOf(1)[0]);
        registry.recordStatement(3, signaturesBy(1, 0, 1, third));
        expectNotAnApprover(approversOf(3)[0]);
        registry.recordStatement(3, signaturesBy(3, 0, 1, third));
        registry.recordStatement(3, signaturesBy(2, 0, 1, third));
        vm.assertTrue(registry.setOf(3).hasStatement, "hasStatement");
    }

    /// @notice The first set and sets that there are not have no statement.
    function testFuzz_SetsWithoutOneBeforeAreRefused(uint32 number) public {
        vm.assume(number != 2);
        bytes memory refusal = abi.encodeWithSelector(SignerRegistry.UnknownSet.selector, number);
        vm.expectRevert(refusal);
        registry.recordStatement(number, new bytes[](2));
        vm.expectRevert(refusal);
        registry.sentenceOf(number);
    }

    /// @notice Signatures over another chain's or another set's sentence are a stranger's.
    function test_SignaturesOverAnotherSentenceAreRefused() public {
        SignerSentence.Rotation memory next =
            SignerSentence.Rotation(CHAIN, 2, approversOf(2), compliance(2), EFFECTIVE);
        next.chainId = CHAIN + 1;
        assertRefused(next);
        (next.chainId, next.number) = (CHAIN, 3);
        assertRefused(next);
        (next.number, next.effectiveAt) = (2, EFFECTIVE + 60);
        assertRefused(next);
        (next.effectiveAt, next.complianceSigner) = (EFFECTIVE, compliance(3));
        assertRefused(next);
    }

    /// @notice One signature, three, and none are refused.
    function test_OtherNumbersOfSignaturesAreRefused() public {
        for (uint256 count = 0; count < 4; ++count) {
            if (count == 2) continue;
            vm.expectRevert(abi.encodeWithSelector(TwoOfThree.WrongSignatureCount.selector, count));
            registry.recordStatement(2, new bytes[](count));
        }
    }

    /// @notice The same signer twice, and two in descending order, are refused.
    function test_SameOrDescendingSignersAreRefused() public {
        address[3] memory three = approversOf(1);
        bytes[] memory signatures = signaturesBy(1, 0, 0, _sentence);
        vm.expectRevert(abi.encodeWithSelector(TwoOfThree.SignersNotAscending.selector, three[0], three[0]));
        registry.recordStatement(2, signatures);
        signatures = signaturesBy(1, 2, 1, _sentence);
        vm.expectRevert(abi.encodeWithSelector(TwoOfThree.SignersNotAscending.selector, three[2], three[1]));
        registry.recordStatement(2, signatures);
    }

    /// @notice Neither the compliance signer nor a stranger counts as an approver.
    function test_StrangersSignaturesAreRefused() public {
        bytes[] memory signatures = signaturesBy(1, 0, 1, _sentence);
        signatures[1] = signed(0x5555, personal(_sentence));
        expectNotAnApprover(vm.addr(0x5555));
        registry.recordStatement(2, signatures);
    }

    /// @notice A malleable signature and a cut one are refused.
    function test_MalleableAndCutSignaturesAreRefused() public {
        bytes[] memory signatures = signaturesBy(1, 0, 1, _sentence);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keysOf(1)[0], personal(_sentence));
        bytes32 high = bytes32(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141 - uint256(s));
        signatures[0] = abi.encodePacked(r, high, v == 27 ? uint8(28) : uint8(27));
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, high));
        registry.recordStatement(2, signatures);
        signatures[0] = abi.encodePacked(r, s);
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 64));
        registry.recordStatement(2, signatures);
    }

    function expectNotAnApprover(address signer) private {
        vm.expectRevert(abi.encodeWithSelector(TwoOfThree.NotAnApprover.selector, signer));
    }

    /// @dev What two approvers signed of another rotation is not taken: it recovers to somebody else.
    function assertRefused(SignerSentence.Rotation memory next) private {
        bytes[] memory signatures = signaturesBy(1, 0, 1, SignerSentence.textOf(next));
        (bool isTaken, bytes memory answer) =
            address(registry).call(abi.encodeCall(registry.recordStatement, (2, signatures)));
        vm.assertFalse(isTaken, "taken");
        vm.assertEq(bytes4(answer), TwoOfThree.NotAnApprover.selector, "refusal");
    }
}

contract SignerRegistryCodeTest is SignerRegistryFixture {
    /// @notice No function takes Ether, and neither does a plain transfer.
    function test_EtherIsRefused() public {
        registry = new SignerRegistry(address(this), approversOf(1), compliance(1), CHAIN);
        registry.schedule(approversOf(2), compliance(2), EFFECTIVE);
        bytes[] memory calls = new bytes[](6);
        calls[0] = abi.encodeCall(registry.schedule, (approversOf(3), compliance(3), EFFECTIVE + 60));
        calls[1] = abi.encodeCall(registry.recordStatement, (2, signaturesBy(1, 0, 1, registry.sentenceOf(2))));
        calls[2] = abi.encodeCall(registry.setOf, (1));
        calls[3] = abi.encodeCall(registry.current, ());
        calls[4] = abi.encodeCall(registry.sentenceOf, (2));
        calls[5] = abi.encodeCall(registry.adopt, (2, approversOf(3), compliance(3)));
        assertRefusesEther(address(registry), calls);
    }

    /// @notice The code cannot be changed, destroyed or made to run foreign code as its own.
    function test_CodeCannotChange() public view {
        assertCannotChange(address(registry));
    }
}
