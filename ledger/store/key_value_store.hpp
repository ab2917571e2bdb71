#pragma once
// An ordered map of byte strings on disk or in memory. Reads never fail softly: a store that cannot
// read aborts through the error of the next write or at open.
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "ledger/store/store_error.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace datapact::store {

/// Writes that happen together or not at all; later ones win.
class WriteBatch {
 public:
  void put(Bytes key, Bytes value) { writes_.emplace_back(std::move(key), std::move(value)); }
  void erase(Bytes key) { writes_.emplace_back(std::move(key), std::nullopt); }
  using Write = std::pair<Bytes, std::optional<Bytes>>;
  [[nodiscard]] const std::vector<Write>& writes() const noexcept { return writes_; }

 private:
  std::vector<Write> writes_;
};

/// Thread contract: safe for concurrent reads, and for reads beside one writer.
class KeyValueStore {
 public:
  virtual ~KeyValueStore() = default;
  /// Nothing when absent. A failing device aborts the process (INVARIANT): no answer is right then.
  [[nodiscard]] virtual std::optional<Bytes> get(ByteView key) const = 0;
  /// Visits entries with key >= `from` in ascending order of bytes until `visit` returns false.
  virtual void iterate(ByteView from,
                       const std::function<bool(ByteView key, ByteView value)>& visit) const = 0;
  /// Atomic; durable on return when `sync`. After a failure every later write fails with
  /// kFailedBefore.
  [[nodiscard]] virtual Result<void, StoreError> write(const WriteBatch& batch, bool sync) = 0;
};

/// A LevelDB in `folder`, created when absent.
[[nodiscard]] Result<std::unique_ptr<KeyValueStore>, StoreError> open_leveldb(
    const std::filesystem::path& folder);
[[nodiscard]] std::unique_ptr<KeyValueStore> make_memory_store();

/// Passes everything on to another store, and fails where a test says so.
class FaultyStore final : public KeyValueStore {
 public:
  explicit FaultyStore(std::shared_ptr<KeyValueStore> inner) : inner_(std::move(inner)) {}
  /// The write after `count` more successful ones fails, and all after it. Nothing of it is
  /// written.
  void fail_after(std::size_t count) { writes_left_ = count; }

  [[nodiscard]] std::optional<Bytes> get(ByteView key) const override { return inner_->get(key); }
  void iterate(ByteView from, const std::function<bool(ByteView, ByteView)>& visit) const override {
    inner_->iterate(from, visit);
  }
  [[nodiscard]] Result<void, StoreError> write(const WriteBatch& batch, bool sync) override;

 private:
  std::shared_ptr<KeyValueStore> inner_;
  std::optional<std::size_t> writes_left_;
  bool failed_ = false;
};

}  // namespace datapact::store
