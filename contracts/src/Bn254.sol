// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The group G1 of bn254 (EIP-196), as far as the sealed reveal needs it.
/// @dev The curve y^2 = x^3 + 3 has prime order, so every point on it but infinity generates the
///      group: no subgroup check is missing here.
library Bn254 {
    struct Point {
        uint256 x;
        uint256 y;
    }

    /// @dev The field's prime.
    uint256 internal constant P =
        21888242871839275222246405745257275088696311157297823662689037894645226208583;
    /// @dev The group's order.
    uint256 internal constant Q =
        21888242871839275222246405745257275088548364400416034343698204186575808495617;

    error BadPoint();

    function generator() internal pure returns (Point memory) {
        return Point(1, 2);
    }

    /// @notice Canonical coordinates on the curve. Infinity, encoded (0,0), is not on it.
    function isOnCurve(uint256 x, uint256 y) internal pure returns (bool) {
        if (x >= P || y >= P) return false;
        return mulmod(y, y, P) == addmod(mulmod(mulmod(x, x, P), x, P), 3, P);
    }

    /// @notice s*p + t*q. Reverts when a point is not on the curve or a coordinate not canonical.
    function combine(Point memory p, uint256 s, Point memory q, uint256 t)
        internal
        view
        returns (Point memory r)
    {
        bool ok;
        assembly ("memory-safe") {
            // Two products side by side in scratch taken from the free pointer: (x, y, scalar) of
            // the second lies 64 bytes on, so that both results end up adjacent for the addition.
            let m := mload(0x40)
            mstore(m, mload(p))
            mstore(add(m, 0x20), mload(add(p, 0x20)))
            mstore(add(m, 0x40), s)
            ok := staticcall(gas(), 7, m, 0x60, m, 0x40)
            mstore(add(m, 0x40), mload(q))
            mstore(add(m, 0x60), mload(add(q, 0x20)))
            mstore(add(m, 0x80), t)
            ok := and(ok, staticcall(gas(), 7, add(m, 0x40), 0x60, add(m, 0x40), 0x40))
            ok := and(ok, staticcall(gas(), 6, m, 0x80, r, 0x40))
        }
        if (!ok) revert BadPoint();
    }
}
