#pragma once
// Inside the room only: the rounds of Keccak-f[1600] over any kind of lane. `Ops` names the type of
// a lane and its operations. For sources that are compiled for one instruction set: everything here
// is inlined, so that no other source can come to run it.
#include "crypto/keccak_permute.hpp"

namespace datapact::crypto::detail {

/// The lane that steps rho and pi bring to column kX of row kY, after step theta.
template <class Ops, unsigned kX, unsigned kY>
[[gnu::always_inline]] inline typename Ops::Lane moved(const typename Ops::Lane* a,
                                                       const typename Ops::Lane* d) noexcept {
  constexpr unsigned kFrom = (kX + 3 * kY) % 5 + 5 * kX;
  return Ops::template rotated<kKeccakRotation[kFrom]>(Ops::exclusive_or(a[kFrom], d[kFrom % 5]));
}

/// Step chi for one row.
template <class Ops, unsigned kY>
[[gnu::always_inline]] inline void row(const typename Ops::Lane* a, const typename Ops::Lane* d,
                                       typename Ops::Lane* out) noexcept {
  const auto b0 = moved<Ops, 0, kY>(a, d);
  const auto b1 = moved<Ops, 1, kY>(a, d);
  const auto b2 = moved<Ops, 2, kY>(a, d);
  const auto b3 = moved<Ops, 3, kY>(a, d);
  const auto b4 = moved<Ops, 4, kY>(a, d);
  out[5 * kY + 0] = Ops::chi(b0, b1, b2);
  out[5 * kY + 1] = Ops::chi(b1, b2, b3);
  out[5 * kY + 2] = Ops::chi(b2, b3, b4);
  out[5 * kY + 3] = Ops::chi(b3, b4, b0);
  out[5 * kY + 4] = Ops::chi(b4, b0, b1);
}

template <class Ops>
[[gnu::always_inline]] inline void round(const typename Ops::Lane* a, typename Ops::Lane* out,
                                         std::uint64_t constant) noexcept {
  typename Ops::Lane c[5];
#pragma GCC unroll 5
  for (unsigned x = 0; x < 5; ++x) {
    c[x] = Ops::exclusive_or(Ops::exclusive_or(a[x], a[x + 5], a[x + 10]), a[x + 15], a[x + 20]);
  }
  typename Ops::Lane d[5];
#pragma GCC unroll 5
  for (unsigned x = 0; x < 5; ++x) {
    d[x] = Ops::exclusive_or(c[(x + 4) % 5], Ops::template rotated<1>(c[(x + 1) % 5]));
  }
  row<Ops, 0>(a, d, out);
  row<Ops, 1>(a, d, out);
  row<Ops, 2>(a, d, out);
  row<Ops, 3>(a, d, out);
  row<Ops, 4>(a, d, out);
  out[0] = Ops::exclusive_or(out[0], Ops::all(constant));
}

/// Two rounds at a time, so that no lane is moved back.
template <class Ops>
[[gnu::always_inline]] inline void permute_rounds(std::uint64_t* states) noexcept {
  typename Ops::Lane a[kKeccakLanes];
  typename Ops::Lane e[kKeccakLanes];
#pragma GCC unroll 25
  for (unsigned i = 0; i < kKeccakLanes; ++i) a[i] = Ops::load(states + i * Ops::kWidth);
  for (unsigned i = 0; i < 24; i += 2) {
    round<Ops>(a, e, kKeccakRoundConstant[i]);
    round<Ops>(e, a, kKeccakRoundConstant[i + 1]);
  }
#pragma GCC unroll 25
  for (unsigned i = 0; i < kKeccakLanes; ++i) Ops::store(states + i * Ops::kWidth, a[i]);
}

}  // namespace datapact::crypto::detail
