#include "tests/testkit/consensus/world.hpp"

#include <algorithm>

namespace datapact::consensus::test {

std::vector<TestSigner> make_signers(std::size_t count) {
  std::vector<TestSigner> out;
  for (std::size_t i = 0; i < count; ++i) {
    crypto::PrivateKey key;
    key.raw()[31] = static_cast<std::uint8_t>(i + 1);
    out.emplace_back(key);
  }
  std::ranges::sort(
      out, [](const TestSigner& a, const TestSigner& b) { return a.address() < b.address(); });
  return out;
}

chain::ValidatorSet addresses_of(const std::vector<TestSigner>& signers) {
  chain::ValidatorSet out;
  for (const auto& signer : signers) out.push_back(signer.address());
  return out;
}

BlockPtr make_block(const BlockSpec& spec) {
  auto block = std::make_shared<chain::Block>();
  if (!spec.is_empty) {
    chain::Transaction txn;
    txn.chain_id = kDomain.chain_id;
    txn.signature = {.r = uint256{1}, .s = uint256{1}, .y_parity = 0};
    block->transactions.push_back(txn);
  }
  auto& header = block->header;
  header.parent_hash = spec.at.parent_hash;
  header.coinbase = spec.coinbase;
  header.height = spec.at.height;
  header.gas_used = Gas{spec.salt};
  header.transactions_root = chain::transactions_root(block->transactions);
  header.withdrawals_root = chain::withdrawals_root({});
  header.timestamp_seconds = static_cast<std::uint64_t>(spec.time.count() / 1000);
  header.requests_hash = Hash256{};
  header.extra_data = chain::encode(
      chain::QbftExtra{chain::vanity_of(spec.time), spec.at.validators, spec.round, {}});
  return block;
}

Hash256 digest_of_block(const BlockPtr& block, Round round) {
  return *chain::seal_hash(block->header, round);
}
BlockHash hash_of_block(const BlockPtr& block) { return *chain::chain_hash(block->header); }

BlockPtr restamp(const BlockPtr& block, Round round) {
  auto out = std::make_shared<chain::Block>(*block);
  out->header = *chain::with_seals(block->header, round, {});
  return out;
}

HeightContext first_height(const std::vector<TestSigner>& signers) {
  return {Height{1}, kDomain.genesis_hash, Address{}, addresses_of(signers)};
}

}  // namespace datapact::consensus::test
