#include "tests/sim/world.hpp"

#include <algorithm>

namespace datapact::sim {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kAccounts = 3;
constexpr milliseconds kBlockPeriod{250};
constexpr milliseconds kRequestTimeout{1'000};
constexpr milliseconds kRequestTimeoutMax{4'000};
/// The faults end here at the latest, whatever height was reached.
constexpr milliseconds kFaultsMax{180'000};
constexpr std::uint64_t kEventsMax = 6'000'000;
/// Heights that every correct node must gain after the faults, within recovery_max().
constexpr std::uint64_t kHeightsAfter = 3;
/// How often connections that should be there are looked for, and the routers told the time.
constexpr milliseconds kLinkPeriod{200};
/// Of a climb: what the others need to leave the last round that the leaver was in, and to forget
/// its proposal.
constexpr milliseconds kStrandedTime{3 * kRequestTimeoutMax};

crypto::PrivateKey key_of(std::uint8_t kind, std::size_t index) {
  crypto::PrivateKey key;
  key.raw()[0] = kind;
  key.raw()[31] = static_cast<std::uint8_t>(index + 1);
  return key;
}

std::vector<crypto::PrivateKey> make_keys(std::uint8_t kind, std::size_t count) {
  std::vector<crypto::PrivateKey> out;
  out.reserve(count);
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) out.push_back(key_of(kind, i));
  std::ranges::sort(out, [](const auto& a, const auto& b) {
    return crypto::address_of(a) < crypto::address_of(b);
  });
  return out;
}

std::vector<crypto::PrivateKey> make_node_keys(const Scenario& scenario) {
  auto out = make_keys(1, scenario.validators);
  const auto spares = make_keys(3, scenario.spares);
  out.insert(out.end(), spares.begin(), spares.end());
  return out;
}

/// Nobody shares a nonce: the clerk, and where it is needed the governor.
std::vector<crypto::PrivateKey> make_administrators(const Scenario& scenario) {
  std::vector<crypto::PrivateKey> out{key_of(4, 0)};
  if (!scenario.rules_changes.empty()) out.push_back(key_of(4, 1));
  return out;
}

chain::ValidatorSet first_addresses(const std::vector<crypto::PrivateKey>& keys,
                                    std::size_t count) {
  chain::ValidatorSet out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(crypto::address_of(keys[i]));
  return out;
}

std::size_t count_machines(const Scenario& scenario) {
  const auto twins = std::ranges::count(scenario.lots, Lot::kTwin);
  return scenario.validators + scenario.spares + static_cast<std::size_t>(twins);
}

std::set<Address> misbehaving(const Scenario& scenario, const chain::ValidatorSet& validators) {
  std::set<Address> out;
  for (std::size_t i = 0; i < scenario.validators; ++i) {
    if (scenario.lots[i] != Lot::kOrdinary) out.insert(validators[i]);
  }
  return out;
}

}  // namespace

World::World(const Scenario& scenario, bool print)
    : scenario_(scenario),
      prng_(scenario.seed ^ 0x5eed5eed5eed5eedULL),
      trace_(print),
      keys_(make_node_keys(scenario)),
      accounts_(make_keys(2, kAccounts)),
      validators_(first_addresses(keys_, scenario.validators)),
      genesis_(
          make_genesis({validators_,
                        count_machines(scenario),
                        accounts_,
                        make_administrators(scenario),
                        {kBlockPeriod, scenario.empty_period, kRequestTimeout, kRequestTimeoutMax},
                        scheduler_.now(),
                        scenario.first_rules,
                        !scenario.rules_changes.empty()})),
      network_(scheduler_, prng_, counts_, count_machines(scenario)),
      oracle_({kChainId, genesis_.hash}, consensus::timing_of(genesis_.config.qbft), validators_,
              scenario.first_rules),
      around_{genesis_,
              scheduler_,
              trace_,
              oracle_,
              network_,
              prng_,
              counts_,
              machines_,
              scenario.inbox_events_max,
              false,
              [this](std::size_t from, std::size_t to) { return hears_twin(from, to); },
              {},
              scenario.lists_lost_permille,
              scenario.secret_permille},
      clerk_(scenario.set_plan, validators_, misbehaving(scenario, validators_), key_of(4, 0)),
      governor_(scenario.rules_changes, key_of(4, 1)) {
  network_.quality = scenario.quality;
  network_.on_frame = [this](const Lane& lane, ByteView frame) { receive(lane, frame); };
  if (scenario.quality.bytes_per_ms != 0) counts_.add(Fault::kThinLink);
  if (scenario.is_narrow) {
    around_.reaches = [this](const Address& author, std::size_t to) { return reaches(author, to); };
  }
  twin_salt_ = prng_.next();
  INVARIANT(misbehaving(scenario, validators_).size() <= chain::faults_max(validators_.size()));
  make_machines();
}

World::~World() {
  // What is to happen holds on to stores, and those to disks.
  scheduler_.clear();
  for (auto& machine : machines_) machine.process.reset();
}

void World::make_machines() {
  machines_.resize(network_.machines());
  std::size_t twin = keys_.size();
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const Lot lot = i < scenario_.validators ? scenario_.lots[i] : Lot::kOrdinary;
    machines_[i].key = keys_[i];
    make_machine(i, lot);
    if (lot != Lot::kTwin) continue;
    machines_[twin].key = keys_[i];
    make_machine(twin++, lot);
    counts_.add(Fault::kTwin);
  }
}

void World::make_machine(std::size_t index, Lot lot) {
  auto& machine = machines_[index];
  machine.index = index;
  machine.address = crypto::address_of(machine.key);
  machine.execution_max = scenario_.execution_max;
  if (lot == Lot::kTwin) machine.conduct = Conduct::kTwin;
  if (lot == Lot::kForger) machine.conduct = Conduct::kForger;
  if (lot == Lot::kDead) {
    machine.is_dead = true;
    counts_.add(Fault::kDeadNode);
  }
  if (scenario_.skew_max == 0ms) return;
  machine.skew =
      up_to(static_cast<std::uint64_t>(2 * scenario_.skew_max.count())) - scenario_.skew_max;
  counts_.add(Fault::kSkewedClock);
}

Report World::run() {
  started_ = scheduler_.now();
  for (auto& machine : machines_) {
    if (!machine.is_dead) boot_later(machine, up_to(300));
  }
  start_links();
  start_clients();
  start_clerk();
  start_governor();
  start_faults();
  start_climb();
  Report report;
  while (scheduler_.run_next()) {
    ++report.events;
    collect_dead();
    if (report.events > kEventsMax) oracle_.violation("the run does not end");
    if (check_progress() || !oracle_.violations().empty()) break;
  }
  report.heights = lowest();
  report.faults = counts_;
  if (oracle_.violations().empty()) check_size(report);
  report.violations = oracle_.violations();
  for (const auto& violation : report.violations) trace_.note(violation);
  report.trace = trace_.hash();
  report.time = scheduler_.now() - started_;
  return report;
}

// --- machines ----------------------------------------------------------------------------------

void World::boot_later(Machine& machine, milliseconds delay) {
  scheduler_.after(delay, [this, &machine] {
    if (!machine.process && !machine.is_dead) boot(machine);
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
  break_links_of(machine.index);
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

Machine* World::newest_running() {
  Machine* newest = nullptr;
  for (auto& machine : machines_) {
    if (!machine.process || !machine.process->is_running()) continue;
    if (newest == nullptr || machine.process->height() > newest->process->height()) {
      newest = &machine;
    }
  }
  return newest;
}

/// The others hear one of a pair for a while, then the other.
bool World::hears_twin(std::size_t from, std::size_t to) const {
  const auto spell = static_cast<std::uint64_t>((scheduler_.now() - started_) / 1s);
  Prng choice(twin_salt_ ^ (spell * 1'000 + to));
  const bool hears_original = choice.below(2) == 0;
  return choice.below(4) == 0 || hears_original == (from < scenario_.validators);
}

/// The f that follow the author, of those who behave: together with it an honest one more than can
/// be faulty has the proposal, and they are no quorum.
bool World::reaches(const Address& author, std::size_t to) const {
  const auto& lots = scenario_.lots;
  const auto from = std::ranges::find(validators_, author) - validators_.begin();
  auto left = chain::faults_max(validators_.size());
  for (std::size_t step = 1; step < validators_.size() && left > 0; ++step) {
    const std::size_t index = (static_cast<std::size_t>(from) + step) % validators_.size();
    if (lots[index] != Lot::kOrdinary) continue;
    if (index == to) return true;
    --left;
  }
  return false;
}

// --- links -------------------------------------------------------------------------------------

void World::start_links() {
  scheduler_.after(kLinkPeriod, [this] {
    for (auto& one : machines_) {
      for (std::size_t i = one.index + 1; i < machines_.size(); ++i) dial(one, machines_[i]);
    }
    for (auto& machine : machines_) {
      if (!machine.process) continue;
      machine.process->network_half().tick();
      machine.process->turn();
    }
    start_links();
  });
}

void World::dial(Machine& one, Machine& other) {
  if (network_.connection(one.index, other.index) ||
      !network_.is_reachable(one.index, other.index)) {
    return;
  }
  if (!one.process || !other.process) return;
  if (!one.process->is_running() || !other.process->is_running()) return;
  auto& near = one.process->network_half();
  auto& far = other.process->network_half();
  const auto near_grant = near.grant_for(other.index);
  const auto far_grant = far.grant_for(one.index);
  if (near_grant == p2p::Grant::kNone || far_grant == p2p::Grant::kNone) return;
  const bool is_dialler = prng_.below(2) == 0;
  if (!near.would_open(other.index, is_dialler) || !far.would_open(one.index, !is_dialler)) return;
  const auto link = network_.connect(one.index, other.index);
  near.open(link, other.index, is_dialler, far_grant);
  far.open(link, one.index, !is_dialler, near_grant);
  one.process->turn();
  other.process->turn();
}

void World::receive(const Lane& lane, ByteView frame) {
  auto& machine = machines_[lane.to];
  if (!machine.process || !machine.process->is_running()) return;
  trace_.note(scheduler_.now(), lane.to, "receives", lane.from, frame.size(), frame);
  machine.process->network_half().receive(lane.link, frame);
  machine.process->turn();
}

void World::break_link(std::size_t one, std::size_t other) {
  const auto link = network_.connection(one, other);
  if (!link) return;
  network_.disconnect(one, other, *link);
  notice_end(one, *link);
  notice_end(other, *link);
}

void World::break_links_of(std::size_t machine) {
  for (const auto other : network_.peers_of(machine)) break_link(machine, other);
}

void World::notice_end(std::size_t machine, p2p::LinkId link) {
  scheduler_.after(up_to(1'000), [this, machine, link] {
    auto& process = machines_[machine].process;
    if (!process || !process->is_running()) return;
    process->network_half().close(link);
    process->turn();
  });
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
  machine->process->submit(payment(account, state->nonce));
}

chain::TxnPtr World::payment(std::size_t account, Nonce nonce) {
  auto& known = payments_[{account, nonce}];
  if (known) return known;
  const bool probes = account == 0 && !scenario_.rules_changes.empty();
  known =
      probes ? make_probing(accounts_[account], nonce) : make_payment(accounts_[account], nonce);
  return known;
}

void World::start_clerk() {
  if (scenario_.set_plan == SetPlan::kNone) return;
  scheduler_.after(100ms + up_to(600), [this] {
    auto* newest = newest_running();
    auto* machine = random_running();
    if (newest != nullptr && machine != nullptr) {
      // Nothing is begun that the recovery would have to wait for.
      auto txn = clerk_.next(around_, *newest->process, !is_healed_);
      if (txn) machine->process->submit(std::move(txn));
    }
    start_clerk();
  });
}

void World::start_governor() {
  if (scenario_.rules_changes.empty()) return;
  scheduler_.after(100ms + up_to(600), [this] {
    auto* newest = newest_running();
    auto* machine = random_running();
    if (newest != nullptr && machine != nullptr) {
      const auto before = governor_.scheduled();
      auto txn = governor_.next(around_, *newest->process);
      if (txn) machine->process->submit(std::move(txn));
      if (governor_.scheduled() > before && !is_healed_) be_away_at_step();
    }
    start_governor();
  });
}

/// A node that learns of a step when it was taken.
void World::be_away_at_step() {
  auto* machine = random_running();
  if (machine == nullptr) return;
  counts_.add(Fault::kPowerCut);
  cut_power(*machine, 500ms + up_to(5'000));
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
  } else if (fault == Fault::kBusyCore) {
    if (auto* busy = random_running()) {
      counts_.add(Fault::kBusyCore);
      busy->process->be_busy(100ms + up_to(2'500));
    }
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
  for (auto& one : machines_) {
    for (const auto other : network_.peers_of(one.index)) {
      if (!network_.is_reachable(one.index, other)) break_link(one.index, other);
    }
  }
  scheduler_.after(time, [this] {
    network_.heal();
    trace_.note("links are back");
  });
}

void World::mute(milliseconds time) {
  counts_.add(Fault::kMute);
  trace_.note("proposals are lost");
  around_.is_mute = true;
  muted_until_ = std::max(muted_until_, scheduler_.now() + time);
  scheduler_.after(time, [this] {
    if (scheduler_.now() >= muted_until_) around_.is_mute = false;
  });
}

/// Everybody but one goes through round after round; when he is back, one of the others has left.
void World::start_climb() {
  if (scenario_.climb == 0ms) return;
  scheduler_.after(1s + up_to(2'000), [this] {
    if (is_healed_) return;
    for (auto& machine : machines_) {
      if (machine.is_correct() && machine.process && machine.index < scenario_.validators &&
          scenario_.lots[machine.index] == Lot::kOrdinary) {
        absent_ = &machine;
      }
    }
    if (absent_ == nullptr) return;
    mute(scenario_.climb);
    counts_.add(Fault::kPowerCut);
    cut_power(*absent_, scenario_.climb);
    if (scenario_.is_stranding) strand();
    scheduler_.after(scenario_.climb, [this] {
      if (!is_healed_) heal();
    });
  });
}

/// The leaver goes early enough for the others to give up the last round it was in.
void World::strand() {
  scheduler_.after(scenario_.climb - kStrandedTime, [this] {
    for (auto& machine : machines_) {
      const bool is_leaver =
          machine.index < scenario_.validators && scenario_.lots[machine.index] == Lot::kLeaver;
      if (is_leaver && !machine.is_dead) leave(machine);
    }
  });
}

/// Never comes back.
void World::leave(Machine& machine) {
  machine.is_dead = true;
  counts_.add(Fault::kLeaver);
  trace_.note("n" + std::to_string(machine.index) + " leaves");
  machine.process.reset();
  ++machine.incarnation;
  break_links_of(machine.index);
}

void World::heal() {
  trace_.note("the faults end");
  is_healed_ = true;
  around_.is_mute = false;
  is_quiet_ = scenario_.ends_quiet;
  healed_at_ = scheduler_.now();
  network_.heal();
  network_.quality = {scenario_.quality.delay,       scenario_.quality.jitter, 0, 0, 0, 0ms,
                      scenario_.quality.bytes_per_ms};
  for (auto& machine : machines_) {
    machine.execution_max = std::min(machine.execution_max, 20ms);
    const bool leaves =
        machine.index < scenario_.validators && scenario_.lots[machine.index] == Lot::kLeaver;
    if (leaves) {
      if (!machine.is_dead) leave(machine);
    } else if (machine.process) {
      machine.process->device().cancel_plan();
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
  const auto rounds = chain::faults_max(keys_.size()) + 3;
  return 15s + kHeightsAfter * (scenario_.empty_period + rounds * kRequestTimeoutMax);
}

/// Enough happened for the run to mean something.
void World::check_size(const Report& report) {
  if (report.heights < kHeightsMin) {
    oracle_.violation("only " + std::to_string(report.heights) + " heights");
  }
  if (!scenario_.rules_changes.empty() && report.faults.of(Fault::kNewRules) == 0) {
    oracle_.violation("no change of the rules came into force");
  }
  if (report.faults.kinds() < kFaultKindsMin) {
    oracle_.violation("only " + std::to_string(report.faults.kinds()) + " kinds of fault");
  }
}

bool World::check_progress() {
  const auto now = scheduler_.now();
  if (!is_healed_) {
    const bool is_enough =
        lowest() + kHeightsAfter >= scenario_.heights && counts_.kinds() >= kFaultKindsMin;
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
  const auto rounds = chain::faults_max(keys_.size()) + 1;
  const auto finish_max =
      recovery_max() + left * (scenario_.empty_period + rounds * kRequestTimeoutMax);
  if (now - healed_at_ > finish_max) oracle_.violation("too slow after the last fault");
  return false;
}

}  // namespace datapact::sim
