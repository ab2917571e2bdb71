// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Settlement} from "../src/Settlement.sol";
import {eq, vm, yes} from "./Vm.sol";
import {World} from "./World.sol";

/// @title Money enters and leaves by the bank's postings alone, and only registered contracts lock.
contract SettlementTest is World {
    function total() private view returns (uint128 amount) {
        (amount,) = settlement.books();
    }

    function test_only_the_bank_credits_and_a_posting_counts_once() external {
        vm.expectRevert(abi.encodeWithSelector(Settlement.NotBank.selector, admin1));
        vm.prank(admin1);
        settlement.deposit(buyer, 1, "posting");
        uint128 before = total();
        vm.startPrank(bank);
        settlement.deposit(payee, 5, "posting");
        vm.expectRevert(abi.encodeWithSelector(Settlement.PostingUsed.selector, bytes32("posting")));
        settlement.deposit(payee, 5, "posting");
        vm.expectRevert(abi.encodeWithSelector(Settlement.ZeroAddress.selector));
        settlement.deposit(address(0), 5, "other");
        vm.stopPrank();
        eq(total(), before + 5);
        eq(free(payee), 5);
    }

    function test_a_redemption_is_in_transit_until_the_bank_answers() external {
        uint128 before = total();
        vm.prank(buyer);
        settlement.redeem(1000);
        (uint128 free_, uint128 inTransit) = settlement.balanceOf(buyer);
        eq(free_, 50_000_000 - 1000);
        eq(inTransit, 1000);
        eq(total(), before);
        vm.startPrank(bank);
        settlement.confirmRedemption(buyer, 600, "paid");
        settlement.rejectRedemption(buyer, 400, "failed");
        vm.expectRevert(
            abi.encodeWithSelector(
                Settlement.InsufficientTransit.selector, buyer, uint128(1), uint128(0)
            )
        );
        settlement.confirmRedemption(buyer, 1, "more");
        vm.expectRevert(abi.encodeWithSelector(Settlement.PostingUsed.selector, bytes32("paid")));
        settlement.rejectRedemption(buyer, 0, "paid");
        vm.stopPrank();
        eq(total(), before - 600);
        eq(free(buyer), 50_000_000 - 600);
        vm.expectRevert(
            abi.encodeWithSelector(
                Settlement.InsufficientBalance.selector, payee, uint128(1), uint128(0)
            )
        );
        vm.prank(payee);
        settlement.redeem(1);
    }

    function test_only_a_registered_contract_locks_and_each_releases_its_own_only() external {
        address other = address(0x07e4);
        vm.expectRevert(abi.encodeWithSelector(Settlement.NotRegistered.selector, other));
        vm.prank(other);
        settlement.lock(buyer, 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                Settlement.InsufficientEscrow.selector, other, uint128(1), uint128(0)
            )
        );
        vm.prank(other);
        settlement.release(other, 1);

        vm.prank(bank);
        settlement.registerContract(other, true);
        vm.startPrank(other);
        settlement.lock(buyer, 10);
        vm.expectRevert(
            abi.encodeWithSelector(
                Settlement.InsufficientEscrow.selector, other, uint128(11), uint128(10)
            )
        );
        settlement.release(payee, 11);
        vm.stopPrank();

        vm.prank(bank);
        settlement.registerContract(other, false);
        (uint128 held, bool registered) = settlement.escrowOf(other);
        eq(held, 10);
        yes(!registered, "unregistered");
        vm.prank(other);
        settlement.release(payee, 10);
        eq(free(payee), 10);
    }

    function test_a_difference_from_the_bank_stops_new_locks_and_nothing_else() external {
        uint128 agreed = total();
        vm.prank(bank);
        settlement.reconcile(agreed - 1);
        vm.expectRevert(abi.encodeWithSelector(Settlement.LocksStopped.selector));
        vm.prank(address(exchange));
        settlement.lock(buyer, 1);
        vm.prank(address(exchange));
        settlement.release(payee, 1);
        vm.prank(bank);
        settlement.reconcile(agreed);
        vm.prank(address(exchange));
        settlement.lock(buyer, 1);
        vm.expectRevert(abi.encodeWithSelector(Settlement.NotBank.selector, registrar));
        vm.prank(registrar);
        settlement.reconcile(1);
        vm.expectRevert(abi.encodeWithSelector(Settlement.NotBank.selector, registrar));
        vm.prank(registrar);
        settlement.registerContract(registrar, true);
    }

    /// @dev Halves of a packed word never spill into each other.
    function testFuzz_amounts_up_to_the_largest_keep_to_their_half(uint128 a, uint128 b) external {
        uint128 room = type(uint128).max - total();
        a = a % room;
        b = b % (a + 1);
        vm.prank(bank);
        settlement.deposit(payee, a, "big");
        vm.prank(payee);
        settlement.redeem(b);
        vm.prank(address(exchange));
        settlement.lock(payee, a - b);
        vm.prank(address(exchange));
        settlement.release(payee, a - b);
        (uint128 free_, uint128 inTransit) = settlement.balanceOf(payee);
        eq(free_, a - b);
        eq(inTransit, b);
        (uint128 held, bool registered) = settlement.escrowOf(address(exchange));
        eq(held, 5_000_000);
        yes(registered, "registered");
        vm.prank(bank);
        settlement.rejectRedemption(payee, b, "back");
        eq(free(payee), a);
    }

    function test_the_total_cannot_overflow() external {
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        vm.prank(bank);
        settlement.deposit(payee, type(uint128).max, "too much");
    }
}
