#include "tests/sim/process.hpp"

#include "consensus/message_codec.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/store/leveldb_store.hpp"
#include "node/block_tasks.hpp"
#include "tests/sim/forger.hpp"
#include "tests/sim/recovery_cache.hpp"
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
    const auto signature = crypto::sign(hash, key_);
    remember_signer(hash, signature, address_);
    return signature;
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

std::string_view name_of(const node::CoreEvent& event) {
  struct Names {
    std::string_view operator()(const node::TxnSubmitted&) { return "gets a transaction"; }
    std::string_view operator()(const node::PeerMessage&) { return "hears"; }
    std::string_view operator()(const node::PeerUp&) { return "gains a peer"; }
    std::string_view operator()(const node::PeerDown&) { return "loses a peer"; }
    std::string_view operator()(const node::PeerHead&) { return "learns a head"; }
    std::string_view operator()(const node::BlocksArrived&) { return "gets blocks"; }
    std::string_view operator()(const node::RequestFailed&) { return "is refused blocks"; }
    std::string_view operator()(const node::TimerExpired&) { return "timer fires"; }
    std::string_view operator()(const node::SyncTimer&) { return "sync timer fires"; }
    std::string_view operator()(const node::ClockCompared&) { return "compares clocks"; }
    std::string_view operator()(const node::BlockBuilt&) { return "has built"; }
    std::string_view operator()(const node::BlockChecked&) { return "has executed"; }
    std::string_view operator()(const node::BlockSynced&) { return "has synced"; }
    std::string_view operator()(const node::PoolQuery&) { return "is asked"; }
    std::string_view operator()(const node::StatusQuery&) { return "is asked"; }
  };
  return std::visit(Names{}, event);
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
                                                note("wrote", record.digest.view());
                                                tell_oracle(record);
                                              });
  // The last record may have become durable without its process learning it.
  for (const auto& record : journal_->records()) {
    if (record.height > ledger_->head()->height) tell_oracle(record);
  }
  peers_ = std::make_unique<Peers>(around_, machine_, *ledger_);
  auto loop = node::CoreLoop::open(
      {around_.genesis, *ledger_, *journal_, *signer_, *this, *this, *this}, {});
  if (!loop.has_value()) return fail("loop: " + loop.error());
  loop_ = std::move(*loop);
  peers_->admit_by(*loop_);
  loop_->on_final = [this](const chain::FinalBlock& block, const node::HeadPtr&) {
    note("final", block.height().raw(), block.hash().view());
    const auto& executed = block.executed();
    tell_oracle(block.sealed_header(), block.hash(), executed.receipts);
    if (executed.diff.accounts.contains(chain::kGovernanceAddress)) peers_->review_admissions();
  };
  const auto head = ledger_->head();
  around_.oracle.came_back(machine_.index, head->height);
  if (head->height == Height{}) return {};
  const auto receipts = ledger_->receipts(head->height);
  INVARIANT(receipts.has_value());
  tell_oracle(head->header, head->hash, *receipts);
  return {};
}

void Process::tell_oracle(const chain::BlockHeader& header, const BlockHash& hash,
                          const std::vector<chain::Receipt>& receipts) {
  std::vector<chain::Log> logs;
  for (const auto& receipt : receipts) {
    logs.insert(logs.end(), receipt.logs.begin(), receipt.logs.end());
  }
  around_.oracle.finalised(machine_.index, header, hash, logs);
}

void Process::tell_oracle(const store::VoteRecord& record) {
  // A record of kind 1 is no vote: it ends the signing.
  if (machine_.is_correct() && record.kind != 1) {
    around_.oracle.voted(machine_.index, record, machine_.executed);
  }
}

void Process::begin() {
  note("begins", height().raw());
  loop_->begin(now());
  settle();
  turn();
}

void Process::turn() {
  // Ends: an event of the inbox comes from a frame, a timer, a task or a client.
  while (is_running()) {
    peers_->settle();
    if (busy_until_ > around_.scheduler.now()) return;
    auto event = peers_->inbox().try_pop();
    if (!event) return;
    handle(std::move(*event));
  }
}

void Process::handle(node::CoreEvent event) {
  const auto* heard = std::get_if<node::PeerMessage>(&event);
  const auto* built = std::get_if<node::BlockBuilt>(&event);
  if (heard != nullptr) {
    const auto& vote = heard->message;
    note(to_string(code_of(vote)), height_of(vote).raw(), round_of(vote).raw(),
         author_of(vote).view(), digest_of(vote).view());
    const auto copy = vote;
    loop_->handle(std::move(event), now());
    settle();
    return hear(around_, machine_, copy);
  }
  note(name_of(event));
  const auto duty = built == nullptr ? std::nullopt : duty_after(*built);
  loop_->handle(std::move(event), now());
  settle();
  if (duty && may_propose(*duty)) {
    around_.oracle.must_have_proposed(machine_.index, duty->first, duty->second);
  }
}

/// From round 1 on an empty block is proposed rather than withheld (QBFT.md section 15).
std::optional<Process::Turn> Process::duty_after(const node::BlockBuilt& built) const {
  const Turn turn{built.height, built.round};
  if (built.round == Round{} || !built.result.has_value() || !may_propose(turn))
    return std::nullopt;
  return turn;
}

bool Process::may_propose(const Turn& turn) const {
  if (!is_running() || !machine_.is_correct()) return false;
  const auto view = loop_->engine().inspect();
  return view.height == turn.first && view.round == turn.second && view.may_sign &&
         view.clock != consensus::ClockLevel::kWrong && view.is_validator &&
         view.proposer == signer_->address();
}

void Process::settle() {
  env_->run_scheduled();
  if (!loop_->failure() || !device_->is_on()) return;
  around_.oracle.violation("node " + std::to_string(machine_.index) +
                           " stopped without a fault: " + *loop_->failure());
}

void Process::post(std::string_view what, node::CoreEvent event) {
  if (!is_running()) return;
  note(what);
  peers_->inbox().push_answer(std::move(event));
  turn();
}

void Process::submit(chain::TxnPtr txn) {
  if (!is_running()) return;
  node::CoreEvent event = node::TxnSubmitted{std::move(txn), nullptr};
  if (!peers_->inbox().try_push(event)) note("turns a client away");
  turn();
}

void Process::be_busy(milliseconds time) {
  note("is busy", time.count());
  busy_until_ = around_.scheduler.now() + time;
  later(time, [](Process& process) { process.turn(); });
}

UnixMillis Process::now() const { return around_.scheduler.now() + machine_.skew; }

void Process::later(milliseconds delay, std::function<void(Process&)> action) {
  around_.scheduler.after(delay, [this, &machine = machine_, incarnation = machine_.incarnation,
                                  action = std::move(action)] {
    if (machine.process.get() == this && machine.incarnation == incarnation) action(*this);
  });
}

void Process::say(const consensus::Message& message) {
  note("says", to_string(code_of(message)), height_of(message).raw(), round_of(message).raw(),
       digest_of(message).view());
  if (machine_.is_correct()) around_.oracle.spoke(machine_.index, message);
}

void Process::send_body(const consensus::ProposalBody& body) {
  note("sends ahead", body.height.raw(), body.round.raw(), body.txns.size());
  // A forger sends bodies of its own.
  if (machine_.conduct != Conduct::kForger) peers_->gateway().send_body(body);
}

void Process::broadcast(const consensus::Message& message) {
  say(message);
  if (machine_.conduct == Conduct::kForger) return forge(around_, machine_, message);
  peers_->gateway().broadcast(message);
}

void Process::resend(const consensus::Message& message) {
  say(message);
  if (machine_.conduct == Conduct::kForger) return forge(around_, machine_, message);
  peers_->gateway().resend(message);
}

void Process::send_vote(const p2p::NodeId& peer, const consensus::Message& message) {
  say(message);
  peers_->gateway().send_vote(peer, message);
}

void Process::gossip(const chain::TxnPtr& txn) {
  note("gossips", txn->hash().view());
  peers_->gateway().gossip(txn);
}

void Process::announce(const node::HeadStatus& head) { peers_->gateway().announce(head); }

void Process::send_head(const p2p::NodeId& peer, const node::HeadStatus& head) {
  peers_->gateway().send_head(peer, head);
}

void Process::request_blocks(const p2p::NodeId& peer, node::FetchId id,
                             const node::BlocksRequest& request) {
  note("asks for blocks", Machine::index_of(peer), request.from.raw());
  peers_->gateway().request_blocks(peer, id, request);
}

void Process::request_proposal(const consensus::ProposalMissing& missing) {
  note("misses a proposal", missing.height.raw(), missing.round.raw(), missing.digest.view());
  peers_->gateway().request_proposal(missing);
}

void Process::blame(const p2p::NodeId& peer, p2p::Offence offence, std::string_view reason) {
  note("blames", Machine::index_of(peer), reason);
  peers_->gateway().blame(peer, offence, reason);
}

std::size_t Process::peers() const { return peers_->gateway().peers(); }

milliseconds Process::execution_time() {
  const auto most = static_cast<std::uint64_t>(machine_.execution_max.count());
  const milliseconds time{1 + around_.prng.below(most + 1)};
  if (time >= kSlowExecution) around_.counts.add(Fault::kSlowExecutor);
  return time;
}

void Process::build(node::BuildTask task) {
  note("builds", task.height.raw(), task.round.raw());
  later(execution_time(), [task = std::move(task)](Process& process) {
    auto built = node::run(task, process.task_ports(), [] { return false; });
    if (built.result.has_value()) process.machine_.executed.insert(built.result->block->hash);
    process.post("built", std::move(built));
  });
}

void Process::check(node::CheckTask task) {
  note("executes", task.hash.view());
  later(execution_time(), [task = std::move(task)](Process& process) {
    auto checked = node::run(task, process.task_ports());
    if (checked.result.has_value()) process.machine_.executed.insert(checked.hash);
    process.post("executed", std::move(checked));
  });
}

void Process::sync(node::SyncTask task) {
  note("executes fetched blocks");
  later(execution_time(), [task = std::move(task)](Process& process) {
    std::vector<node::BlockSynced> results;
    node::run(task, process.task_ports(), [&](node::BlockSynced result) {
      results.push_back(std::move(result));
      return true;
    });
    for (auto& result : results) process.post("synced", std::move(result));
  });
}

void Process::start(const consensus::TimerFired& timer, milliseconds delay) {
  note("timer", static_cast<int>(timer.kind), timer.height.raw(), timer.round.raw(), delay.count());
  around_.oracle.timer_started(machine_.index, timer, delay);
  const auto generation = ++timer_generations_[timer.kind];
  later(delay, [timer, generation](Process& process) {
    if (process.timer_generations_[timer.kind] != generation) return;
    process.post("timer", node::TimerExpired{timer});
  });
}

void Process::start_sync(milliseconds delay) {
  const auto generation = ++sync_generation_;
  later(delay, [generation](Process& process) {
    if (process.sync_generation_ != generation) return;
    process.post("sync timer", node::SyncTimer{});
  });
}

}  // namespace datapact::sim
