#pragma once
// One case of the public state-test format: a state, a block, a transaction and what must come out.
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/state/state_diff.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace datapact::conformance {

struct StateCase {
  /// Unique: fork, name in the file, indexes of data, gas and value.
  std::string id;
  std::string fork;
  std::shared_ptr<const state::StateDiff> pre;
  chain::BlockContext block;
  chain::BlobParams blobs;
  Bytes txn_bytes;
  Hash256 state_root;
  Hash256 logs_hash;
  /// Set: the transaction must be refused, for this reason in the fixtures' words.
  std::optional<std::string> exception;
  /// The accounts after it, where the fixture gives them: to say where a state root went wrong.
  std::optional<state::StateDiff> post;
};

/// The cases of one file for the revisions the ledger has, and how many it has for others.
struct StateFile {
  std::vector<StateCase> cases;
  std::size_t foreign = 0;
};
/// The error names the member that is missing or malformed.
[[nodiscard]] Result<StateFile, std::string> read_state_file(const json::Value& document);

}  // namespace datapact::conformance
