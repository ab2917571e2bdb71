#pragma once
// What must hold after every event, judged from outside: agreement, no two votes of a correct
// validator, no final block lost, the rules that Governance names for a height, a journal that
// tells one consistent story, votes that are durable before they are heard and that the protocol
// allows (QBFT.md sections 6 and 7). The rules are written down here once more, on purpose: an
// engine cannot vouch for itself.
#include "consensus/events.hpp"
#include "consensus/journal_entry.hpp"
#include "consensus/params.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/store/vote_journal.hpp"
#include "tests/sim/probe.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace datapact::sim {

class Oracle {
 public:
  /// `validators` and `rules`: of the first block.
  Oracle(consensus::Domain domain, const consensus::Timing& timing, chain::ValidatorSet validators,
         const Rules& rules);

  /// A correct validator's vote is durable; told again after a restart. `executed`: blocks it found
  /// valid.
  void voted(std::size_t machine, const store::VoteRecord& record,
             const std::set<BlockHash>& executed);
  /// A correct validator's vote left it.
  void spoke(std::size_t machine, const consensus::Message& message);
  /// `logs`: what the block's transactions emitted, Governance among them.
  void finalised(std::size_t machine, const chain::BlockHeader& header, const BlockHash& hash,
                 const std::vector<chain::Log>& logs);
  /// A machine came back with this head.
  void came_back(std::size_t machine, Height height);
  void timer_started(std::size_t machine, const consensus::TimerFired& timer,
                     std::chrono::milliseconds delay);
  /// A correct proposer had a block, a justified later round and every right to speak.
  void must_have_proposed(std::size_t machine, Height height, Round round);
  void violation(std::string text);

  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }

 private:
  using Point = std::tuple<Height, Round, consensus::MessageCode>;
  struct Votes {
    std::map<Point, Hash256> durable;
    Height height;
    Round round;
    std::optional<consensus::PreparedPoint> locked;
    Height final_height;
  };

  void begin_height(Votes& votes, Height height);
  [[nodiscard]] std::string fault_in(const Votes& votes, const consensus::RememberedVote& vote,
                                     const std::set<BlockHash>& executed) const;
  [[nodiscard]] std::string fault_in(const Votes& votes, const consensus::Prepare& vote,
                                     const consensus::RememberedVote& context,
                                     const std::set<BlockHash>& executed) const;
  [[nodiscard]] std::string fault_in(const Votes& votes, const consensus::Commit& vote,
                                     const consensus::RememberedVote& context) const;
  [[nodiscard]] std::string fault_in(const Votes& votes, const consensus::RoundChange& vote) const;
  [[nodiscard]] std::string fault_in(const consensus::Proposal& proposal) const;
  [[nodiscard]] bool is_certificate(const std::vector<consensus::Prepare>& prepares, Height height,
                                    const consensus::PreparedPoint& point) const;

  /// Who votes at `height`: known once the block before is final somewhere.
  [[nodiscard]] const chain::ValidatorSet& set_at(Height height) const;
  [[nodiscard]] std::size_t quorum_at(Height height) const;
  [[nodiscard]] bool is_member(const Address& who, Height height) const;
  void learn_set(Height height, const std::vector<chain::Log>& logs);
  void check_rules(Height height, const std::vector<chain::Log>& logs);
  void learn_rules(const std::vector<chain::Log>& logs);

  consensus::Domain domain_;
  consensus::Timing timing_;
  /// From each height on until the next one.
  std::map<Height, chain::ValidatorSet> sets_;
  Hash256 added_topic_;
  Hash256 removed_topic_;
  /// Likewise.
  std::map<Height, Rules> rules_;
  Hash256 scheduled_topic_;
  std::map<std::size_t, Votes> votes_;
  std::map<Height, BlockHash> final_;
  std::vector<std::string> violations_;
};

}  // namespace datapact::sim
