// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PayoutRouter} from "../../src/payouts/PayoutRouter.sol";
import {PayoutRouterV0} from "../../src/payouts/PayoutRouterV0.sol";
import {PayoutSentence} from "../../src/payouts/PayoutSentence.sol";
import {BatchBehaviour, PayOneBehaviour, TokenBehaviour} from "./PayoutBehaviour.sol";
import {ChainBehaviour} from "./PayoutChain.sol";
import {ControlBehaviour, RotationBehaviour} from "./PayoutControl.sol";
import {PayoutFixture} from "./PayoutFixture.sol";

/// @notice A PayoutRouterV0.
abstract contract PayoutRouterV0Fixture is PayoutFixture {
    function newRouter(PayoutRouter.Setup memory setup) internal override returns (PayoutRouter made) {
        return new PayoutRouterV0(setup);
    }

    function payCall(PayoutSentence.Payout memory payout, bytes[] memory signatures)
        internal
        pure
        override
        returns (bytes memory data)
    {
        return abi.encodeCall(PayoutRouterV0.pay, (payout, signatures));
    }

    function claimCall(PayoutRouter.Claim memory line, bytes32[] memory proof)
        internal
        pure
        override
        returns (bytes memory data)
    {
        return abi.encodeCall(PayoutRouterV0.claim, (line, proof));
    }
}

contract PayOneV0Test is PayoutRouterV0Fixture, PayOneBehaviour {}

contract BatchV0Test is PayoutRouterV0Fixture, BatchBehaviour {}

contract TokenV0Test is PayoutRouterV0Fixture, TokenBehaviour {}

contract ControlV0Test is PayoutRouterV0Fixture, ControlBehaviour {}

contract ChainV0Test is PayoutRouterV0Fixture, ChainBehaviour {
    function setUp() public override(PayoutFixture, ChainBehaviour) {
        ChainBehaviour.setUp();
    }
}

contract RotationV0Test is PayoutRouterV0Fixture, RotationBehaviour {
    function setUp() public override(PayoutFixture, RotationBehaviour) {
        RotationBehaviour.setUp();
    }
}
