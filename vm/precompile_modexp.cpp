#include "base/bytes.hpp"
#include "base/uint256.hpp"
#include "crypto/modexp.hpp"
#include "vm/precompile_functions.hpp"
#include "vm/precompile_results.hpp"
#include "vm/precompiles.hpp"
#include "vm/status.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace datapact::vm::precompiles {
namespace {

constexpr std::size_t kHeader = 96;
/// Longer operands cost more gas than fits a signed word.
constexpr std::uint64_t kLengthMax = 0xffffffff;
/// EIP-7823.
constexpr std::uint64_t kOsakaLengthMax = 1024;

struct Lengths {
  uint256 base;
  uint256 exponent;
  uint256 modulus;
};

/// input[offset, offset + length) with zeros beyond the end.
Bytes slice(ByteView input, std::uint64_t offset, std::uint64_t length) {
  Bytes out(static_cast<std::size_t>(length));
  if (offset >= input.size()) return out;
  const ByteView rest = input.subspan(static_cast<std::size_t>(offset));
  std::copy_n(rest.begin(), std::min(out.size(), rest.size()), out.begin());
  return out;
}

Lengths read_lengths(ByteView input) {
  const Bytes header = slice(input, 0, kHeader);
  return {uint256::load_be(header.data()), uint256::load_be(header.data() + 32),
          uint256::load_be(header.data() + 64)};
}

/// The price of one revision: EIP-2565's and EIP-7883's formulas differ in these numbers only.
struct Pricing {
  std::int64_t minimum;
  /// Iterations for each byte of the exponent beyond its first 32 bytes.
  unsigned iterations_per_byte;
  /// Of operands of at most 32 bytes; 0 when they are priced like longer ones.
  unsigned short_complexity;
  unsigned factor;
  unsigned divisor;
};
constexpr Pricing kEip2565{200, 8, 0, 1, 3};
constexpr Pricing kEip7883{500, 16, 16, 2, 1};

/// The adjusted exponent length, at least 1.
uint256 iteration_count(const Pricing& pricing, std::uint64_t exponent_length, const Bytes& head) {
  const unsigned bits = uint256::from_be(head).bit_length();
  uint256 count{bits == 0 ? 0U : bits - 1U};
  if (exponent_length > 32) {
    count += uint256{pricing.iterations_per_byte} * uint256{exponent_length - 32};
  }
  return std::max(count, uint256{1});
}

uint256 complexity(const Pricing& pricing, std::uint64_t operand_max) {
  if (operand_max <= 32 && pricing.short_complexity != 0) return uint256{pricing.short_complexity};
  const uint256 words{(operand_max + 7) / 8};
  return words * words * uint256{pricing.factor};
}

/// Saturates.
std::int64_t cost_of(const Pricing& pricing, std::uint64_t operand_max, const uint256& iterations) {
  const uint256 cost = complexity(pricing, operand_max) * iterations / uint256{pricing.divisor};
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (cost > uint256{static_cast<std::uint64_t>(kMax)}) return kMax;
  return std::max(pricing.minimum, static_cast<std::int64_t>(cost.low_u64()));
}

/// Lengths as the bounds left them.
PrecompileResult run(const Pricing& pricing, ByteView input, const Lengths& lengths,
                     std::int64_t gas) {
  const std::uint64_t base_length = lengths.base.low_u64();
  const std::uint64_t exponent_length = lengths.exponent.low_u64();
  const std::uint64_t modulus_length = lengths.modulus.low_u64();
  const Bytes exponent_head =
      slice(input, kHeader + base_length, std::min<std::uint64_t>(exponent_length, 32));
  gas -= cost_of(pricing, std::max(base_length, modulus_length),
                 iteration_count(pricing, exponent_length, exponent_head));
  if (gas < 0) return out_of_gas();
  if (modulus_length == 0) return answer(gas, {});

  const Bytes base = slice(input, kHeader, base_length);
  const Bytes exponent = slice(input, kHeader + base_length, exponent_length);
  const Bytes modulus = slice(input, kHeader + base_length + exponent_length, modulus_length);
  return {Status::kSuccess, gas, crypto::mod_exp(base, exponent, modulus)};
}

}  // namespace

PrecompileResult modexp(ByteView input, std::int64_t gas) {
  Lengths lengths = read_lengths(input);
  const uint256 max{kLengthMax};
  if (lengths.base > max || lengths.modulus > max) return out_of_gas();
  // A huge exponent is legal beside empty operands: it multiplies a cost of nothing.
  if (lengths.base.is_zero() && lengths.modulus.is_zero()) lengths.exponent = {};
  if (lengths.exponent > max) return out_of_gas();
  return run(kEip2565, input, lengths, gas);
}

PrecompileResult modexp_osaka(ByteView input, std::int64_t gas) {
  const Lengths lengths = read_lengths(input);
  const uint256 max{kOsakaLengthMax};
  if (lengths.base > max || lengths.exponent > max || lengths.modulus > max) {
    return refuse();
  }
  return run(kEip7883, input, lengths, gas);
}

}  // namespace datapact::vm::precompiles
