#include "node/ops_report.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "node/consensus_report.hpp"
#include "node/metrics_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>

using namespace datapact;        // NOLINT(google-build-using-namespace)
using namespace datapact::node;  // NOLINT(google-build-using-namespace)

namespace {

Address validator(std::uint8_t number) { return Address{{number}}; }

/// Validator 1 of four, at height 11 of a chain that moves.
CoreStatus four_validators() {
  auto block = std::make_shared<store::Head>();
  block->height = Height{11};
  auto head = std::make_shared<HeadSnapshot>();
  head->head = std::move(block);
  head->time = UnixMillis{1'700'000'000'250};
  CoreStatus out;
  out.head = std::move(head);
  out.network_height = Height{11};
  out.self = validator(1);
  out.peers = 3;
  out.pool_txns = 5;
  out.now = UnixMillis{1'700'000'001'000};
  auto& engine = out.engine;
  engine.height = Height{12};
  engine.validators = {validator(1), validator(2), validator(3), validator(4)};
  engine.quorum = 3;
  engine.proposer = validator(2);
  engine.is_validator = true;
  return out;
}

OpsPicture picture_of(CoreStatus core) {
  OpsPicture out;
  out.core = std::move(core);
  return out;
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

const HealthCheck& check(const HealthReport& report, const std::string& name) {
  const auto found =
      std::ranges::find_if(report.checks, [&](const HealthCheck& one) { return one.name == name; });
  REQUIRE(found != report.checks.end());
  return *found;
}

}  // namespace

TEST_SUITE("node/metrics_text") {
  TEST_CASE("a sample has its namespace, labels escaped, and the shortest number") {
    MetricsText out("x");
    out.family("a_total", MetricKind::kCounter, "Line one\nand \\two \"quoted\".");
    out.sample(0.25, {{"label", "q\"b\\n\n"}, {"other", "y"}});
    CHECK(out.text() ==
          "# HELP x_a_total Line one\\nand \\\\two \"quoted\".\n"
          "# TYPE x_a_total counter\n"
          "x_a_total{label=\"q\\\"b\\\\n\\n\",other=\"y\"} 0.25\n");
    CHECK(metric_number(2e10) == "2e+10");
    CHECK(metric_number(1234567) == "1234567");
  }
}

TEST_SUITE("node/ops_report") {
  TEST_CASE("metrics carry CometBFT's names in one namespace") {
    auto core = four_validators();
    core.engine.round = Round{2};
    core.engine.doubtful = {validator(4)};
    core.double_voters = {validator(3)};
    core.meter.last_txns = 7;
    core.meter.last_bytes = 1234;
    auto picture = picture_of(core);
    picture.network.emplace();
    picture.network->peers.resize(3);
    picture.network->topics[p2p::index_of(p2p::Topic::kConsensus)].bytes_in = 99;
    const auto text = render_metrics(picture);
    for (const auto* line :
         {"datapact_consensus_height 11", "datapact_consensus_rounds 2",
          "datapact_consensus_validators 4", "datapact_consensus_missing_validators 1",
          "datapact_consensus_byzantine_validators 1", "datapact_consensus_num_txs 7",
          "datapact_consensus_block_size_bytes 1234", "datapact_p2p_peers 3",
          "datapact_p2p_peer_receive_bytes_total{topic=\"consensus\"} 99",
          "datapact_mempool_size 5", "datapact_consensus_mood{mood=\"stuck\"} 1",
          "datapact_consensus_mood{mood=\"quiet\"} 0", "datapact_core_answers 1",
          "datapact_consensus_head_time_seconds 1700000000.25"}) {
      CHECK_MESSAGE(has_line(text, line), line);
    }
  }

  TEST_CASE("metrics, dump and report say which rules come next and where this node must stop") {
    auto core = four_validators();
    auto head = std::make_shared<HeadSnapshot>(*core.head);
    head->next_rules = chain::BlockRules{vm::Revision::kPrague, vm::PrecompileSet::range(1, 2)};
    core.head = head;
    const auto before = render_metrics(picture_of(core));
    CHECK(has_line(before, "datapact_consensus_revision 2"));
    CHECK(has_line(before, "datapact_consensus_stops_before_height 0"));
    CHECK(json::to_text(*consensus_dump(core).find("rules")) ==
          R"({"revision":"Prague","precompiles":["0x0000000000000000000000000000000000000001",)"
          R"("0x0000000000000000000000000000000000000002"],"stopsBefore":null})");

    const chain::StepError step{
        chain::StepFault::kUnknownRevision, {Height{12}, 7, {}}, "revision 7 is not known"};
    core.unknown_step = step;
    head->next_rules = fail(step);
    const auto after = render_metrics(picture_of(core));
    CHECK(has_line(after, "datapact_consensus_revision 0"));
    CHECK(has_line(after, "datapact_consensus_stops_before_height 12"));
    CHECK(json::to_text(*consensus_dump(core).find("rules")) ==
          R"({"revision":null,"precompiles":null,"stopsBefore":"0xc"})");
    CHECK(report_of(core).sentences.back() ==
          "this node stops before height 12: the protocol step of height 12: revision 7 is not "
          "known");
  }

  TEST_CASE("metrics say what waits for verification and what was dropped, by lane") {
    OpsPicture picture;
    picture.verification.emplace();
    picture.verification->at(static_cast<std::size_t>(Lane::kGossip)) = {3, 99, 7};
    const auto text = render_metrics(picture);
    CHECK(has_line(text, "datapact_verification_jobs{lane=\"gossip\"} 3"));
    CHECK(has_line(text, "datapact_verification_bytes{lane=\"gossip\"} 99"));
    CHECK(has_line(text, "datapact_verification_dropped_total{lane=\"gossip\"} 7"));
    CHECK(has_line(text, "datapact_verification_dropped_total{lane=\"consensus\"} 0"));
  }

  TEST_CASE("metrics say how others' proposals came, on a node that has peers") {
    OpsPicture picture;
    CHECK(render_metrics(picture).find("proposals") == std::string::npos);
    picture.proposals = ProposalCounts{12, 3};
    const auto text = render_metrics(picture);
    CHECK(has_line(text, "datapact_consensus_proposals_assembled_total 12"));
    CHECK(has_line(text, "datapact_consensus_proposals_fetched_total 3"));
  }

  TEST_CASE("the block interval's buckets count what is at most their bound") {
    auto core = four_validators();
    for (const int ms : {250, 251, 60'000, 1'000'000}) {
      core.meter.block_interval.observe(std::chrono::milliseconds{ms});
    }
    const auto text = render_metrics(picture_of(core));
    const std::string name = "datapact_consensus_block_interval_seconds";
    CHECK(has_line(text, name + "_bucket{le=\"0.25\"} 1"));
    CHECK(has_line(text, name + "_bucket{le=\"0.5\"} 2"));
    CHECK(has_line(text, name + "_bucket{le=\"60\"} 3"));
    CHECK(has_line(text, name + "_bucket{le=\"+Inf\"} 4"));
    CHECK(has_line(text, name + "_sum 1060.501"));
    CHECK(has_line(text, name + "_count 4"));
  }

  TEST_CASE("metrics of a core that does not answer hold no stale numbers") {
    const auto text = render_metrics({});
    CHECK(has_line(text, "datapact_core_answers 0"));
    CHECK(text.find("consensus_height") == std::string::npos);
  }

  TEST_CASE("a core that does not answer is neither live nor ready, and the reason says so") {
    const OpsPicture silent;
    for (const auto& report : {judge_liveness(silent), judge_readiness(silent, {})}) {
      CHECK_FALSE(report.passed());
      CHECK(check(report, "core").reason.find("does not answer") != std::string::npos);
    }
  }

  TEST_CASE("a node is live while it is stuck, because a restart would not help") {
    auto core = four_validators();
    core.engine.round = Round{9};
    CHECK(judge_liveness(picture_of(core)).passed());
    CHECK_FALSE(judge_readiness(picture_of(core), {}).passed());
  }

  TEST_CASE("a quiet chain is ready, a halted one is not, and the reason names who is missing") {
    auto core = four_validators();
    core.engine.is_quiet = true;
    core.engine.empty_block_due = core.now + std::chrono::milliseconds{30'000};
    CHECK(judge_readiness(picture_of(core), {}).passed());
    core.engine.is_quiet = false;
    core.engine.round = Round{3};
    core.engine.round_changes = {{validator(1), Round{3}}};
    const auto report = judge_readiness(picture_of(core), {});
    const auto& chain = check(report, "chain");
    CHECK_FALSE(chain.passed);
    CHECK(chain.reason.find("height 12 round 3: 1 of the 3 needed round changes") !=
          std::string::npos);
    CHECK(chain.reason.find(to_hex0x(validator(4))) != std::string::npos);
  }

  TEST_CASE("readiness asks for peers, one by default where there are other validators") {
    auto core = four_validators();
    core.peers = 0;
    CHECK(check(judge_readiness(picture_of(core), {}), "peers").reason == "0 peers, 1 wanted");
    ReadinessRules none;
    none.peers_min = 0;
    CHECK(judge_readiness(picture_of(core), none).passed());
    core.engine.validators = {validator(1)};
    CHECK(judge_readiness(picture_of(core), {}).passed());
    ReadinessRules two;
    two.peers_min = 2;
    CHECK_FALSE(judge_readiness(picture_of(core), two).passed());
  }

  TEST_CASE("readiness asks for a head near the network's") {
    auto core = four_validators();
    core.network_height = Height{13};
    CHECK(check(judge_readiness(picture_of(core), {}), "sync").passed);
    core.network_height = Height{14};
    CHECK(check(judge_readiness(picture_of(core), {}), "sync").reason ==
          "3 blocks behind the network, at most 2 wanted");
    ReadinessRules patient;
    patient.blocks_behind_max = 3;
    CHECK(check(judge_readiness(picture_of(core), patient), "sync").passed);
  }

  TEST_CASE("a validator that may not sign is not ready") {
    auto core = four_validators();
    core.engine.clock = consensus::ClockLevel::kWrong;
    CHECK_FALSE(check(judge_readiness(picture_of(core), {}), "signing").passed);
    core.engine.clock = consensus::ClockLevel::kGood;
    core.engine.may_sign = false;
    CHECK_FALSE(check(judge_readiness(picture_of(core), {}), "signing").passed);
    core.engine.is_validator = false;
    CHECK(check(judge_readiness(picture_of(core), {}), "signing").passed);
  }

  TEST_CASE("health as JSON names every check") {
    const auto document = to_json(HealthReport{{{"core", true, "ok"}, {"peers", false, "none"}}});
    CHECK(json::to_text(document) ==
          R"({"status":"DOWN","checks":[{"name":"core","status":"UP","reason":"ok"},)"
          R"({"name":"peers","status":"DOWN","reason":"none"}]})");
  }

  TEST_CASE("the dump says of each validator what it did, and explains the wait in words") {
    auto core = four_validators();
    core.engine.round = Round{2};
    core.engine.has_proposal = true;
    core.engine.is_executed = true;
    core.engine.prepared = {validator(1), validator(2)};
    core.engine.round_changes = {{validator(3), Round{4}}};
    const auto dump = consensus_dump(core);
    CHECK(*dump.find("mood") == json::Value("stuck"));
    CHECK(*dump.find("height") == json::Value("0xc"));
    CHECK(dump.find("explanation")
              ->as_array()
              ->front()
              .as_string()
              ->find("2 of the 3 needed prepares are here") != std::string::npos);
    const auto& validators = *dump.find("validators")->as_array();
    REQUIRE(validators.size() == 4);
    CHECK(*validators[1].find("proposer") == json::Value(true));
    CHECK(*validators[1].find("prepared") == json::Value(true));
    CHECK(*validators[2].find("missing") == json::Value(true));
    CHECK(*validators[2].find("asksForRound") == json::Value("0x4"));
    CHECK(validators[0].find("asksForRound")->is_null());
  }
}
