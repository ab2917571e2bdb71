#pragma once
// One run of a node on a machine: the product's CoreLoop on the product's ledger and journal, with
// a simulated disk, network, executor and clock around it.
#include "node/core_loop.hpp"
#include "tests/sim/disk_env.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/oracle.hpp"
#include "tests/sim/sim_network.hpp"
#include "tests/sim/trace.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::sim {

/// What all processes share. Borrowed: outlives them.
struct Surroundings {
  const chain::Genesis& genesis;
  Scheduler& scheduler;
  Trace& trace;
  Oracle& oracle;
  SimNetwork& network;
  Prng& prng;
  FaultCounts& counts;
  std::vector<Machine>& machines;
  /// Which votes of `from` reach `to`: twins are heard by different validators.
  std::function<bool(std::size_t from, std::size_t to, const consensus::Message&)> hears;
};

class Process final : public node::Network, public node::BlockTasks, public node::Timers {
 public:
  /// Opens disk and loop. Fails with the reason.
  [[nodiscard]] static Result<std::unique_ptr<Process>, std::string> boot(Surroundings& around,
                                                                          Machine& machine);
  ~Process() override;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void begin();
  void handle(std::string_view what, node::CoreEvent event);
  [[nodiscard]] Device& device() { return *device_; }
  [[nodiscard]] node::CoreLoop& loop() { return *loop_; }
  [[nodiscard]] const store::Ledger& ledger() const { return *ledger_; }
  [[nodiscard]] Height height() const { return ledger_->head()->height; }
  /// Sends what its own code would not: for forgers.
  void send_vote(std::size_t to, const consensus::Message& message);
  [[nodiscard]] consensus::Signer& signer() { return *signer_; }

  void broadcast(const consensus::Message& message) override;
  void send_vote(const p2p::NodeId& peer, const consensus::Message& message) override;
  void repeat_votes() override {}
  void gossip(const chain::RecoveredTxn& txn) override;
  void announce(const node::HeadStatus& head) override;
  void send_head(const p2p::NodeId& peer, const node::HeadStatus& head) override;
  void request_blocks(const p2p::NodeId& peer, node::FetchId id,
                      const node::BlocksRequest& request) override;
  void blame(const p2p::NodeId& peer, p2p::Offence offence, std::string_view reason) override;
  [[nodiscard]] std::size_t peers() const override;

  void build(node::BuildTask task) override;
  void check(node::CheckTask task) override;
  void sync(node::SyncTask task) override;

  void start(const consensus::TimerFired& timer, std::chrono::milliseconds delay) override;
  void start_sync(std::chrono::milliseconds delay) override;

 private:
  Process(Surroundings& around, Machine& machine);
  Result<void, std::string> open();
  void settle();
  void tell_oracle(const store::VoteRecord& record);
  /// The vote as receivers get it, known to the oracle; nothing when they cannot decode it.
  [[nodiscard]] std::optional<consensus::Message> say(const consensus::Message& message);
  void note(std::string_view what, std::string_view detail = {});
  [[nodiscard]] UnixMillis now() const;
  [[nodiscard]] std::chrono::milliseconds execution_time();
  /// Runs `action` later, unless this process is gone by then.
  void later(std::chrono::milliseconds delay, std::function<void(Process&)> action);
  /// Calls `action` with the process of machine `to` when the message arrives there.
  void send(std::size_t to, std::function<void(Process&)> action);
  [[nodiscard]] static std::function<void()> on_machine(Surroundings& around, std::size_t index,
                                                        std::function<void(Process&)> action);
  void answer_blocks(std::size_t to, node::FetchId id, const node::BlocksRequest& request);

  Surroundings& around_;
  Machine& machine_;
  /// Shared with the store: whoever still reads a state keeps it open.
  std::shared_ptr<Device> device_;
  std::shared_ptr<DiskEnv> env_;
  std::shared_ptr<store::KeyValueStore> store_;
  std::unique_ptr<store::Ledger> ledger_;
  std::unique_ptr<store::VoteJournal> journal_;
  std::unique_ptr<consensus::Signer> signer_;
  std::unique_ptr<node::CoreLoop> loop_;
  std::map<consensus::TimerKind, std::uint64_t> timer_generations_;
  std::uint64_t sync_generation_ = 0;
};

}  // namespace datapact::sim
