// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ValidatorSet} from "../../src/work/ValidatorSet.sol";
import {ValidatorKeys} from "./ValidatorKeys.sol";

/// @notice A ValidatorSet of seven, whose timelock is this contract.
abstract contract ValidatorSetFixture is ValidatorKeys {
    ValidatorSet internal validators;
    uint256[] internal keys;

    bytes32 internal constant DIGEST = keccak256("digest");
    uint256 internal constant COUNT = 7;
    uint256 internal constant QUORUM = 5;

    function setUp() public virtual {
        vm.warp(NOW);
        keys = keysOf("validator", COUNT);
        validators = new ValidatorSet(address(this), addressesOf(keys));
    }

    /// @dev A quorum's signatures over DIGEST.
    function quorumOver() internal view returns (bytes[] memory) {
        return signaturesOf(keys, QUORUM, DIGEST);
    }

    /// @dev `count` accounts in ascending order, from 1.
    function numbered(uint256 count) internal pure returns (address[] memory accounts) {
        accounts = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            accounts[i] = address(uint160(i + 1));
        }
    }

    function expectNotAscending(uint256 index) internal {
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.ValidatorsNotAscending.selector, index));
    }

    function expectCountOutOfBounds(uint256 given) internal {
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.ValidatorCountOutOfBounds.selector, given, 64));
    }

    function expectMalformed(uint256 index) internal {
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignatureMalformed.selector, index));
    }
}
