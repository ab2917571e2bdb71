#pragma once
// What the vote journal needs of a disk: one file with positioned writes that are durable on
// return. The simulator brings a disk of its own.
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "ledger/store/store_error.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace datapact::store {

/// Not thread-safe.
class JournalFile {
 public:
  virtual ~JournalFile() = default;
  /// For error messages.
  [[nodiscard]] virtual std::string name() const = 0;
  /// The whole content; nothing when there is no file yet.
  [[nodiscard]] virtual Result<std::optional<Bytes>, StoreError> read() = 0;
  /// The file becomes `content` and zeros up to `size`: after a crash it is either the old or the
  /// new one. Durable on return.
  [[nodiscard]] virtual Result<void, StoreError> replace(ByteView content, std::uint64_t size) = 0;
  /// Within what replace() made. Durable on return.
  [[nodiscard]] virtual Result<void, StoreError> write(std::uint64_t offset, ByteView data) = 0;
};

/// A file of this computer, held against other processes by `file`.lock: kLocked when one has it.
[[nodiscard]] Result<std::unique_ptr<JournalFile>, StoreError> open_journal_file(
    const std::filesystem::path& file);

}  // namespace datapact::store
