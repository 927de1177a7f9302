// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PayoutRouter} from "../../src/payouts/PayoutRouter.sol";
import {PayoutRouterKYC} from "../../src/payouts/PayoutRouterKYC.sol";
import {PayoutRouterV0} from "../../src/payouts/PayoutRouterV0.sol";
import {PayoutSentence} from "../../src/payouts/PayoutSentence.sol";
import {SentenceText} from "../../src/payouts/SentenceText.sol";
import {TronAddress} from "../../src/payouts/TronAddress.sol";
import {PayoutRouterKYCFixture} from "./PayoutRouterKYC.t.sol";
import {PayoutRouterV0Fixture} from "./PayoutRouterV0.t.sol";

/// @notice What the compiled routers are made of, on either router.
abstract contract CodeBehaviour {
    /// @dev The part of the creation code in front of the runtime code, which is its end.
    function constructorOf(bytes memory code, uint256 runtimeLength) internal pure returns (bytes memory part) {
        part = new bytes(code.length - runtimeLength);
        for (uint256 i = 0; i < part.length; ++i) {
            part[i] = code[i];
        }
    }

    /// @dev Fails if there is an opcode that came after paris: TRON's virtual machine lags behind.
    function requireNoNewerThanParis(bytes memory code) internal pure {
        require(code.length > 1000, "no code");
        for (uint256 i = 0; i < code.length; ++i) {
            uint8 opcode = uint8(code[i]);
            require(opcode != 0x5f, "PUSH0");
            require(opcode != 0x5e, "MCOPY");
            require(opcode != 0x5c && opcode != 0x5d, "TLOAD or TSTORE");
            require(opcode != 0x49 && opcode != 0x4a, "BLOBHASH or BLOBBASEFEE");
            require(opcode != 0x1e, "CLZ");
            if (opcode >= 0x60 && opcode <= 0x7f) i += opcode - 0x5f; // skip what PUSH pushes
        }
    }
}

contract PayoutRouterV0CodeTest is PayoutRouterV0Fixture, CodeBehaviour {
    /// @notice The code, creation and runtime, has no opcode newer than paris.
    function test_NoOpcodeIsNewerThanParis() public view {
        requireNoNewerThanParis(address(router).code);
        requireNoNewerThanParis(constructorOf(type(PayoutRouterV0).creationCode, address(router).code.length));
    }

    /// @notice The code cannot be changed, destroyed or made to run foreign code as its own.
    function test_CodeCannotChange() public view {
        assertCannotChange(address(router));
    }

    /// @notice The router takes no Ether.
    function test_EtherIsRefused() public {
        openSomeBatch();
        bytes[] memory calls = new bytes[](4);
        calls[0] = approvedCall(somePayout());
        calls[1] = lineCall(0);
        calls[2] = openCall(someBatch());
        calls[3] = abi.encodeCall(router.pause, ());
        assertRefusesEther(address(router), calls);
    }

    /// @notice A payment writes what it must: two slots of the router beside its guard's.
    function test_APaymentWritesThreeSlots() public {
        bytes memory data = approvedCall(somePayout());
        vm.record();
        assertTaken(data);
        vm.assertEq(countWrittenSlots(address(router)), 3, "slots");
    }

    /// @notice An opened list takes one slot and the reserve, and a line of it no more than a payment and its list.
    function test_AListTakesOneSlot() public {
        bytes memory data = openCall(someBatch());
        vm.record();
        assertTaken(data);
        vm.assertEq(countWrittenSlots(address(router)), 3, "slots of a list");
        data = lineCall(0);
        vm.record();
        assertTaken(data);
        vm.assertEq(countWrittenSlots(address(router)), 5, "slots of a line");
    }
}

contract PayoutRouterKYCCodeTest is PayoutRouterKYCFixture, CodeBehaviour {
    /// @notice The code, creation and runtime, has no opcode newer than paris.
    function test_NoOpcodeIsNewerThanParis() public view {
        requireNoNewerThanParis(address(router).code);
        requireNoNewerThanParis(constructorOf(type(PayoutRouterKYC).creationCode, address(router).code.length));
    }

    /// @notice The code cannot be changed, destroyed or made to run foreign code as its own.
    function test_CodeCannotChange() public view {
        assertCannotChange(address(router));
    }

    /// @notice The router takes no Ether.
    function test_EtherIsRefused() public {
        openSomeBatch();
        bytes[] memory calls = new bytes[](2);
        calls[0] = approvedCall(somePayout());
        calls[1] = lineCall(0);
        assertRefusesEther(address(router), calls);
    }
}

/// @notice The sentence's digest, and the same by EIP-712 for comparison, each behind a call of its own.
contract DigestCosts {
    bytes32 private immutable _DOMAIN = keccak256("a domain");

    function sentence(PayoutSentence.Payout calldata payout) external view returns (uint256 gas_) {
        (bytes2 head, bytes32 tail) = TronAddress.textOf(address(this));
        PayoutSentence.Router memory router = PayoutSentence.Router(head, tail);
        gas_ = gasleft();
        SentenceText.digestOf(PayoutSentence.payoutText(payout, router));
        return gas_ - gasleft();
    }

    function typed(PayoutSentence.Payout calldata payout) external view returns (uint256 gas_) {
        gas_ = gasleft();
        bytes32 kind =
            keccak256("Payout(address payee,uint64 amount,uint8 kind,uint32 code,uint32 number,uint64 expiresAt)");
        bytes32 hash = keccak256(
            abi.encode(kind, payout.payee, payout.amount, payout.kind, payout.code, payout.number, payout.expiresAt)
        );
        keccak256(bytes.concat("\x19\x01", _DOMAIN, hash));
        return gas_ - gasleft();
    }

    function tron(address account) external view returns (uint256 gas_) {
        gas_ = gasleft();
        TronAddress.textOf(account);
        return gas_ - gasleft();
    }
}

contract PayoutGasTest is PayoutRouterV0Fixture {
    event GasMeasured(string what, uint256 gas_);

    /// @notice A readable sentence costs a few thousand gas more than typed data would: under a tenth of a payout.
    function test_SentenceAgainstTypedData() public {
        DigestCosts costs = new DigestCosts();
        uint256 sentence = costs.sentence(somePayout());
        uint256 typed = costs.typed(somePayout());
        uint256 tron = costs.tron(ALICE);
        bytes memory data = approvedCall(somePayout());
        token.mint(ALICE, 1); // an account that has some already, and a router with a day's payments behind it
        assertTaken(approvedCall(payoutOf(1, 1)));
        uint256 whole = 21_000 + calldataGas(data) + gasOf(data);
        emit GasMeasured("payout", whole);
        emit GasMeasured("sentence", sentence);
        emit GasMeasured("typed data", typed);
        emit GasMeasured("address", tron);
        emit GasMeasured("more than by typed data, per mille", (sentence - typed) * 1000 / (whole - sentence + typed));
        vm.assertTrue(tron < 2000, "address");
        vm.assertTrue((sentence - typed) * 10 < whole - sentence + typed, "share of a payout");
    }

    function calldataGas(bytes memory data) private pure returns (uint256 cost) {
        for (uint256 i = 0; i < data.length; ++i) {
            cost += data[i] == 0 ? 4 : 16;
        }
    }

    function gasOf(bytes memory data) private returns (uint256 cost) {
        address to = address(router);
        cost = gasleft();
        (bool isTaken,) = to.call(data);
        cost -= gasleft();
        vm.assertTrue(isTaken, "taken");
    }
}
