#pragma once
// The seam through which a simulator gives LevelDB a disk of its own. Everyone else calls
// open_leveldb(folder) of key_value_store.hpp. Not among the room's public headers: whoever
// includes it links LevelDB.
#include "base/result.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/store_error.hpp"

#include <leveldb/env.h>

#include <cstddef>
#include <memory>
#include <string>

namespace datapact::store {

struct LevelDbSettings {
  /// Borrowed; null: this computer.
  leveldb::Env* env = nullptr;
  std::size_t write_buffer_bytes = std::size_t{16} << 20U;
  std::size_t block_cache_bytes = std::size_t{64} << 20U;
};

/// The folder must exist.
[[nodiscard]] Result<std::unique_ptr<KeyValueStore>, StoreError> open_leveldb(
    const std::string& folder, const LevelDbSettings& settings);

/// Brings the tables of the folder's LevelDB into their final order and returns when it is done: a
/// matter of minutes where there are gigabytes. Nobody has it open.
[[nodiscard]] Result<void, StoreError> compact_leveldb(const std::string& folder,
                                                       const LevelDbSettings& settings);

}  // namespace datapact::store
