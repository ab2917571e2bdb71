#pragma once
// How a call ended. Everything but kSuccess and kRevert consumed all the gas it was given, except
// kNonceOverflow, whose gas comes back whole. Calls that are too deep or beyond the balance never
// reach the host: the caller sees a zero on its stack. Init code that is too large is out of gas.
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
  kCodeTooLarge,         ///< EIP-170
  kInvalidCode,          ///< deployed code begins with 0xef (EIP-3541)
  kStopped,              ///< a StopWatch ended it: no outcome of the protocol, never in a block
  kNonceOverflow,        ///< never started: the creator's nonce is 2^64 - 1 (EIP-2681)
};

[[nodiscard]] std::string_view to_string(Status status) noexcept;

}  // namespace datapact::vm
