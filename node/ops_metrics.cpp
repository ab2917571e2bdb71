// Names are CometBFT's where it has one for the same thing (its metrics page, "consensus", "p2p"
// and "mempool"), so that dashboards carry over. Labels take few values: never a peer or an
// address.
#include "consensus/clock_watch.hpp"
#include "ledger/chain/block_rules.hpp"
#include "node/chain_meter.hpp"
#include "node/consensus_report.hpp"
#include "node/core_status.hpp"
#include "node/metrics_text.hpp"
#include "node/ops_report.hpp"
#include "node/peer_gateway.hpp"
#include "node/verification_pool.hpp"
#include "node/version.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/snapshot.hpp"
#include "p2p/gossip/types.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace datapact::node {
namespace {

/// Above 2^53 a double is not exact, which no counter here reaches.
template <class Integer>
double real(Integer value) {
  return static_cast<double>(value);
}

double seconds(std::chrono::milliseconds time) { return real(time.count()) / 1000; }

void write_interval(const IntervalHistogram& histogram, MetricsText& out) {
  out.family("consensus_block_interval_seconds", MetricKind::kHistogram,
             "Time between a block and its parent, by their headers, since the start.");
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < IntervalHistogram::kBounds.size(); ++i) {
    below += histogram.counts[i];
    out.sample("_bucket", real(below),
               {{"le", metric_number(seconds(IntervalHistogram::kBounds[i]))}});
  }
  out.sample("_bucket", real(histogram.count()), {{"le", "+Inf"}});
  out.sample("_sum", seconds(histogram.sum));
  out.sample("_count", real(histogram.count()));
}

void write_chain(const CoreStatus& core, MetricsText& out) {
  const auto& meter = core.meter;
  out.gauge("consensus_height", "Height of the newest final block.",
            real(core.head->head->height.raw()));
  out.gauge("consensus_network_height", "Height that more peers claim than can be faulty.",
            real(core.network_height.raw()));
  out.gauge("consensus_head_time_seconds", "Time of the newest final block, Unix seconds.",
            seconds(core.head->time));
  write_interval(meter.block_interval, out);
  out.gauge("consensus_num_txs", "Transactions in the newest block of this process.",
            real(meter.last_txns));
  out.gauge("consensus_block_size_bytes", "Encoded size of the newest block of this process.",
            real(meter.last_bytes));
  out.gauge("consensus_block_gas_used", "Gas used by the newest block of this process.",
            real(meter.last_gas.raw()));
  out.counter("consensus_blocks_total", "Blocks made final since the start.", real(meter.blocks));
  out.counter("consensus_total_txs", "Transactions made final since the start.", real(meter.txns));
  out.counter("consensus_gas_used_total", "Gas used by final blocks since the start.",
              real(meter.gas_used.raw()));
  out.counter("consensus_failed_rounds_total",
              "Rounds that ended without a block, of final blocks since the start.",
              real(meter.failed_rounds));
}

void write_consensus(const CoreStatus& core, MetricsText& out) {
  const auto& engine = core.engine;
  const auto mood = report_of(core).mood;
  out.gauge("consensus_rounds", "Round of the height being decided.", real(engine.round.raw()));
  out.gauge("consensus_validators", "Validators of the height being decided.",
            real(engine.validators.size()));
  out.gauge("consensus_quorum", "Validators whose votes a block needs.", real(engine.quorum));
  // 0: the next height has rules that this node lacks.
  const auto& rules = core.head->next_rules;
  out.gauge("consensus_revision", "Rules of the next height: 1 Cancun, 2 Prague, 3 Osaka.",
            rules ? real(chain::revision_number(rules->revision)) : 0);
  const auto& step = core.unknown_step;
  out.gauge("consensus_stops_before_height",
            "Height from which Governance has scheduled rules that this node lacks; 0: none.",
            step ? real(step->step.height.raw()) : 0);
  out.gauge("consensus_missing_validators", "Validators that nothing was heard of lately.",
            real(engine.doubtful.size()));
  out.gauge("consensus_byzantine_validators",
            "Validators that were proved to have signed two different votes.",
            real(core.double_voters.size()));
  out.gauge("consensus_is_validator", "1 when this node's key validates the height being decided.",
            engine.is_validator ? 1 : 0);
  out.gauge("consensus_may_sign",
            "0 once another process was seen using this node's key, or while its clock is wrong.",
            engine.may_sign && engine.clock != consensus::ClockLevel::kWrong ? 1 : 0);
  out.gauge("consensus_clock_skew_seconds",
            "This node's clock minus the other validators'; 0 until enough were compared.",
            seconds(engine.clock_ahead));
  out.gauge("consensus_block_syncing", "1 while this node fetches blocks that others have.",
            mood == ChainMood::kBehind ? 1 : 0);
  out.family("consensus_mood", MetricKind::kGauge,
             "1 for what the chain does: busy, quiet (nothing to decide), stuck or behind.");
  for (const auto each :
       {ChainMood::kBusy, ChainMood::kQuiet, ChainMood::kStuck, ChainMood::kBehind}) {
    out.sample(each == mood ? 1 : 0, {{"mood", to_string(each)}});
  }
}

struct TopicFamily {
  std::string_view name;
  std::string_view help;
  std::uint64_t p2p::TopicTraffic::* count;
};
constexpr std::array kTopicFamilies{
    TopicFamily{"p2p_peer_receive_bytes_total", "Bytes of messages received.",
                &p2p::TopicTraffic::bytes_in},
    TopicFamily{"p2p_peer_send_bytes_total", "Bytes of messages sent.",
                &p2p::TopicTraffic::bytes_out},
    TopicFamily{"p2p_messages_received_total", "Messages received.",
                &p2p::TopicTraffic::messages_in},
    TopicFamily{"p2p_messages_sent_total", "Messages sent.", &p2p::TopicTraffic::messages_out},
    TopicFamily{"p2p_messages_duplicate_total", "Copies received and not delivered.",
                &p2p::TopicTraffic::duplicates_in},
    TopicFamily{"p2p_messages_refused_total", "Received and not granted, or not taken.",
                &p2p::TopicTraffic::refused_in},
    TopicFamily{"p2p_messages_dropped_total", "Not sent because a queue was full.",
                &p2p::TopicTraffic::dropped_out}};

void write_network(const p2p::Snapshot& network, MetricsText& out) {
  out.gauge("p2p_peers", "Connected peers.", real(network.peers.size()));
  for (const auto& family : kTopicFamilies) {
    out.family(family.name, MetricKind::kCounter, family.help);
    for (const auto topic : p2p::kAllTopics) {
      out.sample(real(network.topics[p2p::index_of(topic)].*family.count),
                 {{"topic", to_string(topic)}});
    }
  }
  out.gauge("p2p_peer_pending_send_bytes", "Bytes waiting to be sent.",
            real(network.pending_send_bytes));
  out.gauge("p2p_banned_peers", "Peers shut out for a while.", real(network.bans.size()));
  out.family("p2p_offences_total", MetricKind::kCounter, "What peers did wrong.");
  for (std::size_t i = 0; i < p2p::kOffences; ++i) {
    out.sample(real(network.offences[i]), {{"offence", to_string(static_cast<p2p::Offence>(i))}});
  }
  out.counter("p2p_handshakes_failed_total", "Handshakes that failed.",
              real(network.handshakes_failed));
  out.counter("p2p_handshakes_foreign_total",
              "Of those: with another chain, genesis or protocol version.",
              real(network.handshakes_foreign));
  out.counter("p2p_connections_refused_total", "Connections above a limit.",
              real(network.connections_refused));
}

struct LaneFamily {
  std::string_view name;
  MetricKind kind;
  std::string_view help;
  double (*value)(const LaneCounts& lane);
};
constexpr std::array kLaneFamilies{
    LaneFamily{"verification_jobs", MetricKind::kGauge, "Messages waiting to be verified.",
               [](const LaneCounts& lane) { return real(lane.jobs); }},
    LaneFamily{"verification_bytes", MetricKind::kGauge, "Bytes of messages waiting.",
               [](const LaneCounts& lane) { return real(lane.bytes); }},
    LaneFamily{"verification_dropped_total", MetricKind::kCounter,
               "Messages dropped because their lane, or their peer's part of it, was full.",
               [](const LaneCounts& lane) { return real(lane.dropped); }}};

void write_verification(const VerificationCounts& counts, MetricsText& out) {
  for (const auto& family : kLaneFamilies) {
    out.family(family.name, family.kind, family.help);
    for (const auto lane : kAllLanes) {
      out.sample(family.value(counts.at(static_cast<std::size_t>(lane))),
                 {{"lane", to_string(lane)}});
    }
  }
}

void write_proposals(const ProposalCounts& counts, MetricsText& out) {
  out.counter("consensus_proposals_assembled_total",
              "Others' proposals put together from hashes and transactions that were here.",
              real(counts.assembled));
  out.counter("consensus_proposals_fetched_total",
              "Others' proposals that came whole because this node asked for them.",
              real(counts.fetched));
}

}  // namespace

std::string render_metrics(const OpsPicture& picture) {
  MetricsText out("datapact");
  out.family("build_info", MetricKind::kGauge, "Always 1; says which version runs.");
  out.sample(1, {{"version", kClientVersion}});
  out.gauge("core_answers", "1 when the core thread answered for this scrape.",
            picture.core ? 1 : 0);
  if (picture.core) {
    write_chain(*picture.core, out);
    write_consensus(*picture.core, out);
    out.gauge("mempool_size", "Transactions waiting for a block.", real(picture.core->pool_txns));
  }
  if (picture.network) write_network(*picture.network, out);
  if (picture.proposals) write_proposals(*picture.proposals, out);
  if (picture.verification) write_verification(*picture.verification, out);
  return out.text();
}

}  // namespace datapact::node
