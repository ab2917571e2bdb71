// JSON-RPC tests of the execution-apis: requests and responses (.io files) of a chain that lies
// beside them as genesis.json and chain.rlp. A node imports the chain and answers over HTTP.
#include "base/json.hpp"
#include "node/import_node.hpp"
#include "node/system_clock.hpp"
#include "tests/conformance_runner/kind.hpp"
#include "tests/conformance_runner/read.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datapact::conformance {
namespace {

namespace fs = std::filesystem;
namespace asio = boost::asio;
namespace http = boost::beast::http;

/// One request and what must come back.
struct Exchange {
  std::string request;
  std::string response;
};

Parsed<std::vector<Exchange>> read_exchanges(std::string_view text) {
  std::vector<Exchange> out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.starts_with(">> ")) {
      out.push_back({std::string{line.substr(3)}, {}});
    } else if (line.starts_with("<< ")) {
      if (out.empty() || !out.back().response.empty()) {
        return fail(std::string{"a response without its request"});
      }
      out.back().response = line.substr(3);
    }
  }
  if (out.empty() || out.back().response.empty()) return fail(std::string{"no exchange"});
  return out;
}

/// One POST on a connection of its own; throws when the server cannot be reached.
std::string post(std::uint16_t port, const std::string& body) {
  asio::io_context io;
  asio::ip::tcp::socket socket{io};
  socket.connect({asio::ip::address_v4::loopback(), port});
  http::request<http::string_body> request{http::verb::post, "/", 11};
  request.set(http::field::host, "127.0.0.1");
  request.set(http::field::content_type, "application/json");
  request.keep_alive(false);
  request.body() = body;
  request.prepare_payload();
  http::write(socket, request);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> response;
  response.body_limit(boost::none);
  http::read(socket, buffer, response);
  return response.get().body();
}

/// The nodes of the chains under test; each is imported once.
class ChainNodes {
 public:
  Result<std::uint16_t, std::string> port_of(const fs::path& folder) {
    const std::scoped_lock lock{mutex_};
    auto& node = nodes_[folder];
    if (!node) {
      node::ImportConfig config;
      config.genesis = folder / "genesis.json";
      config.chain = folder / "chain.rlp";
      config.rpc.port = 0;
      auto started = node::ImportNode::start(config, clock_);
      if (!started) return fail(started.error().message);
      node = std::move(*started);
    }
    return node->rpc_port();
  }

 private:
  node::SystemClock clock_;
  std::mutex mutex_;
  std::map<fs::path, std::unique_ptr<node::ImportNode>> nodes_;
};

/// The nearest folder above that has a chain.
std::optional<fs::path> chain_folder(const fs::path& file) {
  for (fs::path folder = fs::absolute(file).parent_path(); folder.has_relative_path();
       folder = folder.parent_path()) {
    if (fs::exists(folder / "genesis.json") && fs::exists(folder / "chain.rlp")) return folder;
  }
  return std::nullopt;
}

/// Members in order of their names, so that equal results have equal text.
std::string sorted_text(const json::Value* value) {
  return value != nullptr ? json::to_canonical_text(*value) : "none";
}

std::string error_code(const json::Value& response) {
  const json::Value* error = response.find("error");
  return error != nullptr ? sorted_text(error->find("code")) : "none";
}

/// Results must be equal; of errors the code.
Parsed<Mismatches> compare(const Exchange& exchange, const std::string& answer) {
  const auto expected = json::parse(exchange.response, {.depth_max = 64});
  const auto got = json::parse(answer, {.depth_max = 64});
  if (!expected) return fail(std::string{"the expected response is no JSON"});
  Mismatches out;
  if (!got) {
    expect_equal("response", exchange.response, answer, out);
    return out;
  }
  expect_equal("error code", error_code(*expected), error_code(*got), out);
  expect_equal("result", sorted_text(expected->find("result")), sorted_text(got->find("result")),
               out);
  return out;
}

class RpcKind final : public Kind {
 public:
  std::string_view name() const override { return "rpc"; }
  bool is_test_file(const fs::path& path) const override { return path.extension() == ".io"; }

  Result<void, std::string> run_file(const fs::path& path, std::string_view text,
                                     CaseSink& sink) override {
    const std::string id = path.parent_path().filename().string() + "/" + path.stem().string();
    if (!sink.wants(id)) return {};
    const auto folder = chain_folder(path);
    if (!folder) return fail(std::string{"no genesis.json and chain.rlp beside it or above"});
    TRY(const auto exchanges, read_exchanges(text));
    TRY(const std::uint16_t port, nodes_.port_of(*folder));
    Mismatches mismatches;
    for (const Exchange& exchange : exchanges) {
      TRY(const auto differences, compare(exchange, post(port, exchange.request)));
      mismatches.insert(mismatches.end(), differences.begin(), differences.end());
    }
    sink.add(id, std::move(mismatches));
    return {};
  }

 private:
  ChainNodes nodes_;
};

}  // namespace

std::vector<KindPtr> all_kinds() {
  std::vector<KindPtr> out;
  out.push_back(std::make_unique<RpcKind>());
  return out;
}

}  // namespace datapact::conformance
