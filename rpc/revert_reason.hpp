#pragma once
// A REVERT as a refusal of JSON-RPC. Pure.
#include "base/bytes.hpp"
#include "rpc/error.hpp"

namespace datapact::rpc {

/// Code 3, "execution reverted: reason", the data as 0x text.
[[nodiscard]] Error revert_error(ByteView data);

}  // namespace datapact::rpc
