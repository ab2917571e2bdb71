#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/methods.hpp"
#include "rpc/node_api.hpp"
#include "rpc/params.hpp"

#include <utility>

namespace datapact::rpc::eth {

void send_raw_transaction(const Context& context, const Params& params, Completion done) {
  auto raw = params.bytes(0);
  if (!raw.ok()) {
    done(fail(std::move(raw).error()));
    return;
  }
  context.node.txns().submit(
      std::move(*raw), [done = std::move(done)](Result<TxnHash, NodeError> result) {
        if (result.ok()) {
          done(json::Value(to_hex0x(*result)));
        } else {
          done(refuse(static_cast<ErrorCode>(result.error().code), result.error().message));
        }
      });
}

}  // namespace datapact::rpc::eth
