// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PayoutRouter} from "./PayoutRouter.sol";
import {PayoutSentence} from "./PayoutSentence.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Payouts to node workers, who are known to the compliance signer
/// @notice Pays by the approvers' sentences, as {PayoutRouter} promises, and for each payment asks for a fresh pass: the
/// compliance signer's word that the recipient is known, and how much it may be paid a day.
/// @dev Promises, beyond those of {PayoutRouter}:
/// - No payment without a pass for its payee by the compliance signer in force; each pass is used once and in order.
/// - No recipient is paid more in a day (UTC) than the pass of each payment allows.
/// - A pass alone pays nothing: the compliance signer is a service's key, the approvers are people.
contract PayoutRouterKYC is PayoutRouter {
    /// @notice The compliance signer's word about a recipient.
    struct KycPass {
        /// @dev Hash of what is known about the recipient, which is kept elsewhere.
        bytes32 kycHash;
        /// @dev Which of the recipient's passes it is: what {nonceOf} says.
        uint64 nonce;
        /// @dev Until when it may be used, in seconds since 1970 UTC; at most {MAX_PASS_AHEAD} ahead.
        uint64 expiresAt;
        /// @dev How much the recipient may be paid in a day (UTC), in base units.
        uint64 dailyLimit;
    }

    /// @dev The whole of what is stored about a recipient: one slot.
    struct Recipient {
        uint64 nonce;
        uint64 paid;
        uint24 paidDay;
    }

    /// @notice How far ahead the time of a pass may be: a pass cannot be called back, so this is how long somebody stays
    /// payable of whom the compliance signer learns the worst today. The signer is a service that answers at once, and a
    /// pass is asked for last, when all else is signed; three days are for a chain that is out of reach over a weekend.
    uint256 public constant MAX_PASS_AHEAD = 3 days;

    bytes32 private constant _DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant _PASS_TYPE =
        keccak256("KycPass(address payee,bytes32 kycHash,uint64 nonce,uint64 expiresAt,uint64 dailyLimit)");

    /// @notice Hash of the EIP-712 domain: this name, version 1, this chain, this contract.
    bytes32 public immutable DOMAIN_SEPARATOR;

    mapping(address payee => Recipient) private _recipients;

    /// @notice A pass was used for a payment.
    /// @param payee Who was paid.
    /// @param kycHash Hash of what is known about the recipient.
    /// @param nonce Which of the recipient's passes it was.
    /// @param amount How much was paid, in base units.
    /// @param dailyLimit How much the recipient may be paid in a day, in base units.
    event KycPassUsed(address indexed payee, bytes32 indexed kycHash, uint64 nonce, uint64 amount, uint64 dailyLimit);

    /// @notice The pass was signed by somebody else, or says something else than what was signed.
    /// @param signer Who it recovers to.
    error NotComplianceSigner(address signer);

    /// @notice A recipient's passes are used one after the other.
    /// @param payee The recipient.
    /// @param expected The nonce of the next one.
    /// @param given The nonce that was given.
    error WrongNonce(address payee, uint64 expected, uint64 given);

    /// @notice The recipient may be paid less than that in a day (UTC).
    /// @param payee The recipient.
    /// @param paid How much it was paid today, in base units.
    /// @param amount How much this payment would be.
    /// @param limit How much the pass allows.
    error AboveRecipientLimit(address payee, uint256 paid, uint256 amount, uint256 limit);

    /// @notice Makes a router.
    /// @param setup What it starts with.
    constructor(Setup memory setup) PayoutRouter(setup) {
        DOMAIN_SEPARATOR = keccak256(
            abi.encode(_DOMAIN_TYPE, keccak256("Lucid PayoutRouterKYC"), keccak256("1"), block.chainid, address(this))
        );
    }

    /// @notice Pays one recipient by a sentence that two approvers signed and a pass. Anyone may submit it.
    /// @param payout The payout.
    /// @param signatures Two of the approvers' over {payoutSentence}, ordered by ascending signer.
    /// @param pass The recipient's pass.
    /// @param passSignature The compliance signer's over the pass: EIP-712, {passDigest}.
    function pay(
        PayoutSentence.Payout calldata payout,
        bytes[] calldata signatures,
        KycPass calldata pass,
        bytes calldata passSignature
    ) external nonReentrant whilePaying {
        _usePass(payout.payee, payout.amount, pass, passSignature);
        _payOne(payout, signatures);
    }

    /// @notice Pays one recipient of an open list by a pass. Anyone may submit it.
    /// @param claim_ The recipient's line.
    /// @param proof The siblings on the way from the line's leaf to the root.
    /// @param pass The recipient's pass.
    /// @param passSignature The compliance signer's over the pass: EIP-712, {passDigest}.
    function claim(Claim calldata claim_, bytes32[] calldata proof, KycPass calldata pass, bytes calldata passSignature)
        external
        nonReentrant
        whilePaying
    {
        _usePass(claim_.payee, claim_.amount, pass, passSignature);
        _payClaim(claim_, proof);
    }

    /// @notice Which of a recipient's passes is next.
    /// @param payee The recipient.
    /// @return nonce Its nonce, from 0.
    function nonceOf(address payee) external view returns (uint64 nonce) {
        return _recipients[payee].nonce;
    }

    /// @notice How much a recipient was paid today (UTC).
    /// @param payee The recipient.
    /// @return amount How much, in base units.
    function paidToday(address payee) external view returns (uint64 amount) {
        return _paidToday(_recipients[payee]);
    }

    /// @notice The hash that the compliance signer signs (EIP-712).
    /// @param payee The recipient.
    /// @param pass The pass.
    /// @return digest Its hash.
    function passDigest(address payee, KycPass calldata pass) public view returns (bytes32 digest) {
        bytes32 hash =
            keccak256(abi.encode(_PASS_TYPE, payee, pass.kycHash, pass.nonce, pass.expiresAt, pass.dailyLimit));
        return keccak256(bytes.concat("\x19\x01", DOMAIN_SEPARATOR, hash));
    }

    /// @dev Uses up a pass for a payment.
    function _usePass(address payee, uint64 amount, KycPass calldata pass, bytes calldata signature) private {
        if (pass.kycHash == 0) revert ZeroValue("kycHash");
        _requireAhead(pass.expiresAt, MAX_PASS_AHEAD);
        Recipient storage recipient = _recipients[payee];
        if (pass.nonce != recipient.nonce) revert WrongNonce(payee, recipient.nonce, pass.nonce);
        address signer = ECDSA.recoverCalldata(passDigest(payee, pass), signature);
        if (signer != _complianceSigner()) revert NotComplianceSigner(signer);
        uint64 paid = _paidToday(recipient);
        if (uint256(paid) + amount > pass.dailyLimit) revert AboveRecipientLimit(payee, paid, amount, pass.dailyLimit);

        _recipients[payee] = Recipient(pass.nonce + 1, paid + amount, _today());
        emit KycPassUsed(payee, pass.kycHash, pass.nonce, amount, pass.dailyLimit);
    }

    /// @dev How much a recipient was paid today.
    function _paidToday(Recipient storage recipient) private view returns (uint64 amount) {
        return recipient.paidDay == _today() ? recipient.paid : 0;
    }
}
