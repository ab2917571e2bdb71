// datapact config: show, check.
#include "base/json.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/settings.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

void show_settings(Session& session, bool origin) {
  Table table{{"setting", "value"}, {}};
  if (origin) table.headings.emplace_back("from");
  table.headings.emplace_back("meaning");
  json::Value document = json::Value::object({});
  for (const auto& info : all_settings()) {
    const std::string name = std::string(info.section) + "." + std::string(info.key);
    const auto& setting = session.settings.origin(info.section, info.key);
    std::vector<std::string> row{name, setting.value};
    if (origin) row.push_back(setting.origin);
    row.push_back(session.out.word(info.meaning));
    table.rows.push_back(std::move(row));
    document.set(
        name, origin ? json::Value::object({{"value", setting.value}, {"origin", setting.origin}})
                     : json::Value{setting.value});
  }
  session.out.result(document, table);
}

}  // namespace

void add_config_commands(Commands& commands) {
  CLI::App& group = commands.group("config", "settings and where they come from");
  auto origin = std::make_shared<bool>(false);
  commands.verb(group, "show", "every setting", [origin](Session& s) { show_settings(s, *origin); })
      .add_flag("--origin", *origin, "also say which flag, variable or file set it");
  auto file = std::make_shared<std::string>();
  commands
      .verb(group, "check", "read a file and name the first thing wrong in it",
            [file](Session& s) {
              Settings settings;
              settings.load(*file);
              s.out.result(json::Value::object({{"file", *file}, {"ok", true}}), *file + ": ok");
            })
      .add_option("FILE", *file, "TOML file")
      ->required();
}

}  // namespace datapact::tools
