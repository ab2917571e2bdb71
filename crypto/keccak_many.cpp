#include "crypto/keccak_many.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "crypto/keccak_permute.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace datapact::crypto::detail {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::size_t kRateLanes = kKeccakRate / 8;

/// One of the states that run side by side: the input it has in hand.
struct Slot {
  ByteView rest;
  Hash256* out = nullptr;
  /// Set when the padded block is in.
  bool is_last = false;
};

/// As many states as the form is wide. As soon as one has its digest it takes the next input, so
/// that inputs of mixed lengths keep all of them busy.
class Belt {
 public:
  Belt(const KeccakForm& form, std::span<const ByteView> inputs, std::span<Hash256> out) noexcept
      : form_(form), inputs_(inputs), out_(out) {
    for (std::size_t i = 0; i < form_.width; ++i) refill(i);
  }

  void run() noexcept {
    while (is_busy()) {
      for (std::size_t i = 0; i < form_.width; ++i) {
        if (slots_[i].out != nullptr) absorb(i);
      }
      form_.permute(states_.data());
      for (std::size_t i = 0; i < form_.width; ++i) {
        if (slots_[i].out != nullptr && slots_[i].is_last) {
          squeeze(i);
          refill(i);
        }
      }
    }
  }

 private:
  [[nodiscard]] bool is_busy() const noexcept {
    return std::ranges::any_of(slots_, [](const Slot& slot) { return slot.out != nullptr; });
  }
  [[nodiscard]] std::uint64_t& lane(std::size_t index, std::size_t slot) noexcept {
    return states_[index * form_.width + slot];
  }

  void refill(std::size_t slot) noexcept {
    slots_[slot] = {};
    if (next_ == inputs_.size()) return;
    slots_[slot] = {.rest = inputs_[next_], .out = &out_[next_], .is_last = false};
    ++next_;
    for (std::size_t i = 0; i < kKeccakLanes; ++i) lane(i, slot) = 0;
  }

  void absorb(std::size_t index) noexcept {
    Slot& slot = slots_[index];
    if (slot.rest.size() >= kKeccakRate) {
      absorb_block(slot.rest.data(), index);
      slot.rest = slot.rest.subspan(kKeccakRate);
      return;
    }
    std::array<std::uint8_t, kKeccakRate> block{};
    std::ranges::copy(slot.rest, block.begin());
    block[slot.rest.size()] = 0x01;
    block[kKeccakRate - 1] |= 0x80;
    absorb_block(block.data(), index);
    slot.is_last = true;
  }
  void absorb_block(const std::uint8_t* block, std::size_t slot) noexcept {
    for (std::size_t i = 0; i < kRateLanes; ++i) {
      std::uint64_t word = 0;
      std::memcpy(&word, block + 8 * i, sizeof word);
      lane(i, slot) ^= word;
    }
  }
  void squeeze(std::size_t slot) noexcept {
    for (std::size_t i = 0; i < Hash256::kSize / 8; ++i) {
      std::memcpy(slots_[slot].out->data() + 8 * i, &lane(i, slot), 8);
    }
  }

  const KeccakForm form_;
  // Views as members: a belt lives on the stack for the length of one call.
  std::span<const ByteView> inputs_;
  std::span<Hash256> out_;
  std::size_t next_ = 0;
  std::array<Slot, kKeccakWidthMax> slots_{};
  alignas(64) std::array<std::uint64_t, kKeccakLanes * kKeccakWidthMax> states_{};
};

}  // namespace

void keccak256_many(const KeccakForm& form, std::span<const ByteView> inputs,
                    std::span<Hash256> out) noexcept {
  PRECONDITION(inputs.size() == out.size());
  Belt{form, inputs, out}.run();
}

}  // namespace datapact::crypto::detail

namespace datapact::crypto {

void keccak256_many(std::span<const ByteView> inputs, std::span<Hash256> out) noexcept {
  PRECONDITION(inputs.size() == out.size());
  const detail::KeccakForm& widest = detail::keccak_forms().back();
  // A form that stays half empty is no faster than one input after another.
  if (inputs.size() < 2 || 2 * inputs.size() < widest.width) {
    for (std::size_t i = 0; i < inputs.size(); ++i) out[i] = keccak256(inputs[i]);
    return;
  }
  detail::keccak256_many(widest, inputs, out);
}

}  // namespace datapact::crypto
