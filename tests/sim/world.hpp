#pragma once
// Runs one scenario from its seed: machines, clients, faults, and the oracle over all of it.
#include "ledger/chain/genesis.hpp"
#include "tests/sim/clerk.hpp"
#include "tests/sim/governor.hpp"
#include "tests/sim/process.hpp"
#include "tests/sim/scenario.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace datapact::sim {

struct Report {
  std::uint64_t heights = 0;
  FaultCounts faults;
  std::uint64_t trace = 0;
  std::vector<std::string> violations;
  /// Simulated.
  std::chrono::milliseconds time{0};
  std::uint64_t events = 0;
};

class World {
 public:
  World(const Scenario& scenario, bool print);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] Report run();

 private:
  void make_machines();
  void make_machine(std::size_t index, Lot lot);
  void start_clients();
  void start_clerk();
  void start_governor();
  void start_links();
  void start_faults();
  void start_climb();

  // Machines.
  void boot(Machine& machine);
  /// Ends the machine's process; it comes back after `away`.
  void cut_power(Machine& machine, std::chrono::milliseconds away);
  void boot_later(Machine& machine, std::chrono::milliseconds delay);
  /// Processes whose power failed in the middle of a write.
  void collect_dead();
  [[nodiscard]] Machine* random_running();
  [[nodiscard]] Machine* newest_running();
  [[nodiscard]] bool hears_twin(std::size_t from, std::size_t to) const;
  [[nodiscard]] bool reaches(const Address& author, std::size_t to) const;

  // Links.
  void receive(const Lane& lane, ByteView frame);
  void dial(Machine& one, Machine& other);
  /// The connection is gone; each end notices after a while.
  void break_link(std::size_t one, std::size_t other);
  void break_links_of(std::size_t machine);
  void notice_end(std::size_t machine, p2p::LinkId link);

  // Clients.
  void send_transaction();
  [[nodiscard]] chain::TxnPtr payment(std::size_t account, Nonce nonce);

  // Faults.
  void inject();
  void inject(Fault fault);
  void plan_cut(CrashPlace place);
  void be_away_at_step();
  void cut_links(std::chrono::milliseconds time, bool all);
  void mute(std::chrono::milliseconds time);
  void strand();
  void leave(Machine& machine);
  void heal();

  // Progress.
  [[nodiscard]] std::uint64_t lowest() const;
  [[nodiscard]] std::uint64_t highest() const;
  [[nodiscard]] std::chrono::milliseconds recovery_max() const;
  /// True when the run is over.
  [[nodiscard]] bool check_progress();
  void check_size(const Report& report);
  [[nodiscard]] std::chrono::milliseconds up_to(std::uint64_t most) {
    return std::chrono::milliseconds{prng_.below(most + 1)};
  }

  const Scenario scenario_;
  Prng prng_;
  Trace trace_;
  FaultCounts counts_;
  /// Of the validators, then of the spare nodes.
  std::vector<crypto::PrivateKey> keys_;
  std::vector<crypto::PrivateKey> accounts_;
  chain::ValidatorSet validators_;
  Scheduler scheduler_;
  chain::Genesis genesis_;
  SimNetwork network_;
  Oracle oracle_;
  std::vector<Machine> machines_;
  Surroundings around_;
  Clerk clerk_;
  Governor governor_;
  std::map<std::pair<std::size_t, Nonce>, chain::TxnPtr> payments_;
  std::uint64_t twin_salt_ = 0;
  /// The machine that is away while rounds climb.
  Machine* absent_ = nullptr;
  bool is_quiet_ = false;
  bool is_healed_ = false;
  UnixMillis started_{0};
  UnixMillis healed_at_{0};
  UnixMillis muted_until_{0};
  std::uint64_t goal_ = 0;
};

}  // namespace datapact::sim
