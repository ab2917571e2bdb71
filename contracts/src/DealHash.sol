// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Every SHA-256 preimage of the trade domain that a contract recomputes.
/// @notice Integers are big-endian at their type's width, tags are 4 ASCII bytes, `|` is
///         concatenation. The same table with vectors is docs/formats/fair-exchange.md.
library DealHash {
    /// @dev The part of the sealed terms that a complaint opens.
    struct Judged {
        bytes32 rootX; // Merkle root over the plaintext chunks
        uint64 n; // number of chunks
        uint32 s; // bytes in a chunk
        uint64 length; // bytes of the file
        bytes32 rootZ; // Merkle root over the ciphertext chunks
        bytes32 keyCommit;
        uint16 hashSuite;
    }

    /// @notice H("DX.t" | H(judged) | H(rest)).
    function terms(Judged calldata j, bytes32 restHash) internal pure returns (bytes32) {
        bytes32 judged = sha256(
            abi.encodePacked(j.rootX, j.n, j.s, j.length, j.rootZ, j.keyCommit, j.hashSuite)
        );
        return sha256(abi.encodePacked("DX.t", judged, restHash));
    }

    /// @notice H("DX.k" | chain id | contract | seller | buyer | nonce | k).
    function keyCommit(address seller, address buyer, uint64 nonce, bytes32 k)
        internal
        view
        returns (bytes32)
    {
        return sha256(
            abi.encodePacked("DX.k", block.chainid, address(this), seller, buyer, nonce, k)
        );
    }

    /// @notice H("DX.s" | dealId | S): what the key is xored with.
    function sealPad(bytes32 dealId, uint256 sx, uint256 sy) internal pure returns (bytes32) {
        return sha256(abi.encodePacked("DX.s", dealId, sx, sy));
    }

    /// @notice H("DX.r" | R | ek): what a revealed deal keeps of its seal (the first 21 bytes).
    function sealDigest(uint256 rx, uint256 ry, bytes32 ek) internal pure returns (uint168) {
        return uint168(bytes21(sha256(abi.encodePacked("DX.r", rx, ry, ek))));
    }

    /// @notice The least depth d with 2^d >= n.
    function depthOf(uint64 n) internal pure returns (uint256 d) {
        while ((uint256(1) << d) < n) d++;
    }

    /// @notice H("DX.z" | index | chunk).
    function leafZ(uint64 index, bytes calldata chunk) internal view returns (bytes32 leaf) {
        return _leaf("DX.z", index, chunk);
    }

    /// @notice Decrypts a ciphertext chunk and returns H("DX.x" | index | plaintext).
    /// @dev chunk key k_i = H("DX.e" | keyCommit | k | u64 i); stream word j = H(k_i | u32 j).
    ///      The length of `chunk` is a multiple of 32: the caller has checked it.
    function leafXOf(bytes32 commit, bytes32 k, uint64 index, bytes calldata chunk)
        internal
        view
        returns (bytes32 leaf)
    {
        bytes32 chunkKey = sha256(abi.encodePacked("DX.e", commit, k, index));
        bool ok = true;
        assembly ("memory-safe") {
            // m: [0,36) stream input, [64,96) stream word; from m+128 on the leaf's preimage:
            // tag and index in 12 bytes, then the plaintext.
            let m := mload(0x40)
            let body := add(m, 140)
            mstore(add(m, 128), or(shl(224, 0x44582e78), shl(160, index)))
            mstore(m, chunkKey)
            let words := shr(5, chunk.length)
            for { let j := 0 } lt(j, words) { j := add(j, 1) } {
                mstore(add(m, 32), shl(224, j))
                ok := and(ok, staticcall(gas(), 2, m, 36, add(m, 64), 32))
                let at := shl(5, j)
                mstore(
                    add(body, at), xor(calldataload(add(chunk.offset, at)), mload(add(m, 64)))
                )
            }
            ok := and(ok, staticcall(gas(), 2, add(m, 128), add(12, chunk.length), 0, 32))
            leaf := mload(0)
        }
        require(ok);
    }

    /// @notice The root that a leaf at `index` and its siblings, leaf level first, lead to.
    /// @dev Sides come from the index alone: a prover chooses nothing. The length of `path` is
    ///      the depth: the caller has checked it, and that index < n.
    function rootOf(bytes32 leaf, uint64 index, bytes32[] calldata path)
        internal
        view
        returns (bytes32 node)
    {
        bool ok = true;
        assembly ("memory-safe") {
            mstore(0, leaf)
            let end := add(path.offset, shl(5, path.length))
            for { let p := path.offset } lt(p, end) { p := add(p, 32) } {
                // The running node goes left when its bit of the index is 0.
                let side := shl(5, and(index, 1))
                let running := mload(0)
                mstore(side, running)
                mstore(xor(side, 32), calldataload(p))
                ok := and(ok, staticcall(gas(), 2, 0, 64, 0, 32))
                index := shr(1, index)
            }
            node := mload(0)
        }
        require(ok);
    }

    function _leaf(bytes4 tag, uint64 index, bytes calldata chunk)
        private
        view
        returns (bytes32 leaf)
    {
        bool ok;
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, or(tag, shl(160, index)))
            calldatacopy(add(m, 12), chunk.offset, chunk.length)
            ok := staticcall(gas(), 2, m, add(12, chunk.length), 0, 32)
            leaf := mload(0)
        }
        require(ok);
    }
}
