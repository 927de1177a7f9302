// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SignerRegistry} from "../../src/governance/SignerRegistry.sol";
import {SentenceText} from "../../src/payouts/SentenceText.sol";
import {TwoOfThree} from "../../src/payouts/TwoOfThree.sol";
import {SignerKeys, SignerRegistryFixture} from "./SignerRegistryFixture.sol";

/// @notice Calls SignerRegistry at random and holds every answer against a model of what it should be.
/// @dev A wrong answer reverts here, which fails the run: foundry.toml sets fail_on_revert. The set that was scheduled as the
/// nth has the keys of n; its number is another once a set lapsed, or one was adopted. Numbers left out have the keys of 0.
contract SignerRegistryDriver is SignerKeys {
    SignerRegistry private immutable _REGISTRY;

    mapping(uint32 person => address[3]) private _approvers; // found once: it takes long
    uint32[] private _people; // whose keys a set has
    uint32 private _scheduled = 1;
    uint64[] private _times;
    bool[] private _isStated;
    bool[] private _isAdopted;
    uint256 private _now = NOW;

    constructor(SignerRegistry registry) {
        _REGISTRY = registry;
        approvers(1);
        push(1, uint64(NOW), true);
    }

    function push(uint32 people, uint64 time, bool isAdopted_) private {
        _people.push(people);
        _times.push(time);
        _isStated.push(false);
        _isAdopted.push(isAdopted_);
    }

    /// @dev Forgets the last set, if it waits for its statement.
    function dropWaiting() private {
        uint256 last = _times.length - 1;
        if (_isStated[last] || _isAdopted[last]) return;
        _people.pop();
        _times.pop();
        _isStated.pop();
        _isAdopted.pop();
    }

    /// @dev The approvers that are scheduled as the nth.
    function approvers(uint32 people) private returns (address[3] memory three) {
        if (_approvers[people][0] == address(0)) _approvers[people] = approversOf(people);
        return _approvers[people];
    }

    function knownApprovers(uint32 number) external view returns (address[3] memory) {
        return _approvers[_people[number - 1]];
    }

    function peopleOf(uint32 number) external view returns (uint32) {
        return _people[number - 1];
    }

    function count() external view returns (uint256) {
        return _times.length;
    }

    function timeOf(uint32 number) external view returns (uint64) {
        return _times[number - 1];
    }

    function isStated(uint32 number) external view returns (bool) {
        return _isStated[number - 1];
    }

    function isAdopted(uint32 number) external view returns (bool) {
        return _isAdopted[number - 1];
    }

    function adopt(uint256 numberSeed, uint256 kind) external {
        if (kind % 3 != 0) return; // seldom, so that sets are handed over to as well
        uint256 last = _times.length;
        uint256 least = _isStated[last - 1] || _isAdopted[last - 1] ? last + 1 : last;
        uint32 number = uint32(bound(numberSeed, 0, kind % 5 == 1 ? least + 20 : least + 2));
        address caller = kind % 7 == 3 ? ALICE : TIMELOCK;
        bytes memory refusal;
        if (caller != TIMELOCK) {
            refusal = abi.encodeWithSelector(SignerRegistry.NotTimelock.selector, caller);
        } else if (number < least || number > least + 15) {
            refusal = abi.encodeWithSelector(SignerRegistry.SetNumberOutOfBounds.selector, number, least, least + 15);
        }
        uint32 people = _scheduled + 1;
        bytes memory data = abi.encodeCall(_REGISTRY.adopt, (number, approvers(people), compliance(people)));
        if (!isTaken(caller, data, refusal)) return;
        _scheduled = people;
        dropWaiting();
        while (_times.length + 1 < number) push(0, 0, false);
        push(people, uint64(_now), true);
    }

    function schedule(uint256 daysSeed, uint256 kind) external {
        uint32 last = uint32(_times.length);
        uint64 effectiveAt = uint64((_now + bound(daysSeed, 0, 62 days)) / 60 * 60 + (kind % 8 == 1 ? 1 : 0));
        address caller = kind % 7 == 3 ? ALICE : TIMELOCK;
        bool isHandedOver = _isAdopted[last - 1] || _isStated[last - 1];
        uint256 until = isHandedOver ? _times[last - 1] : _times[last - 1] + 30 days + 1;
        bytes memory refusal;
        if (caller != TIMELOCK) {
            refusal = abi.encodeWithSelector(SignerRegistry.NotTimelock.selector, caller);
        } else if (_now < until) {
            refusal = abi.encodeWithSelector(SignerRegistry.SetIsWaiting.selector, last, until);
        } else if (effectiveAt < _now + 3 days || effectiveAt > _now + 60 days) {
            refusal = abi.encodeWithSelector(
                SignerRegistry.EffectiveTimeOutOfBounds.selector, effectiveAt, _now + 3 days, _now + 60 days
            );
        } else if (effectiveAt % 60 != 0) {
            refusal = abi.encodeWithSelector(SentenceText.NotWholeMinute.selector, effectiveAt);
        }
        uint32 people = _scheduled + 1;
        bytes memory data = abi.encodeCall(_REGISTRY.schedule, (approvers(people), compliance(people), effectiveAt));
        if (!isTaken(caller, data, refusal)) return;
        _scheduled = people;
        dropWaiting();
        push(people, effectiveAt, false);
    }

    function record(uint32 number, uint256 signerSeed, uint256 first) external {
        number = uint32(bound(number, 0, _times.length + 1));
        if (number < 2 || number > _times.length || _isAdopted[number - 1] || _people[number - 1] == 0) {
            bytes memory unknown = abi.encodeWithSelector(SignerRegistry.UnknownSet.selector, number);
            isTaken(ALICE, abi.encodeCall(_REGISTRY.recordStatement, (number, new bytes[](2))), unknown);
            return;
        }
        uint32 signer = signerSeed % 3 == 0 ? uint32(bound(signerSeed, 1, _times.length)) : number - 1;
        (uint256 left, uint256 right) = (first % 3, first / 3 % 3);
        signer = _people[signer - 1];
        bytes[] memory signatures = signaturesBy(signer, left, right, _REGISTRY.sentenceOf(number));
        bytes memory refusal;
        if (_isStated[number - 1]) {
            refusal = abi.encodeWithSelector(SignerRegistry.StatementAlreadyRecorded.selector, number);
        } else if (_now > _times[number - 1] + 23 days) {
            refusal =
                abi.encodeWithSelector(SignerRegistry.StatementTooLate.selector, number, _times[number - 1] + 23 days);
        } else if (signer != _people[number - 2]) {
            refusal = abi.encodeWithSelector(TwoOfThree.NotAnApprover.selector, approvers(signer)[left]);
        } else if (left >= right) {
            address[3] memory three = approvers(signer);
            refusal = abi.encodeWithSelector(TwoOfThree.SignersNotAscending.selector, three[left], three[right]);
        }
        if (isTaken(ALICE, abi.encodeCall(_REGISTRY.recordStatement, (number, signatures)), refusal)) {
            _isStated[number - 1] = true;
        }
    }

    function wait_(uint256 secondsSeed) external {
        _now += bound(secondsSeed, 1, 10 days);
        vm.warp(_now);
    }

    /// @dev Makes the call; fails unless it is taken, or refused with exactly `refusal` where there is one.
    function isTaken(address caller, bytes memory data, bytes memory refusal) private returns (bool taken) {
        bytes memory answer;
        vm.prank(caller);
        (taken, answer) = address(_REGISTRY).call(data);
        vm.assertTrue(taken == (refusal.length == 0), "taken");
        if (!taken) vm.assertEq(answer, refusal, "refusal");
    }
}

contract SignerRegistryInvariantTest is SignerRegistryFixture {
    SignerRegistryDriver private _driver;

    function prepare() internal override {
        _driver = new SignerRegistryDriver(registry);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    /// @notice Every set is what was scheduled or adopted, under its number, and scheduled ones come after the one before.
    function invariant_SetsAreThoseScheduled() public view {
        vm.assertEq(registry.count(), _driver.count(), "count");
        for (uint32 number = 1; number <= registry.count(); ++number) {
            if (_driver.peopleOf(number) == 0) continue;
            SignerRegistry.SignerSet memory set = registry.setOf(number);
            vm.assertTrue(set.isAdopted == _driver.isAdopted(number), "isAdopted");
            vm.assertEq(abi.encode(set.approvers), abi.encode(_driver.knownApprovers(number)), "approvers");
            vm.assertEq(set.complianceSigner, compliance(_driver.peopleOf(number)), "complianceSigner");
            vm.assertEq(set.effectiveAt, _driver.timeOf(number), "effectiveAt");
            vm.assertTrue(set.isAdopted || set.effectiveAt > _driver.timeOf(number - 1), "times rise");
        }
    }

    /// @notice The set in force is the last one that was handed over to or adopted, and whose time has come.
    function invariant_TheSetInForceIsTheLastHandedOverWhoseTimeHasCome() public view {
        (uint32 number,) = registry.current();
        vm.assertTrue(_driver.isAdopted(number) || _driver.isStated(number), "was handed over to");
        vm.assertTrue(_driver.timeOf(number) <= block.timestamp, "its time has come");
        if (number == registry.count()) return;
        vm.assertEq(uint256(number) + 1, registry.count(), "one waits at most");
        vm.assertTrue(!_driver.isStated(number + 1) || _driver.timeOf(number + 1) > block.timestamp, "the next waits");
    }

    /// @notice A statement is there exactly where two of the set before signed it.
    function invariant_StatementsAreThoseSigned() public view {
        for (uint32 number = 1; number <= registry.count(); ++number) {
            if (_driver.peopleOf(number) == 0) continue;
            vm.assertTrue(registry.setOf(number).hasStatement == _driver.isStated(number), "hasStatement");
        }
    }
}
