#pragma once
// Points of offences by node id, over all its connections: one point fades each second; a node that
// reaches kBanPoints is banned, each time for twice as long. Only ids whose key was proved come in
// here, so that nobody can blacken another. Bounded. Thread contract: one thread at a time.
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/snapshot.hpp"
#include "p2p/gossip/types.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace datapact::p2p {

class ScoreBook {
 public:
  struct Policy {
    std::chrono::milliseconds ban{0};
    std::chrono::milliseconds ban_max{0};
    std::size_t entries_max = 1;
  };
  explicit ScoreBook(const Policy& policy) : policy_(policy) {}

  /// True when the node is banned from now on.
  bool add(const NodeId& node, Offence offence, Instant now);
  [[nodiscard]] std::uint32_t points(const NodeId& node, Instant now) const;
  [[nodiscard]] bool is_banned(const NodeId& node, Instant now) const;
  [[nodiscard]] std::vector<BanSnapshot> bans(Instant now) const;
  [[nodiscard]] std::size_t size() const noexcept { return records_.size(); }

 private:
  struct Record {
    std::uint32_t points = 0;
    std::uint32_t bans = 0;
    Offence last = Offence::kGarbage;
    Instant at{0};  ///< of the last offence
    Instant banned_until{0};
  };
  static std::uint32_t faded(const Record& record, Instant now);
  Record& record_for(const NodeId& node);
  void ban(Record& record, Instant now) const;

  Policy policy_;
  std::map<NodeId, Record> records_;
};

}  // namespace datapact::p2p
