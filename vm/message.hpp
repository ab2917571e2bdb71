#pragma once
// One message call or contract creation, and its outcome (Yellow Paper, section 8 and 9).
#include "base/types.hpp"
#include "vm/status.hpp"

#include <cstdint>

namespace datapact::vm {

/// Nested calls below the transaction's own message.
inline constexpr int kCallDepthMax = 1024;

enum class CallKind : std::uint8_t { kCall, kDelegateCall, kCallCode, kCreate, kCreate2 };

struct Message {
  CallKind kind = CallKind::kCall;
  /// Inside a STATICCALL, at any distance.
  bool is_static = false;
  /// `code_address` was reached through an EIP-7702 designator: run its code even when it is a
  /// precompile's address (there the code is empty).
  bool is_delegated = false;
  /// 0 for the transaction's own message.
  int depth = 0;
  std::int64_t gas = 0;
  /// Whose storage and balance the code acts on. The host computes it for creations.
  Address recipient;
  Address sender;
  /// Whose code runs; equals `recipient` for a plain call. Unused by creations.
  Address code_address;
  /// What CALLVALUE shows; transferred from sender to recipient by kCall and creations only.
  uint256 value;
  /// Call data, or the init code of a creation. Borrowed until the call returns.
  ByteView input;
  /// Of kCreate2.
  Hash256 salt;
};

[[nodiscard]] constexpr bool is_create(CallKind kind) noexcept {
  return kind == CallKind::kCreate || kind == CallKind::kCreate2;
}

struct CallResult {
  Status status = Status::kSuccess;
  std::int64_t gas_left = 0;
  /// Counter of EIP-3529, may be negative within a transaction; zero unless successful.
  std::int64_t gas_refund = 0;
  /// Return data, revert data; of a creation's init code run: the code to deploy.
  Bytes output;
  /// Of a successful creation, as the host returns it.
  Address create_address;
};

}  // namespace datapact::vm
