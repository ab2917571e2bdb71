#include "consensus/round_state.hpp"

#include "base/types.hpp"
#include "consensus/vote_set.hpp"

#include <map>
#include <optional>
#include <set>
#include <utility>

namespace datapact::consensus {
namespace {

using Authors = std::map<Hash256, std::set<Address>>;

template <class V>
void collect(const VoteSet<V>& votes, Authors& out) {
  for (const auto& [author, vote] : votes.all()) out[vote.payload().digest].insert(author);
}

}  // namespace

std::optional<Backing> RoundState::most_backed() const {
  Authors by_digest;
  collect(prepares, by_digest);
  collect(commits, by_digest);
  std::optional<Backing> most;
  for (auto& [digest, authors] : by_digest) {
    if (!most || authors.size() > most->authors.size()) most = Backing{digest, std::move(authors)};
  }
  return most;
}

}  // namespace datapact::consensus
