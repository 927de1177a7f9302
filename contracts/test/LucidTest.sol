// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @notice The part of forge's cheat codes that these tests use.
interface Cheats {
    function accesses(address target) external view returns (bytes32[] memory reads, bytes32[] memory writes);
    function addr(uint256 privateKey) external pure returns (address account);
    function assertEq(address left, address right, string calldata note) external pure;
    function assertEq(bytes calldata left, bytes calldata right, string calldata note) external pure;
    function assertEq(bytes32 left, bytes32 right, string calldata note) external pure;
    function assertEq(uint256 left, uint256 right, string calldata note) external pure;
    function assertEq(string calldata left, string calldata right, string calldata note) external pure;
    function assertFalse(bool condition, string calldata note) external pure;
    function assertTrue(bool condition, string calldata note) external pure;
    function assume(bool condition) external pure;
    function chainId(uint256 id) external;
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address account);
    function deal(address account, uint256 balance) external;
    function etch(address target, bytes calldata code) external;
    function expectEmit(address emitter) external;
    function expectRevert(bytes calldata reason) external;
    function getNonce(address account) external view returns (uint64 nonce);
    function load(address target, bytes32 slot) external view returns (bytes32 value);
    function prank(address sender) external;
    function record() external;
    function roll(uint256 number) external;
    function setBlockhash(uint256 number, bytes32 hash) external;
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function startPrank(address sender) external;
    function stopPrank() external;
    function store(address target, bytes32 slot, bytes32 value) external;
    function warp(uint256 timestamp) external;
}

/// @notice What every contract test starts from: cheat codes, a few accounts, and checks that any contract can pass.
abstract contract LucidTest {
    Cheats internal constant vm = Cheats(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev Tells forge that failures come as reverts.
    bool public constant IS_TEST = true;

    address internal constant ALICE = address(uint160(uint256(keccak256("alice"))));
    address internal constant BOB = address(uint160(uint256(keccak256("bob"))));
    bytes16 internal constant SESSION = 0x0102030405064708890a0b0c0d0e0f10;
    uint256 internal constant NOW = 1_793_000_000;

    /// @dev `value` folded into the closed range from `low` to `high`.
    function bound(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + value % (high - low + 1);
    }

    /// @dev How many different slots `target` wrote since vm.record().
    function countWrittenSlots(address target) internal view returns (uint256 count) {
        (, bytes32[] memory writes) = vm.accesses(target);
        for (uint256 i = 0; i < writes.length; ++i) {
            bool isRepeated = false;
            for (uint256 j = 0; j < i; ++j) {
                if (writes[j] == writes[i]) isRepeated = true;
            }
            if (!isRepeated) ++count;
        }
    }

    /// @dev Fails if `target` takes Ether, by a plain transfer or along with any of the calls.
    function assertRefusesEther(address target, bytes[] memory calls) internal {
        vm.deal(address(this), 1 ether);
        (bool isTaken,) = target.call{value: 1}("");
        vm.assertFalse(isTaken, "took a plain transfer");
        for (uint256 i = 0; i < calls.length; ++i) {
            (isTaken,) = target.call{value: 1}(calls[i]);
            vm.assertFalse(isTaken, "took Ether with a call");
        }
        vm.assertEq(target.balance, 0, "balance");
    }

    /// @dev Fails if `target` has an opcode through which its code could change, vanish, or run another's as its own.
    function assertCannotChange(address target) internal view {
        bytes memory code = target.code;
        vm.assertTrue(code.length > 0, "no code");
        for (uint256 i = 0; i < code.length; ++i) {
            uint8 opcode = uint8(code[i]);
            vm.assertFalse(opcode == 0xff, "SELFDESTRUCT");
            vm.assertFalse(opcode == 0xf4, "DELEGATECALL");
            vm.assertFalse(opcode == 0xf2, "CALLCODE");
            vm.assertFalse(opcode == 0xf0 || opcode == 0xf5, "CREATE");
            if (opcode >= 0x60 && opcode <= 0x7f) i += opcode - 0x5f; // skip what PUSH pushes
        }
    }
}
