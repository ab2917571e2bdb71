#pragma once
// The byte-addressed memory of a frame. Grows by doubling and is reused by the next frame of the
// same depth.
#include "base/assert.hpp"
#include "base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace datapact::vm {

class Memory {
 public:
  /// Beyond this an access cannot be paid: the quadratic cost of 4 GiB is 3.5e13 gas.
  static constexpr std::uint64_t kOffsetMax = 0xffffffff;
  static constexpr std::size_t kInitialCapacity = std::size_t{4} * 1024;
  /// A frame that needed more gives it back when it ends. What 60 M gas can pay for is kept.
  static constexpr std::size_t kKeptCapacityMax = std::size_t{8} * 1024 * 1024;

  [[nodiscard]] std::uint8_t* data() noexcept { return data_.get(); }
  /// Always a multiple of 32.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] ByteView view() const noexcept { return {data_.get(), size_}; }
  [[nodiscard]] ByteView view(std::size_t offset, std::size_t length) const noexcept {
    DEBUG_INVARIANT(length == 0 || offset + length <= size_);
    return length == 0 ? ByteView{} : ByteView{data_.get() + offset, length};
  }

  /// Appends zeros up to `new_size`, a multiple of 32 not below size().
  void grow(std::size_t new_size);
  /// Empties it for the next frame.
  void reset() noexcept;

  /// What memory of that many words has cost in all (Yellow Paper, appendix G and H).
  [[nodiscard]] static constexpr std::int64_t cost(std::int64_t words) noexcept {
    return 3 * words + words * words / 512;
  }

 private:
  std::unique_ptr<std::uint8_t[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace datapact::vm
