#pragma once
// Follows the chain across a node's restarts: every height once and in order, none left out without
// a word. Not thread-safe.
#include "base/json.hpp"
#include "base/types.hpp"
#include "tools/cli/log_pages.hpp"
#include "tools/cli/session.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace datapact::tools {

/// How much of a stream was asked for: `--count`; 0 means without end.
class ItemCount {
 public:
  explicit ItemCount(std::uint64_t wanted) : left_(wanted), is_endless_(wanted == 0) {}
  /// One more is printed; true when it was the last.
  [[nodiscard]] bool take() noexcept { return !is_endless_ && --left_ == 0; }

 private:
  std::uint64_t left_;
  bool is_endless_;
};

/// Between two looks at what is followed: a CliError with code 130 when the user has interrupted.
void pause_following();

class ChainFollower {
 public:
  /// `first`: the first height that is wanted; nothing: the one after the head.
  ChainFollower(Session& session, std::optional<std::uint64_t> first);

  /// Waits until there are final heights that were not given yet, at most `kSpanMax` of them. The
  /// chain must be the one of before: a head below what was given is waited out, another block at
  /// the last height is a CliError with code 8.
  [[nodiscard]] HeightRange next();
  /// A call that is made again while the node does not answer: when that begins and ends is noted.
  [[nodiscard]] json::Value call(const std::string& method, const json::Value& params);
  /// Through call(): eth_getLogs with `filter`, which names no heights, for those of next().
  [[nodiscard]] json::Array logs(const json::Value& filter, const HeightRange& range);
  /// The header of a block with a final height; one that the node does not have is a CliError with
  /// code 7, for it would be a gap.
  [[nodiscard]] json::Value block(std::uint64_t height);

 private:
  /// Bounds the logs that are held at once.
  static constexpr std::uint64_t kSpanMax = 10'000;

  void require_same_chain();

  Session& session_;
  LogPages log_pages_;
  std::uint64_t next_ = 0;
  /// Of the last height given.
  std::optional<std::string> last_hash_;
  /// The node may be another one, or have other data.
  bool was_away_ = false;
  bool is_behind_ = false;
};

}  // namespace datapact::tools
