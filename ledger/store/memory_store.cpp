#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/store_error.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace datapact::store {
namespace {

struct ViewLess {
  using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard's name
  bool operator()(ByteView a, ByteView b) const noexcept {
    return std::ranges::lexicographical_compare(a, b);
  }
};

class MemoryStore final : public KeyValueStore {
 public:
  std::optional<Bytes> get(ByteView key) const override {
    const Lock lock{mutex_};
    const auto found = entries_.find(key);
    if (found == entries_.end()) return std::nullopt;
    return found->second;
  }

  void iterate(ByteView from, const std::function<bool(ByteView, ByteView)>& visit) const override {
    const Lock lock{mutex_};
    for (auto it = entries_.lower_bound(from); it != entries_.end(); ++it) {
      if (!visit(it->first, it->second)) return;
    }
  }

  Result<void, StoreError> write(const WriteBatch& batch, bool /*sync*/) override {
    const Lock lock{mutex_};
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto [key, value] = batch[i];
      if (value) {
        entries_.insert_or_assign(to_bytes(key), to_bytes(*value));
      } else {
        entries_.erase(to_bytes(key));
      }
    }
    return {};
  }

 private:
  mutable Mutex mutex_;
  std::map<Bytes, Bytes, ViewLess> entries_ GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<KeyValueStore> make_memory_store() { return std::make_unique<MemoryStore>(); }

Result<void, StoreError> FaultyStore::write(const WriteBatch& batch, bool sync) {
  if (failed_) return fail(StoreError{StoreErrorCode::kFailedBefore, "after an injected fault"});
  if (writes_left_ && *writes_left_ == 0) {
    failed_ = true;
    return fail(StoreError{StoreErrorCode::kIo, "injected: no space left on device"});
  }
  if (writes_left_) --*writes_left_;
  return inner_->write(batch, sync);
}

}  // namespace datapact::store
