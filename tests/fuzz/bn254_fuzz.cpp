// 64 bytes as a point: what decodes encodes to the same bytes and obeys the group's laws; any other
// 32 bytes as a scalar.
#include "crypto/bn254.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  namespace bn254 = crypto::bn254;
  const ByteView input{data, size};
  if (size < 96) {
    INVARIANT(size == 64 || !bn254::decode_g1(input).has_value());
    return 0;
  }
  const auto decoded = bn254::decode_g1(input.first(64));
  if (decoded) INVARIANT(equal(bn254::encode(*decoded), input.first(64)));
  const uint256 scalar = uint256::load_be(data + 64);
  const bn254::G1 point = decoded ? *decoded : bn254::mul(bn254::generator(), scalar);
  const bn254::G1 product = bn254::mul(point, scalar);
  INVARIANT(bn254::decode_g1(bn254::encode(product)) == product);
  INVARIANT(bn254::mul_public(point, scalar) == product);
  INVARIANT(bn254::add(product, point) == bn254::mul(point, bn254::scalar_add(scalar, uint256{1})));
  INVARIANT(bn254::add(product, bn254::negate(product)).is_infinity());
  return 0;
}
