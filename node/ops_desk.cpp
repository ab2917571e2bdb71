#include "node/ops_desk.hpp"

#include "base/json.hpp"
#include "base/result.hpp"
#include "node/ops_report.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace datapact::node {
namespace {

constexpr unsigned kOk = 200;
constexpr unsigned kBadRequest = 400;
constexpr unsigned kNotFound = 404;
constexpr unsigned kUnavailable = 503;
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kHelp =
    "Datapact ops listener: /metrics, /liveness, /readiness?minPeers=N&maxBlocksBehind=N, "
    "/consensus\n";

OpsAnswer answer_json(unsigned status, const json::Value& document) {
  return {status, std::string(kJson), json::to_pretty_text(document)};
}

OpsAnswer health(const HealthReport& report) {
  return answer_json(report.passed() ? kOk : kUnavailable, to_json(report));
}

OpsAnswer refuse(unsigned status, const std::string& message) {
  return answer_json(status, json::Value::object({{"error", message}}));
}

Result<std::uint64_t, std::string> parse_count(std::string_view name, std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    return fail(std::string(name) + " must be a whole number, got \"" + std::string(text) + "\"");
  }
  return value;
}

/// What is left of the first `separator`; `rest` loses it and the separator.
std::string_view take_until(std::string_view& rest, char separator) {
  const auto at = rest.find(separator);
  const auto out = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return out;
}

}  // namespace

Result<ReadinessRules, std::string> parse_readiness(std::string_view query) {
  ReadinessRules rules;
  while (!query.empty()) {
    std::string_view value = take_until(query, '&');
    const std::string_view name = take_until(value, '=');
    TRY(const auto count, parse_count(name, value));
    if (name == "minPeers") {
      rules.peers_min = count;
    } else if (name == "maxBlocksBehind") {
      rules.blocks_behind_max = count;
    } else {
      return fail("unknown parameter \"" + std::string(name) +
                  "\": minPeers and maxBlocksBehind are known");
    }
  }
  return rules;
}

OpsPicture OpsDesk::look() const {
  OpsPicture picture{status_.ask(), network_(), std::nullopt, std::nullopt};
  if (verification_) picture.verification = verification_();
  if (proposals_) picture.proposals = proposals_();
  return picture;
}

OpsAnswer OpsDesk::answer(std::string_view target) const {
  std::string_view query = target;
  const auto path = take_until(query, '?');
  if (path == "/metrics") {
    return {kOk, "text/plain; version=0.0.4; charset=utf-8", render_metrics(look())};
  }
  if (path == "/liveness") return health(judge_liveness(look()));
  if (path == "/readiness") {
    const auto rules = parse_readiness(query);
    if (!rules.has_value()) return refuse(kBadRequest, rules.error());
    return health(judge_readiness(look(), *rules));
  }
  if (path == "/consensus") {
    const auto core = status_.ask();
    if (!core) return refuse(kUnavailable, "the core thread does not answer");
    return answer_json(kOk, consensus_dump(*core));
  }
  if (path == "/") return {kOk, "text/plain; charset=utf-8", std::string(kHelp)};
  return refuse(kNotFound, "nothing at " + std::string(path.substr(0, 80)));
}

}  // namespace datapact::node
