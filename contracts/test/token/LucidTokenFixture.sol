// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidToken} from "../../src/token/LucidToken.sol";
import {LucidTest} from "../LucidTest.sol";

/// @notice A LucidToken whose minter is the test's choice, and the steps that most tests begin with.
abstract contract LucidTokenFixture is LucidTest {
    LucidToken internal token;

    address internal constant MINTER = address(uint160(uint256(keccak256("minter"))));
    address internal constant CAROL = address(uint160(uint256(keccak256("carol"))));
    uint256 internal constant CAP = 42_000_000_000e18;
    uint256 internal constant ERIN_KEY = uint256(keccak256("erin"));

    /// @dev The months around NOW, which is 2026-10-26 07:33:20 UTC.
    uint32 internal constant SEPTEMBER = 2026 * 12 + 8;
    uint32 internal constant OCTOBER = 2026 * 12 + 9;
    uint32 internal constant NOVEMBER = 2026 * 12 + 10;
    uint32 internal constant DECEMBER = 2026 * 12 + 11;
    uint256 internal constant NOVEMBER_BEGINS = 1_793_491_200;
    uint256 internal constant DECEMBER_BEGINS = 1_796_083_200;
    uint256 internal constant JANUARY_BEGINS = 1_798_761_600;

    bytes32 internal constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    bytes32 internal constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    function setUp() public virtual {
        vm.warp(NOW);
        token = new LucidToken(MINTER);
    }

    function mintTo(address account, uint256 amount) internal {
        vm.prank(MINTER);
        token.mint(account, amount);
    }

    function transferAs(address from, address to, uint256 amount) internal {
        vm.prank(from);
        token.transfer(to, amount);
    }

    function approveAs(address owner, address spender, uint256 amount) internal {
        vm.prank(owner);
        token.approve(spender, amount);
    }

    /// @dev What ERC-2612 has an owner sign, built here from the standard for any contract and chain.
    function permitDigest(
        address verifying,
        uint256 chainId,
        address owner,
        address spender,
        uint256 value,
        uint256 nonce,
        uint256 deadline
    ) internal pure returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("LUCID"), keccak256("1"), chainId, verifying));
        bytes32 permit = keccak256(abi.encode(PERMIT_TYPEHASH, owner, spender, value, nonce, deadline));
        return keccak256(abi.encodePacked(hex"1901", domain, permit));
    }

    function expectInsufficientBalance(address sender, uint256 balance, uint256 needed) internal {
        vm.expectRevert(
            abi.encodeWithSignature("ERC20InsufficientBalance(address,uint256,uint256)", sender, balance, needed)
        );
    }

    function expectInsufficientAllowance(address spender, uint256 allowance, uint256 needed) internal {
        vm.expectRevert(
            abi.encodeWithSignature("ERC20InsufficientAllowance(address,uint256,uint256)", spender, allowance, needed)
        );
    }

    function expectNotOver(uint32 month, uint32 current) internal {
        vm.expectRevert(abi.encodeWithSelector(LucidToken.MonthNotOver.selector, month, current));
    }
}
