// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ValidatorSet} from "../../src/work/ValidatorSet.sol";
import {ValidatorSetFixture} from "./ValidatorSetFixture.sol";

contract ValidatorSetConstructorTest is ValidatorSetFixture {
    /// @notice The first set is in force under number 1, with a quorum of more than two thirds.
    function test_FirstSetIsInForce() public view {
        vm.assertEq(validators.version(), 1, "version");
        vm.assertEq(validators.TIMELOCK(), address(this), "timelock");
        vm.assertEq(validators.quorum(), QUORUM, "quorum");
        vm.assertEq(abi.encode(validators.members()), abi.encode(addressesOf(keys)), "members");
        vm.assertEq(abi.encode(validators.membersOf(1)), abi.encode(addressesOf(keys)), "members of 1");
    }

    /// @notice The first set is told like any other.
    function test_FirstSetEmitsValidatorsRotated() public {
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        vm.expectEmit(next);
        emit ValidatorSet.ValidatorsRotated(1, numbered(3));
        new ValidatorSet(address(this), numbered(3));
    }

    /// @notice Without a timelock nobody could ever rotate: refused.
    function test_ZeroTimelockIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.ZeroValue.selector, "timelock"));
        new ValidatorSet(address(0), numbered(1));
    }

    /// @notice An empty set is refused.
    function test_NoValidatorIsRefused() public {
        expectCountOutOfBounds(0);
        new ValidatorSet(address(this), numbered(0));
    }

    /// @notice The largest set is 64.
    function test_SixtyFourAreTaken() public {
        ValidatorSet largest = new ValidatorSet(address(this), numbered(64));
        vm.assertEq(largest.quorum(), 43, "quorum");
        vm.assertEq(largest.members().length, 64, "members");
    }

    /// @notice A set of 65 is refused.
    function test_SixtyFiveAreRefused() public {
        expectCountOutOfBounds(65);
        new ValidatorSet(address(this), numbered(65));
    }

    /// @notice It takes no Ether, and its code stays what it is.
    function test_TakesNoEtherAndCannotChange() public {
        bytes[] memory calls = new bytes[](3);
        calls[0] = abi.encodeCall(ValidatorSet.rotate, (numbered(2)));
        calls[1] = abi.encodeCall(ValidatorSet.requireQuorum, (DIGEST, quorumOver()));
        calls[2] = abi.encodeCall(ValidatorSet.requireValid, (numbered(2)));
        assertRefusesEther(address(validators), calls);
        assertCannotChange(address(validators));
    }
}

contract RotateTest is ValidatorSetFixture {
    /// @notice A rotation replaces the whole set and counts up.
    function test_RotationReplacesTheSet() public {
        validators.rotate(numbered(3));
        vm.assertEq(validators.version(), 2, "version");
        vm.assertEq(validators.quorum(), 3, "quorum");
        vm.assertEq(abi.encode(validators.members()), abi.encode(numbered(3)), "members");
    }

    /// @notice A rotation says the number and the members.
    function test_RotationEmitsValidatorsRotated() public {
        vm.expectEmit(address(validators));
        emit ValidatorSet.ValidatorsRotated(2, numbered(3));
        validators.rotate(numbered(3));
    }

    /// @notice Sets that were replaced stay readable, member by member.
    function test_OldSetsStayReadable() public {
        validators.rotate(numbered(3));
        vm.assertEq(abi.encode(validators.membersOf(1)), abi.encode(addressesOf(keys)), "members of 1");
        vm.assertTrue(validators.isMemberOf(1, vm.addr(keys[0])), "was in 1");
        vm.assertFalse(validators.isMemberOf(2, vm.addr(keys[0])), "is not in 2");
        vm.assertTrue(validators.isMemberOf(2, address(1)), "is in 2");
        vm.assertFalse(validators.isMemberOf(3, address(1)), "nobody is in 3");
    }

    /// @notice A number without a set has no members to tell.
    function test_UnknownVersionIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.VersionUnknown.selector, 0));
        validators.membersOf(0);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.VersionUnknown.selector, 2));
        validators.membersOf(2);
    }

    /// @notice Nobody but the timelock rotates.
    function testFuzz_StrangerIsRefused(address caller) public {
        vm.assume(caller != address(this));
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.NotTimelock.selector, caller));
        vm.prank(caller);
        validators.rotate(numbered(1));
    }

    /// @notice An empty set and one above 64 are refused, and the set in force stays.
    function test_SizeIsBounded() public {
        expectCountOutOfBounds(0);
        validators.rotate(numbered(0));
        expectCountOutOfBounds(65);
        validators.rotate(numbered(65));
        vm.assertEq(validators.version(), 1, "version");
    }

    /// @notice The zero account is no validator.
    function test_ZeroAccountIsRefused() public {
        address[] memory next = numbered(2);
        next[0] = address(0);
        expectNotAscending(0);
        validators.rotate(next);
    }

    /// @notice The same account twice is refused.
    function test_SameAccountTwiceIsRefused() public {
        address[] memory next = numbered(3);
        next[2] = next[1];
        expectNotAscending(2);
        validators.rotate(next);
    }

    /// @notice Accounts that are not in order are refused.
    function test_DisorderIsRefused() public {
        address[] memory next = numbered(3);
        (next[0], next[1]) = (next[1], next[0]);
        expectNotAscending(1);
        validators.rotate(next);
    }
}

contract RequireValidTest is ValidatorSetFixture {
    /// @notice One member is enough, and 64 are taken: whoever asks, and before anyone rotates.
    function test_SetsThatCanBeRotatedToPass() public {
        vm.prank(address(1));
        validators.requireValid(numbered(1));
        validators.requireValid(numbered(64));
        vm.assertEq(validators.version(), 1, "version");
    }

    /// @notice No member, and one above 64, are refused.
    function test_SizeIsBounded() public {
        expectCountOutOfBounds(0);
        validators.requireValid(numbered(0));
        expectCountOutOfBounds(65);
        validators.requireValid(numbered(65));
    }

    /// @notice The zero account is no validator.
    function test_ZeroAccountIsRefused() public {
        address[] memory next = numbered(2);
        next[0] = address(0);
        expectNotAscending(0);
        validators.requireValid(next);
    }

    /// @notice The same account twice, and accounts that are not in order, are refused with the first place.
    function test_WhatDoesNotAscendIsRefused() public {
        address[] memory next = numbered(3);
        next[2] = next[1];
        expectNotAscending(2);
        validators.requireValid(next);
        (next[0], next[1]) = (next[1], next[0]);
        expectNotAscending(1);
        validators.requireValid(next);
    }

    /// @notice Whatever the members, it answers as a rotation by the timelock does.
    function testFuzz_AnswersAsARotationDoes(uint8 countSeed, uint256 place, address other, bool isSpoilt) public {
        address[] memory next = numbered(bound(countSeed, 0, 66));
        if (isSpoilt && next.length > 0) next[bound(place, 0, next.length - 1)] = other;
        (bool isValid, bytes memory refusal) =
            address(validators).staticcall(abi.encodeCall(ValidatorSet.requireValid, (next)));
        (bool isTaken, bytes memory found) = address(validators).call(abi.encodeCall(ValidatorSet.rotate, (next)));
        vm.assertTrue(isValid == isTaken, "taken");
        vm.assertEq(keccak256(refusal), keccak256(found), "refusal");
    }
}

contract RequireQuorumTest is ValidatorSetFixture {
    /// @notice Exactly a quorum passes.
    function test_AQuorumPasses() public view {
        validators.requireQuorum(DIGEST, quorumOver());
    }

    /// @notice All together pass.
    function test_AllPass() public view {
        validators.requireQuorum(DIGEST, signaturesOf(keys, COUNT, DIGEST));
    }

    /// @notice Which members make the quorum does not matter, as long as there are enough of them.
    function testFuzz_AnySubsetIsJudgedBySize(uint256 subset) public {
        uint256 count = 0;
        bytes[] memory signatures = new bytes[](COUNT);
        for (uint256 i = 0; i < COUNT; ++i) {
            if ((subset >> i) & 1 == 1) signatures[count++] = signatureOf(keys[i], DIGEST);
        }
        assembly ("memory-safe") {
            mstore(signatures, count)
        }
        if (count < QUORUM) {
            vm.expectRevert(abi.encodeWithSelector(ValidatorSet.QuorumNotReached.selector, count, QUORUM));
        }
        validators.requireQuorum(DIGEST, signatures);
    }

    /// @notice A single validator is a quorum of one.
    function test_OneOfOnePasses() public {
        uint256[] memory one = keysOf("one", 1);
        validators.rotate(addressesOf(one));
        validators.requireQuorum(DIGEST, signaturesOf(one, 1, DIGEST));
    }

    /// @notice No signature at all is no quorum.
    function test_NoSignatureIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.QuorumNotReached.selector, 0, QUORUM));
        validators.requireQuorum(DIGEST, new bytes[](0));
    }

    /// @notice The same signature twice counts once: refused.
    function test_SameSignerTwiceIsRefused() public {
        bytes[] memory signatures = quorumOver();
        signatures[3] = signatures[2];
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignersNotAscending.selector, 3, vm.addr(keys[2])));
        validators.requireQuorum(DIGEST, signatures);
    }

    /// @notice Signatures out of order are refused.
    function test_DisorderIsRefused() public {
        bytes[] memory signatures = quorumOver();
        (signatures[0], signatures[1]) = (signatures[1], signatures[0]);
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignersNotAscending.selector, 1, vm.addr(keys[0])));
        validators.requireQuorum(DIGEST, signatures);
    }

    /// @notice A stranger's signature is refused, even on top of a quorum.
    function test_StrangersSignatureIsRefused() public {
        uint256[] memory eight = keysOf("validator", COUNT + 1);
        uint256 stranger = 0;
        while (validators.isMemberOf(1, vm.addr(eight[stranger]))) ++stranger;
        vm.expectRevert(
            abi.encodeWithSelector(ValidatorSet.SignerNotValidator.selector, stranger, vm.addr(eight[stranger]))
        );
        validators.requireQuorum(DIGEST, signaturesOf(eight, COUNT + 1, DIGEST));
    }

    /// @notice Signatures over something else are somebody else's.
    function testFuzz_AnotherDigestIsRefused(bytes32 digest) public view {
        vm.assume(digest != DIGEST);
        (bool isTaken, bytes memory answer) =
            address(validators).staticcall(abi.encodeCall(ValidatorSet.requireQuorum, (digest, quorumOver())));
        vm.assertFalse(isTaken, "taken");
        bytes4 selector = bytes4(answer);
        vm.assertTrue(
            selector == ValidatorSet.SignersNotAscending.selector
                || selector == ValidatorSet.SignerNotValidator.selector
                || selector == ValidatorSet.SignatureMalformed.selector,
            "refusal"
        );
    }

    /// @notice A signature's other form, with a high s, is refused.
    function test_MalleatedSignatureIsRefused() public {
        bytes[] memory signatures = quorumOver();
        signatures[4] = malleated(signatures[4]);
        expectMalformed(4);
        validators.requireQuorum(DIGEST, signatures);
    }

    /// @notice A recovery number of 0 or 1 instead of 27 or 28 is refused.
    function test_OtherRecoveryNumberIsRefused() public {
        bytes[] memory signatures = quorumOver();
        signatures[0][64] = bytes1(uint8(signatures[0][64]) - 27);
        expectMalformed(0);
        validators.requireQuorum(DIGEST, signatures);
    }

    /// @notice A signature that is not 65 bytes long is refused.
    function testFuzz_OtherLengthIsRefused(uint256 length) public {
        length = bound(length, 0, 130);
        vm.assume(length != 65);
        bytes[] memory signatures = quorumOver();
        signatures[1] = new bytes(length);
        expectMalformed(1);
        validators.requireQuorum(DIGEST, signatures);
    }

    /// @notice Validators that were replaced attest nothing any more, and the new ones do.
    function test_RotatedValidatorsAttestNothing() public {
        uint256[] memory next = keysOf("next", COUNT);
        validators.rotate(addressesOf(next));
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignerNotValidator.selector, 0, vm.addr(keys[0])));
        validators.requireQuorum(DIGEST, quorumOver());
        validators.requireQuorum(DIGEST, signaturesOf(next, QUORUM, DIGEST));
    }
}

contract QuorumTest is ValidatorSetFixture {
    /// @notice For every size a quorum is the smallest number above two thirds.
    function test_QuorumIsAboveTwoThirds() public {
        for (uint256 count = 1; count <= 64; ++count) {
            validators.rotate(numbered(count));
            uint256 quorum = validators.quorum();
            vm.assertTrue(3 * quorum > 2 * count, "above");
            vm.assertTrue(3 * (quorum - 1) <= 2 * count, "smallest");
            vm.assertTrue(quorum <= count, "reachable");
        }
    }
}
