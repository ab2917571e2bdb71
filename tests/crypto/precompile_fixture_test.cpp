// The public precompile vectors, where they are on this machine (DATAPACT_FIXTURES). Gas and
// failure rules are the VM's; here the arithmetic alone is compared.
#include "crypto/blake2b.hpp"
#include "crypto/bn254.hpp"
#include "crypto/modexp.hpp"
#include "crypto/p256.hpp"
#include "crypto/secp256k1.hpp"
#include "tests/testkit/fixtures.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

#include <functional>

namespace datapact::crypto {
namespace {

using Precompile = std::function<Bytes(ByteView input)>;

Bytes padded(ByteView input, std::size_t size) {
  Bytes out = to_bytes(input);
  out.resize(std::max(size, out.size()));
  return out;
}

Hash256 hash_at(const Bytes& input, std::size_t offset) {
  return Hash256::from(ByteView{input}.subspan(offset, 32));
}
uint256 word_at(const Bytes& input, std::size_t offset) {
  return uint256::load_be(input.data() + offset);
}

Bytes run_ecrecover(ByteView raw) {
  const Bytes input = padded(raw, 128);
  const uint256 v = word_at(input, 32);
  if (v != uint256{27} && v != uint256{28}) return {};
  const Signature signature{word_at(input, 64), word_at(input, 96),
                            static_cast<std::uint8_t>(v.low_u64() - 27)};
  const auto address = recover_address(hash_at(input, 0), signature);
  if (!address) return {};
  return to_bytes(to_hash256(to_uint256(*address)).view());
}

Bytes run_add(ByteView raw) {
  const Bytes input = padded(raw, 128);
  const auto a = bn254::decode_g1(ByteView{input}.first(64));
  const auto b = bn254::decode_g1(ByteView{input}.subspan(64, 64));
  REQUIRE(a.has_value());
  REQUIRE(b.has_value());
  return to_bytes(bn254::encode(bn254::add(*a, *b)));
}

Bytes run_mul(ByteView raw) {
  const Bytes input = padded(raw, 96);
  const auto point = bn254::decode_g1(ByteView{input}.first(64));
  REQUIRE(point.has_value());
  return to_bytes(bn254::encode(bn254::mul(*point, word_at(input, 64))));
}

Bytes run_modexp(ByteView raw) {
  const Bytes header = padded(raw, 96);
  const auto base_size = static_cast<std::size_t>(word_at(header, 0).low_u64());
  const auto exponent_size = static_cast<std::size_t>(word_at(header, 32).low_u64());
  const auto modulus_size = static_cast<std::size_t>(word_at(header, 64).low_u64());
  const Bytes input = padded(raw, 96 + base_size + exponent_size + modulus_size);
  const ByteView body = ByteView{input}.subspan(96);
  return mod_exp(body.first(base_size), body.subspan(base_size, exponent_size),
                 body.subspan(base_size + exponent_size, modulus_size));
}

std::uint64_t little_at(ByteView input, std::size_t offset) {
  std::uint64_t out = 0;
  for (std::size_t i = 8; i-- > 0;) out = (out << 8) | input[offset + i];
  return out;
}

Bytes run_blake2f(ByteView input) {
  REQUIRE(input.size() == 213);
  std::array<std::uint64_t, 8> state{};
  Blake2bBlock block;
  for (std::size_t i = 0; i < 8; ++i) state[i] = little_at(input, 4 + 8 * i);
  for (std::size_t i = 0; i < 16; ++i) block.message[i] = little_at(input, 68 + 8 * i);
  block.offset = {little_at(input, 196), little_at(input, 204)};
  block.is_final = input[212] == 1;
  Bytes out;
  for (const std::uint64_t word : blake2b_f(load_be<std::uint32_t>(input.data()), state, block)) {
    for (unsigned i = 0; i < 8; ++i) out.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
  }
  return out;
}

Bytes run_p256(ByteView input) {
  if (input.size() != 160) return {};
  const Bytes bytes = to_bytes(input);
  if (!p256::verify(hash_at(bytes, 0), {word_at(bytes, 32), word_at(bytes, 64)},
                    {word_at(bytes, 96), word_at(bytes, 128)})) {
    return {};
  }
  return to_bytes(to_hash256(uint256{1}).view());
}

void compare(const std::string& file, const Precompile& precompile) {
  const auto cases = testkit::load_fixture("precompiles/" + file);
  if (!cases) {
    MESSAGE("DATAPACT_FIXTURES is not set: ", file, " not read");
    return;
  }
  CAPTURE(file);
  for (const auto& vector : *cases->as_array()) {
    const std::string name = *vector.find("Name")->as_string();
    CAPTURE(name);
    const Bytes input = testkit::unhex(*vector.find("Input")->as_string());
    CHECK(to_hex(precompile(input)) == *vector.find("Expected")->as_string());
  }
}

TEST_SUITE("crypto/precompile fixtures") {
  TEST_CASE("ecrecover") { compare("ecRecover.json", run_ecrecover); }
  TEST_CASE("bn254 addition") { compare("bn256Add.json", run_add); }
  TEST_CASE("bn254 multiplication") { compare("bn256ScalarMul.json", run_mul); }
  TEST_CASE("modular exponentiation") {
    compare("modexp.json", run_modexp);
    compare("modexp_eip2565.json", run_modexp);
    compare("modexp_eip7883.json", run_modexp);
  }
  TEST_CASE("BLAKE2b compression") { compare("blake2F.json", run_blake2f); }
  TEST_CASE("P-256 verification") { compare("p256Verify.json", run_p256); }
}

}  // namespace
}  // namespace datapact::crypto
