#pragma once
// What must hold after every event, judged from outside: agreement, no two votes of a correct
// validator, no final block lost, a journal that tells one consistent story, votes that are durable
// before they are heard and that the protocol allows (QBFT.md sections 6 and 7). The rules are
// written down here once more, on purpose: an engine cannot vouch for itself.
#include "consensus/journal_entry.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/store/vote_journal.hpp"

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
  Oracle(consensus::Domain domain, chain::ValidatorSet validators);

  /// A correct validator's vote is durable; told again after a restart. `executed`: blocks it found
  /// valid.
  void voted(std::size_t machine, const store::VoteRecord& record,
             const std::set<BlockHash>& executed);
  /// A correct validator's vote left it.
  void spoke(std::size_t machine, const consensus::Message& message);
  void finalised(std::size_t machine, Height height, const BlockHash& hash);
  /// A machine came back with this head.
  void came_back(std::size_t machine, Height height, const BlockHash& hash);
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

  consensus::Domain domain_;
  chain::ValidatorSet validators_;
  std::size_t quorum_;
  std::map<std::size_t, Votes> votes_;
  std::map<Height, BlockHash> final_;
  std::vector<std::string> violations_;
};

}  // namespace datapact::sim
