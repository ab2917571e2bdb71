#pragma once
// Writes byte code the way one reads it: Bytecode{}.push(1).push(2).op(Opcode::kAdd).return_top().
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "vm/opcode.hpp"

#include <cstdint>

namespace datapact::testkit {

class Bytecode {
 public:
  /// The shortest PUSH of the value; PUSH0 for zero.
  Bytecode& push(const uint256& value) {
    const unsigned length = (value.bit_length() + 7) / 8;
    const Hash256 word = to_hash256(value);
    bytes_.push_back(static_cast<std::uint8_t>(vm::byte_of(vm::Opcode::kPush0) + length));
    return raw(word.view().last(length));
  }
  Bytecode& push(const Address& address) { return push(to_uint256(address)); }
  Bytecode& op(vm::Opcode opcode) { return byte(vm::byte_of(opcode)); }
  /// DUP1 to DUP16.
  Bytecode& dup(unsigned n) { return byte(static_cast<std::uint8_t>(0x7f + n)); }
  Bytecode& swap(unsigned n) { return byte(static_cast<std::uint8_t>(0x8f + n)); }
  Bytecode& byte(std::uint8_t value) {
    bytes_.push_back(value);
    return *this;
  }
  Bytecode& raw(ByteView bytes) {
    append(bytes_, bytes);
    return *this;
  }
  Bytecode& repeat(unsigned count, const Bytecode& part) {
    for (unsigned i = 0; i < count; ++i) raw(part.bytes_);
    return *this;
  }
  /// memory[offset, offset + 32) = value
  Bytecode& mstore(const uint256& offset, const uint256& value) {
    return push(value).push(offset).op(vm::Opcode::kMstore);
  }
  Bytecode& sstore(const uint256& slot, const uint256& value) {
    return push(value).push(slot).op(vm::Opcode::kSstore);
  }
  /// RETURN of memory[offset, offset + length).
  Bytecode& return_memory(const uint256& offset, const uint256& length) {
    return push(length).push(offset).op(vm::Opcode::kReturn);
  }
  /// RETURN of the top item as 32 bytes.
  Bytecode& return_top() { return push(0).op(vm::Opcode::kMstore).return_memory(0, 32); }
  Bytecode& revert_memory(const uint256& offset, const uint256& length) {
    return push(length).push(offset).op(vm::Opcode::kRevert);
  }

  [[nodiscard]] const Bytes& bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }

 private:
  Bytes bytes_;
};

}  // namespace datapact::testkit
