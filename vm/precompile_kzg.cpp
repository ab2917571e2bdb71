#include "base/bytes.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "crypto/kzg.hpp"
#include "crypto/sha256.hpp"
#include "vm/precompile_functions.hpp"
#include "vm/precompile_results.hpp"
#include "vm/precompiles.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

// EIP-4844, "Point evaluation precompile".
namespace datapact::vm::precompiles {
namespace {

constexpr std::int64_t kCost = 50'000;
constexpr std::size_t kInputSize = 192;
constexpr std::uint8_t kVersionedHashVersion = 0x01;
constexpr std::uint64_t kFieldElementsPerBlob = 4096;
/// The order of BLS12-381's groups.
constexpr uint256 kModulus{0xffffffff00000001, 0x53bda402fffe5bfe, 0x3339d80809a1d805,
                           0x73eda753299d7d48};

Hash256 versioned_hash(ByteView commitment) noexcept {
  Hash256 out = crypto::sha256(commitment);
  out.raw()[0] = kVersionedHashVersion;
  return out;
}

}  // namespace

PrecompileResult kzg_point_evaluation(ByteView input, std::int64_t gas) {
  gas -= kCost;
  if (gas < 0) return out_of_gas();
  if (input.size() != kInputSize) return refuse();
  const ByteView commitment = input.subspan(96, crypto::kzg::kCommitmentSize);
  if (versioned_hash(commitment) != Hash256::from(input.first(32))) return refuse();
  if (!crypto::kzg::verify({.commitment = commitment,
                            .z = input.subspan(32, 32),
                            .y = input.subspan(64, 32),
                            .proof = input.subspan(144, 48)})) {
    return refuse();
  }
  std::array<std::uint8_t, 64> output{};
  uint256{kFieldElementsPerBlob}.store_be(output.data());
  kModulus.store_be(output.data() + 32);
  return answer(gas, output);
}

}  // namespace datapact::vm::precompiles
