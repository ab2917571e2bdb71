#pragma once
// Why the chain moves, rests or stands still, in words: who is missing, which round, which quorum.
// Pure.
#include "consensus/engine_view.hpp"
#include "node/core_status.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace datapact::node {

enum class ChainMood : std::uint8_t {
  kBusy,    ///< a block is being decided
  kQuiet,   ///< nothing to decide: no transaction waits, and none has to be made up for
  kStuck,   ///< a block is due and does not come
  kBehind,  ///< this node fetches blocks that others have
};
[[nodiscard]] std::string_view to_string(ChainMood mood) noexcept;

struct ConsensusReport {
  ChainMood mood = ChainMood::kBusy;
  /// One sentence each, the most important first.
  std::vector<std::string> sentences;
  /// Validators whose vote the current step lacks.
  std::vector<Address> missing;
};

/// What is known besides the engine.
struct ReportContext {
  Height head;
  Height network_height;
  std::size_t peers = 0;
  Address self;
  UnixMillis now{0};
  UnixMillis head_time{0};
};

[[nodiscard]] ConsensusReport report_of(const consensus::EngineView& view,
                                        const ReportContext& context);
[[nodiscard]] ConsensusReport report_of(const CoreStatus& status);

}  // namespace datapact::node
