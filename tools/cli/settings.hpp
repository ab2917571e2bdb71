#pragma once
// Settings of the command line: flag, then DATAPACT_SECTION_KEY, then --config TOML, then
// /etc/datapact/datapact.toml, then the default. An unknown key in a file, or of a section in a
// variable, is an error with a suggestion.
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace datapact::tools {

struct SettingInfo {
  std::string_view section;
  std::string_view key;
  std::string_view fallback;
  std::string_view meaning;
};
/// Every setting there is, in the order `config show` prints them.
[[nodiscard]] std::span<const SettingInfo> all_settings();

struct SettingValue {
  std::string value;
  /// "flag --rpc", "environment DATAPACT_RPC_URL", a file's path, or "default".
  std::string origin;
};

class Settings {
 public:
  /// Reads environment and files; flags come later through `set_flag`. Errors are CliErrors.
  void load(const std::optional<std::string>& config_file);
  void set_flag(std::string_view section, std::string_view key, std::string value,
                std::string flag);
  /// The setting must be one of all_settings().
  [[nodiscard]] const std::string& get(std::string_view section, std::string_view key) const;
  [[nodiscard]] const SettingValue& origin(std::string_view section, std::string_view key) const;

 private:
  void load_file(const std::string& path);
  std::map<std::string, SettingValue, std::less<>> values_;
};

/// The candidate closest to `word` by edit distance, when it is close enough to be meant.
[[nodiscard]] std::optional<std::string> closest(std::string_view word,
                                                 std::span<const std::string> candidates);

}  // namespace datapact::tools
