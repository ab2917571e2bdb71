#pragma once
// The chain behind a node's JSON-RPC as trade::EvidenceSource. Needs debug_getRaw*, so the node
// must run on this host or grant them, and must still hold the states asked for.
#include "tools/cli/chain_client.hpp"
#include "tools/cli/log_pages.hpp"
#include "trade/evidence_source.hpp"

#include <functional>
#include <optional>

namespace datapact::tools {

/// Not thread-safe.
class RpcEvidenceSource final : public trade::EvidenceSource {
 public:
  /// The session must outlive it.
  explicit RpcEvidenceSource(Session& session) : session_(session) {}

  [[nodiscard]] trade::EvidenceResult<Height> head() override;
  [[nodiscard]] trade::EvidenceResult<json::Value> genesis_config() override;
  [[nodiscard]] trade::EvidenceResult<Bytes> header(Height height) override;
  [[nodiscard]] trade::EvidenceResult<trade::RawBlock> block(Height height) override;
  [[nodiscard]] trade::EvidenceResult<trade::StateProof> prove(
      const trade::StateQuery& query) override;
  [[nodiscard]] trade::EvidenceResult<uint256> word(const Address& address, const uint256& slot,
                                                    Height height) override;
  [[nodiscard]] trade::EvidenceResult<std::vector<trade::LogPlace>> logs(
      const trade::LogQuery& query) override;

  /// Why the last call failed, as the command line says it: the interface carries no exceptions.
  [[nodiscard]] const std::optional<CliError>& error() const noexcept { return error_; }

 private:
  template <class T>
  trade::EvidenceResult<T> guarded(const std::function<T()>& read);
  [[nodiscard]] json::Value call(const std::string& method, json::Value params);

  Session& session_;
  LogPages log_pages_;
  std::optional<CliError> error_;
};

}  // namespace datapact::tools
