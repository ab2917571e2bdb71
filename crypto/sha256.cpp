#include "crypto/sha256.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/sha256_compress.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

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

/// Words of the counter stream made at once: their counters are all in memory before the first is
/// read back in wider pieces, which would otherwise wait for the store.
constexpr std::size_t kBatch = 8;

/// key | counter with its padding: the only block of one word of the stream.
struct CounterBlock {
  std::array<std::uint8_t, kBlock> bytes{};
  std::array<std::uint32_t, 8> state{};

  void begin(const Hash256& key) noexcept {
    std::ranges::copy(key.raw(), bytes.begin());
    bytes[kWord + 4] = 0x80;
    store_be<std::uint64_t>(bytes.data() + kBlock - 8, (kWord + 4) * 8);
  }
  void count(std::uint32_t counter) noexcept {
    store_be(bytes.data() + kWord, counter);
    state = kInitial;
  }
  /// Xors the word onto the first bytes of `data`.
  void apply(MutableBytes data) const noexcept {
    std::array<std::uint8_t, kWord> word{};
    for (std::size_t i = 0; i < state.size(); ++i) store_be(word.data() + 4 * i, state[i]);
    if (data.size() >= kWord) {
      std::uint64_t mask[4];
      std::uint64_t text[4];
      std::memcpy(mask, word.data(), kWord);
      std::memcpy(text, data.data(), kWord);
      for (int i = 0; i < 4; ++i) text[i] ^= mask[i];
      std::memcpy(data.data(), text, kWord);
      return;
    }
    for (std::size_t i = 0; i < data.size(); ++i) data[i] ^= word[i];
  }
};

}  // namespace

void sha256_counter_xor(const Hash256& key, MutableBytes data) noexcept {
  const auto compress = detail::sha256_compress_pair_best();
  std::array<CounterBlock, kBatch> blocks;
  for (auto& block : blocks) block.begin(key);
  std::uint32_t counter = 0;
  for (std::size_t at = 0; at < data.size(); at += kBatch * kWord) {
    for (auto& block : blocks) block.count(counter++);
    for (std::size_t i = 0; i < kBatch; i += 2) {
      compress({blocks[i].state.data(), blocks[i].bytes.data()},
               {blocks[i + 1].state.data(), blocks[i + 1].bytes.data()});
    }
    for (std::size_t i = 0; i < kBatch; ++i) {
      blocks[i].apply(data.subspan(std::min(at + i * kWord, data.size())));
    }
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

Bytes Sha256::save() const {
  Bytes out;
  for (const auto word : state_) append_be(out, word);
  append_be(out, length_);
  append(out, ByteView{buffer_}.first(length_ % kBlock));
  return out;
}

std::optional<Sha256> Sha256::restore(ByteView saved) {
  constexpr std::size_t kWordBytes = 8 * sizeof(std::uint32_t);
  constexpr std::size_t kHeadBytes = kWordBytes + sizeof(std::uint64_t);
  if (saved.size() < kHeadBytes) return std::nullopt;
  Sha256 out;
  for (std::size_t i = 0; i < out.state_.size(); ++i)
    out.state_[i] = load_be<std::uint32_t>(saved.data() + i * sizeof(std::uint32_t));
  out.length_ = load_be<std::uint64_t>(saved.data() + kWordBytes);
  if (saved.size() - kHeadBytes != out.length_ % kBlock) return std::nullopt;
  std::ranges::copy(saved.subspan(kHeadBytes), out.buffer_.begin());
  return out;
}

Hash256 sha256(ByteView data) noexcept {
  std::array<std::uint32_t, 8> state = kInitial;
  const std::size_t whole = data.size() / kBlock;
  if (whole != 0) detail::sha256_compress_best()(state.data(), data.data(), whole);
  return finish_state(state, {data.data() + whole * kBlock, data.size() % kBlock, data.size()});
}

}  // namespace datapact::crypto
