// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ValidatorSet} from "../../src/work/ValidatorSet.sol";

/// @notice What halmos proves of the quorum's arithmetic, for every size of a set.
contract ValidatorSetCheck is ValidatorSet {
    constructor() ValidatorSet(address(1), _one(address(1))) {}

    /// @notice A quorum is the smallest number above two thirds, so any two share more than a third.
    function check_QuorumIsTheSmallestAboveTwoThirds(uint256 count) external pure {
        if (count == 0 || count > 64) return;
        uint256 needed = _quorumFor(count);
        assert(3 * needed > 2 * count);
        assert(3 * (needed - 1) <= 2 * count);
        assert(needed <= count);
        assert(3 * (2 * needed - count) > count);
    }

    /// @notice Nobody but the timelock rotates, whoever calls and whatever the set in force is.
    function check_OnlyTheTimelockRotates(address timelock, address member, address caller, address next) external {
        if (timelock == address(0) || member == address(0) || next == address(0) || caller == timelock) return;
        ValidatorSet validators = new ValidatorSet(timelock, _one(member));
        Caller proxy = new Caller();
        if (address(proxy) == timelock) return;
        (bool isTaken,) = proxy.call(address(validators), abi.encodeCall(validators.rotate, (_one(next))));
        assert(!isTaken);
        assert(validators.version() == 1);
    }

    function _one(address account) private pure returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = account;
    }
}

/// @notice Somebody else.
contract Caller {
    function call(address target, bytes calldata data) external returns (bool isTaken, bytes memory answer) {
        return target.call(data);
    }
}
