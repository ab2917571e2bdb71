#include "ledger/chain/trace/step.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/uint256.hpp"
#include "vm/opcode.hpp"
#include "vm/tracer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace datapact::chain {

const uint256& operand(const vm::TraceStep& step, std::size_t below) {
  return step.stack[step.stack.size() - 1 - below];
}

namespace {

/// Of a memory of so many bytes (Yellow Paper, appendix H).
std::uint64_t memory_gas(std::uint64_t bytes) {
  const std::uint64_t words = (bytes + 31) / 32;
  return 3 * words + words * words / 512;
}

}  // namespace

std::optional<Bytes> memory_of(const vm::TraceStep& step, const uint256& offset,
                               const uint256& length) {
  if (length.is_zero()) return Bytes{};
  // Three gas a word and more: no gas buys more, and the sums below do not overflow.
  const std::uint64_t bytes_max =
      static_cast<std::uint64_t>(step.gas_left) / 3 * 32 + step.memory.size();
  if (!offset.fits_u64() || offset.low_u64() > bytes_max) return std::nullopt;
  if (!length.fits_u64() || length.low_u64() > bytes_max) return std::nullopt;
  const std::uint64_t end = offset.low_u64() + length.low_u64();
  if (end > step.memory.size() &&
      memory_gas(end) - memory_gas(step.memory.size()) > static_cast<std::uint64_t>(step.gas_left))
    return std::nullopt;
  Bytes out(length.low_u64());
  const std::size_t begin = std::min<std::size_t>(offset.low_u64(), step.memory.size());
  const ByteView there = step.memory.subspan(begin);
  std::copy_n(there.begin(), std::min(there.size(), out.size()), out.begin());
  return out;
}

std::string instruction_name(std::uint8_t opcode) {
  const std::string_view name = vm::instruction(opcode).name;
  if (!name.empty()) return std::string(name);
  return "opcode " + to_quantity(std::uint64_t{opcode}) + " not defined";
}

}  // namespace datapact::chain
