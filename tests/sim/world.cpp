#include "tests/sim/world.hpp"

#include "ledger/chain/genesis_builder.hpp"

#include <algorithm>

namespace datapact::sim {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

namespace {

constexpr ChainId kChainId{77};
constexpr std::size_t kAccounts = 3;
constexpr milliseconds kBlockPeriod{250};
constexpr milliseconds kEmptyPeriod{1'500};
constexpr milliseconds kRequestTimeout{1'000};
constexpr milliseconds kRequestTimeoutMax{4'000};
/// The faults end here at the latest, whatever height was reached.
constexpr milliseconds kFaultsMax{180'000};
constexpr std::uint64_t kEventsMax = 3'000'000;
/// Heights that every correct node must gain after the faults, within recovery_max().
constexpr std::uint64_t kHeightsAfter = 3;

crypto::PrivateKey key_of(std::uint8_t kind, std::size_t index) {
  crypto::PrivateKey key;
  key.raw()[0] = kind;
  key.raw()[31] = static_cast<std::uint8_t>(index + 1);
  return key;
}

std::vector<crypto::PrivateKey> make_keys(std::uint8_t kind, std::size_t count) {
  std::vector<crypto::PrivateKey> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(key_of(kind, i));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return crypto::address_of(a) < crypto::address_of(b);
  });
  return out;
}

chain::ValidatorSet addresses_of(const std::vector<crypto::PrivateKey>& keys) {
  chain::ValidatorSet out;
  for (const auto& key : keys) out.push_back(crypto::address_of(key));
  return out;
}

chain::Genesis make_genesis(const chain::ValidatorSet& validators,
                            const std::vector<crypto::PrivateKey>& accounts, UnixMillis time) {
  chain::ConsortiumParams params;
  params.chain_id = kChainId;
  params.time = time;
  params.qbft = {kBlockPeriod, kEmptyPeriod, kRequestTimeout, kRequestTimeoutMax};
  params.validators = validators;
  for (const auto& account : accounts) {
    params.balances.emplace_back(crypto::address_of(account), Wei{uint256{1'000'000'000}});
  }
  const auto document = chain::build_consortium_genesis(params);
  INVARIANT(document.has_value());
  auto genesis = chain::load_genesis(*document);
  INVARIANT(genesis.has_value());
  return std::move(*genesis);
}

std::size_t count_machines(const Scenario& scenario) {
  const auto twins = std::count(scenario.lots.begin(), scenario.lots.end(), Lot::kTwin);
  return scenario.validators + static_cast<std::size_t>(twins);
}

}  // namespace

World::World(const Scenario& scenario, bool print)
    : scenario_(scenario),
      prng_(scenario.seed ^ 0x5eed5eed5eed5eedULL),
      trace_(print),
      keys_(make_keys(1, scenario.validators)),
      accounts_(make_keys(2, kAccounts)),
      validators_(addresses_of(keys_)),
      genesis_(make_genesis(validators_, accounts_, scheduler_.now())),
      network_(scheduler_, prng_, counts_, count_machines(scenario)),
      oracle_({kChainId, genesis_.hash}, validators_),
      around_{genesis_,
              scheduler_,
              trace_,
              oracle_,
              network_,
              prng_,
              counts_,
              machines_,
              [this](std::size_t from, std::size_t to, const consensus::Message& message) {
                return hears(from, to, message);
              }} {
  network_.quality = scenario.quality;
  twin_salt_ = prng_.next();
  make_machines();
}

World::~World() {
  // What is to happen holds on to stores, and those to disks.
  scheduler_.clear();
  for (auto& machine : machines_) machine.process.reset();
}

void World::make_machines() {
  machines_.resize(network_.machines());
  std::size_t twin = scenario_.validators;
  for (std::size_t i = 0; i < scenario_.validators; ++i) {
    auto& machine = machines_[i];
    machine.key = keys_[i];
    switch (scenario_.lots[i]) {
      case Lot::kOrdinary:
      case Lot::kAmnesiac:
        break;
      case Lot::kDead:
        machine.is_dead = true;
        counts_.add(Fault::kDeadNode);
        break;
      case Lot::kTwin:
        machine.conduct = Conduct::kTwin;
        machines_[twin].key = keys_[i];
        machines_[twin].conduct = Conduct::kTwin;
        ++twin;
        counts_.add(Fault::kTwin);
        break;
      case Lot::kForger:
        machine.conduct = Conduct::kForger;
        break;
    }
  }
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    auto& machine = machines_[i];
    machine.index = i;
    machine.execution_max = scenario_.execution_max;
    if (scenario_.skew_max == 0ms) continue;
    machine.skew =
        up_to(static_cast<std::uint64_t>(2 * scenario_.skew_max.count())) - scenario_.skew_max;
    counts_.add(Fault::kSkewedClock);
  }
}

Report World::run() {
  started_ = scheduler_.now();
  for (auto& machine : machines_) {
    if (!machine.is_dead) boot_later(machine, up_to(300));
  }
  start_clients();
  start_faults();
  Report report;
  while (scheduler_.run_next()) {
    ++report.events;
    collect_dead();
    if (report.events > kEventsMax) oracle_.violation("the run does not end");
    if (check_progress() || !oracle_.violations().empty()) break;
  }
  report.heights = lowest();
  report.faults = counts_;
  report.violations = oracle_.violations();
  for (const auto& violation : report.violations) trace_.note(violation);
  report.trace = trace_.hash();
  report.time = scheduler_.now() - started_;
  return report;
}

// --- machines ----------------------------------------------------------------------------------

void World::boot_later(Machine& machine, milliseconds delay) {
  scheduler_.after(delay, [this, &machine] {
    if (!machine.process) boot(machine);
  });
}

void World::boot(Machine& machine) {
  ++machine.incarnation;
  auto process = Process::boot(around_, machine);
  if (!process.has_value()) {
    oracle_.violation("node " + std::to_string(machine.index) +
                      " cannot start: " + process.error());
    return;
  }
  machine.process = std::move(*process);
  machine.process->begin();
  tell_peers(machine, true);
}

void World::tell_peers(const Machine& machine, bool is_up) {
  for (auto& other : machines_) {
    if (!other.process || other.index == machine.index ||
        !network_.is_connected(machine.index, other.index)) {
      continue;
    }
    if (!is_up) {
      other.process->handle("loses a peer", node::PeerDown{machine.node_id()});
      continue;
    }
    other.process->handle("gains a peer", node::PeerUp{machine.node_id()});
    if (machine.process) machine.process->handle("gains a peer", node::PeerUp{other.node_id()});
  }
}

void World::cut_power(Machine& machine, milliseconds away) {
  trace_.note("power cut at n" + std::to_string(machine.index));
  machine.process.reset();
  ++machine.incarnation;
  const auto lost = machine.disk.lose_unsynced(prng_);
  counts_.add(Fault::kLostWrite, lost);
  const bool forgets = machine.index < scenario_.validators &&
                       scenario_.lots[machine.index] == Lot::kAmnesiac &&
                       machine.conduct == Conduct::kCorrect;
  if (forgets) {
    machine.conduct = Conduct::kAmnesiac;
    machine.disk.files.erase(kJournalName);
    counts_.add(Fault::kAmnesia);
  }
  tell_peers(machine, false);
  boot_later(machine, away);
}

void World::collect_dead() {
  for (auto& machine : machines_) {
    if (machine.process && !machine.process->device().is_on()) {
      cut_power(machine, 50ms + up_to(3'000));
    }
  }
}

Machine* World::random_running() {
  std::vector<Machine*> running;
  for (auto& machine : machines_) {
    if (machine.process) running.push_back(&machine);
  }
  return running.empty() ? nullptr : running[prng_.below(running.size())];
}

/// Twins do not hear each other, and the others hear one of them for a while, then the other.
bool World::hears(std::size_t from, std::size_t to, const consensus::Message& message) const {
  if (is_mute_ && std::holds_alternative<consensus::Proposal>(message)) return false;
  const auto& speaker = machines_[from];
  if (speaker.conduct != Conduct::kTwin) return true;
  if (machines_[to].key == speaker.key) return false;
  const auto spell = static_cast<std::uint64_t>((scheduler_.now() - started_) / 1s);
  Prng choice(twin_salt_ ^ (spell * 1'000 + to));
  const bool hears_original = choice.below(2) == 0;
  return choice.below(4) == 0 || hears_original == (from < scenario_.validators);
}

// --- clients -----------------------------------------------------------------------------------

void World::start_clients() {
  scheduler_.after(50ms + up_to(250), [this] {
    if (!is_quiet_) send_transaction();
    if (prng_.below(12) == 0) {
      is_quiet_ = is_healed_ ? scenario_.ends_quiet : prng_.below(10) < scenario_.quiet_tenths;
    }
    start_clients();
  });
}

void World::send_transaction() {
  auto* machine = random_running();
  if (machine == nullptr) return;
  const std::size_t account = prng_.below(kAccounts);
  const auto head = machine->process->loop().head();
  const auto state = head->view->account(crypto::address_of(accounts_[account]));
  INVARIANT(state.has_value());
  machine->process->handle("is sent a transaction",
                           node::TxnSubmitted{transaction(account, state->nonce.raw()), nullptr});
}

chain::TxnPtr World::transaction(std::size_t account, std::uint64_t nonce) {
  auto& known = transactions_[{account, nonce}];
  if (known) return known;
  chain::Transaction txn;
  txn.type = chain::TxnType::kDynamicFee;
  txn.chain_id = kChainId;
  txn.nonce = Nonce{nonce};
  txn.gas_limit = Gas{21'000};
  txn.to = Address{{0xbe, 0xef}};
  txn.value = Wei{uint256{1}};
  chain::sign(txn, accounts_[account]);
  auto recovered = chain::RecoveredTxn::recover(std::move(txn));
  INVARIANT(recovered.has_value());
  known = std::make_shared<const chain::RecoveredTxn>(std::move(*recovered));
  return known;
}

// --- faults ------------------------------------------------------------------------------------

void World::start_faults() {
  scheduler_.after(200ms + up_to(1'500), [this] {
    if (is_healed_) return;
    inject();
    start_faults();
  });
}

void World::inject() {
  const auto& recurring = scenario_.recurring;
  inject(recurring[prng_.below(recurring.size())]);
}

void World::inject(Fault fault) {
  if (fault == Fault::kPartition) {
    cut_links(300ms + up_to(5'000), false);
  } else if (fault == Fault::kOutage) {
    // Rare, because it is long: every node goes through many rounds.
    if (prng_.below(12) == 0) cut_links(10s + up_to(50'000), true);
  } else if (fault == Fault::kMute) {
    // Rounds climb with everybody in them.
    if (prng_.below(12) == 0) mute(20s + up_to(130'000));
  } else if (fault == Fault::kJournalCut) {
    plan_cut(CrashPlace::kJournal);
  } else if (fault == Fault::kStoreCut) {
    plan_cut(CrashPlace::kStore);
  } else if (auto* machine = random_running()) {
    counts_.add(Fault::kPowerCut);
    cut_power(*machine, 50ms + up_to(4'000));
  }
}

void World::plan_cut(CrashPlace place) {
  auto* machine = random_running();
  if (machine == nullptr) return;
  counts_.add(place == CrashPlace::kJournal ? Fault::kJournalCut : Fault::kStoreCut);
  machine->process->device().plan(
      {place, static_cast<std::uint32_t>(prng_.below(6)), static_cast<CrashMode>(prng_.below(3))});
}

void World::cut_links(milliseconds time, bool all) {
  counts_.add(all ? Fault::kOutage : Fault::kPartition);
  trace_.note(all ? "outage" : "partition");
  if (all) {
    network_.set_down(true);
  } else {
    network_.split();
  }
  scheduler_.after(time, [this] {
    network_.heal();
    trace_.note("links are back");
    for (auto& machine : machines_) {
      if (machine.process) tell_peers(machine, true);
    }
  });
}

void World::mute(milliseconds time) {
  counts_.add(Fault::kMute);
  trace_.note("proposals are lost");
  is_mute_ = true;
  scheduler_.after(time, [this] { is_mute_ = false; });
}

void World::heal() {
  trace_.note("the faults end");
  is_healed_ = true;
  is_mute_ = false;
  is_quiet_ = scenario_.ends_quiet;
  healed_at_ = scheduler_.now();
  network_.heal();
  network_.quality = {scenario_.quality.delay, scenario_.quality.jitter, 0, 0, 0, 0ms};
  for (auto& machine : machines_) {
    machine.execution_max = std::min(machine.execution_max, 20ms);
    if (machine.process) {
      machine.process->device().cancel_plan();
      tell_peers(machine, true);
    } else if (!machine.is_dead) {
      boot_later(machine, 100ms);
    }
  }
  goal_ = highest() + kHeightsAfter;
}

// --- progress ----------------------------------------------------------------------------------

std::uint64_t World::lowest() const {
  std::uint64_t lowest = ~std::uint64_t{0};
  for (const auto& machine : machines_) {
    if (!machine.is_correct()) continue;
    lowest = std::min(lowest, machine.process ? machine.process->height().raw() : 0);
  }
  return lowest;
}

std::uint64_t World::highest() const {
  std::uint64_t highest = 0;
  for (const auto& machine : machines_) {
    if (machine.process) highest = std::max(highest, machine.process->height().raw());
  }
  return highest;
}

/// The nodes need a resend to meet in one round, then as many rounds as there can be faulty
/// proposers in a row, for each of the heights at worst.
milliseconds World::recovery_max() const {
  const auto rounds = chain::faults_max(validators_.size()) + 3;
  return 15s + kHeightsAfter * (kEmptyPeriod + rounds * kRequestTimeoutMax);
}

bool World::check_progress() {
  const auto now = scheduler_.now();
  if (!is_healed_) {
    const bool is_enough = lowest() + kHeightsAfter >= scenario_.heights;
    if (is_enough || now - started_ >= kFaultsMax) heal();
    return false;
  }
  const auto low = lowest();
  if (low >= goal_ && low >= scenario_.heights) return true;
  if (low < goal_ && now - healed_at_ > recovery_max()) {
    oracle_.violation("no progress: the lowest correct node is at height " + std::to_string(low) +
                      ", not at " + std::to_string(goal_) + ", " +
                      std::to_string((now - healed_at_).count()) + " ms after the last fault");
  }
  const auto left = scenario_.heights > goal_ ? scenario_.heights - goal_ : 0;
  const auto rounds = chain::faults_max(validators_.size()) + 1;
  const auto finish_max = recovery_max() + left * (kEmptyPeriod + rounds * kRequestTimeoutMax);
  if (now - healed_at_ > finish_max) oracle_.violation("too slow after the last fault");
  return false;
}

}  // namespace datapact::sim
