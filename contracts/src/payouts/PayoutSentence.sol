// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {SentenceText} from "./SentenceText.sol";

/// @title The sentences by which payout approvers tell a router what to do
/// @notice What a person reads on a hardware wallet and signs, rebuilt from the arguments of a call:
/// `Pay 312.48 USDT to T… for 2026-10/42 by 2026-11-22 20:00 UTC via T…` and the like. docs/formats/payout-sentence.md is
/// the grammar.
/// @dev Promises:
/// - Two different things have two different sentences, and a sentence parses back: every part has one spelling, none of
///   them is free text, and the last one names the router.
/// - All is ASCII. A payout to one recipient takes at most {MAX_PAYOUT_LENGTH} characters: longer ones are refused.
///
/// Not in a sentence: the chain. A router compares it with the one that it was made for.
library PayoutSentence {
    using SentenceText for uint256;

    /// @notice The most characters of a payout to one recipient: what fits on one page of the wallets' screens.
    uint256 internal constant MAX_PAYOUT_LENGTH = 132;

    /// @notice What a payout is for.
    enum Kind {
        /// @dev The payout of that number in a month's books: "2026-10/42".
        Epoch,
        /// @dev One session, by the first group of its ID: "s0102030a".
        Session,
        /// @dev A reason of the list in the format's page, and a number: "r07-1234".
        Reason
    }

    /// @notice A payout to one recipient. Its kind, code and number are its ID.
    struct Payout {
        /// @dev Who is paid.
        address payee;
        /// @dev How much, in base units of USDT (6 decimals).
        uint64 amount;
        /// @dev What for.
        Kind kind;
        /// @dev The month (year * 12 + month - 1), the first 4 bytes of the session's ID, or the reason from 1 to 99.
        uint32 code;
        /// @dev From 1 to 9999; 0 for a session.
        uint32 number;
        /// @dev Until when it may be paid, in seconds since 1970 UTC: a whole minute.
        uint64 expiresAt;
    }

    /// @notice A router's address as it is written: {TronAddress-textOf}, which a router works out once.
    struct Router {
        /// @dev Its first 2 characters.
        bytes2 head;
        /// @dev The other 32.
        bytes32 tail;
    }

    /// @notice A month's list of payouts.
    struct Batch {
        /// @dev Root of the Merkle tree over the list.
        bytes32 root;
        /// @dev The sum of all amounts, in base units of USDT.
        uint64 total;
        /// @dev How many recipients there are.
        uint32 count;
        /// @dev The month that is paid: year * 12 + month - 1.
        uint32 month;
        /// @dev Until when they may be paid, in seconds since 1970 UTC: a whole minute.
        uint64 expiresAt;
    }

    /// @notice The sentence would be longer than a wallet shows at once: take a shorter reference or a rounder amount.
    /// @param length How many characters it would have.
    error SentenceTooLong(uint256 length);

    /// @notice There is no such reference: see {Payout} for what each part may be.
    /// @param kind The kind that was given.
    /// @param code The code that was given.
    /// @param number The number that was given.
    error InvalidReference(Kind kind, uint32 code, uint32 number);

    /// @notice A month has a year of four digits.
    /// @param month The month that was given.
    error InvalidMonth(uint32 month);

    /// @notice What names a payout, so that it is paid once.
    /// @param payout The payout.
    /// @return id Its kind, code and number.
    function idOf(Payout memory payout) internal pure returns (bytes32 id) {
        return bytes32((uint256(payout.kind) << 64) | (uint256(payout.code) << 32) | payout.number);
    }

    /// @notice `Pay 312.48 USDT to T… for 2026-10/42 by 2026-11-22 20:00 UTC via T…`
    /// @param payout What it says.
    /// @param router Who pays.
    /// @return text At most {MAX_PAYOUT_LENGTH} characters.
    function payoutText(Payout memory payout, Router memory router) internal view returns (string memory text) {
        uint256 start = SentenceText.begin();
        uint256 end = start.put("Pay ", 4).putAmount(payout.amount);
        end = end.put(" USDT to ", 9).putAddress(payout.payee);
        end = _putReference(end.put(" for ", 5), payout);
        end = _putClosing(end, payout.expiresAt, router);
        if (end - start > MAX_PAYOUT_LENGTH) revert SentenceTooLong(end - start);
        return start.finish(end);
    }

    /// @notice `Pay 98765.43 USDT to 312 recipients of list <64 digits> for 2026-10 by 2026-11-22 20:00 UTC via T…`
    /// @param batch What it says.
    /// @param router Who pays.
    /// @return text At most 217 characters.
    function batchText(Batch memory batch, Router memory router) internal pure returns (string memory text) {
        uint256 start = SentenceText.begin();
        uint256 end = start.put("Pay ", 4).putAmount(batch.total);
        end = end.put(" USDT to ", 9).putNumber(batch.count);
        end = end.put(" recipients of list ", 20).putHex(batch.root, 32);
        end = _putMonth(end.put(" for ", 5), batch.month);
        return start.finish(_putClosing(end, batch.expiresAt, router));
    }

    /// @notice `Cap payouts at 50000.00 USDT each and 250000.00 USDT a day, change 3 by 2026-11-22 20:00 UTC via T…`
    /// @param paymentCap The most that one payment moves from then on, in base units of USDT.
    /// @param dailyCap The most that a day (UTC) moves from then on.
    /// @param change The number of the change.
    /// @param expiresAt Until when it may be made, in seconds since 1970 UTC: a whole minute.
    /// @param router Whose caps they are.
    /// @return text At most 188 characters.
    function capsText(uint64 paymentCap, uint64 dailyCap, uint32 change, uint64 expiresAt, Router memory router)
        internal
        pure
        returns (string memory text)
    {
        uint256 start = SentenceText.begin();
        uint256 end = start.put("Cap payouts at ", 15).putAmount(paymentCap);
        end = end.put(" USDT each and ", 15).putAmount(dailyCap);
        end = end.put(" USDT a day", 11);
        return start.finish(_putChange(end, change, expiresAt, router));
    }

    /// @notice `Resume payouts, change 4 by 2026-11-22 20:00 UTC via T…`
    /// @param change The number of the change.
    /// @param expiresAt Until when it may be made, in seconds since 1970 UTC: a whole minute.
    /// @param router Which router pays again.
    /// @return text At most 96 characters.
    function resumeText(uint32 change, uint64 expiresAt, Router memory router)
        internal
        pure
        returns (string memory text)
    {
        uint256 start = SentenceText.begin();
        uint256 end = start.put("Resume payouts", 14);
        return start.finish(_putChange(end, change, expiresAt, router));
    }

    /// @notice `Let T… pause payouts, change 5 by 2026-11-22 20:00 UTC via T…`
    /// @param pauser Who may pause from then on.
    /// @param change The number of the change.
    /// @param expiresAt Until when it may be made, in seconds since 1970 UTC: a whole minute.
    /// @param router Which router it may pause.
    /// @return text At most 134 characters.
    function pauserText(address pauser, uint32 change, uint64 expiresAt, Router memory router)
        internal
        view
        returns (string memory text)
    {
        uint256 start = SentenceText.begin();
        uint256 end = start.put("Let ", 4).putAddress(pauser).put(" pause payouts", 14);
        return start.finish(_putChange(end, change, expiresAt, router));
    }

    /// @dev What a payout is for.
    function _putReference(uint256 place, Payout memory payout) private pure returns (uint256 next) {
        (Kind kind, uint32 code, uint32 number) = (payout.kind, payout.code, payout.number);
        if (kind == Kind.Session) {
            if (number != 0) revert InvalidReference(kind, code, number);
            return place.put("s", 1).putHex(bytes32(uint256(code) << 224), 4);
        }
        if (number == 0 || number > 9999) revert InvalidReference(kind, code, number);
        if (kind == Kind.Epoch) return _putMonth(place, code).put("/", 1).putNumber(number);
        if (code == 0 || code > 99) revert InvalidReference(kind, code, number);
        next = code < 10 ? place.put("r0", 2) : place.put("r", 1);
        return next.putNumber(code).put("-", 1).putNumber(number);
    }

    /// @dev A month, if its year has four digits.
    function _putMonth(uint256 place, uint32 month) private pure returns (uint256 next) {
        if (month < 12_000 || month >= 120_000) revert InvalidMonth(month);
        return place.putMonth(month);
    }

    /// @dev Which change it is, and how every sentence to a router ends.
    function _putChange(uint256 place, uint32 change, uint64 expiresAt, Router memory router)
        private
        pure
        returns (uint256 next)
    {
        return _putClosing(place.put(", change ", 9).putNumber(change), expiresAt, router);
    }

    /// @dev How every sentence to a router ends.
    function _putClosing(uint256 place, uint64 expiresAt, Router memory router) private pure returns (uint256 next) {
        next = place.put(" by ", 4).putTime(expiresAt);
        next = next.put(" via ", 5).put(router.head, 2);
        return next.put(router.tail, 32);
    }
}
