#pragma once
// How a call ended. Everything but kSuccess and kRevert consumed all the gas it was given, except
// the three light failures, which never started: their gas comes back whole.
#include <cstdint>
#include <string_view>

namespace datapact::vm {

enum class Status : std::uint8_t {
  kSuccess,
  kRevert,                ///< REVERT: state undone, unused gas and output returned
  kOutOfGas,              ///< including memory beyond any payable size
  kInvalidInstruction,    ///< INVALID (0xfe)
  kUndefinedInstruction,  ///< an opcode the revision does not have
  kStackUnderflow,
  kStackOverflow,
  kBadJumpDestination,
  kInvalidMemoryAccess,  ///< RETURNDATACOPY beyond the end of the return data
  kStaticViolation,      ///< a change of state inside STATICCALL
  kPrecompileFailure,    ///< a precompile refused its input
  kCreateCollision,      ///< CREATE at an address that is in use (EIP-684, EIP-7610)
  kInitCodeTooLarge,     ///< EIP-3860
  kCodeTooLarge,         ///< EIP-170
  kInvalidCode,          ///< deployed code begins with 0xef (EIP-3541)
  kCallDepthExceeded,    ///< light failure: more than 1024 nested calls
  kInsufficientBalance,  ///< light failure: the value exceeds the caller's balance
  kNonceOverflow,        ///< light failure: the creator's nonce is 2^64 - 1 (EIP-2681)
};

[[nodiscard]] std::string_view to_string(Status status) noexcept;

/// True for the failures after which the gas handed to the call is returned untouched.
[[nodiscard]] constexpr bool is_light_failure(Status status) noexcept {
  return status == Status::kCallDepthExceeded || status == Status::kInsufficientBalance ||
         status == Status::kNonceOverflow;
}

}  // namespace datapact::vm
