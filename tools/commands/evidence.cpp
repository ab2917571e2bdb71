// datapact evidence: verify a bundle offline.
#include "trade/evidence.hpp"

#include "base/hex.hpp"
#include "tools/cli/app.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace datapact::tools {
namespace {

void verify(Session& session, const std::string& file, const std::string& genesis) {
  const auto bundle = read_json_file(file);
  const auto report =
      trade::verify_evidence(bundle, BlockHash{parse_hash("--genesis", genesis).raw()});
  if (!report)
    fail_verification(report.error().name,
                      fmt::format("{}: {}", report.error().name, report.error().reason));
  json::Value proven = json::Value::array();
  Rows rows;
  for (const auto& [name, detail] : report->proven) {
    proven.push(json::Value::object({{"name", name}, {"detail", detail}}));
    rows.emplace_back("ok  " + name, detail);
  }
  rows.emplace_back("verified", fmt::format("level L1, deal {}", to_hex0x(report->deal)));
  session.out.result(json::Value::object({{"deal", to_hex0x(report->deal)},
                                          {"level", "L1"},
                                          {"status", std::to_string(report->status)},
                                          {"proven", std::move(proven)}}),
                     rows);
}

}  // namespace

void add_evidence_commands(Commands& commands) {
  CLI::App& group = commands.group("evidence", "prove a deal to a third party, offline");
  auto file = std::make_shared<std::string>();
  auto genesis = std::make_shared<std::string>();
  CLI::App& v =
      commands.verb(group, "verify", "check a bundle against the genesis hash; needs no node",
                    [=](Session& s) { verify(s, *file, *genesis); });
  v.add_option("FILE", *file, "the bundle")->required();
  v.add_option("--genesis", *genesis, "hash of the chain's genesis block")->required();
}

}  // namespace datapact::tools
