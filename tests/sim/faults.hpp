#pragma once
// The kinds of fault a scenario is made of, and how often each really happened.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace datapact::sim {

enum class Fault : std::uint8_t {
  kLost,          ///< a frame that never arrived
  kDelayed,       ///< a frame long overdue, and so overtaken by later ones
  kDuplicated,    ///< a frame that arrived twice
  kPartition,     ///< the network fell into two parts
  kOutage,        ///< every link was down, long enough for many rounds
  kMute,          ///< no proposal got through, while every other vote did
  kPowerCut,      ///< a process ended between two events
  kJournalCut,    ///< a process ended while it wrote a vote
  kStoreCut,      ///< a process ended while it wrote a block
  kLostWrite,     ///< unsynced bytes of a file were gone after a power cut
  kSlowExecutor,  ///< a block took longer to execute than a round
  kSkewedClock,   ///< a clock that is off, within what is allowed
  kDeadNode,      ///< a validator that never comes back
  kTwin,          ///< two processes with one key, heard by different validators
  kForger,        ///< a validator that signs what it likes
  kAmnesia,       ///< a validator that lost its journal
  kBusyCore,      ///< a core thread that stood still while its inbox filled up
  kThinLink,      ///< links that carry little: frames queue up behind one another
  kGarbage,       ///< bytes that are no message, and messages that nobody may send
  kBan,           ///< a node that was shut out for what it did
  kNewSet,        ///< a change of the validator set
  kLeaver,        ///< a validator that took part and then never came back
  kNarrow,        ///< a proposal that did not reach a validator by itself: few get them so
  kLostList,      ///< a proposal's list of transactions that did not arrive
  kSecret,        ///< a transaction that gossip did not bring
  kLie,           ///< a forger's list that is not the header's, or a header without one
  kNewRules,      ///< a change of revision and precompiles at a height that Governance named
};
inline constexpr std::size_t kFaults = 27;
inline constexpr std::array<std::string_view, kFaults> kFaultNames{
    "lost",      "delayed",     "duplicated", "partition",  "outage",        "mute",
    "power cut", "journal cut", "store cut",  "lost write", "slow executor", "skewed clock",
    "dead node", "twin",        "forger",     "amnesia",    "busy core",     "thin link",
    "garbage",   "ban",         "set change", "leaver",     "narrow",        "lost list",
    "secret",    "lie",         "new rules"};

class FaultCounts {
 public:
  void add(Fault fault, std::uint64_t count = 1) {
    counts_[static_cast<std::size_t>(fault)] += count;
  }
  [[nodiscard]] std::uint64_t of(std::size_t fault) const { return counts_[fault]; }
  [[nodiscard]] std::uint64_t of(Fault fault) const { return of(static_cast<std::size_t>(fault)); }
  [[nodiscard]] std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const auto count : counts_) sum += count;
    return sum;
  }
  [[nodiscard]] std::size_t kinds() const {
    std::size_t kinds = 0;
    for (const auto count : counts_) kinds += count > 0 ? 1 : 0;
    return kinds;
  }

 private:
  std::array<std::uint64_t, kFaults> counts_{};
};

}  // namespace datapact::sim
