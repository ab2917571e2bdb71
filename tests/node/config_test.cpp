#include "node/config.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace datapact;
using namespace datapact::node;

namespace {
constexpr std::string_view kSmall =
    "[node]\ngenesis = \"g.json\"\n[validator]\nkey_file = \"v.key\"\n";
const std::filesystem::path kFile = "/etc/datapact/node.toml";

std::string complaint(const std::string& extra) {
  const auto config = parse_config(std::string(kSmall) + extra, kFile);
  REQUIRE_FALSE(config.has_value());
  CHECK(config.error().code == ExitCode::kConfigOrFile);
  return config.error().message;
}
/// Every field of the limits under the key that sets it. The binding fails to compile when a field
/// comes or goes.
std::vector<std::pair<std::string_view, std::uint64_t>> fields(const rpc::Limits& limits) {
  const auto& [body_bytes, response_bytes, connections, per_address, batch_items, depth, queued,
               logs_blocks, logs, addresses, topics, filters, filter_idle, call_gas, call_time,
               trace_time, trace_steps, batch_time, fee_blocks, percentiles, slots, idle, header,
               body, write] = limits;
  const auto ms = [](std::chrono::milliseconds time) {
    return static_cast<std::uint64_t>(time.count());
  };
  return {{"rpc.body_bytes_max", body_bytes},
          {"rpc.response_bytes_max", response_bytes},
          {"rpc.connections_max", connections},
          {"rpc.connections_per_address_max", per_address},
          {"rpc.batch_items_max", batch_items},
          {"rpc.json_depth_max", depth},
          {"rpc.queued_requests_max", queued},
          {"rpc.logs_blocks_max", logs_blocks},
          {"rpc.logs_max", logs},
          {"rpc.log_addresses_max", addresses},
          {"rpc.log_topics_max", topics},
          {"rpc.filters_max", filters},
          {"rpc.filter_idle_max_ms", ms(filter_idle)},
          {"rpc.call_gas_max", call_gas},
          {"rpc.call_time_max_ms", ms(call_time)},
          {"rpc.trace_time_max_ms", ms(trace_time)},
          {"rpc.trace_steps_max", trace_steps},
          {"rpc.batch_time_max_ms", ms(batch_time)},
          {"rpc.fee_history_blocks_max", fee_blocks},
          {"rpc.fee_history_percentiles_max", percentiles},
          {"rpc.proof_slots_max", slots},
          {"rpc.idle_max_ms", ms(idle)},
          {"rpc.header_max_ms", ms(header)},
          {"rpc.body_max_ms", ms(body)},
          {"rpc.write_max_ms", ms(write)}};
}
}  // namespace

TEST_SUITE("node/config") {
  TEST_CASE("paths are taken from the folder of the file and the rest has defaults") {
    const auto config = parse_config(kSmall, kFile);
    REQUIRE(config.has_value());
    CHECK(config->genesis == "/etc/datapact/g.json");
    CHECK(config->data_dir == "/etc/datapact/data");
    CHECK(config->rpc.address == "127.0.0.1");
    CHECK(config->rpc.port == 8545);
    CHECK_FALSE(config->event_log.has_value());
  }
  TEST_CASE("every section is read") {
    const auto config =
        parse_config(std::string(kSmall) +
                         "password_file = \"/run/pw\"\n[rpc]\nport = 9\nallowed_hosts = [\"a\"]\n"
                         "[pool]\ntxns_max = 7\n[log]\nlevel = \"debug\"\nformat = \"json\"\n",
                     kFile);
    REQUIRE(config.has_value());
    CHECK(config->password_file == "/run/pw");
    CHECK(config->rpc.port == 9);
    CHECK(config->rpc.host_rules.hosts == std::vector<std::string>{"a"});
    CHECK(config->pool.txns_max == 7);
    CHECK(config->log.level == log::Level::kDebug);
    CHECK(config->log.format == LogFormat::kJson);
  }
  TEST_CASE("a block is executed by one to 64 threads, two unless the file says otherwise") {
    const auto with = [](const std::string& threads) {
      return "[node]\ngenesis = \"g\"\nexecution_threads = " + threads +
             "\n[validator]\nkey_file = \"v\"\n";
    };
    CHECK(parse_config(kSmall, kFile)->execution_threads == 2);
    CHECK(parse_config(with("7"), kFile)->execution_threads == 7);
    for (const auto* const bad : {"0", "65", "\"2\""}) {
      const auto config = parse_config(with(bad), kFile);
      REQUIRE_FALSE(config.has_value());
      CHECK(config.error().message.find("node.execution_threads wants a number from 1 to 64") !=
            std::string::npos);
    }
  }
  TEST_CASE("the state's cache has 128 MiB unless the file says otherwise, and a bound") {
    const auto with = [](const std::string& size) {
      return "[node]\ngenesis = \"g\"\nstate_cache_mb = " + size +
             "\n[validator]\nkey_file = \"v\"\n";
    };
    CHECK(parse_config(kSmall, kFile)->state_cache_mb == 128);
    CHECK(parse_config(with("0"), kFile)->state_cache_mb == 0);
    CHECK(parse_config(with("4096"), kFile)->state_cache_mb == 4096);
    for (const auto* const bad : {"-1", "262145", "true"}) {
      const auto config = parse_config(with(bad), kFile);
      REQUIRE_FALSE(config.has_value());
      CHECK(config.error().message.find("node.state_cache_mb wants a number from 0 to 262144") !=
            std::string::npos);
    }
  }
  TEST_CASE("every limit of the JSON-RPC server is taken from its key, and none from another") {
    const rpc::Limits usual;
    std::size_t limits = 0;
    for (const auto key : config_keys()) {
      if (!key.starts_with("rpc.") || key.find("_max") == std::string_view::npos) continue;
      CAPTURE(key);
      ++limits;
      const auto with = [&](const std::string& value) {
        return parse_config(
            std::string(kSmall) + "[rpc]\n" + std::string(key.substr(4)) + " = " + value + "\n",
            kFile);
      };
      const std::uint64_t chosen = key == "rpc.json_depth_max" ? 77 : 123'457;
      const auto config = with(std::to_string(chosen));
      REQUIRE(config.has_value());
      const auto before = fields(usual);
      const auto after = fields(config->rpc.limits);
      std::string changed;
      for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i].second == after[i].second) continue;
        changed += after[i].first;
        CHECK(after[i].second == chosen);
      }
      CHECK(changed == key);
      for (const auto* const bad : {"0", "-1", "\"5\"", "9223372036854775807"}) {
        const auto refused = with(bad);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().message.find(std::string(key) + " wants a number from ") !=
              std::string::npos);
      }
    }
    CHECK(limits == fields(usual).size());
  }
  TEST_CASE("every key stands on the page of the configuration") {
    std::ifstream in(std::filesystem::path(DATAPACT_SOURCE_DIR) / "docs/formats/node-config.md");
    std::stringstream page;
    page << in.rdbuf();
    REQUIRE_FALSE(page.str().empty());
    for (const auto key : config_keys()) {
      CAPTURE(key);
      CHECK(page.str().find('`' + std::string(key) + '`') != std::string::npos);
    }
  }
  TEST_CASE("peers are named by key and place") {
    const std::string id(64, 'a');
    const auto config =
        parse_config(std::string(kSmall) +
                         "[p2p]\nlisten = \"[::1]:30303\"\nkey_file = \"t.key\"\npeers = [\"0x" +
                         id + "@host:1\"]\n[ops]\nlisten = \"127.0.0.1:9\"\n",
                     kFile);
    REQUIRE(config.has_value());
    REQUIRE(config->p2p.has_value());
    CHECK(config->p2p->address == "::1");
    CHECK(config->p2p->port == 30303);
    CHECK(config->p2p->key_file == "/etc/datapact/t.key");
    REQUIRE(config->p2p->peers.size() == 1);
    CHECK(config->p2p->peers[0].host == "host");
    REQUIRE(config->ops.has_value());
    CHECK(config->ops->port == 9);
    CHECK_FALSE(parse_config(kSmall, kFile)->p2p.has_value());
  }
  TEST_CASE("nodes speak TLS unless the configuration says otherwise, which it may on loopback") {
    const auto with = [](const std::string& keys) {
      return parse_config(std::string(kSmall) + "[p2p]\nkey_file = \"t.key\"\n" + keys, kFile);
    };
    CHECK(with("")->p2p->tls);
    CHECK(with("listen = \"0.0.0.0:1\"\ntls = true\n")->p2p->tls);
    for (const auto* const loopback : {"127.0.0.1:1", "[::1]:1"}) {
      CHECK_FALSE(with("listen = \"" + std::string(loopback) + "\"\ntls = false\n")->p2p->tls);
    }
  }
  TEST_CASE("a node that others reach does not speak in the clear") {
    for (const auto* const listen : {"0.0.0.0:1", "[::]:1", "10.0.0.7:1"}) {
      const auto text = complaint("[p2p]\nkey_file = \"t.key\"\ntls = false\nlisten = \"" +
                                  std::string(listen) + "\"\n");
      CAPTURE(text);
      CHECK(text.find("p2p.tls is false") != std::string::npos);
      CHECK(text.find("p2p.listen is") != std::string::npos);
    }
    CHECK(complaint("[p2p]\nkey_file = \"t.key\"\ntls = \"no\"\n").find("p2p.tls wants") !=
          std::string::npos);
  }
  TEST_CASE("a place or a peer that is none is refused with the value") {
    CHECK(complaint("[p2p]\nlisten = \"30303\"\n").find("p2p.listen wants") != std::string::npos);
    CHECK(complaint("[p2p]\nlisten = \"a:70000\"\n").find("p2p.listen wants") != std::string::npos);
    CHECK(complaint("[p2p]\npeers = [\"nobody\"]\n").find("p2p.peers \"nobody\":") !=
          std::string::npos);
    CHECK(complaint("[p2p]\npeers = []\n").find("p2p.key_file is missing") != std::string::npos);
  }
  TEST_CASE("an unknown key is named with its line and the nearest known one") {
    CHECK(complaint("[rpc]\nprot = 1\n") ==
          "/etc/datapact/node.toml:6: unknown key rpc.prot; did you mean rpc.port?");
    CHECK(complaint("[zebra]\nq = 1\n") == "/etc/datapact/node.toml:5: unknown key zebra");
  }
  TEST_CASE("a value of the wrong kind is refused with what is wanted") {
    CHECK(complaint("[rpc]\nport = 65536\n").ends_with("rpc.port wants a number from 0 to 65535"));
    CHECK(complaint("[rpc]\nport = \"x\"\n").ends_with("rpc.port wants a number from 0 to 65535"));
    CHECK(complaint("[log]\nlevel = \"loud\"\n").find("log.level wants") != std::string::npos);
    CHECK(complaint("[log]\nformat = 1\n").find("log.format wants") != std::string::npos);
    CHECK(complaint("[rpc]\nallowed_hosts = 1\n").find("wants a list") != std::string::npos);
  }
  TEST_CASE("a syntax error and a missing key are refused") {
    CHECK(complaint("[rpc\n").starts_with("/etc/datapact/node.toml:5: "));
    const auto config = parse_config("", kFile);
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().message.ends_with("node.genesis is missing"));
    const auto absent = load_config("/nonexistent/node.toml");
    REQUIRE_FALSE(absent.has_value());
    CHECK(absent.error().message == "cannot read /nonexistent/node.toml");
  }
}
