#include "node/fetched_block.hpp"

#include "base/result.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/seal.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace datapact::node {

std::string_view to_string(FetchError error) noexcept {
  switch (error) {
    case FetchError::kWrongBody:
      return "the body does not belong to the header";
    case FetchError::kInvalidSeals:
      return "not sealed by a quorum of the validators in its header";
  }
  return "";
}

Result<FetchedBlock, FetchError> FetchedBlock::check(chain::Block block,
                                                     std::size_t encoded_bytes) {
  const auto& header = block.header;
  if (chain::transactions_root(block.transactions) != header.transactions_root ||
      chain::withdrawals_root(block.withdrawals) != header.withdrawals_root) {
    return fail(FetchError::kWrongBody);
  }
  auto extra = chain::decode_extra(header.extra_data);
  if (!extra.has_value() || extra->validators.empty()) return fail(FetchError::kInvalidSeals);
  const auto hash = chain::chain_hash(header);
  if (!hash.has_value()) return fail(FetchError::kInvalidSeals);
  if (!chain::verify_seals(header, extra->validators).has_value()) {
    return fail(FetchError::kInvalidSeals);
  }
  return FetchedBlock(std::make_shared<const chain::Block>(std::move(block)), *hash,
                      std::move(extra->validators), encoded_bytes);
}

}  // namespace datapact::node
