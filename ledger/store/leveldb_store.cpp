#include "ledger/store/leveldb_store.hpp"

#include "base/bytes.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/mapped_env.hpp"
#include "ledger/store/store_error.hpp"

#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/filter_policy.h>
#include <leveldb/iterator.h>
#include <leveldb/options.h>
#include <leveldb/slice.h>
#include <leveldb/status.h>
#include <leveldb/write_batch.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace datapact::store {
namespace {

constexpr int kBloomBitsPerKey = 10;
/// A batch that was larger gives its memory back.
constexpr std::size_t kBatchBytesKeptMax = std::size_t{64} << 20U;

leveldb::Slice slice(ByteView bytes) {
  const auto text = as_text(bytes);
  return {text.data(), text.size()};
}
ByteView view(const leveldb::Slice& slice) {
  return as_bytes(std::string_view{slice.data(), slice.size()});
}

StoreError to_error(const leveldb::Status& status, const std::string& folder) {
  const std::string text = status.ToString();
  StoreErrorCode code = StoreErrorCode::kIo;
  if (status.IsCorruption() || status.IsInvalidArgument()) code = StoreErrorCode::kCorrupt;
  if (text.find("LOCK") != std::string::npos || text.find("lock ") != std::string::npos) {
    code = StoreErrorCode::kLocked;
  }
  return {code, folder + ": " + text};
}

/// A LevelDB and what it borrows.
struct OpenDb {
  std::unique_ptr<const leveldb::FilterPolicy> filter;
  std::unique_ptr<leveldb::Cache> cache;
  std::unique_ptr<leveldb::DB> db;
};

Result<OpenDb, StoreError> open_db(const std::string& folder, const LevelDbSettings& settings) {
  OpenDb out;
  out.filter.reset(leveldb::NewBloomFilterPolicy(kBloomBitsPerKey));
  out.cache.reset(leveldb::NewLRUCache(settings.block_cache_bytes));
  leveldb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.write_buffer_size = settings.write_buffer_bytes;
  options.max_file_size = settings.table_bytes;
  options.max_open_files = settings.tables_open_max;
  options.compression = settings.compress ? leveldb::kSnappyCompression : leveldb::kNoCompression;
  options.env = settings.env != nullptr ? settings.env : mapped_env();
  options.block_cache = out.cache.get();
  options.filter_policy = out.filter.get();
  leveldb::DB* opened = nullptr;
  const auto status = leveldb::DB::Open(options, folder, &opened);
  out.db.reset(opened);
  if (!status.ok()) return fail(to_error(status, folder));
  return out;
}

class LevelDbStore final : public KeyValueStore {
 public:
  LevelDbStore(std::string folder, OpenDb opened)
      : folder_(std::move(folder)), opened_(std::move(opened)) {}

  std::optional<Bytes> get(ByteView key) const override {
    std::string value;
    const auto status = opened_.db->Get(leveldb::ReadOptions{}, slice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) stop(status);
    return to_bytes(as_bytes(value));
  }

  void iterate(ByteView from, const std::function<bool(ByteView, ByteView)>& visit) const override {
    const std::unique_ptr<leveldb::Iterator> it{opened_.db->NewIterator(leveldb::ReadOptions{})};
    for (it->Seek(slice(from)); it->Valid(); it->Next()) {
      if (!visit(view(it->key()), view(it->value()))) return;
    }
    if (!it->status().ok()) stop(it->status());
  }

  Result<void, StoreError> write(const WriteBatch& batch, bool sync) override {
    if (failed_) {
      return fail(StoreError{StoreErrorCode::kFailedBefore, folder_});
    }
    // Blocks are alike: the memory of one batch serves the next.
    if (batch_->ApproximateSize() > kBatchBytesKeptMax) {
      batch_ = std::make_unique<leveldb::WriteBatch>();
    }
    batch_->Clear();
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto [key, value] = batch[i];
      if (value) {
        batch_->Put(slice(key), slice(*value));
      } else {
        batch_->Delete(slice(key));
      }
    }
    leveldb::WriteOptions options;
    options.sync = sync;
    const auto status = opened_.db->Write(options, batch_.get());
    if (status.ok()) return {};
    failed_ = true;
    return fail(to_error(status, folder_));
  }

 private:
  /// No answer to a read is right when the device does not give the bytes: fail-stop, so that
  /// nothing is voted for on their absence.
  [[noreturn]] void stop(const leveldb::Status& status) const {
    log::error("store", folder_ + ": cannot read, stopping: " + status.ToString());
    std::abort();
  }

  std::string folder_;
  OpenDb opened_;
  std::unique_ptr<leveldb::WriteBatch> batch_ = std::make_unique<leveldb::WriteBatch>();
  std::atomic<bool> failed_ = false;
};

}  // namespace

Result<std::unique_ptr<KeyValueStore>, StoreError> open_leveldb(
    const std::filesystem::path& folder) {
  std::error_code made;
  std::filesystem::create_directories(folder, made);
  if (made) {
    return fail(StoreError{StoreErrorCode::kIo, folder.string() + ": " + made.message()});
  }
  return open_leveldb(folder.string(), {});
}

Result<std::unique_ptr<KeyValueStore>, StoreError> open_leveldb(const std::string& folder,
                                                                const LevelDbSettings& settings) {
  TRY(OpenDb opened, open_db(folder, settings));
  return std::make_unique<LevelDbStore>(folder, std::move(opened));
}

Result<void, StoreError> compact_leveldb(const std::string& folder,
                                         const LevelDbSettings& settings) {
  TRY(const OpenDb opened, open_db(folder, settings));
  opened.db->CompactRange(nullptr, nullptr);
  return {};
}

}  // namespace datapact::store
