// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFairExchange} from "../src/IFairExchange.sol";
import {ISettlement} from "../src/ISettlement.sol";
import {Settlement} from "../src/Settlement.sol";
import {eq, vm, within, yes} from "./Vm.sol";
import {World} from "./World.sol";

/// @title Everything a hostile world can do, as moves of the invariant test.
/// @notice Honest sellers keep to the protocol: they reveal inside the window, at the last moment
///         after an announcement. Honest buyers inspect after a reveal and complain or settle.
///         Dishonest sellers publish wrong keys and wrong chunks or stay silent; dishonest buyers and
///         strangers call whatever they like in between. Money and windows are checked elsewhere;
///         here are recorded the three things that must never happen.
contract HostileWorld is World {
    uint256 internal constant HONEST = 0; // honest seller, hostile buyer
    uint256 internal constant WRONG_KEY = 1; // dishonest seller, honest buyer, from here on
    uint256 internal constant WRONG_CHUNK = 2;
    uint256 internal constant SILENT = 3;

    struct Record {
        uint256 kind;
        uint256 deadline; // last second of the reveal window, before an announcement
        uint256 announced;
        bytes sale;
    }

    Record[] internal _records;
    uint64 internal _nonce;
    uint256 internal _time = T0;
    uint256 internal _height = H0;

    uint256 public revealsReverted;
    uint256 public honestSellersPunished;
    uint256 public honestBuyersCharged;
    uint256 public complaintsRefused;
    uint256 public sold;
    uint256 public upheld;
    uint256 public refunded;

    function count() external view returns (uint256) {
        return _records.length;
    }

    function sale(uint256 i) internal view returns (Sale memory) {
        return abi.decode(_records[i].sale, (Sale));
    }

    function pick(uint256 seed) internal view returns (uint256) {
        return seed % _records.length;
    }

    // ---- protocol moves -----------------------------------------------------------------------------
    function open(uint256 kind, uint256 chunk) external {
        if (_records.length >= 12) return;
        kind %= 4;
        Sale memory d = makeSale(++_nonce, 992 * within(chunk >> 32, 1, 3), 1024);
        if (kind == WRONG_CHUNK) {
            uint64 i = uint64(chunk % d.z.length);
            d.z[i][chunk % 1024] ^= 0x80;
            d.leavesZ[i] = sha256(abi.encodePacked("DX.z", i, d.z[i]));
            d.j.rootZ = rootOf(d.leavesZ);
            finish(d);
        }
        if (kind == WRONG_KEY) d.seal.ek ^= bytes32(chunk | 1);
        if (!governance.isActive(seller) || !governance.isActive(buyer)) return;
        if (exchange.paused(seller) || _stopped()) return;
        if (exchange.freeDeposit(address(settlement), seller) < BOND) return;
        lock(d);
        _records.push(Record(kind, block.timestamp + 599, 0, abi.encode(d)));
    }

    /// @notice Time passes. Before it would carry anyone past a window, the honest have acted.
    function pass(uint256 seconds_, uint256 blocks) external {
        seconds_ = within(seconds_, 1, 400);
        blocks = within(blocks, 0, 60);
        for (uint256 i = 0; i < _records.length; i++) {
            act(i, seconds_);
        }
        _time += seconds_;
        _height += blocks;
        vm.warp(_time);
        vm.roll(_height);
    }

    /// @dev What the protocol has the honest do before `seconds_` go by.
    function act(uint256 i, uint256 seconds_) private {
        Record memory record = _records[i];
        Sale memory d = sale(i);
        IFairExchange.Status s = status(d.dealId);
        if (s == IFairExchange.Status.Locked && record.kind != SILENT) {
            if (block.timestamp + seconds_ <= record.deadline) return;
            // Near the end: announce if there is still time for it, and reveal.
            if (block.timestamp <= record.deadline && record.announced == 0) {
                announceAndRecord(i, d);
            }
            revealOrRecord(d);
            s = status(d.dealId);
        }
        if (s == IFairExchange.Status.Revealed && record.kind != HONEST) complainOrRecord(d);
    }

    function announceAndRecord(uint256 i, Sale memory d) private {
        vm.prank(seller);
        try exchange.announce(d.dealId) {
            _records[i].announced = block.timestamp;
        } catch {
            revealsReverted++;
        }
    }

    function revealOrRecord(Sale memory d) private {
        if (!exchange.revealOpen(d.dealId)) {
            revealsReverted++; // an honest seller in time finds the window closed
            return;
        }
        vm.prank(seller);
        try exchange.reveal(d.dealId, d.seal.Rx, d.seal.Ry, d.seal.ek) {}
        catch {
            revealsReverted++;
        }
    }

    /// @dev The honest buyer acts on what it sees alone, not on the record's kind.
    function complainOrRecord(Sale memory d) private {
        (uint256 verdict, uint64 index) = inspect(d);
        bytes memory call;
        if (verdict == 0) {
            honestBuyersCharged++; // a dishonest seller's deal must look wrong
            return;
        }
        if (verdict == 1) {
            call = abi.encodeCall(
                exchange.complainKey, (d.h, d.j, d.restHash, d.seal, prove(d, 1 + d.h.nonce))
            );
        } else {
            call = abi.encodeCall(
                exchange.complainChunk, (d.h, d.j, d.restHash, d.k, chunkProof(d, index))
            );
        }
        vm.prank(watchtower);
        (bool ok,) = address(exchange).call(call);
        if (!ok) complaintsRefused++;
        else upheld++;
    }

    /// @notice An honest seller reveals early.
    function revealEarly(uint256 seed) external {
        if (_records.length == 0) return;
        uint256 i = pick(seed);
        Sale memory d = sale(i);
        if (_records[i].kind == SILENT || status(d.dealId) != IFairExchange.Status.Locked) return;
        if (block.timestamp > _records[i].deadline) return;
        revealOrRecord(d);
    }

    // ---- hostile moves --------------------------------------------------------------------------------
    function refundAny(uint256 seed) external {
        if (_records.length == 0) return;
        uint256 i = pick(seed);
        Sale memory d = sale(i);
        vm.prank(watchtower);
        try exchange.refund(d.h) {
            refunded++;
            if (_records[i].kind != SILENT) honestSellersPunished++;
        } catch {}
    }

    function settleAny(uint256 seed) external {
        if (_records.length == 0) return;
        uint256 i = pick(seed);
        Sale memory d = sale(i);
        vm.prank(watchtower);
        try exchange.settle(d.h) {
            sold++;
            if (_records[i].kind != HONEST) honestBuyersCharged++;
        } catch {}
    }

    /// @notice The hostile buyer of an honest seller opens a false shared point or a bent proof.
    function falseKeyComplaint(uint256 seed, uint256 lie, uint256 w) external {
        if (_records.length == 0) return;
        uint256 i = pick(seed);
        if (_records[i].kind != HONEST) return;
        Sale memory d = sale(i);
        IFairExchange.SharedPointProof memory p =
            lie % 3 == 0 ? prove(d, w % 1e70) : proveWith(d, w % 1e70, 1 + lie % 1e70);
        if (lie % 3 == 1) p.z ^= w;
        attack(abi.encodeCall(exchange.complainKey, (d.h, d.j, d.restHash, d.seal, p)));
    }

    /// @notice A chunk complaint mixed from the pieces of two positions, or of two deals.
    function falseChunkComplaint(uint256 seed, uint256 mix) external {
        if (_records.length == 0) return;
        uint256 i = pick(seed);
        if (_records[i].kind != HONEST) return;
        Sale memory d = sale(i);
        Sale memory e = sale(pick(seed >> 128));
        IFairExchange.ChunkProof memory c = chunkProof(d, uint64((mix >> 8) % d.z.length));
        IFairExchange.ChunkProof memory o = chunkProof(e, uint64((mix >> 16) % e.z.length));
        if (mix & 1 != 0) c.chunk = o.chunk;
        if (mix & 2 != 0) c.leafX = o.leafX;
        if (mix & 4 != 0) c.pathX = o.pathX;
        if (mix & 8 != 0) c.pathZ = o.pathZ;
        if (mix & 16 != 0) c.index = o.index;
        attack(
            abi.encodeCall(
                exchange.complainChunk,
                (d.h, mix & 32 != 0 ? e.j : d.j, d.restHash, mix & 64 != 0 ? e.k : d.k, c)
            )
        );
    }

    /// @notice Any function with any bytes, from a party or a stranger.
    function noise(uint256 who, bytes4 selector, bytes calldata data) external {
        address[4] memory senders = [buyer, watchtower, payee, admin3];
        vm.prank(senders[who % 4]);
        (bool ok,) = address(exchange).call(abi.encodePacked(selector, data));
        ok;
    }

    function strangerReveals(uint256 seed, bytes32 ek) external {
        if (_records.length == 0) return;
        vm.prank(buyer);
        (bool ok,) = address(exchange)
            .call(abi.encodeCall(exchange.reveal, (sale(pick(seed)).dealId, 1, 2, ek)));
        yes(!ok, "only the seller reveals");
    }

    /// @notice Offices use and abuse what powers they have.
    function offices(uint256 what, bool on) external {
        what %= 6;
        if (what == 0) {
            vm.prank(registrar);
            try governance.setOrganisationSuspended(3, on, "ground") {} catch {}
        } else if (what == 1) {
            vm.prank(admin2);
            try governance.setAccount(seller, 2, on ? 5 : 1) {} catch {}
        } else if (what == 2) {
            vm.prank(bank);
            settlement.reconcile(on ? 1 : _total());
        } else if (what == 3) {
            vm.prank(bank);
            settlement.registerContract(address(exchange), on);
        } else if (what == 4) {
            vm.prank(seller);
            exchange.pause(on);
        } else {
            vm.prank(seller);
            try exchange.cancel(uint64(block.timestamp % 20)) {} catch {}
        }
    }

    function withdraw(uint128 amount) external {
        vm.prank(seller);
        try exchange.withdraw(address(settlement), amount) {} catch {}
    }

    function attack(bytes memory call) private {
        vm.prank(buyer);
        (bool ok,) = address(exchange).call(call);
        if (ok) honestSellersPunished++;
    }

    function _total() internal view returns (uint128 total) {
        (total,) = settlement.books();
    }

    function _stopped() private view returns (bool) {
        (, bool stopped) = settlement.books();
        (, bool registered) = settlement.escrowOf(address(exchange));
        return stopped || !registered;
    }

    /// @notice What the exchange owes: free deposits and everything open deals hold.
    function owed() external view returns (uint256 sum) {
        sum = exchange.freeDeposit(address(settlement), seller);
        for (uint256 i = 0; i < _records.length; i++) {
            Sale memory d = sale(i);
            IFairExchange.Status s = status(d.dealId);
            if (s == IFairExchange.Status.Locked || s == IFairExchange.Status.Revealed) {
                sum += d.h.amount + d.h.bond;
            }
        }
    }

    function held() external view returns (uint256) {
        return escrow();
    }

    function money() external view returns (uint256 sum, uint256 total) {
        sum = uint256(free(seller)) + free(buyer) + free(payee) + free(watchtower) + escrow();
        total = _total();
    }
}

/// @title No sequence of calls makes a reveal revert inside its window, punishes an honest seller, or
///        makes an honest buyer pay for a wrong file; and money is neither made nor lost.
contract HostileTest {
    struct Selectors {
        address addr;
        bytes4[] selectors;
    }

    HostileWorld private _world;

    function setUp() external {
        _world = new HostileWorld();
        _world.setUp();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    function targetSelectors() external view returns (Selectors[] memory s) {
        s = new Selectors[](1);
        s[0].addr = address(_world);
        // The moves that carry deals forward come more often than the noise.
        bytes4[14] memory moves = [
            HostileWorld.open.selector,
            HostileWorld.open.selector,
            HostileWorld.pass.selector,
            HostileWorld.pass.selector,
            HostileWorld.pass.selector,
            HostileWorld.revealEarly.selector,
            HostileWorld.refundAny.selector,
            HostileWorld.settleAny.selector,
            HostileWorld.falseKeyComplaint.selector,
            HostileWorld.falseChunkComplaint.selector,
            HostileWorld.noise.selector,
            HostileWorld.strangerReveals.selector,
            HostileWorld.offices.selector,
            HostileWorld.withdraw.selector
        ];
        s[0].selectors = new bytes4[](14);
        for (uint256 i = 0; i < 14; i++) {
            s[0].selectors[i] = moves[i];
        }
    }

    function invariant_no_reveal_reverts_inside_its_window() external view {
        eq(_world.revealsReverted(), 0);
    }

    function invariant_an_honest_seller_is_never_refunded_against() external view {
        eq(_world.honestSellersPunished(), 0);
    }

    function invariant_an_honest_buyer_never_pays_for_a_wrong_file() external view {
        eq(_world.honestBuyersCharged(), 0);
        eq(_world.complaintsRefused(), 0);
    }

    function invariant_money_is_neither_made_nor_lost() external view {
        eq(_world.held(), _world.owed());
        (uint256 sum, uint256 total) = _world.money();
        eq(sum, total);
    }

    /// @dev The sequence reaches every outcome, so that the invariants above speak of something.
    function test_the_moves_reach_every_outcome() external {
        for (uint256 kind = 0; kind < 4; kind++) {
            _world.open(kind, uint256(keccak256(abi.encode(kind))));
        }
        for (uint256 i = 0; i < 40; i++) {
            _world.pass(399, 59); // 400 s and 59 blocks
            for (uint256 d = 0; d < 4; d++) {
                _world.refundAny(d);
                _world.settleAny(d);
                _world.falseKeyComplaint(d, d, d);
                _world.falseChunkComplaint(d, i);
            }
        }
        eq(_world.count(), 4);
        eq(_world.sold(), 1);
        eq(_world.upheld(), 2);
        eq(_world.refunded(), 1);
    }
}

/// @notice A settlement that calls back into the exchange at every turn.
contract Reentrant is ISettlement {
    IFairExchange private immutable _exchange;
    bytes private _call;
    uint256 public succeeded;

    constructor(IFairExchange exchange) {
        _exchange = exchange;
    }

    function arm(bytes calldata call_) external {
        _call = call_;
    }

    function lock(address, uint128) external {
        again();
    }

    function release(address, uint128) external {
        again();
    }

    function again() private {
        if (_call.length == 0) return;
        (bool ok,) = address(_exchange).call(_call);
        if (ok) succeeded++;
    }
}

/// @title Re-entrancy through a settlement chosen by the parties gains nothing.
contract ReentrancyTest is World {
    function test_a_settlement_that_calls_back_cannot_end_a_deal_twice_or_touch_others() external {
        Reentrant evil = new Reentrant(exchange);
        Sale memory other = makeSale(9, 992, 1024);
        lock(other);
        uint128 before = escrow();
        vm.prank(seller);
        exchange.deposit(address(evil), 1_000_000);
        Sale memory d = makeSale(1, 992, 1024);
        d.h.settlement = address(evil);
        finish(d);
        evil.arm(abi.encodeCall(exchange.lock, (d.h, d.signature)));
        lock(d);
        evil.arm(abi.encodeCall(exchange.refund, (d.h)));
        vm.warp(T0 + 600);
        exchange.refund(d.h);
        eq(exchange.freeDeposit(address(evil), seller), 1_000_000 - PENALTY);

        vm.warp(T0 + 601);
        Sale memory e = makeSale(2, 992, 1024);
        e.h.settlement = address(evil);
        finish(e);
        evil.arm("");
        lock(e);
        reveal(e);
        evil.arm(abi.encodeCall(exchange.settle, (e.h)));
        vm.prank(buyer);
        exchange.settle(e.h);
        evil.arm(abi.encodeCall(exchange.withdraw, (address(settlement), 1)));
        vm.prank(seller);
        exchange.withdraw(address(evil), 1000);
        eq(evil.succeeded(), 0);
        eq(escrow(), before);
    }
}
