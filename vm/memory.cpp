#include "vm/memory.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

namespace datapact::vm {

void Memory::grow(std::size_t new_size) {
  if (new_size > capacity_) {
    capacity_ = std::max({new_size, 2 * capacity_, kInitialCapacity});
    auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity_);
    if (size_ != 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
  }
  std::memset(data_.get() + size_, 0, new_size - size_);
  size_ = new_size;
}

void Memory::reset() noexcept {
  size_ = 0;
  if (capacity_ > kKeptCapacityMax) {
    data_.reset();
    capacity_ = 0;
  }
}

}  // namespace datapact::vm
