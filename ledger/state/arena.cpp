#include "ledger/state/arena.hpp"

#include "base/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <span>

namespace datapact::state {
namespace {

// A proof reads a few nodes, a block ten thousand: chunks grow with their number. The largest stays
// below what an allocator asks the system for page by page.
constexpr std::size_t kFirstChunkBytes = 2'048;
constexpr std::size_t kChunkBytesMax = 65'536;
constexpr std::size_t kDoublingsMax = 5;
static_assert(kFirstChunkBytes << kDoublingsMax == kChunkBytesMax);

}  // namespace

ByteView Arena::copy(ByteView bytes) {
  if (bytes.empty()) return {};
  const MutableBytes out = this->bytes(bytes.size());
  std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

void Arena::adopt(Arena other) {
  // Before the chunk that is still being filled.
  const auto place = chunks_.empty() ? chunks_.end() : std::prev(chunks_.end());
  chunks_.insert(place, std::move_iterator{other.chunks_.begin()},
                 std::move_iterator{other.chunks_.end()});
}

void* Arena::allocate(std::size_t size, std::size_t alignment) {
  void* place = rest_.data();
  std::size_t left = rest_.size();
  if (std::align(alignment, size, place, left) == nullptr) {
    add_chunk(size + alignment);
    place = rest_.data();
    left = rest_.size();
    std::align(alignment, size, place, left);
  }
  rest_ = rest_.last(left - size);
  return place;
}

void Arena::add_chunk(std::size_t size) {
  const std::size_t usual = kFirstChunkBytes << std::min(chunks_.size(), kDoublingsMax);
  const std::size_t bytes = std::max(usual, size);
  chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(bytes));
  rest_ = {chunks_.back().get(), bytes};
}

}  // namespace datapact::state
