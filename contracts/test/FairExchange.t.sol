// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFairExchange} from "../src/IFairExchange.sol";
import {IFairExchange as X} from "../src/IFairExchange.sol";
import {Bn254} from "../src/Bn254.sol";
import {Settlement} from "../src/Settlement.sol";
import {eq, vm, within, yes} from "./Vm.sol";
import {World} from "./World.sol";

/// @notice An organisation's account: accepts what the given key has signed.
contract Organisation {
    address private immutable _signer;

    constructor(address signer) {
        _signer = signer;
    }

    function isValidSignature(bytes32 digest, bytes calldata s) external view returns (bytes4) {
        address who = ecrecover(digest, uint8(s[64]), bytes32(s[0:32]), bytes32(s[32:64]));
        return who == _signer ? bytes4(0x1626ba7e) : bytes4(0xffffffff);
    }
}

/// @title The course of a deal: who may call what, when, and where the money goes.
contract FairExchangeTest is World {
    function fails(bytes4 selector) private {
        vm.expectPartialRevert(selector);
    }

    function setWindow(uint256 t, uint256 h) private {
        vm.warp(t);
        vm.roll(h);
    }

    // ---- money ------------------------------------------------------------------------------------
    function test_a_sale_pays_the_payee_and_frees_the_bond() external {
        Sale memory d = makeSale(1, 3000, 1024);
        uint128 deposit = exchange.freeDeposit(address(settlement), seller);
        uint128 had = free(buyer);
        lock(d);
        eq(exchange.freeDeposit(address(settlement), seller), deposit - BOND);
        eq(free(buyer), had - AMOUNT);
        eq(escrow(), deposit + AMOUNT);
        reveal(d);
        vm.prank(buyer);
        exchange.settle(d.h);
        eq(free(payee), AMOUNT);
        eq(exchange.freeDeposit(address(settlement), seller), deposit);
        eq(escrow(), deposit);
        eq(uint256(status(d.dealId)), uint256(X.Status.Settled));
    }

    function test_a_silent_seller_pays_the_penalty_and_keeps_the_rest_of_the_bond() external {
        Sale memory d = makeSale(1, 3000, 1024);
        uint128 deposit = exchange.freeDeposit(address(settlement), seller);
        uint128 had = free(buyer);
        lock(d);
        vm.warp(T0 + 600);
        vm.prank(watchtower);
        exchange.refund(d.h);
        eq(free(buyer), had + PENALTY);
        eq(exchange.freeDeposit(address(settlement), seller), deposit - PENALTY);
        eq(escrow(), deposit - PENALTY);
        eq(exchange.dealOf(d.dealId).seller, address(0));
        fails(X.NonceUsed.selector);
        lock(d);
    }

    function test_an_upheld_complaint_pays_price_and_bond() external {
        Sale memory d = makeSale(1, 3000, 1024);
        uint128 deposit = exchange.freeDeposit(address(settlement), seller);
        uint128 had = free(buyer);
        d.seal.ek ^= bytes32(uint256(1) << 255);
        lock(d);
        reveal(d);
        IFairExchange.SharedPointProof memory proof = prove(d, 99);
        vm.prank(watchtower);
        exchange.complainKey(d.h, d.j, d.restHash, d.seal, proof);
        eq(free(buyer), had + BOND);
        eq(escrow(), deposit - BOND);
        eq(uint256(status(d.dealId)), uint256(X.Status.Upheld));
        fails(X.WrongStatus.selector);
        exchange.settle(d.h);
        fails(X.WrongStatus.selector);
        exchange.complainKey(d.h, d.j, d.restHash, d.seal, proof);
    }

    function test_only_the_free_part_of_a_deposit_can_be_withdrawn() external {
        Sale memory d = makeSale(1, 3000, 1024);
        lock(d);
        vm.startPrank(seller);
        vm.expectRevert(
            abi.encodeWithSelector(
                X.InsufficientDeposit.selector, seller, 5_000_000, 5_000_000 - BOND
            )
        );
        exchange.withdraw(address(settlement), 5_000_000);
        exchange.withdraw(address(settlement), 5_000_000 - BOND);
        vm.stopPrank();
        eq(escrow(), AMOUNT + BOND);
        reveal(d);
        vm.prank(buyer);
        exchange.settle(d.h);
        vm.prank(seller);
        exchange.withdraw(address(settlement), BOND);
        eq(escrow(), 0);
        eq(free(seller), 10_000_000);
    }

    function test_a_lock_without_deposit_for_its_bond_reverts() external {
        Sale memory d = makeSale(1, 3000, 1024);
        d.h.bond = 5_000_001;
        finish(d);
        fails(X.InsufficientDeposit.selector);
        lock(d);
    }

    function test_a_lock_beyond_the_buyers_balance_reverts() external {
        Sale memory d = makeSale(1, 3000, 1024);
        d.h.amount = 50_000_001;
        finish(d);
        fails(Settlement.InsufficientBalance.selector);
        lock(d);
        yes(!exchange.nonceUsed(seller, 1), "the offer still stands");
    }

    // ---- lock -------------------------------------------------------------------------------------
    function test_only_the_buyer_locks() external {
        Sale memory d = makeSale(1, 3000, 1024);
        fails(X.NotBuyer.selector);
        vm.prank(watchtower);
        exchange.lock(d.h, d.signature);
    }

    function test_an_offer_can_be_locked_until_just_before_its_end() external {
        Sale memory d = makeSale(1, 3000, 1024);
        vm.warp(d.h.lockBy);
        vm.expectRevert(abi.encodeWithSelector(X.OfferExpired.selector, d.h.lockBy));
        lock(d);
        vm.warp(d.h.lockBy - 1);
        lock(d);
    }

    function test_a_header_field_that_the_seller_did_not_sign_is_refused() external {
        for (uint256 field = 0; field < 12; field++) {
            Sale memory d = makeSale(1, 3000, 1024);
            if (field == 0) d.h.termsDigest ^= bytes32(uint256(1));
            if (field == 1) d.h.payee = watchtower;
            if (field == 2) d.h.amount--;
            if (field == 3) d.h.bond--;
            if (field == 4) d.h.withholdPenalty++;
            if (field == 5) d.h.nonce++;
            if (field == 6) d.h.lockBy++;
            if (field == 7) d.h.revealWindow--;
            if (field == 8) d.h.complainWindow++;
            if (field == 9) d.h.minBlocks++;
            if (field == 10) (d.h.Bx, d.h.By) = (1, 2);
            if (field == 11) d.h.settlement = address(0xdead);
            vm.expectRevert(abi.encodeWithSelector(X.BadSignature.selector, seller));
            lock(d);
        }
    }

    function test_a_signature_of_another_key_or_form_is_refused() external {
        Sale memory d = makeSale(1, 3000, 1024);
        bytes memory good = d.signature;
        d.signature = signed(0xbad, d.dealId);
        fails(X.BadSignature.selector);
        lock(d);
        d.signature = "";
        fails(X.BadSignature.selector);
        lock(d);
        // The same signature with the other s is malleable and refused.
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(SELLER_KEY, d.dealId);
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        d.signature = abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? 28 : 27);
        fails(X.BadSignature.selector);
        lock(d);
        d.signature = good;
        lock(d);
    }

    function test_a_signature_for_another_chain_or_contract_is_refused() external {
        Sale memory d = makeSale(1, 3000, 1024);
        vm.chainId(1);
        fails(X.BadSignature.selector);
        lock(d);
        vm.chainId(20260);
        predeploy(address(0x2003), abi.encodePacked(creationCode("FairExchange"), abi.encode(governance)));
        fails(X.BadSignature.selector);
        vm.prank(buyer);
        IFairExchange(address(0x2003)).lock(d.h, d.signature);
    }

    function test_an_organisation_signs_by_its_account_contract() external {
        address organisation = address(new Organisation(vm.addr(0xc0de)));
        vm.prank(admin1);
        governance.setAccount(organisation, 1, 1);
        fund(organisation, 1_000_000);
        vm.prank(organisation);
        exchange.deposit(address(settlement), 1_000_000);
        Sale memory d = makeSale(1, 3000, 1024);
        d.h.seller = organisation;
        d.j.keyCommit = sha256(
            abi.encodePacked(
                "DX.k", block.chainid, address(exchange), organisation, buyer, uint64(1), d.k
            )
        );
        finish(d);
        fails(X.BadSignature.selector);
        lock(d);
        d.signature = signed(0xc0de, d.dealId);
        lock(d);
        reveal(d);
        eq(uint256(status(d.dealId)), uint256(X.Status.Revealed));
    }

    function test_a_suspended_or_unknown_party_cannot_lock() external {
        Sale memory d = makeSale(1, 3000, 1024);
        vm.prank(admin2);
        governance.setAccount(seller, 2, 1 | 4);
        vm.expectRevert(abi.encodeWithSelector(X.PartyNotPermitted.selector, seller));
        lock(d);
        vm.prank(admin2);
        governance.setAccount(seller, 2, 1);
        vm.prank(registrar);
        governance.setOrganisationSuspended(3, true, "ground");
        vm.expectRevert(abi.encodeWithSelector(X.PartyNotPermitted.selector, buyer));
        lock(d);
        vm.prank(registrar);
        governance.setOrganisationSuspended(3, false, "ground");
        lock(d);
        Sale memory e = makeSale(2, 3000, 1024);
        e.h.buyer = watchtower;
        finish(e);
        vm.expectRevert(abi.encodeWithSelector(X.PartyNotPermitted.selector, watchtower));
        lock(e);
    }

    function test_pause_and_cancel_withdraw_offers_and_nothing_else() external {
        Sale memory d = makeSale(1, 3000, 1024);
        Sale memory e = makeSale(2, 3000, 1024);
        lock(e);
        vm.startPrank(seller);
        exchange.pause(true);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(X.SellerPaused.selector, seller));
        lock(d);
        reveal(e);
        vm.startPrank(seller);
        exchange.pause(false);
        exchange.cancel(1);
        vm.expectRevert(abi.encodeWithSelector(X.NonceUsed.selector, seller, 1));
        exchange.cancel(1);
        vm.expectRevert(abi.encodeWithSelector(X.NonceUsed.selector, seller, 2));
        exchange.cancel(2);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(X.NonceUsed.selector, seller, 1));
        lock(d);
    }

    function testFuzz_each_nonce_is_used_once(uint64 a, uint64 b) external {
        vm.assume(a != b);
        vm.startPrank(seller);
        exchange.cancel(a);
        yes(exchange.nonceUsed(seller, a), "used");
        yes(!exchange.nonceUsed(seller, b), "other free");
        exchange.cancel(b);
        vm.expectRevert(abi.encodeWithSelector(X.NonceUsed.selector, seller, a));
        exchange.cancel(a);
        vm.stopPrank();
    }

    function test_a_header_that_could_not_end_well_is_refused() external {
        Sale memory d = makeSale(1, 3000, 1024);
        d.h.withholdPenalty = BOND + 1;
        finish(d);
        fails(X.BadHeader.selector);
        lock(d);
        d.h.withholdPenalty = BOND;
        d.h.payee = address(0);
        finish(d);
        fails(X.BadHeader.selector);
        lock(d);
    }

    function test_a_buyer_key_off_the_curve_is_refused() external {
        Sale memory d = makeSale(1, 3000, 1024);
        uint256[2][4] memory bad = [
            [uint256(0), 0],
            [uint256(1), 3],
            [Bn254.P + 1, 2], // 1 in another coat
            [uint256(1), Bn254.P + 2]
        ];
        for (uint256 i = 0; i < 4; i++) {
            (d.h.Bx, d.h.By) = (bad[i][0], bad[i][1]);
            d.dealId = exchange.hashHeader(d.h);
            d.signature = signed(SELLER_KEY, d.dealId);
            vm.expectRevert(abi.encodeWithSelector(Bn254.BadPoint.selector));
            lock(d);
        }
    }

    // ---- reveal and its windows ---------------------------------------------------------------------
    function test_only_the_seller_announces_and_reveals() external {
        Sale memory d = makeSale(1, 3000, 1024);
        lock(d);
        vm.startPrank(buyer);
        vm.expectRevert(abi.encodeWithSelector(X.NotSeller.selector, buyer));
        exchange.announce(d.dealId);
        vm.expectRevert(abi.encodeWithSelector(X.NotSeller.selector, buyer));
        exchange.reveal(d.dealId, d.seal.Rx, d.seal.Ry, d.seal.ek);
        vm.stopPrank();
        reveal(d);
        fails(X.WrongStatus.selector);
        reveal(d);
        fails(X.WrongStatus.selector);
        vm.prank(seller);
        exchange.announce(d.dealId);
    }

    function test_a_reveal_point_off_the_curve_is_refused_and_the_deal_goes_on() external {
        Sale memory d = makeSale(1, 3000, 1024);
        lock(d);
        vm.startPrank(seller);
        fails(Bn254.BadPoint.selector);
        exchange.reveal(d.dealId, 0, 0, d.seal.ek);
        fails(Bn254.BadPoint.selector);
        exchange.reveal(d.dealId, d.seal.Rx, d.seal.Ry ^ 1, d.seal.ek);
        fails(Bn254.BadPoint.selector);
        exchange.reveal(d.dealId, Bn254.P + 1, 2, d.seal.ek);
        vm.stopPrank();
        reveal(d);
    }

    function test_the_reveal_window_is_half_open_and_refund_takes_over_at_once() external {
        Sale memory d = makeSale(1, 3000, 1024);
        lock(d);
        vm.warp(T0 + 599);
        fails(X.WindowOpen.selector);
        exchange.refund(d.h);
        vm.warp(T0 + 600);
        fails(X.WindowClosed.selector);
        reveal(d);
        fails(X.WindowClosed.selector);
        vm.prank(seller);
        exchange.announce(d.dealId);
        exchange.refund(d.h);
    }

    function test_an_announcement_blocks_the_refund_for_40_blocks_and_60_seconds() external {
        Sale memory d = makeSale(1, 3000, 1024);
        lock(d);
        setWindow(T0 + 599, H0 + 500);
        vm.prank(seller);
        exchange.announce(d.dealId);
        setWindow(T0 + 599 + 60, H0 + 539);
        fails(X.WindowOpen.selector);
        exchange.refund(d.h);
        setWindow(T0 + 599 + 59, H0 + 9999);
        fails(X.WindowOpen.selector);
        exchange.refund(d.h);
        fails(X.AlreadyAnnounced.selector);
        vm.prank(seller);
        exchange.announce(d.dealId);
        setWindow(T0 + 599 + 59, H0 + 540);
        reveal(d);
        eq(exchange.dealOf(d.dealId).revealedTime, T0 + 658);
    }

    function test_an_announcement_ends_too() external {
        Sale memory d = makeSale(1, 3000, 1024);
        lock(d);
        setWindow(T0 + 599, H0 + 500);
        vm.prank(seller);
        exchange.announce(d.dealId);
        setWindow(T0 + 599 + 60, H0 + 540);
        fails(X.WindowClosed.selector);
        reveal(d);
        exchange.refund(d.h);
    }

    function test_an_early_announcement_never_shortens_the_window() external {
        Sale memory d = makeSale(1, 3000, 1024);
        lock(d);
        vm.prank(seller);
        exchange.announce(d.dealId);
        setWindow(T0 + 599, H0 + 9999);
        reveal(d);
    }

    /// @dev Exactly one of reveal and refund is open, whatever the clock says.
    function testFuzz_reveal_and_refund_leave_no_gap(
        uint256 announced, uint256 later, uint256 blocks, bool announce
    ) external {
        Sale memory d = makeSale(1, 3000, 1024);
        lock(d);
        uint256 tA = T0 + within(announced, 0, 599);
        uint256 hA = H0 + within(announced >> 64, 0, 50);
        setWindow(tA, hA);
        if (announce) {
            vm.prank(seller);
            exchange.announce(d.dealId);
        }
        uint256 t = tA + within(later, 0, 700);
        uint256 h = hA + within(blocks, 0, 60);
        setWindow(t, h);
        bool open = t < T0 + 600 || (announce && (h < hA + 40 || t < tA + 60));
        yes(exchange.revealOpen(d.dealId) == open, "revealOpen");
        if (open) {
            fails(X.WindowOpen.selector);
            exchange.refund(d.h);
            reveal(d);
        } else {
            fails(X.WindowClosed.selector);
            reveal(d);
            exchange.refund(d.h);
        }
    }

    /// @dev Exactly one of complaint and settlement by others is open after a reveal.
    function testFuzz_complaint_and_settlement_leave_no_gap(uint256 later, uint256 blocks)
        external
    {
        Sale memory d = makeSale(1, 3000, 1024);
        d.seal.ek ^= bytes32(uint256(1));
        lock(d);
        setWindow(T0 + 100, H0 + 7);
        reveal(d);
        IFairExchange.SharedPointProof memory proof = prove(d, 5);
        uint256 t = T0 + 100 + within(later, 3300, 3900);
        uint256 h = H0 + 7 + within(blocks, 50, 150);
        setWindow(t, h);
        bool open = t < T0 + 3700 || h < H0 + 107;
        yes(exchange.complainOpen(d.h) == open, "complainOpen");
        if (open) {
            fails(X.WindowOpen.selector);
            exchange.settle(d.h);
            exchange.complainKey(d.h, d.j, d.restHash, d.seal, proof);
        } else {
            fails(X.WindowClosed.selector);
            exchange.complainKey(d.h, d.j, d.restHash, d.seal, proof);
            exchange.settle(d.h);
        }
    }

    function test_nothing_settles_or_refunds_before_its_stage() external {
        Sale memory d = makeSale(1, 3000, 1024);
        fails(X.WrongStatus.selector);
        exchange.refund(d.h);
        fails(X.WrongStatus.selector);
        exchange.settle(d.h);
        lock(d);
        fails(X.WrongStatus.selector);
        vm.prank(buyer);
        exchange.settle(d.h);
        reveal(d);
        vm.warp(T0 + 100_000);
        vm.roll(H0 + 100_000);
        fails(X.WrongStatus.selector);
        exchange.refund(d.h);
        exchange.settle(d.h);
        fails(X.WrongStatus.selector);
        exchange.settle(d.h);
    }

    /// @dev A reverted reveal gives the key away: nothing that others can do makes it revert.
    function test_no_office_and_no_party_can_stop_a_reveal() external {
        Sale memory d = makeSale(1, 3000, 1024);
        lock(d);
        vm.startPrank(registrar);
        governance.setOrganisationSuspended(3, true, "ground");
        vm.stopPrank();
        vm.prank(admin2);
        governance.setAccount(seller, 2, 4);
        vm.startPrank(bank);
        settlement.reconcile(1);
        settlement.registerContract(address(exchange), false);
        vm.stopPrank();
        vm.startPrank(seller);
        exchange.pause(true);
        exchange.withdraw(address(settlement), 5_000_000 - BOND);
        vm.stopPrank();
        vm.etch(address(governance), "");
        reveal(d);
        vm.prank(buyer);
        exchange.settle(d.h);
        eq(free(payee), AMOUNT);
    }

    function test_eip712_domain_is_described() external view {
        (bytes1 fields, string memory name, string memory version, uint256 id, address where,,) =
            exchange.eip712Domain();
        eq(uint8(fields), 15);
        eq(keccak256(bytes(name)), keccak256("Datapact FairExchange"));
        eq(keccak256(bytes(version)), keccak256("1"));
        eq(id, 20260);
        eq(where, address(exchange));
    }
}
