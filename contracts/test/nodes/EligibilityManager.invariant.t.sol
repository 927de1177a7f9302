// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {EligibilityManager} from "../../src/nodes/EligibilityManager.sol";
import {Months} from "../../src/work/Months.sol";
import {WorkCreditsOracle} from "../../src/work/WorkCreditsOracle.sol";
import {EpochKeys} from "../work/WorkCreditsOracleFixture.sol";

/// @notice Lets months pass in which nodes come, change keys, work, qualify and leave at random, and holds every
/// answer against a model.
/// @dev A wrong answer reverts here, which fails the run: foundry.toml sets fail_on_revert.
contract EligibilityManagerDriver is EpochKeys {
    struct Tenure {
        uint256 nodeId;
        uint48 from;
        uint48 until;
    }

    uint256 public constant KEYS = 9;
    uint256 public constant NODES = 5;

    EligibilityManager public immutable MANAGER;

    address[] private _keys;
    uint256 private _usedKeys;
    Tenure[] private _tenures; // one a key, in the keys' order
    uint256[] private _keyOf; // a node's key; entry 0 is nobody's
    uint48[] private _departsAt;
    uint48 private _now = uint48(NOW);
    uint32 public current = THIS_MONTH;
    mapping(uint32 month => WorkCreditsOracle.MonthlyRecord[]) private _records;
    mapping(uint32 month => mapping(uint256 nodeId => bool)) private _isQualified;
    mapping(uint32 month => uint256) private _counts;
    uint32 private _lastOwn; // the last month with an electorate of its own
    mapping(uint32 month => uint32) private _electorates; // whose nodes vote in a month that has begun
    uint48[] public moments; // that were looked at when they had just passed
    mapping(uint48 moment => uint256) private _seen; // the keys that had a vote then, a bit a key

    constructor() {
        vm.warp(NOW);
        deployAll();
        MANAGER = new EligibilityManager(nodes, oracle);
        (_keyOf, _departsAt) = (new uint256[](1), new uint48[](1));
        for (uint256 i = 0; i < KEYS; ++i) {
            _keys.push(nodeKey(i));
        }
        for (uint256 i = 0; i < 3; ++i) {
            register(i);
        }
        for (uint256 i = 0; i < 4; ++i) {
            pass(Months.startOf(current + 1) + 2 days, 2); // so that there are three months to be found eligible by
        }
        moments.pop();
        moments.pop();
        moments.pop();
    }

    function keyAt(uint256 index) external view returns (address) {
        return _keys[index];
    }

    function seenAt(uint48 moment) external view returns (uint256) {
        return _seen[moment];
    }

    function momentCount() external view returns (uint256) {
        return moments.length;
    }

    /// @dev The keys that the model gives a vote at a moment, a bit a key; how many votes there are, and were lately.
    function expectedAt(uint48 moment) public view returns (uint256 voters, uint256 eligible, uint256 peak) {
        peak = lately(Months.monthOf(moment));
        uint32 month = _electorates[Months.monthOf(moment)];
        for (uint256 i = 0; i < _tenures.length; ++i) {
            Tenure memory tenure = _tenures[i];
            bool isKey = tenure.from <= moment && moment < tenure.until;
            if (isKey && _isQualified[month][tenure.nodeId]) voters |= 1 << i;
        }
        eligible = _counts[month];
        if (eligible > peak) peak = eligible;
    }

    /// @dev Whether the model has an earlier electorate stand at a moment.
    function isStandingAt(uint48 moment) external view returns (bool) {
        return _electorates[Months.monthOf(moment)] != Months.monthOf(moment);
    }

    /// @dev The most votes of the three months before one: as many as were found for it, or who voted where none was.
    function lately(uint32 month) private view returns (uint256 votes) {
        for (uint32 each = month - 3; each < month; ++each) {
            uint256 count = _counts[each];
            if (count == 0) count = _counts[_electorates[each]];
            if (count > votes) votes = count;
        }
    }

    /// @dev As a month begins it is settled who votes in it: those found for it if they are more than half of what
    /// there was lately, else the most of the last month that had such, and the three before that.
    function settle(uint32 month) private {
        if (2 * _counts[month] > lately(month)) _lastOwn = month;
        _electorates[month] = _lastOwn;
        if (_lastOwn == month || _lastOwn == 0) return;
        for (uint32 each = _lastOwn - 1; each >= _lastOwn - 3; --each) {
            if (_counts[each] > _counts[_electorates[month]]) _electorates[month] = each;
        }
    }

    /// @dev The keys that have a vote by the contract's word at a moment, a bit a key.
    function votersAt(uint48 moment) public view returns (uint256 voters) {
        for (uint256 i = 0; i < KEYS; ++i) {
            uint256 votes = MANAGER.getPastVotes(_keys[i], moment);
            vm.assertTrue(votes <= 1, "more than one vote");
            voters |= votes << i;
        }
    }

    function register(uint256 operatorSeed) public {
        if (_keyOf.length > NODES || _usedKeys == KEYS) return;
        registerAs(operatorSeed % 2 == 0 ? ALICE : BOB, _usedKeys);
        _keyOf.push(_usedKeys++);
        _departsAt.push(0);
        _tenures.push(Tenure(_keyOf.length - 1, _now, type(uint48).max));
    }

    function rotate(uint256 nodeSeed) external {
        uint256 nodeId = bound(nodeSeed, 1, _keyOf.length - 1);
        if (_usedKeys == KEYS || hasLeft(nodeId, _now)) return;
        rotateAs(nodes.operatorOf(nodeId), nodeId, _usedKeys);
        Tenure storage old = _tenures[_keyOf[nodeId]];
        _tenures.push(Tenure(nodeId, _now, old.until));
        old.until = _now;
        _keyOf[nodeId] = _usedKeys++;
    }

    function announce(uint256 nodeSeed) external {
        uint256 nodeId = bound(nodeSeed, 1, _keyOf.length - 1);
        if (nodeSeed % 3 != 0 || _departsAt[nodeId] != 0) return;
        announceAs(nodes.operatorOf(nodeId), nodeId);
        _departsAt[nodeId] = nodes.nodeOf(nodeId).departsAt;
        _tenures[_keyOf[nodeId]].until = _departsAt[nodeId];
    }

    function qualifyOne(uint256 nodeSeed, uint256 monthSeed) external {
        uint32 month = monthSeed % 8 == 0 ? uint32(current + monthSeed % 3) : current + 1;
        qualify(bound(nodeSeed, 1, NODES), month);
    }

    function qualifyAll() external {
        for (uint256 nodeId = 1; nodeId <= NODES; ++nodeId) {
            qualify(nodeId, current + 1);
        }
    }

    /// @dev Two at once: taken if each would be taken, or is in already; refused for the first that would not.
    function qualifyTwo(uint256 firstSeed, uint256 secondSeed) external {
        EligibilityManager.Candidate[] memory candidates = new EligibilityManager.Candidate[](2);
        bytes memory refusal;
        uint256 added = 0;
        for (uint256 i = 0; i < 2; ++i) {
            candidates[i].nodeId = bound(i == 0 ? firstSeed : secondSeed, 1, NODES);
            for (uint32 j = 0; j < 3; ++j) {
                (candidates[i].records[j], candidates[i].proofs[j]) = find(current - 3 + j, candidates[i].nodeId);
            }
            bool isIn = _isQualified[current + 1][candidates[i].nodeId]
                || (i == 1 && candidates[1].nodeId == candidates[0].nodeId);
            if (isIn || refusal.length > 0) continue;
            refusal = refusalOf(current + 1, candidates[i].nodeId, candidates[i].records);
            if (refusal.length == 0) ++added;
        }
        (bool isTaken, bytes memory answer) =
            address(MANAGER).call(abi.encodeCall(MANAGER.qualifyMany, (current + 1, candidates)));
        vm.assertTrue(isTaken == (refusal.length == 0), "taken");
        vm.assertEq(answer, isTaken ? abi.encode(added) : refusal, "answer");
        if (!isTaken) return;
        for (uint256 i = 0; i < 2; ++i) {
            if (!_isQualified[current + 1][candidates[i].nodeId]) ++_counts[current + 1];
            _isQualified[current + 1][candidates[i].nodeId] = true;
        }
    }

    function qualify(uint256 nodeId, uint32 month) private {
        WorkCreditsOracle.MonthlyRecord[3] memory records;
        bytes32[][3] memory proofs;
        for (uint32 i = 0; i < 3; ++i) {
            (records[i], proofs[i]) = find(month - 4 + i, nodeId);
        }
        bytes memory refusal = refusalOf(month, nodeId, records);
        (bool isTaken, bytes memory answer) =
            address(MANAGER).call(abi.encodeCall(MANAGER.qualify, (month, nodeId, records, proofs)));
        vm.assertTrue(isTaken == (refusal.length == 0), "taken");
        if (!isTaken) {
            vm.assertEq(answer, refusal, "refusal");
            return;
        }
        _isQualified[month][nodeId] = true;
        ++_counts[month];
    }

    /// @dev Some days pass, and the moment before now is looked at.
    function wait_(uint256 secondsSeed) external {
        pass(_now + uint48(bound(secondsSeed, 1, 9 days)), secondsSeed);
    }

    /// @dev The next month begins.
    function waitForNextMonth(uint256 seed) external {
        pass(Months.startOf(current + 1) + uint48(seed % 2 == 0 ? seed % 3 : 1 days), seed);
    }

    /// @dev Goes to a moment; each month that ends on the way is committed as the next one begins.
    function pass(uint48 to, uint256 seed) private {
        while (Months.startOf(current + 1) <= to) {
            _now = Months.startOf(current + 1);
            vm.warp(_now);
            commitWork(current++, seed);
            settle(current);
        }
        _now = to;
        vm.warp(_now);
        look(_now - 1);
    }

    function look(uint48 moment) private {
        if (moments.length == 8) return; // enough; each is looked at again after every call
        moments.push(moment);
        _seen[moment] = votersAt(moment);
    }

    /// @dev Commits what the nodes did in a month: some were up for less than 80 %, some have earned nothing yet.
    function commitWork(uint32 month, uint256 seed) private {
        WorkCreditsOracle.MonthlyRecord[] storage kept = _records[month];
        for (uint256 nodeId = 1; nodeId < _keyOf.length; ++nodeId) {
            bool isLeft = _departsAt[nodeId] != 0 && Months.monthOf(_departsAt[nodeId]) <= month;
            if (isLeft || Months.monthOf(nodes.nodeOf(nodeId).registeredAt) > month) continue;
            WorkCreditsOracle.MonthlyRecord memory record = recordOf(nodeId);
            uint256 chance = uint256(keccak256(abi.encode(seed, nodeId)));
            record.uptimeSeen = uint32(chance % 4 == 0 ? 400 : 744);
            record.earned = chance % 16 == 1 ? 1e18 - 1 : 1e18;
            kept.push(record);
        }
        if (kept.length > 0) commitRoot(month, rootOf(kept), uint32(kept.length));
    }

    /// @dev A node's record of a month, or one of nobody where there is none.
    function find(uint32 month, uint256 nodeId)
        private
        view
        returns (WorkCreditsOracle.MonthlyRecord memory record, bytes32[] memory proof)
    {
        WorkCreditsOracle.MonthlyRecord[] memory records = _records[month];
        for (uint256 i = 0; i < records.length; ++i) {
            if (records[i].nodeId == nodeId) return (records[i], proofOf(records, i));
        }
    }

    function hasLeft(uint256 nodeId, uint48 moment) private view returns (bool) {
        return _departsAt[nodeId] != 0 && moment >= _departsAt[nodeId];
    }

    /// @dev What finding a node eligible answers, as the specification says it; empty if it is found so.
    function refusalOf(uint32 month, uint256 nodeId, WorkCreditsOracle.MonthlyRecord[3] memory records)
        private
        view
        returns (bytes memory)
    {
        if (month != current + 1) {
            return abi.encodeWithSelector(EligibilityManager.NotTheMonthBefore.selector, month, current);
        }
        if (_isQualified[month][nodeId]) {
            return abi.encodeWithSelector(EligibilityManager.AlreadyQualified.selector, month, nodeId);
        }
        bool isNode = nodeId < _keyOf.length && !hasLeft(nodeId, Months.startOf(current + 1));
        if (!isNode) return abi.encodeWithSelector(EligibilityManager.NotANodeThen.selector, month, nodeId);
        (uint256 seen, uint256 expected) = (0, 0);
        for (uint32 i = 0; i < 3; ++i) {
            bool isFinal = oracle.epochOf(month - 4 + i).root != 0 && oracle.epochOf(month - 4 + i).finalAt <= _now;
            if (!isFinal) return abi.encodeWithSelector(EligibilityManager.EpochNotFinal.selector, month - 4 + i);
            if (records[i].nodeId != nodeId) {
                return abi.encodeWithSelector(EligibilityManager.RecordNotProven.selector, month - 4 + i, nodeId);
            }
            (seen, expected) = (seen + records[i].uptimeSeen, expected + records[i].uptimeExpected);
        }
        if (seen * 5 < expected * 4) {
            return abi.encodeWithSelector(EligibilityManager.UptimeTooLow.selector, nodeId, seen, expected);
        }
        if (records[2].earned >= 1e18) return "";
        return abi.encodeWithSelector(EligibilityManager.EarnedTooLittle.selector, nodeId, records[2].earned);
    }
}

contract EligibilityManagerInvariantTest is EpochKeys {
    EligibilityManager private _manager;
    EligibilityManagerDriver private _driver;

    function setUp() public {
        _driver = new EligibilityManagerDriver();
        _manager = _driver.MANAGER();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    /// @notice At every moment that has passed the votes are those of the eligible nodes, one each, add up to the
    /// total (to less only where an earlier electorate stands, of which nodes have left), and stay what they were when
    /// the moment had just passed.
    function invariant_VotesOfTheEligibleAddUpAndStay() public view {
        for (uint256 i = 0; i < _driver.momentCount(); ++i) {
            uint48 moment = _driver.moments(i);
            (uint256 expected, uint256 eligible, uint256 peak) = _driver.expectedAt(moment);
            uint256 voters = _driver.votersAt(moment);
            vm.assertEq(voters, expected, "voters");
            vm.assertEq(voters, _driver.seenAt(moment), "changed");
            uint256 votes = 0;
            for (uint256 rest = voters; rest != 0; rest >>= 1) {
                votes += rest & 1;
            }
            if (_manager.isStanding(moment)) vm.assertTrue(votes <= eligible, "sum that stands");
            else vm.assertEq(votes, eligible, "sum");
            vm.assertEq(eligible, _manager.getPastTotalSupply(moment), "total");
            vm.assertEq(peak, _manager.getPastPeak(moment), "peak");
            vm.assertTrue(_manager.isStanding(moment) == _driver.isStandingAt(moment), "standing");
        }
    }
}
