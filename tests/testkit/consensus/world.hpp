#pragma once
// Keys, blocks and signed parts for the tests of consensus.
#include "consensus/journal_entry.hpp"
#include "consensus/justification.hpp"
#include "consensus/unsigned_vote.hpp"

#include <vector>

namespace datapact::consensus::test {

inline const Domain kDomain{ChainId{2025}, BlockHash{{1, 2, 3}}};

class TestSigner final : public Signer {
 public:
  explicit TestSigner(const crypto::PrivateKey& key) : key_(key) {}
  [[nodiscard]] Address address() const override { return crypto::address_of(key_); }
  [[nodiscard]] Result<crypto::Signature, SignerError> sign(const Hash256& hash) override {
    return crypto::sign(hash, key_);
  }

 private:
  crypto::PrivateKey key_;
};

/// `count` signers in ascending order of addresses.
[[nodiscard]] std::vector<TestSigner> make_signers(std::size_t count);
[[nodiscard]] chain::ValidatorSet addresses_of(const std::vector<TestSigner>& signers);

struct BlockSpec {
  HeightContext at;
  Address coinbase;
  Round round{};
  UnixMillis time{1000};
  bool is_empty = false;
  /// Makes blocks of one height differ.
  std::uint64_t salt = 0;
};
[[nodiscard]] BlockPtr make_block(const BlockSpec& spec);
[[nodiscard]] Hash256 digest_of_block(const BlockPtr& block, Round round);
[[nodiscard]] BlockHash hash_of_block(const BlockPtr& block);
/// The same block stamped with another round.
[[nodiscard]] BlockPtr restamp(const BlockPtr& block, Round round);

/// Signs as sign_vote does; the vote must be of kind M.
template <class M>
[[nodiscard]] M signed_as(TestSigner& signer, const UnsignedVote& vote) {
  auto message = sign_vote(vote, kDomain, signer);
  PRECONDITION(message.has_value());
  return std::get<M>(*message);
}

/// Height 1 of a chain of `signers`, on a genesis with zero coinbase.
[[nodiscard]] HeightContext first_height(const std::vector<TestSigner>& signers);

}  // namespace datapact::consensus::test
