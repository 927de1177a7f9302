// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SentenceText} from "./SentenceText.sol";

/// @title The sentence by which payout approvers hand over to the next set
/// @notice `Make T…, T… and T… payout approvers, T… compliance signer, as set 2 from 2026-12-01 00:00 UTC on chain
/// 728126428`. It names no router: all routers of that chain follow it, and it is signed once for all of them.
/// @dev Two of the three approvers in force sign it as an EIP-191 personal message. {SignerRegistry} records their
/// signatures; whoever likes carries them to the routers, which build the same sentence from the arguments of the call.
/// The order of the approvers is ascending, so a set has one sentence.
library SignerSentence {
    using SentenceText for uint256;

    /// @notice What is handed over, to whom, and from when on.
    struct Rotation {
        /// @dev The chain of the routers.
        uint64 chainId;
        /// @dev The number of the next set, above that of every set before it.
        uint32 number;
        /// @dev The next approvers, ascending.
        address[3] approvers;
        /// @dev The next signer of KYC passes.
        address complianceSigner;
        /// @dev From when on the next set is in force, in seconds since 1970 UTC: a whole minute.
        uint64 effectiveAt;
    }

    /// @notice A set has three different approvers in ascending order, none of them zero.
    /// @param approvers What was given.
    error ApproversNotAscending(address[3] approvers);

    /// @notice A set has a compliance signer.
    error NoComplianceSigner();

    /// @notice Refuses a set that no router takes.
    /// @param approvers The approvers.
    /// @param complianceSigner The compliance signer.
    function requireValidSet(address[3] memory approvers, address complianceSigner) internal pure {
        if (approvers[0] == address(0) || approvers[0] >= approvers[1] || approvers[1] >= approvers[2]) {
            revert ApproversNotAscending(approvers);
        }
        if (complianceSigner == address(0)) revert NoComplianceSigner();
    }

    /// @notice The sentence. Refused with {SentenceText-NotWholeMinute} or {SentenceText-TimeBeyondYear9999}.
    /// @param next What it says.
    /// @return text At most 265 characters, all ASCII.
    function textOf(Rotation memory next) internal view returns (string memory text) {
        uint256 start = SentenceText.begin();
        uint256 end = start.put("Make ", 5).putAddress(next.approvers[0]);
        end = end.put(", ", 2).putAddress(next.approvers[1]);
        end = end.put(" and ", 5).putAddress(next.approvers[2]);
        end = end.put(" payout approvers, ", 19).putAddress(next.complianceSigner);
        end = end.put(" compliance signer, as set ", 27).putNumber(next.number);
        end = end.put(" from ", 6).putTime(next.effectiveAt);
        end = end.put(" on chain ", 10).putNumber(next.chainId);
        return start.finish(end);
    }

    /// @notice The hash that the approvers sign.
    /// @param next What the sentence says.
    /// @return digest The EIP-191 hash of the sentence.
    function digestOf(Rotation memory next) internal view returns (bytes32 digest) {
        return SentenceText.digestOf(textOf(next));
    }
}
