#include "vm/host.hpp"

#include "base/uint256.hpp"

namespace datapact::vm {

StorageStatus storage_status(const uint256& original, const uint256& current,
                             const uint256& value) noexcept {
  if (current == value) return StorageStatus::kUnchanged;
  if (original == current) {
    if (original.is_zero()) return StorageStatus::kAdded;
    return value.is_zero() ? StorageStatus::kDeleted : StorageStatus::kModified;
  }
  if (original.is_zero()) {
    return value.is_zero() ? StorageStatus::kAddedDeleted : StorageStatus::kUnchanged;
  }
  if (current.is_zero()) {
    return value == original ? StorageStatus::kDeletedRestored : StorageStatus::kDeletedAdded;
  }
  if (value.is_zero()) return StorageStatus::kModifiedDeleted;
  return value == original ? StorageStatus::kModifiedRestored : StorageStatus::kUnchanged;
}

}  // namespace datapact::vm
