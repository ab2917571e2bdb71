// net_, web3_ and txpool_: small facts about this node.
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "crypto/keccak.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/methods.hpp"
#include "rpc/node_api.hpp"
#include "rpc/params.hpp"

#include <cstdint>
#include <string>

namespace datapact::rpc {

Outcome net::version(const Context& context, const Params&) {
  return std::to_string(context.node.config().chain_id.raw());
}

Outcome net::listening(const Context&, const Params&) { return true; }

Outcome net::peer_count(const Context& context, const Params&) {
  return to_quantity(std::uint64_t{context.node.status().peers});
}

Outcome web3::client_version(const Context& context, const Params&) {
  return context.node.status().client_version;
}

Outcome web3::sha3(const Context&, const Params& params) {
  TRY(const Bytes data, params.bytes(0));
  return to_hex0x(crypto::keccak256(data));
}

Outcome txpool_methods::status(const Context& context, const Params&) {
  const PoolCounts counts = context.node.txns().counts();
  return json::Value::object({{"pending", to_quantity(std::uint64_t{counts.pending})},
                              {"queued", to_quantity(std::uint64_t{counts.queued})}});
}

}  // namespace datapact::rpc
