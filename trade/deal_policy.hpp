#pragma once
// What a careful client refuses in a header whatever the counterparty says (FAIR_EXCHANGE sections
// 2 and 3, TRADE rule 16). Pure.
#include "trade/terms.hpp"

#include <optional>
#include <string>
#include <vector>

namespace datapact::trade {

/// What the client knows of its chain and of itself.
struct PolicyFacts {
  /// Time and height the next block may have.
  std::uint64_t now_seconds = 0;
  std::uint32_t empty_block_period_seconds = 60;
  /// Faulty validators the set bears, f(n).
  std::uint32_t faults_max = 0;
  /// Download and decryption as measured or estimated.
  std::uint64_t work_seconds = 0;
};

/// Blocks a complaint window must span at least, for each validator that may censor: 20 * (f + 1).
inline constexpr std::uint32_t kBlocksPerFault = 20;

/// Each entry is a reason to refuse; empty when there is none.
[[nodiscard]] std::vector<std::string> refusals(const DealHeader& header, const PolicyFacts& facts);

/// The contract's announcement keeps the reveal open this much longer, and a seller needs it only
/// when this little is left.
inline constexpr std::uint64_t kAnnounceMarginSeconds = 30;
[[nodiscard]] bool needs_announcement(std::uint64_t reveal_until_seconds,
                                      std::uint64_t now_seconds) noexcept;

}  // namespace datapact::trade
