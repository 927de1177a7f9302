// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistryLike} from "../../src/governance/ParamRegistryLike.sol";
import {IERC5192} from "../../src/nodes/IERC5192.sol";
import {NodeRegistry} from "../../src/nodes/NodeRegistry.sol";
import {NodeRegistryFixture} from "./NodeRegistryFixture.sol";
import {IERC721} from "@openzeppelin/contracts/interfaces/IERC721.sol";

contract RegisterTest is NodeRegistryFixture {
    /// @notice A registered node is all that was said of it, from this moment on.
    function test_ANodeIsWhatWasSaid() public {
        vm.assertEq(registerInto(ALICE, 1, POOL), 1, "number");
        NodeRegistry.Node memory node = nodes.nodeOf(1);
        vm.assertEq(node.operator, ALICE, "operator");
        vm.assertEq(uint256(node.registeredAt), NOW, "registeredAt");
        vm.assertEq(uint256(node.departsAt), 0, "departsAt");
        vm.assertEq(node.key, nodeKey(1), "key");
        vm.assertEq(node.pool, address(0), "pool");
        vm.assertEq(node.askedPool, POOL, "asked pool");
        vm.assertEq(node.identityKey, IDENTITY, "identity");
        vm.assertEq(node.onionStatementHash, ONION, "onion");
        vm.assertEq(nodes.nodeOfKey(nodeKey(1)), 1, "node of key");
        vm.assertEq(nodes.operatorOf(1), ALICE, "operator of");
        vm.assertEq(nodes.rewardAccountOf(1), ALICE, "reward account");
        vm.assertEq(nodes.countOf(), 1, "count");
        vm.assertEq(nodes.lastNodeId(), 1, "last");
    }

    /// @notice Numbers are given from 1 on, whoever registers.
    function test_NumbersRise() public {
        vm.assertEq(nodes.lastNodeId(), 0, "none");
        vm.assertEq(registerAs(ALICE, 1), 1, "first");
        vm.assertEq(registerAs(BOB, 2), 2, "second");
        vm.assertEq(registerAs(ALICE, 3), 3, "third");
        vm.assertEq(nodes.balanceOf(ALICE), 2, "Alice's");
    }

    /// @notice Registering says who, what, and that the token is locked.
    function test_RegisteringEmitsEverything() public {
        bytes memory signature = registration(1, ALICE, POOL);
        vm.expectEmit(address(nodes));
        emit NodeRegistry.NodeRegistered(1, ALICE, nodeKey(1), IDENTITY, ONION);
        vm.expectEmit(address(nodes));
        emit NodeRegistry.PoolAsked(1, POOL);
        vm.expectEmit(address(nodes));
        emit IERC721.Transfer(address(0), ALICE, 1);
        vm.expectEmit(address(nodes));
        emit IERC5192.Locked(1);
        vm.prank(ALICE);
        nodes.register(nodeKey(1), IDENTITY, POOL, ONION, signature);
    }

    /// @notice A node without an identity is refused.
    function test_ZeroIdentityIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.ZeroValue.selector, "identityKey"));
        nodes.register(nodeKey(1), 0, POOL, ONION, "");
    }

    /// @notice A node without an onion statement is refused.
    function test_ZeroOnionStatementIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.ZeroValue.selector, "onionStatementHash"));
        nodes.register(nodeKey(1), IDENTITY, POOL, 0, "");
    }

    /// @notice A key is one node's: refused a second time, to its operator and to others.
    function test_UsedKeyIsRefused() public {
        registerAs(ALICE, 1);
        bytes memory signature = registration(1, BOB, address(0));
        expectKeyUsed(1);
        vm.prank(BOB);
        nodes.register(nodeKey(1), IDENTITY, address(0), ONION, signature);
        signature = registration(1, ALICE, address(0));
        expectKeyUsed(1);
        vm.prank(ALICE);
        nodes.register(nodeKey(1), IDENTITY, address(0), ONION, signature);
    }

    /// @notice A key that a node no longer has is refused too.
    function test_RotatedKeyIsRefused() public {
        registerAs(ALICE, 1);
        rotateAs(ALICE, 1, 2);
        bytes memory signature = registration(1, ALICE, address(0));
        expectKeyUsed(1);
        vm.prank(ALICE);
        nodes.register(nodeKey(1), IDENTITY, address(0), ONION, signature);
    }

    /// @notice Nobody registers a key with what it signed for another operator.
    function testFuzz_AnotherOperatorIsRefused(address caller) public {
        vm.assume(caller != ALICE && caller != address(0));
        bytes memory signature = registration(1, ALICE, address(0));
        expectNotProven(1);
        vm.prank(caller);
        nodes.register(nodeKey(1), IDENTITY, address(0), ONION, signature);
    }

    /// @notice What the key signed is taken whole: no other identity, pool or statement.
    function test_AnotherWishIsRefused() public {
        bytes memory signature = registration(1, ALICE, POOL);
        vm.startPrank(ALICE);
        expectNotProven(1);
        nodes.register(nodeKey(1), ONION, POOL, ONION, signature);
        expectNotProven(1);
        nodes.register(nodeKey(1), IDENTITY, ALICE, ONION, signature);
        expectNotProven(1);
        nodes.register(nodeKey(1), IDENTITY, POOL, IDENTITY, signature);
        expectNotProven(2);
        nodes.register(nodeKey(2), IDENTITY, POOL, ONION, signature);
        vm.stopPrank();
    }

    /// @notice What was signed for another contract or chain is refused.
    function test_AnotherContractOrChainIsRefused() public {
        bytes32 wish = registerHash(ALICE, nodeKey(1), address(0));
        bytes memory signature = signatureOf(keyOf(1), typed(block.chainid, address(params), wish));
        expectNotProven(1);
        vm.prank(ALICE);
        nodes.register(nodeKey(1), IDENTITY, address(0), ONION, signature);
        signature = signatureOf(keyOf(1), typed(block.chainid + 1, address(nodes), wish));
        expectNotProven(1);
        vm.prank(ALICE);
        nodes.register(nodeKey(1), IDENTITY, address(0), ONION, signature);
        vm.chainId(block.chainid + 1);
        vm.prank(ALICE);
        nodes.register(nodeKey(1), IDENTITY, address(0), ONION, signature);
    }

    /// @notice Malleated and cut signatures are refused, and the zero key signs nothing.
    function test_OddSignaturesAreRefused() public {
        bytes memory signature = malleated(registration(1, ALICE, address(0)));
        vm.startPrank(ALICE);
        expectNotProven(1);
        nodes.register(nodeKey(1), IDENTITY, address(0), ONION, signature);
        expectNotProven(1);
        nodes.register(nodeKey(1), IDENTITY, address(0), ONION, hex"");
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.KeyNotProven.selector, address(0)));
        nodes.register(address(0), IDENTITY, address(0), ONION, new bytes(65));
        vm.stopPrank();
    }

    /// @notice An operator has as many nodes as the parameter says, and no more.
    function test_OperatorsNodesAreLimited() public {
        params.set("maxNodesPerOperator", 2);
        registerAs(ALICE, 1);
        registerAs(ALICE, 2);
        bytes memory signature = registration(3, ALICE, address(0));
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.TooManyNodes.selector, ALICE, 2));
        vm.prank(ALICE);
        nodes.register(nodeKey(3), IDENTITY, address(0), ONION, signature);
        registerAs(BOB, 3);
    }

    /// @notice A limit that falls takes nobody's node; it only keeps new ones out.
    function test_AFallingLimitTakesNothing() public {
        registerAs(ALICE, 1);
        registerAs(ALICE, 2);
        params.set("maxNodesPerOperator", 1);
        vm.assertEq(nodes.balanceOf(ALICE), 2, "count");
        bytes memory signature = registration(3, ALICE, address(0));
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.TooManyNodes.selector, ALICE, 1));
        vm.prank(ALICE);
        nodes.register(nodeKey(3), IDENTITY, address(0), ONION, signature);
    }

    /// @notice A registry without parameters is refused.
    function test_ZeroParametersAreRefused() public {
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.ZeroValue.selector, "params"));
        new NodeRegistry(ParamRegistryLike(address(0)));
    }

    /// @notice It takes no Ether, and its code stays what it is.
    function test_TakesNoEtherAndCannotChange() public {
        bytes[] memory calls = new bytes[](3);
        calls[0] = abi.encodeCall(
            NodeRegistry.register, (nodeKey(1), IDENTITY, address(0), ONION, registration(1, address(this), address(0)))
        );
        calls[1] = abi.encodeCall(NodeRegistry.askPool, (1, POOL));
        calls[2] = abi.encodeCall(NodeRegistry.depart, (1));
        assertRefusesEther(address(nodes), calls);
        assertCannotChange(address(nodes));
    }
}

contract RotateKeyTest is NodeRegistryFixture {
    /// @notice A rotation keeps the node: same number, operator, identity; only the key is another.
    function test_RotationKeepsTheNode() public {
        registerAs(ALICE, 1);
        vm.warp(NOW + 10);
        rotateAs(ALICE, 1, 2);
        NodeRegistry.Node memory node = nodes.nodeOf(1);
        vm.assertEq(node.key, nodeKey(2), "key");
        vm.assertEq(node.operator, ALICE, "operator");
        vm.assertEq(uint256(node.registeredAt), NOW, "registeredAt");
        vm.assertEq(node.identityKey, IDENTITY, "identity");
        vm.assertEq(nodes.nodeOfKey(nodeKey(1)), 0, "old key");
        vm.assertEq(nodes.nodeOfKey(nodeKey(2)), 1, "new key");
        vm.assertEq(nodes.countOf(), 1, "count");
    }

    /// @notice A rotation says which key went and which came.
    function test_RotationEmitsNodeKeyRotated() public {
        registerAs(ALICE, 1);
        bytes memory signature = rotation(2, 1);
        vm.expectEmit(address(nodes));
        emit NodeRegistry.NodeKeyRotated(1, nodeKey(1), nodeKey(2));
        vm.prank(ALICE);
        nodes.rotateKey(1, nodeKey(2), signature);
    }

    /// @notice Each moment has one key: the old one up to the rotation, the new one from it on.
    function test_EachMomentHasOneKey() public {
        registerAs(ALICE, 1);
        vm.warp(NOW + 10);
        rotateAs(ALICE, 1, 2);
        vm.warp(NOW + 20);
        vm.assertEq(nodes.keyWasOf(nodeKey(1), uint48(NOW - 1)), 0, "before");
        vm.assertEq(nodes.keyWasOf(nodeKey(1), uint48(NOW)), 1, "old from");
        vm.assertEq(nodes.keyWasOf(nodeKey(1), uint48(NOW + 9)), 1, "old until");
        vm.assertEq(nodes.keyWasOf(nodeKey(1), uint48(NOW + 10)), 0, "old after");
        vm.assertEq(nodes.keyWasOf(nodeKey(2), uint48(NOW + 9)), 0, "new before");
        vm.assertEq(nodes.keyWasOf(nodeKey(2), uint48(NOW + 10)), 1, "new from");
        vm.assertEq(nodes.keyWasOf(nodeKey(2), uint48(NOW + 19)), 1, "new now");
    }

    /// @notice Of several keys in one block only the last was ever the node's.
    function test_OfSeveralKeysInABlockTheLastCounts() public {
        registerAs(ALICE, 1);
        rotateAs(ALICE, 1, 2);
        rotateAs(ALICE, 1, 3);
        vm.assertEq(nodes.nodeOfKey(nodeKey(2)), 0, "second");
        vm.warp(NOW + 1);
        vm.assertEq(nodes.keyWasOf(nodeKey(1), uint48(NOW)), 0, "first then");
        vm.assertEq(nodes.keyWasOf(nodeKey(2), uint48(NOW)), 0, "second then");
        vm.assertEq(nodes.keyWasOf(nodeKey(3), uint48(NOW)), 1, "third then");
    }

    /// @notice Nothing is said of a moment that has not passed.
    function test_TheFutureIsRefused() public {
        registerAs(ALICE, 1);
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.TimepointNotPast.selector, NOW, NOW));
        nodes.keyWasOf(nodeKey(1), uint48(NOW));
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.TimepointNotPast.selector, type(uint48).max, NOW));
        nodes.keyWasOf(nodeKey(1), type(uint48).max);
    }

    /// @notice Nobody but the operator rotates, the node's key and its pool neither.
    function testFuzz_StrangerIsRefused(address caller) public {
        vm.assume(caller != ALICE);
        registerAs(ALICE, 1);
        bytes memory signature = rotation(2, 1);
        expectNotAllowed(1, caller);
        vm.prank(caller);
        nodes.rotateKey(1, nodeKey(2), signature);
    }

    /// @notice A key that was ever used is refused, also the node's own.
    function test_UsedKeyIsRefused() public {
        registerAs(ALICE, 1);
        registerAs(BOB, 2);
        vm.startPrank(ALICE);
        expectKeyUsed(1);
        nodes.rotateKey(1, nodeKey(1), "");
        expectKeyUsed(2);
        nodes.rotateKey(1, nodeKey(2), "");
        vm.stopPrank();
    }

    /// @notice A key that did not sign for this node, as key of it, is refused.
    function test_UnprovenKeyIsRefused() public {
        registerAs(ALICE, 1);
        registerAs(ALICE, 4);
        (bytes memory another, bytes memory registering) = (rotation(2, 2), registration(2, ALICE, address(0)));
        bytes memory own = rotation(2, 1);
        vm.startPrank(ALICE);
        expectNotProven(2);
        nodes.rotateKey(1, nodeKey(2), another);
        expectNotProven(2);
        nodes.rotateKey(1, nodeKey(2), registering);
        expectNotProven(3);
        nodes.rotateKey(1, nodeKey(3), own);
        expectNotProven(2);
        nodes.rotateKey(1, nodeKey(2), malleated(own));
        vm.stopPrank();
    }

    /// @notice There is nothing to rotate at a number never given.
    function test_UnknownNodeIsRefused() public {
        expectUnknown(1);
        nodes.rotateKey(1, nodeKey(1), "");
    }
}

contract OnionStatementTest is NodeRegistryFixture {
    bytes32 private constant NEXT = keccak256("next onion statement");

    /// @notice Operator and key replace the statement, and it is told.
    function test_OperatorAndKeyReplaceIt() public {
        registerAs(ALICE, 1);
        vm.expectEmit(address(nodes));
        emit NodeRegistry.OnionStatementChanged(1, NEXT);
        vm.prank(ALICE);
        nodes.changeOnionStatement(1, NEXT);
        vm.assertEq(nodes.nodeOf(1).onionStatementHash, NEXT, "statement");
        vm.prank(nodeKey(1));
        nodes.changeOnionStatement(1, ONION);
        vm.assertEq(nodes.nodeOf(1).onionStatementHash, ONION, "statement again");
    }

    /// @notice Nobody else does, a key that was replaced neither.
    function testFuzz_StrangerIsRefused(address caller) public {
        registerAs(ALICE, 1);
        rotateAs(ALICE, 1, 2);
        vm.assume(caller != ALICE && caller != nodeKey(2));
        expectNotAllowed(1, caller);
        vm.prank(caller);
        nodes.changeOnionStatement(1, NEXT);
        expectNotAllowed(1, nodeKey(1));
        vm.prank(nodeKey(1));
        nodes.changeOnionStatement(1, NEXT);
    }

    /// @notice A zero statement is none.
    function test_ZeroIsRefused() public {
        registerAs(ALICE, 1);
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.ZeroValue.selector, "onionStatementHash"));
        vm.prank(ALICE);
        nodes.changeOnionStatement(1, 0);
    }

    /// @notice There is nothing to replace at a number never given.
    function test_UnknownNodeIsRefused() public {
        expectUnknown(7);
        nodes.changeOnionStatement(7, NEXT);
    }
}

contract PoolTest is NodeRegistryFixture {
    /// @notice A pool is paid from when it has taken the node in, not from when it was asked.
    function test_APoolIsPaidOnceItAgreed() public {
        registerInto(ALICE, 1, POOL);
        vm.assertEq(nodes.rewardAccountOf(1), ALICE, "asked");
        vm.expectEmit(address(nodes));
        emit NodeRegistry.PoolJoined(1, POOL);
        vm.prank(POOL);
        nodes.joinPool(1);
        vm.assertEq(nodes.rewardAccountOf(1), POOL, "joined");
        vm.assertEq(nodes.operatorOf(1), ALICE, "operator");
        vm.assertEq(nodes.nodeOf(1).askedPool, address(0), "asked pool");
    }

    /// @notice Asking is told, and asks none any more with zero.
    function test_AskingIsTold() public {
        registerAs(ALICE, 1);
        vm.expectEmit(address(nodes));
        emit NodeRegistry.PoolAsked(1, POOL);
        vm.prank(ALICE);
        nodes.askPool(1, POOL);
        vm.prank(ALICE);
        nodes.askPool(1, address(0));
        expectNotAllowed(1, POOL);
        vm.prank(POOL);
        nodes.joinPool(1);
    }

    /// @notice The pool before stays until the next has agreed, and then it is told to have ended.
    function test_ANextPoolEndsTheOneBefore() public {
        registerInto(ALICE, 1, POOL);
        vm.prank(POOL);
        nodes.joinPool(1);
        vm.prank(ALICE);
        nodes.askPool(1, BOB);
        vm.assertEq(nodes.rewardAccountOf(1), POOL, "still");
        vm.expectEmit(address(nodes));
        emit NodeRegistry.PoolLeft(1, POOL);
        vm.expectEmit(address(nodes));
        emit NodeRegistry.PoolJoined(1, BOB);
        vm.prank(BOB);
        nodes.joinPool(1);
        vm.assertEq(nodes.rewardAccountOf(1), BOB, "next");
    }

    /// @notice Operator and pool each end it alone.
    function test_EitherEndsIt() public {
        registerInto(ALICE, 1, POOL);
        vm.prank(POOL);
        nodes.joinPool(1);
        vm.expectEmit(address(nodes));
        emit NodeRegistry.PoolLeft(1, POOL);
        vm.prank(POOL);
        nodes.leavePool(1);
        vm.assertEq(nodes.rewardAccountOf(1), ALICE, "left by the pool");

        vm.prank(ALICE);
        nodes.askPool(1, POOL);
        vm.prank(POOL);
        nodes.joinPool(1);
        vm.prank(ALICE);
        nodes.leavePool(1);
        vm.assertEq(nodes.rewardAccountOf(1), ALICE, "left by the operator");
    }

    /// @notice Nobody but the operator asks a pool.
    function testFuzz_StrangerAsksNone(address caller) public {
        vm.assume(caller != ALICE);
        registerAs(ALICE, 1);
        expectNotAllowed(1, caller);
        vm.prank(caller);
        nodes.askPool(1, POOL);
    }

    /// @notice Nobody but the pool that was asked takes a node in.
    function testFuzz_StrangerTakesNoneIn(address caller) public {
        vm.assume(caller != POOL);
        registerInto(ALICE, 1, POOL);
        expectNotAllowed(1, caller);
        vm.prank(caller);
        nodes.joinPool(1);
    }

    /// @notice Nobody but operator and pool ends it.
    function testFuzz_StrangerEndsNothing(address caller) public {
        vm.assume(caller != POOL && caller != ALICE);
        registerInto(ALICE, 1, POOL);
        vm.prank(POOL);
        nodes.joinPool(1);
        expectNotAllowed(1, caller);
        vm.prank(caller);
        nodes.leavePool(1);
    }

    /// @notice Where there is no pool, there is nothing to end.
    function test_WithoutAPoolThereIsNothingToEnd() public {
        registerInto(ALICE, 1, POOL);
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.NotInPool.selector, 1));
        vm.prank(ALICE);
        nodes.leavePool(1);
    }

    /// @notice Numbers never given have no pool and nobody to pay.
    function test_UnknownNodeIsRefused() public {
        expectUnknown(1);
        nodes.joinPool(1);
        expectUnknown(1);
        nodes.leavePool(1);
        expectUnknown(1);
        nodes.askPool(1, POOL);
        expectUnknown(1);
        nodes.rewardAccountOf(1);
        expectUnknown(0);
        nodes.operatorOf(0);
        vm.assertEq(nodes.nodeOf(1).operator, address(0), "node");
    }
}

contract DepartureTest is NodeRegistryFixture {
    /// @notice Who announces it stays until the month after the next begins, key and all.
    function test_ANodeStaysUntilAMonthBegins() public {
        registerAs(ALICE, 1);
        announceAs(ALICE, 1);
        vm.assertEq(uint256(nodes.nodeOf(1).departsAt), DECEMBER, "departsAt");
        vm.warp(DECEMBER - 1);
        vm.assertEq(nodes.nodeOfKey(nodeKey(1)), 1, "still");
        vm.warp(DECEMBER);
        vm.assertEq(nodes.nodeOfKey(nodeKey(1)), 0, "gone");
        vm.warp(DECEMBER + 1);
        vm.assertEq(nodes.keyWasOf(nodeKey(1), DECEMBER - 1), 1, "was");
        vm.assertEq(nodes.keyWasOf(nodeKey(1), DECEMBER), 0, "was not");
    }

    /// @notice Announcing says when.
    function test_AnnouncingEmitsDepartureAnnounced() public {
        registerAs(ALICE, 1);
        vm.expectEmit(address(nodes));
        emit NodeRegistry.DepartureAnnounced(1, ALICE, DECEMBER);
        announceAs(ALICE, 1);
    }

    /// @notice Whenever it is announced, a whole month passes, and it ends as a month begins.
    function testFuzz_AWholeMonthPasses(uint48 when) public {
        when = uint48(bound(when, NOW, 16_725_225_600)); // the year 2500
        registerAs(ALICE, 1);
        vm.warp(when);
        announceAs(ALICE, 1);
        uint256 departsAt = nodes.nodeOf(1).departsAt;
        vm.assertTrue(departsAt % 1 days == 0, "a day begins");
        vm.assertTrue(departsAt - when > 28 days && departsAt - when <= 62 days, "length");
    }

    /// @notice Nothing takes it back, and it is announced once.
    function test_ASecondTimeIsRefused() public {
        registerAs(ALICE, 1);
        announceAs(ALICE, 1);
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.DepartureAlreadyAnnounced.selector, 1, DECEMBER));
        announceAs(ALICE, 1);
    }

    /// @notice Nobody but the operator announces it.
    function testFuzz_StrangerIsRefused(address caller) public {
        vm.assume(caller != ALICE);
        registerAs(ALICE, 1);
        expectNotAllowed(1, caller);
        announceAs(caller, 1);
    }

    /// @notice A key that comes meanwhile ends with the node.
    function test_AKeyThatComesMeanwhileEndsToo() public {
        registerAs(ALICE, 1);
        announceAs(ALICE, 1);
        vm.warp(NOVEMBER);
        rotateAs(ALICE, 1, 2);
        vm.warp(DECEMBER - 1);
        vm.assertEq(nodes.nodeOfKey(nodeKey(2)), 1, "still");
        vm.warp(DECEMBER);
        vm.assertEq(nodes.nodeOfKey(nodeKey(2)), 0, "gone");
    }

    /// @notice Nothing is done any more for a node that has left.
    function test_ANodeThatLeftIsUnknown() public {
        registerInto(ALICE, 1, POOL);
        announceAs(ALICE, 1);
        vm.warp(DECEMBER);
        bytes memory signature = rotation(2, 1);
        vm.startPrank(ALICE);
        expectUnknown(1);
        nodes.rotateKey(1, nodeKey(2), signature);
        expectUnknown(1);
        nodes.changeOnionStatement(1, ONION);
        expectUnknown(1);
        nodes.askPool(1, POOL);
        expectUnknown(1);
        nodes.leavePool(1);
        expectUnknown(1);
        nodes.announceDeparture(1);
        vm.stopPrank();
        expectUnknown(1);
        vm.prank(POOL);
        nodes.joinPool(1);
    }

    /// @notice Anyone burns the token of a node that has left; its number, operator and reward account stay.
    function testFuzz_AnyoneBurnsTheToken(address caller) public {
        registerAs(ALICE, 1);
        announceAs(ALICE, 1);
        vm.warp(DECEMBER);
        vm.expectEmit(address(nodes));
        emit NodeRegistry.NodeDeparted(1, ALICE);
        vm.expectEmit(address(nodes));
        emit IERC721.Transfer(ALICE, address(0), 1);
        vm.prank(caller);
        nodes.depart(1);
        vm.assertEq(nodes.countOf(), 0, "count");
        vm.assertEq(nodes.balanceOf(ALICE), 0, "balance");
        vm.assertEq(nodes.operatorOf(1), ALICE, "operator");
        vm.assertEq(nodes.rewardAccountOf(1), ALICE, "reward account");
        vm.assertEq(registerAs(ALICE, 2), 2, "next number");
    }

    /// @notice Leaving makes room in the operator's count.
    function test_LeavingMakesRoom() public {
        params.set("maxNodesPerOperator", 1);
        registerAs(ALICE, 1);
        announceAs(ALICE, 1);
        vm.warp(DECEMBER);
        nodes.depart(1);
        vm.assertEq(registerAs(ALICE, 2), 2, "next");
    }

    /// @notice A node that has not left keeps its token.
    function test_ANodeThatStaysKeepsItsToken() public {
        registerAs(ALICE, 1);
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.NotDepartedYet.selector, 1, 0));
        nodes.depart(1);
        announceAs(ALICE, 1);
        vm.warp(DECEMBER - 1);
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.NotDepartedYet.selector, 1, DECEMBER));
        nodes.depart(1);
    }

    /// @notice A token is burnt once, and a number never given has none.
    function test_WithoutATokenThereIsNothingToBurn() public {
        vm.expectRevert(abi.encodeWithSignature("ERC721NonexistentToken(uint256)", 1));
        nodes.depart(1);
        registerAs(ALICE, 1);
        announceAs(ALICE, 1);
        vm.warp(DECEMBER);
        nodes.depart(1);
        vm.expectRevert(abi.encodeWithSignature("ERC721NonexistentToken(uint256)", 1));
        nodes.depart(1);
    }
}

/// @notice What ERC-721 and ERC-5192 say, held against a token that cannot be moved.
contract SoulboundTest is NodeRegistryFixture {
    /// @notice Name, symbol, owner and balance are those of a token.
    function test_ItIsAToken() public {
        registerAs(ALICE, 1);
        vm.assertEq(nodes.name(), "Lucid Node", "name");
        vm.assertEq(nodes.symbol(), "LUCIDNODE", "symbol");
        vm.assertEq(nodes.ownerOf(1), ALICE, "owner");
        vm.assertEq(nodes.balanceOf(ALICE), 1, "balance");
        vm.assertEq(nodes.balanceOf(BOB), 0, "nobody's balance");
        vm.assertEq(nodes.tokenURI(1), "", "URI");
    }

    /// @notice ERC-721: tokens of nobody have no owner, approval or URI, and the zero account no balance.
    function test_UnknownTokensAreRefused() public {
        bytes memory unknown = abi.encodeWithSignature("ERC721NonexistentToken(uint256)", 9);
        vm.expectRevert(unknown);
        nodes.ownerOf(9);
        vm.expectRevert(unknown);
        nodes.getApproved(9);
        vm.expectRevert(unknown);
        nodes.tokenURI(9);
        vm.expectRevert(abi.encodeWithSignature("ERC721InvalidOwner(address)", address(0)));
        nodes.balanceOf(address(0));
    }

    /// @notice No transfer moves a token, by its owner or anyone, in any of the three ways.
    function testFuzz_NothingMovesIt(address caller, address to) public {
        vm.assume(to != address(0));
        registerAs(ALICE, 1);
        address[2] memory callers = [ALICE, caller];
        for (uint256 i = 0; i < 2; ++i) {
            vm.startPrank(callers[i]);
            expectSoulbound();
            nodes.transferFrom(ALICE, to, 1);
            expectSoulbound();
            nodes.safeTransferFrom(ALICE, to, 1);
            expectSoulbound();
            nodes.safeTransferFrom(ALICE, to, 1, "data");
            vm.stopPrank();
        }
        vm.assertEq(nodes.ownerOf(1), ALICE, "owner");
    }

    /// @notice ERC-721: nothing is sent to the zero account, and what nobody has is not sent.
    function test_TransfersOfNothingAreRefused() public {
        registerAs(ALICE, 1);
        vm.expectRevert(abi.encodeWithSignature("ERC721InvalidReceiver(address)", address(0)));
        vm.prank(ALICE);
        nodes.transferFrom(ALICE, address(0), 1);
        vm.expectRevert(abi.encodeWithSignature("ERC721NonexistentToken(uint256)", 9));
        nodes.transferFrom(ALICE, BOB, 9);
    }

    /// @notice Nobody is approved, for one token or all.
    function test_NobodyIsApproved() public {
        registerAs(ALICE, 1);
        vm.startPrank(ALICE);
        expectSoulbound();
        nodes.approve(BOB, 1);
        expectSoulbound();
        nodes.setApprovalForAll(BOB, true);
        vm.stopPrank();
        vm.assertEq(nodes.getApproved(1), address(0), "approved");
        vm.assertFalse(nodes.isApprovedForAll(ALICE, BOB), "approved for all");
    }

    /// @notice ERC-5192: every token is locked, and asking after one of nobody's reverts.
    function test_EveryTokenIsLocked() public {
        registerAs(ALICE, 1);
        vm.assertTrue(nodes.locked(1), "locked");
        vm.expectRevert(abi.encodeWithSignature("ERC721NonexistentToken(uint256)", 2));
        nodes.locked(2);
    }

    /// @notice ERC-165: it says that it is ERC-165, ERC-721 with metadata, and ERC-5192, and not the reserved ID.
    function test_InterfacesAreTold() public view {
        vm.assertTrue(nodes.supportsInterface(0x01ffc9a7), "ERC-165");
        vm.assertTrue(nodes.supportsInterface(0x80ac58cd), "ERC-721");
        vm.assertTrue(nodes.supportsInterface(0x5b5e139f), "ERC-721 metadata");
        vm.assertTrue(nodes.supportsInterface(0xb45a3c0e), "ERC-5192");
        vm.assertFalse(nodes.supportsInterface(0xffffffff), "reserved");
    }

    /// @notice ERC-5267: the domain that keys sign under can be read.
    function test_TheDomainIsTold() public view {
        (, string memory name, string memory version, uint256 chainId, address target,,) = nodes.eip712Domain();
        vm.assertEq(name, "Lucid", "name");
        vm.assertEq(version, "1", "version");
        vm.assertEq(chainId, block.chainid, "chain");
        vm.assertEq(target, address(nodes), "contract");
    }

    function expectSoulbound() private {
        vm.expectRevert(abi.encodeWithSelector(NodeRegistry.Soulbound.selector));
    }
}
