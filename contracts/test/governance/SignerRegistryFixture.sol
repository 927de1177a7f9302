// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SignerRegistry} from "../../src/governance/SignerRegistry.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice Sets of approvers whose keys are known: set n has the keys of n.
abstract contract SignerKeys is LucidTest {
    address internal constant TIMELOCK = address(uint160(uint256(keccak256("timelock"))));
    uint64 internal constant CHAIN = 728126428;
    uint64 internal constant EFFECTIVE = uint64(NOW / 60 * 60 + 10 days);

    /// @dev The private keys of a set's approvers, in the order of their addresses.
    function keysOf(uint32 number) internal pure returns (uint256[3] memory keys) {
        address[3] memory accounts;
        for (uint256 i = 0; i < 3; ++i) {
            keys[i] = uint256(keccak256(abi.encode("approver", number, i)));
            accounts[i] = vm.addr(keys[i]);
            for (uint256 j = i; j > 0 && accounts[j - 1] > accounts[j]; --j) {
                (keys[j - 1], keys[j]) = (keys[j], keys[j - 1]);
                (accounts[j - 1], accounts[j]) = (accounts[j], accounts[j - 1]);
            }
        }
    }

    function approversOf(uint32 number) internal pure returns (address[3] memory) {
        uint256[3] memory keys = keysOf(number);
        return [vm.addr(keys[0]), vm.addr(keys[1]), vm.addr(keys[2])];
    }

    function compliance(uint32 number) internal pure returns (address) {
        return address(uint160(0xC0000 + number));
    }

    /// @dev The hash that wallets sign for a text (EIP-191), written from the standard.
    function personal(string memory text) internal pure returns (bytes32) {
        return keccak256(bytes.concat("\x19Ethereum Signed Message:\n", decimal(bytes(text).length), bytes(text)));
    }

    function decimal(uint256 value) internal pure returns (bytes memory) {
        if (value < 10) return bytes.concat(bytes1(uint8(48 + value)));
        return bytes.concat(decimal(value / 10), bytes1(uint8(48 + value % 10)));
    }

    function signed(uint256 key, bytes32 hash) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);
        return abi.encodePacked(r, s, v);
    }

    /// @dev Two approvers of a set sign a text, by their places in the set.
    function signaturesBy(uint32 number, uint256 first, uint256 second, string memory text)
        internal
        pure
        returns (bytes[] memory signatures)
    {
        uint256[3] memory keys = keysOf(number);
        signatures = new bytes[](2);
        (signatures[0], signatures[1]) = (signed(keys[first], personal(text)), signed(keys[second], personal(text)));
    }
}

/// @notice A SignerRegistry and the steps that most tests begin with.
abstract contract SignerRegistryFixture is SignerKeys {
    SignerRegistry internal registry;

    function setUp() public {
        vm.warp(NOW);
        registry = new SignerRegistry(TIMELOCK, approversOf(1), compliance(1), CHAIN);
        prepare();
    }

    /// @dev What a test does once the registry is there.
    function prepare() internal virtual {}

    function scheduleAs(address caller, uint32 number, uint64 effectiveAt) internal {
        vm.prank(caller);
        registry.schedule(approversOf(number), compliance(number), effectiveAt);
    }

    /// @dev Two of the set before hand over to a set.
    function handOver(uint32 number) internal {
        registry.recordStatement(number, signaturesBy(number - 1, 0, 1, registry.sentenceOf(number)));
    }

    function expectWaiting(uint32 number, uint256 until) internal {
        vm.expectRevert(abi.encodeWithSelector(SignerRegistry.SetIsWaiting.selector, number, until));
    }

    function expectTimeOutOfBounds(uint64 effectiveAt, uint256 earliest, uint256 latest) internal {
        vm.expectRevert(
            abi.encodeWithSelector(SignerRegistry.EffectiveTimeOutOfBounds.selector, effectiveAt, earliest, latest)
        );
    }
}
