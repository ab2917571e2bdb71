#include "tests/sim/disk.hpp"

#include <algorithm>

namespace datapact::sim {

using store::StoreError;
using store::StoreErrorCode;

namespace {

/// What a disk writes at once or not at all.
constexpr std::size_t kSectorBytes = 512;

class SimJournalFile final : public store::JournalFile {
 public:
  explicit SimJournalFile(Device& device) : device_(device) {}

  std::string name() const override { return kJournalName; }

  Result<std::optional<Bytes>, StoreError> read() override {
    if (!device_.is_on()) return no_power();
    const auto found = device_.disk().files.find(kJournalName);
    if (found == device_.disk().files.end()) return std::optional<Bytes>{};
    return std::optional<Bytes>{found->second->content};
  }

  Result<void, StoreError> replace(ByteView content, std::uint64_t size) override {
    if (!device_.is_on()) return no_power();
    auto file = std::make_shared<DiskFile>();
    file->content = to_bytes(content);
    file->content.resize(static_cast<std::size_t>(std::max<std::uint64_t>(size, content.size())));
    file->synced = file->content.size();
    device_.disk().files[kJournalName] = std::move(file);
    return {};
  }

  Result<void, StoreError> write(std::uint64_t offset, ByteView data) override {
    if (!device_.is_on()) return no_power();
    const auto fails = device_.fails_at(CrashPlace::kJournal);
    auto& content = device_.disk().files.at(kJournalName)->content;
    INVARIANT(offset + data.size() <= content.size());
    const auto at = static_cast<std::size_t>(offset);
    if (!fails || *fails == CrashMode::kAfter) {
      std::ranges::copy(data, content.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (*fails == CrashMode::kTorn) {
      tear(content, at, data);
    }
    if (!fails) return {};
    device_.power_off();
    return no_power();
  }

 private:
  static tl::unexpected<StoreError> no_power() {
    return fail(StoreError{StoreErrorCode::kIo, "no power"});
  }

  /// Sectors reach the disk in any order: some do, the first missing one always included.
  void tear(Bytes& content, std::size_t offset, ByteView data) {
    const std::size_t sectors = (data.size() + kSectorBytes - 1) / kSectorBytes;
    const std::size_t missing = device_.prng().below(sectors);
    for (std::size_t i = 0; i < sectors; ++i) {
      if (i == missing || device_.prng().below(2) == 0) continue;
      const std::size_t from = i * kSectorBytes;
      const auto part = data.subspan(from, std::min(kSectorBytes, data.size() - from));
      std::ranges::copy(part, content.begin() + static_cast<std::ptrdiff_t>(offset + from));
    }
  }

  Device& device_;
};

}  // namespace

std::size_t Disk::lose_unsynced(Prng& prng) {
  std::size_t lost = 0;
  for (auto& [name, file] : files) {
    const std::size_t unsynced = file->content.size() - file->synced;
    if (unsynced == 0) continue;
    const std::size_t kept = prng.below(unsynced + 1);
    if (kept < unsynced) ++lost;
    file->content.resize(file->synced + kept);
    file->synced = file->content.size();
  }
  return lost;
}

std::optional<CrashMode> Device::fails_at(CrashPlace place) {
  if (!plan_ || plan_->place != place) return std::nullopt;
  if (plan_->writes_before > 0) {
    --plan_->writes_before;
    return std::nullopt;
  }
  const auto mode = plan_->mode;
  plan_.reset();
  return mode;
}

std::unique_ptr<store::JournalFile> make_journal_file(Device& device) {
  return std::make_unique<SimJournalFile>(device);
}

}  // namespace datapact::sim
