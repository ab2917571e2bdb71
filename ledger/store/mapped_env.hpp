#pragma once
// How LevelDB reads its tables. Private to ledger/store.
#include <leveldb/env.h>

namespace datapact::store {

/// This computer as Env::Default() knows it, except that a table is mapped into memory with all its
/// pages at once when the system has nearly all of them in memory anyway: one by one, the first
/// read of each costs as much as the search for what it reads. Lives as long as the process.
[[nodiscard]] leveldb::Env* mapped_env();

}  // namespace datapact::store
