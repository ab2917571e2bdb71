// Three words from 96 bytes: division and modular arithmetic beside Boost.Multiprecision.
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <boost/multiprecision/cpp_int.hpp>

namespace datapact {
namespace {

using Big = boost::multiprecision::cpp_int;

Big to_big(const uint256& value) {
  Big out = 0;
  for (int i = 3; i >= 0; --i) out = (out << 64) | value.limb[i];
  return out;
}

void check(const uint256& a, const uint256& b, const uint256& m) {
  const Big x = to_big(a);
  const Big y = to_big(b);
  const Big modulus = to_big(m);
  const Big full = Big{1} << 256;
  INVARIANT(to_big(a + b) == (x + y) % full);
  INVARIANT(to_big(a * b) == (x * y) % full);
  INVARIANT(to_big(a - b) == (x + full - y) % full);
  if (m.is_zero()) return;
  INVARIANT(to_big(a / m) == x / modulus);
  INVARIANT(to_big(a % m) == x % modulus);
  INVARIANT(to_big(add_mod(a, b, m)) == (x + y) % modulus);
  INVARIANT(to_big(mul_mod(a, b, m)) == (x * y) % modulus);
}

}  // namespace
}  // namespace datapact

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using datapact::uint256;
  if (size < 96) return 0;
  datapact::check(uint256::load_be(data), uint256::load_be(data + 32), uint256::load_be(data + 64));
  return 0;
}
