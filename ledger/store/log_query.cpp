#include "ledger/store/log_query.hpp"

#include "base/quantity.hpp"
#include "base/types.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/store/ledger.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace datapact::store {
namespace {

template <class T>
bool is_one_of(const std::vector<T>& allowed, const T& value) {
  return allowed.empty() || std::ranges::find(allowed, value) != allowed.end();
}

template <class T>
bool bloom_has_one_of(const std::vector<T>& allowed, const chain::Bloom& bloom) {
  return allowed.empty() || std::ranges::any_of(allowed, [&](const T& item) {
           return chain::may_contain(bloom, item.view());
         });
}

/// Appends the block's matching logs.
void collect(const Ledger& ledger, const LogFilter& filter, Height height,
             std::vector<FoundLog>& out) {
  const auto block = ledger.block(height);
  const auto receipts = ledger.receipts(height);
  if (!block || !receipts) return;
  std::uint32_t log_index = 0;
  for (std::size_t i = 0; i < receipts->size(); ++i) {
    for (const chain::Log& log : (*receipts)[i].logs) {
      if (matches(filter, log)) {
        out.push_back({log, height, block->hash, block->txn_hashes[i],
                       static_cast<std::uint32_t>(i), log_index});
      }
      ++log_index;
    }
  }
}

}  // namespace

bool matches(const LogFilter& filter, const chain::Log& log) {
  if (!is_one_of(filter.addresses, log.address)) return false;
  if (filter.topics.size() > log.topics.size()) return false;
  for (std::size_t i = 0; i < filter.topics.size(); ++i) {
    if (!is_one_of(filter.topics[i], log.topics[i])) return false;
  }
  return true;
}

bool may_match(const LogFilter& filter, const chain::Bloom& bloom) {
  if (!bloom_has_one_of(filter.addresses, bloom)) return false;
  return std::ranges::all_of(filter.topics,
                             [&](const auto& allowed) { return bloom_has_one_of(allowed, bloom); });
}

FoundLogs find_logs(const Ledger& ledger, const LogFilter& filter, LogLimits limits) {
  FoundLogs out;
  const Height last = std::min(filter.to, ledger.head()->height);
  out.last_height = last;
  for (Height height = filter.from; height <= last; height = next(height)) {
    const auto header = ledger.header(height);
    if (!header || !may_match(filter, header->bloom)) continue;
    collect(ledger, filter, height, out.logs);
    if (out.logs.size() > limits.logs_max) {
      out.truncated = height < last;
      out.last_height = height;
      break;
    }
  }
  return out;
}

}  // namespace datapact::store
