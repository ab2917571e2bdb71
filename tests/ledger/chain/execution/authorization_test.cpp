#include "base/rlp.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/authorizations.hpp"
#include "tests/testkit/execution_world.hpp"

#include <doctest/doctest.h>

namespace datapact::chain {
namespace {

using testkit::ExecutionWorld;
using testkit::kContract;

crypto::PrivateKey key() {
  crypto::PrivateKey out;
  out.raw()[31] = 7;
  return out;
}
Address authority() { return crypto::address_of(key()); }

Authorization signed_by_key(std::uint64_t chain_id, const Address& target, std::uint64_t nonce) {
  Authorization out;
  out.chain_id = chain_id;
  out.address = target;
  out.nonce = Nonce{nonce};
  Bytes preimage{0x05};
  append(preimage, rlp::Encoder{}.integer(out.chain_id).string(target).integer(nonce).as_list());
  const auto signature = crypto::sign(crypto::keccak256(preimage), key());
  out.y_parity = signature.y_parity;
  out.r = signature.r;
  out.s = signature.s;
  return out;
}

bool is_delegated_after(const Authorization& authorization, ExecutionWorld world = {}) {
  apply_authorizations(world.state(), ChainId{1}, {authorization});
  return vm::delegate_of(*world.state().code(authority())).has_value();
}

}  // namespace

TEST_SUITE("chain/authorizations") {
  TEST_CASE("the signer is recovered") {
    CHECK(recover_authority(signed_by_key(1, kContract, 0)) == authority());
  }

  TEST_CASE("a valid authorization sets the designator and counts the nonce") {
    ExecutionWorld world;
    const auto refund =
        apply_authorizations(world.state(), ChainId{1}, {signed_by_key(1, kContract, 0)});
    CHECK(refund == 0);
    CHECK(vm::delegate_of(*world.state().code(authority())) == kContract);
    CHECK(world.state().nonce(authority()) == Nonce{1});
    CHECK(world.state().warm_account(authority()));
    CHECK(is_delegated_after(signed_by_key(0, kContract, 0)));
  }

  TEST_CASE("an authority that existed returns half the gas") {
    ExecutionWorld world;
    world.account(authority(), 4, 1);
    CHECK(apply_authorizations(world.state(), ChainId{1}, {signed_by_key(1, kContract, 4)}) ==
          12'500);
  }

  TEST_CASE("the zero address takes the designator away") {
    ExecutionWorld world;
    apply_authorizations(world.state(), ChainId{1},
                         {signed_by_key(1, kContract, 0), signed_by_key(1, Address{}, 1)});
    CHECK(world.state().code_hash(authority()) == state::kEmptyCodeHash);
    CHECK(world.state().nonce(authority()) == Nonce{2});
  }

  TEST_CASE("other chains, nonces, signatures and accounts with code are passed over") {
    CHECK_FALSE(is_delegated_after(signed_by_key(2, kContract, 0)));
    CHECK_FALSE(is_delegated_after(signed_by_key(1, kContract, 1)));
    CHECK_FALSE(
        is_delegated_after(signed_by_key(1, kContract, std::numeric_limits<std::uint64_t>::max())));
    Authorization parity = signed_by_key(1, kContract, 0);
    parity.y_parity = 2;
    CHECK_FALSE(is_delegated_after(parity));
    Authorization high_s = signed_by_key(1, kContract, 0);
    high_s.s = crypto::kSecp256k1Order - high_s.s;
    high_s.y_parity = uint256{1} - high_s.y_parity;
    CHECK_FALSE(is_delegated_after(high_s));
    ExecutionWorld occupied;
    occupied.contract(authority(), "00");
    CHECK_FALSE(is_delegated_after(signed_by_key(1, kContract, 1), std::move(occupied)));
  }

  TEST_CASE("a transaction to a delegated account runs the delegate's code on its storage") {
    ExecutionWorld world;
    world.contract(kContract, "6001600055");
    Transaction txn = ExecutionWorld::transfer();
    txn.type = TxnType::kSetCode;
    txn.to = authority();
    txn.authorizations = {signed_by_key(1, kContract, 0)};
    const auto outcome = world.execute(txn);
    REQUIRE(outcome.ok());
    CHECK(outcome->receipt.success);
    CHECK(world.state().storage(authority(), 0) == uint256{1});
    CHECK(world.state().storage(kContract, 0) == uint256{});
  }
}

}  // namespace datapact::chain
