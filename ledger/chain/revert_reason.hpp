#pragma once
// What a REVERT says to a human (Solidity, "Panic via assert and Error via require"). Pure.
#include "base/bytes.hpp"

#include <optional>
#include <string>

namespace datapact::chain {

/// The text of Error(string) or the meaning of Panic(uint256); nothing for any other data.
[[nodiscard]] std::optional<std::string> revert_reason(ByteView data);

}  // namespace datapact::chain
