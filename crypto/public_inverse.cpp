#include "crypto/public_inverse.hpp"

#include "base/uint256.hpp"

#include <gmp.h>

#include <algorithm>
#include <cstdint>
#include <type_traits>

namespace datapact::crypto::detail {

static_assert(std::is_same_v<mp_limb_t, std::uint64_t>);

uint256 public_inverse(const uint256& value, const uint256& prime) {
  if (value.is_zero()) return {};
  mpz_t value_view;
  mpz_t prime_view;
  mpz_roinit_n(value_view, value.limb, 4);
  mpz_roinit_n(prime_view, prime.limb, 4);
  mpz_t inverse;
  mpz_init(inverse);
  mpz_invert(inverse, value_view, prime_view);
  uint256 out;
  std::copy_n(mpz_limbs_read(inverse), mpz_size(inverse), out.limb);
  mpz_clear(inverse);
  return out;
}

}  // namespace datapact::crypto::detail
