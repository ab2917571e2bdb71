#include "node/config.hpp"

#include "base/log.hpp"
#include "base/result.hpp"
#include "node/logging.hpp"
#include "node/start_error.hpp"
#include "node/validator_key.hpp"
#include "p2p/gossip/peer_address.hpp"
#include "rpc/limits.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <numeric>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace datapact::node {
namespace {

/// What is wrong with a value, in words; nothing when it was taken.
using Complaint = std::optional<std::string>;

struct Target {
  NodeConfig& config;
  const std::filesystem::path& folder;
};

Complaint take_path(const toml::node& value, const Target& target, std::filesystem::path& out) {
  const auto text = value.value<std::string>();
  if (!text || text->empty()) return "wants a path in quotes";
  out = target.folder / *text;
  return std::nullopt;
}
Complaint take_path(const toml::node& value, const Target& target,
                    std::optional<std::filesystem::path>& out) {
  std::filesystem::path path;
  auto complaint = take_path(value, target, path);
  if (!complaint) out = std::move(path);
  return complaint;
}

template <class T>
Complaint take_number(const toml::node& value, std::uint64_t min, std::uint64_t max, T& out) {
  const auto number = value.value_exact<std::int64_t>();
  if (!number || *number < 0 || static_cast<std::uint64_t>(*number) < min ||
      static_cast<std::uint64_t>(*number) > max) {
    return "wants a number from " + std::to_string(min) + " to " + std::to_string(max);
  }
  out = static_cast<T>(*number);
  return std::nullopt;
}

Complaint take_bool(const toml::node& value, bool& out) {
  const auto flag = value.value_exact<bool>();
  if (!flag) return "wants true or false";
  out = *flag;
  return std::nullopt;
}

Complaint take_names(const toml::node& value, std::vector<std::string>& out) {
  const auto* array = value.as_array();
  if (array == nullptr) return "wants a list of names in quotes";
  for (const auto& item : *array) {
    const auto text = item.value<std::string>();
    if (!text) return "wants a list of names in quotes";
    out.push_back(*text);
  }
  return std::nullopt;
}

Complaint take_level(const toml::node& value, log::Level& out) {
  constexpr std::array kLevels{
      std::pair{"debug", log::Level::kDebug}, std::pair{"info", log::Level::kInfo},
      std::pair{"warning", log::Level::kWarning}, std::pair{"error", log::Level::kError}};
  for (const auto& [name, level] : kLevels) {
    if (value.value<std::string>() == name) {
      out = level;
      return std::nullopt;
    }
  }
  return R"(wants "debug", "info", "warning" or "error")";
}

Complaint take_format(const toml::node& value, LogFormat& out) {
  const auto text = value.value<std::string>();
  if (text != "text" && text != "json") return R"(wants "text" or "json")";
  out = text == "json" ? LogFormat::kJson : LogFormat::kText;
  return std::nullopt;
}

/// "host:port"; an IPv6 address stands in brackets.
Complaint take_listen(const toml::node& value, std::string& host, std::uint16_t& port) {
  const auto complaint = "wants \"HOST:PORT\" in quotes";
  const auto text = value.value<std::string>();
  if (!text) return complaint;
  const auto colon = text->rfind(':');
  if (colon == std::string::npos || colon == 0) return complaint;
  const char* const end = text->data() + text->size();
  std::uint16_t number = 0;
  const auto parsed = std::from_chars(text->data() + colon + 1, end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return complaint;
  host = text->substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  port = number;
  return std::nullopt;
}

Complaint take_peers(const toml::node& value, std::vector<p2p::PeerAddress>& out) {
  std::vector<std::string> texts;
  if (auto complaint = take_names(value, texts)) return "wants a list of \"NODE_ID@HOST:PORT\"";
  for (const auto& text : texts) {
    auto peer = p2p::parse_peer_address(text);
    if (!peer.has_value()) return "\"" + text + "\": " + peer.error();
    out.push_back(std::move(*peer));
  }
  return std::nullopt;
}

/// Any key of a section says that the section is there.
template <class Section>
Section& section(std::optional<Section>& place) {
  return place ? *place : place.emplace();
}

struct Key {
  std::string_view name;
  Complaint (*take)(const toml::node& value, const Target& target);
};

constexpr std::uint64_t kMany = 1'000'000'000;
/// A quarter of a tebibyte.
constexpr std::uint64_t kStateCacheMbMax = 262'144;
/// Room for an error document.
constexpr std::uint64_t kBytesMin = 1'024;
/// A batch of calls whose parameter is a call with an access list.
constexpr std::uint64_t kJsonDepthMin = 8;
/// Documents are written by recursion.
constexpr std::uint64_t kJsonDepthMax = 256;
/// What the simplest transaction takes.
constexpr std::uint64_t kTxnGasMin = 21'000;

/// One field of rpc::Limits: a count, bytes, gas, or milliseconds.
template <auto kField, std::uint64_t kMin, std::uint64_t kMax>
constexpr Key rpc_limit(std::string_view name) {
  return {name, [](const toml::node& v, const Target& t) {
            return take_number(v, kMin, kMax, t.config.rpc.limits.*kField);
          }};
}

/// The one table of keys: reading, the check for unknown ones and the suggestion follow from it.
constexpr std::array kKeys{
    Key{"node.data_dir",
        [](const toml::node& v, const Target& t) { return take_path(v, t, t.config.data_dir); }},
    Key{"node.genesis",
        [](const toml::node& v, const Target& t) { return take_path(v, t, t.config.genesis); }},
    Key{"node.event_log",
        [](const toml::node& v, const Target& t) { return take_path(v, t, t.config.event_log); }},
    Key{"node.verification_threads",
        [](const toml::node& v, const Target& t) {
          return take_number(v, 1, 64, t.config.verification_threads);
        }},
    Key{"node.execution_threads",
        [](const toml::node& v, const Target& t) {
          return take_number(v, 1, 64, t.config.execution_threads);
        }},
    Key{"node.state_cache_mb",
        [](const toml::node& v, const Target& t) {
          return take_number(v, 0, kStateCacheMbMax, t.config.state_cache_mb);
        }},
    Key{"node.inbox_events_max",
        [](const toml::node& v, const Target& t) {
          return take_number(v, 16, kMany, t.config.inbox_events_max);
        }},
    Key{"validator.key_file",
        [](const toml::node& v, const Target& t) { return take_path(v, t, t.config.key_file); }},
    Key{"validator.password_file",
        [](const toml::node& v, const Target& t) {
          return take_path(v, t, t.config.password_file);
        }},
    Key{"rpc.address",
        [](const toml::node& v, const Target& t) -> Complaint {
          const auto text = v.value<std::string>();
          if (!text) return "wants an address in quotes";
          t.config.rpc.address = *text;
          return std::nullopt;
        }},
    Key{"rpc.port", [](const toml::node& v,
                       const Target& t) { return take_number(v, 0, 65535, t.config.rpc.port); }},
    Key{"rpc.allowed_hosts",
        [](const toml::node& v, const Target& t) {
          return take_names(v, t.config.rpc.host_rules.hosts);
        }},
    Key{"rpc.allowed_origins",
        [](const toml::node& v, const Target& t) {
          return take_names(v, t.config.rpc.host_rules.origins);
        }},
    Key{"rpc.worker_threads",
        [](const toml::node& v, const Target& t) {
          return take_number(v, 1, 256, t.config.rpc.worker_threads);
        }},
    rpc_limit<&rpc::Limits::connections_max, 1, kMany>("rpc.connections_max"),
    rpc_limit<&rpc::Limits::connections_per_address_max, 1, kMany>(
        "rpc.connections_per_address_max"),
    rpc_limit<&rpc::Limits::queued_requests_max, 1, kMany>("rpc.queued_requests_max"),
    rpc_limit<&rpc::Limits::batch_items_max, 1, kMany>("rpc.batch_items_max"),
    rpc_limit<&rpc::Limits::body_bytes_max, kBytesMin, kMany>("rpc.body_bytes_max"),
    rpc_limit<&rpc::Limits::response_bytes_max, kBytesMin, kMany>("rpc.response_bytes_max"),
    rpc_limit<&rpc::Limits::json_depth_max, kJsonDepthMin, kJsonDepthMax>("rpc.json_depth_max"),
    rpc_limit<&rpc::Limits::logs_blocks_max, 1, kMany>("rpc.logs_blocks_max"),
    rpc_limit<&rpc::Limits::logs_max, 1, kMany>("rpc.logs_max"),
    rpc_limit<&rpc::Limits::log_addresses_max, 1, kMany>("rpc.log_addresses_max"),
    rpc_limit<&rpc::Limits::log_topics_max, 1, kMany>("rpc.log_topics_max"),
    rpc_limit<&rpc::Limits::filters_max, 1, kMany>("rpc.filters_max"),
    rpc_limit<&rpc::Limits::filter_idle_max, 1, kMany>("rpc.filter_idle_max_ms"),
    rpc_limit<&rpc::Limits::call_gas_max, kTxnGasMin, kMany * kMany>("rpc.call_gas_max"),
    rpc_limit<&rpc::Limits::call_time_max, 1, kMany>("rpc.call_time_max_ms"),
    rpc_limit<&rpc::Limits::trace_time_max, 1, kMany>("rpc.trace_time_max_ms"),
    rpc_limit<&rpc::Limits::trace_steps_max, 1, kMany * kMany>("rpc.trace_steps_max"),
    rpc_limit<&rpc::Limits::batch_time_max, 1, kMany>("rpc.batch_time_max_ms"),
    rpc_limit<&rpc::Limits::fee_history_blocks_max, 1, kMany>("rpc.fee_history_blocks_max"),
    rpc_limit<&rpc::Limits::fee_history_percentiles_max, 1, kMany>(
        "rpc.fee_history_percentiles_max"),
    rpc_limit<&rpc::Limits::proof_slots_max, 1, kMany>("rpc.proof_slots_max"),
    rpc_limit<&rpc::Limits::idle_max, 1, kMany>("rpc.idle_max_ms"),
    rpc_limit<&rpc::Limits::header_max, 1, kMany>("rpc.header_max_ms"),
    rpc_limit<&rpc::Limits::body_max, 1, kMany>("rpc.body_max_ms"),
    rpc_limit<&rpc::Limits::write_max, 1, kMany>("rpc.write_max_ms"),
    Key{"p2p.listen",
        [](const toml::node& v, const Target& t) {
          auto& p2p = section(t.config.p2p);
          return take_listen(v, p2p.address, p2p.port);
        }},
    Key{"p2p.key_file",
        [](const toml::node& v, const Target& t) {
          return take_path(v, t, section(t.config.p2p).key_file);
        }},
    Key{"p2p.tls", [](const toml::node& v,
                      const Target& t) { return take_bool(v, section(t.config.p2p).tls); }},
    Key{"p2p.peers", [](const toml::node& v,
                        const Target& t) { return take_peers(v, section(t.config.p2p).peers); }},
    Key{"ops.listen",
        [](const toml::node& v, const Target& t) {
          auto& ops = section(t.config.ops);
          return take_listen(v, ops.address, ops.port);
        }},
    Key{"pool.txns_max",
        [](const toml::node& v, const Target& t) {
          return take_number(v, 1, kMany, t.config.pool.txns_max);
        }},
    Key{"pool.txns_per_sender_max",
        [](const toml::node& v, const Target& t) {
          return take_number(v, 1, kMany, t.config.pool.txns_per_sender_max);
        }},
    Key{"pool.txns_per_organisation_max",
        [](const toml::node& v, const Target& t) {
          return take_number(v, 1, kMany, t.config.pool.txns_per_organisation_max);
        }},
    Key{"log.level",
        [](const toml::node& v, const Target& t) { return take_level(v, t.config.log.level); }},
    Key{"log.format",
        [](const toml::node& v, const Target& t) { return take_format(v, t.config.log.format); }},
};

/// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

std::string suggestion(std::string_view name) {
  const auto best = std::ranges::min_element(kKeys, [&](const Key& a, const Key& b) {
    return distance(a.name, name) < distance(b.name, name);
  });
  if (distance(best->name, name) > name.size() / 2) return "";
  return "; did you mean " + std::string(best->name) + "?";
}

StartError complain(const std::filesystem::path& file, std::uint32_t line, std::string message) {
  return {ExitCode::kConfigOrFile,
          file.string() + ":" + std::to_string(line) + ": " + std::move(message)};
}

// NOLINTNEXTLINE(misc-no-recursion): two levels, for a section has no sections
Result<void, StartError> take(const toml::table& table, const std::string& prefix,
                              const Target& target, const std::filesystem::path& file) {
  for (const auto& [key, value] : table) {
    const std::string name = prefix + std::string(key.str());
    const auto known = std::ranges::find_if(kKeys, [&](const Key& k) { return k.name == name; });
    const auto line = value.source().begin.line;
    if (known != kKeys.end()) {
      if (auto complaint = known->take(value, target)) {
        return fail(complain(file, line, name + " " + *complaint));
      }
      continue;
    }
    const bool is_section =
        prefix.empty() && value.is_table() &&
        std::ranges::any_of(kKeys, [&](const Key& k) { return k.name.starts_with(name + "."); });
    if (!is_section) return fail(complain(file, line, "unknown key " + name + suggestion(name)));
    TRY_VOID(take(*value.as_table(), name + ".", target, file));
  }
  return {};
}

}  // namespace

std::vector<std::string_view> config_keys() {
  std::vector<std::string_view> out;
  out.reserve(kKeys.size());
  for (const auto& key : kKeys) out.push_back(key.name);
  return out;
}

Result<NodeConfig, StartError> parse_config(std::string_view text,
                                            const std::filesystem::path& file) {
  NodeConfig config;
  const auto folder = file.parent_path();
  config.data_dir = folder / config.data_dir;
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return fail(complain(file, error.source().begin.line, std::string(error.description())));
  }
  TRY_VOID(take(table, "", Target{config, folder}, file));
  if (config.genesis.empty()) return fail(complain(file, 1, "node.genesis is missing"));
  if (config.key_file.empty()) return fail(complain(file, 1, "validator.key_file is missing"));
  if (config.p2p && config.p2p->key_file.empty()) {
    return fail(complain(file, 1, "p2p.key_file is missing: a node with peers has a key"));
  }
  if (config.p2p && !config.p2p->tls && !is_loopback(config.p2p->address)) {
    return fail(complain(file, 1,
                         "p2p.tls is false, which is for loopback only, and p2p.listen is " +
                             config.p2p->address +
                             ": everybody on the way could read what the nodes send"));
  }
  return config;
}

Result<NodeConfig, StartError> load_config(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return fail(StartError{ExitCode::kConfigOrFile, "cannot read " + file.string()});
  return parse_config(text.str(), std::filesystem::absolute(file));
}

}  // namespace datapact::node
