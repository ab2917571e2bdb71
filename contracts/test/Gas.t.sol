// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DealHash} from "../src/DealHash.sol";
import {IFairExchange} from "../src/IFairExchange.sol";
import {say, vm, yes} from "./Vm.sol";
import {World} from "./World.sol";

/// @title Gas of each step of a sale and of each dispute, as receipts show it under Prague.
/// @notice Isolated: each call is a transaction of its own, with the intrinsic 21,000, the calldata,
///         cold accesses, refunds and the calldata floor of EIP-7623. Run with -vv to see the
///         figures. Steady state: seller, payee and buyer have traded before.
/// forge-config: default.isolate = true
contract GasTest is World {
    function setUp() public override {
        super.setUp();
        Sale memory first = makeSale(1, 5000, 2048);
        lock(first);
        reveal(first);
        vm.prank(buyer);
        exchange.settle(first.h);
        vm.roll(H0 + 10);
        vm.warp(T0 + 10);
    }

    function used(string memory what) private view returns (uint256 gas_) {
        gas_ = vm.lastCallGas().gasTotalUsed;
        say(what, gas_);
    }

    function sell(bool announced) private returns (uint256 total) {
        Sale memory d = makeSale(2, 5000, 2048);
        lock(d);
        total = used("lock");
        if (announced) {
            vm.prank(seller);
            exchange.announce(d.dealId);
            total += used("announce");
        }
        reveal(d);
        total += used("reveal");
        vm.prank(buyer);
        exchange.settle(d.h);
        total += used("settle");
        say("sale", total);
    }

    function test_an_honest_sale_costs_at_most_195k() external {
        yes(sell(false) <= 195_000, "sale");
    }

    function test_an_announced_sale_costs_at_most_240k() external {
        yes(sell(true) <= 240_000, "sale");
    }

    function test_a_withheld_key_costs_at_most_50k() external {
        Sale memory d = makeSale(2, 5000, 2048);
        lock(d);
        vm.warp(T0 + 700);
        vm.prank(watchtower);
        exchange.refund(d.h);
        yes(used("refund") <= 50_000, "refund");
    }

    function test_a_wrong_key_costs_at_most_90k() external {
        Sale memory d = makeSale(2, 5000, 2048);
        d.seal.ek ^= bytes32(uint256(1));
        lock(d);
        reveal(d);
        IFairExchange.SharedPointProof memory proof = prove(d, 12345);
        vm.prank(watchtower);
        exchange.complainKey(d.h, d.j, d.restHash, d.seal, proof);
        yes(used("complainKey") <= 90_000, "complainKey");
    }

    /// @dev A tree of any depth from one leaf: the siblings are random, the root follows.
    function badChunk(uint64 n, uint64 length) private returns (uint256) {
        Sale memory d = makeSale(2, 2016, 2048);
        uint64 i = n - 1;
        uint256 depth = DealHash.depthOf(n);
        bytes32[] memory pathX = new bytes32[](depth);
        bytes32[] memory pathZ = new bytes32[](depth);
        bytes32 leafX = keccak256("a leaf of the registered file");
        bytes memory z = randomBytes("z", 2048);
        bytes32 x = leafX;
        bytes32 y = sha256(abi.encodePacked("DX.z", i, z));
        for (uint256 level = 0; level < depth; level++) {
            pathX[level] = keccak256(abi.encode("x", level));
            pathZ[level] = keccak256(abi.encode("z", level));
            bool right = (i >> level) & 1 == 1;
            x = sha256(right ? abi.encodePacked(pathX[level], x) : abi.encodePacked(x, pathX[level]));
            y = sha256(right ? abi.encodePacked(pathZ[level], y) : abi.encodePacked(y, pathZ[level]));
        }
        d.j.n = n;
        d.j.length = length;
        d.j.rootX = x;
        d.j.rootZ = y;
        finish(d);
        lock(d);
        reveal(d);
        IFairExchange.ChunkProof memory c = IFairExchange.ChunkProof(i, leafX, z, pathX, pathZ);
        vm.prank(watchtower);
        exchange.complainChunk(d.h, d.j, d.restHash, d.k, c);
        return used("complainChunk");
    }

    function test_a_bad_chunk_of_a_gibibyte_costs_at_most_190k() external {
        yes(badChunk(uint64((uint256(1 << 30) + 2015) / 2016), 1 << 30) <= 190_000, "1 GiB");
    }

    function test_a_bad_chunk_of_a_tebibyte_costs_at_most_215k() external {
        yes(badChunk(uint64((uint256(1 << 40) + 2015) / 2016), 1 << 40) <= 215_000, "1 TiB");
    }

    function test_a_complaint_fits_a_block_at_two_to_the_32_chunks() external {
        yes(badChunk(1 << 32, (1 << 32) * 2016) <= 1_000_000, "2^32 chunks");
    }

    function test_registration_and_publication_are_cheap() external {
        vm.prank(seller);
        uint64 dataset = registry.register(keccak256("document"));
        used("register");
        Sale memory d = makeSale(2, 5000, 2048);
        bytes32 root = d.j.rootX;
        vm.prank(seller);
        registry.publish(dataset, oneLot(root), keccak256("digest"));
        yes(used("publish") <= 160_000, "publish");
    }

    function oneLot(bytes32 root) private pure returns (Lots.Lot[] memory lots) {
        lots = new Lots.Lot[](1);
        lots[0] = Lots.Lot(root, 3, 2048, 5000);
    }
}

import {DatasetRegistry as Lots} from "../src/DatasetRegistry.sol";
