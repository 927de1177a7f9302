// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ParamRegistry} from "../../src/governance/ParamRegistry.sol";
import {NodeRegistry} from "../../src/nodes/NodeRegistry.sol";
import {Months} from "../../src/work/Months.sol";
import {NodeKeys} from "./NodeRegistryFixture.sol";

/// @notice Registers, rotates, pools and departs at random and holds every answer against a model.
/// @dev A wrong answer reverts here, which fails the run: foundry.toml sets fail_on_revert.
contract NodeRegistryDriver is NodeKeys {
    struct Modelled {
        address operator;
        uint256 key;
        address pool;
        address askedPool;
        uint48 departsAt;
        bool isBurnt;
    }

    /// @dev When a key was a node's; a key has one at most.
    struct Tenure {
        uint256 nodeId;
        uint48 from;
        uint48 until;
    }

    uint256 public constant KEYS = 10;
    uint256 public constant ACTORS = 3;
    uint256 public constant LIMIT = 2;

    mapping(uint256 nodeId => Modelled) private _model;
    mapping(uint256 key => Tenure) private _tenures;
    mapping(address operator => uint256) private _owned;
    address[] private _keys;
    uint48 private _now = uint48(NOW);
    uint256 public last;
    uint256 public burnt;

    constructor() {
        vm.warp(NOW);
        params = new ParamRegistry(address(this));
        params.set("maxNodesPerOperator", LIMIT);
        nodes = new NodeRegistry(params);
        for (uint256 i = 0; i < KEYS; ++i) {
            _keys.push(nodeKey(i));
        }
    }

    function registry() external view returns (NodeRegistry) {
        return nodes;
    }

    function modelOf(uint256 nodeId) external view returns (Modelled memory) {
        return _model[nodeId];
    }

    function ownedBy(uint256 seed) external view returns (address operator, uint256 count) {
        operator = actorOf(seed);
        return (operator, _owned[operator]);
    }

    function addressOf(uint256 key) external view returns (address) {
        return _keys[key];
    }

    /// @dev The node that the model says a key was at a moment.
    function keyWas(uint256 key, uint48 moment) public view returns (uint256) {
        Tenure memory tenure = _tenures[key];
        return tenure.from <= moment && moment < tenure.until ? tenure.nodeId : 0;
    }

    function register(uint256 actorSeed, uint256 keySeed, uint256 poolSeed) external {
        (address caller, uint256 key) = (actorOf(actorSeed), bound(keySeed, 0, KEYS - 1));
        address pool = poolSeed % 2 == 0 ? address(0) : actorOf(poolSeed);
        bytes memory refusal;
        if (_tenures[key].nodeId != 0) {
            refusal = abi.encodeWithSelector(NodeRegistry.KeyAlreadyUsed.selector, _keys[key]);
        } else if (poolSeed % 8 == 7) {
            refusal = abi.encodeWithSelector(NodeRegistry.KeyNotProven.selector, _keys[key]);
        } else if (_owned[caller] >= LIMIT) {
            refusal = abi.encodeWithSelector(NodeRegistry.TooManyNodes.selector, caller, LIMIT);
        }
        // Every eighth time the key signed for somebody else.
        bytes memory signature = registration(key, poolSeed % 8 == 7 ? ALICE : caller, pool);
        bytes memory data = abi.encodeCall(nodes.register, (_keys[key], IDENTITY, pool, ONION, signature));
        if (!isTaken(caller, data, refusal)) return;
        ++last;
        ++_owned[caller];
        _model[last] = Modelled(caller, key, address(0), pool, 0, false);
        _tenures[key] = Tenure(last, _now, type(uint48).max);
    }

    function rotate(uint256 nodeSeed, uint256 actorSeed, uint256 keySeed) external {
        (uint256 nodeId, address caller, uint256 key) =
            (bound(nodeSeed, 0, last + 1), actorOf(actorSeed), bound(keySeed, 0, KEYS - 1));
        bytes memory refusal = refusalOf(nodeId, caller);
        if (refusal.length == 0 && _tenures[key].nodeId != 0) {
            refusal = abi.encodeWithSelector(NodeRegistry.KeyAlreadyUsed.selector, _keys[key]);
        } else if (refusal.length == 0 && keySeed % 8 == 7) {
            refusal = abi.encodeWithSelector(NodeRegistry.KeyNotProven.selector, _keys[key]);
        }
        bytes memory signature = rotation(key, keySeed % 8 == 7 ? nodeId + 1 : nodeId);
        if (!isTaken(caller, abi.encodeCall(nodes.rotateKey, (nodeId, _keys[key], signature)), refusal)) return;
        Tenure storage old = _tenures[_model[nodeId].key];
        _tenures[key] = Tenure(nodeId, _now, old.until);
        old.until = _now;
        _model[nodeId].key = key;
    }

    function announce(uint256 nodeSeed, uint256 actorSeed) external {
        (uint256 nodeId, address caller) = (bound(nodeSeed, 0, last + 1), actorOf(actorSeed));
        bytes memory refusal = refusalOf(nodeId, caller);
        uint48 departsAt = _model[nodeId].departsAt;
        if (refusal.length == 0 && departsAt != 0) {
            refusal = abi.encodeWithSelector(NodeRegistry.DepartureAlreadyAnnounced.selector, nodeId, departsAt);
        }
        if (!isTaken(caller, abi.encodeCall(nodes.announceDeparture, (nodeId)), refusal)) return;
        _model[nodeId].departsAt = Months.startOf(Months.monthOf(_now) + 2);
        _tenures[_model[nodeId].key].until = _model[nodeId].departsAt;
    }

    function depart(uint256 nodeSeed, uint256 actorSeed) external {
        uint256 nodeId = bound(nodeSeed, 0, last + 1);
        Modelled storage node = _model[nodeId];
        bytes memory refusal;
        if (node.operator == address(0) || node.isBurnt) {
            refusal = abi.encodeWithSignature("ERC721NonexistentToken(uint256)", nodeId);
        } else if (node.departsAt == 0 || _now < node.departsAt) {
            refusal = abi.encodeWithSelector(NodeRegistry.NotDepartedYet.selector, nodeId, node.departsAt);
        }
        if (!isTaken(actorOf(actorSeed), abi.encodeCall(nodes.depart, (nodeId)), refusal)) return;
        node.isBurnt = true;
        ++burnt;
        --_owned[node.operator];
    }

    function askPool(uint256 nodeSeed, uint256 actorSeed, uint256 poolSeed) external {
        (uint256 nodeId, address caller, address pool) =
            (bound(nodeSeed, 0, last + 1), actorOf(actorSeed), actorOf(poolSeed));
        if (isTaken(caller, abi.encodeCall(nodes.askPool, (nodeId, pool)), refusalOf(nodeId, caller))) {
            _model[nodeId].askedPool = pool;
        }
    }

    function joinPool(uint256 nodeSeed, uint256 actorSeed) external {
        (uint256 nodeId, address caller) = (bound(nodeSeed, 0, last + 1), actorOf(actorSeed));
        bytes memory refusal = isPresent(nodeId) ? bytes("") : unknown(nodeId);
        if (refusal.length == 0 && _model[nodeId].askedPool != caller) refusal = notAllowed(nodeId, caller);
        if (isTaken(caller, abi.encodeCall(nodes.joinPool, (nodeId)), refusal)) {
            (_model[nodeId].pool, _model[nodeId].askedPool) = (caller, address(0));
        }
    }

    function leavePool(uint256 nodeSeed, uint256 actorSeed) external {
        (uint256 nodeId, address caller) = (bound(nodeSeed, 0, last + 1), actorOf(actorSeed));
        Modelled storage node = _model[nodeId];
        bytes memory refusal;
        if (!isPresent(nodeId)) refusal = unknown(nodeId);
        else if (caller != node.operator && caller != node.pool) refusal = notAllowed(nodeId, caller);
        else if (node.pool == address(0)) refusal = abi.encodeWithSelector(NodeRegistry.NotInPool.selector, nodeId);
        if (isTaken(caller, abi.encodeCall(nodes.leavePool, (nodeId)), refusal)) node.pool = address(0);
    }

    function move(uint256 nodeSeed, uint256 actorSeed, uint256 toSeed) external {
        uint256 nodeId = bound(nodeSeed, 1, last + 1);
        Modelled storage node = _model[nodeId];
        bool hasToken = node.operator != address(0) && !node.isBurnt;
        bytes memory refusal = hasToken
            ? abi.encodeWithSelector(NodeRegistry.Soulbound.selector)
            : abi.encodeWithSignature("ERC721NonexistentToken(uint256)", nodeId);
        bytes memory data = abi.encodeCall(nodes.transferFrom, (node.operator, actorOf(toSeed), nodeId));
        // A number never given is minted by no transfer either.
        isTaken(actorOf(actorSeed), data, refusal);
    }

    function wait_(uint256 secondsSeed) external {
        _now += uint48(bound(secondsSeed, 1, 25 days));
        vm.warp(_now);
    }

    function actorOf(uint256 seed) private pure returns (address) {
        return address(uint160(0xA000 + bound(seed, 1, ACTORS)));
    }

    function isPresent(uint256 nodeId) private view returns (bool) {
        Modelled storage node = _model[nodeId];
        return node.operator != address(0) && (node.departsAt == 0 || _now < node.departsAt);
    }

    /// @dev What the operator-only functions answer first; empty if they go on.
    function refusalOf(uint256 nodeId, address caller) private view returns (bytes memory) {
        if (!isPresent(nodeId)) return unknown(nodeId);
        return _model[nodeId].operator == caller ? bytes("") : notAllowed(nodeId, caller);
    }

    function unknown(uint256 nodeId) private pure returns (bytes memory) {
        return abi.encodeWithSelector(NodeRegistry.NodeUnknown.selector, nodeId);
    }

    function notAllowed(uint256 nodeId, address caller) private pure returns (bytes memory) {
        return abi.encodeWithSelector(NodeRegistry.NotAllowed.selector, nodeId, caller);
    }

    /// @dev Makes the call; fails unless it is taken, or refused with exactly `refusal` where there is one.
    function isTaken(address caller, bytes memory data, bytes memory refusal) private returns (bool taken) {
        bytes memory answer;
        vm.prank(caller);
        (taken, answer) = address(nodes).call(data);
        vm.assertTrue(taken == (refusal.length == 0), "taken");
        if (!taken) vm.assertEq(answer, refusal, "refusal");
    }
}

contract NodeRegistryInvariantTest is NodeKeys {
    NodeRegistryDriver private _driver;

    function setUp() public {
        vm.warp(NOW);
        _driver = new NodeRegistryDriver();
        nodes = _driver.registry();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_driver);
    }

    /// @notice What is kept about every node is what the accepted calls made of it.
    function invariant_NodesFollowTheModel() public view {
        vm.assertEq(nodes.lastNodeId(), _driver.last(), "last");
        vm.assertEq(nodes.countOf(), _driver.last() - _driver.burnt(), "count");
        for (uint256 nodeId = 1; nodeId <= _driver.last(); ++nodeId) {
            NodeRegistryDriver.Modelled memory model = _driver.modelOf(nodeId);
            NodeRegistry.Node memory node = nodes.nodeOf(nodeId);
            vm.assertEq(node.operator, model.operator, "operator");
            vm.assertEq(node.key, _driver.addressOf(model.key), "key");
            vm.assertEq(node.pool, model.pool, "pool");
            vm.assertEq(node.askedPool, model.askedPool, "asked pool");
            vm.assertEq(uint256(node.departsAt), model.departsAt, "departsAt");
            address account = model.pool == address(0) ? model.operator : model.pool;
            vm.assertEq(nodes.rewardAccountOf(nodeId), account, "reward account");
            if (!model.isBurnt) vm.assertEq(nodes.ownerOf(nodeId), model.operator, "owner");
        }
        for (uint256 i = 1; i <= _driver.ACTORS(); ++i) {
            (address operator, uint256 count) = _driver.ownedBy(i);
            vm.assertEq(nodes.balanceOf(operator), count, "balance");
            vm.assertTrue(count <= _driver.LIMIT(), "limit");
        }
    }

    /// @notice Now and at every moment asked, each key is what the model says, and no node has two keys.
    function invariant_EachNodeHasOneKeyAtAnyMoment() public view {
        uint256 span = block.timestamp - NOW;
        uint256 seen = 0; // a bit a node and moment
        for (uint256 key = 0; key < _driver.KEYS(); ++key) {
            address account = _driver.addressOf(key);
            uint256 nodeNow = nodes.nodeOfKey(account);
            vm.assertEq(nodeNow, _driver.keyWas(key, uint48(block.timestamp)), "now");
            for (uint256 i = 0; i < 2 && span > 0; ++i) {
                uint48 moment = uint48(NOW + uint256(keccak256(abi.encode(span, i))) % span);
                uint256 nodeId = nodes.keyWasOf(account, moment);
                vm.assertEq(nodeId, _driver.keyWas(key, moment), "node");
                if (nodeId == 0) continue;
                uint256 bit = 1 << (nodeId * 2 + i);
                vm.assertEq(seen & bit, 0, "two keys");
                seen |= bit;
            }
        }
    }
}
