#include "crypto/modexp.hpp"

#include "base/bytes.hpp"

#include <gmp.h>

#include <cstddef>

namespace datapact::crypto {
namespace {

class Integer {
 public:
  explicit Integer(ByteView bytes) {
    mpz_init(value_);
    mpz_import(value_, bytes.size(), 1, 1, 1, 0, bytes.data());
  }
  ~Integer() { mpz_clear(value_); }
  Integer(const Integer&) = delete;
  Integer& operator=(const Integer&) = delete;
  [[nodiscard]] mpz_ptr get() { return value_; }

 private:
  mpz_t value_{};
};

}  // namespace

Bytes mod_exp(ByteView base, ByteView exponent, ByteView modulus) {
  Bytes out(modulus.size());
  Integer m{modulus};
  if (mpz_sgn(m.get()) == 0) return out;
  Integer b{base};
  Integer e{exponent};
  Integer result{{}};
  mpz_powm(result.get(), b.get(), e.get(), m.get());
  const std::size_t size = (mpz_sizeinbase(result.get(), 2) + 7) / 8;
  if (mpz_sgn(result.get()) != 0) {
    mpz_export(out.data() + (out.size() - size), nullptr, 1, 1, 1, 0, result.get());
  }
  return out;
}

}  // namespace datapact::crypto
