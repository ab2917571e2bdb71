// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bn254} from "../src/Bn254.sol";
import {IFairExchange} from "../src/IFairExchange.sol";
import {IFairExchange as X} from "../src/IFairExchange.sol";
import {eq, vm, within, yes} from "./Vm.sol";
import {World} from "./World.sol";

/// @title Both complaints: a right one wins, a false one reverts, for every shape of file.
contract ComplaintsTest is World {
    function complainKey(Sale memory d, IFairExchange.SharedPointProof memory p) private {
        exchange.complainKey(d.h, d.j, d.restHash, d.seal, p);
    }

    function complainChunk(Sale memory d, IFairExchange.ChunkProof memory c) private {
        exchange.complainChunk(d.h, d.j, d.restHash, d.k, c);
    }

    function fails(bytes4 selector) private {
        vm.expectPartialRevert(selector);
    }

    /// @dev The proof is made before the expectation is set: hashing calls a precompile.
    function chunkFails(bytes4 error_, Sale memory d, IFairExchange.ChunkProof memory c) private {
        vm.expectPartialRevert(error_);
        complainChunk(d, c);
    }

    /// @dev The seller encrypts something else at chunk i, and commits to that ciphertext.
    function corrupt(Sale memory d, uint64 i, uint256 place) private view {
        d.z[i][place] ^= 0x01;
        d.leavesZ[i] = sha256(abi.encodePacked("DX.z", i, d.z[i]));
        d.j.rootZ = rootOf(d.leavesZ);
        finish(d);
    }

    function open(uint64 nonce, uint256 length, uint32 s) private returns (Sale memory d) {
        d = makeSale(nonce, length, s);
        lock(d);
        reveal(d);
    }

    // ---- chunks -------------------------------------------------------------------------------------
    function testFuzz_a_corrupt_chunk_is_proved_and_an_honest_one_is_not(
        uint256 shape, uint256 which, uint256 where
    ) external {
        uint32 s = uint32(within(shape, 32, 64) * 32);
        // n in {1, 2^k, 2^k - 1, 2^k + 1} for k = 1, 2, 3, with a whole or a partial last chunk.
        uint256 n = within(shape >> 64, 0, 9);
        n = [uint256(1), 2, 3, 4, 5, 7, 8, 9, 6, 10][n];
        uint256 length = n * (s - 32) - within(shape >> 128, 0, s - 33);
        Sale memory d = makeSale(1, length, s);
        eq(d.z.length, n);
        uint64 i = uint64(within(which, 0, n - 1));
        corrupt(d, i, within(where, 0, s - 1));
        lock(d);
        reveal(d);
        (uint256 verdict, uint64 found) = inspect(d);
        eq(verdict, 2);
        eq(found, i);
        for (uint64 honest = 0; honest < n; honest++) {
            if (honest == i) continue;
            chunkFails(X.ComplaintRefuted.selector, d, chunkProof(d, honest));
        }
        vm.prank(watchtower);
        complainChunk(d, chunkProof(d, i));
        eq(uint256(status(d.dealId)), uint256(X.Status.Upheld));
    }

    function test_the_largest_and_smallest_chunks_are_judged() external {
        uint32[2] memory sizes = [uint32(1024), 65536];
        for (uint64 k = 0; k < 2; k++) {
            Sale memory d = makeSale(k, uint256(sizes[k]) * 2, sizes[k]);
            corrupt(d, 2, sizes[k] - 1);
            lock(d);
            reveal(d);
            chunkFails(X.ComplaintRefuted.selector, d, chunkProof(d, 1));
            complainChunk(d, chunkProof(d, 2));
        }
    }

    function test_a_frivolous_complaint_reverts() external {
        Sale memory d = open(1, 5000, 1024);
        for (uint64 i = 0; i < d.z.length; i++) {
            chunkFails(X.ComplaintRefuted.selector, d, chunkProof(d, i));
        }
        IFairExchange.SharedPointProof memory proof = prove(d, 1);
        vm.expectRevert(abi.encodeWithSelector(X.ComplaintRefuted.selector, d.dealId));
        complainKey(d, proof);
    }

    function test_an_index_at_or_beyond_n_is_refused() external {
        // Five chunks: positions 5, 6, 7 are padding leaves, and 8 would alias position 0.
        Sale memory d = open(1, 992 * 5, 1024);
        for (uint64 i = 5; i < 18; i++) {
            IFairExchange.ChunkProof memory c = chunkProof(d, 0);
            c.index = i;
            if (i < 8) {
                c.pathX = pathOf(d.leavesX, i);
                c.pathZ = pathOf(d.leavesZ, i);
                c.leafX = 0;
            }
            chunkFails(X.WrongShape.selector, d, c);
        }
    }

    function test_a_shorter_or_longer_path_is_refused() external {
        Sale memory d = open(1, 992 * 4, 1024);
        IFairExchange.ChunkProof memory c = chunkProof(d, 1);
        bytes32[] memory shorter = new bytes32[](1);
        bytes32[] memory longer = new bytes32[](3);
        bytes32[] memory right = c.pathX;
        c.pathX = shorter;
        chunkFails(X.WrongShape.selector, d, c);
        c.pathX = longer;
        chunkFails(X.WrongShape.selector, d, c);
        c.pathX = right;
        right = c.pathZ;
        c.pathZ = shorter;
        chunkFails(X.WrongShape.selector, d, c);
        c.pathZ = longer;
        chunkFails(X.WrongShape.selector, d, c);
        c.pathZ = right;
        // An inner node offered as the leaf, with the path that remains.
        c.leafX = sha256(abi.encodePacked(d.leavesX[0], d.leavesX[1]));
        c.pathX = new bytes32[](1);
        c.pathX[0] = sha256(abi.encodePacked(d.leavesX[2], d.leavesX[3]));
        chunkFails(X.WrongShape.selector, d, c);
    }

    function test_leaf_and_chunk_must_stand_at_the_same_index() external {
        Sale memory d = open(1, 992 * 4, 1024);
        IFairExchange.ChunkProof memory c = chunkProof(d, 1);
        IFairExchange.ChunkProof memory other = chunkProof(d, 2);
        c.leafX = other.leafX;
        chunkFails(X.WrongPath.selector, d, c);
        c.pathX = other.pathX;
        chunkFails(X.WrongPath.selector, d, c);
        c = chunkProof(d, 1);
        c.chunk = other.chunk;
        chunkFails(X.WrongPath.selector, d, c);
        c.pathZ = other.pathZ;
        chunkFails(X.WrongPath.selector, d, c);
        c.index = 2;
        chunkFails(X.WrongPath.selector, d, c);
    }

    function test_a_leaf_of_one_tree_is_no_leaf_of_the_other() external {
        Sale memory d = open(1, 992 * 4, 1024);
        IFairExchange.ChunkProof memory c = chunkProof(d, 1);
        c.leafX = d.leavesZ[1];
        c.pathX = c.pathZ;
        chunkFails(X.WrongPath.selector, d, c);
        c = chunkProof(d, 1);
        c.pathZ = c.pathX;
        chunkFails(X.WrongPath.selector, d, c);
    }

    function test_a_chunk_of_another_length_is_refused() external {
        Sale memory d = open(1, 992 * 2, 1024);
        IFairExchange.ChunkProof memory c = chunkProof(d, 1);
        c.chunk = randomBytes("short", 992);
        chunkFails(X.WrongShape.selector, d, c);
        c.chunk = "";
        chunkFails(X.WrongShape.selector, d, c);
    }

    function testFuzz_a_flipped_byte_anywhere_in_a_complaint_reverts(uint256 where, uint8 flip)
        external
    {
        vm.assume(flip != 0);
        Sale memory d = makeSale(1, 992 * 4, 1024);
        corrupt(d, 1, 500);
        lock(d);
        reveal(d);
        bytes memory call = abi.encodeCall(
            exchange.complainChunk, (d.h, d.j, d.restHash, d.k, chunkProof(d, 1))
        );
        call[within(where, 4, call.length - 1)] ^= bytes1(flip);
        (bool ok,) = address(exchange).call(call);
        // Offsets of dynamic fields may be written in more than one way; nothing else may change.
        yes(!ok || status(d.dealId) == X.Status.Upheld, "reverts, or means the same");
        complainChunkIfOpen(d);
        eq(uint256(status(d.dealId)), uint256(X.Status.Upheld));
    }

    function complainChunkIfOpen(Sale memory d) private {
        if (status(d.dealId) == X.Status.Revealed) complainChunk(d, chunkProof(d, 1));
    }

    function test_a_wrong_key_does_not_open_a_chunk_complaint() external {
        Sale memory d = open(1, 992 * 2, 1024);
        d.k ^= bytes32(uint256(1));
        chunkFails(X.WrongKey.selector, d, chunkProof(d, 0));
    }

    // ---- terms --------------------------------------------------------------------------------------
    function test_terms_other_than_the_locked_ones_are_refused() external {
        for (uint256 field = 0; field < 8; field++) {
            Sale memory d = makeSale(uint64(field), 992 * 2, 1024);
            corrupt(d, 0, 7);
            lock(d);
            reveal(d);
            IFairExchange.ChunkProof memory c = chunkProof(d, 0);
            if (field == 0) d.j.rootX ^= bytes32(uint256(1));
            if (field == 1) d.j.n++;
            if (field == 2) d.j.s += 32;
            if (field == 3) d.j.length++;
            if (field == 4) d.j.rootZ ^= bytes32(uint256(1));
            if (field == 5) d.j.keyCommit ^= bytes32(uint256(1));
            if (field == 6) d.j.hashSuite++;
            if (field == 7) d.restHash ^= bytes32(uint256(1));
            chunkFails(X.WrongTerms.selector, d, c);
            IFairExchange.SharedPointProof memory proof = prove(d, 3);
            vm.expectRevert(abi.encodeWithSelector(X.WrongTerms.selector, d.dealId));
            complainKey(d, proof);
        }
    }

    function test_an_unknown_hash_suite_is_refused() external {
        Sale memory d = makeSale(1, 992 * 2, 1024);
        d.j.hashSuite = 2;
        finish(d);
        lock(d);
        reveal(d);
        chunkFails(X.UnknownHashSuite.selector, d, chunkProof(d, 0));
        IFairExchange.SharedPointProof memory proof = prove(d, 3);
        vm.expectRevert(abi.encodeWithSelector(X.UnknownHashSuite.selector, 2));
        complainKey(d, proof);
    }

    function test_a_chunk_size_outside_the_rules_is_refused() external {
        uint32[4] memory sizes = [uint32(992), 65568, 1040, 0];
        for (uint64 i = 0; i < 4; i++) {
            Sale memory d = makeSale(i, 992 * 2, 1024);
            d.j.s = sizes[i];
            finish(d);
            lock(d);
            reveal(d);
            chunkFails(X.WrongShape.selector, d, chunkProof(d, 0));
        }
    }

    // ---- keys ---------------------------------------------------------------------------------------
    function testFuzz_a_wrong_key_is_proved(uint256 w, uint256 flip) external {
        vm.assume(flip != 0);
        Sale memory d = makeSale(1, 992 * 2, 1024);
        d.seal.ek ^= bytes32(flip);
        lock(d);
        reveal(d);
        (uint256 verdict,) = inspect(d);
        eq(verdict, 1);
        complainKey(d, prove(d, w % Bn254.Q));
        eq(uint256(status(d.dealId)), uint256(X.Status.Upheld));
    }

    function testFuzz_a_foreign_point_as_R_is_a_wrong_key(uint256 r) external {
        Sale memory d = makeSale(1, 992 * 2, 1024);
        r = within(r, 1, Bn254.Q - 1);
        vm.assume(r != d.r);
        Bn254.Point memory R = mul(Bn254.generator(), r);
        (d.seal.Rx, d.seal.Ry) = (R.x, R.y);
        lock(d);
        reveal(d);
        complainKey(d, prove(d, 77));
        eq(uint256(status(d.dealId)), uint256(X.Status.Upheld));
    }

    /// @dev The liar opens another S than bR, so that the honest key looks wrong.
    function testFuzz_a_false_shared_point_is_refused(uint256 w, uint256 lie) external {
        Sale memory d = open(1, 992 * 2, 1024);
        lie = within(lie, 1, Bn254.Q - 1);
        vm.assume(lie != d.b);
        IFairExchange.SharedPointProof memory proof = proveWith(d, w % Bn254.Q, lie);
        vm.expectRevert(abi.encodeWithSelector(X.WrongProof.selector, d.dealId));
        complainKey(d, proof);
    }

    function testFuzz_a_bent_proof_is_refused(uint256 word, uint256 flip) external {
        vm.assume(flip != 0);
        Sale memory d = makeSale(1, 992 * 2, 1024);
        d.seal.ek ^= bytes32(uint256(1));
        lock(d);
        reveal(d);
        IFairExchange.SharedPointProof memory p = prove(d, 4711);
        word %= 4;
        if (word == 0) p.Sx ^= flip;
        if (word == 1) p.Sy ^= flip;
        if (word == 2) p.c ^= flip;
        if (word == 3) p.z ^= flip;
        (bool ok,) = address(exchange)
            .call(abi.encodeCall(exchange.complainKey, (d.h, d.j, d.restHash, d.seal, p)));
        yes(!ok, "a bent proof must not be accepted");
        eq(uint256(status(d.dealId)), uint256(X.Status.Revealed));
    }

    function test_degenerate_points_and_scalars_are_refused() external {
        Sale memory d = open(1, 992 * 2, 1024);
        IFairExchange.SharedPointProof memory p = prove(d, 4711);
        IFairExchange.SharedPointProof memory q = prove(d, 4711);
        (q.Sx, q.Sy) = (0, 0); // infinity
        fails(Bn254.BadPoint.selector);
        complainKey(d, q);
        (q.Sx, q.Sy) = (1, 3); // off the curve
        fails(Bn254.BadPoint.selector);
        complainKey(d, q);
        (q.Sx, q.Sy) = (Bn254.P + 1, 2); // not canonical
        fails(Bn254.BadPoint.selector);
        complainKey(d, q);
        q = prove(d, 4711);
        q.z = p.z + Bn254.Q; // the same scalar in another coat
        if (q.z > p.z) {
            fails(X.WrongProof.selector);
            complainKey(d, q);
        }
        q = prove(d, 4711);
        (q.c, q.z) = (0, 0);
        fails(X.WrongProof.selector);
        complainKey(d, q);
    }

    function test_a_proof_or_seal_of_another_deal_is_refused() external {
        Sale memory d = open(1, 992 * 2, 1024);
        Sale memory e = makeSale(2, 992 * 2, 1024);
        e.b = d.b; // the same buyer key in two deals: unwise, yet proofs do not carry over
        (e.h.Bx, e.h.By) = (d.h.Bx, d.h.By);
        e.r = d.r;
        finish(e);
        e.seal.ek ^= bytes32(uint256(1));
        lock(e);
        reveal(e);
        IFairExchange.SharedPointProof memory ofE = prove(e, 9);
        vm.expectRevert(abi.encodeWithSelector(X.WrongProof.selector, d.dealId));
        complainKey(d, ofE);
        d.seal = e.seal;
        vm.expectRevert(abi.encodeWithSelector(X.WrongSeal.selector, d.dealId));
        complainKey(d, ofE);
    }

    function test_no_complaint_before_the_reveal() external {
        Sale memory d = makeSale(1, 992 * 2, 1024);
        lock(d);
        IFairExchange.SharedPointProof memory proof = prove(d, 9);
        vm.expectPartialRevert(X.WrongStatus.selector);
        complainKey(d, proof);
        chunkFails(X.WrongStatus.selector, d, chunkProof(d, 0));
    }

    function test_nobody_resells_anothers_ciphertext() external {
        // The same k for another buyer gives another commitment, so the ciphertext does not fit.
        Sale memory d = makeSale(1, 992 * 2, 1024);
        Sale memory e = makeSale(2, 992 * 2, 1024);
        e.k = d.k;
        e.z = d.z;
        e.j.rootZ = d.j.rootZ;
        e.leavesZ = d.leavesZ;
        e.j.keyCommit = d.j.keyCommit;
        finish(e);
        lock(e);
        reveal(e);
        (uint256 verdict,) = inspect(e);
        eq(verdict, 1);
        complainKey(e, prove(e, 31));
        eq(uint256(status(e.dealId)), uint256(X.Status.Upheld));
    }
}
