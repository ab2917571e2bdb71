#include "tools/network/network_spec.hpp"

#include "base/hex.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/settings.hpp"
#include "tools/network/consortium_genesis.hpp"
#include "tools/network/node_card.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

/// Clients that always bid a tip of 1 wei can send with this, at a base fee of zero.
constexpr std::string_view kBalanceWei = "1000000000000000000";
constexpr std::uint64_t kGasQuota = 60'000'000;

struct NamedBit {
  std::string_view name;
  std::uint64_t bit;
};
// Bits of Governance (docs/formats/governance-storage.md).
constexpr std::array kRoles{NamedBit{"admin", 1},      NamedBit{"registrar", 2},
                            NamedBit{"bank", 4},       NamedBit{"certifier", 8},
                            NamedBit{"regulator", 16}, NamedBit{"operator", 32}};
constexpr std::array kPermissions{NamedBit{"transact", 1}, NamedBit{"deploy", 2}};

/// One table of the file, which knows where it stands.
class Section {
 public:
  Section(const toml::table& table, std::string file, std::string path)
      : table_(table), file_(std::move(file)), path_(std::move(path)) {}

  [[noreturn]] void refuse(std::string_view key, const std::string& rule) const {
    const auto* node = table_.get(key);
    const auto line = (node != nullptr ? node->source() : table_.source()).begin.line;
    fail_file("consortium", fmt::format("{}:{}: {}{} {}", file_, line, path_, key, rule));
  }

  void only(std::span<const std::string> known) const {
    for (const auto& [key, value] : table_) {
      const std::string name(key.str());
      if (std::ranges::find(known, name) != known.end()) continue;
      const auto meant = closest(name, known);
      refuse(name, "is unknown" + (meant ? "; did you mean " + *meant + "?" : std::string()));
    }
  }

  [[nodiscard]] std::optional<std::string> text(std::string_view key) const {
    const auto* node = table_.get(key);
    if (node == nullptr) return std::nullopt;
    auto value = node->value_exact<std::string>();
    if (!value) refuse(key, "must be a text in quotes");
    return value;
  }
  [[nodiscard]] std::uint64_t number(std::string_view key, std::uint64_t fallback,
                                     std::uint64_t min) const {
    const auto* node = table_.get(key);
    if (node == nullptr) return fallback;
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < 0 || static_cast<std::uint64_t>(*value) < min)
      refuse(key, fmt::format("must be a whole number from {} on", min));
    return static_cast<std::uint64_t>(*value);
  }
  [[nodiscard]] bool flag(std::string_view key) const {
    const auto* node = table_.get(key);
    if (node == nullptr) return false;
    const auto value = node->value_exact<bool>();
    if (!value) refuse(key, "must be true or false");
    return *value;
  }
  template <class Fixed>
  [[nodiscard]] Fixed fixed(std::string_view key) const {
    const auto value = text(key);
    const auto parsed =
        value && value->starts_with("0x") ? fixed_from_hex<Fixed>(*value) : std::nullopt;
    if (!parsed) {
      refuse(key, fmt::format("must be \"0x\" and {} hex digits, {}", 2 * Fixed::kSize,
                              value ? "got \"" + *value + "\"" : "and is missing"));
    }
    return *parsed;
  }
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const {
    std::vector<std::string> out;
    const auto* node = table_.get(key);
    if (node == nullptr) return out;
    if (node->as_array() == nullptr) refuse(key, "must be a list of texts in quotes");
    for (const auto& item : *node->as_array()) {
      auto value = item.value_exact<std::string>();
      if (!value) refuse(key, "must be a list of texts in quotes");
      out.push_back(std::move(*value));
    }
    return out;
  }
  [[nodiscard]] std::uint64_t bits(std::string_view key, std::span<const NamedBit> known,
                                   std::uint64_t fallback) const {
    if (table_.get(key) == nullptr) return fallback;
    std::uint64_t out = 0;
    for (const auto& name : texts(key)) {
      const auto found = std::ranges::find(known, std::string_view(name), &NamedBit::name);
      if (found == known.end()) {
        std::string all;
        for (const auto& bit : known) all += (all.empty() ? "" : ", ") + std::string(bit.name);
        refuse(key, fmt::format("must be of {}; got \"{}\"", all, name));
      }
      out |= found->bit;
    }
    return out;
  }
  [[nodiscard]] std::vector<Section> sections(std::string_view key) const {
    std::vector<Section> out;
    const auto* node = table_.get(key);
    if (node == nullptr) return out;
    const auto* array = node->as_array();
    if (array == nullptr || !array->is_array_of_tables())
      refuse(key, fmt::format("must be written as [[{}]]", key));
    for (std::size_t i = 0; i < array->size(); ++i) {
      out.emplace_back(*array->get(i)->as_table(), file_,
                       fmt::format("{}{}[{}].", path_, key, i + 1));
    }
    return out;
  }

 private:
  const toml::table& table_;
  std::string file_;
  std::string path_;
};

const std::vector<std::string> kTopKeys{"chain_id",           "quorum",
                                        "block_period_ms",    "empty_block_period_ms",
                                        "request_timeout_ms", "organisation"};
const std::vector<std::string> kOrganisationKeys{
    "name", "document_hash", "votes", "gas_quota", "account", "validators", "observers"};
const std::vector<std::string> kAccountKeys{"address", "roles", "permissions", "balance_wei"};

void take_account(const Section& section, std::uint64_t organisation, ConsortiumPlan& plan) {
  section.only(kAccountKeys);
  const auto address = section.fixed<Address>("address");
  plan.accounts.push_back(
      {.address = address,
       .organisation = organisation,
       .permissions = section.bits("permissions", kPermissions, kMayTransactAndDeploy),
       .roles = section.bits("roles", kRoles, 0)});
  const auto text = section.text("balance_wei").value_or(std::string(kBalanceWei));
  const auto balance = uint256::parse(text);
  if (!balance) section.refuse("balance_wei", "must be a number as text, got \"" + text + "\"");
  plan.balances.emplace_back(address, Wei{*balance});
}

void take_nodes(const Section& section, std::uint64_t organisation, const fs::path& folder,
                std::vector<SpecNode>& nodes) {
  for (const bool validates : {true, false}) {
    for (const auto& name : section.texts(validates ? "validators" : "observers")) {
      const fs::path file = folder / name;
      nodes.push_back({read_card(read_json_file(file), file.string()), organisation, validates});
    }
  }
}

void take_organisation(const Section& section, const fs::path& folder, NetworkSpec& spec) {
  section.only(kOrganisationKeys);
  auto& plan = spec.plan;
  plan.organisations.push_back({.document_hash = section.fixed<Hash256>("document_hash"),
                                .gas_quota = section.number("gas_quota", kGasQuota, 0),
                                .flags = section.flag("votes") ? kOrganisationAdmin : 0});
  const std::uint64_t id = plan.organisations.size();
  const auto accounts = section.sections("account");
  if (accounts.empty()) section.refuse("account", "is missing: an organisation has an account");
  for (const auto& account : accounts) take_account(account, id, plan);
  take_nodes(section, id, folder, spec.nodes);
}

void require_votes(const Section& top, const ConsortiumPlan& plan) {
  const auto votes = static_cast<std::uint64_t>(std::ranges::count_if(
      plan.organisations, [](const auto& one) { return one.flags == kOrganisationAdmin; }));
  if (votes == 0) top.refuse("organisation", "must have one with votes = true");
  if (plan.quorum > votes) {
    top.refuse("quorum", fmt::format("must be at most the {} organisations with votes, got {}",
                                     votes, plan.quorum));
  }
}

NetworkSpec take(const Section& top, const fs::path& folder) {
  top.only(kTopKeys);
  NetworkSpec spec;
  auto& plan = spec.plan;
  const auto id = top.number("chain_id", 0, 1);
  if (id == 0) top.refuse("chain_id", "is missing: choose one that no other chain uses");
  plan.chain_id = ChainId{id};
  plan.quorum = top.number("quorum", 1, 1);
  const auto time = [&](std::string_view key, std::chrono::milliseconds& out) {
    out = std::chrono::milliseconds{top.number(key, static_cast<std::uint64_t>(out.count()), 1)};
  };
  time("block_period_ms", plan.qbft.block_period);
  time("empty_block_period_ms", plan.qbft.empty_block_period);
  time("request_timeout_ms", plan.qbft.request_timeout);
  for (const auto& section : top.sections("organisation")) take_organisation(section, folder, spec);
  require_votes(top, plan);
  require_distinct(spec.nodes);
  for (const auto& node : spec.nodes) {
    if (node.validates) plan.validators.push_back({node.card.validator, node.organisation});
    plan.nodes.push_back({Hash256{node.card.node_id.raw()}, node.organisation});
  }
  if (plan.validators.empty()) {
    top.refuse("organisation", "must have one with validators: nobody would make blocks");
  }
  return spec;
}

}  // namespace

NetworkSpec read_network_spec(const fs::path& file) {
  toml::table table;
  try {
    table = toml::parse(read_text_file(file, 1U << 20U));
  } catch (const toml::parse_error& error) {
    fail_file("consortium", fmt::format("{}:{}: {}", file.string(), error.source().begin.line,
                                        error.description()));
  }
  return take(Section(table, file.string(), ""), fs::absolute(file).parent_path());
}

void require_distinct(const std::vector<SpecNode>& nodes) {
  std::map<std::string, std::string> taken;
  const auto claim = [&](const std::string& what, const NodeCard& card) {
    const auto [at, is_new] = taken.try_emplace(what, card.name);
    if (is_new) return;
    fail_file("consortium",
              fmt::format("the nodes {} and {} have the same {}", at->second, card.name, what));
  };
  for (const auto& node : nodes) {
    claim("name " + node.card.name, node.card);
    claim("validator key " + to_hex0x(node.card.validator), node.card);
    claim("transport key, id " + to_hex0x(node.card.node_id), node.card);
    claim(fmt::format("address {}:{}", node.card.host, node.card.port), node.card);
  }
}

}  // namespace datapact::tools
