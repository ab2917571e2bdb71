// data_: what data trade needs of a node beyond Ethereum's methods.
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/methods.hpp"
#include "rpc/params.hpp"

namespace datapact::rpc::data {

Outcome get_genesis_config(const Context& context, const Params&) {
  return context.node.config().raw_config;
}

}  // namespace datapact::rpc::data
