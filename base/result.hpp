#pragma once
// Result<T, E>: a value, or the module's error. Propagate with TRY(auto x, expr); or
// TRY_VOID(expr);
#include <tl/expected.hpp>

#include <type_traits>
#include <utility>

namespace datapact {

/// Wraps an error on its way into a Result: `return fail(Error::kTooLong);`
template <class E>
[[nodiscard]] constexpr auto fail(E&& error) {
  return tl::unexpected<std::decay_t<E>>(std::forward<E>(error));
}

template <class T, class E>
class [[nodiscard]] Result : public tl::expected<T, E> {
 public:
  using tl::expected<T, E>::expected;  // NOLINT(*-rvalue-reference-param-not-moved): tl's own
  constexpr Result(tl::expected<T, E> other) : tl::expected<T, E>(std::move(other)) {}  // NOLINT
  [[nodiscard]] constexpr bool ok() const noexcept { return this->has_value(); }
};

}  // namespace datapact
// NOLINTBEGIN(bugprone-macro-parentheses): arguments are declarations and names to declare
#define DATAPACT_CONCAT_INNER_(a, b) a##b
#define DATAPACT_CONCAT_(a, b) DATAPACT_CONCAT_INNER_(a, b)
/// Declares `declaration` from the value of `expression`, or returns its error from the enclosing
/// function.
#define TRY(declaration, expression) \
  TRY_IMPL_(DATAPACT_CONCAT_(try_result_, __LINE__), declaration, expression)
#define TRY_IMPL_(name, declaration, expression)                           \
  auto name = (expression);                                                \
  if (!name.has_value()) return ::datapact::fail(std::move(name).error()); \
  declaration = std::move(*name)
/// The same for a Result<void, E>.
#define TRY_VOID(expression) TRY_VOID_IMPL_(DATAPACT_CONCAT_(try_result_, __LINE__), expression)
#define TRY_VOID_IMPL_(name, expression)                                     \
  do {                                                                       \
    auto name = (expression);                                                \
    if (!name.has_value()) return ::datapact::fail(std::move(name).error()); \
  } while (false)
// NOLINTEND(bugprone-macro-parentheses)
