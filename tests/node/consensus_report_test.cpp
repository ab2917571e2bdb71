#include "node/consensus_report.hpp"

#include "base/hex.hpp"

#include <doctest/doctest.h>

using namespace datapact;        // NOLINT(google-build-using-namespace)
using namespace datapact::node;  // NOLINT(google-build-using-namespace)

namespace {

Address validator(std::uint8_t number) { return Address{{number}}; }

consensus::EngineView four_validators() {
  consensus::EngineView view;
  view.height = Height{12};
  view.validators = {validator(1), validator(2), validator(3), validator(4)};
  view.quorum = 3;
  view.proposer = validator(2);
  view.is_validator = true;
  return view;
}
const ReportContext kContext{Height{11},   Height{11},       3,
                             validator(1), UnixMillis{1000}, UnixMillis{0}};

std::string text(const ConsensusReport& report) {
  std::string out;
  for (const auto& sentence : report.sentences) out += sentence + "\n";
  return out;
}
bool says(const ConsensusReport& report, const std::string& words) {
  return text(report).find(words) != std::string::npos;
}

}  // namespace

TEST_SUITE("node/consensus_report") {
  TEST_CASE("a quiet chain is told from a dead one, with the time of the next empty block") {
    auto view = four_validators();
    view.is_quiet = true;
    view.empty_block_due = UnixMillis{31'000};
    const auto report = report_of(view, kContext);
    CHECK(report.mood == ChainMood::kQuiet);
    CHECK(says(report, "an empty block is due in 30 s"));
  }

  TEST_CASE("a halt names height, round, quorum and who is missing") {
    auto view = four_validators();
    view.round = Round{5};
    view.has_proposal = true;
    view.is_executed = true;
    view.prepared = {validator(1), validator(2)};
    view.doubtful = {validator(3), validator(4)};
    const auto report = report_of(view, kContext);
    CHECK(report.mood == ChainMood::kStuck);
    CHECK(says(report, "height 12 round 5: 2 of the 3 needed prepares are here"));
    CHECK(report.missing == std::vector{validator(3), validator(4)});
    CHECK(says(report, to_hex0x(validator(3)) + ", " + to_hex0x(validator(4))));
    CHECK(says(report, "with 2 of 4 validators there is no quorum of 3"));
  }

  TEST_CASE("a missing proposal names its proposer, and who asks for the round") {
    auto view = four_validators();
    CHECK(says(report_of(view, kContext), "no proposal yet from " + to_hex0x(validator(2))));
    view.round = Round{1};
    view.round_changes = {{validator(1), Round{1}}};
    CHECK(says(report_of(view, kContext), "1 of the 3 needed round changes are here"));
  }

  TEST_CASE("execution, commits and a node that is behind are told apart") {
    auto view = four_validators();
    view.has_proposal = true;
    CHECK(says(report_of(view, kContext), "being executed"));
    view.is_executed = true;
    view.prepared = view.validators;
    CHECK(says(report_of(view, kContext), "0 of the 3 needed commits"));
    auto behind = kContext;
    behind.network_height = Height{99};
    const auto report = report_of(view, behind);
    CHECK(report.mood == ChainMood::kBehind);
    CHECK(says(report, "fetches blocks up to 99"));
  }

  TEST_CASE("what keeps this very node from voting is said") {
    auto view = four_validators();
    view.may_sign = false;
    CHECK(says(report_of(view, kContext), "another process"));
    view.may_sign = true;
    view.clock = consensus::ClockLevel::kWrong;
    CHECK(says(report_of(view, kContext), "clock"));
    view.clock = consensus::ClockLevel::kGood;
    view.is_validator = false;
    CHECK(says(report_of(view, kContext), "follows without voting"));
    auto alone = kContext;
    alone.peers = 0;
    CHECK(says(report_of(view, alone), "has no peers"));
  }

  TEST_CASE("without a quorum a chain is stuck in round 1, which nobody leaves before one joins") {
    auto view = four_validators();
    view.round = Round{1};
    view.has_proposal = true;
    CHECK(report_of(view, kContext).mood == ChainMood::kBusy);
    view.doubtful = {validator(3), validator(4)};
    CHECK(report_of(view, kContext).mood == ChainMood::kStuck);
    view.doubtful.clear();
    view.has_proposal = false;
    view.round_changes = {{validator(1), Round{1}}, {validator(2), Round{1}}};
    CHECK(report_of(view, kContext).mood == ChainMood::kBusy);
    auto later = kContext;
    later.now = UnixMillis{6000};
    CHECK(report_of(view, later).mood == ChainMood::kStuck);
    view.round_changes.emplace_back(validator(3), Round{1});
    CHECK(report_of(view, later).mood == ChainMood::kBusy);
  }
}
