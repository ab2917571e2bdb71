#pragma once
// The socket of the ops listener: HTTP/1.1, GET and HEAD, few connections, everything bounded.
#include "base/result.hpp"
#include "node/config.hpp"
#include "node/ops_desk.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace datapact::node {

struct OpsLimits {
  std::size_t connections_max = 32;  ///< more are closed at once
  std::uint32_t header_bytes_max = 8U << 10U;
  std::chrono::milliseconds idle_max{60'000};  ///< between requests of one connection
  std::chrono::milliseconds header_max{5'000};
  std::chrono::milliseconds write_max{10'000};
};

class OpsListener {
 public:
  /// Listens on return. The error names address and reason. Answers come from threads of its own,
  /// so that a core that hangs is reported and not shared.
  [[nodiscard]] static Result<std::unique_ptr<OpsListener>, std::string> start(
      const OpsConfig& config, OpsDesk desk, const OpsLimits& limits = {});
  ~OpsListener();
  OpsListener(const OpsListener&) = delete;
  OpsListener& operator=(const OpsListener&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  /// Closes every connection and joins. Idempotent.
  void stop();

 private:
  class Impl;
  explicit OpsListener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace datapact::node
