// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ValidatorSet} from "../../src/work/ValidatorSet.sol";
import {WorkCreditsOracle} from "../../src/work/WorkCreditsOracle.sol";
import {EpochKeys} from "./WorkCreditsOracleFixture.sol";

/// @notice Commits honest and false months and challenges them at random, holding every answer against a model. One
/// honest watcher looks at each commitment before its window passes, and challenges what the model calls false.
/// @dev A wrong answer reverts here, which fails the run: foundry.toml sets fail_on_revert.
contract WorkCreditsOracleDriver is EpochKeys {
    struct Modelled {
        bytes32 root;
        uint48 finalAt;
        uint32 attempt;
        uint256 falsehood; // 0 none, else which of the ways below
    }

    uint256 public constant RECORDS = 3;
    uint256 public constant OPERATOR_CAP = 2_000_000;

    mapping(uint32 month => Modelled) private _model;
    mapping(uint32 month => WorkCreditsOracle.MonthlyRecord[RECORDS]) private _records;
    uint48 private _now = uint48(NOW);
    uint32 public current = THIS_MONTH;
    uint256 public voided;

    constructor() {
        vm.warp(NOW);
        deployAll();
        params.set("capCreditsPerOperator", OPERATOR_CAP);
        registerAs(ALICE, 1);
        registerAs(ALICE, 2);
        registerAs(BOB, 3);
    }

    function target() external view returns (WorkCreditsOracle) {
        return oracle;
    }

    function modelOf(uint32 month) external view returns (Modelled memory) {
        return _model[month];
    }

    function recordsIn(uint32 month) public view returns (WorkCreditsOracle.MonthlyRecord[] memory records) {
        records = new WorkCreditsOracle.MonthlyRecord[](RECORDS);
        for (uint256 i = 0; i < RECORDS; ++i) {
            records[i] = _records[month][i];
        }
    }

    function commit(uint256 monthSeed, uint256 seed, uint256 signers) external {
        uint32 month = uint32(bound(monthSeed, current - 1, current));
        signers = bound(signers, QUORUM - 1, keys.length);
        Modelled storage model = _model[month];
        WorkCreditsOracle.MonthlyRecord[] memory records = madeUp(seed);
        bytes memory refusal;
        if (month >= current) {
            refusal = abi.encodeWithSelector(WorkCreditsOracle.MonthNotOver.selector, month, current);
        } else if (model.root != 0) {
            refusal = abi.encodeWithSelector(WorkCreditsOracle.EpochAlreadyCommitted.selector, month);
        } else if (signers < QUORUM) {
            refusal = abi.encodeWithSelector(ValidatorSet.QuorumNotReached.selector, signers, QUORUM);
        }
        bytes32 root = rootOf(records);
        bytes[] memory signatures =
            signaturesOf(keys, signers, epochDigest(month, root, uint32(RECORDS), model.attempt));
        bytes memory data = abi.encodeCall(oracle.commit, (month, root, uint32(RECORDS), signatures));
        if (!isTaken(data, refusal)) return;
        (model.root, model.finalAt, model.falsehood) = (root, _now + 1 days, seed % 10 < 4 ? 0 : seed % 10);
        for (uint256 i = 0; i < RECORDS; ++i) {
            _records[month][i] = records[i];
        }
    }

    function challengeRecord(uint256 monthSeed, uint256 place) external {
        uint32 month = uint32(bound(monthSeed, THIS_MONTH, current));
        bytes memory refusal = refusalOf(month);
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsIn(month);
        place = bound(place, 0, RECORDS - 1);
        if (refusal.length == 0 && isLawful(records[place])) refusal = noFraud(month);
        bytes memory data = abi.encodeCall(oracle.challengeRecord, (month, records[place], proofOf(records, place)));
        if (isTaken(data, refusal)) forget(month);
    }

    function challengeTwice(uint256 monthSeed, uint256 first, uint256 second) external {
        uint32 month = uint32(bound(monthSeed, THIS_MONTH, current));
        bytes memory refusal = refusalOf(month);
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsIn(month);
        (first, second) = (bound(first, 0, RECORDS - 1), bound(second, 0, RECORDS - 1));
        bool isTwice = first != second && records[first].nodeId == records[second].nodeId;
        if (refusal.length == 0 && !isTwice) refusal = noFraud(month);
        if (isTaken(twice(month, records, first, second), refusal)) forget(month);
    }

    function challengeOperator(uint256 monthSeed) external {
        uint32 month = uint32(bound(monthSeed, THIS_MONTH, current));
        bytes memory refusal = refusalOf(month);
        WorkCreditsOracle.MonthlyRecord[] memory records = recordsIn(month);
        if (refusal.length == 0 && records[1].operator != records[0].operator) {
            refusal = abi.encodeWithSelector(WorkCreditsOracle.OperatorsDiffer.selector, 1);
        } else if (refusal.length == 0 && creditsIn(records[0]) + creditsIn(records[1]) <= OPERATOR_CAP) {
            refusal = noFraud(month);
        }
        if (isTaken(operators(month, records), refusal)) forget(month);
    }

    /// @dev Some validators take a month's root back, or too few, or by signatures for another attempt.
    function retract(uint256 monthSeed, uint256 signers, bool isForAnother) external {
        uint32 month = uint32(bound(monthSeed, THIS_MONTH, current));
        signers = bound(signers, QUORUM - 1, keys.length);
        Modelled storage model = _model[month];
        bytes memory refusal = refusalOf(month);
        if (refusal.length == 0 && signers < QUORUM) {
            refusal = abi.encodeWithSelector(ValidatorSet.QuorumNotReached.selector, signers, QUORUM);
        }
        bytes[] memory signatures =
            signaturesOf(keys, signers, retractionDigest(month, model.root, model.attempt + (isForAnother ? 1 : 0)));
        bytes memory data = abi.encodeCall(oracle.retract, (month, signatures));
        if (isForAnother && refusal.length == 0) {
            (bool taken,) = address(oracle).call(data); // signed by whomever the digest makes of it
            vm.assertFalse(taken, "for another attempt");
        } else if (isTaken(data, refusal)) {
            forget(month);
        }
    }

    /// @dev Time passes, but not before the watcher has looked at what was committed.
    function wait_(uint256 secondsSeed) external {
        for (uint32 month = THIS_MONTH; month < current; ++month) {
            uint256 falsehood = _model[month].falsehood;
            if (falsehood == 0 || _now >= _model[month].finalAt) continue;
            WorkCreditsOracle.MonthlyRecord[] memory records = recordsIn(month);
            bytes memory data;
            if (falsehood == 4) {
                data = twice(month, records, 0, 2);
            } else if (falsehood == 5) {
                data = operators(month, records);
            } else {
                data = abi.encodeCall(oracle.challengeRecord, (month, records[2], proofOf(records, 2)));
            }
            isTaken(data, "");
            forget(month);
        }
        _now += uint48(bound(secondsSeed, 1, 20 days));
        vm.warp(_now);
        current = oracle.monthOf(_now);
    }

    /// @dev Whether a record breaks no rule by itself, as the specification says it.
    function isLawful(WorkCreditsOracle.MonthlyRecord memory record) public view returns (bool) {
        if (record.nodeId == 0 || record.nodeId > RECORDS) return false;
        if (record.operator != (record.nodeId == 3 ? BOB : ALICE)) return false;
        if (record.uptimeSeen > record.uptimeExpected || record.earned > 42e27) return false;
        uint256 cap = params.valueOf("capRelayPerNode");
        return record.relay <= cap && record.storageProofs <= cap && record.validations <= cap && record.beacons <= cap;
    }

    function creditsIn(WorkCreditsOracle.MonthlyRecord memory record) public pure returns (uint256) {
        return uint256(record.relay) + record.storageProofs + record.validations + record.beacons;
    }

    /// @dev Records of the three nodes: honest for four of ten seeds, else false in one of six ways.
    function madeUp(uint256 seed) private view returns (WorkCreditsOracle.MonthlyRecord[] memory records) {
        records = recordsOf(RECORDS);
        for (uint256 i = 0; i < RECORDS; ++i) {
            records[i].relay = uint64(uint256(keccak256(abi.encode(seed, i))) % 250_001);
            records[i].beacons = 250_000;
        }
        uint256 way = seed % 10;
        if (way == 4) (records[2], records[2].earned) = (recordOf(1), 7e18);
        else if (way == 5) (records[0].relay, records[1].relay) = (1_000_000, 999_999);
        else if (way == 6) records[2].nodeId = 3 + bound(seed, 1, 1000);
        else if (way == 7) records[2].operator = ALICE;
        else if (way == 8) records[2].uptimeSeen = records[2].uptimeExpected + 1;
        else if (way == 9) records[2].validations = 1_000_001;
    }

    function forget(uint32 month) private {
        _model[month] = Modelled({root: 0, finalAt: 0, attempt: _model[month].attempt + 1, falsehood: 0});
        ++voided;
    }

    function twice(uint32 month, WorkCreditsOracle.MonthlyRecord[] memory records, uint256 first, uint256 second)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeCall(
            oracle.challengeTwice,
            (month, records[first], proofOf(records, first), records[second], proofOf(records, second))
        );
    }

    /// @dev The challenge of whose nodes 1 and 2 are.
    function operators(uint32 month, WorkCreditsOracle.MonthlyRecord[] memory records)
        private
        view
        returns (bytes memory)
    {
        WorkCreditsOracle.MonthlyRecord[] memory shown = new WorkCreditsOracle.MonthlyRecord[](2);
        bytes32[][] memory proofs = new bytes32[][](2);
        (shown[0], shown[1]) = (records[0], records[1]);
        (proofs[0], proofs[1]) = (proofOf(records, 0), proofOf(records, 1));
        return abi.encodeCall(oracle.challengeOperator, (month, shown, proofs));
    }

    /// @dev What a challenge of a month answers before it looks at records; empty if it goes on.
    function refusalOf(uint32 month) private view returns (bytes memory) {
        Modelled storage model = _model[month];
        if (model.root == 0) return abi.encodeWithSelector(WorkCreditsOracle.EpochNotCommitted.selector, month);
        if (_now < model.finalAt) return "";
        return abi.encodeWithSelector(WorkCreditsOracle.EpochIsFinal.selector, month, model.finalAt);
    }

    function noFraud(uint32 month) private pure returns (bytes memory) {
        return abi.encodeWithSelector(WorkCreditsOracle.NoFraudShown.selector, month);
    }

    /// @dev Makes the call; fails unless it is taken, or refused with exactly `refusal` where there is one.
    function isTaken(bytes memory data, bytes memory refusal) private returns (bool taken) {
        bytes memory answer;
        (taken, answer) = address(oracle).call(data);
        vm.assertTrue(taken == (refusal.length == 0), "taken");
        if (!taken) vm.assertEq(answer, refusal, "refusal");
    }
}

contract WorkCreditsOracleInvariantTest is EpochKeys {
    WorkCreditsOracleDriver private _driver;

    function setUp() public {
        _driver = new WorkCreditsOracleDriver();
        oracle = _driver.target();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    /// @notice Every month is what the accepted calls made of it.
    function invariant_MonthsFollowTheModel() public view {
        for (uint32 month = THIS_MONTH; month < _driver.current(); ++month) {
            WorkCreditsOracleDriver.Modelled memory model = _driver.modelOf(month);
            WorkCreditsOracle.Epoch memory epoch = oracle.epochOf(month);
            vm.assertEq(epoch.root, model.root, "root");
            vm.assertEq(uint256(epoch.finalAt), model.finalAt, "finalAt");
            vm.assertEq(uint256(epoch.attempt), model.attempt, "attempt");
            bool isFinal = model.root != 0 && block.timestamp >= model.finalAt;
            vm.assertTrue(oracle.isFinal(month) == isFinal, "final");
        }
    }

    /// @notice With one honest watcher, no final month holds anything that can be shown to break a rule.
    function invariant_FinalMonthsBreakNoRule() public view {
        for (uint32 month = THIS_MONTH; month < _driver.current(); ++month) {
            if (!oracle.isFinal(month)) continue;
            WorkCreditsOracle.MonthlyRecord[] memory records = _driver.recordsIn(month);
            for (uint256 i = 0; i < records.length; ++i) {
                vm.assertTrue(oracle.verify(month, records[i], proofOf(records, i)), "proven");
                vm.assertTrue(_driver.isLawful(records[i]), "lawful");
                vm.assertEq(records[i].nodeId, i + 1, "once a node");
            }
            uint256 credits = _driver.creditsIn(records[0]) + _driver.creditsIn(records[1]);
            vm.assertTrue(credits <= _driver.OPERATOR_CAP(), "operator's cap");
        }
    }
}
