#pragma once
// What a careful client refuses in a header whatever the counterparty says (FAIR_EXCHANGE sections
// 2 and 3, TRADE rule 16). Pure.
#include "trade/terms.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace datapact::trade {

/// What the client knows of its chain and of itself.
struct PolicyFacts {
  /// Time and height the next block may have.
  std::uint64_t now_seconds = 0;
  /// Of a quiet chain, from its genesis.
  std::chrono::milliseconds empty_block_period{60'000};
  /// Faulty validators the set bears, f(n).
  std::uint32_t faults_max = 0;
  /// What a buyer does between reveal and complaint, as measured or said.
  std::chrono::seconds work{0};
};

/// Blocks a complaint window must span at least, for each validator that may censor: 20 * (f + 1).
inline constexpr std::uint32_t kBlocksPerFault = 20;

/// How often a complaint window must hold the buyer's work, at least.
inline constexpr int kWorkPerWindowMin = 3;

/// Each entry is a reason to refuse; empty when there is none.
[[nodiscard]] std::vector<std::string> refusals(const DealHeader& header, const PolicyFacts& facts);

/// What a seller's client knows before it publishes a key.
struct RevealFacts {
  /// As the contract keeps them: a reveal is in time in a block whose time is below the first, or
  /// whose height is below the second, which is 0 until the deal is announced.
  std::uint64_t until_seconds = 0;
  std::uint64_t until_height = 0;
  /// The first block that can hold the reveal, as the node expects it.
  std::uint64_t next_height = 0;
  std::uint64_t next_seconds = 0;
  /// The client's own clock: it and the node's may differ, and the later one is believed.
  std::uint64_t clock_seconds = 0;
  std::chrono::milliseconds block_period{0};
  /// The node has the newest blocks. Else its next height says nothing of how many are left.
  bool is_node_current = false;
};

enum class RevealVerdict : std::uint8_t {
  kReveal,         ///< the margin is left
  kAnnounceFirst,  ///< it is not, but an announcement can open the window further
  kMarginGone,     ///< announced and still open, but with less than the margin left
  kWindowClosed,   ///< the chain takes no reveal any more
};

/// What must be left of the window for a reveal to be sent: so many seconds, and the time of so
/// many blocks; or, after an announcement, so many blocks. A reveal that comes too late gives the
/// key away for nothing. An announcement opens the window for twice as much (40 blocks, 60 s).
inline constexpr std::uint64_t kRevealMarginSeconds = 30;
inline constexpr std::uint64_t kRevealMarginBlocks = 20;

/// An announcement may come too late without harm, so it needs no margin, and the chain's clock
/// alone says whether to try it.
[[nodiscard]] RevealVerdict judge_reveal(const RevealFacts& facts) noexcept;

}  // namespace datapact::trade
