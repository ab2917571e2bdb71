#include "node/consensus_report.hpp"

#include "base/hex.hpp"
#include "base/types.hpp"
#include "consensus/clock_watch.hpp"
#include "consensus/engine_view.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/seal.hpp"
#include "node/core_status.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::node {
namespace {

/// From this round on a block is not just late: whole rounds have failed.
constexpr Round kStuckRound{2};
/// A round is not left before a quorum has joined it. Where the head is older than this, too few
/// in round 1 are no moment's matter.
constexpr std::chrono::milliseconds kJoinPatience{5'000};

std::string count_of(std::size_t count, std::size_t quorum) {
  return std::to_string(count) + " of the " + std::to_string(quorum) + " needed";
}

std::string names(const std::vector<Address>& addresses) {
  std::string out;
  for (const auto& address : addresses) {
    if (!out.empty()) out += ", ";
    out += to_hex0x(address);
  }
  return out;
}

std::vector<Address> without(const chain::ValidatorSet& validators,
                             const std::vector<Address>& voters) {
  std::vector<Address> out;
  for (const auto& validator : validators) {
    if (std::ranges::find(voters, validator) == voters.end()) {
      out.push_back(validator);
    }
  }
  return out;
}

std::size_t heard_of(const consensus::EngineView& view) {
  return view.validators.size() - view.doubtful.size();
}

bool is_stuck(const consensus::EngineView& view, const ReportContext& context) {
  if (view.round >= kStuckRound) return true;
  if (view.round == Round{}) return false;
  if (heard_of(view) < view.quorum) return true;
  return !view.has_proposal && view.round_changes.size() < view.quorum &&
         context.now - context.head_time > kJoinPatience;
}

std::string place(const consensus::EngineView& view) {
  return "height " + std::to_string(view.height.raw()) + " round " +
         std::to_string(view.round.raw());
}

/// What the current step waits for.
void describe_step(const consensus::EngineView& view, ConsensusReport& report) {
  const auto lacks = [&](const char* what, const std::vector<Address>& voters) {
    report.missing = without(view.validators, voters);
    report.sentences.push_back(place(view) + ": " + count_of(voters.size(), view.quorum) + " " +
                               what + " are here; missing: " + names(report.missing));
  };
  if (!view.has_proposal) {
    report.missing = {view.proposer};
    report.sentences.push_back(place(view) + ": no proposal yet from " + to_hex0x(view.proposer));
    if (view.round > Round{}) {
      std::vector<Address> asking;
      asking.reserve(view.round_changes.size());
      for (const auto& [author, round] : view.round_changes) asking.push_back(author);
      lacks("round changes", asking);
    }
  } else if (!view.is_executed) {
    report.sentences.push_back(place(view) +
                               ": the proposed block is being executed or is invalid");
  } else if (view.prepared.size() < view.quorum) {
    lacks("prepares", view.prepared);
  } else {
    lacks("commits", view.committed);
  }
}

void describe_self(const consensus::EngineView& view, ConsensusReport& report) {
  if (!view.may_sign) {
    report.sentences.emplace_back(
        "this node signs nothing more: another process was seen using its validator key");
  } else if (view.clock == consensus::ClockLevel::kWrong) {
    report.sentences.emplace_back("this node signs nothing until its clock is mended");
  } else if (!view.is_validator) {
    report.sentences.emplace_back("this node follows without voting: its key is not in the set");
  }
}

void describe_reach(const consensus::EngineView& view, ConsensusReport& report) {
  if (view.doubtful.empty()) return;
  const std::size_t there = heard_of(view);
  std::string text = "nothing is heard of " + names(view.doubtful);
  if (there < view.quorum) {
    text += ": with " + std::to_string(there) + " of " + std::to_string(view.validators.size()) +
            " validators there is no quorum of " + std::to_string(view.quorum);
  }
  report.sentences.push_back(std::move(text));
}

}  // namespace

std::string_view to_string(ChainMood mood) noexcept {
  switch (mood) {
    case ChainMood::kBusy:
      return "busy";
    case ChainMood::kQuiet:
      return "quiet";
    case ChainMood::kStuck:
      return "stuck";
    case ChainMood::kBehind:
      return "behind";
  }
  return "";
}

ConsensusReport report_of(const consensus::EngineView& view, const ReportContext& context) {
  ConsensusReport report;
  if (context.network_height.raw() > context.head.raw() + 1) {
    report.mood = ChainMood::kBehind;
    report.sentences.push_back("this node is at height " + std::to_string(context.head.raw()) +
                               " and fetches blocks up to " +
                               std::to_string(context.network_height.raw()));
    return report;
  }
  if (view.is_quiet) {
    report.mood = ChainMood::kQuiet;
    const auto left = std::max<std::int64_t>((view.empty_block_due - context.now).count(), 0);
    report.sentences.push_back(
        "nothing to decide: no transaction waits; an empty block is due in " +
        std::to_string(left / 1000) + " s");
  } else {
    report.mood = is_stuck(view, context) ? ChainMood::kStuck : ChainMood::kBusy;
    describe_step(view, report);
  }
  describe_reach(view, report);
  describe_self(view, report);
  if (context.peers == 0 && view.validators.size() > 1) {
    report.sentences.emplace_back("this node has no peers");
  }
  return report;
}

ConsensusReport report_of(const CoreStatus& status) {
  auto report =
      report_of(status.engine, {status.head->head->height, status.network_height, status.peers,
                                status.self, status.now, status.head->time});
  if (const auto& step = status.unknown_step) {
    report.sentences.push_back("this node stops before height " +
                               std::to_string(step->step.height.raw()) + ": " + to_string(*step));
  }
  return report;
}

}  // namespace datapact::node
