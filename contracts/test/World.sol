// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bn254} from "../src/Bn254.sol";
import {DatasetRegistry} from "../src/DatasetRegistry.sol";
import {DealHash} from "../src/DealHash.sol";
import {FairExchange} from "../src/FairExchange.sol";
import {Governance} from "../src/Governance.sol";
import {IFairExchange} from "../src/IFairExchange.sol";
import {IGovernance} from "../src/IGovernance.sol";
import {Settlement} from "../src/Settlement.sol";
import {vm} from "./Vm.sol";

/// @title The consortium of the tests, at the fixed addresses, and a seller and buyer who keep the
///        protocol. The crypto here is written for clarity and shares nothing with the contract
///        but Bn254, whose own vectors are checked elsewhere.
contract World {
    Governance internal constant governance = Governance(address(0x1000));
    Settlement internal constant settlement = Settlement(address(0x1001));
    DatasetRegistry internal constant registry = DatasetRegistry(address(0x1002));
    FairExchange internal constant exchange = FairExchange(address(0x1003));

    uint256 internal constant SELLER_KEY = 0x5e11e4;
    address internal seller = vm.addr(SELLER_KEY);
    address internal buyer = address(bytes20(keccak256("buyer")));
    address internal payee = address(bytes20(keccak256("payee")));
    address internal bank = address(0xba4c);
    address internal registrar = address(0x4e91);
    address internal admin1 = address(0xad01);
    address internal admin2 = address(0xad02);
    address internal admin3 = address(0xad03);
    address internal operator4 = address(0x0904);
    address internal watchtower = address(0x3a7c);

    uint128 internal constant AMOUNT = 1_000_000;
    uint128 internal constant BOND = 200_000;
    uint128 internal constant PENALTY = 50_000;
    uint256 internal constant T0 = 1_700_000_000;
    uint256 internal constant H0 = 10_000;

    uint256 private _postings;

    /// @notice Everything both sides know of one deal, with the seller's and the buyer's secrets.
    struct Sale {
        IFairExchange.Header h;
        DealHash.Judged j;
        bytes32 restHash;
        bytes32 dealId;
        bytes signature;
        bytes32 k;
        uint256 b;
        uint256 r;
        IFairExchange.Seal seal;
        bytes[] z; // ciphertext chunks
        bytes32[] leavesX; // the manifest
        bytes32[] leavesZ;
    }

    function setUp() public virtual {
        vm.chainId(20260);
        vm.warp(T0);
        vm.roll(H0);
        IGovernance.OrganisationInit[] memory o = new IGovernance.OrganisationInit[](4);
        for (uint256 i = 0; i < 4; i++) {
            o[i] = IGovernance.OrganisationInit(bytes32(i + 1), 0, 30_000_000, i < 3 ? 2 : 0);
        }
        IGovernance.AccountInit[] memory a = new IGovernance.AccountInit[](8);
        a[0] = IGovernance.AccountInit(admin1, 1, 3, 1);
        a[1] = IGovernance.AccountInit(admin2, 2, 3, 1);
        a[2] = IGovernance.AccountInit(admin3, 3, 3, 1);
        a[3] = IGovernance.AccountInit(bank, 1, 1, 4);
        a[4] = IGovernance.AccountInit(registrar, 1, 1, 2);
        a[5] = IGovernance.AccountInit(seller, 2, 1, 0);
        a[6] = IGovernance.AccountInit(buyer, 3, 1, 0);
        a[7] = IGovernance.AccountInit(operator4, 4, 1, 32);
        IGovernance.ValidatorInit[] memory v = new IGovernance.ValidatorInit[](2);
        v[0] = IGovernance.ValidatorInit(address(0xbbbb), 2);
        v[1] = IGovernance.ValidatorInit(address(0xaaaa), 1);
        address[] memory contracts = new address[](1);
        contracts[0] = address(exchange);
        predeploy(
            address(governance),
            abi.encodePacked(creationCode("Governance"), abi.encode(o, a, v, contracts, 2))
        );
        predeploy(
            address(settlement),
            abi.encodePacked(creationCode("Settlement"), abi.encode(governance, contracts))
        );
        predeploy(
            address(registry),
            abi.encodePacked(creationCode("DatasetRegistry"), abi.encode(governance))
        );
        predeploy(
            address(exchange),
            abi.encodePacked(creationCode("FairExchange"), abi.encode(governance))
        );
        fund(seller, 10_000_000);
        fund(buyer, 50_000_000);
        vm.prank(seller);
        exchange.deposit(address(settlement), 5_000_000);
    }

    /// @notice Creation code of a committed artefact: what is tested is what genesis deploys. (Naming the contract's type
    ///         instead would compile it again into every test.)
    function creationCode(string memory name) internal view returns (bytes memory) {
        return vm.parseJsonBytes(vm.readFile(string.concat("artifacts/", name, ".json")), ".bytecode");
    }

    /// @notice Runs a constructor at a fixed address, as genesis creation does.
    function predeploy(address where, bytes memory init) internal {
        vm.etch(where, init);
        (bool ok, bytes memory code) = where.call("");
        require(ok, "constructor reverted");
        vm.etch(where, code);
    }

    function fund(address account, uint128 amount) internal {
        vm.prank(bank);
        settlement.deposit(account, amount, bytes32(++_postings));
    }

    function free(address account) internal view returns (uint128 amount) {
        (amount,) = settlement.balanceOf(account);
    }

    function escrow() internal view returns (uint128 amount) {
        (amount,) = settlement.escrowOf(address(exchange));
    }

    function status(bytes32 dealId) internal view returns (IFairExchange.Status) {
        return exchange.dealOf(dealId).status;
    }

    // ---- a sale -------------------------------------------------------------------------------------
    /// @notice A sale of `length` random bytes in chunks of `s`, not yet locked.
    function makeSale(uint64 nonce, uint256 length, uint32 s) internal view returns (Sale memory) {
        uint256 n = (length + s - 33) / (s - 32);
        bytes[] memory p = new bytes[](n);
        bytes32 seed = keccak256(abi.encode("seed", nonce));
        for (uint256 i = 0; i < n; i++) {
            uint256 rest = length - i * (s - 32);
            bytes memory data = randomBytes(keccak256(abi.encode("data", nonce, i)), s - 32);
            for (uint256 at_ = rest; at_ < s - 32; at_++) {
                data[at_] = 0;
            }
            p[i] = abi.encodePacked(sha256(abi.encodePacked("DX.p", seed, uint64(i))), data);
        }
        return makeSaleOf(nonce, p, uint64(length), s);
    }

    function makeSaleOf(uint64 nonce, bytes[] memory p, uint64 length, uint32 s)
        internal
        view
        returns (Sale memory d)
    {
        uint256 n = p.length;
        d.k = keccak256(abi.encode("k", nonce));
        bytes32 commit = sha256(
            abi.encodePacked("DX.k", block.chainid, address(exchange), seller, buyer, nonce, d.k)
        );
        d.z = new bytes[](n);
        d.leavesX = new bytes32[](n);
        d.leavesZ = new bytes32[](n);
        for (uint256 i = 0; i < n; i++) {
            d.leavesX[i] = sha256(abi.encodePacked("DX.x", uint64(i), p[i]));
            d.z[i] = crypt(commit, d.k, i, p[i]);
            d.leavesZ[i] = sha256(abi.encodePacked("DX.z", uint64(i), d.z[i]));
        }
        d.j = DealHash.Judged(
            rootOf(d.leavesX), uint64(n), s, length, rootOf(d.leavesZ), commit, 1
        );
        d.restHash = keccak256("rest");
        d.b = uint256(keccak256(abi.encode("b", nonce))) % Bn254.Q;
        d.r = uint256(keccak256(abi.encode("r", nonce))) % Bn254.Q;
        Bn254.Point memory B = mul(Bn254.generator(), d.b);
        d.h = IFairExchange.Header({
            termsDigest: termsOf(d.j, d.restHash),
            seller: seller,
            buyer: buyer,
            Bx: B.x,
            By: B.y,
            payee: payee,
            settlement: address(settlement),
            amount: AMOUNT,
            bond: BOND,
            withholdPenalty: PENALTY,
            nonce: nonce,
            lockBy: uint64(block.timestamp + 3600),
            revealWindow: 600,
            complainWindow: 3600,
            minBlocks: 100
        });
        finish(d);
    }

    /// @notice Recomputes what depends on the terms and the header, after a test has changed them.
    function finish(Sale memory d) internal view {
        d.h.termsDigest = termsOf(d.j, d.restHash);
        d.dealId = exchange.hashHeader(d.h);
        d.signature = signed(SELLER_KEY, d.dealId);
        Bn254.Point memory R = mul(Bn254.generator(), d.r);
        Bn254.Point memory S = mul(Bn254.Point(d.h.Bx, d.h.By), d.r);
        d.seal = IFairExchange.Seal(
            R.x, R.y, d.k ^ sha256(abi.encodePacked("DX.s", d.dealId, S.x, S.y))
        );
    }

    function lock(Sale memory d) internal {
        vm.prank(d.h.buyer);
        exchange.lock(d.h, d.signature);
    }

    function reveal(Sale memory d) internal {
        vm.prank(d.h.seller);
        exchange.reveal(d.dealId, d.seal.Rx, d.seal.Ry, d.seal.ek);
    }

    /// @notice The buyer's proof of the shared point; `w` is its nonce.
    function prove(Sale memory d, uint256 w)
        internal
        view
        returns (IFairExchange.SharedPointProof memory)
    {
        return proveWith(d, w, d.b);
    }

    /// @dev `b` need not be the buyer's: the tests' liar uses another.
    function proveWith(Sale memory d, uint256 w, uint256 b)
        internal
        view
        returns (IFairExchange.SharedPointProof memory proof)
    {
        Bn254.Point memory R = Bn254.Point(d.seal.Rx, d.seal.Ry);
        Bn254.Point memory S = mul(R, b);
        Bn254.Point memory A1 = mul(Bn254.generator(), w);
        Bn254.Point memory A2 = mul(R, w);
        bytes memory points = abi.encodePacked(
            d.h.Bx, d.h.By, R.x, R.y, S.x, S.y, A1.x, A1.y, A2.x, A2.y
        );
        uint256 c = uint256(
            sha256(
                abi.encodePacked("DX.c", block.chainid, address(exchange), d.dealId, points)
            )
        ) % Bn254.Q;
        uint256 z = addmod(w, mulmod(c, b, Bn254.Q), Bn254.Q);
        return IFairExchange.SharedPointProof(S.x, S.y, c, z);
    }

    function chunkProof(Sale memory d, uint64 i)
        internal
        pure
        returns (IFairExchange.ChunkProof memory)
    {
        return IFairExchange.ChunkProof(
            i, d.leavesX[i], d.z[i], pathOf(d.leavesX, i), pathOf(d.leavesZ, i)
        );
    }

    /// @notice What an honest buyer does after the reveal: null complaint when the file is right.
    /// @return verdict 0 = file right, 1 = wrong key, 2 = wrong chunk
    /// @return index the first wrong chunk
    function inspect(Sale memory d) internal view returns (uint256 verdict, uint64 index) {
        Bn254.Point memory S = mul(Bn254.Point(d.seal.Rx, d.seal.Ry), d.b);
        bytes32 k = d.seal.ek ^ sha256(abi.encodePacked("DX.s", d.dealId, S.x, S.y));
        bytes32 commit = sha256(
            abi.encodePacked(
                "DX.k", block.chainid, address(exchange), d.h.seller, d.h.buyer, d.h.nonce, k
            )
        );
        if (commit != d.j.keyCommit) return (1, 0);
        for (; index < d.z.length; index++) {
            bytes memory p = crypt(commit, k, index, d.z[index]);
            if (sha256(abi.encodePacked("DX.x", index, p)) != d.leavesX[index]) return (2, index);
        }
        return (0, 0);
    }

    // ---- hashes, plainly --------------------------------------------------------------------------
    function signed(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function termsOf(DealHash.Judged memory j, bytes32 restHash) internal pure returns (bytes32) {
        bytes32 judged = sha256(
            abi.encodePacked(j.rootX, j.n, j.s, j.length, j.rootZ, j.keyCommit, j.hashSuite)
        );
        return sha256(abi.encodePacked("DX.t", judged, restHash));
    }

    function crypt(bytes32 commit, bytes32 k, uint256 i, bytes memory chunk)
        internal
        pure
        returns (bytes memory out)
    {
        bytes32 key = sha256(abi.encodePacked("DX.e", commit, k, uint64(i)));
        out = new bytes(chunk.length);
        for (uint256 j = 0; j < chunk.length / 32; j++) {
            bytes32 word = sha256(abi.encodePacked(key, uint32(j)));
            assembly ("memory-safe") {
                let offset := add(32, mul(32, j))
                mstore(add(out, offset), xor(word, mload(add(chunk, offset))))
            }
        }
    }

    function rootOf(bytes32[] memory leaves) internal pure returns (bytes32) {
        bytes32[] memory row = padded(leaves);
        while (row.length > 1) {
            row = halved(row);
        }
        return row[0];
    }

    function pathOf(bytes32[] memory leaves, uint256 i) internal pure returns (bytes32[] memory path) {
        bytes32[] memory row = padded(leaves);
        uint256 depth = 0;
        while ((1 << depth) < row.length) depth++;
        path = new bytes32[](depth);
        for (uint256 d = 0; d < depth; d++) {
            path[d] = row[i ^ 1];
            row = halved(row);
            i >>= 1;
        }
    }

    function padded(bytes32[] memory leaves) internal pure returns (bytes32[] memory row) {
        uint256 width = 1;
        while (width < leaves.length) width *= 2;
        row = new bytes32[](width);
        for (uint256 i = 0; i < leaves.length; i++) {
            row[i] = leaves[i];
        }
    }

    function halved(bytes32[] memory row) internal pure returns (bytes32[] memory next) {
        next = new bytes32[](row.length / 2);
        for (uint256 i = 0; i < next.length; i++) {
            next[i] = sha256(abi.encodePacked(row[2 * i], row[2 * i + 1]));
        }
    }

    function mul(Bn254.Point memory p, uint256 s) internal view returns (Bn254.Point memory) {
        return Bn254.combine(p, s, p, 0);
    }

    function randomBytes(bytes32 seed, uint256 length) internal pure returns (bytes memory out) {
        out = new bytes(length);
        for (uint256 i = 0; i < length; i += 32) {
            bytes32 word = keccak256(abi.encode(seed, i));
            assembly ("memory-safe") {
                mstore(add(add(out, 32), i), word)
            }
        }
    }
}
