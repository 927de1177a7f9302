// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Signatures by two of three approvers
/// @notice Refuses a hash unless exactly two different approvers of a set signed it.
/// @dev A signature is 65 bytes: r, s in the lower half, v 27 or 28. Anything else is refused by {ECDSA} with
/// ECDSAInvalidSignatureLength, ECDSAInvalidSignatureS or ECDSAInvalidSignature, so a signature has one form only.
library TwoOfThree {
    /// @notice There are two signatures, neither less nor more.
    /// @param given How many there were.
    error WrongSignatureCount(uint256 given);

    /// @notice Whoever signed is not in the set. A signature over something else recovers to a stranger, too.
    /// @param signer Who it recovers to.
    error NotAnApprover(address signer);

    /// @notice The signatures are ordered by their signers' addresses, ascending, and nobody signs twice.
    /// @param first The first signer.
    /// @param second The second one, not above the first.
    error SignersNotAscending(address first, address second);

    /// @notice Refuses what was not signed by two of the set.
    /// @param approvers The set.
    /// @param digest The hash that they sign.
    /// @param signatures Two signatures, ordered by ascending signer.
    function requireSigned(address[3] memory approvers, bytes32 digest, bytes[] calldata signatures) internal pure {
        if (signatures.length != 2) revert WrongSignatureCount(signatures.length);
        address first = _signerAmong(approvers, digest, signatures[0]);
        address second = _signerAmong(approvers, digest, signatures[1]);
        if (first >= second) revert SignersNotAscending(first, second);
    }

    /// @dev Who signed, if it is one of the set.
    function _signerAmong(address[3] memory approvers, bytes32 digest, bytes calldata signature)
        private
        pure
        returns (address signer)
    {
        signer = ECDSA.recoverCalldata(digest, signature);
        if (signer != approvers[0] && signer != approvers[1] && signer != approvers[2]) revert NotAnApprover(signer);
    }
}
