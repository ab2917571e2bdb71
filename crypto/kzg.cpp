#include "crypto/kzg.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"

#include <array>
#include <blst.h>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace datapact::crypto::kzg {
namespace {

constexpr std::size_t kScalarBits = 255;

/// [tau]G2 of Ethereum's ceremony (consensus-specs, trusted_setup_4096.json, g2_monomial[1]).
constexpr std::array<std::uint8_t, 96> kTauG2 = {
    0xb5, 0xbf, 0xd7, 0xdd, 0x8c, 0xde, 0xb1, 0x28, 0x84, 0x3b, 0xc2, 0x87, 0x23, 0x0a, 0xf3, 0x89,
    0x26, 0x18, 0x70, 0x75, 0xcb, 0xfb, 0xef, 0xa8, 0x10, 0x09, 0xa2, 0xce, 0x61, 0x5a, 0xc5, 0x3d,
    0x29, 0x14, 0xe5, 0x87, 0x0c, 0xb4, 0x52, 0xd2, 0xaf, 0xaa, 0xab, 0x24, 0xf3, 0x49, 0x9f, 0x72,
    0x18, 0x5c, 0xbf, 0xee, 0x53, 0x49, 0x27, 0x14, 0x73, 0x44, 0x29, 0xb7, 0xb3, 0x86, 0x08, 0xe2,
    0x39, 0x26, 0xc9, 0x11, 0xcc, 0xec, 0xea, 0xc9, 0xa3, 0x68, 0x51, 0x47, 0x7b, 0xa4, 0xc6, 0x0b,
    0x08, 0x70, 0x41, 0xde, 0x62, 0x10, 0x00, 0xed, 0xc9, 0x8e, 0xda, 0xda, 0x20, 0xc1, 0xde, 0xf2};

constexpr std::size_t kLines = 68;
using Lines = std::array<blst_fp6, kLines>;

/// A digit of four bits of a scalar is one of these, the least significant first.
constexpr std::size_t kDigits = 64;
constexpr std::size_t kDigitMax = 15;

/// All that does not depend on the opening: the lines of the Miller loops, whose points of G2 are
/// always the same, and the generator of G1 times each digit at each place.
struct Setup {
  Lines generator_lines;
  Lines tau_lines;
  std::array<blst_p1_affine, kDigits * kDigitMax> generator_multiples;
};

void fill_multiples(Setup& setup) {
  std::vector<blst_p1> multiples;
  multiples.reserve(setup.generator_multiples.size());
  blst_p1 place = *blst_p1_generator();
  for (std::size_t i = 0; i < kDigits; ++i) {
    blst_p1 multiple = place;
    for (std::size_t digit = 1; digit <= kDigitMax; ++digit) {
      multiples.push_back(multiple);
      blst_p1_add_or_double(&multiple, &multiple, &place);
    }
    place = multiple;
  }
  const blst_p1* const points[] = {multiples.data(), nullptr};
  blst_p1s_to_affine(setup.generator_multiples.data(), points, multiples.size());
}

std::unique_ptr<const Setup> make_setup() {
  auto out = std::make_unique<Setup>();
  blst_p2_affine tau;
  const BLST_ERROR error = blst_p2_uncompress(&tau, kTauG2.data());
  INVARIANT(error == BLST_SUCCESS);
  blst_precompute_lines(out->generator_lines.data(), blst_p2_affine_generator());
  blst_precompute_lines(out->tau_lines.data(), &tau);
  fill_multiples(*out);
  return out;
}

const Setup& setup() {
  static const std::unique_ptr<const Setup> instance = make_setup();
  return *instance;
}

std::optional<blst_p1_affine> read_point(ByteView bytes) noexcept {
  if (bytes.size() != kCommitmentSize) return std::nullopt;
  blst_p1_affine out;
  if (blst_p1_uncompress(&out, bytes.data()) != BLST_SUCCESS) return std::nullopt;
  if (!blst_p1_affine_is_inf(&out) && !blst_p1_affine_in_g1(&out)) return std::nullopt;
  return out;
}

std::optional<blst_scalar> read_scalar(ByteView bytes) noexcept {
  if (bytes.size() != kScalarSize) return std::nullopt;
  blst_scalar out;
  blst_scalar_from_bendian(&out, bytes.data());
  if (!blst_scalar_fr_check(&out)) return std::nullopt;
  return out;
}

blst_p1 times(const blst_p1& point, const blst_scalar& scalar) noexcept {
  blst_p1 out;
  blst_p1_mult(&out, &point, scalar.b, kScalarBits);
  return out;
}

blst_p1 times_generator(const blst_scalar& scalar) {
  blst_p1 out{};
  for (std::size_t i = 0; i < kDigits; ++i) {
    const unsigned digit = (scalar.b[i / 2] >> (4 * (i % 2))) & kDigitMax;
    if (digit == 0) continue;
    const auto& multiple = setup().generator_multiples[i * kDigitMax + digit - 1];
    blst_p1_add_or_double_affine(&out, &out, &multiple);
  }
  return out;
}

/// One factor of a product of pairings: where its lines are evaluated.
class Factor {
 public:
  Factor(const Lines& lines, const blst_p1_affine& point) noexcept
      : lines_(&lines), is_one_(blst_p1_affine_is_inf(&point)) {
    blst_fp_add(&x_, &point.x, &point.x);
    blst_fp_cneg(&x_, &x_, true);
    blst_fp_add(&y_, &point.y, &point.y);
  }

  void multiply(blst_fp12& product, std::size_t line) const noexcept {
    if (is_one_) return;
    blst_fp6 value = (*lines_)[line];
    for (blst_fp& part : value.fp2[1].fp) blst_fp_mul(&part, &part, &x_);
    for (blst_fp& part : value.fp2[2].fp) blst_fp_mul(&part, &part, &y_);
    blst_fp12_mul_by_xy00z0(&product, &product, &value);
  }

 private:
  const Lines* lines_;
  bool is_one_;  ///< the point is infinity
  blst_fp x_{};  ///< -2 x and 2 y, the multiples that blst's lines leave to the point
  blst_fp y_{};
};

/// Whether the two pairings multiply to one, by one Miller loop that squares for both.
bool product_is_one(const Factor& a, const Factor& b) noexcept {
  /// How often the loop doubles after it has added, from the top bit of the curve's parameter on.
  constexpr std::size_t kDoublings[] = {2, 3, 9, 32, 16};
  blst_fp12 product = *blst_fp12_one();
  std::size_t line = 0;
  const auto multiply = [&] {
    a.multiply(product, line);
    b.multiply(product, line);
    ++line;
  };
  multiply();
  for (const std::size_t doublings : kDoublings) {
    multiply();
    for (std::size_t i = 0; i < doublings; ++i) {
      blst_fp12_sqr(&product, &product);
      multiply();
    }
  }
  INVARIANT(line == kLines);
  blst_final_exp(&product, &product);
  return blst_fp12_is_one(&product);
}

blst_p1_affine to_affine(const blst_p1& point) noexcept {
  blst_p1_affine out;
  blst_p1_to_affine(&out, &point);
  return out;
}

}  // namespace

// The equation e(C - [y]G1, G2) = e(proof, [tau - z]G2) with z moved to the left, where a
// multiplication costs less, so that both points of G2 are constants, and then all to one side:
// e([y]G1 - [z]proof - C, G2) e(proof, [tau]G2) = 1.
bool verify(const Opening& opening) {
  const auto commitment = read_point(opening.commitment);
  const auto proof = read_point(opening.proof);
  const auto z = read_scalar(opening.z);
  const auto y = read_scalar(opening.y);
  if (!commitment || !proof || !z || !y) return false;

  blst_p1 proof_point;
  blst_p1_from_affine(&proof_point, &*proof);
  blst_p1 left = times(proof_point, *z);
  blst_p1_add_or_double_affine(&left, &left, &*commitment);
  blst_p1_cneg(&left, true);
  const blst_p1 value = times_generator(*y);
  blst_p1_add_or_double(&left, &left, &value);
  return product_is_one({setup().generator_lines, to_affine(left)}, {setup().tau_lines, *proof});
}

}  // namespace datapact::crypto::kzg
