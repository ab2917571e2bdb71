#include "ledger/state/proof.hpp"

#include "base/prng.hpp"
#include "base/rlp.hpp"
#include "crypto/keccak.hpp"
#include "ledger/state/memory_state.hpp"
#include "ledger/state/trie.hpp"
#include "tests/testkit/state_names.hpp"

#include <doctest/doctest.h>

namespace datapact::state {
namespace {

constexpr std::uint64_t kAccounts = 60;

MemoryState world() {
  StateDiff diff;
  for (std::uint64_t i = 1; i <= kAccounts; ++i) {
    AccountDiff account = as_diff(account_with(i, 1000 * i));
    for (std::uint64_t slot = 0; slot < i % 20; ++slot) account.storage[slot] = slot + i;
    diff.accounts[address_no(i)] = account;
  }
  return MemoryState{diff};
}

/// A proof that shows something, with its root and key.
struct Sample {
  Hash256 root;
  Bytes key;
  Proof proof;
};

std::vector<Sample> samples() {
  const MemoryState state = world();
  std::vector<Sample> out;
  for (const std::uint64_t i : {1U, 19U, 39U, 70U}) {
    const Address address = address_no(i);
    out.push_back({state.root(), to_bytes(account_key(address).view()),
                   prove_account(state, state.root(), address)});
    out.push_back({storage_root(state, state.root(), address),
                   to_bytes(storage_key(uint256{3}).view()),
                   prove_storage(state, state.root(), address, uint256{3})});
  }
  return out;
}

ProofError error_of(const Sample& sample) {
  const auto verdict = verify_proof(sample.root, sample.key, sample.proof);
  REQUIRE_FALSE(verdict.ok());
  return verdict.error();
}

}  // namespace

TEST_SUITE("state/proof") {
  TEST_CASE("proofs show accounts and slots, or that there are none") {
    const MemoryState state = world();
    for (std::uint64_t i = 0; i < kAccounts + 20; ++i) {
      const Address address = address_no(i);
      const auto shown = verify_proof(state.root(), account_key(address).view(),
                                      prove_account(state, state.root(), address));
      REQUIRE(shown.ok());
      const auto leaf = read_account_leaf(state, state.root(), address);
      REQUIRE(shown->has_value() == leaf.has_value());
      if (leaf) CHECK(**shown == encode(*leaf));
      for (std::uint64_t slot = 0; slot < 22; ++slot) {
        const auto content =
            verify_proof(storage_root(state, state.root(), address), storage_key(slot).view(),
                         prove_storage(state, state.root(), address, slot));
        REQUIRE(content.ok());
        const uint256 value = state.storage(address, slot);
        REQUIRE(content->has_value() == !value.is_zero());
        if (!value.is_zero()) CHECK(**content == rlp::Encoder{}.integer(value).take());
      }
    }
  }

  TEST_CASE("proofs show every item of an ordered list") {
    for (const std::size_t size : {1U, 2U, 16U, 130U, 300U}) {
      std::vector<Bytes> items;
      items.reserve(size);
      for (std::size_t i = 0; i < size; ++i) {
        items.emplace_back(1 + i % 50, static_cast<std::uint8_t>(i + 1));
      }
      const Hash256 root = ordered_trie_root(items);
      for (std::size_t i = 0; i < size; i += 1 + size / 10) {
        const auto shown = verify_proof(root, ordered_key(i), prove_ordered(items, i));
        REQUIRE(shown.ok());
        CHECK(**shown == items[i]);
      }
    }
  }

  TEST_CASE("the empty trie needs no nodes and takes none") {
    const Bytes key(32, 1);
    const auto shown = verify_proof(kEmptyTrieRoot, key, {});
    REQUIRE(shown.ok());
    CHECK_FALSE(shown->has_value());
    CHECK(error_of({kEmptyTrieRoot, key, {Bytes{0x80}}}) == ProofError::kUnusedNodes);
  }

  TEST_CASE("a proof without its end is refused") {
    for (const Sample& sample : samples()) {
      if (sample.proof.empty()) continue;
      Sample shorter = sample;
      shorter.proof.pop_back();
      CHECK(error_of(shorter) == ProofError::kMissingNode);
    }
  }

  TEST_CASE("a proof with a node too many is refused") {
    for (Sample sample : samples()) {
      sample.proof.push_back(sample.proof.empty() ? Bytes{0xc0} : sample.proof.back());
      CHECK(error_of(sample) == ProofError::kUnusedNodes);
    }
  }

  TEST_CASE("every truncated node and every flipped bit is refused") {
    for (const Sample& sample : samples()) {
      for (std::size_t node = 0; node < sample.proof.size(); ++node) {
        for (std::size_t length = 0; length < sample.proof[node].size(); ++length) {
          Sample changed = sample;
          changed.proof[node].resize(length);
          REQUIRE(error_of(changed) == ProofError::kHashMismatch);
          changed = sample;
          changed.proof[node][length] ^= static_cast<std::uint8_t>(1U << (length % 8));
          REQUIRE(error_of(changed) == ProofError::kHashMismatch);
        }
      }
    }
  }

  TEST_CASE("bytes that hash right but are no node are malformed") {
    for (const Bytes& node :
         {Bytes{}, Bytes{0x81, 0x80}, Bytes{0xc0}, Bytes{0xc1, 0x80}, Bytes{0xc2, 0x20, 0x80},
          Bytes{0xc2, 0x41, 0x01}, Bytes{0xc3, 0x82, 0x20, 0x01}, Bytes{0xc2, 0x11, 0x01},
          Bytes(40, 0xff)}) {
      const Hash256 root = crypto::keccak256(node);
      CHECK(error_of({root, Bytes(32, 2), {node}}) == ProofError::kMalformedNode);
    }
  }

  TEST_CASE("a proof is no proof of another key") {
    const MemoryState state = world();
    const Proof proof = prove_account(state, state.root(), address_no(1));
    std::size_t refused = 0;
    for (std::uint64_t i = 2; i <= kAccounts; ++i) {
      const auto shown = verify_proof(state.root(), account_key(address_no(i)).view(), proof);
      if (!shown.ok()) {
        ++refused;
      } else {
        CHECK_FALSE(shown->has_value());
      }
    }
    CHECK(refused == kAccounts - 1);
  }

  TEST_CASE("every proof error has its words") {
    for (const auto error : {ProofError::kMissingNode, ProofError::kHashMismatch,
                             ProofError::kMalformedNode, ProofError::kUnusedNodes}) {
      CHECK_FALSE(to_string(error).empty());
    }
  }
}

}  // namespace datapact::state
