// Throughput of the crypto room on one core, beside OpenSSL (or Crypto++ where OpenSSL has no such
// algorithm) in the same process. Printed, never asserted.
#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "crypto/blake2b.hpp"
#include "crypto/bn254.hpp"
#include "crypto/keccak.hpp"
#include "crypto/keccak_many.hpp"
#include "crypto/keccak_permute.hpp"
#include "crypto/modexp.hpp"
#include "crypto/p256.hpp"
#include "crypto/ripemd160.hpp"
#include "crypto/secp256k1.hpp"
#include "crypto/sha256.hpp"

#include <cryptopp/keccak.h>
#include <fmt/core.h>
#include <openssl/evp.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace datapact {
namespace {

using Clock = std::chrono::steady_clock;

/// Runs `body` for about a fifth of a second, twice, and returns its best rate per second.
template <class Body>
double rate_of(const Body& body) {
  double best = 0;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto start = Clock::now();
    std::uint64_t runs = 0;
    std::chrono::duration<double> elapsed{};
    do {
      for (int i = 0; i < 8; ++i) body();
      runs += 8;
      elapsed = Clock::now() - start;
    } while (elapsed.count() < 0.2);
    best = std::max(best, static_cast<double>(runs) / elapsed.count());
  }
  return best;
}

/// Keeps a result alive, so that its computation is not optimised away.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

void print_rate(const std::string& name, double per_second) {
  fmt::print("{:<28}{:>12.0f} /s {:>10.3f} us\n", name, per_second, 1e6 / per_second);
}

template <class Ours, class Theirs>
void compare_hash(const std::string& name, const Ours& ours, const Theirs& theirs) {
  for (const std::size_t size : {32U, 64U, 256U, 2048U, 1U << 20}) {
    const Bytes data(size, 0x5a);
    const double mine = rate_of([&] { keep(ours(data)); });
    const double other = rate_of([&] { theirs(data); });
    const double megabytes = static_cast<double>(size) / 1e6;
    fmt::print("{:<16}{:>8} B {:>12.0f} /s {:>9.1f} MB/s   ratio {:.2f}\n", name, size, mine,
               mine * megabytes, mine / other);
  }
}

void compare_hashes() {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free};
  const EVP_MD* algorithm = EVP_sha256();
  std::uint8_t digest[64];
  fmt::print("SHA-256 beside OpenSSL EVP with a reused context\n");
  compare_hash("sha256", crypto::sha256, [&](const Bytes& data) {
    EVP_DigestInit_ex(context.get(), algorithm, nullptr);
    EVP_DigestUpdate(context.get(), data.data(), data.size());
    EVP_DigestFinal_ex(context.get(), digest, nullptr);
  });
  fmt::print("Keccak-256 beside Crypto++\n");
  compare_hash("keccak256", crypto::keccak256, [&](const Bytes& data) {
    CryptoPP::Keccak_256 hash;
    hash.CalculateDigest(digest, data.data(), data.size());
  });
}

/// Hashes of 1,024 inputs, by each form this processor runs, beside one after another.
void compare_many() {
  fmt::print("Keccak-256 of many inputs beside one by one\n");
  for (const std::size_t size : {32U, 64U, 135U, 500U}) {
    const std::vector<Bytes> data(1024, Bytes(size, 0x5a));
    const std::vector<ByteView> inputs(data.begin(), data.end());
    std::vector<Hash256> out(inputs.size());
    const auto hashes = static_cast<double>(inputs.size());
    const double single = hashes * rate_of([&] {
                            for (const ByteView input : inputs) keep(crypto::keccak256(input));
                          });
    for (const auto& form : crypto::detail::keccak_forms()) {
      const double rate =
          hashes * rate_of([&] { crypto::detail::keccak256_many(form, inputs, out); });
      fmt::print("{:<16}{:>8} B {:>12.0f} /s   ratio {:.2f}\n", form.name, size, rate,
                 rate / single);
    }
  }
}

void measure_curves() {
  Prng prng{1};
  const auto key = random_fixed<crypto::PrivateKey>(prng);
  const auto hash = random_fixed<Hash256>(prng);
  const auto signature = crypto::sign(hash, key);
  print_rate("secp256k1 sign", rate_of([&] { keep(crypto::sign(hash, key)); }));
  print_rate("secp256k1 recover", rate_of([&] { keep(crypto::recover(hash, signature)); }));

  const crypto::p256::PublicKey p256_key{
      *uint256::parse("0x60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"),
      *uint256::parse("0x7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299")};
  print_rate("P-256 verify", rate_of([&] {
               keep(crypto::p256::verify(hash, {signature.r, signature.s}, p256_key));
             }));

  namespace bn254 = crypto::bn254;
  const auto point = bn254::mul(bn254::generator(), to_uint256(hash));
  print_rate("bn254 add", rate_of([&] { keep(bn254::add(point, bn254::generator())); }));
  print_rate("bn254 mul", rate_of([&] { keep(bn254::mul(point, to_uint256(hash))); }));
}

void measure_others() {
  Prng prng{2};
  crypto::Blake2bBlock block;
  for (auto& word : block.message) word = prng.next();
  const double blake = rate_of([&] { keep(crypto::blake2b_f(1000, {}, block)); });
  fmt::print("{:<28}{:>12.1f} million rounds/s\n", "blake2b F", blake / 1000);
  Bytes modulus(256);
  prng.fill(modulus);
  modulus.back() |= 1;
  print_rate("modexp 2048 bits",
             rate_of([&] { keep(crypto::mod_exp(modulus, modulus, modulus)); }));
  const Bytes data(64, 1);
  print_rate("ripemd160 64 B", rate_of([&] { keep(crypto::ripemd160(data)); }));

  uint256 a{prng.next(), prng.next(), prng.next(), prng.next()};
  const uint256 b{prng.next(), prng.next(), 0, 0};
  const uint256 m{prng.next(), prng.next(), prng.next(), prng.next()};
  print_rate("uint256 multiply", rate_of([&] {
               a = a * m;
               keep(a);
             }));
  print_rate("uint256 divide", rate_of([&] { keep(m / b); }));
  print_rate("uint256 mul_mod", rate_of([&] { keep(mul_mod(a, b, m)); }));
}

}  // namespace
}  // namespace datapact

int main() {
  datapact::compare_hashes();
  datapact::compare_many();
  datapact::measure_curves();
  datapact::measure_others();
  return 0;
}
