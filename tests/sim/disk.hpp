#pragma once
// The disk of one simulated machine, and what a process sees of it until its power goes. Synced
// bytes stay; of unsynced ones a prefix may. A process whose power is off reads and writes nothing.
#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "ledger/store/journal_file.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace datapact::sim {

struct DiskFile {
  Bytes content;
  std::size_t synced = 0;
};

class Disk {
 public:
  std::map<std::string, std::shared_ptr<DiskFile>> files;

  /// Every file keeps what was synced and a random prefix of the rest. Returns how many files lost
  /// something.
  std::size_t lose_unsynced(Prng& prng);
};

/// Which write of a process its power fails at.
enum class CrashPlace : std::uint8_t { kJournal, kStore };
enum class CrashMode : std::uint8_t {
  kBefore,  ///< nothing of the write is there
  kTorn,    ///< a part is
  kAfter,   ///< all of it is, but the process never learns
};
struct CrashPlan {
  CrashPlace place = CrashPlace::kJournal;
  std::uint32_t writes_before = 0;
  CrashMode mode = CrashMode::kBefore;
};

/// Power and disk of one process.
class Device {
 public:
  Device(Disk& disk, Prng& prng) : disk_(disk), prng_(prng) {}

  [[nodiscard]] Disk& disk() noexcept { return disk_; }
  [[nodiscard]] Prng& prng() noexcept { return prng_; }
  [[nodiscard]] bool is_on() const noexcept { return is_on_; }
  void power_off() noexcept { is_on_ = false; }
  void plan(const CrashPlan& plan) noexcept { plan_ = plan; }
  void cancel_plan() noexcept { plan_.reset(); }
  /// Told before each durable write: how the power fails at it, or nothing.
  [[nodiscard]] std::optional<CrashMode> fails_at(CrashPlace place);

 private:
  Disk& disk_;
  Prng& prng_;
  std::optional<CrashPlan> plan_;
  bool is_on_ = true;
};

/// The vote journal's file on a simulated disk.
[[nodiscard]] std::unique_ptr<store::JournalFile> make_journal_file(Device& device);
inline constexpr const char* kJournalName = "votes.journal";

}  // namespace datapact::sim
