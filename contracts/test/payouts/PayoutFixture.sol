// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PayoutRouter} from "../../src/payouts/PayoutRouter.sol";
import {PayoutSentence} from "../../src/payouts/PayoutSentence.sol";
import {LucidTest} from "../LucidTest.sol";
import {Textbook} from "./Textbook.sol";
import {StandardToken} from "./TokenDoubles.sol";

/// @notice A funded payout router of either kind, keys of its signers, a list of three, and the calls that tests begin with.
abstract contract PayoutFixture is LucidTest {
    uint64 internal constant USDT = 1e6;
    uint64 internal constant FUNDS = 1_000_000 * USDT;
    uint64 internal constant PAYMENT_CAP = 50_000 * USDT;
    uint64 internal constant DAILY_CAP = 250_000 * USDT;
    uint64 internal constant CHAIN = 728126428;
    uint32 internal constant OCTOBER = 2026 * 12 + 9;
    uint64 internal constant SOON = uint64(NOW - NOW % 60 + 1 days);
    address internal constant PAUSER = address(uint160(uint256(keccak256("pauser"))));

    StandardToken internal token;
    PayoutRouter internal router;

    /// @dev Keys of four people, by ascending address: the first three are the approvers.
    uint256[4] internal keys;
    address[3] internal approvers;
    uint256 internal complianceKey = uint256(keccak256("compliance signer"));

    /// @dev A list of three.
    PayoutRouter.Claim[3] internal lines;
    bytes32 internal root;
    uint64 internal total;

    function setUp() public virtual {
        vm.warp(NOW);
        vm.chainId(CHAIN);
        for (uint256 i = 0; i < 4; ++i) {
            keys[i] = uint256(keccak256(abi.encode("approver", i)));
        }
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = i + 1; j < 4; ++j) {
                if (vm.addr(keys[i]) > vm.addr(keys[j])) (keys[i], keys[j]) = (keys[j], keys[i]);
            }
        }
        approvers = [vm.addr(keys[0]), vm.addr(keys[1]), vm.addr(keys[2])];
        useToken(new StandardToken());
    }

    /// @dev Makes a router of the kind under test.
    function newRouter(PayoutRouter.Setup memory setup) internal virtual returns (PayoutRouter made);

    /// @dev The call that pays, with whatever else the kind under test asks for.
    function payCall(PayoutSentence.Payout memory payout, bytes[] memory signatures)
        internal
        virtual
        returns (bytes memory data);

    /// @dev The call that pays a line of a list, with whatever else the kind under test asks for.
    function claimCall(PayoutRouter.Claim memory line, bytes32[] memory proof)
        internal
        virtual
        returns (bytes memory data);

    /// @dev Takes another token, and a funded router for it.
    function useToken(StandardToken token_) internal {
        token = token_;
        router = newRouter(setupOf());
        token.mint(address(router), FUNDS);
        uint64[3] memory amounts = [100 * USDT, 200 * USDT, 12_345_678];
        total = 0;
        for (uint32 i = 0; i < 3; ++i) {
            lines[i] = PayoutRouter.Claim(0, i, address(uint160(0xB0B + i)), amounts[i]);
            total += amounts[i];
        }
        root = hashPair(hashPair(leafOf(0), leafOf(1)), leafOf(2));
        for (uint256 i = 0; i < 3; ++i) {
            lines[i].root = root;
        }
    }

    function setupOf() internal view returns (PayoutRouter.Setup memory setup) {
        return PayoutRouter.Setup({
            token: address(token),
            chainId: uint64(block.chainid),
            setNumber: 1,
            approvers: approvers,
            complianceSigner: vm.addr(complianceKey),
            pauser: PAUSER,
            paymentCap: PAYMENT_CAP,
            dailyCap: DAILY_CAP
        });
    }

    // --- payouts to one recipient -------------------------------------------------------------

    /// @dev 312.48 USDT to Alice for 2026-10/42.
    function somePayout() internal pure returns (PayoutSentence.Payout memory payout) {
        return PayoutSentence.Payout(ALICE, 312_480_000, PayoutSentence.Kind.Epoch, OCTOBER, 42, SOON);
    }

    function payoutOf(uint64 amount, uint32 number) internal pure returns (PayoutSentence.Payout memory payout) {
        payout = somePayout();
        (payout.amount, payout.number) = (amount, number);
        payout.kind = PayoutSentence.Kind.Reason;
        payout.code = 7;
    }

    function referenceOf(PayoutSentence.Payout memory payout) internal pure returns (string memory text) {
        if (payout.kind == PayoutSentence.Kind.Session) {
            return string.concat("s", Textbook.hexadecimal(abi.encodePacked(payout.code)));
        }
        text = payout.kind == PayoutSentence.Kind.Epoch
            ? string.concat(Textbook.month(payout.code), "/")
            : string.concat("r", Textbook.padded(payout.code, 2), "-");
        return string.concat(text, Textbook.decimal(payout.number));
    }

    function textOf(PayoutSentence.Payout memory payout) internal view returns (string memory text) {
        return Textbook.payout(payout.amount, payout.payee, referenceOf(payout), payout.expiresAt, address(router));
    }

    /// @dev The call that pays by what the first two approvers signed.
    function approvedCall(PayoutSentence.Payout memory payout) internal returns (bytes memory data) {
        return payCall(payout, signed(textOf(payout)));
    }

    function idOf(PayoutSentence.Payout memory payout) internal pure returns (bytes32 id) {
        return bytes32(abi.encodePacked(bytes23(0), uint8(payout.kind), payout.code, payout.number));
    }

    // --- lists --------------------------------------------------------------------------------

    function someBatch() internal view returns (PayoutSentence.Batch memory batch) {
        return PayoutSentence.Batch(root, total, 3, OCTOBER, SOON);
    }

    function textOf(PayoutSentence.Batch memory batch) internal view returns (string memory text) {
        return Textbook.batch(batch.total, batch.count, batch.root, batch.month, batch.expiresAt, address(router));
    }

    function openCall(PayoutSentence.Batch memory batch) internal view returns (bytes memory data) {
        return abi.encodeCall(router.openBatch, (batch, signed(textOf(batch))));
    }

    function openSomeBatch() internal {
        assertTaken(openCall(someBatch()));
    }

    function leafOf(uint256 index) internal view returns (bytes32 leaf) {
        return leafOf(block.chainid, address(router), OCTOBER, lines[index]);
    }

    function leafOf(uint256 chain, address router_, uint256 month, PayoutRouter.Claim memory line)
        internal
        pure
        returns (bytes32 leaf)
    {
        bytes32 once = keccak256(abi.encode(chain, router_, month, line.index, line.payee, line.amount));
        return keccak256(abi.encode(once));
    }

    function hashPair(bytes32 left, bytes32 right) internal pure returns (bytes32 node) {
        return left < right ? keccak256(abi.encode(left, right)) : keccak256(abi.encode(right, left));
    }

    function proofOf(uint256 index) internal view returns (bytes32[] memory proof) {
        proof = new bytes32[](index == 2 ? 1 : 2);
        proof[0] = index == 2 ? hashPair(leafOf(0), leafOf(1)) : leafOf(1 - index);
        if (index != 2) proof[1] = leafOf(2);
    }

    function lineCall(uint256 index) internal returns (bytes memory data) {
        return claimCall(lines[index], proofOf(index));
    }

    // --- signatures ---------------------------------------------------------------------------

    function signature(uint256 key, string memory text) internal pure returns (bytes memory made) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, Textbook.digest(text));
        return abi.encodePacked(r, s, v);
    }

    function signedBy(uint256 first, uint256 second, string memory text)
        internal
        view
        returns (bytes[] memory signatures)
    {
        signatures = new bytes[](2);
        signatures[0] = signature(keys[first], text);
        signatures[1] = signature(keys[second], text);
    }

    function signed(string memory text) internal view returns (bytes[] memory signatures) {
        return signedBy(0, 1, text);
    }

    // --- calls --------------------------------------------------------------------------------

    function assertTaken(bytes memory data) internal {
        (bool isTaken, bytes memory answer) = address(router).call(data);
        vm.assertEq(answer, "", "answer");
        vm.assertTrue(isTaken, "taken");
    }

    function assertRefused(bytes memory data, bytes memory reason) internal {
        (bool isTaken, bytes memory answer) = address(router).call(data);
        vm.assertFalse(isTaken, "taken");
        vm.assertEq(answer, reason, "reason");
    }

    function expectEmit() internal {
        vm.expectEmit(address(router));
    }
}
