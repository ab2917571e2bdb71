#include "tools/cli/settings.hpp"

#include "base/assert.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

constexpr std::array kSettings{
    SettingInfo{"rpc", "url", "http://127.0.0.1:8545", "JSON-RPC endpoint of a node"},
    SettingInfo{"rpc", "timeout_s", "30", "seconds to wait for an answer or a receipt"},
    SettingInfo{"home", "path", "~/.datapact", "folder of keystores, data sets and deals"},
    SettingInfo{"account", "from", "", "account that signs: an address or a keystore file"},
    SettingInfo{"account", "signer", "", "command that signs instead of a keystore"},
    SettingInfo{"account", "signer_timeout_s", "120", "seconds that command has for a signature"},
    SettingInfo{"account", "password_file", "", "file whose first line is the keystore's password"},
    SettingInfo{"output", "language", "", "en or zh_CN; default from LANG"},
    SettingInfo{"output", "color", "auto", "auto, always or never"},
};
constexpr std::string_view kSystemFile = "/etc/datapact/datapact.toml";

std::string joined(std::string_view section, std::string_view key) {
  return fmt::format("{}.{}", section, key);
}

std::string environment_name(const SettingInfo& info) {
  std::string name = fmt::format("DATAPACT_{}_{}", info.section, info.key);
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  return name;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const char letter : a) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t change = diagonal + (letter == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string text_of(const toml::node& node, const std::string& where) {
  if (const auto text = node.value<std::string>()) return *text;
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  fail_file("config", where + " must be a text, a whole number or true/false");
}

}  // namespace

std::span<const SettingInfo> all_settings() { return kSettings; }

std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates) {
  const std::string* best = nullptr;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const auto distance = edit_distance(word, candidate);
    if (distance < least) {
      least = distance;
      best = &candidate;
    }
  }
  if (best == nullptr) return std::nullopt;
  return *best;
}

namespace {

/// A variable of a section of ours, or nearly one of ours, that is none: a slip of the pen would go
/// unnoticed. The build's and the tests' variables have other beginnings.
void refuse_unknown_variables() {
  std::vector<std::string> known;
  known.reserve(std::size(kSettings));
  for (const auto& info : kSettings) known.push_back(environment_name(info));
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string name(text.substr(0, text.find('=')));
    if (!name.starts_with("DATAPACT_") || std::ranges::find(known, name) != known.end()) continue;
    const bool is_meant = std::ranges::any_of(kSettings, [&](const SettingInfo& info) {
      constexpr std::size_t kSlips = 2;
      const auto whole = environment_name(info);
      const auto section = std::string_view(whole).substr(0, whole.size() - info.key.size());
      return (name + "_").starts_with(section) || edit_distance(name, whole) <= kSlips;
    });
    if (!is_meant) continue;
    const auto suggestion = closest(name, known);
    fail_file("config", fmt::format("unknown environment variable {}", name),
              suggestion ? fmt::format("did you mean {}?", *suggestion)
                         : "datapact config show lists every key");
  }
}

/// The fallback of a setting that may be empty is empty.
void require_text(const SettingInfo& info, const SettingValue& value) {
  if (!value.value.empty() || info.fallback.empty()) return;
  fail_file("config",
            fmt::format("{} must not be empty ({})", joined(info.section, info.key), value.origin));
}

}  // namespace

void Settings::load(const std::optional<std::string>& config_file) {
  refuse_unknown_variables();
  for (const auto& info : kSettings) {
    values_[joined(info.section, info.key)] = {std::string(info.fallback), "default"};
  }
  if (std::filesystem::exists(kSystemFile)) load_file(std::string(kSystemFile));
  if (config_file) load_file(*config_file);
  for (const auto& info : kSettings) {
    const std::string name = environment_name(info);
    const char* value =
        std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): before any thread starts
    auto& setting = values_[joined(info.section, info.key)];
    if (value != nullptr) setting = {value, "environment " + name};
    require_text(info, setting);
  }
}

void Settings::load_file(const std::string& path) {
  toml::table document;
  try {
    document = toml::parse(read_text_file(path), path);
  } catch (const toml::parse_error& error) {
    fail_file("config",
              fmt::format("{}:{}: {}", path, error.source().begin.line, error.description()));
  }
  std::vector<std::string> known;
  known.reserve(std::size(kSettings));
  for (const auto& info : kSettings) known.push_back(joined(info.section, info.key));
  for (const auto& [section, content] : document) {
    const auto* table = content.as_table();
    if (table == nullptr) {
      fail_file("config", fmt::format("{}: \"{}\" must be a [section]", path, section.str()));
    }
    for (const auto& [key, value] : *table) {
      const std::string name = joined(section.str(), key.str());
      if (std::ranges::find(known, name) == known.end()) {
        const auto suggestion = closest(name, known);
        fail_file("config", fmt::format("{}: unknown key {}", path, name),
                  suggestion ? fmt::format("did you mean {}?", *suggestion)
                             : "datapact config show lists every key");
      }
      values_[name] = {text_of(value, path + ": " + name), path};
    }
  }
}

void Settings::set_flag(std::string_view section, std::string_view key, std::string value,
                        std::string flag) {
  values_[joined(section, key)] = {std::move(value), "flag " + std::move(flag)};
}

const std::string& Settings::get(std::string_view section, std::string_view key) const {
  return origin(section, key).value;
}

const SettingValue& Settings::origin(std::string_view section, std::string_view key) const {
  const auto found = values_.find(joined(section, key));
  PRECONDITION(found != values_.end());
  return found->second;
}

}  // namespace datapact::tools
