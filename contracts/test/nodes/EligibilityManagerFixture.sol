// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {EligibilityManager} from "../../src/nodes/EligibilityManager.sol";
import {WorkCreditsOracle} from "../../src/work/WorkCreditsOracle.sol";
import {WorkCreditsOracleFixture} from "../work/WorkCreditsOracleFixture.sol";

/// @notice An EligibilityManager in January 2027, when nodes may be found eligible for February by their records of
/// October, November and December, which are final: all three nodes' are honest.
abstract contract EligibilityManagerFixture is WorkCreditsOracleFixture {
    EligibilityManager internal manager;
    uint256 internal nodeCount = 3; // how many nodes a month's records are of

    uint32 internal constant FEBRUARY = THIS_MONTH + 4;
    uint48 internal constant IN_JANUARY = 1_799_000_000; // the 3rd
    uint48 internal constant FEBRUARY_BEGINS = 1_801_440_000;
    uint48 internal constant MARCH_BEGINS = 1_803_859_200;

    function setUp() public virtual override {
        super.setUp();
        manager = new EligibilityManager(nodes, oracle);
        vm.warp(IN_JANUARY - 2 days);
        for (uint32 i = 0; i < 3; ++i) {
            commitMonth(THIS_MONTH + i);
        }
        vm.warp(IN_JANUARY);
    }

    /// @dev Commits a month of honest records of the nodes.
    function commitMonth(uint32 month) internal {
        commitRoot(month, rootOf(recordsOf(nodeCount)), uint32(nodeCount));
    }

    /// @dev A node's honest records of the three months, with their proofs.
    function shownOf(uint256 nodeId)
        internal
        view
        returns (WorkCreditsOracle.MonthlyRecord[3] memory records, bytes32[][3] memory proofs)
    {
        for (uint256 i = 0; i < 3; ++i) {
            (records[i], proofs[i]) = (recordOf(nodeId), proofOf(recordsOf(nodeCount), nodeId - 1));
        }
    }

    /// @dev Finds a node eligible by its honest records.
    function qualify(uint32 month, uint256 nodeId) internal {
        (WorkCreditsOracle.MonthlyRecord[3] memory records, bytes32[][3] memory proofs) = shownOf(nodeId);
        manager.qualify(month, nodeId, records, proofs);
    }

    /// @dev Commits January and finds a node eligible for March, in February, in which the fixture has not committed.
    function qualifyNext(uint256 nodeId) internal {
        vm.warp(FEBRUARY_BEGINS + 3 days);
        commitMonth(FEBRUARY - 1);
        vm.warp(FEBRUARY_BEGINS + 5 days);
        qualify(FEBRUARY + 1, nodeId);
    }

    /// @dev Nodes from `first` on, each with its honest records.
    function candidatesOf(uint256 first, uint256 count)
        internal
        view
        returns (EligibilityManager.Candidate[] memory candidates)
    {
        candidates = new EligibilityManager.Candidate[](count);
        for (uint256 i = 0; i < count; ++i) {
            (WorkCreditsOracle.MonthlyRecord[3] memory records, bytes32[][3] memory proofs) = shownOf(first + i);
            candidates[i] = EligibilityManager.Candidate(first + i, records, proofs);
        }
    }

    /// @dev The next call must be refused for the record of this month.
    function expectNotProven(uint32 month, uint256 nodeId) internal {
        vm.expectRevert(abi.encodeWithSelector(EligibilityManager.RecordNotProven.selector, month, nodeId));
    }

    function assertVotes(address key, uint256 timepoint, uint256 votes) internal view {
        vm.assertEq(manager.getPastVotes(key, timepoint), votes, "votes");
    }
}
