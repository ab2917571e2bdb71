#include "tests/sim/process.hpp"

#include "base/hex.hpp"
#include "consensus/message_codec.hpp"
#include "ledger/store/leveldb_store.hpp"
#include "node/block_server.hpp"
#include "node/block_tasks.hpp"
#include "tests/sim/forger.hpp"
#include "tests/sim/watched_journal.hpp"

#include <utility>

namespace datapact::sim {

using std::chrono::milliseconds;

namespace {

constexpr const char* kStoreFolder = "/ledger";
/// More than a scenario writes: compactions would only cost time.
constexpr std::size_t kWriteBufferBytes = std::size_t{16} << 20U;
constexpr std::size_t kBlockCacheBytes = std::size_t{1} << 20U;
constexpr std::uint64_t kJournalBytes = 64U << 10U;
/// The first votes of a height that leave an executor this much time are not late.
constexpr milliseconds kSlowExecution{1'000};

class KeySigner final : public consensus::Signer {
 public:
  explicit KeySigner(const crypto::PrivateKey& key)
      : key_(key), address_(crypto::address_of(key)) {}
  [[nodiscard]] Address address() const override { return address_; }
  [[nodiscard]] Result<crypto::Signature, consensus::SignerError> sign(
      const Hash256& hash) override {
    return crypto::sign(hash, key_);
  }

 private:
  crypto::PrivateKey key_;
  Address address_;
};

/// Keeps what the store stands on until its last reader is gone.
class PoweredStore final : public store::KeyValueStore {
 public:
  PoweredStore(std::shared_ptr<Device> device, std::shared_ptr<DiskEnv> env,
               std::unique_ptr<store::KeyValueStore> inner)
      : device_(std::move(device)), env_(std::move(env)), inner_(std::move(inner)) {}
  ~PoweredStore() override {
    // Without power: nothing that still runs reaches the disk.
    device_->power_off();
    env_->run_scheduled();
    inner_.reset();
  }
  PoweredStore(const PoweredStore&) = delete;
  PoweredStore& operator=(const PoweredStore&) = delete;

  std::optional<Bytes> get(ByteView key) const override { return inner_->get(key); }
  void iterate(ByteView from, const std::function<bool(ByteView, ByteView)>& visit) const override {
    inner_->iterate(from, visit);
  }
  Result<void, store::StoreError> write(const store::WriteBatch& batch, bool sync) override {
    return inner_->write(batch, sync);
  }

 private:
  std::shared_ptr<Device> device_;
  std::shared_ptr<DiskEnv> env_;
  std::unique_ptr<store::KeyValueStore> inner_;
};

std::string short_hash(ByteView bytes) { return to_hex(bytes.first(6)); }

std::string name_of(const consensus::Message& message) {
  return std::string(to_string(code_of(message))) + " " + std::to_string(height_of(message).raw()) +
         "/" + std::to_string(round_of(message).raw()) + " " +
         short_hash(digest_of(message).view());
}

}  // namespace

Machine::Machine() = default;
Machine::Machine(Machine&&) noexcept = default;
Machine::~Machine() = default;

p2p::NodeId Machine::node_id_of(std::size_t index) {
  p2p::NodeId id;
  id.raw()[0] = static_cast<std::uint8_t>(index + 1);
  return id;
}
std::size_t Machine::index_of(const p2p::NodeId& id) { return id.raw()[0] - std::size_t{1}; }

Process::Process(Surroundings& around, Machine& machine)
    : around_(around),
      machine_(machine),
      device_(std::make_shared<Device>(machine.disk, around.prng)),
      env_(std::make_shared<DiskEnv>(*device_)),
      signer_(std::make_unique<KeySigner>(machine.key)) {}

Process::~Process() { device_->power_off(); }

Result<std::unique_ptr<Process>, std::string> Process::boot(Surroundings& around,
                                                            Machine& machine) {
  std::unique_ptr<Process> process(new Process(around, machine));
  TRY_VOID(process->open());
  return process;
}

Result<void, std::string> Process::open() {
  auto store = store::open_leveldb(kStoreFolder, {env_.get(), kWriteBufferBytes, kBlockCacheBytes});
  if (!store.has_value()) return fail("store: " + store.error().message);
  store_ = std::make_shared<PoweredStore>(device_, env_, std::move(*store));
  env_->run_scheduled();
  auto ledger = store::Ledger::open(store_, around_.genesis);
  if (!ledger.has_value()) return fail("ledger: " + ledger.error().message);
  ledger_ = std::move(*ledger);
  auto journal = store::VoteJournal::open(make_journal_file(*device_), {kJournalBytes});
  if (!journal.has_value()) return fail("journal: " + journal.error().message);
  journal_ = std::make_unique<WatchedJournal>(std::move(*journal),
                                              [this](const store::VoteRecord& record) {
                                                note("wrote", short_hash(record.digest.view()));
                                                tell_oracle(record);
                                              });
  // The last record may have become durable without its process learning it.
  for (const auto& record : journal_->records()) {
    if (record.height > ledger_->head()->height) tell_oracle(record);
  }
  auto loop = node::CoreLoop::open(
      {around_.genesis, *ledger_, *journal_, *signer_, *this, *this, *this}, {});
  if (!loop.has_value()) return fail("loop: " + loop.error());
  loop_ = std::move(*loop);
  loop_->on_final = [this](const chain::FinalBlock& block, const node::HeadPtr&) {
    note("final", std::to_string(block.height().raw()) + " " + short_hash(block.hash().view()));
    around_.oracle.finalised(machine_.index, block.height(), block.hash());
  };
  const auto head = ledger_->head();
  around_.oracle.came_back(machine_.index, head->height, head->hash);
  return {};
}

void Process::tell_oracle(const store::VoteRecord& record) {
  // A record of kind 1 is no vote: it ends the signing.
  if (machine_.is_correct() && record.kind != 1) {
    around_.oracle.voted(machine_.index, record, machine_.executed);
  }
}

void Process::begin() {
  note("begins", std::to_string(height().raw()));
  loop_->begin(now());
  settle();
}

void Process::handle(std::string_view what, node::CoreEvent event) {
  if (!device_->is_on() || loop_->failure()) return;
  note(what);
  loop_->handle(std::move(event), now());
  settle();
}

void Process::settle() {
  env_->run_scheduled();
  if (!loop_->failure() || !device_->is_on()) return;
  around_.oracle.violation("node " + std::to_string(machine_.index) +
                           " stopped without a fault: " + *loop_->failure());
}

void Process::note(std::string_view what, std::string_view detail) {
  std::string line = std::to_string(around_.scheduler.now().count() % 100'000'000);
  line.append(" n").append(std::to_string(machine_.index)).append(" ").append(what);
  if (!detail.empty()) line.append(" ").append(detail);
  around_.trace.note(line);
}

UnixMillis Process::now() const { return around_.scheduler.now() + machine_.skew; }

std::function<void()> Process::on_machine(Surroundings& around, std::size_t index,
                                          std::function<void(Process&)> action) {
  return [&around, index, action = std::move(action)] {
    if (auto& process = around.machines[index].process) action(*process);
  };
}

void Process::later(milliseconds delay, std::function<void(Process&)> action) {
  around_.scheduler.after(delay, [this, &machine = machine_, incarnation = machine_.incarnation,
                                  action = std::move(action)] {
    if (machine.process.get() == this && machine.incarnation == incarnation) action(*this);
  });
}

void Process::send(std::size_t to, std::function<void(Process&)> action) {
  around_.network.send(machine_.index, to, on_machine(around_, to, std::move(action)));
}

void Process::send_vote(std::size_t to, const consensus::Message& message) {
  if (!around_.hears(machine_.index, to, message)) return;
  // Encoded and decoded once for all receivers: what does not decode reaches nobody.
  const auto shared = std::make_shared<const consensus::Message>(message);
  const std::size_t bytes = std::holds_alternative<consensus::Proposal>(message) ? 2'000 : 200;
  send(to, [shared, bytes](Process& process) {
    process.handle("hears " + name_of(*shared), node::PeerMessage{*shared, bytes});
    hear(process.around_, process.machine_, *shared);
  });
}

std::optional<consensus::Message> Process::say(const consensus::Message& message) {
  note("says", name_of(message));
  if (machine_.is_correct()) around_.oracle.spoke(machine_.index, message);
  const auto decoded = consensus::decode_message(
      consensus::encode_message(message), {around_.genesis.config.chain_id, around_.genesis.hash});
  if (decoded.has_value()) return *decoded;
  note("garbled", to_string(decoded.error()));
  return std::nullopt;
}

void Process::broadcast(const consensus::Message& message) {
  const auto decoded = say(message);
  if (!decoded) return;
  if (machine_.conduct == Conduct::kForger) return forge(around_, machine_, *decoded);
  for (std::size_t to = 0; to < around_.machines.size(); ++to) {
    if (to != machine_.index) send_vote(to, *decoded);
  }
}

void Process::send_vote(const p2p::NodeId& peer, const consensus::Message& message) {
  const auto decoded = say(message);
  if (decoded) send_vote(Machine::index_of(peer), *decoded);
}

void Process::gossip(const chain::RecoveredTxn& txn) {
  note("gossips", short_hash(txn.hash().view()));
  const auto shared = std::make_shared<const chain::RecoveredTxn>(txn);
  for (std::size_t to = 0; to < around_.machines.size(); ++to) {
    if (to == machine_.index) continue;
    send(to, [shared](Process& process) {
      process.handle("gets a transaction", node::TxnSubmitted{shared, nullptr});
    });
  }
}

void Process::announce(const node::HeadStatus& head) {
  for (std::size_t to = 0; to < around_.machines.size(); ++to) {
    if (to != machine_.index) send_head(Machine::node_id_of(to), head);
  }
}

void Process::send_head(const p2p::NodeId& peer, const node::HeadStatus& head) {
  send(Machine::index_of(peer), [from = machine_.node_id(), head](Process& process) {
    process.handle("learns a head", node::PeerHead{from, head});
  });
}

void Process::request_blocks(const p2p::NodeId& peer, node::FetchId id,
                             const node::BlocksRequest& request) {
  note("asks for blocks", std::to_string(request.from.raw()));
  send(Machine::index_of(peer), [to = machine_.index, id, request](Process& process) {
    process.answer_blocks(to, id, request);
  });
}

void Process::answer_blocks(std::size_t to, node::FetchId id, const node::BlocksRequest& request) {
  if (!device_->is_on()) return;
  const auto answer = node::serve_blocks(*ledger_, request);
  if (!answer) {
    return send(to, [id](Process& process) {
      process.handle("is refused blocks", node::RequestFailed{id});
    });
  }
  auto sent = node::decode_blocks(*answer);
  INVARIANT(sent.has_value());
  std::vector<node::FetchedBlock> blocks;
  for (auto& block : *sent) {
    auto checked = node::FetchedBlock::check(std::move(block.block), block.bytes);
    INVARIANT(checked.has_value());
    blocks.push_back(std::move(*checked));
  }
  send(to, [from = machine_.node_id(), id, blocks](Process& process) {
    process.handle("gets blocks", node::BlocksArrived{from, id, blocks});
  });
}

void Process::blame(const p2p::NodeId& peer, p2p::Offence, std::string_view reason) {
  note("blames", reason);
  const auto& other = around_.machines[Machine::index_of(peer)];
  if (!other.is_correct()) return;
  around_.oracle.violation("node " + std::to_string(machine_.index) + " blames correct node " +
                           std::to_string(other.index) + ": " + std::string(reason));
}

std::size_t Process::peers() const {
  std::size_t count = 0;
  for (const auto& other : around_.machines) {
    const bool is_peer = other.index != machine_.index && other.process &&
                         around_.network.is_connected(machine_.index, other.index);
    count += is_peer ? 1 : 0;
  }
  return count;
}

milliseconds Process::execution_time() {
  const auto most = static_cast<std::uint64_t>(machine_.execution_max.count());
  const milliseconds time{1 + around_.prng.below(most + 1)};
  if (time >= kSlowExecution) around_.counts.add(Fault::kSlowExecutor);
  return time;
}

void Process::build(node::BuildTask task) {
  note("builds", std::to_string(task.height.raw()));
  later(execution_time(), [task = std::move(task)](Process& process) {
    auto built =
        node::run(task, process.around_.genesis.config, *process.ledger_, [] { return false; });
    if (built.result.has_value()) process.machine_.executed.insert(built.result->block->hash);
    process.handle("has built", std::move(built));
  });
}

void Process::check(node::CheckTask task) {
  note("executes", short_hash(task.hash.view()));
  later(execution_time(), [task = std::move(task)](Process& process) {
    SequentialRunner runner;
    auto checked = node::run(task, process.around_.genesis.config, *process.ledger_, runner);
    if (checked.result.has_value()) process.machine_.executed.insert(checked.hash);
    process.handle("has executed", std::move(checked));
  });
}

void Process::sync(node::SyncTask task) {
  note("executes fetched blocks");
  later(execution_time(), [task = std::move(task)](Process& process) {
    SequentialRunner runner;
    std::vector<node::BlockSynced> results;
    node::run(task, process.around_.genesis.config, *process.ledger_, runner,
              [&](node::BlockSynced result) {
                results.push_back(std::move(result));
                return true;
              });
    for (auto& result : results) process.handle("has synced", std::move(result));
  });
}

void Process::start(const consensus::TimerFired& timer, milliseconds delay) {
  note("timer", std::to_string(static_cast<int>(timer.kind)) + " " +
                    std::to_string(timer.height.raw()) + "/" + std::to_string(timer.round.raw()) +
                    " " + std::to_string(delay.count()));
  const auto generation = ++timer_generations_[timer.kind];
  later(delay, [timer, generation](Process& process) {
    if (process.timer_generations_[timer.kind] != generation) return;
    process.handle("timer fires", node::TimerExpired{timer});
  });
}

void Process::start_sync(milliseconds delay) {
  const auto generation = ++sync_generation_;
  later(delay, [generation](Process& process) {
    if (process.sync_generation_ != generation) return;
    process.handle("sync timer fires", node::SyncTimer{});
  });
}

}  // namespace datapact::sim
