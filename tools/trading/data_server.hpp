#pragma once
// HTTP server of a provider (or custodian): hands offer, manifest and ciphertext of a deal to its
// buyer, by ranges.
//   GET  /v1/deals/<id>/challenge                        {"challenge"}
//   POST /v1/deals/<id>/token {"challenge","signature"}  {"token"}
//   GET  /v1/deals/<id>/{offer,manifest,ciphertext}      Authorization: Bearer <token>; Range:
//   bytes=a-b
// Limits: 64 connections, 16 KiB of request, 30 s for each read or write; what is over is closed.
#include "base/clock.hpp"
#include "tools/trading/access.hpp"
#include "tools/trading/trade_home.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace datapact::tools {

struct DataServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
};

class DataServer {
 public:
  /// Listens on construction; an occupied port is a CliError that names it.
  DataServer(const DataServerOptions& options, const TradeHome& home, const AccessControl& access,
             const Clock& clock);
  ~DataServer();
  DataServer(const DataServer&) = delete;
  DataServer& operator=(const DataServer&) = delete;
  DataServer(DataServer&&) = delete;
  DataServer& operator=(DataServer&&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  /// Serves on the caller's thread until `stop` is true (looked at a few times a second).
  void run(const std::function<bool()>& stop);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace datapact::tools
