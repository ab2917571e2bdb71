#include "vm/precompile_functions.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/blake2b.hpp"
#include "crypto/bn254.hpp"
#include "crypto/bn254_pairing.hpp"
#include "crypto/p256.hpp"
#include "crypto/ripemd160.hpp"
#include "crypto/secp256k1.hpp"
#include "crypto/sha256.hpp"
#include "vm/precompile_results.hpp"
#include "vm/precompiles.hpp"
#include "vm/status.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace datapact::vm::precompiles {
namespace {

constexpr std::int64_t kEcrecoverCost = 3000;
constexpr std::int64_t kBn254AddCost = 150;
constexpr std::int64_t kBn254MulCost = 6000;
constexpr std::int64_t kBn254PairingCost = 45000;
constexpr std::int64_t kBn254PairCost = 34000;
constexpr std::size_t kBn254PairInput = 192;
constexpr std::size_t kBlake2fInput = 213;
constexpr std::int64_t kP256VerifyCost = 6900;
constexpr std::size_t kP256VerifyInput = 160;

std::int64_t linear_cost(std::int64_t base, std::int64_t per_word, ByteView input) noexcept {
  return base + per_word * static_cast<std::int64_t>((input.size() + 31) / 32);
}

/// The first N bytes of the input, zeros where it is shorter.
template <std::size_t N>
std::array<std::uint8_t, N> padded(ByteView input) noexcept {
  std::array<std::uint8_t, N> out{};
  std::copy_n(input.begin(), std::min(N, input.size()), out.begin());
  return out;
}

// Words in the processor's own order are copied at once; g++ 12 does not see that a loop over their
// bytes is one load.
static_assert(std::endian::native == std::endian::little);

template <std::size_t kCount>
std::array<std::uint64_t, kCount> load_le64(const std::uint8_t* in) noexcept {
  std::array<std::uint64_t, kCount> out{};
  std::memcpy(out.data(), in, sizeof(out));
  return out;
}

Bytes store_le64(const std::array<std::uint64_t, 8>& words) {
  Bytes out(sizeof(words));
  std::memcpy(out.data(), words.data(), sizeof(words));
  return out;
}

}  // namespace

PrecompileResult ecrecover(ByteView input, std::int64_t gas) {
  gas -= kEcrecoverCost;
  if (gas < 0) return out_of_gas();
  const auto bytes = padded<128>(input);
  const uint256 v = uint256::load_be(bytes.data() + 32);
  if (v != uint256{27} && v != uint256{28}) return answer(gas, {});
  const crypto::Signature signature{uint256::load_be(bytes.data() + 64),
                                    uint256::load_be(bytes.data() + 96),
                                    static_cast<std::uint8_t>(v.low_u64() - 27)};
  const auto signer = crypto::recover_address(Hash256::from(ByteView{bytes.data(), 32}), signature);
  if (!signer) return answer(gas, {});
  return answer(gas, to_hash256(to_uint256(*signer)).view());
}

PrecompileResult sha256(ByteView input, std::int64_t gas) {
  gas -= linear_cost(60, 12, input);
  if (gas < 0) return out_of_gas();
  return answer(gas, crypto::sha256(input).view());
}

PrecompileResult ripemd160(ByteView input, std::int64_t gas) {
  gas -= linear_cost(600, 120, input);
  if (gas < 0) return out_of_gas();
  Hash256 word;
  const crypto::Hash160 digest = crypto::ripemd160(input);
  std::copy_n(digest.data(), crypto::Hash160::size(), word.data() + 12);
  return answer(gas, word.view());
}

PrecompileResult identity(ByteView input, std::int64_t gas) {
  gas -= linear_cost(15, 3, input);
  if (gas < 0) return out_of_gas();
  return answer(gas, input);
}

PrecompileResult bn254_add(ByteView input, std::int64_t gas) {
  gas -= kBn254AddCost;
  if (gas < 0) return out_of_gas();
  const auto bytes = padded<128>(input);
  const auto a = crypto::bn254::decode_g1(ByteView{bytes.data(), 64});
  const auto b = crypto::bn254::decode_g1(ByteView{bytes.data() + 64, 64});
  if (!a || !b) return refuse();
  return answer(gas, crypto::bn254::encode(crypto::bn254::add(*a, *b)));
}

PrecompileResult bn254_mul(ByteView input, std::int64_t gas) {
  gas -= kBn254MulCost;
  if (gas < 0) return out_of_gas();
  const auto bytes = padded<96>(input);
  const auto point = crypto::bn254::decode_g1(ByteView{bytes.data(), 64});
  if (!point) return refuse();
  const uint256 scalar = uint256::load_be(bytes.data() + 64);
  return answer(gas, crypto::bn254::encode(crypto::bn254::mul_public(*point, scalar)));
}

PrecompileResult bn254_pairing(ByteView input, std::int64_t gas) {
  const std::size_t count = input.size() / kBn254PairInput;
  gas -= kBn254PairingCost + kBn254PairCost * static_cast<std::int64_t>(count);
  if (gas < 0) return out_of_gas();
  if (input.size() % kBn254PairInput != 0) return refuse();
  std::vector<crypto::bn254::PointPair> pairs;
  pairs.reserve(count);
  for (; !input.empty(); input = input.subspan(kBn254PairInput)) {
    const auto p = crypto::bn254::decode_g1(input.first(64));
    const auto q = crypto::bn254::decode_g2(input.subspan(64, 128));
    if (!p || !q) return refuse();
    pairs.push_back({*p, *q});
  }
  const bool is_one = crypto::bn254::pairing_product_is_one(pairs);
  return answer(gas, to_hash256(uint256{is_one ? 1U : 0U}).view());
}

PrecompileResult blake2f(ByteView input, std::int64_t gas) {
  if (input.size() != kBlake2fInput) return refuse();
  const auto rounds = load_be<std::uint32_t>(input.data());
  gas -= rounds;
  if (gas < 0) return out_of_gas();
  const std::uint8_t last = input[kBlake2fInput - 1];
  if (last > 1) return refuse();

  const crypto::Blake2bBlock block{.message = load_le64<16>(input.data() + 68),
                                   .offset = load_le64<2>(input.data() + 196),
                                   .is_final = last == 1};
  const auto next = crypto::blake2b_f(rounds, load_le64<8>(input.data() + 4), block);
  return {.status = Status::kSuccess, .gas_left = gas, .output = store_le64(next)};
}

PrecompileResult p256_verify(ByteView input, std::int64_t gas) {
  gas -= kP256VerifyCost;
  if (gas < 0) return out_of_gas();
  if (input.size() != kP256VerifyInput) return answer(gas, {});
  const auto word = [&](std::size_t index) { return uint256::load_be(input.data() + 32 * index); };
  const bool is_valid =
      crypto::p256::verify(Hash256::from(input.first(32)), {word(1), word(2)}, {word(3), word(4)});
  if (!is_valid) return answer(gas, {});
  return answer(gas, to_hash256(uint256{1}).view());
}

}  // namespace datapact::vm::precompiles
