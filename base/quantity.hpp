#pragma once
// Quantity<Tag, Rep>: a number with a meaning. Construction is explicit, tags never mix, `.raw()`
// leaves the type.
#include <compare>
#include <concepts>
#include <functional>
#include <limits>
#include <optional>

namespace datapact {

template <class Tag, class Rep>
class Quantity {
 public:
  using RepType = Rep;
  constexpr Quantity() noexcept = default;
  constexpr explicit Quantity(Rep value) noexcept : value_(value) {}
  [[nodiscard]] constexpr const Rep& raw() const noexcept { return value_; }
  friend constexpr bool operator==(const Quantity&, const Quantity&) noexcept = default;
  friend constexpr auto operator<=>(const Quantity& a, const Quantity& b) noexcept {
    return a.value_ <=> b.value_;
  }

 private:
  Rep value_{};
};

/// Sum, or nothing when it would wrap.
template <class Tag, class Rep>
[[nodiscard]] constexpr std::optional<Quantity<Tag, Rep>> checked_add(
    Quantity<Tag, Rep> a, Quantity<Tag, Rep> b) noexcept {
  const Rep sum = static_cast<Rep>(a.raw() + b.raw());
  if (sum < a.raw()) return std::nullopt;
  return Quantity<Tag, Rep>{sum};
}
/// Difference, or nothing when b > a.
template <class Tag, class Rep>
[[nodiscard]] constexpr std::optional<Quantity<Tag, Rep>> checked_sub(
    Quantity<Tag, Rep> a, Quantity<Tag, Rep> b) noexcept {
  if (a.raw() < b.raw()) return std::nullopt;
  return Quantity<Tag, Rep>{static_cast<Rep>(a.raw() - b.raw())};
}
/// Successor of an ordinal (height, round, nonce); the caller guarantees it is not the largest
/// value.
template <class Tag, std::unsigned_integral Rep>
[[nodiscard]] constexpr Quantity<Tag, Rep> next(Quantity<Tag, Rep> q) noexcept {
  return Quantity<Tag, Rep>{static_cast<Rep>(q.raw() + 1)};
}
/// Predecessor of a non-zero ordinal.
template <class Tag, std::unsigned_integral Rep>
[[nodiscard]] constexpr Quantity<Tag, Rep> previous(Quantity<Tag, Rep> q) noexcept {
  return Quantity<Tag, Rep>{static_cast<Rep>(q.raw() - 1)};
}

}  // namespace datapact

template <class Tag, std::unsigned_integral Rep>
struct std::hash<datapact::Quantity<Tag, Rep>> {
  std::size_t operator()(const datapact::Quantity<Tag, Rep>& q) const noexcept {
    return std::hash<Rep>{}(q.raw());
  }
};
