// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PayoutRouter} from "../../src/payouts/PayoutRouter.sol";
import {TwoOfThree} from "../../src/payouts/TwoOfThree.sol";
import {PayoutFixture} from "./PayoutFixture.sol";
import {Textbook} from "./Textbook.sol";
import {StandardToken} from "./TokenDoubles.sol";

/// @notice What is signed on a chain other than the one that all other tests know, on either router: so that no chain is
/// written into the code, and nothing signed for one is taken on another.
abstract contract ChainBehaviour is PayoutFixture {
    uint64 internal constant OTHER = 3448148188;

    /// @dev A router that was made on the other chain.
    function setUp() public virtual override {
        super.setUp();
        vm.chainId(OTHER);
        useToken(new StandardToken());
    }

    /// @notice A router pays on the chain that it was made on, and not on the other one.
    function test_PaysOnItsChain() public {
        vm.assertEq(router.CHAIN_ID(), OTHER, "chain");
        bytes memory data = approvedCall(somePayout());
        vm.chainId(CHAIN);
        assertRefused(data, abi.encodeWithSelector(PayoutRouter.WrongChain.selector, OTHER, CHAIN));
        vm.chainId(OTHER);
        assertTaken(data);
    }

    /// @notice The lines of a list name the chain: one made for the other chain is in no list here.
    function test_LinesNameTheChain() public {
        openSomeBatch();
        assertTaken(lineCall(0));
        root = leafOf(CHAIN, address(router), OCTOBER, lines[1]);
        (lines[1].root, total) = (root, lines[1].amount);
        openSomeBatch();
        bytes memory data = claimCall(lines[1], new bytes32[](0));
        assertRefused(data, abi.encodeWithSelector(PayoutRouter.NotInBatch.selector, root, 1));
        root = leafOf(OTHER, address(router), OCTOBER, lines[1]);
        lines[1].root = root;
        openSomeBatch();
        assertTaken(claimCall(lines[1], new bytes32[](0)));
    }

    /// @notice A handover names the chain: signed for the other one it is a stranger's.
    function test_HandoverNamesTheChain() public {
        vm.assertEq(
            router.signersSentence(2, approvers, BOB, SOON), Textbook.signers(OTHER, 2, approvers, BOB, SOON), "text"
        );
        bytes[] memory elsewhere = signed(Textbook.signers(CHAIN, 2, approvers, BOB, SOON));
        (bool isTaken, bytes memory answer) =
            address(router).call(abi.encodeCall(router.rotateSigners, (2, approvers, BOB, SOON, elsewhere)));
        vm.assertFalse(isTaken, "taken");
        vm.assertEq(bytes32(bytes4(answer)), bytes32(TwoOfThree.NotAnApprover.selector), "reason");
        bytes[] memory here = signed(Textbook.signers(OTHER, 2, approvers, BOB, SOON));
        assertTaken(abi.encodeCall(router.rotateSigners, (2, approvers, BOB, SOON, here)));
    }

    /// @notice Changes are made on the router's chain alone.
    function test_ChangesAreMadeOnItsChain() public {
        bytes[] memory signatures = signed(Textbook.caps(2 * USDT, 3 * USDT, 1, SOON, address(router)));
        bytes memory data = abi.encodeCall(router.setCaps, (2 * USDT, 3 * USDT, 1, SOON, signatures));
        vm.chainId(CHAIN);
        assertRefused(data, abi.encodeWithSelector(PayoutRouter.WrongChain.selector, OTHER, CHAIN));
        vm.chainId(OTHER);
        assertTaken(data);
    }
}
