#pragma once
// Byte code ready to run: padded, with its jump destinations found once. Immutable, so that one
// object, cached by code hash, serves every call and every thread.
#include "base/types.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace datapact::vm {

/// STOP bytes behind the code: a PUSH32 as last byte reads no further than these.
inline constexpr std::size_t kCodePadding = 33;

class Code {
 public:
  explicit Code(ByteView bytes);
  [[nodiscard]] static std::shared_ptr<const Code> make(ByteView bytes) {
    return std::make_shared<const Code>(bytes);
  }

  /// Without the padding.
  [[nodiscard]] ByteView bytes() const noexcept { return {padded_.data(), size_}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const std::uint8_t* data() const noexcept { return padded_.data(); }
  /// What the loop runs: data() with frequent sequences of instructions as opcodes of their own.
  [[nodiscard]] const std::uint8_t* executable() const noexcept { return executable_.data(); }
  /// True when a JUMPDEST that is not part of a PUSH's data lies at `offset`.
  [[nodiscard, gnu::always_inline]] bool is_jump_destination(std::uint64_t offset) const noexcept {
    return offset < size_ && ((jump_destinations_[offset / 64] >> (offset % 64)) & 1) != 0;
  }
  /// The target when the code is an EIP-7702 designator (0xef0100 and an address).
  [[nodiscard]] std::optional<Address> delegate() const;

 private:
  std::size_t size_;
  Bytes padded_;
  Bytes executable_;
  std::vector<std::uint64_t> jump_destinations_;
};

/// The same question of code that is not analysed.
[[nodiscard]] std::optional<Address> delegate_of(ByteView code);

}  // namespace datapact::vm
