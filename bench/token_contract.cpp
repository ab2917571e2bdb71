#include "bench/token_contract.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "crypto/keccak.hpp"
#include "tests/testkit/bytecode.hpp"
#include "vm/opcode.hpp"

#include <cstdint>
#include <string_view>

namespace datapact::bench {
namespace {

using testkit::Bytecode;
using vm::Opcode;

constexpr std::uint64_t kTransferSelector = 0xa9059cbb;
constexpr std::uint64_t kToOffset = 0x04;
constexpr std::uint64_t kAmountOffset = 0x24;

uint256 transfer_topic() {
  constexpr std::string_view kEvent = "Transfer(address,address,uint256)";
  return to_uint256(crypto::keccak256(as_bytes(kEvent)));
}

/// [] -> [slot, balance] of the holder that `holder` pushes; memory[32, 64) must be zero.
Bytecode load_balance(const Bytecode& holder) {
  Bytecode out = holder;
  out.push(0).op(Opcode::kMstore).push(64).push(0).op(Opcode::kKeccak256);
  return out.dup(1).op(Opcode::kSload);
}

}  // namespace

Bytes token_code() {
  Bytecode code;
  code.push(0).op(Opcode::kCalldataload).push(0xe0).op(Opcode::kShr);
  code.push(kTransferSelector).op(Opcode::kEq);
  // PUSH1, JUMPI, then the four bytes of the refusal.
  const std::uint64_t refuse = code.size() + 3;
  code.push(refuse + 4).op(Opcode::kJumpi);
  code.op(Opcode::kJumpdest).push(0).push(0).op(Opcode::kRevert);
  code.op(Opcode::kJumpdest);

  code.raw(load_balance(Bytecode{}.op(Opcode::kCaller)).bytes());
  // [slot, balance] -> [slot, balance, amount]; refused when balance < amount.
  code.push(kAmountOffset).op(Opcode::kCalldataload);
  code.dup(1).dup(3).op(Opcode::kLt).push(refuse).op(Opcode::kJumpi);
  // -> [amount]
  code.swap(1).dup(2).swap(1).op(Opcode::kSub).dup(3).op(Opcode::kSstore).swap(1).op(Opcode::kPop);

  const Bytecode to = Bytecode{}.push(kToOffset).op(Opcode::kCalldataload);
  code.raw(load_balance(to).bytes());
  // [amount, slot, balance] -> [amount]
  code.dup(3).op(Opcode::kAdd).swap(1).op(Opcode::kSstore);

  code.push(0).op(Opcode::kMstore).raw(to.bytes()).op(Opcode::kCaller).push(transfer_topic());
  code.push(32).push(0).op(Opcode::kLog3);
  return code.push(1).return_top().bytes();
}

uint256 balance_slot(const Address& holder) {
  Bytes input = to_bytes(to_hash256(to_uint256(holder)).view());
  input.resize(64);
  return to_uint256(crypto::keccak256(input));
}

Bytes transfer_call(const Address& to, const uint256& amount) {
  Bytes out;
  append_be(out, static_cast<std::uint32_t>(kTransferSelector));
  append(out, to_hash256(to_uint256(to)).view());
  append(out, to_hash256(amount).view());
  return out;
}

}  // namespace datapact::bench
