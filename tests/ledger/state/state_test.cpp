#include "ledger/state/state.hpp"

#include "crypto/keccak.hpp"
#include "ledger/state/memory_state.hpp"
#include "tests/testkit/state_names.hpp"

#include <doctest/doctest.h>

namespace datapact::state {
namespace {

const Address kAlice = address_no(0xa11ce);
const Address kBob = address_no(0xb0b);
const Address kNobody = address_no(0x404);

MemoryState world() {
  StateDiff diff;
  diff.accounts[kAlice] = as_diff(account_with(1, 100));
  diff.accounts[kAlice].storage[1] = 11;
  diff.accounts[kBob] = as_diff(account_with(0, 7));
  return MemoryState{diff};
}

}  // namespace

TEST_SUITE("state/state") {
  TEST_CASE("an account that does not exist reads as zeros and writes nothing") {
    const MemoryState parent;
    const State state{parent};
    CHECK_FALSE(state.account(kNobody));
    CHECK(state.is_dead(kNobody));
    CHECK(state.balance(kNobody) == Wei{});
    CHECK(state.code_hash(kNobody) == kEmptyCodeHash);
    CHECK(state.code(kNobody)->empty());
    CHECK(state.storage(kNobody, 1) == uint256{});
    CHECK(state.diff().empty());
  }

  TEST_CASE("rollback restores accounts, storage, transient storage, logs and warm sets") {
    const MemoryState parent = world();
    State state{parent};
    state.set_transient_storage(kAlice, 5, 50);
    const auto checkpoint = state.checkpoint();
    state.add_balance(kBob, Wei{uint256{1}});
    state.sub_balance(kAlice, Wei{uint256{1}});
    state.set_nonce(kAlice, Nonce{9});
    state.set_code(kNobody, as_bytes("code"));
    state.set_storage(kAlice, 1, 12);
    state.set_storage(kAlice, 2, 22);
    state.set_transient_storage(kAlice, 5, 51);
    state.add_log({kAlice, {}, {}});
    CHECK_FALSE(state.warm_account(kBob));
    CHECK_FALSE(state.warm_slot(kAlice, 1));
    state.rollback(checkpoint);

    CHECK(state.balance(kBob) == Wei{uint256{7}});
    CHECK(state.balance(kAlice) == Wei{uint256{100}});
    CHECK(state.nonce(kAlice) == Nonce{1});
    CHECK_FALSE(state.account(kNobody));
    CHECK(state.code(kNobody)->empty());
    CHECK(state.storage(kAlice, 1) == uint256{11});
    CHECK(state.storage(kAlice, 2) == uint256{});
    CHECK(state.transient_storage(kAlice, 5) == uint256{50});
    CHECK(state.logs().empty());
    CHECK_FALSE(state.warm_account(kBob));
    CHECK_FALSE(state.warm_slot(kAlice, 1));
    state.finish_transaction();
    CHECK(state.diff().empty());
  }

  TEST_CASE("nested checkpoints undo only what came after them") {
    const MemoryState parent = world();
    State state{parent};
    const auto outer = state.checkpoint();
    state.set_storage(kAlice, 1, 2);
    const auto inner = state.checkpoint();
    state.set_storage(kAlice, 1, 3);
    state.rollback(inner);
    CHECK(state.storage(kAlice, 1) == uint256{2});
    state.rollback(outer);
    CHECK(state.storage(kAlice, 1) == uint256{11});
  }

  TEST_CASE("the original value of a slot is that at the start of the transaction") {
    const MemoryState parent = world();
    State state{parent};
    const StorageSlot before = state.set_storage(kAlice, 1, 12);
    CHECK(before.original == uint256{11});
    CHECK(before.current == uint256{11});
    CHECK(state.original_storage(kAlice, 1) == uint256{11});
    state.finish_transaction();
    CHECK(state.original_storage(kAlice, 1) == uint256{12});
    CHECK(state.set_storage(kAlice, 1, 13).original == uint256{12});
  }

  TEST_CASE("a finished transaction leaves no warm sets, transient storage, logs and marks") {
    const MemoryState parent = world();
    State state{parent};
    state.warm_account(kBob);
    CHECK(state.warm_account(kBob));
    state.warm_slot(kAlice, 1);
    CHECK(state.warm_slot(kAlice, 1));
    state.set_transient_storage(kAlice, 1, 1);
    state.add_log({kAlice, {}, {}});
    state.begin_contract(kNobody);
    CHECK(state.is_created_in_transaction(kNobody));
    CHECK(state.take_logs().size() == 1);
    state.finish_transaction();
    CHECK_FALSE(state.warm_account(kBob));
    CHECK_FALSE(state.warm_slot(kAlice, 1));
    CHECK(state.transient_storage(kAlice, 1) == uint256{});
    CHECK(state.logs().empty());
    CHECK_FALSE(state.is_created_in_transaction(kNobody));
  }

  TEST_CASE("only what the transaction created can be destroyed (EIP-6780)") {
    const MemoryState parent = world();
    State state{parent};
    state.mark_destroyed(kAlice);
    state.begin_contract(kNobody);
    state.set_storage(kNobody, 1, 1);
    state.mark_destroyed(kNobody);
    CHECK(state.account(kNobody));
    state.finish_transaction();
    CHECK(state.account(kAlice));
    CHECK_FALSE(state.account(kNobody));
    CHECK(state.storage(kNobody, 1) == uint256{});
    CHECK(state.diff().empty());
  }

  TEST_CASE("an account created earlier in the block is not destroyed") {
    const MemoryState parent;
    State state{parent};
    state.begin_contract(kNobody);
    state.finish_transaction();
    state.mark_destroyed(kNobody);
    state.finish_transaction();
    CHECK(state.account(kNobody));
  }

  TEST_CASE("a destruction that is rolled back does not happen") {
    const MemoryState parent;
    State state{parent};
    state.begin_contract(kNobody);
    const auto checkpoint = state.checkpoint();
    state.mark_destroyed(kNobody);
    state.rollback(checkpoint);
    state.finish_transaction();
    CHECK(state.account(kNobody));
  }

  TEST_CASE("a touched empty account is removed at the end of the transaction (EIP-161)") {
    StateDiff diff;
    diff.accounts[kAlice] = as_diff(Account{});
    diff.accounts[kBob] = as_diff(Account{});
    const MemoryState parent{diff};
    State state{parent};
    state.touch(kAlice);
    const auto checkpoint = state.checkpoint();
    state.touch(kBob);
    state.rollback(checkpoint);
    state.finish_transaction();
    CHECK_FALSE(state.account(kAlice));
    CHECK(state.account(kBob));
    const StateDiff out = state.diff();
    REQUIRE(out.accounts.size() == 1);
    CHECK_FALSE(out.accounts.at(kAlice).account);
  }

  TEST_CASE("a creation keeps the balance that waited at the address") {
    const MemoryState parent = world();
    State state{parent};
    state.begin_contract(kBob);
    CHECK(state.balance(kBob) == Wei{uint256{7}});
    CHECK(state.nonce(kBob) == Nonce{1});
  }

  TEST_CASE("the diff holds what differs from the parent, and codes by hash") {
    const MemoryState parent = world();
    State state{parent};
    state.set_storage(kAlice, 1, 0);
    state.set_storage(kAlice, 2, 5);
    state.set_storage(kAlice, 2, 0);
    state.set_storage(kAlice, 3, 33);
    state.set_code(kNobody, as_bytes("code"));
    state.set_balance(kBob, Wei{uint256{7}});
    state.finish_transaction();
    const StateDiff out = state.diff();
    const Hash256 code_hash = crypto::keccak256(as_bytes("code"));
    CHECK(out.accounts.size() == 2);
    CHECK(out.accounts.at(kAlice).storage == std::map<uint256, uint256>{{1, 0}, {3, 33}});
    CHECK(out.accounts.at(kNobody).account->code_hash == code_hash);
    REQUIRE(out.codes.contains(code_hash));
    CHECK(equal(*out.codes.at(code_hash), as_bytes("code")));
  }

  TEST_CASE("storage is seen until its last slot becomes zero") {
    const MemoryState parent = world();
    State state{parent};
    CHECK(state.has_storage(kAlice));
    CHECK_FALSE(state.has_storage(kBob));
    state.set_storage(kBob, 1, 1);
    CHECK(state.has_storage(kBob));
    state.set_storage(kBob, 1, 0);
    CHECK_FALSE(state.has_storage(kBob));
  }
}

}  // namespace datapact::state
