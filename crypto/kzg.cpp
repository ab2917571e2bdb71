#include "crypto/kzg.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"

#include <array>
#include <blst.h>
#include <cstddef>
#include <cstdint>
#include <optional>

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

/// The lines of the Miller loops, whose points of G2 are always the same.
struct Setup {
  std::array<blst_fp6, 68> generator_lines;
  std::array<blst_fp6, 68> tau_lines;
};

Setup make_setup() noexcept {
  Setup out{};
  blst_p2_affine tau;
  const BLST_ERROR error = blst_p2_uncompress(&tau, kTauG2.data());
  INVARIANT(error == BLST_SUCCESS);
  blst_precompute_lines(out.generator_lines.data(), blst_p2_affine_generator());
  blst_precompute_lines(out.tau_lines.data(), &tau);
  return out;
}

const Setup& setup() noexcept {
  static const Setup instance = make_setup();
  return instance;
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

/// 1 when the point is infinity.
blst_fp12 miller(const std::array<blst_fp6, 68>& lines, const blst_p1& point) noexcept {
  if (blst_p1_is_inf(&point)) return *blst_fp12_one();
  blst_p1_affine affine;
  blst_p1_to_affine(&affine, &point);
  blst_fp12 out;
  blst_miller_loop_lines(&out, lines.data(), &affine);
  return out;
}

}  // namespace

// The equation e(C - [y]G1, G2) = e(proof, [tau - z]G2) with z moved to the left, where a
// multiplication costs less, so that both points of G2 are constants:
// e(C - [y]G1 + [z]proof, G2) = e(proof, [tau]G2).
bool verify(const Opening& opening) {
  const auto commitment = read_point(opening.commitment);
  const auto proof = read_point(opening.proof);
  const auto z = read_scalar(opening.z);
  const auto y = read_scalar(opening.y);
  if (!commitment || !proof || !z || !y) return false;

  blst_p1 proof_point;
  blst_p1_from_affine(&proof_point, &*proof);
  blst_p1 left = times(*blst_p1_generator(), *y);
  blst_p1_cneg(&left, true);
  const blst_p1 z_proof = times(proof_point, *z);
  blst_p1_add_or_double(&left, &left, &z_proof);
  blst_p1_add_or_double_affine(&left, &left, &*commitment);

  const blst_fp12 left_value = miller(setup().generator_lines, left);
  const blst_fp12 right_value = miller(setup().tau_lines, proof_point);
  return blst_fp12_finalverify(&left_value, &right_value);
}

}  // namespace datapact::crypto::kzg
