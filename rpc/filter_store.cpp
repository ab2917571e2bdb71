#include "rpc/filter_store.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/mutex.hpp"
#include "base/types.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace datapact::rpc {
namespace {

std::string random_id() {
  std::random_device device;
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(std::uint32_t)) {
    store_be(&bytes[i], std::uint32_t{device()});
  }
  return to_hex0x(ByteView(bytes));
}

}  // namespace

void FilterStore::forget_idle() {
  const auto oldest = clock_.monotonic() - limits_.filter_idle_max;
  std::erase_if(filters_, [&](const auto& entry) { return entry.second.used < oldest; });
}

std::optional<std::string> FilterStore::add(Filter filter) {
  const Lock lock(mutex_);
  forget_idle();
  if (filters_.size() >= limits_.filters_max) return std::nullopt;
  std::string id = random_id();
  filters_[id] = Entry{std::move(filter), clock_.monotonic()};
  return id;
}

std::optional<Filter> FilterStore::find(const std::string& id) {
  const Lock lock(mutex_);
  forget_idle();
  const auto found = filters_.find(id);
  if (found == filters_.end()) return std::nullopt;
  found->second.used = clock_.monotonic();
  return found->second.filter;
}

void FilterStore::advance(const std::string& id, Height next) {
  const Lock lock(mutex_);
  const auto found = filters_.find(id);
  if (found == filters_.end()) return;
  found->second.filter.next = std::max(found->second.filter.next, next);
}

bool FilterStore::remove(const std::string& id) {
  const Lock lock(mutex_);
  return filters_.erase(id) != 0;
}

}  // namespace datapact::rpc
