#pragma once
// Memory for what is made piece by piece and forgotten all at once: pieces lie one behind another,
// and none is freed alone.
#include "base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace datapact::state {

/// Pieces stay where they are until the arena goes, also when it is moved. Thread contract: one
/// thread at a time.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&& other) noexcept
      : chunks_(std::move(other.chunks_)), rest_(std::exchange(other.rest_, {})) {}
  Arena& operator=(Arena&& other) noexcept {
    chunks_ = std::move(other.chunks_);
    rest_ = std::exchange(other.rest_, {});
    return *this;
  }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() = default;

  [[nodiscard]] ByteView copy(ByteView bytes);
  /// Whatever was in that memory is in it.
  [[nodiscard]] MutableBytes bytes(std::size_t count) {
    return {static_cast<std::uint8_t*>(allocate(count, 1)), count};
  }

  template <class T>
  [[nodiscard]] T& make(const T& value) {
    // Nobody destroys it.
    static_assert(std::is_trivially_destructible_v<T>);
    return *new (allocate(sizeof(T), alignof(T))) T(value);
  }

  template <class T>
  [[nodiscard]] std::span<T> make_array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    void* const place = allocate(count * sizeof(T), alignof(T));
    T* const first = static_cast<T*>(place);
    std::uninitialized_value_construct_n(first, count);
    return {first, count};
  }

  /// Everything made by `other` lives as long as this from here on.
  void adopt(Arena other);

 private:
  [[nodiscard]] void* allocate(std::size_t size, std::size_t alignment);
  void add_chunk(std::size_t size);

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  /// Of the last chunk, what is not in use.
  std::span<std::byte> rest_;
};

}  // namespace datapact::state
