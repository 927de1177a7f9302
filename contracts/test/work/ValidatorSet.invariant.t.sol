// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ValidatorSet} from "../../src/work/ValidatorSet.sol";
import {ValidatorKeys} from "./ValidatorKeys.sol";

/// @notice Rotates and attests at random and holds every answer against a model of what it should be.
/// @dev A wrong answer reverts here, which fails the run: foundry.toml sets fail_on_revert.
contract ValidatorSetDriver is ValidatorKeys {
    uint256 public constant PEOPLE = 9;

    ValidatorSet public immutable VALIDATORS;
    uint256[] private _keys;
    address[] private _accounts;
    uint256[] private _subsets; // a bit a person; one entry a version, from 1

    constructor() {
        _keys = keysOf("person", PEOPLE);
        _accounts = addressesOf(_keys);
        _subsets = [0, 7];
        VALIDATORS = new ValidatorSet(address(this), chosen(7));
    }

    function versions() external view returns (uint256) {
        return _subsets.length - 1;
    }

    function membersOf(uint256 version) external view returns (address[] memory) {
        return chosen(_subsets[version]);
    }

    function rotate(uint256 subset, uint256 spoil, bool isTimelock) external {
        subset %= 1 << PEOPLE;
        address[] memory next = chosen(subset);
        bytes memory refusal;
        if (!isTimelock) refusal = abi.encodeWithSelector(ValidatorSet.NotTimelock.selector, ALICE);
        else if (next.length == 0) refusal = outOfBounds(0);
        else if (spoil % 4 == 0) refusal = spoilOrder(next, spoil);
        else if (spoil % 16 == 1) (next, refusal) = (new address[](65), outOfBounds(65));
        vm.prank(isTimelock ? address(this) : ALICE);
        if (isTaken(abi.encodeCall(VALIDATORS.rotate, (next)), refusal)) _subsets.push(subset);
    }

    function attest(uint256 subset, bytes32 digest, uint256 spoil) external {
        // Three of four times only members sign.
        uint256 inForce = _subsets[_subsets.length - 1];
        subset = subset % (1 << PEOPLE) & (spoil % 4 == 0 ? type(uint256).max : inForce);
        bytes[] memory signatures = new bytes[](countOf(subset));
        uint256 needed = 2 * countOf(inForce) / 3 + 1;
        bytes memory refusal;
        if (signatures.length < needed) {
            refusal = abi.encodeWithSelector(ValidatorSet.QuorumNotReached.selector, signatures.length, needed);
        }
        uint256 place = 0;
        for (uint256 i = 0; i < PEOPLE; ++i) {
            if ((subset >> i) & 1 == 0) continue;
            signatures[place] = signatureOf(_keys[i], digest);
            if (refusal.length == 0 && (inForce >> i) & 1 == 0) {
                refusal = abi.encodeWithSelector(ValidatorSet.SignerNotValidator.selector, place, _accounts[i]);
            }
            ++place;
        }
        if (refusal.length == 0 && spoil % 4 == 1) {
            uint256 spot = bound(spoil, 0, place - 1);
            signatures[spot] = malleated(signatures[spot]);
            refusal = abi.encodeWithSelector(ValidatorSet.SignatureMalformed.selector, spot);
        }
        isTaken(abi.encodeCall(VALIDATORS.requireQuorum, (digest, signatures)), refusal);
    }

    /// @dev The persons of a subset, ascending.
    function chosen(uint256 subset) private view returns (address[] memory accounts) {
        accounts = new address[](countOf(subset));
        uint256 place = 0;
        for (uint256 i = 0; i < PEOPLE; ++i) {
            if ((subset >> i) & 1 == 1) accounts[place++] = _accounts[i];
        }
    }

    function countOf(uint256 subset) private pure returns (uint256 count) {
        for (; subset != 0; subset >>= 1) {
            count += subset & 1;
        }
    }

    /// @dev Makes one place equal to the one before it, or zero if it is the first, and gives the refusal of that.
    function spoilOrder(address[] memory next, uint256 seed) private pure returns (bytes memory) {
        uint256 spot = bound(seed / 4, 0, next.length - 1);
        next[spot] = spot == 0 ? address(0) : next[spot - 1];
        return abi.encodeWithSelector(ValidatorSet.ValidatorsNotAscending.selector, spot);
    }

    function outOfBounds(uint256 given) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ValidatorSet.ValidatorCountOutOfBounds.selector, given, 64);
    }

    /// @dev Makes the call; fails unless it is taken, or refused with exactly `refusal` where there is one.
    function isTaken(bytes memory data, bytes memory refusal) private returns (bool taken) {
        bytes memory answer;
        (taken, answer) = address(VALIDATORS).call(data);
        vm.assertTrue(taken == (refusal.length == 0), "taken");
        if (!taken) vm.assertEq(answer, refusal, "refusal");
    }
}

contract ValidatorSetInvariantTest is ValidatorKeys {
    ValidatorSet private _validators;
    ValidatorSetDriver private _driver;

    function setUp() public {
        _driver = new ValidatorSetDriver();
        _validators = _driver.VALIDATORS();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    /// @notice Every set there ever was is what the rotation that was taken made it, and the last is in force.
    function invariant_EverySetStays() public view {
        uint256 last = _driver.versions();
        vm.assertEq(_validators.version(), last, "version");
        for (uint256 version = 1; version <= last; ++version) {
            address[] memory members = _validators.membersOf(uint32(version));
            vm.assertEq(abi.encode(members), abi.encode(_driver.membersOf(version)), "members");
            for (uint256 i = 0; i < members.length; ++i) {
                vm.assertTrue(_validators.isMemberOf(uint32(version), members[i]), "is member");
            }
        }
        vm.assertEq(abi.encode(_validators.members()), abi.encode(_driver.membersOf(last)), "members in force");
    }

    /// @notice There are always from 1 to 64 members, and two quorums share more than a third of them.
    function invariant_QuorumsOverlap() public view {
        uint256 count = _validators.members().length;
        vm.assertTrue(count >= 1 && count <= 64, "count");
        vm.assertTrue(3 * (2 * _validators.quorum() - count) > count, "overlap");
    }
}
