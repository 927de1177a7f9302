// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {LucidToken} from "../../src/token/LucidToken.sol";
import {LucidTokenFixture} from "./LucidTokenFixture.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

contract DeployTokenTest is LucidTokenFixture {
    /// @notice A new token has a name, a symbol, 18 decimals, a minter, a cap, and no supply.
    function test_ANewTokenIsEmpty() public view {
        vm.assertEq(token.name(), "LUCID", "name");
        vm.assertEq(token.symbol(), "LUCID", "symbol");
        vm.assertEq(uint256(token.decimals()), 18, "decimals");
        vm.assertEq(token.MINTER(), MINTER, "minter");
        vm.assertEq(token.CAP(), CAP, "cap");
        vm.assertEq(token.totalSupply(), 0, "supply");
    }

    /// @notice A token that nobody could mint is not deployed.
    function test_ZeroMinterIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(LucidToken.ZeroValue.selector, "minter"));
        new LucidToken(address(0));
    }

    /// @notice The code can neither change nor vanish, and takes no Ether.
    function test_CodeIsFixedAndTakesNoEther() public {
        assertCannotChange(address(token));
        bytes[] memory calls = new bytes[](4);
        calls[0] = abi.encodeCall(token.mint, (ALICE, 1));
        calls[1] = abi.encodeCall(token.transfer, (ALICE, 0));
        calls[2] = abi.encodeCall(token.approve, (ALICE, 1));
        calls[3] = abi.encodeCall(token.transferFrom, (ALICE, BOB, 0));
        assertRefusesEther(address(token), calls);
    }
}

contract MintTest is LucidTokenFixture {
    /// @notice Minting adds to the account and to the supply, and is a transfer from zero.
    function test_MintingAddsToAccountAndSupply() public {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(0), ALICE, 5);
        mintTo(ALICE, 5);
        vm.assertEq(token.balanceOf(ALICE), 5, "balance");
        vm.assertEq(token.totalSupply(), 5, "supply");
    }

    /// @notice Nobody but the minter mints.
    function testFuzz_OnlyTheMinterMints(address caller, uint256 amount) public {
        vm.assume(caller != MINTER);
        vm.expectRevert(abi.encodeWithSelector(LucidToken.NotMinter.selector, caller));
        vm.prank(caller);
        token.mint(caller, amount);
    }

    /// @notice Exactly the cap can be minted, and not one base unit more.
    function test_TheCapIsReachedAndNotPassed() public {
        mintTo(ALICE, CAP - 1);
        vm.expectRevert(abi.encodeWithSelector(LucidToken.CapExceeded.selector, 1, 2));
        mintTo(BOB, 2);
        mintTo(BOB, 1);
        vm.expectRevert(abi.encodeWithSelector(LucidToken.CapExceeded.selector, 0, 1));
        mintTo(BOB, 1);
        vm.assertEq(token.totalSupply(), CAP, "supply");
    }

    /// @notice Whatever is minted in two steps, the supply is their sum or the second is refused.
    function testFuzz_TheCapHolds(uint256 first, uint256 second) public {
        first = bound(first, 0, CAP);
        mintTo(ALICE, first);
        if (second > CAP - first) {
            vm.expectRevert(abi.encodeWithSelector(LucidToken.CapExceeded.selector, CAP - first, second));
            mintTo(BOB, second);
            vm.assertEq(token.totalSupply(), first, "supply");
        } else {
            mintTo(BOB, second);
            vm.assertEq(token.totalSupply(), first + second, "supply");
        }
    }

    /// @notice Nothing is minted to nobody.
    function test_MintingToZeroIsRefused() public {
        vm.expectRevert(abi.encodeWithSignature("ERC20InvalidReceiver(address)", address(0)));
        mintTo(address(0), 1);
    }
}

/// @notice What ERC-20 asks of a token, case by case.
contract Erc20Test is LucidTokenFixture {
    function setUp() public override {
        super.setUp();
        mintTo(ALICE, 100);
    }

    /// @notice A transfer moves exactly the amount, says so and answers true.
    function test_TransferMovesTheAmount() public {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(ALICE, BOB, 30);
        vm.prank(ALICE);
        vm.assertTrue(token.transfer(BOB, 30), "answer");
        vm.assertEq(token.balanceOf(ALICE), 70, "payer");
        vm.assertEq(token.balanceOf(BOB), 30, "payee");
        vm.assertEq(token.totalSupply(), 100, "supply");
    }

    /// @notice A transfer of nothing is a transfer like any other, also from who has nothing.
    function test_TransferOfZeroIsTakenAndTold() public {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(BOB, CAROL, 0);
        transferAs(BOB, CAROL, 0);
    }

    /// @notice A transfer to oneself changes no balance.
    function test_TransferToOneselfChangesNothing() public {
        transferAs(ALICE, ALICE, 100);
        vm.assertEq(token.balanceOf(ALICE), 100, "balance");
    }

    /// @notice Nobody sends more than they have.
    function test_TransferBeyondTheBalanceIsRefused() public {
        expectInsufficientBalance(ALICE, 100, 101);
        transferAs(ALICE, BOB, 101);
    }

    /// @notice Nothing is sent to nobody, so that nothing is destroyed.
    function test_TransferToZeroIsRefused() public {
        vm.expectRevert(abi.encodeWithSignature("ERC20InvalidReceiver(address)", address(0)));
        transferAs(ALICE, address(0), 1);
    }

    /// @notice An approval sets the allowance, says so, answers true, and a later one takes its place.
    function test_ApprovalSetsTheAllowance() public {
        vm.expectEmit(address(token));
        emit IERC20.Approval(ALICE, BOB, 40);
        vm.prank(ALICE);
        vm.assertTrue(token.approve(BOB, 40), "answer");
        vm.assertEq(token.allowance(ALICE, BOB), 40, "allowance");
        approveAs(ALICE, BOB, 7);
        vm.assertEq(token.allowance(ALICE, BOB), 7, "replaced");
    }

    /// @notice Nobody is approved who is nobody.
    function test_ApprovalOfZeroIsRefused() public {
        vm.expectRevert(abi.encodeWithSignature("ERC20InvalidSpender(address)", address(0)));
        approveAs(ALICE, address(0), 1);
    }

    /// @notice Who has an allowance moves that much to whomever, says so and answers true; it is used up.
    function test_TransferFromUsesTheAllowance() public {
        approveAs(ALICE, BOB, 40);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(ALICE, CAROL, 30);
        vm.prank(BOB);
        vm.assertTrue(token.transferFrom(ALICE, CAROL, 30), "answer");
        vm.assertEq(token.balanceOf(CAROL), 30, "payee");
        vm.assertEq(token.allowance(ALICE, BOB), 10, "left");
    }

    /// @notice Without an allowance nothing moves, one's own included.
    function test_TransferFromWithoutAllowanceIsRefused() public {
        expectInsufficientAllowance(BOB, 0, 1);
        vm.prank(BOB);
        token.transferFrom(ALICE, BOB, 1);
        expectInsufficientAllowance(ALICE, 0, 1);
        vm.prank(ALICE);
        token.transferFrom(ALICE, BOB, 1);
    }

    /// @notice An allowance beyond the balance moves no more than the balance.
    function test_TransferFromBeyondTheBalanceIsRefused() public {
        approveAs(ALICE, BOB, 200);
        expectInsufficientBalance(ALICE, 100, 101);
        vm.prank(BOB);
        token.transferFrom(ALICE, BOB, 101);
        vm.assertEq(token.allowance(ALICE, BOB), 200, "allowance");
    }

    /// @notice An allowance of the largest number is not used up.
    function test_TheLargestAllowanceStays() public {
        approveAs(ALICE, BOB, type(uint256).max);
        vm.prank(BOB);
        token.transferFrom(ALICE, BOB, 60);
        vm.assertEq(token.allowance(ALICE, BOB), type(uint256).max, "allowance");
    }

    /// @notice Whatever the amounts, a transfer within an allowance moves all of it or nothing.
    function testFuzz_TransferFromMovesAllOrNothing(uint256 allowed, uint256 amount) public {
        approveAs(ALICE, BOB, allowed);
        vm.prank(BOB);
        (bool isTaken,) = address(token).call(abi.encodeCall(token.transferFrom, (ALICE, CAROL, amount)));
        vm.assertTrue(isTaken == (amount <= allowed && amount <= 100), "taken");
        vm.assertEq(token.balanceOf(CAROL), isTaken ? amount : 0, "payee");
        vm.assertEq(token.balanceOf(ALICE), isTaken ? 100 - amount : 100, "payer");
    }
}

/// @notice What ERC-2612 asks of a permit, case by case.
contract PermitTest is LucidTokenFixture {
    address private _erin;

    function setUp() public override {
        super.setUp();
        _erin = vm.addr(ERIN_KEY);
    }

    function permitAs(uint256 key, bytes32 digest, uint256 value, uint256 deadline) private {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        token.permit(_erin, BOB, value, deadline, v, r, s);
    }

    function erinsDigest(uint256 value, uint256 nonce, uint256 deadline) private view returns (bytes32) {
        return permitDigest(address(token), block.chainid, _erin, BOB, value, nonce, deadline);
    }

    function expectInvalidSigner(bytes32 digest, uint256 key, bytes32 expected) private {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        address signer = ecrecover(expected, v, r, s);
        vm.expectRevert(abi.encodeWithSignature("ERC2612InvalidSigner(address,address)", signer, _erin));
    }

    /// @notice The domain separator is the one of EIP-712 for this name, version, chain and contract.
    function test_DomainSeparatorIsTheStandards() public view {
        bytes32 domain =
            keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("LUCID"), keccak256("1"), block.chainid, address(token)));
        vm.assertEq(token.DOMAIN_SEPARATOR(), domain, "separator");
    }

    /// @notice A permit sets the allowance, says so and uses up the nonce, whoever brings it.
    function test_PermitSetsTheAllowance() public {
        bytes32 digest = erinsDigest(40, 0, NOW);
        vm.expectEmit(address(token));
        emit IERC20.Approval(_erin, BOB, 40);
        permitAs(ERIN_KEY, digest, 40, NOW);
        vm.assertEq(token.allowance(_erin, BOB), 40, "allowance");
        vm.assertEq(token.nonces(_erin), 1, "nonce");
    }

    /// @notice A permit works until its deadline, that second included.
    function test_ExpiredPermitIsRefused() public {
        bytes32 digest = erinsDigest(40, 0, NOW - 1);
        vm.expectRevert(abi.encodeWithSignature("ERC2612ExpiredSignature(uint256)", NOW - 1));
        permitAs(ERIN_KEY, digest, 40, NOW - 1);
    }

    /// @notice A permit works once.
    function test_UsedPermitIsRefused() public {
        bytes32 digest = erinsDigest(40, 0, NOW);
        permitAs(ERIN_KEY, digest, 40, NOW);
        expectInvalidSigner(digest, ERIN_KEY, erinsDigest(40, 1, NOW));
        permitAs(ERIN_KEY, digest, 40, NOW);
    }

    /// @notice A permit that somebody else signed is refused.
    function test_StrangersPermitIsRefused() public {
        bytes32 digest = erinsDigest(40, 0, NOW);
        expectInvalidSigner(digest, uint256(keccak256("mallory")), digest);
        permitAs(uint256(keccak256("mallory")), digest, 40, NOW);
    }

    /// @notice A permit for another amount than the one signed is refused.
    function testFuzz_OtherAmountIsRefused(uint256 value) public {
        vm.assume(value != 40);
        bytes32 digest = erinsDigest(40, 0, NOW);
        expectInvalidSigner(digest, ERIN_KEY, erinsDigest(value, 0, NOW));
        permitAs(ERIN_KEY, digest, value, NOW);
    }

    /// @notice A permit for another token is refused.
    function test_PermitForAnotherContractIsRefused() public {
        bytes32 digest = permitDigest(BOB, block.chainid, _erin, BOB, 40, 0, NOW);
        expectInvalidSigner(digest, ERIN_KEY, erinsDigest(40, 0, NOW));
        permitAs(ERIN_KEY, digest, 40, NOW);
    }

    /// @notice A permit for another chain is refused, also after the chain split off.
    function test_PermitForAnotherChainIsRefused() public {
        bytes32 digest = erinsDigest(40, 0, NOW);
        vm.chainId(4242);
        expectInvalidSigner(digest, ERIN_KEY, erinsDigest(40, 0, NOW));
        permitAs(ERIN_KEY, digest, 40, NOW);
    }

    /// @notice The other form that every signature has (high s) is refused.
    function test_MalleablePermitIsRefused() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ERIN_KEY, erinsDigest(40, 0, NOW));
        bytes32 high = bytes32(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141 - uint256(s));
        vm.expectRevert(abi.encodeWithSignature("ECDSAInvalidSignatureS(bytes32)", high));
        token.permit(_erin, BOB, 40, NOW, v == 27 ? 28 : 27, r, high);
    }

    /// @notice Nobody permits in the name of the zero address.
    function test_PermitOfZeroIsRefused() public {
        vm.expectRevert(abi.encodeWithSignature("ECDSAInvalidSignature()"));
        token.permit(address(0), BOB, 40, NOW, 27, bytes32(0), bytes32(0));
    }
}

contract MonthTest is LucidTokenFixture {
    /// @notice A month's amount is the one after its last change, that of later months the same until the next change.
    function test_AMonthsAmountIsItsLast() public {
        mintTo(ALICE, 100);
        vm.warp(NOVEMBER_BEGINS - 1);
        transferAs(ALICE, BOB, 30);
        vm.warp(JANUARY_BEGINS);
        transferAs(BOB, ALICE, 1);
        vm.assertEq(token.balanceAtMonth(ALICE, SEPTEMBER), 0, "before");
        vm.assertEq(token.balanceAtMonth(ALICE, OCTOBER), 70, "of the last change");
        vm.assertEq(token.balanceAtMonth(ALICE, NOVEMBER), 70, "without a change");
        vm.assertEq(token.balanceAtMonth(BOB, DECEMBER), 30, "another account");
        vm.assertEq(token.supplyAtMonth(SEPTEMBER), 0, "supply before");
        vm.assertEq(token.supplyAtMonth(DECEMBER), 100, "supply");
    }

    /// @notice The second in which a month begins is that month's, the one before it the last month's.
    function test_TheBorderOfAMonthIsExact() public {
        vm.warp(NOVEMBER_BEGINS - 1);
        mintTo(ALICE, 1);
        vm.warp(NOVEMBER_BEGINS);
        mintTo(ALICE, 2);
        vm.warp(DECEMBER_BEGINS);
        vm.assertEq(token.balanceAtMonth(ALICE, OCTOBER), 1, "October");
        vm.assertEq(token.balanceAtMonth(ALICE, NOVEMBER), 3, "November");
        vm.assertEq(token.supplyAtMonth(OCTOBER), 1, "supply of October");
        vm.assertEq(token.supplyAtMonth(NOVEMBER), 3, "supply of November");
    }

    /// @notice A month that is not over has no amount yet: in its last second neither, in the next it has.
    function test_AMonthThatIsNotOverIsRefused() public {
        mintTo(ALICE, 5);
        vm.warp(NOVEMBER_BEGINS - 1);
        expectNotOver(OCTOBER, OCTOBER);
        token.balanceAtMonth(ALICE, OCTOBER);
        expectNotOver(OCTOBER, OCTOBER);
        token.supplyAtMonth(OCTOBER);
        vm.warp(NOVEMBER_BEGINS);
        vm.assertEq(token.balanceAtMonth(ALICE, OCTOBER), 5, "balance");
        expectNotOver(DECEMBER, NOVEMBER);
        token.balanceAtMonth(ALICE, DECEMBER);
    }

    /// @notice A transfer to oneself leaves the month's amount as it is.
    function test_TransferToOneselfKeepsTheMonth() public {
        mintTo(ALICE, 100);
        transferAs(ALICE, ALICE, 60);
        vm.warp(NOVEMBER_BEGINS);
        vm.assertEq(token.balanceAtMonth(ALICE, OCTOBER), 100, "balance");
    }

    /// @notice A month that is over says the same whatever happens later.
    function testFuzz_APastMonthNeverChanges(uint256 first, uint256 later, uint32 pause) public {
        first = bound(first, 0, CAP / 2);
        later = bound(later, 0, first);
        mintTo(ALICE, first);
        vm.warp(NOVEMBER_BEGINS + pause);
        transferAs(ALICE, BOB, later);
        mintTo(BOB, later);
        vm.assertEq(token.balanceAtMonth(ALICE, OCTOBER), first, "ALICE");
        vm.assertEq(token.balanceAtMonth(BOB, OCTOBER), 0, "BOB");
        vm.assertEq(token.supplyAtMonth(OCTOBER), first, "supply");
    }

    /// @notice The storage is where the documentation says, since proofs are made of it.
    function test_TheStorageLayoutIsTheDocumented() public {
        mintTo(ALICE, 100);
        vm.warp(DECEMBER_BEGINS);
        mintTo(ALICE, 11);
        bytes32 place = keccak256(abi.encode(ALICE, uint256(8)));
        assertCheckpoints(place, 100, 111);
        assertCheckpoints(bytes32(uint256(9)), 100, 111);
        vm.assertEq(vm.load(address(token), bytes32(uint256(2))), bytes32(uint256(111)), "supply");
        vm.assertEq(vm.load(address(token), keccak256(abi.encode(ALICE, uint256(0)))), bytes32(uint256(111)), "balance");
    }

    function assertCheckpoints(bytes32 place, uint256 october, uint256 december) private view {
        vm.assertEq(vm.load(address(token), place), bytes32(uint256(2)), "length");
        uint256 first = uint256(keccak256(abi.encode(place)));
        vm.assertEq(vm.load(address(token), bytes32(first)), bytes32(october << 48 | OCTOBER), "October");
        vm.assertEq(vm.load(address(token), bytes32(first + 1)), bytes32(december << 48 | DECEMBER), "December");
    }

    /// @notice Months without a change cost nothing, and a change within a month no new slot.
    function test_OneSlotAMonthOfChanges() public {
        mintTo(ALICE, 100);
        transferAs(ALICE, BOB, 1);
        vm.record();
        transferAs(ALICE, BOB, 1);
        vm.assertEq(countWrittenSlots(address(token)), 4, "slots"); // two balances, two months
    }
}
