// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidTest} from "../LucidTest.sol";

/// @notice Keys of made-up validators, ordered by address, and what they sign.
abstract contract ValidatorKeys is LucidTest {
    /// @dev `count` private keys, the same on every run, ordered by their addresses.
    function keysOf(string memory label, uint256 count) internal pure returns (uint256[] memory keys) {
        keys = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 key = uint256(keccak256(abi.encode(label, i)));
            uint256 place = i;
            for (; place > 0 && vm.addr(keys[place - 1]) > vm.addr(key); --place) {
                keys[place] = keys[place - 1];
            }
            keys[place] = key;
        }
    }

    /// @dev The keys' addresses, in the same order.
    function addressesOf(uint256[] memory keys) internal pure returns (address[] memory accounts) {
        accounts = new address[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            accounts[i] = vm.addr(keys[i]);
        }
    }

    /// @dev One signature, 65 bytes.
    function signatureOf(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev Signatures of the first `count` keys, in the keys' order.
    function signaturesOf(uint256[] memory keys, uint256 count, bytes32 digest)
        internal
        pure
        returns (bytes[] memory signatures)
    {
        signatures = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            signatures[i] = signatureOf(keys[i], digest);
        }
    }

    /// @dev The same signature with the other `s` and `v`: what ecrecover takes too.
    function malleated(bytes memory signature) internal pure returns (bytes memory) {
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        (bytes32 r, uint256 s, uint8 v) = (bytes32(0), 0, uint8(signature[64]));
        assembly ("memory-safe") {
            r := mload(add(signature, 32))
            s := mload(add(signature, 64))
        }
        return abi.encodePacked(r, order - s, v == 27 ? uint8(28) : uint8(27));
    }
}
