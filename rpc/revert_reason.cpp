#include "rpc/revert_reason.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "ledger/chain/revert_reason.hpp"
#include "rpc/error.hpp"

#include <string>
#include <utility>

namespace datapact::rpc {

Error revert_error(ByteView data) {
  std::string message = "execution reverted";
  if (const auto reason = chain::revert_reason(data)) message += ": " + *reason;
  return {ErrorCode::kReverted, std::move(message), to_hex0x(data)};
}

}  // namespace datapact::rpc
