#pragma once
// The newest round change of each validator at one height (QBFT.md section 6, R7).
#include "base/types.hpp"
#include "consensus/messages.hpp"
#include "consensus/vote_set.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace datapact::consensus {

class RoundChanges {
 public:
  /// Keeps the vote for the highest round: who moved on no longer stands by an earlier wish.
  Added add(RoundChange message) {
    const auto at = by_author_.find(message.vote.author());
    if (at == by_author_.end()) {
      const Address author = message.vote.author();
      by_author_.emplace(author, std::move(message));
      return Added::kNew;
    }
    const auto& held = at->second.vote.payload();
    const auto& got = message.vote.payload();
    if (got.round == held.round) return got == held ? Added::kDuplicate : Added::kConflict;
    if (got.round < held.round) return Added::kDuplicate;
    at->second = std::move(message);
    return Added::kNew;
  }
  /// Null when the author has not asked for a round.
  [[nodiscard]] const RoundChange* by(const Address& author) const {
    const auto at = by_author_.find(author);
    return at == by_author_.end() ? nullptr : &at->second;
  }
  [[nodiscard]] std::vector<RoundChange> for_round(Round round) const {
    std::vector<RoundChange> out;
    for (const auto& [author, message] : by_author_) {
      if (message.vote.payload().round == round) out.push_back(message);
    }
    return out;
  }
  /// The smallest round above `round` that is asked for, when at least `needed` validators ask for
  /// rounds above it.
  [[nodiscard]] std::optional<Round> smallest_above(Round round, std::size_t needed) const {
    std::optional<Round> smallest;
    std::size_t count = 0;
    for (const auto& [author, message] : by_author_) {
      const Round wanted = message.vote.payload().round;
      if (wanted <= round) continue;
      ++count;
      if (!smallest || wanted < *smallest) smallest = wanted;
    }
    return count >= needed ? smallest : std::nullopt;
  }

 private:
  std::map<Address, RoundChange> by_author_;
};

}  // namespace datapact::consensus
