// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PayoutRouter} from "../../src/payouts/PayoutRouter.sol";
import {PayoutRouterKYC} from "../../src/payouts/PayoutRouterKYC.sol";
import {PayoutSentence} from "../../src/payouts/PayoutSentence.sol";
import {BatchBehaviour, PayOneBehaviour, TokenBehaviour} from "./PayoutBehaviour.sol";
import {ChainBehaviour} from "./PayoutChain.sol";
import {ControlBehaviour, RotationBehaviour} from "./PayoutControl.sol";
import {PayoutFixture} from "./PayoutFixture.sol";
import {Textbook} from "./Textbook.sol";
import {StandardToken} from "./TokenDoubles.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice A PayoutRouterKYC, whose calls carry a pass for their payee.
abstract contract PayoutRouterKYCFixture is PayoutFixture {
    bytes32 internal constant KYC_HASH = keccak256("what is known");

    function newRouter(PayoutRouter.Setup memory setup) internal override returns (PayoutRouter made) {
        return new PayoutRouterKYC(setup);
    }

    function payCall(PayoutSentence.Payout memory payout, bytes[] memory signatures)
        internal
        view
        override
        returns (bytes memory data)
    {
        return payCall(payout, signatures, passFor(payout.payee));
    }

    function claimCall(PayoutRouter.Claim memory line, bytes32[] memory proof)
        internal
        view
        override
        returns (bytes memory data)
    {
        return claimCall(line, proof, passFor(line.payee));
    }

    function payCall(
        PayoutSentence.Payout memory payout,
        bytes[] memory signatures,
        PayoutRouterKYC.KycPass memory pass
    ) internal view returns (bytes memory data) {
        bytes memory passSignature = signedPass(complianceKey, payout.payee, pass);
        return abi.encodeCall(PayoutRouterKYC.pay, (payout, signatures, pass, passSignature));
    }

    function claimCall(PayoutRouter.Claim memory line, bytes32[] memory proof, PayoutRouterKYC.KycPass memory pass)
        internal
        view
        returns (bytes memory data)
    {
        bytes memory passSignature = signedPass(complianceKey, line.payee, pass);
        return abi.encodeCall(PayoutRouterKYC.claim, (line, proof, pass, passSignature));
    }

    function kyc() internal view returns (PayoutRouterKYC router_) {
        return PayoutRouterKYC(address(router));
    }

    /// @dev The next pass for a recipient, with no limit but the type's.
    function passFor(address payee) internal view returns (PayoutRouterKYC.KycPass memory pass) {
        uint64 expiresAt = uint64(block.timestamp + 2 days);
        return PayoutRouterKYC.KycPass(KYC_HASH, kyc().nonceOf(payee), expiresAt, type(uint64).max);
    }

    /// @dev EIP-712, written from the standard.
    function digestOf(uint256 chain, address router_, address payee, PayoutRouterKYC.KycPass memory pass)
        internal
        pure
        returns (bytes32 digest)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Lucid PayoutRouterKYC"),
                keccak256("1"),
                chain,
                router_
            )
        );
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("KycPass(address payee,bytes32 kycHash,uint64 nonce,uint64 expiresAt,uint64 dailyLimit)"),
                payee,
                pass.kycHash,
                pass.nonce,
                pass.expiresAt,
                pass.dailyLimit
            )
        );
        return keccak256(abi.encodePacked(bytes2(0x1901), domain, hash));
    }

    function signedPass(uint256 key, address payee, PayoutRouterKYC.KycPass memory pass)
        internal
        view
        returns (bytes memory made)
    {
        return signedDigest(key, digestOf(block.chainid, address(router), payee, pass));
    }

    function signedDigest(uint256 key, bytes32 digest) internal pure returns (bytes memory made) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }
}

contract PayOneKYCTest is PayoutRouterKYCFixture, PayOneBehaviour {}

contract BatchKYCTest is PayoutRouterKYCFixture, BatchBehaviour {}

contract TokenKYCTest is PayoutRouterKYCFixture, TokenBehaviour {}

contract ControlKYCTest is PayoutRouterKYCFixture, ControlBehaviour {}

contract ChainKYCTest is PayoutRouterKYCFixture, ChainBehaviour {
    function setUp() public override(PayoutFixture, ChainBehaviour) {
        ChainBehaviour.setUp();
    }

    /// @notice A pass names the chain that the router is on, whichever it is.
    function test_PassNamesTheChain() public {
        PayoutRouterKYC.KycPass memory pass = passFor(ALICE);
        vm.assertEq(kyc().passDigest(ALICE, pass), digestOf(OTHER, address(router), ALICE, pass), "digest");
        bytes memory elsewhere = signedDigest(complianceKey, digestOf(CHAIN, address(router), ALICE, pass));
        bytes[] memory signatures = signed(textOf(somePayout()));
        (bool isTaken,) =
            address(router).call(abi.encodeCall(PayoutRouterKYC.pay, (somePayout(), signatures, pass, elsewhere)));
        vm.assertFalse(isTaken, "taken");
        assertTaken(payCall(somePayout(), signatures, pass));
    }
}

contract RotationKYCTest is PayoutRouterKYCFixture, RotationBehaviour {
    function setUp() public override(PayoutFixture, RotationBehaviour) {
        RotationBehaviour.setUp();
    }

    /// @notice Passes are signed by the compliance signer of the set in force.
    function test_ComplianceSignerIsRotated() public {
        uint256 nextKey = uint256(keccak256("next compliance signer"));
        bytes[] memory signatures = signed(Textbook.signers(CHAIN, 2, approvers, vm.addr(nextKey), SOON));
        router.rotateSigners(2, approvers, vm.addr(nextKey), SOON, signatures);
        assertTaken(approvedCall(payoutOf(1, 1)));
        vm.warp(SOON);
        assertRefused(
            approvedCall(payoutOf(1, 2)),
            abi.encodeWithSelector(PayoutRouterKYC.NotComplianceSigner.selector, vm.addr(complianceKey))
        );
        complianceKey = nextKey;
        assertTaken(approvedCall(payoutOf(1, 2)));
    }
}

contract KycPassTest is PayoutRouterKYCFixture {
    /// @notice The digest of a pass is that of EIP-712 for this name, version, chain and contract.
    function testFuzz_DigestIsThatOfTheStandard(address payee, bytes32 kycHash, uint64[3] memory numbers) public view {
        PayoutRouterKYC.KycPass memory pass = PayoutRouterKYC.KycPass(kycHash, numbers[0], numbers[1], numbers[2]);
        vm.assertEq(kyc().passDigest(payee, pass), digestOf(CHAIN, address(router), payee, pass), "digest");
    }

    /// @notice A payment says which pass it used, and how much of it.
    function test_PaymentEmitsKycPassUsed() public {
        PayoutRouterKYC.KycPass memory pass = passFor(ALICE);
        pass.dailyLimit = 1000 * USDT;
        bytes memory data = payCall(somePayout(), signed(textOf(somePayout())), pass);
        expectEmit();
        emit PayoutRouterKYC.KycPassUsed(ALICE, KYC_HASH, 0, 312_480_000, 1000 * USDT);
        assertTaken(data);
        vm.assertEq(kyc().nonceOf(ALICE), 1, "nonce");
        vm.assertEq(kyc().paidToday(ALICE), 312_480_000, "paid");
    }

    /// @notice A line of a list uses a pass, too.
    function test_ClaimEmitsKycPassUsed() public {
        openSomeBatch();
        bytes memory data = lineCall(1);
        expectEmit();
        emit PayoutRouterKYC.KycPassUsed(lines[1].payee, KYC_HASH, 0, lines[1].amount, type(uint64).max);
        assertTaken(data);
        vm.assertEq(kyc().nonceOf(lines[1].payee), 1, "nonce");
        vm.assertEq(kyc().paidToday(lines[1].payee), lines[1].amount, "paid");
    }

    /// @notice A pass is used once; the next payment needs the next one.
    function test_PassIsUsedOnce() public {
        PayoutRouterKYC.KycPass memory pass = passFor(ALICE);
        assertTaken(payCall(payoutOf(1, 1), signed(textOf(payoutOf(1, 1))), pass));
        bytes[] memory signatures = signed(textOf(payoutOf(1, 2)));
        assertWrongNonce(payCall(payoutOf(1, 2), signatures, pass), 1, 0);
        pass.nonce = 2;
        assertWrongNonce(payCall(payoutOf(1, 2), signatures, pass), 1, 2);
        pass.nonce = 1;
        assertTaken(payCall(payoutOf(1, 2), signatures, pass));
        vm.assertEq(kyc().nonceOf(ALICE), 2, "nonce");
        vm.assertEq(kyc().nonceOf(BOB), 0, "nonce of another");
    }

    /// @notice A payment that is refused does not use up its pass.
    function test_RefusedPaymentKeepsThePass() public {
        assertRefused(
            payCall(payoutOf(1, 1), new bytes[](0)), abi.encodeWithSignature("WrongSignatureCount(uint256)", 0)
        );
        vm.assertEq(kyc().nonceOf(ALICE), 0, "nonce");
        vm.assertEq(kyc().paidToday(ALICE), 0, "paid");
    }

    /// @notice A pass by anyone but the compliance signer is refused, approvers included.
    function test_StrangersPassIsRefused() public {
        PayoutRouterKYC.KycPass memory pass = passFor(ALICE);
        for (uint256 i = 0; i < 4; ++i) {
            assertRefused(
                callWith(pass, signedPass(keys[i], ALICE, pass)),
                abi.encodeWithSelector(PayoutRouterKYC.NotComplianceSigner.selector, vm.addr(keys[i]))
            );
        }
    }

    /// @notice A pass is for one recipient: another one's is refused.
    function test_AnotherRecipientsPassIsRefused() public {
        PayoutRouterKYC.KycPass memory pass = passFor(BOB);
        assertNotCompliance(callWith(pass, signedPass(complianceKey, BOB, pass)));
    }

    /// @notice A pass says what was signed: with any part changed it is refused.
    function test_ChangedPassIsRefused() public {
        PayoutRouterKYC.KycPass memory pass = passFor(ALICE);
        pass.dailyLimit = 400 * USDT;
        bytes memory passSignature = signedPass(complianceKey, ALICE, pass);
        pass.dailyLimit += 1;
        assertNotCompliance(callWith(pass, passSignature));
        pass.dailyLimit -= 1;
        pass.expiresAt += 1;
        assertNotCompliance(callWith(pass, passSignature));
        pass.expiresAt -= 1;
        pass.kycHash = keccak256("something else");
        assertNotCompliance(callWith(pass, passSignature));
        pass.kycHash = KYC_HASH;
        assertTaken(callWith(pass, passSignature));
    }

    /// @notice A pass for another router or another chain is refused.
    function test_PassOfElsewhereIsRefused() public {
        PayoutRouterKYC.KycPass memory pass = passFor(ALICE);
        bytes32 digest = digestOf(CHAIN, address(this), ALICE, pass);
        assertNotCompliance(callWith(pass, signedDigest(complianceKey, digest)));
        digest = digestOf(CHAIN + 1, address(router), ALICE, pass);
        assertNotCompliance(callWith(pass, signedDigest(complianceKey, digest)));
    }

    /// @notice A signature of a pass has one form only.
    function test_MalleablePassIsRefused() public {
        PayoutRouterKYC.KycPass memory pass = passFor(ALICE);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(complianceKey, digestOf(CHAIN, address(router), ALICE, pass));
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        s = bytes32(order - uint256(s));
        assertRefused(
            callWith(pass, abi.encodePacked(r, s, v == 27 ? uint8(28) : uint8(27))),
            abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, s)
        );
    }

    /// @notice A pass without a hash of what is known is refused.
    function test_PassWithoutHashIsRefused() public {
        PayoutRouterKYC.KycPass memory pass = passFor(ALICE);
        pass.kycHash = 0;
        assertRefused(
            callWith(pass, signedPass(complianceKey, ALICE, pass)),
            abi.encodeWithSelector(PayoutRouter.ZeroValue.selector, "kycHash")
        );
    }

    /// @notice A pass is used in the second that it names and not after it, and reaches at most three days ahead.
    function test_TimeOfAPass() public {
        PayoutRouterKYC.KycPass memory pass = passFor(ALICE);
        pass.expiresAt = uint64(NOW - 1);
        assertRefused(
            callWith(pass, signedPass(complianceKey, ALICE, pass)),
            abi.encodeWithSelector(PayoutRouter.Expired.selector, NOW - 1)
        );
        pass.expiresAt = uint64(NOW + 3 days + 1);
        assertRefused(
            callWith(pass, signedPass(complianceKey, ALICE, pass)),
            abi.encodeWithSelector(PayoutRouter.TooFarAhead.selector, pass.expiresAt, NOW + 3 days)
        );
        vm.assertEq(kyc().MAX_PASS_AHEAD(), 3 days, "ahead");
        pass.expiresAt = uint64(NOW);
        assertTaken(callWith(pass, signedPass(complianceKey, ALICE, pass)));
        (pass.expiresAt, pass.nonce) = (uint64(NOW + 3 days), 1);
        assertTaken(payCall(payoutOf(1, 1), signed(textOf(payoutOf(1, 1))), pass));
    }

    /// @notice A recipient is paid up to the limit of its pass in a day (UTC), and anew on the next one.
    function test_RecipientsDailyLimit() public {
        uint64 midnight = uint64(NOW - NOW % 1 days + 1 days);
        vm.warp(midnight - 1);
        assertTaken(limitedCall(70, 100, 1));
        assertAboveLimit(limitedCall(31, 100, 2), 70, 31, 100);
        assertTaken(limitedCall(30, 100, 2));
        assertAboveLimit(limitedCall(1, 100, 3), 100, 1, 100);
        vm.assertEq(kyc().paidToday(ALICE), 100, "paid");
        vm.warp(midnight);
        vm.assertEq(kyc().paidToday(ALICE), 0, "paid anew");
        assertAboveLimit(limitedCall(101, 100, 3), 0, 101, 100);
        assertTaken(limitedCall(100, 100, 3));
    }

    /// @notice A limit counts payouts and lines together, of this recipient alone.
    function test_LimitCountsLines() public {
        openSomeBatch();
        assertTaken(lineCall(0));
        assertTaken(lineCall(1));
        PayoutSentence.Payout memory payout = payoutOf(1, 1);
        payout.payee = lines[0].payee;
        PayoutRouterKYC.KycPass memory pass = passFor(payout.payee);
        pass.dailyLimit = lines[0].amount;
        assertRefused(
            payCall(payout, signed(textOf(payout)), pass),
            abi.encodeWithSelector(
                PayoutRouterKYC.AboveRecipientLimit.selector, payout.payee, lines[0].amount, 1, lines[0].amount
            )
        );
        pass.dailyLimit += 1;
        assertTaken(payCall(payout, signed(textOf(payout)), pass));
    }

    /// @notice A pass alone pays nothing.
    function test_PassAlonePaysNothing() public {
        PayoutRouterKYC.KycPass memory pass = passFor(ALICE);
        bytes[] memory signatures = signedBy(0, 3, textOf(somePayout()));
        assertRefused(
            payCall(somePayout(), signatures, pass), abi.encodeWithSignature("NotAnApprover(address)", vm.addr(keys[3]))
        );
        vm.assertEq(token.balanceOf(ALICE), 0, "payee");
    }

    /// @notice The calls of the router that asks for no pass are not known here.
    function test_CallsWithoutPassAreUnknown() public {
        bytes[] memory signatures = signed(textOf(somePayout()));
        assertRefused(
            abi.encodeWithSignature(
                "pay((address,uint64,uint8,uint32,uint32,uint64),bytes[])", somePayout(), signatures
            ),
            ""
        );
    }

    function limitedCall(uint64 amount, uint64 limit, uint32 number) private view returns (bytes memory data) {
        PayoutRouterKYC.KycPass memory pass = passFor(ALICE);
        pass.dailyLimit = limit;
        return payCall(payoutOf(amount, number), signed(textOf(payoutOf(amount, number))), pass);
    }

    function callWith(PayoutRouterKYC.KycPass memory pass, bytes memory passSignature)
        private
        view
        returns (bytes memory data)
    {
        bytes[] memory signatures = signed(textOf(somePayout()));
        return abi.encodeCall(PayoutRouterKYC.pay, (somePayout(), signatures, pass, passSignature));
    }

    function assertNotCompliance(bytes memory data) private {
        (bool isTaken, bytes memory answer) = address(router).call(data);
        vm.assertFalse(isTaken, "taken");
        vm.assertEq(bytes32(bytes4(answer)), bytes32(PayoutRouterKYC.NotComplianceSigner.selector), "reason");
    }

    function assertWrongNonce(bytes memory data, uint64 expected, uint64 given) private {
        assertRefused(data, abi.encodeWithSelector(PayoutRouterKYC.WrongNonce.selector, ALICE, expected, given));
    }

    function assertAboveLimit(bytes memory data, uint64 paid, uint64 amount, uint64 limit) private {
        assertRefused(
            data, abi.encodeWithSelector(PayoutRouterKYC.AboveRecipientLimit.selector, ALICE, paid, amount, limit)
        );
    }
}
