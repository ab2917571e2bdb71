#pragma once
// Assertions for bugs only: compiled into every build, they print file, line and expression and
// abort. Never for anything a peer, a user or a file can cause.

namespace datapact::detail {
[[noreturn]] void assertion_failed(const char* kind, const char* expression, const char* file,
                                   int line) noexcept;
}  // namespace datapact::detail

#define DATAPACT_ASSERT_(kind, x) \
  ((x) ? static_cast<void>(0) : ::datapact::detail::assertion_failed(kind, #x, __FILE__, __LINE__))
#define PRECONDITION(x) DATAPACT_ASSERT_("precondition", x)
#define INVARIANT(x) DATAPACT_ASSERT_("invariant", x)
#ifdef NDEBUG
#define DEBUG_INVARIANT(x) static_cast<void>(0)
#else
#define DEBUG_INVARIANT(x) DATAPACT_ASSERT_("invariant", x)
#endif
