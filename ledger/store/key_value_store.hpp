#pragma once
// An ordered map of byte strings on disk or in memory. Reads never fail softly: a store that cannot
// read aborts through the error of the next write or at open.
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "ledger/store/store_error.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace datapact::store {

/// Writes that happen together or not at all; later ones win.
class WriteBatch {
 public:
  using Parts = std::initializer_list<ByteView>;
  void put(ByteView key, ByteView value) { put_joined({key}, {value}); }
  /// Key and value are their parts one behind another.
  void put_joined(Parts key, Parts value);
  void erase(ByteView key);
  /// Room for so many bytes more of keys and values: what is large is then not moved as it grows.
  void reserve(std::size_t bytes) { bytes_.reserve(bytes_.size() + bytes); }

  struct Write {
    ByteView key;
    /// Nothing: the key is removed.
    std::optional<ByteView> value;
  };
  [[nodiscard]] std::size_t size() const noexcept { return writes_.size(); }
  /// In the order of the calls; valid until the next of them.
  [[nodiscard]] Write operator[](std::size_t index) const;

 private:
  struct Place {
    std::size_t begin = 0;
    std::size_t key_bytes = 0;
    std::optional<std::size_t> value_bytes;
  };
  // A block writes tens of thousands of entries: all lie in one buffer.
  Bytes bytes_;
  std::vector<Place> writes_;
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
