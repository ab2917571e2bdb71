#pragma once
// One run of a node on a machine: the product's CoreLoop on the product's ledger, journal and
// router, with a simulated disk, network, executor and clock around it.
#include "node/block_tasks.hpp"
#include "node/core_loop.hpp"
#include "node/sender_cache.hpp"
#include "tests/sim/disk_env.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/peers.hpp"
#include "tests/sim/surroundings.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::sim {

/// Few, so that simulations see transactions that are known and others that are not.
inline constexpr std::size_t kSendersMax = 16;

class Process final : public node::Network, public node::BlockTasks, public node::Timers {
 public:
  /// Opens disk and loop. Fails with the reason.
  [[nodiscard]] static Result<std::unique_ptr<Process>, std::string> boot(Surroundings& around,
                                                                          Machine& machine);
  ~Process() override;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void begin();
  /// Runs whatever waits: frames, then events, unless the core thread is busy.
  void turn();
  /// The answer to a timer or task.
  void post(std::string_view what, node::CoreEvent event);
  /// A client's; lost when the inbox is full.
  void submit(chain::TxnPtr txn);
  /// The core thread does nothing for so long; its inbox fills up.
  void be_busy(std::chrono::milliseconds time);

  [[nodiscard]] Device& device() { return *device_; }
  [[nodiscard]] node::CoreLoop& loop() { return *loop_; }
  [[nodiscard]] Peers& network_half() { return *peers_; }
  [[nodiscard]] const store::Ledger& ledger() const { return *ledger_; }
  [[nodiscard]] Height height() const { return ledger_->head()->height; }
  [[nodiscard]] consensus::Signer& signer() { return *signer_; }
  [[nodiscard]] bool is_running() const { return device_->is_on() && !loop_->failure(); }
  /// Runs `action` later, unless this process is gone by then.
  void later(std::chrono::milliseconds delay, std::function<void(Process&)> action);

  void send_body(const consensus::ProposalBody& body) override;
  void broadcast(const consensus::Message& message) override;
  void resend(const consensus::Message& message) override;
  void send_vote(const p2p::NodeId& peer, const consensus::Message& message) override;
  void repeat_votes() override { peers_->gateway().repeat_votes(); }
  void head_moved(const node::HeadPtr& head) override { peers_->gateway().head_moved(head); }
  void gossip(const chain::TxnPtr& txn) override;
  void announce(const node::HeadStatus& head) override;
  void send_head(const p2p::NodeId& peer, const node::HeadStatus& head) override;
  void request_blocks(const p2p::NodeId& peer, node::FetchId id,
                      const node::BlocksRequest& request) override;
  void request_proposal(const consensus::ProposalMissing& missing) override;
  void blame(const p2p::NodeId& peer, p2p::Offence offence, std::string_view reason) override;
  [[nodiscard]] std::size_t peers() const override;

  void build(node::BuildTask task) override;
  void check(node::CheckTask task) override;
  void sync(node::SyncTask task) override;
  void remember_sender(const chain::RecoveredTxn& txn) override { senders_.remember(txn); }

  void start(const consensus::TimerFired& timer, std::chrono::milliseconds delay) override;
  void start_sync(std::chrono::milliseconds delay) override;

 private:
  Process(Surroundings& around, Machine& machine);
  Result<void, std::string> open();
  void handle(node::CoreEvent event);
  void settle();
  void tell_oracle(const store::VoteRecord& record);
  void tell_oracle(const chain::BlockHeader& header, const BlockHash& hash,
                   const std::vector<chain::Receipt>& receipts);
  /// The vote leaves: the oracle hears of it.
  void say(const consensus::Message& message);
  using Turn = std::pair<Height, Round>;
  /// The turn in which the block must now be proposed, if any.
  [[nodiscard]] std::optional<Turn> duty_after(const node::BlockBuilt& built) const;
  [[nodiscard]] bool may_propose(const Turn& turn) const;
  template <class... Details>
  void note(std::string_view what, const Details&... details) {
    around_.trace.note(around_.scheduler.now(), machine_.index, what, details...);
  }
  [[nodiscard]] node::TaskPorts task_ports() const {
    return {around_.genesis.config, *ledger_, {.senders = &senders_}};
  }
  [[nodiscard]] UnixMillis now() const;
  [[nodiscard]] std::chrono::milliseconds execution_time();

  Surroundings& around_;
  Machine& machine_;
  /// Shared with the store: whoever still reads a state keeps it open.
  std::shared_ptr<Device> device_;
  std::shared_ptr<DiskEnv> env_;
  std::shared_ptr<store::KeyValueStore> store_;
  std::unique_ptr<store::Ledger> ledger_;
  std::unique_ptr<store::VoteJournal> journal_;
  std::unique_ptr<consensus::Signer> signer_;
  std::unique_ptr<Peers> peers_;
  std::unique_ptr<node::CoreLoop> loop_;
  node::SenderCache senders_{kSendersMax};
  UnixMillis busy_until_{0};
  std::map<consensus::TimerKind, std::uint64_t> timer_generations_;
  std::uint64_t sync_generation_ = 0;
};

}  // namespace datapact::sim
