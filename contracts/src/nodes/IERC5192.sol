// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

/// @title Minimal soul-bound tokens (ERC-5192)
/// @notice Tells wallets that a token cannot be moved. Interface ID 0xb45a3c0e.
interface IERC5192 {
    /// @notice A token was locked: it cannot be moved.
    /// @param tokenId The token.
    event Locked(uint256 tokenId);

    /// @notice A token was unlocked. Tokens here never are; the standard has the event.
    /// @param tokenId The token.
    event Unlocked(uint256 tokenId);

    /// @notice Whether a token is locked; reverts for a token that nobody has.
    /// @param tokenId The token.
    /// @return isLocked Whether it cannot be moved.
    function locked(uint256 tokenId) external view returns (bool isLocked);
}
