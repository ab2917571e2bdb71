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
  /// Borrowed; null: this computer, by mapped_env().
  leveldb::Env* env = nullptr;
  /// About what a large block writes. In a larger one, entries lie in a list beyond the processor's
  /// cache, which each write searches.
  std::size_t write_buffer_bytes = std::size_t{4} << 20U;
  /// Of parts of tables that are not mapped into memory; of the others nothing is copied.
  std::size_t block_cache_bytes = std::size_t{8} << 20U;
  /// Of a table on disk. A read of a table that is not among `tables_open_max` opens it first,
  /// which costs many times the read: 16 GB are open at once.
  std::size_t table_bytes = std::size_t{16} << 20U;
  int tables_open_max = 1'000;
  /// What fills a state, hashes and what is signed, hardly shrinks, and a table that is mapped into
  /// memory as it is needs no copy to be read.
  bool compress = false;
};

/// The folder must exist.
[[nodiscard]] Result<std::unique_ptr<KeyValueStore>, StoreError> open_leveldb(
    const std::string& folder, const LevelDbSettings& settings);

/// Brings the tables of the folder's LevelDB into their final order and returns when it is done: a
/// matter of minutes where there are gigabytes. Nobody has it open.
[[nodiscard]] Result<void, StoreError> compact_leveldb(const std::string& folder,
                                                       const LevelDbSettings& settings);

}  // namespace datapact::store
