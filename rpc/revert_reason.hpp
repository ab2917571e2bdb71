#pragma once
// What a REVERT says to a human (Solidity, "Panic via assert and Error via require"). Pure.
#include "base/bytes.hpp"
#include "rpc/error.hpp"

#include <optional>
#include <string>

namespace datapact::rpc {

/// The text of Error(string) or the meaning of Panic(uint256); nothing for any other data.
[[nodiscard]] std::optional<std::string> revert_reason(ByteView data);
/// Code 3, "execution reverted: reason", the data as 0x text.
[[nodiscard]] Error revert_error(ByteView data);

}  // namespace datapact::rpc
