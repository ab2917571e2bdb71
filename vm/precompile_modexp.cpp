#include "crypto/modexp.hpp"
#include "vm/precompile_functions.hpp"

#include <algorithm>
#include <limits>

namespace datapact::vm::precompiles {
namespace {

constexpr std::size_t kHeader = 96;
constexpr std::int64_t kMinimumCost = 200;  // EIP-2565
/// Longer operands cost more gas than fits a signed word.
constexpr std::uint64_t kLengthMax = 0xffffffff;

struct Lengths {
  std::uint64_t base = 0;
  std::uint64_t exponent = 0;
  std::uint64_t modulus = 0;
};

/// input[offset, offset + length) with zeros beyond the end.
Bytes slice(ByteView input, std::uint64_t offset, std::uint64_t length) {
  Bytes out(static_cast<std::size_t>(length));
  if (offset >= input.size()) return out;
  const ByteView rest = input.subspan(static_cast<std::size_t>(offset));
  std::copy_n(rest.begin(), std::min(out.size(), rest.size()), out.begin());
  return out;
}

/// EIP-2565's adjusted exponent length, at least 1.
uint256 iteration_count(std::uint64_t exponent_length, const Bytes& head) {
  const unsigned bits = uint256::from_be(head).bit_length();
  uint256 count{bits == 0 ? 0U : bits - 1U};
  if (exponent_length > 32) count += uint256{8} * uint256{exponent_length - 32};
  return std::max(count, uint256{1});
}

/// EIP-2565: words squared, times iterations, by three. Saturates.
std::int64_t cost_of(std::uint64_t operand_max, const uint256& iterations) {
  const uint256 words{(operand_max + 7) / 8};
  const uint256 cost = words * words * iterations / uint256{3};
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (cost > uint256{static_cast<std::uint64_t>(kMax)}) return kMax;
  return std::max(kMinimumCost, static_cast<std::int64_t>(cost.low_u64()));
}

}  // namespace

PrecompileResult modexp(ByteView input, std::int64_t gas) {
  const Bytes header = slice(input, 0, kHeader);
  const uint256 base_length = uint256::load_be(header.data());
  const uint256 exponent_length = uint256::load_be(header.data() + 32);
  const uint256 modulus_length = uint256::load_be(header.data() + 64);
  const uint256 max{kLengthMax};
  if (base_length > max || modulus_length > max) return {Status::kOutOfGas, 0, {}};
  // A huge exponent is legal beside empty operands: it multiplies a cost of nothing.
  const bool is_empty = base_length.is_zero() && modulus_length.is_zero();
  if (exponent_length > max && !is_empty) return {Status::kOutOfGas, 0, {}};

  const Lengths lengths{base_length.low_u64(), is_empty ? 0 : exponent_length.low_u64(),
                        modulus_length.low_u64()};
  const Bytes exponent_head =
      slice(input, kHeader + lengths.base, std::min<std::uint64_t>(lengths.exponent, 32));
  gas -= cost_of(std::max(lengths.base, lengths.modulus),
                 iteration_count(lengths.exponent, exponent_head));
  if (gas < 0) return {Status::kOutOfGas, 0, {}};
  if (lengths.modulus == 0) return {Status::kSuccess, gas, {}};

  const Bytes base = slice(input, kHeader, lengths.base);
  const Bytes exponent = slice(input, kHeader + lengths.base, lengths.exponent);
  const Bytes modulus = slice(input, kHeader + lengths.base + lengths.exponent, lengths.modulus);
  return {Status::kSuccess, gas, crypto::mod_exp(base, exponent, modulus)};
}

}  // namespace datapact::vm::precompiles
