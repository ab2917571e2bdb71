#include "crypto/sha256.hpp"

#include "crypto/sha256_compress.hpp"

#include <algorithm>
#include <cstring>

namespace datapact::crypto {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kWord = 32;
constexpr std::array<std::uint32_t, 8> kInitial{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

struct Tail {
  const std::uint8_t* data;
  std::size_t size;
  std::uint64_t total_length;
};

/// Pads the last, incomplete block and returns the digest (FIPS 180-4, 5.1.1).
Hash256 finish_state(std::array<std::uint32_t, 8> state, const Tail& tail) noexcept {
  std::uint8_t padded[2 * kBlock]{};
  if (tail.size != 0) std::memcpy(padded, tail.data, tail.size);
  padded[tail.size] = 0x80;
  const std::size_t blocks = tail.size < kBlock - 8 ? 1 : 2;
  store_be<std::uint64_t>(padded + blocks * kBlock - 8, tail.total_length * 8);
  detail::sha256_compress_best()(state.data(), padded, blocks);
  Hash256 out;
  for (std::size_t i = 0; i < 8; ++i) store_be(out.data() + 4 * i, state[i]);
  return out;
}

/// key | counter with its padding: the only block of one word of the stream.
class CounterBlock {
 public:
  explicit CounterBlock(const Hash256& key) noexcept {
    std::ranges::copy(key.raw(), block_);
    block_[kWord + 4] = 0x80;
    store_be<std::uint64_t>(block_ + kBlock - 8, (kWord + 4) * 8);
  }
  /// Ready to be compressed for the word of that number.
  [[nodiscard]] detail::Sha256Lane lane(std::uint32_t counter) noexcept {
    store_be(block_ + kWord, counter);
    state_ = kInitial;
    return {state_.data(), block_};
  }
  /// Xors the word onto the first bytes of `data`.
  void apply(MutableBytes data) const noexcept {
    std::uint8_t word[kWord];
    for (std::size_t i = 0; i < state_.size(); ++i) store_be(word + 4 * i, state_[i]);
    const std::size_t count = std::min(kWord, data.size());
    for (std::size_t i = 0; i < count; ++i) data[i] ^= word[i];
  }

 private:
  std::uint8_t block_[kBlock]{};
  std::array<std::uint32_t, 8> state_{};
};

}  // namespace

void sha256_counter_xor(const Hash256& key, MutableBytes data) noexcept {
  const auto compress = detail::sha256_compress_pair_best();
  CounterBlock even(key);
  CounterBlock odd(key);
  std::uint32_t counter = 0;
  for (std::size_t at = 0; at < data.size(); at += 2 * kWord, counter += 2) {
    compress(even.lane(counter), odd.lane(counter + 1));
    even.apply(data.subspan(at));
    odd.apply(data.subspan(std::min(at + kWord, data.size())));
  }
}

Sha256& Sha256::update(ByteView data) noexcept {
  const auto compress = detail::sha256_compress_best();
  const std::size_t buffered = length_ % kBlock;
  length_ += data.size();
  if (buffered != 0) {
    const std::size_t taken = std::min(kBlock - buffered, data.size());
    std::copy_n(data.begin(), taken, buffer_.begin() + static_cast<std::ptrdiff_t>(buffered));
    data = data.subspan(taken);
    if (buffered + taken < kBlock) return *this;
    compress(state_.data(), buffer_.data(), 1);
  }
  const std::size_t whole = data.size() / kBlock;
  compress(state_.data(), data.data(), whole);
  data = data.subspan(whole * kBlock);
  std::ranges::copy(data, buffer_.begin());
  return *this;
}

Hash256 Sha256::finish() const noexcept {
  return finish_state(state_, {buffer_.data(), length_ % kBlock, length_});
}

Hash256 sha256(ByteView data) noexcept {
  std::array<std::uint32_t, 8> state = kInitial;
  const std::size_t whole = data.size() / kBlock;
  if (whole != 0) detail::sha256_compress_best()(state.data(), data.data(), whole);
  return finish_state(state, {data.data() + whole * kBlock, data.size() % kBlock, data.size()});
}

}  // namespace datapact::crypto
