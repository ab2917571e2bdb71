#pragma once
// Name to method, checked when compiled: sorted, no name twice.
#include "rpc/methods.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace datapact::rpc {

enum class Access : std::uint8_t {
  kEveryone,
  kLocal,  ///< callers on this host: until roles exist, the loopback holds the operator's
};

struct Method {
  std::string_view name;
  Outcome (*run)(const Context&, const Params&) = nullptr;
  /// Set instead of `run` when the answer arrives later.
  void (*start)(const Context&, const Params&, Completion) = nullptr;
  std::size_t params_max = 0;
  Access access = Access::kEveryone;
};

[[nodiscard]] std::span<const Method> method_table() noexcept;
/// Null when there is no such method.
[[nodiscard]] const Method* find_method(std::string_view name) noexcept;

}  // namespace datapact::rpc
