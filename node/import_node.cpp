#include "node/import_node.hpp"

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/ledger.hpp"
#include "ledger/store/store_error.hpp"
#include "node/chain_import.hpp"
#include "node/files.hpp"
#include "node/genesis_file.hpp"
#include "node/head_snapshot.hpp"
#include "node/node_api_adapter.hpp"
#include "node/pool_gateway.hpp"
#include "node/ports.hpp"
#include "node/start_error.hpp"
#include "rpc/http_server.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace datapact::node {
namespace {

StartError to_start_error(const store::StoreError& error) {
  return {ExitCode::kConfigOrFile, error.message + " (" + std::string(to_string(error.code)) + ")"};
}

Result<chain::Genesis, StartError> read_ethereum_genesis(const ImportConfig& config) {
  TRY(auto genesis, read_genesis_file(config.genesis));
  if (genesis.config.profile == chain::Profile::kEthereum) return genesis;
  return fail(genesis_error(config.genesis,
                            "config.qbft is there: blocks of a consortium chain need their seals"));
}

/// What stays open while the node lives.
struct Files {
  std::optional<DataDirLock> lock;
  std::unique_ptr<store::Ledger> ledger;
};

Result<std::shared_ptr<store::KeyValueStore>, StartError> open_store(const ImportConfig& config) {
  using Store = std::shared_ptr<store::KeyValueStore>;
  if (!config.data_dir) return Store{store::make_memory_store()};
  auto opened = store::open_leveldb(*config.data_dir / "ledger");
  if (!opened) return fail(to_start_error(opened.error()));
  return Store{std::move(*opened)};
}

Result<Files, StartError> open_files(const ImportConfig& config, const chain::Genesis& genesis) {
  Files out;
  if (config.data_dir) {
    TRY(out.lock, DataDirLock::take(*config.data_dir));
  }
  TRY(auto store, open_store(config));
  auto ledger = store::Ledger::open(std::move(store), genesis);
  if (!ledger) return fail(to_start_error(ledger.error()));
  out.ledger = std::move(*ledger);
  return out;
}

class FixedHead final : public HeadSource {
 public:
  explicit FixedHead(HeadPtr head) : head_(std::move(head)) {}
  [[nodiscard]] HeadPtr head() const override { return head_; }

 private:
  HeadPtr head_;
};

}  // namespace

/// Members in the order in which they start.
class ImportNode::Impl {
 public:
  Impl(chain::Genesis genesis, Files files, const Clock& clock)
      : genesis_(std::move(genesis)),
        files_(std::move(files)),
        heads_(make_head(*files_.ledger, genesis_.config)),
        gateway_(genesis_.config, heads_, clock),
        api_({genesis_, *files_.ledger, heads_, gateway_, network_, clock}) {}

  Result<void, StartError> serve(const rpc::ServerConfig& config, const Clock& clock) {
    auto server = rpc::HttpServer::start(config, api_, clock);
    if (!server) return fail(StartError{ExitCode::kConnection, server.error()});
    server_ = std::move(*server);
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] Height height() const { return heads_.head()->head->height; }

 private:
  chain::Genesis genesis_;
  Files files_;
  FixedHead heads_;
  NoPeers network_;
  PoolGateway gateway_;
  NodeApiAdapter api_;
  std::unique_ptr<rpc::HttpServer> server_;
};

ImportNode::ImportNode(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ImportNode::~ImportNode() = default;

Result<std::unique_ptr<ImportNode>, StartError> ImportNode::start(const ImportConfig& config,
                                                                  const Clock& clock) {
  TRY(auto genesis, read_ethereum_genesis(config));
  TRY(const auto encoded, read_text_file(config.chain));
  TRY(auto files, open_files(config, genesis));
  SequentialRunner runner;
  const auto imported = import_blocks(*files.ledger, genesis, as_bytes(encoded), runner);
  if (!imported) {
    return fail(
        StartError{ExitCode::kConfigOrFile, config.chain.string() + ": " + imported.error()});
  }
  auto impl = std::make_unique<Impl>(std::move(genesis), std::move(files), clock);
  std::unique_ptr<ImportNode> node(new ImportNode(std::move(impl)));
  TRY_VOID(node->impl_->serve(config.rpc, clock));
  log::info("node", "serving http://" + config.rpc.address + ":" +
                        std::to_string(node->rpc_port()) + " height " +
                        std::to_string(node->height().raw()));
  return node;
}

std::uint16_t ImportNode::rpc_port() const { return impl_->port(); }
Height ImportNode::height() const { return impl_->height(); }

}  // namespace datapact::node
