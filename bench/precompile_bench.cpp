// The precompiled contracts one by one: microseconds a call and gas a second, the revision's gas
// for the time it takes. Machines differ and are shared, so each is also given in units of one
// ecrecover, measured in the same run. usage: precompile_bench [--json] [--filter TEXT]
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/prng.hpp"
#include "base/types.hpp"
#include "crypto/bls12_381.hpp"
#include "crypto/bn254.hpp"
#include "crypto/secp256k1.hpp"
#include "vm/precompiles.hpp"
#include "vm/revision.hpp"
#include "vm/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::bench {
namespace {

constexpr std::int64_t kPlenty = std::numeric_limits<std::int64_t>::max();
/// The best of many short slices of CPU time is hardly touched by what else runs on the machine.
constexpr double kSliceSeconds = 0.003;
constexpr int kSlices = 120;

struct Case {
  unsigned id;
  std::string name;
  Bytes input;
};

struct Figure {
  std::string name;
  std::int64_t gas = 0;
  double microseconds = 0;
  [[nodiscard]] double mgas_per_second() const { return static_cast<double>(gas) / microseconds; }
};

Bytes word(const uint256& value) {
  Bytes out(32);
  value.store_be(out.data());
  return out;
}
Bytes hex(std::string_view digits) { return from_hex(digits).value(); }
Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) append(out, part);
  return out;
}
Bytes repeated(const Bytes& part, std::size_t count) {
  Bytes out;
  for (std::size_t i = 0; i < count; ++i) append(out, part);
  return out;
}
uint256 random_word(Prng& prng) { return {prng.next(), prng.next(), prng.next(), prng.next()}; }

Bytes ecrecover_input(Prng& prng) {
  const Hash256 hash = to_hash256(random_word(prng));
  const auto key = crypto::PrivateKey::from(word(random_word(prng)));
  const crypto::Signature signature = crypto::sign(hash, key);
  return joined({to_bytes(hash.view()), word(uint256{27U + signature.y_parity}), word(signature.r),
                 word(signature.s)});
}

Bytes modexp_input(Prng& prng, std::size_t size) {
  Bytes out = joined({word(uint256{size}), word(uint256{size}), word(uint256{size})});
  Bytes number(size);
  for (int i = 0; i < 3; ++i) {
    prng.fill(number);
    number.front() |= 0x80;
    number.back() |= 1;
    append(out, number);
  }
  return out;
}

/// EIP-197's generator of G2.
Bytes bn254_g2() {
  return hex(
      "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
      "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
      "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
      "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa");
}
Bytes bn254_g1(Prng& prng) {
  namespace bn254 = crypto::bn254;
  return to_bytes(bn254::encode(bn254::mul(bn254::generator(), random_word(prng))));
}
Bytes bn254_pairs(Prng& prng, std::size_t count) {
  Bytes out;
  for (std::size_t i = 0; i < count; ++i) append(out, joined({bn254_g1(prng), bn254_g2()}));
  return out;
}

/// Random points of BLS12-381's groups, by the maps to them.
Bytes bls_g1(Prng& prng) {
  return to_bytes(
      crypto::bls12_381::map_to_g1(joined({word({}), word(random_word(prng))})).value());
}
Bytes bls_g2(Prng& prng) {
  const Bytes number = joined({word({}), word(random_word(prng))});
  return to_bytes(crypto::bls12_381::map_to_g2(joined({number, number})).value());
}
template <class MakePoint>
Bytes bls_terms(Prng& prng, std::size_t count, const MakePoint& make_point) {
  Bytes out;
  for (std::size_t i = 0; i < count; ++i) {
    append(out, joined({make_point(prng), word(random_word(prng))}));
  }
  return out;
}

/// The polynomial x takes z at z; its commitment is [tau]G1 and the proof the generator.
Bytes kzg_input(Prng& prng) {
  const Bytes z = word(random_word(prng) >> 2);
  return joined({hex("014fa3bb4018340ca2fa8eb239e23af6ba465f6d5bc31db78988445da078db76"), z, z,
                 hex("ad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42"
                     "d25926fc0c97b336e9f0fb35e5a04c81"),
                 hex("97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58"
                     "6c55e83ff97a1aeffb3af00adb22c6bb")});
}

Bytes blake2f_input(Prng& prng, std::uint32_t rounds) {
  Bytes out(213);
  prng.fill(out);
  store_be(out.data(), rounds);
  out.back() = 1;
  return out;
}

/// A key of P-256 with a signature that is not its own, which takes as long as one that is.
Bytes p256_input(Prng& prng) {
  return joined({word(random_word(prng)), word(random_word(prng) >> 1),
                 word(random_word(prng) >> 1),
                 hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                     "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299")});
}

std::vector<Case> make_cases() {
  Prng prng{0xbe7c};
  Bytes kilobyte(1024);
  prng.fill(kilobyte);
  return {
      {0x01, "one signature", ecrecover_input(prng)},
      {0x02, "1,024 bytes", kilobyte},
      {0x02, "no bytes", {}},
      {0x03, "1,024 bytes", kilobyte},
      {0x04, "1,024 bytes", kilobyte},
      {0x05, "32 bytes", modexp_input(prng, 32)},
      {0x05, "256 bytes", modexp_input(prng, 256)},
      {0x05, "1,024 bytes", modexp_input(prng, 1024)},
      {0x06, "two points", joined({bn254_g1(prng), bn254_g1(prng)})},
      {0x07, "one point", joined({bn254_g1(prng), word(random_word(prng))})},
      {0x08, "1 pair", bn254_pairs(prng, 1)},
      {0x08, "2 pairs", bn254_pairs(prng, 2)},
      {0x08, "10 pairs", bn254_pairs(prng, 10)},
      {0x09, "12 rounds", blake2f_input(prng, 12)},
      {0x09, "100,000 rounds", blake2f_input(prng, 100'000)},
      {0x0a, "one opening", kzg_input(prng)},
      {0x0b, "two points", joined({bls_g1(prng), bls_g1(prng)})},
      {0x0c, "1 term", bls_terms(prng, 1, bls_g1)},
      {0x0c, "16 terms", bls_terms(prng, 16, bls_g1)},
      {0x0c, "128 terms", bls_terms(prng, 128, bls_g1)},
      {0x0d, "two points", joined({bls_g2(prng), bls_g2(prng)})},
      {0x0e, "1 term", bls_terms(prng, 1, bls_g2)},
      {0x0e, "16 terms", bls_terms(prng, 16, bls_g2)},
      {0x0e, "128 terms", bls_terms(prng, 128, bls_g2)},
      {0x0f, "1 pair", joined({bls_g1(prng), bls_g2(prng)})},
      {0x0f, "2 pairs", repeated(joined({bls_g1(prng), bls_g2(prng)}), 2)},
      {0x0f, "10 pairs", repeated(joined({bls_g1(prng), bls_g2(prng)}), 10)},
      {0x10, "one number", joined({word({}), word(random_word(prng))})},
      {0x11, "one number", repeated(joined({word({}), word(random_word(prng))}), 2)},
      {0x100, "one signature", p256_input(prng)},
  };
}

double cpu_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// Of one call.
double best_time(const Case& one, const Address& address) {
  const auto call = [&] {
    return vm::run_precompile(vm::Revision::kOsaka, address, one.input, kPlenty);
  };
  const auto timed = [&](std::size_t calls) {
    const double start = cpu_seconds();
    for (std::size_t i = 0; i < calls; ++i) static_cast<void>(call());
    return (cpu_seconds() - start) / static_cast<double>(calls);
  };
  double best = timed(1);
  for (int slice = 0; slice < kSlices; ++slice) {
    best = std::min(best, timed(1 + static_cast<std::size_t>(kSliceSeconds / best)));
  }
  return best;
}

std::optional<Figure> measure(const Case& one) {
  const Address address = to_address(uint256{one.id});
  const auto result = vm::run_precompile(vm::Revision::kOsaka, address, one.input, kPlenty);
  if (result.status != vm::Status::kSuccess) {
    fmt::print(stderr, "{} refuses {}\n", vm::precompile_name(address), one.name);
    return std::nullopt;
  }
  return Figure{fmt::format("{} {}", vm::precompile_name(address), one.name),
                kPlenty - result.gas_left, best_time(one, address) * 1e6};
}

void print(const std::vector<Figure>& figures, double yardstick, bool as_json) {
  if (!as_json) {
    fmt::print("{:<44}{:>12}{:>12}{:>12}{:>14}\n", "", "gas", "us", "Mgas/s", "x ecrecover");
    for (const Figure& figure : figures) {
      fmt::print("{:<44}{:>12}{:>12.2f}{:>12.1f}{:>14.3f}\n", figure.name, figure.gas,
                 figure.microseconds, figure.mgas_per_second(), figure.microseconds / yardstick);
    }
    return;
  }
  json::Value cases = json::Value::array();
  for (const Figure& figure : figures) {
    cases.push(json::Value::object({{"name", figure.name},
                                    {"gas", figure.gas},
                                    {"microseconds", figure.microseconds},
                                    {"mgasPerSecond", figure.mgas_per_second()},
                                    {"ecrecovers", figure.microseconds / yardstick}}));
  }
  fmt::print("{}", json::to_pretty_text(json::Value::object({{"cases", cases}})));
}

}  // namespace
}  // namespace datapact::bench

int main(int argc, char** argv) {
  using namespace datapact;
  bool as_json = false;
  std::string filter;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--json") {
      as_json = true;
    } else if (argument == "--filter" && i + 1 < argc) {
      filter = argv[++i];
    } else {
      fmt::print(stderr, "usage: precompile_bench [--json] [--filter TEXT]\n");
      return 2;
    }
  }
  std::vector<bench::Figure> figures;
  double yardstick = 0;
  for (const bench::Case& one : bench::make_cases()) {
    // The first case is the yardstick and always measured.
    const std::string_view precompile = vm::precompile_name(to_address(uint256{one.id}));
    const bool is_wanted =
        fmt::format("{} {}", precompile, one.name).find(filter) != std::string::npos;
    if (!is_wanted && yardstick != 0) continue;
    const auto figure = bench::measure(one);
    if (!figure) return 1;
    if (yardstick == 0) yardstick = figure->microseconds;
    if (is_wanted) figures.push_back(*figure);
  }
  bench::print(figures, yardstick, as_json);
  return 0;
}
