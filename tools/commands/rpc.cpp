// datapact rpc METHOD [JSON…]: any JSON-RPC call.
#include "base/json.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace datapact::tools {

void add_rpc_commands(Commands& commands) {
  struct Flags {
    std::string method;
    std::vector<std::string> params;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App& rpc = commands.single("rpc", "call any JSON-RPC method", [flags](Session& session) {
    json::Value params = json::Value::array();
    for (const auto& text : flags->params) {
      auto value = json::parse(text);
      // What is no JSON is meant as a text: datapact rpc eth_getBalance 0x… latest.
      params.push(value ? std::move(*value) : json::Value{text});
    }
    const auto result = session.rpc().call(flags->method, std::move(params));
    const auto* word = result.as_string();
    const bool plain = word != nullptr && session.out.format != Format::kJson;
    // The node's word, as it is.
    if (plain) return session.out.raw(*word + "\n");
    session.out.raw(json::to_pretty_text(result));
  });
  rpc.add_option("METHOD", flags->method, "such as eth_blockNumber")->required();
  rpc.add_option("PARAMS", flags->params, "each as JSON, or as a plain text");
}

}  // namespace datapact::tools
