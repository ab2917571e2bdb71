#include "crypto/bls12_381.hpp"

#include "base/bytes.hpp"

#include <algorithm>
#include <array>
#include <blst.h>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace datapact::crypto::bls12_381 {
namespace {

constexpr std::size_t kNumberSize = 48;
constexpr std::size_t kPadding = kFieldSize - kNumberSize;
constexpr unsigned kScalarBits = 255;

constexpr std::array<std::uint8_t, kNumberSize> kPrime = {
    0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x9a, 0x4b, 0x1b, 0xa7, 0xb6, 0x43, 0x4b, 0xac, 0xd7,
    0x64, 0x77, 0x4b, 0x84, 0xf3, 0x85, 0x12, 0xbf, 0x67, 0x30, 0xd2, 0xa0, 0xf6, 0xb0, 0xf6, 0x24,
    0x1e, 0xab, 0xff, 0xfe, 0xb1, 0x53, 0xff, 0xff, 0xb9, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xab};

std::optional<blst_fp> read_number(const std::uint8_t* in) noexcept {
  const std::uint8_t* const number = in + kPadding;
  if (std::any_of(in, number, [](std::uint8_t byte) { return byte != 0; })) return std::nullopt;
  // blst reduces what is too large instead of refusing it.
  if (!std::lexicographical_compare(number, number + kNumberSize, kPrime.begin(), kPrime.end())) {
    return std::nullopt;
  }
  blst_fp out;
  blst_fp_from_bendian(&out, number);
  return out;
}

std::optional<blst_fp2> read_quadratic(const std::uint8_t* in) noexcept {
  const auto real = read_number(in);
  const auto imaginary = read_number(in + kFieldSize);
  if (!real || !imaginary) return std::nullopt;
  return blst_fp2{{*real, *imaginary}};
}

void write(std::uint8_t* out, const blst_fp& number) noexcept {
  blst_bendian_from_fp(out + kPadding, &number);
}
void write(std::uint8_t* out, const blst_fp2& number) noexcept {
  write(out, number.fp[0]);
  write(out + kFieldSize, number.fp[1]);
}

/// blst's functions on one of the two groups, under common names.
struct G1 {
  using Affine = blst_p1_affine;
  using Point = blst_p1;
  using Encoded = G1Bytes;
  static constexpr auto kReadCoordinate = read_number;
  static constexpr auto kIsOnCurve = blst_p1_affine_on_curve;
  static constexpr auto kIsInSubgroup = blst_p1_affine_in_g1;
  static constexpr auto kIsInfinity = blst_p1_affine_is_inf;
  static constexpr auto kFromAffine = blst_p1_from_affine;
  static constexpr auto kToAffine = blst_p1_to_affine;
  static constexpr auto kAddAffine = blst_p1_add_or_double_affine;
  static constexpr auto kScratchSize = blst_p1s_mult_pippenger_scratch_sizeof;
  static constexpr auto kMultiplySum = blst_p1s_mult_pippenger;
};
struct G2 {
  using Affine = blst_p2_affine;
  using Point = blst_p2;
  using Encoded = G2Bytes;
  static constexpr auto kReadCoordinate = read_quadratic;
  static constexpr auto kIsOnCurve = blst_p2_affine_on_curve;
  static constexpr auto kIsInSubgroup = blst_p2_affine_in_g2;
  static constexpr auto kIsInfinity = blst_p2_affine_is_inf;
  static constexpr auto kFromAffine = blst_p2_from_affine;
  static constexpr auto kToAffine = blst_p2_to_affine;
  static constexpr auto kAddAffine = blst_p2_add_or_double_affine;
  static constexpr auto kScratchSize = blst_p2s_mult_pippenger_scratch_sizeof;
  static constexpr auto kMultiplySum = blst_p2s_mult_pippenger;
};

template <class Group>
constexpr std::size_t kPointSize = std::tuple_size_v<typename Group::Encoded>;

/// On the curve, or infinity, which blst writes as zeros, too.
template <class Group>
std::optional<typename Group::Affine> read_point(const std::uint8_t* in) noexcept {
  const auto x = Group::kReadCoordinate(in);
  const auto y = Group::kReadCoordinate(in + kPointSize<Group> / 2);
  if (!x || !y) return std::nullopt;
  const typename Group::Affine out{*x, *y};
  if (!Group::kIsInfinity(&out) && !Group::kIsOnCurve(&out)) return std::nullopt;
  return out;
}

template <class Group>
std::optional<typename Group::Affine> read_member(const std::uint8_t* in) noexcept {
  const auto out = read_point<Group>(in);
  if (!out || !Group::kIsInSubgroup(&*out)) return std::nullopt;
  return out;
}

template <class Group>
typename Group::Encoded encode(const typename Group::Point& point) noexcept {
  typename Group::Affine affine;
  Group::kToAffine(&affine, &point);
  typename Group::Encoded out{};
  if (Group::kIsInfinity(&affine)) return out;
  write(out.data(), affine.x);
  write(out.data() + kPointSize<Group> / 2, affine.y);
  return out;
}

template <class Group>
std::optional<typename Group::Encoded> add(ByteView points) {
  if (points.size() != 2 * kPointSize<Group>) return std::nullopt;
  const auto a = read_point<Group>(points.data());
  const auto b = read_point<Group>(points.data() + kPointSize<Group>);
  if (!a || !b) return std::nullopt;
  typename Group::Point sum;
  Group::kFromAffine(&sum, &*a);
  Group::kAddAffine(&sum, &sum, &*b);
  return encode<Group>(sum);
}

/// The terms of a sum that are not infinity.
template <class Group>
struct Terms {
  std::vector<typename Group::Affine> points;
  std::vector<blst_scalar> scalars;
};

template <class Group>
std::optional<Terms<Group>> read_terms(ByteView pairs) {
  constexpr std::size_t kPairSize = kPointSize<Group> + kScalarSize;
  if (pairs.empty() || pairs.size() % kPairSize != 0) return std::nullopt;
  Terms<Group> out;
  for (; !pairs.empty(); pairs = pairs.subspan(kPairSize)) {
    const auto point = read_member<Group>(pairs.data());
    if (!point) return std::nullopt;
    blst_scalar scalar;
    const bool is_not_zero =
        blst_scalar_from_be_bytes(&scalar, pairs.data() + kPointSize<Group>, kScalarSize);
    // blst's sum is wrong when a point is infinity.
    if (!is_not_zero || Group::kIsInfinity(&*point)) continue;
    out.points.push_back(*point);
    out.scalars.push_back(scalar);
  }
  return out;
}

template <class Group>
std::optional<typename Group::Encoded> multiply_sum(ByteView pairs) {
  const auto terms = read_terms<Group>(pairs);
  if (!terms) return std::nullopt;
  const std::size_t count = terms->points.size();
  typename Group::Point sum{};
  if (count != 0) {
    // blst reads as many pointers as there are points, or up to one null, which asks for the next.
    const typename Group::Affine* const points[] = {terms->points.data(), nullptr};
    const std::uint8_t* const scalars[] = {terms->scalars.data()->b, nullptr};
    std::vector<limb_t> scratch(Group::kScratchSize(count) / sizeof(limb_t));
    Group::kMultiplySum(&sum, points, count, scalars, kScalarBits, scratch.data());
  }
  return encode<Group>(sum);
}

}  // namespace

std::optional<G1Bytes> g1_add(ByteView points) { return add<G1>(points); }
std::optional<G2Bytes> g2_add(ByteView points) { return add<G2>(points); }
std::optional<G1Bytes> g1_msm(ByteView pairs) { return multiply_sum<G1>(pairs); }
std::optional<G2Bytes> g2_msm(ByteView pairs) { return multiply_sum<G2>(pairs); }

std::optional<bool> pairing_product_is_one(ByteView pairs) {
  constexpr std::size_t kPairSize = kG1Size + kG2Size;
  if (pairs.empty() || pairs.size() % kPairSize != 0) return std::nullopt;
  std::vector<blst_p1_affine> ps;
  std::vector<blst_p2_affine> qs;
  for (; !pairs.empty(); pairs = pairs.subspan(kPairSize)) {
    const auto p = read_member<G1>(pairs.data());
    const auto q = read_member<G2>(pairs.data() + kG1Size);
    if (!p || !q) return std::nullopt;
    // Infinity pairs to one.
    if (blst_p1_affine_is_inf(&*p) || blst_p2_affine_is_inf(&*q)) continue;
    ps.push_back(*p);
    qs.push_back(*q);
  }
  if (ps.empty()) return true;
  const blst_p1_affine* const p_pointers[] = {ps.data(), nullptr};
  const blst_p2_affine* const q_pointers[] = {qs.data(), nullptr};
  blst_fp12 product;
  blst_miller_loop_n(&product, q_pointers, p_pointers, ps.size());
  blst_final_exp(&product, &product);
  return blst_fp12_is_one(&product);
}

std::optional<G1Bytes> map_to_g1(ByteView number) {
  if (number.size() != kFieldSize) return std::nullopt;
  const auto value = read_number(number.data());
  if (!value) return std::nullopt;
  blst_p1 point;
  blst_map_to_g1(&point, &*value, nullptr);
  return encode<G1>(point);
}

std::optional<G2Bytes> map_to_g2(ByteView number) {
  if (number.size() != 2 * kFieldSize) return std::nullopt;
  const auto value = read_quadratic(number.data());
  if (!value) return std::nullopt;
  blst_p2 point;
  blst_map_to_g2(&point, &*value, nullptr);
  return encode<G2>(point);
}

}  // namespace datapact::crypto::bls12_381
