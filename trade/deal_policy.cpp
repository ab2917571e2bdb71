#include "trade/deal_policy.hpp"

#include "trade/sealing.hpp"
#include "trade/terms.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace datapact::trade {

std::vector<std::string> refusals(const DealHeader& h, const PolicyFacts& facts) {
  std::vector<std::string> out;
  const auto refuse_if = [&out](bool condition, std::string reason) {
    if (condition) out.push_back(std::move(reason));
  };
  const std::uint32_t blocks_min = kBlocksPerFault * (facts.faults_max + 1);
  refuse_if(h.lock_by_seconds <= facts.now_seconds,
            "lockBy " + std::to_string(h.lock_by_seconds) + " has passed");
  refuse_if(!is_valid_point(h.bx, h.by), "(Bx, By) is not a point of bn254 other than infinity");
  refuse_if(h.payee.is_zero(), "payee is the zero address");
  refuse_if(h.withhold_penalty > h.bond, "withholdPenalty exceeds the bond it is paid from");
  refuse_if(h.min_blocks < blocks_min,
            "minBlocks " + std::to_string(h.min_blocks) +
                " is below 20 * (f + 1) = " + std::to_string(blocks_min));
  // A quiet chain makes one block an empty-block period: an honest seller must not wait for blocks
  // that do not come.
  // Genesis bounds the period, so the product cannot wrap.
  const std::chrono::seconds window{h.complain_window_seconds};
  refuse_if(std::int64_t{h.min_blocks} * facts.empty_block_period > window,
            "minBlocks " + std::to_string(h.min_blocks) + " cannot pass within complainWindow " +
                std::to_string(window.count()) + " s on a quiet chain");
  refuse_if(window / kWorkPerWindowMin < facts.work,
            "complainWindow " + std::to_string(window.count()) +
                " s is shorter than three times the work of " + std::to_string(facts.work.count()) +
                " s");
  refuse_if(h.reveal_window_seconds == 0, "revealWindow is zero");
  return out;
}

RevealVerdict judge_reveal(const RevealFacts& f) noexcept {
  using std::chrono::seconds;
  const auto blocks_time = std::chrono::ceil<seconds>(f.block_period * kRevealMarginBlocks);
  const std::uint64_t margin =
      std::max(kRevealMarginSeconds, static_cast<std::uint64_t>(blocks_time.count()));
  const auto left = [](std::uint64_t until, std::uint64_t from) {
    return until > from ? until - from : 0;
  };
  const std::uint64_t seconds_left =
      left(f.until_seconds, std::max(f.next_seconds, f.clock_seconds));
  const std::uint64_t blocks_left = left(f.until_height, f.next_height);
  const bool has_blocks = f.is_node_current && blocks_left >= kRevealMarginBlocks;
  if (seconds_left >= margin || has_blocks) return RevealVerdict::kReveal;
  const bool is_in_time = f.next_seconds < f.until_seconds;
  if (f.until_height == 0)
    return is_in_time ? RevealVerdict::kAnnounceFirst : RevealVerdict::kWindowClosed;
  return is_in_time || blocks_left != 0 ? RevealVerdict::kMarginGone : RevealVerdict::kWindowClosed;
}

}  // namespace datapact::trade
