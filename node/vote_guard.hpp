#pragma once
// The last-signed guard beside the signer (QBFT.md sections 13.1 and 15): whatever the engine asks
// for, one digest per (height, round, code), and nothing below a height already voted at. Loaded
// from the journal. Not thread-safe.
#include "base/result.hpp"
#include "base/types.hpp"
#include "consensus/unsigned_vote.hpp"

#include <map>
#include <string>
#include <utility>

namespace datapact::node {

class VoteGuard {
 public:
  /// A vote that is in the journal.
  void remember(const consensus::VotePoint& point);
  /// Fails with the reason when signing would contradict an earlier vote; otherwise remembers.
  [[nodiscard]] Result<void, std::string> admit(const consensus::VotePoint& point);

 private:
  Height height_;
  std::map<std::pair<Round, consensus::MessageCode>, Hash256> signed_;
};

}  // namespace datapact::node
