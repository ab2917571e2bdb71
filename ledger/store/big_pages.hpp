#pragma once
// Memory that is read here and there, in large pages where the system has them: with usual ones
// nearly every read of hundreds of megabytes would first look for its page. Private to
// ledger/store.
#include <cstddef>
#include <limits>
#include <new>
#include <sys/mman.h>

namespace datapact::store {

inline constexpr std::size_t kBigPageBytes = std::size_t{2} << 20U;

/// An allocator. What lies in the first `UsualBytes` keeps usual pages: of a large one, all is in
/// use as soon as one byte is.
template <class T, std::size_t UsualBytes = 0>
struct BigPages {
  using value_type = T;  // NOLINT(readability-identifier-naming): allocators have it
  template <class U>
  struct rebind {  // NOLINT(readability-identifier-naming): allocators have it
    using other = BigPages<U, UsualBytes>;  // NOLINT(readability-identifier-naming): the same
  };

  [[nodiscard]] T* allocate(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T)) {
      throw std::bad_array_new_length{};
    }
    const std::size_t bytes = count * sizeof(T);
    void* const out = ::operator new(bytes, alignment_of(bytes));
    if (bytes >= UsualBytes + kBigPageBytes) {
      // Wishes: without them all is the same, but slower or larger.
      auto* const usual = static_cast<std::byte*>(out);
      if (UsualBytes != 0) static_cast<void>(madvise(usual, UsualBytes, MADV_NOHUGEPAGE));
      static_cast<void>(madvise(usual + UsualBytes, bytes - UsualBytes, MADV_HUGEPAGE));
    }
    return static_cast<T*>(out);
  }
  void deallocate(T* memory, std::size_t count) noexcept {
    ::operator delete(memory, alignment_of(count * sizeof(T)));
  }
  friend bool operator==(const BigPages& /*a*/, const BigPages& /*b*/) noexcept { return true; }

 private:
  static_assert(UsualBytes % kBigPageBytes == 0);
  /// What is smaller than a large page lies anywhere.
  [[nodiscard]] static constexpr std::align_val_t alignment_of(std::size_t bytes) noexcept {
    return std::align_val_t{bytes < kBigPageBytes ? alignof(T) : kBigPageBytes};
  }
};

/// For a std::unique_ptr to an array that `Pages` has allocated.
template <class Pages>
struct FreeBigPages {
  std::size_t count = 0;
  void operator()(typename Pages::value_type* memory) const noexcept {
    Pages{}.deallocate(memory, count);
  }
};

}  // namespace datapact::store
