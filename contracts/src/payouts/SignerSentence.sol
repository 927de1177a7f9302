// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SentenceText} from "./SentenceText.sol";

/// @title The sentence by which payout approvers hand over to the next set
/// @notice `Make T…, T… and T… payout approvers, T… compliance signer, as set 2 from 2026-12-01 00:00 UTC on chain
/// 728126428`. It names no router: all routers of that chain follow it, and it is signed once for all of them:
/// those made later, too, as long as they have the set before it and {MAX_LATE} is not over.
/// @dev Two of the three approvers in force sign it as an EIP-191 personal message. {SignerRegistry} records their
/// signatures; whoever likes carries them to the routers, which build the same sentence from the arguments of the call.
/// The order of the approvers is ascending, so a set has one sentence.
library SignerSentence {
    using SentenceText for uint256;

    /// @notice What is handed over, to whom, and from when on.
    struct Rotation {
        /// @dev The chain of the routers.
        uint64 chainId;
        /// @dev The number of the next set, one above that of the set before it.
        uint32 number;
        /// @dev The next approvers, ascending.
        address[3] approvers;
        /// @dev The next signer of KYC passes.
        address complianceSigner;
        /// @dev From when on the next set is in force, in seconds since 1970 UTC: a whole minute.
        uint64 effectiveAt;
    }

    /// @notice How long after its time a handover is still taken, by the registry and by every router: long enough to
    /// carry it to a chain that was out of reach, short enough that nothing which was signed long ago, and maybe regretted,
    /// can be brought to a router made since then.
    uint256 internal constant MAX_LATE = 30 days;

    /// @notice A set has three different approvers in ascending order, none of them zero.
    /// @param approvers What was given.
    error ApproversNotAscending(address[3] approvers);

    /// @notice A set has a compliance signer.
    error NoComplianceSigner();

    /// @notice The compliance signer may not be an approver, too: a service's key would approve.
    /// @param account Who is both.
    error ComplianceSignerIsApprover(address account);

    /// @notice Refuses a set that no router takes.
    /// @param approvers The approvers.
    /// @param complianceSigner The compliance signer.
    function requireValidSet(address[3] memory approvers, address complianceSigner) internal pure {
        if (approvers[0] == address(0) || approvers[0] >= approvers[1] || approvers[1] >= approvers[2]) {
            revert ApproversNotAscending(approvers);
        }
        if (complianceSigner == address(0)) revert NoComplianceSigner();
        if (complianceSigner == approvers[0] || complianceSigner == approvers[1] || complianceSigner == approvers[2]) {
            revert ComplianceSignerIsApprover(complianceSigner);
        }
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
}
