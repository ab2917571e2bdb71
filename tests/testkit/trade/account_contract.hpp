#pragma once
// A small account contract (EIP-1271): it accepts what its owner's key has signed, whatever bytes
// follow the first 65, and calls others on the owner's order.
#include "base/bytes.hpp"
#include "tests/testkit/bytecode.hpp"

namespace datapact::testkit {

/// isValidSignature(digest, signature): the magic value when ecrecover names the owner, else zero.
[[nodiscard]] inline Bytecode answer_of_account(const Address& owner) {
  using enum vm::Opcode;
  constexpr std::uint64_t kSignature = 100;  // selector, digest, offset, length
  constexpr std::uint64_t kRecovered = 128;
  Bytecode out;
  // ecrecover takes digest, v, r, s.
  out.push(32).push(4).push(0).op(kCalldatacopy);
  out.push(kSignature + 64).op(kCalldataload).push(248).op(kShr).push(32).op(kMstore);
  out.push(64).push(kSignature).push(64).op(kCalldatacopy);
  out.push(32).push(kRecovered).push(128).push(0).push(1).op(kGas).op(kStaticcall).op(kPop);
  out.push(kRecovered).op(kMload).push(owner).op(kEq);
  out.push(0x1626ba7e).push(224).op(kShl).op(kMul);
  return out.return_top();
}

/// Calls the address in the first word with the bytes after it; only the owner may.
[[nodiscard]] inline Bytecode call_of_account(const Address& owner, std::uint64_t at) {
  using enum vm::Opcode;
  constexpr std::uint64_t kJumpBytes = 3;  // PUSH1, target, JUMPI
  Bytecode out;
  const auto require = [&] {  // a true condition on the stack, or nothing happens
    const std::uint64_t revert_bytes = Bytecode{}.revert_memory(0, 0).size();
    out.push(at + out.size() + kJumpBytes + revert_bytes).op(kJumpi);
    out.revert_memory(0, 0).op(kJumpdest);
  };
  out.op(kCaller).push(owner).op(kEq);
  require();
  out.push(32).op(kCalldatasize).op(kSub).dup(1).push(32).push(0).op(kCalldatacopy);
  out.push(0).push(0).swap(2).push(0).push(0).push(0).op(kCalldataload).op(kGas).op(kCall);
  require();
  return out.op(kStop);
}

/// The code the contract runs as.
[[nodiscard]] inline Bytes account_code(const Address& owner) {
  using enum vm::Opcode;
  constexpr std::uint64_t kHeadBytes = 14;
  const Bytecode call = call_of_account(owner, kHeadBytes);
  Bytecode out;
  out.push(0).op(kCalldataload).push(224).op(kShr).push(0x1626ba7e).op(kEq);
  out.push(kHeadBytes + call.size()).op(kJumpi);
  INVARIANT(out.size() == kHeadBytes);
  out.raw(call.bytes()).op(kJumpdest).raw(answer_of_account(owner).bytes());
  return out.bytes();
}

/// What a creation transaction carries.
[[nodiscard]] inline Bytes account_init_code(const Address& owner) {
  using enum vm::Opcode;
  const Bytes code = account_code(owner);
  constexpr std::uint64_t kCopyBytes = 11;
  Bytecode out;
  out.push(code.size()).dup(1).push(kCopyBytes).push(0).op(kCodecopy).push(0).op(kReturn);
  INVARIANT(out.size() <= kCopyBytes);
  while (out.size() < kCopyBytes) out.op(kStop);
  return concat({out.bytes(), code});
}

/// Data of the transaction by which the owner has the contract call `target`.
[[nodiscard]] inline Bytes order(const Address& target, ByteView call) {
  return concat({to_hash256(to_uint256(target)).view(), call});
}

}  // namespace datapact::testkit
