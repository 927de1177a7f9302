// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {PayoutSentence} from "../../src/payouts/PayoutSentence.sol";
import {SentenceText} from "../../src/payouts/SentenceText.sol";
import {SignerSentence} from "../../src/payouts/SignerSentence.sol";
import {TronAddress} from "../../src/payouts/TronAddress.sol";
import {LucidTest} from "../LucidTest.sol";
import {Textbook} from "./Textbook.sol";

/// @notice The libraries behind calls of their own, so that a refusal is one.
contract Sentences {
    function payout(PayoutSentence.Payout memory what, address router) external view returns (string memory) {
        return PayoutSentence.payoutText(what, written(router));
    }

    function batch(PayoutSentence.Batch memory what, address router) external view returns (string memory) {
        return PayoutSentence.batchText(what, written(router));
    }

    function signers(SignerSentence.Rotation memory what) external view returns (string memory) {
        return SignerSentence.textOf(what);
    }

    function written(address router) public view returns (PayoutSentence.Router memory) {
        (bytes2 head, bytes32 tail) = TronAddress.textOf(router);
        return PayoutSentence.Router(head, tail);
    }

    function time(uint256 at_) external pure returns (string memory) {
        uint256 start = SentenceText.begin();
        return SentenceText.finish(start, SentenceText.putTime(start, at_));
    }
}

/// @notice One more cheat code: has a call to an account fail.
interface MoreCheats {
    function mockCallRevert(address target, bytes calldata data, bytes calldata answer) external;
}

contract TronAddressTest is LucidTest {
    function textOf(address account) private view returns (string memory text) {
        (bytes2 head, bytes32 tail) = TronAddress.textOf(account);
        return string(abi.encodePacked(head, tail));
    }

    /// @notice USDT's contract is written as TRON's own tools write it.
    function test_KnownAddress() public view {
        vm.assertEq(textOf(0xa614f803B6FD780986A42c78Ec9c7f77e6DeD13C), "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "USDT");
    }

    /// @notice The ends of the range: all zeros, all ones.
    function test_Ends() public view {
        vm.assertEq(textOf(address(0)), "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb", "zeros");
        vm.assertEq(textOf(address(type(uint160).max)), Textbook.tron(address(type(uint160).max)), "ones");
    }

    /// @notice Whatever the account, the digits are those of the textbook.
    function testFuzz_DigitsAreTheTextbooks(address account) public view {
        vm.assertEq(textOf(account), Textbook.tron(account), "text");
    }

    /// @notice Where SHA-256 fails, as on a chain without it, nothing is written instead of something wrong.
    function test_WithoutHashNothingIsWritten() public {
        Sentences sentences = new Sentences();
        MoreCheats(address(vm)).mockCallRevert(address(2), "", "");
        (bool isWritten, bytes memory answer) = address(sentences).call(abi.encodeCall(Sentences.written, (ALICE)));
        vm.assertFalse(isWritten, "written");
        vm.assertEq(answer, "", "answer");
    }

    /// @notice The multiplication that divides by 58 is exact for every number of two digits.
    function test_DivisionBy58IsExact() public pure {
        for (uint256 x = 0; x < 58 ** 2; ++x) {
            vm.assertTrue((x * 1130) >> 16 == x / 58, "quotient");
        }
    }

    /// @notice The multiplication that divides by 3364 is exact at each step of the quotient, so everywhere between.
    function test_DivisionBy3364IsExact() public pure {
        for (uint256 q = 1; q <= 3364; ++q) {
            if ((q * 3364 * 5_106_977) >> 34 != q || ((q * 3364 - 1) * 5_106_977) >> 34 != q - 1) {
                revert("not exact");
            }
        }
    }
}

contract PayoutSentenceTest is LucidTest {
    Sentences private _sentences = new Sentences();

    address private constant USDT = 0xa614f803B6FD780986A42c78Ec9c7f77e6DeD13C;
    uint64 private constant WHEN = 1_795_377_600; // 2026-11-22 20:00 UTC
    uint32 private constant OCTOBER = 2026 * 12 + 9;

    /// @notice The sentence is, letter by letter, the one that people were shown on their wallets.
    function test_KnownPayout() public view {
        string memory text = _sentences.payout(some(312_480_000, PayoutSentence.Kind.Epoch, OCTOBER, 42), USDT);
        vm.assertEq(
            text,
            string.concat(
                "Pay 312.48 USDT to TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t for 2026-10/42 ",
                "by 2026-11-22 20:00 UTC via TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
            ),
            "text"
        );
        vm.assertEq(bytes(text).length, 131, "length");
    }

    /// @notice A session is named by the first group of its ID, a reason by its code and a number.
    function test_OtherReferences() public view {
        assertReference(PayoutSentence.Kind.Session, 0x0102030a, 0, "s0102030a");
        assertReference(PayoutSentence.Kind.Session, 0, 0, "s00000000");
        assertReference(PayoutSentence.Kind.Session, type(uint32).max, 0, "sffffffff");
        assertReference(PayoutSentence.Kind.Reason, 1, 1, "r01-1");
        assertReference(PayoutSentence.Kind.Reason, 9, 10, "r09-10");
        assertReference(PayoutSentence.Kind.Reason, 10, 9999, "r10-9999");
        assertReference(PayoutSentence.Kind.Reason, 99, 1, "r99-1");
        assertReference(PayoutSentence.Kind.Epoch, OCTOBER, 1, "2026-10/1");
        assertReference(PayoutSentence.Kind.Epoch, 2026 * 12 + 11, 999, "2026-12/999");
        assertReference(PayoutSentence.Kind.Epoch, 2027 * 12, 9999, "2027-01/9999");
        assertReference(PayoutSentence.Kind.Epoch, 12_000, 1, "1000-01/1");
        assertReference(PayoutSentence.Kind.Epoch, 119_999, 1, "9999-12/1");
    }

    /// @notice References out of their ranges are refused.
    function test_WrongReferencesAreRefused() public {
        assertNoReference(PayoutSentence.Kind.Session, 1, 1);
        assertNoReference(PayoutSentence.Kind.Epoch, OCTOBER, 0);
        assertNoReference(PayoutSentence.Kind.Epoch, OCTOBER, 10_000);
        assertNoReference(PayoutSentence.Kind.Reason, 1, 0);
        assertNoReference(PayoutSentence.Kind.Reason, 1, 10_000);
        assertNoReference(PayoutSentence.Kind.Reason, 0, 1);
        assertNoReference(PayoutSentence.Kind.Reason, 100, 1);
        vm.expectRevert(abi.encodeWithSelector(PayoutSentence.InvalidMonth.selector, 11_999));
        _sentences.payout(some(1, PayoutSentence.Kind.Epoch, 11_999, 1), USDT);
        vm.expectRevert(abi.encodeWithSelector(PayoutSentence.InvalidMonth.selector, 120_000));
        _sentences.payout(some(1, PayoutSentence.Kind.Epoch, 120_000, 1), USDT);
    }

    /// @notice Amounts have at least two decimals, and none that says nothing.
    function test_Amounts() public view {
        assertAmount(0, "0.00");
        assertAmount(1, "0.000001");
        assertAmount(10, "0.00001");
        assertAmount(100, "0.0001");
        assertAmount(1000, "0.001");
        assertAmount(10_000, "0.01");
        assertAmount(100_000, "0.10");
        assertAmount(1_000_000, "1.00");
        assertAmount(1_100_000, "1.10");
        assertAmount(1_010_000, "1.01");
        assertAmount(1_001_000, "1.001");
        assertAmount(12_345_678, "12.345678");
        assertAmount(50_000_000_000, "50000.00");
    }

    /// @notice A payout to one recipient takes at most 132 characters; one more is refused.
    function test_LongestPayout() public {
        string memory text = _sentences.payout(some(50_000_000_000, PayoutSentence.Kind.Session, 0x0102030a, 0), USDT);
        vm.assertEq(bytes(text).length, 132, "longest");
        PayoutSentence.Payout memory payout = some(10_000_000_000, PayoutSentence.Kind.Epoch, OCTOBER, 42);
        vm.expectRevert(abi.encodeWithSelector(PayoutSentence.SentenceTooLong.selector, 133));
        _sentences.payout(payout, USDT);
        payout.amount -= 10_000;
        vm.assertEq(bytes(_sentences.payout(payout, USDT)).length, 132, "one cent less");
    }

    /// @notice Whatever the payout, its sentence is the textbook's and short enough, or it is refused as too long.
    function testFuzz_PayoutIsTheTextbooks(
        address payee,
        address router,
        uint64 amount,
        uint8 places,
        uint8 kind,
        uint32 code,
        uint16 number,
        uint40 minute
    ) public {
        amount = uint64(bound(amount, 0, 1e13) / 10 ** bound(places, 0, 12));
        PayoutSentence.Payout memory payout = some(amount, PayoutSentence.Kind(bound(kind, 0, 2)), code, number);
        (payout.payee, payout.expiresAt) = (payee, uint64(bound(minute, 0, 4_223_371_679) * 60));
        string memory named = referenceOf(payout);
        string memory text = Textbook.payout(payout.amount, payee, named, payout.expiresAt, router);
        if (bytes(text).length > 132) {
            vm.expectRevert(abi.encodeWithSelector(PayoutSentence.SentenceTooLong.selector, bytes(text).length));
            _sentences.payout(payout, router);
        } else {
            vm.assertEq(_sentences.payout(payout, router), text, "text");
        }
    }

    /// @notice Two payouts that differ in anything have different sentences.
    function testFuzz_DifferentPayoutsHaveDifferentSentences(
        uint64[2] memory amounts,
        uint8[2] memory kinds,
        uint32[2] memory codes,
        uint16[2] memory numbers,
        uint8 same
    ) public view {
        PayoutSentence.Payout[2] memory payouts;
        for (uint256 i = 0; i < 2; ++i) {
            // Few values, so that parts are often the same.
            payouts[i] = some(
                uint64(bound(amounts[i], 1, 99) * 10 ** bound(same, 2, 5)),
                PayoutSentence.Kind(bound(kinds[i], 0, 2)),
                uint32(bound(codes[i], 1, 99)),
                uint32(bound(numbers[i], 1, 99))
            );
            if (payouts[i].kind == PayoutSentence.Kind.Epoch) payouts[i].code += OCTOBER;
            if (payouts[i].kind == PayoutSentence.Kind.Session) payouts[i].number = 0;
        }
        bool isSame = keccak256(abi.encode(payouts[0])) == keccak256(abi.encode(payouts[1]));
        bytes32 first = keccak256(bytes(_sentences.payout(payouts[0], USDT)));
        vm.assertTrue((first == keccak256(bytes(_sentences.payout(payouts[1], USDT)))) == isSame, "sentence");
    }

    /// @notice A list's sentence is the textbook's, whatever it says.
    function testFuzz_BatchIsTheTextbooks(
        bytes32 root,
        uint64 total,
        uint32 count,
        uint32 month,
        uint40 minute,
        address router
    ) public view {
        month = uint32(bound(month, 12_000, 119_999));
        uint64 when = uint64(bound(minute, 0, 4_223_371_679) * 60);
        string memory text = _sentences.batch(PayoutSentence.Batch(root, total, count, month, when), router);
        vm.assertEq(text, Textbook.batch(total, count, root, month, when, router), "text");
        vm.assertTrue(bytes(text).length <= 217, "length");
    }

    /// @notice A list of a month without a year of four digits is refused.
    function test_BatchOfNoMonthIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(PayoutSentence.InvalidMonth.selector, 5));
        _sentences.batch(PayoutSentence.Batch(0, 1, 1, 5, WHEN), USDT);
    }

    /// @notice A set's sentence is the textbook's, whatever it says, and short enough for the smallest screens.
    function testFuzz_SignersAreTheTextbooks(SignerSentence.Rotation memory next, uint40 minute) public view {
        next.effectiveAt = uint64(bound(minute, 0, 4_223_371_679) * 60);
        string memory text =
            Textbook.signers(next.chainId, next.number, next.approvers, next.complianceSigner, next.effectiveAt);
        vm.assertEq(_sentences.signers(next), text, "text");
        vm.assertTrue(bytes(text).length <= 265, "length");
    }

    /// @notice Every day from 1970 to 9999 that begins or ends a month, and each leap day, is written as the calendar says.
    function test_Dates() public view {
        assertTime(0, "1970-01-01 00:00 UTC");
        assertTime(951_782_400, "2000-02-29 00:00 UTC");
        assertTime(951_868_740, "2000-02-29 23:59 UTC");
        assertTime(951_868_800, "2000-03-01 00:00 UTC");
        assertTime(4_107_456_000, "2100-02-28 00:00 UTC");
        assertTime(4_107_542_400, "2100-03-01 00:00 UTC");
        assertTime(WHEN, "2026-11-22 20:00 UTC");
        assertTime(253_402_300_740, "9999-12-31 23:59 UTC");
    }

    /// @notice Whatever the minute, it is written as the calendar says.
    function testFuzz_TimeIsTheTextbooks(uint256 minute) public view {
        minute = bound(minute, 0, 4_223_371_679);
        vm.assertEq(_sentences.time(minute * 60), Textbook.time(minute * 60), "time");
    }

    /// @notice Each of the days of 400 years, a month apart, is written as the calendar says.
    function test_MonthsOf400Years() public view {
        for (uint256 month = 0; month < 4800; month += 7) {
            uint256 day = 10_957 + month * 146_097 / 4800;
            vm.assertEq(_sentences.time(day * 1 days), Textbook.time(day * 1 days), "time");
        }
    }

    /// @notice A time with seconds, or after the year 9999, is refused.
    function test_WrongTimesAreRefused() public {
        vm.expectRevert(abi.encodeWithSelector(SentenceText.NotWholeMinute.selector, 61));
        _sentences.time(61);
        vm.expectRevert(abi.encodeWithSelector(SentenceText.TimeBeyondYear9999.selector, 253_402_300_800));
        _sentences.time(253_402_300_800);
    }

    /// @notice The hash of a text is that of EIP-191, whatever its length's digits, and leaves the text as it is.
    function test_DigestIsThatOfTheStandard() public pure {
        string memory text = "123456789";
        for (uint256 i = 0; i < 4; ++i) {
            string memory before = string.concat(text, "");
            vm.assertEq(SentenceText.digestOf(text), Textbook.digest(before), "digest");
            vm.assertEq(text, before, "text");
            text = string.concat(text, text, text, "1234567890123456789012345678901234567890");
        }
        vm.assertEq(SentenceText.digestOf(""), Textbook.digest(""), "empty");
    }

    function some(uint64 amount, PayoutSentence.Kind kind, uint32 code, uint32 number)
        private
        pure
        returns (PayoutSentence.Payout memory payout)
    {
        return PayoutSentence.Payout(USDT, amount, kind, code, number, WHEN);
    }

    /// @dev Makes the reference a valid one, and writes it.
    function referenceOf(PayoutSentence.Payout memory payout) private pure returns (string memory text) {
        if (payout.kind == PayoutSentence.Kind.Session) {
            payout.number = 0;
            return string.concat("s", Textbook.hexadecimal(abi.encodePacked(payout.code)));
        }
        payout.number = uint32(bound(payout.number, 1, 9999));
        string memory number = Textbook.decimal(payout.number);
        if (payout.kind == PayoutSentence.Kind.Epoch) {
            payout.code = uint32(bound(payout.code, 12_000, 119_999));
            return string.concat(Textbook.month(payout.code), "/", number);
        }
        payout.code = uint32(bound(payout.code, 1, 99));
        return string.concat("r", Textbook.padded(payout.code, 2), "-", number);
    }

    function assertReference(PayoutSentence.Kind kind, uint32 code, uint32 number, string memory named) private view {
        string memory text = Textbook.payout(1_000_000, USDT, named, WHEN, USDT);
        vm.assertEq(_sentences.payout(some(1_000_000, kind, code, number), USDT), text, "reference");
    }

    function assertNoReference(PayoutSentence.Kind kind, uint32 code, uint32 number) private {
        vm.expectRevert(abi.encodeWithSelector(PayoutSentence.InvalidReference.selector, kind, code, number));
        _sentences.payout(some(1, kind, code, number), USDT);
    }

    function assertAmount(uint64 amount, string memory written) private view {
        string memory text = _sentences.payout(some(amount, PayoutSentence.Kind.Reason, 1, 1), USDT);
        string memory start = string.concat("Pay ", written, " USDT to ");
        for (uint256 i = 0; i < bytes(start).length; ++i) {
            vm.assertTrue(bytes(text)[i] == bytes(start)[i], written);
        }
    }

    function assertTime(uint256 at_, string memory written) private view {
        vm.assertEq(_sentences.time(at_), written, "time");
    }
}
