#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace datapact::store {

enum class StoreErrorCode : std::uint8_t {
  kIo,            ///< the environment refused: disk full, permission, lost device
  kCorrupt,       ///< bytes on disk are not what this program writes
  kWrongGenesis,  ///< the database belongs to another chain
  kWrongFormat,   ///< the database was written in a format this program does not know
  kLocked,        ///< another process has it open
  kNotNext,       ///< the block to commit does not stand on the head
  kFailedBefore,  ///< an earlier write failed: nothing more is written
};
[[nodiscard]] std::string_view to_string(StoreErrorCode code) noexcept;

struct StoreError {
  StoreErrorCode code = StoreErrorCode::kIo;
  std::string message;  ///< path or key, and the reason
};

}  // namespace datapact::store
