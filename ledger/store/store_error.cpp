#include "ledger/store/store_error.hpp"

#include <string_view>

namespace datapact::store {

std::string_view to_string(StoreErrorCode code) noexcept {
  switch (code) {
    case StoreErrorCode::kIo:
      return "input or output failed";
    case StoreErrorCode::kCorrupt:
      return "the data on disk is damaged";
    case StoreErrorCode::kWrongGenesis:
      return "the database belongs to another chain";
    case StoreErrorCode::kWrongFormat:
      return "the database has an unknown format";
    case StoreErrorCode::kLocked:
      return "another process uses it";
    case StoreErrorCode::kNotNext:
      return "the block does not stand on the head";
    case StoreErrorCode::kFailedBefore:
      return "an earlier write failed; nothing more is written";
  }
  return {};
}

}  // namespace datapact::store
