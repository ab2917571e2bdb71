// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bn254} from "../src/Bn254.sol";
import {DatasetRegistry} from "../src/DatasetRegistry.sol";
import {DealHash} from "../src/DealHash.sol";
import {IFairExchange} from "../src/IFairExchange.sol";
import {eq, vm, yes} from "./Vm.sol";
import {World} from "./World.sol";

/// @notice The contract's hashes, reached through calldata as in the contract itself.
contract HashProbe {
    function terms(DealHash.Judged calldata j, bytes32 rest) external pure returns (bytes32) {
        return DealHash.terms(j, rest);
    }

    function leafZ(uint64 i, bytes calldata chunk) external view returns (bytes32) {
        return DealHash.leafZ(i, chunk);
    }

    function leafXOf(bytes32 commit, bytes32 k, uint64 i, bytes calldata chunk)
        external
        view
        returns (bytes32)
    {
        return DealHash.leafXOf(commit, k, i, chunk);
    }

    function rootOf(bytes32 leaf, uint64 i, bytes32[] calldata path)
        external
        view
        returns (bytes32)
    {
        return DealHash.rootOf(leaf, i, path);
    }
}

/// @title The contracts agree with the published vectors, which another program computed.
contract VectorsTest is World {
    string private _json;
    HashProbe private _probe = new HashProbe();

    function setUp() public override {
        super.setUp();
        _json = vm.readFile("../docs/formats/fair-exchange-vectors.json");
    }

    function key(uint256 deal, string memory name) private pure returns (string memory) {
        return string.concat(".deals[", vm.toString(deal), "].", name);
    }

    function b32(uint256 deal, string memory name) private view returns (bytes32) {
        return vm.parseJsonBytes32(_json, key(deal, name));
    }

    function num(uint256 deal, string memory name) private view returns (uint256) {
        return vm.parseJsonUint(_json, key(deal, name));
    }

    function header(uint256 d) private view returns (IFairExchange.Header memory h) {
        h.termsDigest = b32(d, "header.termsDigest");
        h.seller = vm.parseJsonAddress(_json, key(d, "header.seller"));
        h.buyer = vm.parseJsonAddress(_json, key(d, "header.buyer"));
        h.Bx = uint256(b32(d, "header.Bx"));
        h.By = uint256(b32(d, "header.By"));
        h.payee = vm.parseJsonAddress(_json, key(d, "header.payee"));
        h.settlement = vm.parseJsonAddress(_json, key(d, "header.settlement"));
        h.amount = uint128(num(d, "header.amount"));
        h.bond = uint128(num(d, "header.bond"));
        h.withholdPenalty = uint128(num(d, "header.withholdPenalty"));
        h.nonce = uint64(num(d, "header.nonce"));
        h.lockBy = uint64(num(d, "header.lockBy"));
        h.revealWindow = uint32(num(d, "header.revealWindow"));
        h.complainWindow = uint32(num(d, "header.complainWindow"));
        h.minBlocks = uint32(num(d, "header.minBlocks"));
    }

    function judged(uint256 d) private view returns (DealHash.Judged memory) {
        return DealHash.Judged(
            b32(d, "rootX"),
            uint64(num(d, "file.n")),
            uint32(num(d, "file.s")),
            uint64(num(d, "file.length")),
            b32(d, "rootZ"),
            b32(d, "keyCommit"),
            1
        );
    }

    function test_the_deal_id_is_the_published_one() external view {
        for (uint256 d = 0; d < 2; d++) {
            eq(exchange.HEADER_TYPEHASH(), b32(d, "headerTypeHash"));
            eq(exchange.domainSeparator(), b32(d, "domainSeparator"));
            eq(exchange.hashHeader(header(d)), b32(d, "dealId"));
        }
    }

    function test_terms_chunks_and_paths_hash_as_published() external view {
        for (uint256 d = 0; d < 2; d++) {
            eq(_probe.terms(judged(d), b32(d, "restHash")), b32(d, "termsDigest"));
            uint64 i = uint64(num(d, "lastIndex"));
            bytes memory chunk = vm.parseJsonBytes(_json, key(d, "lastChunkZ"));
            bytes32 leafX = b32(d, "leafX[1]");
            eq(_probe.leafZ(i, chunk), b32(d, "leafZ[1]"));
            eq(_probe.leafXOf(b32(d, "keyCommit"), b32(d, "k"), i, chunk), leafX);
            bytes32[] memory pathX = vm.parseJsonBytes32Array(_json, key(d, "pathX"));
            bytes32[] memory pathZ = vm.parseJsonBytes32Array(_json, key(d, "pathZ"));
            eq(pathX.length, DealHash.depthOf(i + 1));
            eq(_probe.rootOf(leafX, i, pathX), b32(d, "rootX"));
            eq(_probe.rootOf(b32(d, "leafZ[1]"), i, pathZ), b32(d, "rootZ"));
        }
    }

    function test_a_published_deal_runs_and_its_shared_point_proof_is_accepted() external {
        run(0);
    }

    function test_the_second_published_deal_runs_and_its_proof_is_accepted() external {
        run(1);
    }

    /// @dev The published seller has key 1. The complaint must get past the proof of S and fail only
    ///      because the unsealed key is right.
    function run(uint256 d) private {
        IFairExchange.Header memory h = header(d);
        vm.startPrank(admin1);
        governance.setAccount(h.seller, 1, 1);
        governance.setAccount(h.buyer, 1, 1);
        vm.stopPrank();
        fund(h.seller, 1_000_000);
        fund(h.buyer, 1_000_000);
        vm.prank(h.seller);
        exchange.deposit(address(settlement), 1_000_000);
        bytes32 dealId = b32(d, "dealId");
        vm.prank(h.buyer);
        exchange.lock(h, signed(1, dealId));
        IFairExchange.Seal memory seal = IFairExchange.Seal(
            uint256(b32(d, "R.x")), uint256(b32(d, "R.y")), b32(d, "ek")
        );
        vm.prank(h.seller);
        exchange.reveal(dealId, seal.Rx, seal.Ry, seal.ek);
        eq(
            bytes32(uint256(exchange.dealOf(dealId).sealDigest) << 88),
            bytes32(vm.parseJsonBytes(_json, key(d, "sealDigest")))
        );
        IFairExchange.SharedPointProof memory proof = IFairExchange.SharedPointProof(
            uint256(b32(d, "S.x")),
            uint256(b32(d, "S.y")),
            uint256(b32(d, "c")),
            uint256(b32(d, "z"))
        );
        vm.expectRevert(
            abi.encodeWithSelector(IFairExchange.ComplaintRefuted.selector, dealId)
        );
        exchange.complainKey(h, judged(d), b32(d, "restHash"), seal, proof);
    }

    function test_the_registry_hashes_lots_as_published() external view {
        DatasetRegistry.Lot[] memory lots = new DatasetRegistry.Lot[](3);
        for (uint256 i = 0; i < 3; i++) {
            string memory lot = string.concat(".registry.lots[", vm.toString(i), "].");
            lots[i] = DatasetRegistry.Lot(
                vm.parseJsonBytes32(_json, string.concat(lot, "rootX")),
                uint64(vm.parseJsonUint(_json, string.concat(lot, "n"))),
                uint32(vm.parseJsonUint(_json, string.concat(lot, "s"))),
                uint64(vm.parseJsonUint(_json, string.concat(lot, "length")))
            );
        }
        eq(registry.lotsRoot(lots), vm.parseJsonBytes32(_json, ".registry.root"));
        eq(registry.versionId(1, 1), b32(0, "version"));
        eq(registry.queryCode(1), vm.parseJsonUint(_json, ".registry.queryCodeOfDataset1"));
    }

    function test_bn254_multiples_are_the_published_ones() external view {
        for (uint256 d = 0; d < 2; d++) {
            Bn254.Point memory B = mul(Bn254.generator(), uint256(b32(d, "b")));
            Bn254.Point memory R = mul(Bn254.generator(), uint256(b32(d, "r")));
            Bn254.Point memory S = mul(B, uint256(b32(d, "r")));
            eq(R.x, uint256(b32(d, "R.x")));
            eq(R.y, uint256(b32(d, "R.y")));
            eq(S.x, uint256(b32(d, "S.x")));
            eq(S.y, uint256(b32(d, "S.y")));
            yes(Bn254.isOnCurve(S.x, S.y), "S on the curve");
        }
    }
}
