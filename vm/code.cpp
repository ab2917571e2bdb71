#include "vm/code.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "vm/sequences.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>

namespace datapact::vm {
namespace {

constexpr std::uint8_t kJumpdest = 0x5b;
constexpr std::uint8_t kPush1 = 0x60;
constexpr std::uint8_t kPush32 = 0x7f;
constexpr std::uint8_t kDesignatorPrefix[] = {0xef, 0x01, 0x00};  // EIP-7702

}  // namespace

Code::Code(ByteView bytes)
    : size_(bytes.size()),
      padded_(bytes.size() + kCodePadding),
      jump_destinations_(size_ / 64 + 1) {
  std::ranges::copy(bytes, padded_.begin());
  for (std::size_t i = 0; i < size_; ++i) {
    const std::uint8_t opcode = padded_[i];
    if (opcode == kJumpdest) {
      jump_destinations_[i / 64] |= std::uint64_t{1} << (i % 64);
    } else if (opcode >= kPush1 && opcode <= kPush32) {
      i += opcode - kPush1 + 1U;
    }
  }
  executable_ = fuse_sequences(padded_, size_, jump_destinations_);
}

std::optional<Address> Code::delegate() const { return delegate_of(bytes()); }

std::optional<Address> delegate_of(ByteView code) {
  if (code.size() != std::size(kDesignatorPrefix) + Address::kSize) return std::nullopt;
  if (!std::equal(std::begin(kDesignatorPrefix), std::end(kDesignatorPrefix), code.begin())) {
    return std::nullopt;
  }
  return Address::from(code.subspan(std::size(kDesignatorPrefix)));
}

}  // namespace datapact::vm
