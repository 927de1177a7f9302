// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistryLike} from "../../src/governance/ParamRegistryLike.sol";
import {NodeRegistry} from "../../src/nodes/NodeRegistry.sol";
import {ValidatorSet} from "../../src/work/ValidatorSet.sol";
import {WorkCreditsOracle} from "../../src/work/WorkCreditsOracle.sol";
import {WorkCreditsOracleFixture} from "./WorkCreditsOracleFixture.sol";

contract OracleConstructorTest is WorkCreditsOracleFixture {
    /// @notice It stands on the contracts that it was given.
    function test_ItStandsOnWhatItWasGiven() public view {
        vm.assertEq(address(oracle.VALIDATORS()), address(validators), "validators");
        vm.assertEq(address(oracle.NODES()), address(nodes), "nodes");
        vm.assertEq(address(oracle.PARAMS()), address(params), "params");
        vm.assertEq(oracle.MAX_EARNED(), 42_000_000_000e18, "LUCID");
        vm.assertEq(uint256(oracle.monthOf(uint48(NOW))), THIS_MONTH, "month");
    }

    /// @notice None of the three may be missing.
    function test_ZeroContractsAreRefused() public {
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.ZeroValue.selector, "validators"));
        new WorkCreditsOracle(ValidatorSet(address(0)), nodes, params);
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.ZeroValue.selector, "nodes"));
        new WorkCreditsOracle(validators, NodeRegistry(address(0)), params);
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.ZeroValue.selector, "params"));
        new WorkCreditsOracle(validators, nodes, ParamRegistryLike(address(0)));
    }

    /// @notice It takes no Ether, and its code stays what it is.
    function test_TakesNoEtherAndCannotChange() public {
        bytes[] memory calls = new bytes[](2);
        calls[1] = abi.encodeCall(WorkCreditsOracle.retract, (THIS_MONTH, new bytes[](0)));
        bytes32 digest = oracle.digestOf(THIS_MONTH, ONION, 3);
        calls[0] = abi.encodeCall(WorkCreditsOracle.commit, (THIS_MONTH, ONION, 3, signaturesOf(keys, QUORUM, digest)));
        assertRefusesEther(address(oracle), calls);
        assertCannotChange(address(oracle));
    }
}

contract CommitTest is WorkCreditsOracleFixture {
    /// @notice A commitment is kept with everything that judges it.
    function test_ACommitmentIsKept() public {
        params.set("capRelayPerNode", 11);
        params.set("capStoragePerNode", 12);
        params.set("capValidationsPerNode", 13);
        params.set("capBeaconsPerNode", 14);
        params.set("capCreditsPerOperator", 15);
        commitRoot(THIS_MONTH, ONION, 3);
        WorkCreditsOracle.Epoch memory epoch = oracle.epochOf(THIS_MONTH);
        vm.assertEq(epoch.root, ONION, "root");
        vm.assertEq(uint256(epoch.nodeCount), 3, "count");
        vm.assertEq(uint256(epoch.attempt), 0, "attempt");
        vm.assertEq(uint256(epoch.validatorsVersion), 1, "version");
        vm.assertEq(uint256(epoch.committedAt), COMMITTED_AT, "committedAt");
        vm.assertEq(uint256(epoch.finalAt), COMMITTED_AT + 1 days, "finalAt");
        vm.assertEq(uint256(epoch.relayCap), 11, "relay");
        vm.assertEq(uint256(epoch.storageCap), 12, "storage");
        vm.assertEq(uint256(epoch.validationsCap), 13, "validations");
        vm.assertEq(uint256(epoch.beaconsCap), 14, "beacons");
        vm.assertEq(uint256(epoch.operatorCap), 15, "operator");
    }

    /// @notice A commitment says what was committed, by which set, and when it is final.
    function test_CommittingEmitsEpochCommitted() public {
        vm.expectEmit(address(oracle));
        emit WorkCreditsOracle.EpochCommitted(THIS_MONTH, ONION, 3, 0, 1, uint48(COMMITTED_AT + 1 days));
        commitRoot(THIS_MONTH, ONION, 3);
    }

    /// @notice What validators sign is the EIP-712 digest of month, root, count, attempt, and the caps and window in force.
    function testFuzz_TheDigestIsTheStandards(uint32 month, bytes32 root, uint32 nodeCount) public view {
        vm.assertEq(oracle.digestOf(month, root, nodeCount), epochDigest(month, root, nodeCount, 0), "digest");
    }

    /// @notice The month that runs, and those to come, are not committed.
    function testFuzz_AMonthIsOverFirst(uint32 month) public {
        month = uint32(bound(month, THIS_MONTH + 1, type(uint32).max));
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.MonthNotOver.selector, month, THIS_MONTH + 1));
        oracle.commit(month, ONION, 3, new bytes[](0));
    }

    /// @notice A month is over with its last second.
    function test_AMonthIsOverWithItsLastSecond() public {
        bytes[] memory signatures = signaturesOf(keys, QUORUM, oracle.digestOf(THIS_MONTH, ONION, 3));
        vm.warp(NOVEMBER - 1);
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.MonthNotOver.selector, THIS_MONTH, THIS_MONTH));
        oracle.commit(THIS_MONTH, ONION, 3, signatures);
        vm.warp(NOVEMBER);
        oracle.commit(THIS_MONTH, ONION, 3, signatures);
    }

    /// @notice No root and no record is no commitment.
    function test_ZerosAreRefused() public {
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.ZeroValue.selector, "root"));
        oracle.commit(THIS_MONTH, 0, 3, new bytes[](0));
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.ZeroValue.selector, "nodeCount"));
        oracle.commit(THIS_MONTH, ONION, 0, new bytes[](0));
    }

    /// @notice A month is committed once, before it is final and after.
    function test_ASecondCommitmentIsRefused() public {
        commitRoot(THIS_MONTH, ONION, 3);
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.EpochAlreadyCommitted.selector, THIS_MONTH));
        oracle.commit(THIS_MONTH, IDENTITY, 3, new bytes[](0));
        vm.warp(COMMITTED_AT + 365 days);
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.EpochAlreadyCommitted.selector, THIS_MONTH));
        oracle.commit(THIS_MONTH, ONION, 3, new bytes[](0));
    }

    /// @notice There are no more records than nodes were ever registered.
    function test_MoreRecordsThanNodesAreRefused() public {
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.MoreRecordsThanNodes.selector, 4, 3));
        oracle.commit(THIS_MONTH, ONION, 4, new bytes[](0));
    }

    /// @notice Less than a quorum commits nothing.
    function test_LessThanAQuorumIsRefused() public {
        bytes[] memory signatures = signaturesOf(keys, QUORUM - 1, oracle.digestOf(THIS_MONTH, ONION, 3));
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.QuorumNotReached.selector, QUORUM - 1, QUORUM));
        oracle.commit(THIS_MONTH, ONION, 3, signatures);
    }

    /// @notice A signature that is malleated, doubled or out of order commits nothing.
    function test_OddSignaturesAreRefused() public {
        bytes32 digest = oracle.digestOf(THIS_MONTH, ONION, 3);
        bytes[] memory signatures = signaturesOf(keys, QUORUM, digest);
        signatures[2] = malleated(signatures[2]);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignatureMalformed.selector, 2));
        oracle.commit(THIS_MONTH, ONION, 3, signatures);
        signatures = signaturesOf(keys, QUORUM, digest);
        signatures[1] = signatures[0];
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignersNotAscending.selector, 1, vm.addr(keys[0])));
        oracle.commit(THIS_MONTH, ONION, 3, signatures);
        signatures = signaturesOf(keys, QUORUM, digest);
        (signatures[0], signatures[4]) = (signatures[4], signatures[0]);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignersNotAscending.selector, 1, vm.addr(keys[1])));
        oracle.commit(THIS_MONTH, ONION, 3, signatures);
    }

    /// @notice Signatures hold for one month, root, count, attempt, contract and chain.
    function test_SignaturesForSomethingElseAreRefused() public {
        assertRefused(epochDigest(THIS_MONTH - 1, ONION, 3, 0), "another month");
        assertRefused(epochDigest(THIS_MONTH, IDENTITY, 3, 0), "another root");
        assertRefused(epochDigest(THIS_MONTH, ONION, 2, 0), "another count");
        assertRefused(epochDigest(THIS_MONTH, ONION, 3, 1), "another attempt");
        bytes32 content = epochContent(THIS_MONTH, ONION, 3, 0);
        assertRefused(typed(block.chainid, address(nodes), content), "another contract");
        assertRefused(typed(block.chainid + 1, address(oracle), content), "another chain");
        commitRoot(THIS_MONTH, ONION, 3);
    }

    /// @notice Validators who were rotated away commit nothing more; those of today do.
    function test_RotatedSignersAreRefused() public {
        bytes[] memory signatures = signaturesOf(keys, QUORUM, oracle.digestOf(THIS_MONTH, ONION, 3));
        uint256[] memory next = keysOf("next", 4);
        validators.rotate(addressesOf(next));
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignerNotValidator.selector, 0, vm.addr(keys[0])));
        oracle.commit(THIS_MONTH, ONION, 3, signatures);
        oracle.commit(THIS_MONTH, ONION, 3, signaturesOf(next, 3, oracle.digestOf(THIS_MONTH, ONION, 3)));
        vm.assertEq(uint256(oracle.epochOf(THIS_MONTH).validatorsVersion), 2, "version");
    }

    /// @notice Signatures hold for the caps that were in force, each of them: nobody holds a month back for others.
    function test_SignaturesUnderOtherCapsAreRefused() public {
        bytes32[6] memory caps = [
            bytes32("capRelayPerNode"),
            "capStoragePerNode",
            "capValidationsPerNode",
            "capBeaconsPerNode",
            "capCreditsPerOperator",
            "challengeWindowSec"
        ];
        bytes[] memory signatures = signaturesOf(keys, QUORUM, oracle.digestOf(THIS_MONTH, ONION, 3));
        for (uint256 i = 0; i < caps.length; ++i) {
            uint256 before = params.valueOf(caps[i]);
            params.set(caps[i], before - 1);
            assertRefused(signatures, "another parameter");
            params.set(caps[i], before);
        }
        oracle.commit(THIS_MONTH, ONION, 3, signatures);
    }

    /// @notice A rotation changes nothing about what was committed before it.
    function test_ARotationLeavesCommitmentsAlone() public {
        commitRecords(recordsOf(3));
        validators.rotate(addressesOf(keysOf("next", 4)));
        vm.warp(COMMITTED_AT + 1 days);
        vm.assertTrue(oracle.isFinal(THIS_MONTH), "final");
        uint32 version = oracle.epochOf(THIS_MONTH).validatorsVersion;
        vm.assertEq(abi.encode(validators.membersOf(version)), abi.encode(addressesOf(keys)), "who attested");
    }

    /// @notice Changing the parameters changes nothing about what was committed before.
    function test_ParametersLeaveCommitmentsAlone() public {
        commitRecords(recordsOf(3));
        params.set("challengeWindowSec", 604_800);
        params.set("capRelayPerNode", 1);
        (WorkCreditsOracle.MonthlyRecord memory record, bytes32[] memory proof) =
            (recordOf(1), proofOf(recordsOf(3), 0));
        expectNoFraud();
        oracle.challengeRecord(THIS_MONTH, record, proof);
        vm.warp(COMMITTED_AT + 1 days);
        vm.assertTrue(oracle.isFinal(THIS_MONTH), "final");
    }

    /// @notice A commitment by the quorum of 64 validators costs less than 500,000 gas.
    function test_GasOfSixtyFourValidators() public {
        uint256[] memory all = keysOf("of 64", 64);
        validators.rotate(addressesOf(all));
        bytes[] memory signatures = signaturesOf(all, 43, oracle.digestOf(THIS_MONTH, ONION, 3));
        bytes memory call = abi.encodeCall(WorkCreditsOracle.commit, (THIS_MONTH, ONION, 3, signatures));
        uint256 before = gasleft();
        (bool isTaken,) = address(oracle).call(call);
        uint256 gas = before - gasleft();
        vm.assertTrue(isTaken, "taken");
        vm.assertTrue(gas < 500_000, "gas");
    }

    /// @dev Fails if a quorum's signatures over this digest commit October's ONION of 3.
    function assertRefused(bytes32 digest, string memory note) private {
        assertRefused(signaturesOf(keys, QUORUM, digest), note);
    }

    function assertRefused(bytes[] memory signatures, string memory note) private {
        (bool isTaken,) =
            address(oracle).call(abi.encodeCall(WorkCreditsOracle.commit, (THIS_MONTH, ONION, 3, signatures)));
        vm.assertFalse(isTaken, note);
    }
}

contract VerifyTest is WorkCreditsOracleFixture {
    /// @notice A record is proven once its month is final, not before.
    function test_ARecordIsProvenOnceFinal() public {
        commitRecords(recordsOf(3));
        bytes32[] memory proof = proofOf(recordsOf(3), 1);
        vm.warp(COMMITTED_AT + 1 days - 1);
        vm.assertFalse(oracle.isFinal(THIS_MONTH), "not final");
        vm.assertFalse(oracle.verify(THIS_MONTH, recordOf(2), proof), "not proven");
        vm.warp(COMMITTED_AT + 1 days);
        vm.assertTrue(oracle.isFinal(THIS_MONTH), "final");
        vm.assertTrue(oracle.verify(THIS_MONTH, recordOf(2), proof), "proven");
    }

    /// @notice Every record of a tree of any size is proven.
    function testFuzz_EveryRecordIsProven(uint256 count) public {
        count = bound(count, 1, 12);
        vm.warp(NOW);
        for (uint256 i = 4; i <= count; ++i) {
            registerAs(i % 2 == 0 ? ALICE : BOB, i);
        }
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(count);
        vm.warp(COMMITTED_AT);
        commitRecords(records);
        vm.warp(COMMITTED_AT + 1 days);
        for (uint256 i = 0; i < count; ++i) {
            vm.assertEq(oracle.leafOf(records[i]), leafFor(records[i]), "leaf");
            vm.assertTrue(oracle.verify(THIS_MONTH, records[i], proofOf(records, i)), "proven");
        }
    }

    /// @notice Of a month without a commitment nothing is proven.
    function test_WithoutACommitmentNothingIsProven() public view {
        vm.assertFalse(oracle.isFinal(THIS_MONTH), "final");
        vm.assertFalse(oracle.verify(THIS_MONTH, recordOf(1), new bytes32[](0)), "proven");
    }

    /// @notice A record with any field changed is another one.
    function testFuzz_AChangedRecordIsNotProven(uint256 field, uint32 change) public {
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(3);
        commitRecords(records);
        bytes32[] memory proof = proofOf(records, 0);
        vm.warp(COMMITTED_AT + 1 days);
        change = uint32(bound(change, 1, type(uint32).max - 1000));
        field = bound(field, 0, 8);
        WorkCreditsOracle.MonthlyRecord memory record = records[0];
        if (field == 0) record.nodeId += change;
        else if (field == 1) record.operator = address(uint160(record.operator) + change);
        else if (field == 2) record.relay += change;
        else if (field == 3) record.storageProofs += change;
        else if (field == 4) record.validations += change;
        else if (field == 5) record.beacons += change;
        else if (field == 6) record.uptimeSeen += change;
        else if (field == 7) record.uptimeExpected += change;
        else record.earned += change;
        vm.assertFalse(oracle.verify(THIS_MONTH, record, proof), "proven");
    }

    /// @notice A proof of another record, a cut one and a longer one prove nothing.
    function test_OtherProofsProveNothing() public {
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(3);
        commitRecords(records);
        vm.warp(COMMITTED_AT + 1 days);
        vm.assertFalse(oracle.verify(THIS_MONTH, records[0], proofOf(records, 1)), "another's");
        vm.assertFalse(oracle.verify(THIS_MONTH, records[0], new bytes32[](0)), "none");
        vm.assertFalse(oracle.verify(THIS_MONTH, records[0], new bytes32[](3)), "too long");
    }

    /// @notice A tree with more records than it said proves none of those below its depth.
    function test_ADeeperTreeProvesNothing() public {
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(3);
        commitRoot(THIS_MONTH, rootOf(records), 2); // one proof longer is one too many
        vm.warp(COMMITTED_AT + 1 days);
        vm.assertFalse(oracle.verify(THIS_MONTH, records[0], proofOf(records, 0)), "proven");
    }
}

/// @notice Months that became final though they hold records that break a rule: nobody was shown them in time.
contract UnchallengedTest is WorkCreditsOracleFixture {
    /// @notice Two records, the second as spoilt, become final: the first is proven, the second never is.
    function assertNeverProven(WorkCreditsOracle.MonthlyRecord memory spoilt) private {
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(2);
        records[1] = spoilt;
        commitRecords(records);
        vm.warp(COMMITTED_AT + 1 days);
        vm.assertTrue(oracle.isFinal(THIS_MONTH), "final");
        vm.assertTrue(oracle.verify(THIS_MONTH, records[0], proofOf(records, 0)), "honest");
        vm.assertFalse(oracle.verify(THIS_MONTH, spoilt, proofOf(records, 1)), "spoilt");
    }

    /// @notice A record of no node is never proven.
    function test_ANodeThatIsNone() public {
        assertNeverProven(recordOf(4));
    }

    /// @notice Nor is one that names another operator.
    function test_AnotherOperator() public {
        WorkCreditsOracle.MonthlyRecord memory record = recordOf(2);
        record.operator = BOB;
        assertNeverProven(record);
    }

    /// @notice Nor one with more uptime than there was.
    function test_MoreUptimeThanThereWas() public {
        WorkCreditsOracle.MonthlyRecord memory record = recordOf(2);
        record.uptimeSeen = record.uptimeExpected + 1;
        assertNeverProven(record);
    }

    /// @notice Nor one with more LUCID than there is.
    function test_MoreLucidThanThereIs() public {
        WorkCreditsOracle.MonthlyRecord memory record = recordOf(2);
        record.earned = 42_000_000_000e18 + 1;
        assertNeverProven(record);
    }

    /// @notice Nor one over the cap of any of the four kinds.
    function testFuzz_MoreThanANodesCap(uint256 kind) public {
        WorkCreditsOracle.MonthlyRecord memory record = recordOf(2);
        kind = bound(kind, 0, 3);
        if (kind == 0) record.relay = 1_000_001;
        else if (kind == 1) record.storageProofs = 1_000_001;
        else if (kind == 2) record.validations = 1_000_001;
        else record.beacons = 1_000_001;
        assertNeverProven(record);
    }

    /// @notice The caps are those of the commitment: lower ones later take nothing from it, higher ones add nothing.
    function test_TheCapsAreThoseOfTheCommitment() public {
        params.set("capRelayPerNode", 99);
        commitRecords(recordsOf(3)); // 100 each
        params.set("capRelayPerNode", 1000);
        commitRoot(THIS_MONTH - 1, rootOf(recordsOf(3)), 3); // before any of them was registered
        vm.warp(COMMITTED_AT + 1 days);
        vm.assertFalse(oracle.verify(THIS_MONTH, recordOf(1), proofOf(recordsOf(3), 0)), "over its cap");
        vm.assertFalse(oracle.verify(THIS_MONTH - 1, recordOf(1), proofOf(recordsOf(3), 0)), "no node yet");
        vm.warp(DECEMBER + 1);
        commitRoot(THIS_MONTH + 1, rootOf(recordsOf(3)), 3);
        params.set("capRelayPerNode", 1);
        vm.warp(DECEMBER + 1 days + 1);
        vm.assertTrue(oracle.verify(THIS_MONTH + 1, recordOf(1), proofOf(recordsOf(3), 0)), "within its cap");
    }

    /// @notice What a node does after the month takes nothing from its record.
    function test_WhoLeavesLaterKeepsItsRecord() public {
        commitRecords(recordsOf(3));
        announceAs(ALICE, 1); // leaves as January begins
        vm.warp(DECEMBER + 100 days);
        nodes.depart(1);
        vm.assertTrue(oracle.verify(THIS_MONTH, recordOf(1), proofOf(recordsOf(3), 0)), "proven");
    }
}

contract RetractTest is WorkCreditsOracleFixture {
    function retractBy(bytes32 digest) private {
        oracle.retract(THIS_MONTH, signaturesOf(keys, QUORUM, digest));
    }

    /// @dev A call of the oracle fails; by which error depends on whom a digest makes of its signatures.
    function assertFails(bytes memory data) private {
        (bool isTaken,) = address(oracle).call(data);
        vm.assertFalse(isTaken, "taken");
    }

    /// @notice What validators sign is the EIP-712 digest of month, root and attempt.
    function test_TheDigestIsTheStandards() public {
        commitRoot(THIS_MONTH, ONION, 3);
        vm.assertEq(oracle.retractionDigestOf(THIS_MONTH), retractionDigest(THIS_MONTH, ONION, 0), "digest");
    }

    /// @notice A quorum takes its root back, whoever brings it; that is told, and nothing but the attempt is left.
    function testFuzz_AQuorumTakesItsRootBack(address caller) public {
        commitRoot(THIS_MONTH, ONION, 3);
        bytes[] memory signatures = signaturesOf(keys, QUORUM, retractionDigest(THIS_MONTH, ONION, 0));
        vm.expectEmit(address(oracle));
        emit WorkCreditsOracle.EpochRetracted(THIS_MONTH, ONION, 1, 0);
        vm.prank(caller);
        oracle.retract(THIS_MONTH, signatures);
        WorkCreditsOracle.Epoch memory nothing;
        nothing.attempt = 1;
        vm.assertEq(abi.encode(oracle.epochOf(THIS_MONTH)), abi.encode(nothing), "epoch");
    }

    /// @notice The month is committed anew, and neither the first root nor its retraction works a second time.
    function test_ItIsCommittedAnew() public {
        bytes[] memory first = signaturesOf(keys, QUORUM, oracle.digestOf(THIS_MONTH, ONION, 3));
        oracle.commit(THIS_MONTH, ONION, 3, first);
        bytes32 back = retractionDigest(THIS_MONTH, ONION, 0);
        retractBy(back);
        assertFails(abi.encodeCall(oracle.commit, (THIS_MONTH, ONION, 3, first)));
        commitRoot(THIS_MONTH, ONION, 3);
        vm.assertEq(uint256(oracle.epochOf(THIS_MONTH).attempt), 1, "attempt");
        assertFails(abi.encodeCall(oracle.retract, (THIS_MONTH, signaturesOf(keys, QUORUM, back))));
        vm.assertEq(oracle.epochOf(THIS_MONTH).root, ONION, "root");
    }

    /// @notice Less than a quorum takes nothing back; nor do signatures for another month, root, contract or chain.
    function test_WhatAQuorumDidNotSignTakesNothingBack() public {
        commitRoot(THIS_MONTH, ONION, 3);
        bytes[] memory few = signaturesOf(keys, QUORUM - 1, retractionDigest(THIS_MONTH, ONION, 0));
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.QuorumNotReached.selector, QUORUM - 1, QUORUM));
        oracle.retract(THIS_MONTH, few);
        bytes32 kind = keccak256("Retraction(uint32 month,bytes32 root,uint32 attempt)");
        bytes32 content = keccak256(abi.encode(kind, THIS_MONTH, ONION, 0));
        bytes32[5] memory digests = [
            retractionDigest(THIS_MONTH - 1, ONION, 0),
            retractionDigest(THIS_MONTH, IDENTITY, 0),
            epochDigest(THIS_MONTH, ONION, 3, 0),
            typed(block.chainid, address(nodes), content),
            typed(block.chainid + 1, address(oracle), content)
        ];
        for (uint256 i = 0; i < digests.length; ++i) {
            assertFails(abi.encodeCall(oracle.retract, (THIS_MONTH, signaturesOf(keys, QUORUM, digests[i]))));
        }
        retractBy(typed(block.chainid, address(oracle), content));
    }

    /// @notice The set in force takes back what the set before it attested; the set before does not any more.
    function test_TheSetInForceTakesBack() public {
        commitRoot(THIS_MONTH, ONION, 3);
        uint256[] memory next = keysOf("next", 4);
        validators.rotate(addressesOf(next));
        bytes32 digest = retractionDigest(THIS_MONTH, ONION, 0);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignerNotValidator.selector, 0, vm.addr(keys[0])));
        retractBy(digest);
        vm.expectEmit(address(oracle));
        emit WorkCreditsOracle.EpochRetracted(THIS_MONTH, ONION, 2, 0);
        oracle.retract(THIS_MONTH, signaturesOf(next, 3, digest));
    }

    /// @notice There must be a root, and it must not be final: nothing takes back a final month.
    function test_OnlyWhatIsNotFinalIsTakenBack() public {
        bytes memory refusal = abi.encodeWithSelector(WorkCreditsOracle.EpochNotCommitted.selector, THIS_MONTH);
        vm.expectRevert(refusal);
        oracle.retract(THIS_MONTH, new bytes[](0));
        vm.expectRevert(refusal);
        oracle.retractionDigestOf(THIS_MONTH);
        commitRoot(THIS_MONTH, ONION, 3);
        vm.warp(COMMITTED_AT + 1 days);
        refusal =
            abi.encodeWithSelector(WorkCreditsOracle.EpochIsFinal.selector, THIS_MONTH, uint48(COMMITTED_AT + 1 days));
        vm.expectRevert(refusal);
        retractBy(retractionDigest(THIS_MONTH, ONION, 0));
        vm.expectRevert(refusal);
        oracle.retractionDigestOf(THIS_MONTH);
    }
}

contract ChallengeRecordTest is WorkCreditsOracleFixture {
    /// @notice Two records, the second as spoilt, are voided for it, and leave nothing but the attempt behind.
    function assertVoids(WorkCreditsOracle.MonthlyRecord memory spoilt, WorkCreditsOracle.Fraud fraud) private {
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(2);
        records[1] = spoilt;
        commitRecords(records);
        bytes32[] memory proof = proofOf(records, 1);
        expectVoided(rootOf(records), fraud, spoilt.nodeId);
        oracle.challengeRecord(THIS_MONTH, spoilt, proof);
        WorkCreditsOracle.Epoch memory nothing;
        nothing.attempt = 1;
        vm.assertEq(abi.encode(oracle.epochOf(THIS_MONTH)), abi.encode(nothing), "epoch");
    }

    /// @notice A record of no node voids.
    function test_NodeZeroVoids() public {
        assertVoids(recordOf(0), WorkCreditsOracle.Fraud.NodeUnknown);
    }

    /// @notice A record of a node never registered voids.
    function test_ANumberNeverGivenVoids() public {
        assertVoids(recordOf(4), WorkCreditsOracle.Fraud.NodeUnknown);
    }

    /// @notice A record of a node that was registered only after the month voids.
    function test_ANodeRegisteredLaterVoids() public {
        registerAs(BOB, 4);
        assertVoids(recordOf(4), WorkCreditsOracle.Fraud.NodeUnknown);
    }

    /// @notice A record of a node that left as the month began voids; one of the month before does not.
    function test_ANodeThatLeftVoids() public {
        announceAs(ALICE, 2); // leaves as January begins
        vm.warp(DECEMBER + 70 days);
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(2);
        bytes32[] memory proof = proofOf(records, 1);
        commitRoot(THIS_MONTH + 2, rootOf(records), 2);
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.NoFraudShown.selector, THIS_MONTH + 2));
        oracle.challengeRecord(THIS_MONTH + 2, records[1], proof);
        commitRoot(THIS_MONTH + 3, rootOf(records), 2);
        oracle.challengeRecord(THIS_MONTH + 3, records[1], proof);
        vm.assertEq(oracle.epochOf(THIS_MONTH + 3).root, 0, "root");
    }

    /// @notice A record that names another operator voids.
    function testFuzz_AnotherOperatorVoids(address operator) public {
        vm.assume(operator != ALICE);
        WorkCreditsOracle.MonthlyRecord memory record = recordOf(2);
        record.operator = operator;
        assertVoids(record, WorkCreditsOracle.Fraud.WrongOperator);
    }

    /// @notice A record with more beacons seen than there were voids.
    function testFuzz_MoreUptimeThanThereWasVoids(uint32 seen, uint32 expected) public {
        expected = uint32(bound(expected, 0, type(uint32).max - 1));
        WorkCreditsOracle.MonthlyRecord memory record = recordOf(2);
        (record.uptimeSeen, record.uptimeExpected) = (uint32(bound(seen, expected + 1, type(uint32).max)), expected);
        assertVoids(record, WorkCreditsOracle.Fraud.UptimeAboveExpected);
    }

    /// @notice A record with more LUCID than there can be voids.
    function testFuzz_MoreLucidThanThereIsVoids(uint128 earned) public {
        WorkCreditsOracle.MonthlyRecord memory record = recordOf(2);
        record.earned = uint128(bound(earned, 42_000_000_000e18 + 1, type(uint128).max));
        assertVoids(record, WorkCreditsOracle.Fraud.EarnedAboveCap);
    }

    /// @notice A record over the cap of any of the four kinds voids.
    function testFuzz_MoreThanANodesCapVoids(uint256 kind, uint64 credits) public {
        credits = uint64(bound(credits, 1_000_001, type(uint64).max));
        WorkCreditsOracle.MonthlyRecord memory record = recordOf(2);
        kind = bound(kind, 0, 3);
        if (kind == 0) record.relay = credits;
        else if (kind == 1) record.storageProofs = credits;
        else if (kind == 2) record.validations = credits;
        else record.beacons = credits;
        assertVoids(record, WorkCreditsOracle.Fraud.NodeOverCap);
    }

    /// @notice A record that reaches every limit breaks none.
    function test_ReachingEveryLimitIsNoFraud() public {
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(1);
        records[0].relay = 1_000_000;
        records[0].storageProofs = 1_000_000;
        records[0].validations = 1_000_000;
        records[0].beacons = 1_000_000;
        records[0].uptimeSeen = records[0].uptimeExpected;
        records[0].earned = 42_000_000_000e18;
        commitRecords(records);
        expectNoFraud();
        oracle.challengeRecord(THIS_MONTH, records[0], new bytes32[](0));
    }

    /// @notice A record that is not in the tree shows nothing.
    function test_ARecordThatIsNotInItShowsNothing() public {
        commitRecords(recordsOf(2));
        (WorkCreditsOracle.MonthlyRecord memory record, bytes32[] memory proof) =
            (recordOf(3), proofOf(recordsOf(2), 1));
        expectNotInEpoch(3);
        oracle.challengeRecord(THIS_MONTH, record, proof);
    }

    /// @notice Where nothing is committed there is nothing to challenge.
    function test_WithoutACommitmentItIsRefused() public {
        WorkCreditsOracle.MonthlyRecord memory record = recordOf(1);
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.EpochNotCommitted.selector, THIS_MONTH));
        oracle.challengeRecord(THIS_MONTH, record, new bytes32[](0));
    }

    /// @notice Until the last second of the window it is taken, and from then on never.
    function test_AFinalMonthIsRefused() public {
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(1);
        records[0].relay = 2_000_000;
        commitRecords(records);
        vm.warp(COMMITTED_AT + 1 days);
        vm.expectRevert(
            abi.encodeWithSelector(WorkCreditsOracle.EpochIsFinal.selector, THIS_MONTH, COMMITTED_AT + 1 days)
        );
        oracle.challengeRecord(THIS_MONTH, records[0], new bytes32[](0));
        vm.warp(COMMITTED_AT + 1 days - 1);
        oracle.challengeRecord(THIS_MONTH, records[0], new bytes32[](0));
    }

    /// @notice After it was voided a month is committed anew, with new signatures only, and judged anew.
    function test_AVoidedMonthIsCommittedAnew() public {
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(1);
        records[0].relay = 2_000_000;
        bytes32 root = rootOf(records);
        bytes[] memory old = signaturesOf(keys, QUORUM, oracle.digestOf(THIS_MONTH, root, 1));
        oracle.commit(THIS_MONTH, root, 1, old);
        oracle.challengeRecord(THIS_MONTH, records[0], new bytes32[](0));
        (bool isTaken,) = address(oracle).call(abi.encodeCall(WorkCreditsOracle.commit, (THIS_MONTH, root, 1, old)));
        vm.assertFalse(isTaken, "taken again");
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.EpochNotCommitted.selector, THIS_MONTH));
        oracle.challengeRecord(THIS_MONTH, records[0], new bytes32[](0));

        commitRecords(recordsOf(3));
        vm.assertEq(uint256(oracle.epochOf(THIS_MONTH).attempt), 1, "attempt");
        vm.warp(COMMITTED_AT + 1 days);
        vm.assertTrue(oracle.verify(THIS_MONTH, recordOf(1), proofOf(recordsOf(3), 0)), "proven");
    }
}

contract ChallengeTwiceTest is WorkCreditsOracleFixture {
    /// @notice Two different records of one node void, whoever shows them.
    function test_TwoRecordsOfANodeVoid() public {
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(3);
        records[2] = recordOf(1);
        records[2].relay += 1;
        commitRecords(records);
        (bytes32[] memory first, bytes32[] memory second) = (proofOf(records, 0), proofOf(records, 2));
        expectVoided(rootOf(records), WorkCreditsOracle.Fraud.NodeTwice, 1);
        oracle.challengeTwice(THIS_MONTH, records[0], first, records[2], second);
        vm.assertEq(oracle.epochOf(THIS_MONTH).root, 0, "root");
    }

    /// @notice Records of two nodes are no fraud.
    function test_TwoNodesAreNoFraud() public {
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(3);
        commitRecords(records);
        (bytes32[] memory first, bytes32[] memory second) = (proofOf(records, 0), proofOf(records, 1));
        expectNoFraud();
        oracle.challengeTwice(THIS_MONTH, records[0], first, records[1], second);
    }

    /// @notice One record shown twice is one record, also where the tree has it twice.
    function test_TheSameRecordIsNoFraud() public {
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(3);
        records[2] = records[0];
        commitRecords(records);
        (bytes32[] memory first, bytes32[] memory second) = (proofOf(records, 0), proofOf(records, 2));
        expectNoFraud();
        oracle.challengeTwice(THIS_MONTH, records[0], first, records[2], second);
    }

    /// @notice Both must be in the tree.
    function test_BothMustBeInIt() public {
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(3);
        commitRecords(records);
        WorkCreditsOracle.MonthlyRecord memory other = recordOf(1);
        other.relay += 1;
        bytes32[] memory proof = proofOf(records, 0);
        expectNotInEpoch(1);
        oracle.challengeTwice(THIS_MONTH, records[0], proof, other, proof);
        expectNotInEpoch(1);
        oracle.challengeTwice(THIS_MONTH, other, proof, records[0], proof);
    }

    /// @notice A month without a commitment, or a final one, is not challenged.
    function test_NotCommittedOrFinalIsRefused() public {
        WorkCreditsOracle.MonthlyRecord memory record = recordOf(1);
        bytes32[] memory proof = new bytes32[](0);
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.EpochNotCommitted.selector, THIS_MONTH));
        oracle.challengeTwice(THIS_MONTH, record, proof, record, proof);
        commitRecords(recordsOf(1));
        vm.warp(COMMITTED_AT + 1 days);
        vm.expectRevert(
            abi.encodeWithSelector(WorkCreditsOracle.EpochIsFinal.selector, THIS_MONTH, COMMITTED_AT + 1 days)
        );
        oracle.challengeTwice(THIS_MONTH, record, proof, record, proof);
    }
}

contract ChallengeOperatorTest is WorkCreditsOracleFixture {
    /// @dev Alice's two records and their proofs, of a tree of all three.
    function aliceShown()
        private
        view
        returns (WorkCreditsOracle.MonthlyRecord[] memory shown, bytes32[][] memory proofs)
    {
        shown = recordsOf(2);
        proofs = new bytes32[][](2);
        (proofs[0], proofs[1]) = (proofOf(recordsOf(3), 0), proofOf(recordsOf(3), 1));
    }

    /// @notice Records of one operator that add up above the cap void.
    function test_MoreThanAnOperatorsCapVoids() public {
        params.set("capCreditsPerOperator", 1999); // each honest record has 1000
        commitRecords(recordsOf(3));
        (WorkCreditsOracle.MonthlyRecord[] memory shown, bytes32[][] memory proofs) = aliceShown();
        expectVoided(rootOf(recordsOf(3)), WorkCreditsOracle.Fraud.OperatorOverCap, 1);
        oracle.challengeOperator(THIS_MONTH, shown, proofs);
        vm.assertEq(oracle.epochOf(THIS_MONTH).root, 0, "root");
    }

    /// @notice Reaching the cap is no fraud.
    function test_ReachingTheCapIsNoFraud() public {
        params.set("capCreditsPerOperator", 2000);
        commitRecords(recordsOf(3));
        (WorkCreditsOracle.MonthlyRecord[] memory shown, bytes32[][] memory proofs) = aliceShown();
        expectNoFraud();
        oracle.challengeOperator(THIS_MONTH, shown, proofs);
    }

    /// @notice A record's credits are the sum of the four kinds, without overflow.
    function testFuzz_CreditsAreTheSum(uint64 relay, uint64 storageProofs, uint64 validations, uint64 beacons)
        public
        view
    {
        WorkCreditsOracle.MonthlyRecord memory record = recordOf(1);
        (record.relay, record.storageProofs) = (relay, storageProofs);
        (record.validations, record.beacons) = (validations, beacons);
        uint256 sum = uint256(relay) + uint256(storageProofs) + uint256(validations) + uint256(beacons);
        vm.assertEq(oracle.creditsOf(record), sum, "sum");
    }

    /// @notice A node shown twice counts once: it is refused.
    function test_ANodeShownTwiceIsRefused() public {
        params.set("capCreditsPerOperator", 1999);
        commitRecords(recordsOf(3));
        (WorkCreditsOracle.MonthlyRecord[] memory shown, bytes32[][] memory proofs) = aliceShown();
        (shown[1], proofs[1]) = (shown[0], proofs[0]);
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.NodesNotAscending.selector, 1));
        oracle.challengeOperator(THIS_MONTH, shown, proofs);
    }

    /// @notice Nodes in falling order are refused.
    function test_FallingOrderIsRefused() public {
        commitRecords(recordsOf(3));
        (WorkCreditsOracle.MonthlyRecord[] memory shown, bytes32[][] memory proofs) = aliceShown();
        (shown[0], shown[1]) = (shown[1], shown[0]);
        (proofs[0], proofs[1]) = (proofs[1], proofs[0]);
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.NodesNotAscending.selector, 1));
        oracle.challengeOperator(THIS_MONTH, shown, proofs);
    }

    /// @notice Another operator's record does not count.
    function test_AnotherOperatorsRecordIsRefused() public {
        params.set("capCreditsPerOperator", 1999);
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsOf(3);
        commitRecords(records);
        (WorkCreditsOracle.MonthlyRecord[] memory shown, bytes32[][] memory proofs) = aliceShown();
        (shown[1], proofs[1]) = (records[2], proofOf(records, 2));
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.OperatorsDiffer.selector, 1));
        oracle.challengeOperator(THIS_MONTH, shown, proofs);
    }

    /// @notice Each record must be in the tree.
    function test_EachMustBeInIt() public {
        commitRecords(recordsOf(3));
        (WorkCreditsOracle.MonthlyRecord[] memory shown, bytes32[][] memory proofs) = aliceShown();
        shown[1].relay += 1;
        expectNotInEpoch(2);
        oracle.challengeOperator(THIS_MONTH, shown, proofs);
    }

    /// @notice As many proofs as records, and at least one.
    function test_CountsMustAgree() public {
        commitRecords(recordsOf(3));
        (WorkCreditsOracle.MonthlyRecord[] memory shown,) = aliceShown();
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.ProofCountMismatch.selector, 2, 1));
        oracle.challengeOperator(THIS_MONTH, shown, new bytes32[][](1));
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.ProofCountMismatch.selector, 0, 0));
        oracle.challengeOperator(THIS_MONTH, new WorkCreditsOracle.MonthlyRecord[](0), new bytes32[][](0));
    }

    /// @notice A month without a commitment, or a final one, is not challenged.
    function test_NotCommittedOrFinalIsRefused() public {
        (WorkCreditsOracle.MonthlyRecord[] memory shown, bytes32[][] memory proofs) = aliceShown();
        vm.expectRevert(abi.encodeWithSelector(WorkCreditsOracle.EpochNotCommitted.selector, THIS_MONTH));
        oracle.challengeOperator(THIS_MONTH, shown, proofs);
        commitRecords(recordsOf(3));
        vm.warp(COMMITTED_AT + 1 days);
        vm.expectRevert(
            abi.encodeWithSelector(WorkCreditsOracle.EpochIsFinal.selector, THIS_MONTH, COMMITTED_AT + 1 days)
        );
        oracle.challengeOperator(THIS_MONTH, shown, proofs);
    }
}
