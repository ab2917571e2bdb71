// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The port through which contracts lock and move money (TRADE section 3).
/// @notice Amounts are minor units of one currency. An implementation calls nobody: a contract that
///         locks or releases through it can never be re-entered, and a release never depends on
///         what its receiver is or does.
interface ISettlement {
    /// @notice Moves `amount` from an account's free balance into the calling contract's escrow.
    ///         Only a registered contract may call, and only while new locks are not stopped.
    function lock(address from, uint128 amount) external;

    /// @notice Moves `amount` from the calling contract's escrow to an account's free balance.
    ///         Works for a contract that has since been unregistered, and while locks are stopped:
    ///         what is locked ends by its own rules.
    function release(address to, uint128 amount) external;
}
