// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PayoutRouter} from "./PayoutRouter.sol";
import {PayoutSentence} from "./PayoutSentence.sol";

/// @title Payouts to everyone but node workers
/// @notice Pays by the approvers' sentences alone. See {PayoutRouter} for what it promises.
contract PayoutRouterV0 is PayoutRouter {
    /// @notice Makes a router.
    /// @param setup What it starts with.
    constructor(Setup memory setup) PayoutRouter(setup) {}

    /// @notice Pays one recipient by a sentence that two approvers signed. Anyone may submit it.
    /// @param payout The payout.
    /// @param signatures Two of the approvers' over {payoutSentence}, ordered by ascending signer.
    function pay(PayoutSentence.Payout calldata payout, bytes[] calldata signatures) external nonReentrant whilePaying {
        _payOne(payout, signatures);
    }

    /// @notice Pays one recipient of an open list. Anyone may submit it.
    /// @param claim_ The recipient's line.
    /// @param proof The siblings on the way from the line's leaf to the root.
    function claim(Claim calldata claim_, bytes32[] calldata proof) external nonReentrant whilePaying {
        _payClaim(claim_, proof);
    }
}
