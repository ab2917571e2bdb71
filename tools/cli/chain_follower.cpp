#include "tools/cli/chain_follower.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/log_pages.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>

namespace datapact::tools {

void pause_following() {
  if (interrupted()) throw CliError(ExitCode::kInterrupted, "interrupted", "interrupted");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  if (interrupted()) throw CliError(ExitCode::kInterrupted, "interrupted", "interrupted");
}

ChainFollower::ChainFollower(Session& session, std::optional<std::uint64_t> first)
    : session_(session) {
  // Not through call(): a node that was never there is an error.
  const auto head =
      session_.rpc().call("eth_getBlockByNumber", json::Value::array({"latest", false}));
  const std::uint64_t height = quantity_member(head, "number");
  next_ = first.value_or(height + 1);
  if (!first) last_hash_ = text_member(head, "hash");
}

json::Value ChainFollower::call(const std::string& method, const json::Value& params) {
  for (bool is_first = true;; is_first = false) {
    try {
      auto answer = session_.rpc().call(method, params);
      if (!is_first)
        session_.out.note(fmt::format("the node answers again: going on from height {}", next_));
      return answer;
    } catch (const CliError& error) {
      if (error.code() != ExitCode::kConnection) throw;
      if (is_first) session_.out.note(error.message() + ": trying again until it answers");
      was_away_ = true;
      pause_following();
    }
  }
}

json::Array ChainFollower::logs(const json::Value& filter, const HeightRange& range) {
  return log_pages_.read(
      [this](const std::string& method, const json::Value& params) { return call(method, params); },
      filter, range);
}

json::Value ChainFollower::block(std::uint64_t height) {
  auto found = call("eth_getBlockByNumber", json::Value::array({to_quantity(height), false}));
  if (found.is_null()) {
    fail_not_found(fmt::format("the node has no block {}: what follows would have a gap", height),
                   "ask a node that keeps it, with --rpc");
  }
  return found;
}

void ChainFollower::require_same_chain() {
  const std::uint64_t last = next_ - 1;
  if (last_hash_ == text_member(block(last), "hash")) {
    was_away_ = false;
    return;
  }
  fail_verification("other-chain",
                    fmt::format("the node has another block at height {} than before: it is a node "
                                "of another chain",
                                last));
}

HeightRange ChainFollower::next() {
  for (;;) {
    const auto head = call("eth_blockNumber", json::Value::array());
    const std::uint64_t height = quantity_member(json::Value::object({{"number", head}}), "number");
    if (height + 1 >= next_ && was_away_ && last_hash_) require_same_chain();
    if (height + 1 < next_ && was_away_ && !is_behind_) {
      is_behind_ = true;
      session_.out.note(
          fmt::format("the node is at height {}: waiting until it has caught up", height));
    }
    if (height >= next_) {
      is_behind_ = false;
      const HeightRange range{next_, std::min(height, next_ + kSpanMax - 1)};
      last_hash_ = text_member(block(range.last), "hash");
      next_ = range.last + 1;
      return range;
    }
    pause_following();
  }
}

}  // namespace datapact::tools
