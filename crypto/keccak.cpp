#include "crypto/keccak.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/keccak_permute.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace datapact::crypto {
namespace {

using Lane = std::uint64_t;
using detail::KeccakPermute;

constexpr std::size_t kRate = detail::kKeccakRate;

Lane load_little(const std::uint8_t* in) noexcept {
  Lane out = 0;
  std::memcpy(&out, in, sizeof out);
  static_assert(std::endian::native == std::endian::little);
  return out;
}

void absorb(Lane* state, const std::uint8_t* block, KeccakPermute permute) noexcept {
  for (std::size_t i = 0; i < kRate / 8; ++i) state[i] ^= load_little(block + 8 * i);
  permute(state);
}

/// Pads what is left of the message, fewer than kRate bytes, and squeezes 32 bytes.
Hash256 finish_state(Lane* state, ByteView rest, KeccakPermute permute) noexcept {
  std::uint8_t last[kRate]{};
  std::ranges::copy(rest, last);
  last[rest.size()] = 0x01;
  last[kRate - 1] |= 0x80;
  absorb(state, last, permute);
  Hash256 out;
  std::memcpy(out.data(), state, Hash256::kSize);
  return out;
}

}  // namespace

Hash256 keccak256(ByteView data) noexcept {
  const KeccakPermute permute = detail::keccak_permute_best();
  Lane state[25]{};
  for (; data.size() >= kRate; data = data.subspan(kRate)) absorb(state, data.data(), permute);
  return finish_state(state, data, permute);
}

Keccak256& Keccak256::update(ByteView data) noexcept {
  const KeccakPermute permute = detail::keccak_permute_best();
  if (buffered_ != 0) {
    const std::size_t taken = std::min(kRate - buffered_, data.size());
    std::copy_n(data.begin(), taken, buffer_.begin() + static_cast<std::ptrdiff_t>(buffered_));
    data = data.subspan(taken);
    buffered_ += taken;
    if (buffered_ < kRate) return *this;
    absorb(state_.data(), buffer_.data(), permute);
    buffered_ = 0;
  }
  for (; data.size() >= kRate; data = data.subspan(kRate)) {
    absorb(state_.data(), data.data(), permute);
  }
  std::ranges::copy(data, buffer_.begin());
  buffered_ = data.size();
  return *this;
}

Hash256 Keccak256::finish() const noexcept {
  auto state = state_;
  return finish_state(state.data(), ByteView{buffer_.data(), buffered_},
                      detail::keccak_permute_best());
}

}  // namespace datapact::crypto
