#include "vm/status.hpp"

#include <string_view>

namespace datapact::vm {

std::string_view to_string(Status status) noexcept {
  switch (status) {
    case Status::kSuccess:
      return "success";
    case Status::kRevert:
      return "execution reverted";
    case Status::kOutOfGas:
      return "out of gas";
    case Status::kInvalidInstruction:
      return "invalid instruction";
    case Status::kUndefinedInstruction:
      return "undefined instruction";
    case Status::kStackUnderflow:
      return "stack underflow";
    case Status::kStackOverflow:
      return "stack overflow";
    case Status::kBadJumpDestination:
      return "bad jump destination";
    case Status::kInvalidMemoryAccess:
      return "return data out of bounds";
    case Status::kStaticViolation:
      return "state change in a static call";
    case Status::kPrecompileFailure:
      return "precompile failure";
    case Status::kCreateCollision:
      return "address already in use";
    case Status::kCodeTooLarge:
      return "code too large";
    case Status::kInvalidCode:
      return "deployed code begins with 0xef";
    case Status::kStopped:
      return "stopped";
    case Status::kNonceOverflow:
      return "nonce overflow";
  }
  return {};
}

}  // namespace datapact::vm
