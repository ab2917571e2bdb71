#include "node/node.hpp"

#include "base/clock.hpp"
#include "base/hex.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/executed_block.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/ledger.hpp"
#include "ledger/store/store_error.hpp"
#include "ledger/store/vote_journal.hpp"
#include "node/block_worker.hpp"
#include "node/config.hpp"
#include "node/core_inbox.hpp"
#include "node/core_loop.hpp"
#include "node/core_thread.hpp"
#include "node/event_log.hpp"
#include "node/files.hpp"
#include "node/genesis_file.hpp"
#include "node/head_snapshot.hpp"
#include "node/node_api_adapter.hpp"
#include "node/ops_desk.hpp"
#include "node/ops_listener.hpp"
#include "node/peer_gateway.hpp"
#include "node/peer_network.hpp"
#include "node/ports.hpp"
#include "node/start_error.hpp"
#include "node/status_desk.hpp"
#include "node/system_random.hpp"
#include "node/transport_key.hpp"
#include "node/txn_gateway.hpp"
#include "node/validator_key.hpp"
#include "node/verification_pool.hpp"
#include "p2p/gossip/snapshot.hpp"
#include "p2p/gossip/types.hpp"
#include "rpc/http_server.hpp"
#include "rpc/node_api.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::node {
namespace {

/// A probe that has waited this long for the core thread reports that it does not answer.
constexpr std::chrono::milliseconds kStatusPatience{2'000};

Result<chain::Genesis, StartError> read_genesis(const std::filesystem::path& file) {
  TRY(auto genesis, read_genesis_file(file));
  if (genesis.config.profile == chain::Profile::kConsortium) return genesis;
  return fail(
      genesis_error(file, "config.qbft is missing: a validator runs consortium chains only"));
}

StartError store_error(const store::StoreError& error) {
  return {ExitCode::kConfigOrFile, error.message + " (" + std::string(to_string(error.code)) + ")"};
}

/// What stays open while the node lives.
struct Files {
  DataDirLock lock;
  std::unique_ptr<store::Ledger> ledger;
};

Result<Files, StartError> open_files(const NodeConfig& config, const chain::Genesis& genesis) {
  TRY(auto lock, DataDirLock::take(config.data_dir));
  const auto folder = config.data_dir / "ledger";
  auto store = store::open_leveldb(folder);
  if (!store.has_value()) return fail(store_error(store.error()));
  auto ledger = store::Ledger::open(std::move(*store), genesis,
                                    {.cache_bytes = config.state_cache_mb << 20U});
  if (!ledger.has_value()) {
    StartError error = store_error(ledger.error());
    if (ledger.error().code == store::StoreErrorCode::kWrongFormat) {
      // The journal stays: it is what keeps a validator from voting twice.
      error.message += "; move " + folder.string() +
                       " away, and nothing else: the chain comes again from the peers";
    }
    return fail(std::move(error));
  }
  return Files{std::move(lock), std::move(*ledger)};
}

Result<std::unique_ptr<store::VoteJournal>, StartError> open_journal(const NodeConfig& config) {
  auto journal = store::VoteJournal::open(config.data_dir / "votes.journal", {});
  if (!journal.has_value()) return fail(store_error(journal.error()));
  return std::move(*journal);
}

}  // namespace

/// Members in the order in which they start; they go in the reverse order.
class Node::Impl {
 public:
  Impl(const NodeConfig& config, const Clock& clock, chain::Genesis genesis, Files files,
       std::unique_ptr<store::VoteJournal> journal, const crypto::PrivateKey& key)
      : genesis_(std::move(genesis)),
        files_(std::move(files)),
        journal_(std::move(journal)),
        signer_(key),
        clock_(clock),
        inbox_(config.inbox_events_max) {}

  Result<void, StartError> start(const NodeConfig& config, OnFailure on_failure) {
    worker_.emplace(
        genesis_.config, *files_.ledger, inbox_,
        WorkerSize{.threads = config.execution_threads, .senders_max = config.pool.txns_max});
    verification_.emplace(config.verification_threads, VerificationLimits{});
    if (config.p2p) {
      peers_.emplace(*config.p2p,
                     PeerNetworkPorts{genesis_, *files_.ledger, inbox_, *verification_, clock_});
    }
    auto loop = CoreLoop::open(
        {genesis_, *files_.ledger, *journal_, signer_, network(), *worker_, timers_}, config.pool);
    if (!loop.has_value()) return fail(StartError{ExitCode::kConfigOrFile, loop.error()});
    loop_ = std::move(*loop);
    loop_->on_final = [this](const chain::FinalBlock& block, const HeadPtr&) { on_final(block); };
    if (config.event_log) {
      auto recorder = EventRecorder::open(*config.event_log);
      if (!recorder.has_value()) return fail(StartError{ExitCode::kConfigOrFile, recorder.error()});
      recorder_ = std::move(*recorder);
    }
    // The ports before the core: an occupied one must leave no vote behind.
    gateway_.emplace(*verification_, inbox_);
    status_ = std::make_unique<StatusDesk>(inbox_, kStatusPatience);
    api_ = std::make_unique<NodeApiAdapter>(
        ApiPorts{genesis_, *files_.ledger, *loop_, *gateway_, network(), clock_, status_.get()});
    auto server = rpc::HttpServer::start(config.rpc, *api_, clock_);
    if (!server.has_value()) return fail(StartError{ExitCode::kConnection, server.error()});
    server_ = std::move(*server);
    if (peers_) TRY_VOID(peers_->start(*loop_, random_));
    if (config.ops) TRY_VOID(start_ops(*config.ops));
    core_.emplace(*loop_, inbox_, timers_, clock_, recorder_.get(), std::move(on_failure));
    warn_of_foreign_key();
    return {};
  }

  void stop() {
    if (ops_) stop_part("ops", [this] { ops_->stop(); });
    if (server_) stop_part("rpc", [this] { server_->stop(); });
    if (peers_) stop_part("p2p", [this] { peers_->stop(); });
    if (verification_) stop_part("verification", [this] { verification_->stop(); });
    inbox_.close();
    if (core_) stop_part("core", [this] { core_->stop(); });
    if (worker_) stop_part("executor", [this] { worker_->stop(); });
  }

  rpc::HttpServer& server() { return *server_; }
  [[nodiscard]] const PeerNetwork* peers() const { return peers_ ? &*peers_ : nullptr; }
  [[nodiscard]] const OpsListener* ops() const { return ops_.get(); }
  CoreLoop& loop() { return *loop_; }
  rpc::NodeApi& api() { return *api_; }
  [[nodiscard]] const chain::Genesis& genesis() const { return genesis_; }

 private:
  Network& network() { return peers_ ? static_cast<Network&>(peers_->gateway()) : no_peers_; }

  Result<void, StartError> start_ops(const OpsConfig& config) {
    AskNetwork ask = [this]() -> std::optional<p2p::Snapshot> {
      if (!peers_) return std::nullopt;
      return peers_->snapshot();
    };
    AskProposals ask_proposals = [this]() -> std::optional<ProposalCounts> {
      if (!peers_) return std::nullopt;
      return peers_->gateway().proposal_counts();
    };
    auto listener = OpsListener::start(
        config, OpsDesk(
                    *status_, std::move(ask), [this] { return verification_->counts(); },
                    std::move(ask_proposals)));
    if (!listener.has_value()) return fail(StartError{ExitCode::kConnection, listener.error()});
    ops_ = std::move(*listener);
    return {};
  }

  void on_final(const chain::FinalBlock& block) {
    log::info("chain", "final " + std::to_string(block.height().raw()) + " " +
                           to_hex0x(block.hash()) + " txns " +
                           std::to_string(block.executed().txn_hashes.size()));
    if (peers_) peers_->block_final(block, loop_->may_be_behind());
  }

  template <class Stop>
  void stop_part(const char* name, Stop stop) {
    stop();
    if (!stopped_) log::debug("node", std::string("stopped ") + name);
    if (std::string_view(name) == "executor") stopped_ = true;
  }

  void warn_of_foreign_key() {
    const auto head = loop_->head();
    const auto& set = head->next_validators;
    if (std::ranges::binary_search(set, signer_.address())) return;
    log::warning("node", to_hex0x(signer_.address()) +
                             " is no validator of this chain: the node follows without voting");
  }

  chain::Genesis genesis_;
  Files files_;
  std::unique_ptr<store::VoteJournal> journal_;
  KeySigner signer_;
  const Clock& clock_;
  SystemRandom random_;
  NoPeers no_peers_;
  TimerTable timers_;
  CoreInbox inbox_;
  std::optional<BlockWorker> worker_;
  std::optional<VerificationPool> verification_;
  std::optional<PeerNetwork> peers_;
  std::unique_ptr<CoreLoop> loop_;
  std::unique_ptr<EventRecorder> recorder_;
  std::optional<CoreTxnGateway> gateway_;
  std::unique_ptr<StatusDesk> status_;
  std::unique_ptr<NodeApiAdapter> api_;
  std::unique_ptr<rpc::HttpServer> server_;
  std::unique_ptr<OpsListener> ops_;
  std::optional<CoreThread> core_;
  bool stopped_ = false;
};

Node::Node(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Node::~Node() { stop(); }

Result<std::unique_ptr<Node>, StartError> Node::start(const NodeConfig& config, const Clock& clock,
                                                      OnFailure on_failure) {
  TRY(auto genesis, read_genesis(config.genesis));
  TRY(const auto key, load_validator_key(config.key_file, config.password_file));
  TRY_VOID(check_devnet_key(key, config.rpc.address, "rpc.address"));
  if (config.p2p) TRY_VOID(check_devnet_key(key, config.p2p->address, "p2p.listen"));
  TRY(auto files, open_files(config, genesis));
  TRY(auto journal, open_journal(config));
  auto impl = std::make_unique<Impl>(config, clock, std::move(genesis), std::move(files),
                                     std::move(journal), key.key);
  std::unique_ptr<Node> node(new Node(std::move(impl)));
  TRY_VOID(node->impl_->start(config, std::move(on_failure)));
  const auto head = node->head();
  log::info("node", "serving http://" + config.rpc.address + ":" +
                        std::to_string(node->rpc_port()) + " chain " +
                        std::to_string(node->impl_->genesis().config.chain_id.raw()) + " height " +
                        std::to_string(head->head->height.raw()));
  return node;
}

std::optional<std::uint16_t> Node::p2p_port() const {
  const auto* peers = impl_->peers();
  if (peers == nullptr) return std::nullopt;
  return peers->port();
}
std::optional<std::uint16_t> Node::ops_port() const {
  const auto* ops = impl_->ops();
  if (ops == nullptr) return std::nullopt;
  return ops->port();
}
std::uint16_t Node::rpc_port() const { return impl_->server().port(); }
HeadPtr Node::head() const { return impl_->loop().head(); }
rpc::NodeApi& Node::api() { return impl_->api(); }
void Node::stop() { impl_->stop(); }

Result<InitialisedNode, StartError> init_node(const NodeConfig& config) {
  TRY(const auto genesis, read_genesis(config.genesis));
  TRY(const auto files, open_files(config, genesis));
  InitialisedNode out{genesis.hash, std::nullopt};
  if (config.p2p) {
    SystemRandom random;
    TRY(const auto key, ensure_transport_key(config.p2p->key_file, random));
    out.node_id = p2p::node_id_of(crypto::public_key(key));
  }
  return out;
}

}  // namespace datapact::node
