// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ValidatorSet} from "../../src/work/ValidatorSet.sol";
import {Proposal} from "./LucidGovernorFixture.sol";
import {LucidGovernorNodesFixture} from "./LucidGovernorNodesFixture.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

/// @notice Months of 2027 by their numbers and first seconds.
abstract contract LaterMonths is LucidGovernorNodesFixture {
    uint32 internal constant MARCH = FEBRUARY + 1;
    uint32 internal constant APRIL = FEBRUARY + 2;
    uint32 internal constant MAY = FEBRUARY + 3;
    uint32 internal constant JUNE = FEBRUARY + 4;
    uint32 internal constant JULY = FEBRUARY + 5;

    /// @dev The first second of a month from February to September.
    function beginningOf(uint32 month) internal pure returns (uint48) {
        uint8[8] memory lengths = [0, 28, 31, 30, 31, 30, 31, 31];
        uint256 begins = FEBRUARY_BEGINS;
        for (uint256 i = 1; i <= month - FEBRUARY; ++i) {
            begins += uint256(lengths[i]) * 1 days;
        }
        return uint48(begins);
    }

    /// @dev On the third of a month the one before is attested; on the fifth some nodes are found eligible for the next.
    function goThrough(uint32 month, uint256[] memory eligible) internal {
        vm.warp(beginningOf(month) + 2 days);
        commitMonth(month - 1);
        vm.warp(beginningOf(month) + 4 days);
        for (uint256 i = 0; i < eligible.length; ++i) {
            qualify(month + 1, eligible[i]);
        }
    }
}

/// @notice Eight nodes, of which 1, 2, 4 and 5 are Alice's; some are found eligible for May, and from June on hers alone.
contract LucidGovernorMajorityTest is LaterMonths {
    address private constant CAROL = address(0xCA);

    function setUp() public override {
        super.setUp();
        for (uint256 nodeId = 4; nodeId <= 8; ++nodeId) {
            registerAs(nodeId <= 5 ? ALICE : nodeId <= 7 ? BOB : CAROL, nodeId);
        }
        nodeCount = 8;
        goThrough(FEBRUARY, new uint256[](0));
        goThrough(MARCH, new uint256[](0));
    }

    function hers() private pure returns (uint256[] memory numbers) {
        numbers = new uint256[](4);
        (numbers[0], numbers[1], numbers[2], numbers[3]) = (1, 2, 4, 5);
    }

    /// @dev The nodes of others, so many of them.
    function others(uint256 count) private pure returns (uint256[] memory numbers) {
        numbers = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            numbers[i] = i == 0 ? 3 : 5 + i;
        }
    }

    /// @dev Finds all her nodes eligible for May, and so many of others.
    function electMay(uint256 count) private {
        goThrough(APRIL, hers());
        uint256[] memory rest = others(count);
        for (uint256 i = 0; i < count; ++i) {
            qualify(MAY, rest[i]);
        }
    }

    /// @dev The validators that she would have.
    function herValidators() private pure returns (uint256[] memory) {
        return keysOf("hers", 4);
    }

    function assertDefeated(uint256 id) private {
        assertState(id, IGovernor.ProposalState.Defeated);
        Proposal memory one = replacement(herValidators());
        bytes32 passed = bytes32(1 << uint8(IGovernor.ProposalState.Succeeded));
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorUnexpectedProposalState.selector, id, IGovernor.ProposalState.Defeated, passed
            )
        );
        governor.queue(one.targets, one.values, one.calldatas, keccak256(bytes(one.description)));
        assertValidators(keys);
    }

    /// @dev Her nodes alone are found eligible for June, and all vote for validators of hers, some of others against.
    function voteInJune(uint256[] memory against, uint256 electorate) private returns (uint256 id) {
        goThrough(MAY, hers());
        id = vote(replacement(herValidators()), beginningOf(JUNE) + 1 days, hers(), against);
        vm.assertEq(manager.getPastTotalSupply(beginningOf(JUNE)), electorate, "electorate");
    }

    /// @notice One operator whose nodes alone were found eligible, where as many others' were before, is no majority: those
    /// keep their votes, and all of its own, which are a quorum, do not give it the validators.
    function test_OneOperatorAloneInAShrunkenMonthGetsNoValidators() public {
        electMay(4);
        uint256 id = voteInJune(others(4), 8);
        uint256 snapshot = beginningOf(JUNE) + 2 days;
        vm.assertTrue(manager.isStanding(snapshot), "standing");
        vm.assertEq(governor.missing(snapshot), 0, "missing");
        vm.assertEq(governor.quorum(snapshot), 3, "quorum");
        assertDefeated(id);
    }

    /// @notice The same operator's votes pass where they outnumber those that were lost: it was the majority before.
    function test_ATrueMajorityReplacesTheValidatorsThoughOthersAreMissing() public {
        electMay(3);
        uint256 id = voteInJune(new uint256[](0), 4);
        vm.assertEq(governor.missing(beginningOf(JUNE) + 2 days), 3, "missing");
        assertState(id, IGovernor.ProposalState.Succeeded);
        carryOut(replacement(herValidators()), beginningOf(JUNE) + 1 days);
        assertValidators(herValidators());
    }

    /// @notice Votes that are missing weigh what they would have weighed against it: with all cast, four of seven pass too.
    function test_AMajorityOfAllWhoVotePasses() public {
        electMay(3);
        uint256 start = beginningOf(MAY) + 1 days;
        uint256 id = vote(replacement(herValidators()), start, hers(), others(3));
        assertState(id, IGovernor.ProposalState.Succeeded);
    }

    /// @notice And four of eight do not, against as many.
    function test_AsManyVotesAgainstStopIt() public {
        electMay(4);
        assertDefeated(vote(replacement(herValidators()), beginningOf(MAY) + 1 days, hers(), others(4)));
    }

    /// @notice Those who were not found again vote for three months after the one that had them, and in the fourth no more.
    function test_LostVotesAreForgottenInTheFourthMonth() public {
        electMay(4);
        for (uint32 month = MAY; month <= JULY + 1; ++month) {
            goThrough(month, hers());
        }
        uint32 september = JULY + 2;
        assertDefeated(vote(replacement(herValidators()), beginningOf(september) - 10 days, hers(), others(4)));
        Proposal memory again = replacement(herValidators());
        again.description = "Once more";
        assertState(voteFor(again, beginningOf(september), hers()), IGovernor.ProposalState.Succeeded);
    }
}

/// @notice Three nodes are the electorate of February; then the validators attest nothing any more.
contract LucidGovernorRecoveryTest is LaterMonths {
    uint256[] private _next;

    function setUp() public override {
        super.setUp();
        for (uint256 nodeId = 1; nodeId <= 3; ++nodeId) {
            qualify(FEBRUARY, nodeId);
        }
        _next = keysOf("next", 7);
    }

    /// @notice The electorate of February replaces silent validators in June; the new ones attest what the next month
    /// needs; and in July the nodes found eligible for it decide on everything again.
    function test_NewValidatorsBringTheOrdinaryElectorateBack() public {
        uint256 start = beginningOf(JUNE) + 1 days;
        vm.warp(start);
        vm.assertEq(manager.electorateOf(JUNE), FEBRUARY, "electorate of June");
        vm.assertTrue(manager.isStanding(start), "standing in June");
        expectOnlyRotation();
        proposeAs(1, setting());

        Proposal memory one = replacement(_next);
        assertState(voteFor(one, start, range(1, 3)), IGovernor.ProposalState.Succeeded);
        carryOut(one, start);
        assertValidators(_next);
        vm.assertEq(validators.version(), 2, "version");

        expectTheOldRefused(MARCH);
        keys = _next;
        for (uint32 month = MARCH; month <= MAY; ++month) {
            commitMonth(month);
        }
        vm.warp(start + 12 days);
        for (uint256 nodeId = 1; nodeId <= 3; ++nodeId) {
            qualify(JULY, nodeId);
        }

        start = beginningOf(JULY);
        vm.warp(start);
        vm.assertEq(manager.electorateOf(JULY), JULY, "electorate of July");
        vm.assertFalse(manager.isStanding(start), "standing in July");
        one = setting();
        assertState(voteFor(one, start, range(1, 3)), IGovernor.ProposalState.Succeeded);
        carryOut(one, start);
        vm.assertEq(params.valueOf(KEY), 32, "value");
    }

    /// @dev What the validators of before sign of a month is worth nothing any more.
    function expectTheOldRefused(uint32 month) private {
        bytes32 root = rootOf(recordsOf(3));
        bytes[] memory old = signaturesOf(keys, QUORUM, oracle.digestOf(month, root, 3));
        vm.expectRevert(abi.encodeWithSelector(ValidatorSet.SignerNotValidator.selector, 0, vm.addr(keys[0])));
        oracle.commit(month, root, 3, old);
    }
}
