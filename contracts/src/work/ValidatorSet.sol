// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title The validators who may attest
/// @notice Keeps the accounts whose signatures together attest an epoch's credits or a slot's reward, and checks that
/// enough of them signed something. Governance replaces the whole set at once; each set stays readable by its number.
/// @dev Promises:
/// - Between 1 and {MAX_MEMBERS} members, none twice, none zero, always.
/// - A quorum is `floor(2N / 3) + 1`: any two quorums of one set share more than a third of its members.
/// - Only the timelock replaces the set; a set that was replaced never changes and attests nothing any more.
/// - A signature counts once, in the one form it can have: 65 bytes, low `s`, `v` 27 or 28, signers ascending.
///
/// Not promised: that what was signed is true, nor that a digest binds its signers to one contract, chain or purpose.
/// Whoever calls {requireQuorum} makes the digest, by EIP-712 under its own domain.
contract ValidatorSet {
    /// @notice The most members a set can have, so that checking a quorum stays affordable.
    uint256 public constant MAX_MEMBERS = 64;

    /// @notice The only account that may replace the set.
    address public immutable TIMELOCK;

    uint32 private _version;
    mapping(uint32 version => address[]) private _members;
    mapping(uint32 version => mapping(address account => bool)) private _isMember;

    /// @notice Another set of validators is in force, from this block on.
    /// @param version The set's number, from 1.
    /// @param members Its members in ascending order.
    event ValidatorsRotated(uint32 indexed version, address[] members);

    /// @notice Only the timelock may do this.
    /// @param caller Who tried.
    error NotTimelock(address caller);

    /// @notice A value that must be there was zero.
    /// @param field The name of the argument.
    error ZeroValue(string field);

    /// @notice A set has at least one member and at most {MAX_MEMBERS}.
    /// @param given How many were given.
    /// @param most How many there can be.
    error ValidatorCountOutOfBounds(uint256 given, uint256 most);

    /// @notice Members are given in strictly ascending order, which leaves out zero and anyone twice.
    /// @param index The place, from 0, of the first that is not above the one before it.
    error ValidatorsNotAscending(uint256 index);

    /// @notice Fewer signatures than a quorum were given.
    /// @param given How many there were.
    /// @param needed How many make a quorum.
    error QuorumNotReached(uint256 given, uint256 needed);

    /// @notice A signature is not one: another length than 65 bytes, a high `s`, another `v` than 27 or 28.
    /// @param index Its place, from 0.
    error SignatureMalformed(uint256 index);

    /// @notice Signatures are ordered by their signers, strictly ascending, which leaves out anyone twice.
    /// @param index The place, from 0, of the first whose signer is not above the one before it.
    /// @param signer Who signed it, or seems to.
    error SignersNotAscending(uint256 index, address signer);

    /// @notice A signature is by nobody of the set in force, or over something else.
    /// @param index Its place, from 0.
    /// @param signer Who signed it, or seems to.
    error SignerNotValidator(uint256 index, address signer);

    /// @notice There is no set of this number.
    /// @param version The number that was given.
    error VersionUnknown(uint32 version);

    /// @notice Sets who rotates, and the first set.
    /// @param timelock The account that alone can replace the set; not zero.
    /// @param first The first members: 1 to {MAX_MEMBERS}, ascending.
    constructor(address timelock, address[] memory first) {
        if (timelock == address(0)) revert ZeroValue("timelock");
        TIMELOCK = timelock;
        _replace(first);
    }

    /// @notice Replaces the set. Only the timelock may.
    /// @param next The next members: 1 to {MAX_MEMBERS}, ascending.
    function rotate(address[] calldata next) external {
        if (msg.sender != TIMELOCK) revert NotTimelock(msg.sender);
        _replace(next);
    }

    /// @notice Passes if {rotate} would take these members from the timelock, and reverts with the same error if not.
    /// @dev For a governor, which asks before anyone votes on a rotation that could not be executed.
    /// @param next The members: 1 to {MAX_MEMBERS}, ascending.
    function requireValid(address[] calldata next) external pure {
        _requireValid(next);
    }

    /// @notice Passes if a quorum of the set in force signed `digest`, and reverts with the reason if not.
    /// @param digest What was signed: the caller's own EIP-712 digest.
    /// @param signatures A quorum or more, each 65 bytes `r || s || v`, ordered by ascending signer.
    function requireQuorum(bytes32 digest, bytes[] calldata signatures) external view {
        uint32 version_ = _version;
        uint256 needed = _quorumFor(_members[version_].length);
        if (signatures.length < needed) revert QuorumNotReached(signatures.length, needed);
        mapping(address account => bool) storage isMember_ = _isMember[version_];
        address last = address(0);
        for (uint256 i = 0; i < signatures.length; ++i) {
            (address signer, ECDSA.RecoverError problem,) = ECDSA.tryRecoverCalldata(digest, signatures[i]);
            if (problem != ECDSA.RecoverError.NoError) revert SignatureMalformed(i);
            if (signer <= last) revert SignersNotAscending(i, signer);
            if (!isMember_[signer]) revert SignerNotValidator(i, signer);
            last = signer;
        }
    }

    /// @notice The number of the set in force.
    /// @return number From 1, one more with each rotation.
    function version() external view returns (uint32 number) {
        return _version;
    }

    /// @notice The members of the set in force.
    /// @return accounts In ascending order.
    function members() external view returns (address[] memory accounts) {
        return _members[_version];
    }

    /// @notice How many signatures attest, by the set in force.
    /// @return needed `floor(2N / 3) + 1`.
    function quorum() external view returns (uint256 needed) {
        return _quorumFor(_members[_version].length);
    }

    /// @notice The members of any set there ever was.
    /// @param number The set's number, from 1.
    /// @return accounts In ascending order.
    function membersOf(uint32 number) external view returns (address[] memory accounts) {
        if (number == 0 || number > _version) revert VersionUnknown(number);
        return _members[number];
    }

    /// @notice Whether an account is in the set of a number.
    /// @param number The set's number; nobody is in a set that does not exist.
    /// @param account The account.
    /// @return isIn Whether it is one of the members.
    function isMemberOf(uint32 number, address account) external view returns (bool isIn) {
        return _isMember[number][account];
    }

    /// @dev Makes `next` the set in force, under the next number.
    function _replace(address[] memory next) private {
        _requireValid(next);
        uint32 version_ = ++_version;
        mapping(address account => bool) storage isMember_ = _isMember[version_];
        for (uint256 i = 0; i < next.length; ++i) {
            isMember_[next[i]] = true;
        }
        _members[version_] = next;
        emit ValidatorsRotated(version_, next);
    }

    /// @dev Refuses what cannot be a set: no member or too many, or members not in strictly ascending order.
    function _requireValid(address[] memory next) private pure {
        if (next.length == 0 || next.length > MAX_MEMBERS) revert ValidatorCountOutOfBounds(next.length, MAX_MEMBERS);
        address last = address(0);
        for (uint256 i = 0; i < next.length; ++i) {
            if (next[i] <= last) revert ValidatorsNotAscending(i);
            last = next[i];
        }
    }

    /// @dev More than two thirds of `count`.
    function _quorumFor(uint256 count) internal pure returns (uint256 needed) {
        return 2 * count / 3 + 1;
    }
}
