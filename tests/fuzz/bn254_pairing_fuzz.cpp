// 128 bytes as a point of the twist, then a scalar: what decodes encodes to the same bytes, and
// pairs with a multiple of the generator and with its negative to a product of one.
#include "crypto/bn254_pairing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  namespace bn254 = crypto::bn254;
  const ByteView input{data, size};
  if (size < 160) {
    INVARIANT(size == 128 || !bn254::decode_g2(input).has_value());
    return 0;
  }
  const auto q = bn254::decode_g2(input.first(128));
  if (!q) return 0;
  INVARIANT(equal(bn254::encode(*q), input.first(128)));
  const bn254::G1 p = bn254::mul(bn254::generator(), uint256::load_be(data + 128));
  const bn254::PointPair pairs[] = {{p, *q}, {bn254::negate(p), *q}};
  INVARIANT(bn254::pairing_product_is_one(pairs));
  const bool is_trivial = p.is_infinity() || q->is_infinity();
  INVARIANT(bn254::pairing_product_is_one({pairs, 1}) == is_trivial);
  return 0;
}
