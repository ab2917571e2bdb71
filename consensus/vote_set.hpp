#pragma once
// Votes of one kind for one round, at most one an author: a signature is not unique, so authors
// are counted, never messages (QBFT.md section 7).
#include "base/types.hpp"
#include "consensus/plants.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace datapact::consensus {

enum class Added : std::uint8_t {
  kNew,
  kDuplicate,  ///< the same author for the same digest
  kConflict,   ///< the same author for another digest: the first vote stays
};

/// V is an Authored payload with a digest.
template <class V>
class VoteSet {
 public:
  Added add(V vote) {
    const auto [at, inserted] = votes_.try_emplace(vote.author(), vote);
    if (inserted) return Added::kNew;
    if (is_planted(Plant::kMessagesInsteadOfAuthors)) add_again(vote);
    return at->second.payload().digest == vote.payload().digest ? Added::kDuplicate
                                                                : Added::kConflict;
  }
  /// Null when the author has not voted.
  [[nodiscard]] const V* by(const Address& author) const {
    const auto at = votes_.find(author);
    return at == votes_.end() ? nullptr : &at->second;
  }
  /// In ascending order of authors.
  [[nodiscard]] const std::map<Address, V>& all() const noexcept { return votes_; }
  [[nodiscard]] std::size_t count(const Hash256& digest) const {
    std::size_t count = 0;
    for (const auto& [author, vote] : votes_) count += vote.payload().digest == digest ? 1 : 0;
    return count;
  }
  /// In ascending order of authors.
  [[nodiscard]] std::vector<V> matching(const Hash256& digest) const {
    std::vector<V> out;
    for (const auto& [author, vote] : votes_) {
      if (vote.payload().digest == digest) out.push_back(vote);
    }
    return out;
  }

 private:
  void add_again(const V& vote) {
    Address nobody = vote.author();
    nobody.raw()[0] ^= static_cast<std::uint8_t>(votes_.size());
    votes_.try_emplace(nobody, vote);
  }

  std::map<Address, V> votes_;
};

}  // namespace datapact::consensus
