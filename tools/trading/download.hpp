#pragma once
// The buyer's side of the data server: authenticates by a signed challenge, downloads by ranges,
// resumes.
#include "tools/cli/session.hpp"
#include "tools/trading/trade_home.hpp"
#include "trade/lot_damage.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace datapact::tools {

class Download {
 public:
  /// `url` is the data server's, http://host:port.
  Download(Session& session, const std::string& url, const trade::DealId& deal);
  /// Fetches `what` ("offer", "manifest", "ciphertext") into `path`, going on where an earlier run
  /// stopped. At most `rate_max` bytes a second (0: no limit). An interrupt keeps what has arrived.
  void fetch(const std::string& what, const fs::path& path, std::uint64_t rate_max);
  /// Fetches a part of `what` to its place in `sink`.
  void fetch_range(const std::string& what, const trade::ByteRange& range, FileSink& sink,
                   std::uint64_t rate_max);
  [[nodiscard]] json::Value fetch_offer();

 private:
  /// Writes the bytes from `at` on, up to `last` when it is given, and moves `at` along.
  void stream(const std::string& what, FileSink& sink, std::uint64_t& at,
              std::optional<std::uint64_t> last, std::uint64_t rate_max);
  Session& session_;
  std::string url_;
  std::string root_;
  std::string token_;
};

}  // namespace datapact::tools
