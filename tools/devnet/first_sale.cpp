#include "tools/devnet/first_sale.hpp"

#include "base/hex.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "tools/cli/files.hpp"
#include "tools/devnet/devnet_files.hpp"
#include "tools/devnet/devnet_folder.hpp"
#include "trade/terms.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace datapact::tools {
namespace {

/// Behind the lines that say `program` and `version`.
constexpr std::string_view kSale = R"(
# Shows a command, then runs it with the party's own settings, home and keystore.
as() {
  local party=$1
  shift
  echo "$party: datapact $*" >&2
  "$program" --config "$party/datapact.toml" "$@"
}

as buyer deal request "$version" --out request.json
as buyer deal backup buyer-backup
as provider deal deposit 20
deal=$(as provider deal offer request.json --amount 100 --bond 20 --penalty 5 | sed -n 's/^deal  *//p')

# Says where it serves, then runs until it is stopped.
echo "provider: datapact data serve" >&2
exec 3< <(exec "$program" --config provider/datapact.toml data serve)
trap "kill $!" EXIT
read -r served <&3
echo "$served"

as buyer deal fetch "$deal" --url "${served##* }"
as buyer deal check "$deal"
as buyer deal lock "$deal"
as provider deal reveal "$deal"
as buyer deal decrypt "$deal" --out bought
as buyer deal settle "$deal"
as buyer evidence export "$deal" --out evidence.json
)";

fs::path script_of(const fs::path& folder) { return folder / "sell"; }

/// Its number and its chain are known before it is there.
Hash256 first_version() {
  const Address registry = contracts::predeploy_address(contracts::ContractId::kDatasetRegistry);
  return trade::version_id({ChainId{kDevnetChainId}, registry}, 1, 1);
}

}  // namespace

std::string shell_word(std::string_view text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=@%+,-";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos)
    return std::string(text);
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += R"('\'')";
    } else {
      out += c;
    }
  }
  return out + "'";
}

void write_sale_script(const fs::path& folder, const fs::path& program) {
  std::string script =
      "#!/usr/bin/env bash\n"
      "# Sells the first version that was registered on this network, as its parties would by "
      "hand.\n"
      "# Written by `datapact devnet up`; the commands are explained in docs/cli.md.\n"
      "set -euo pipefail\n"
      "cd \"$(dirname \"$0\")\"\n";
  script += fmt::format("program={}\nversion={}\n", shell_word(program.string()),
                        to_hex0x(first_version()));
  write_file_durably(script_of(folder), script + std::string(kSale));
}

std::string first_commands(const fs::path& folder, const fs::path& program) {
  const auto as = [&](DevnetRole role) {
    return fmt::format("{} --config {}", shell_word(program.string()),
                       shell_word(devnet_settings_file(folder, role).string()));
  };
  const auto file = [&](std::string_view name) { return shell_word((folder / name).string()); };
  return fmt::format("{} data register {}\nbash {}\n{} evidence verify {} --genesis {}\n",
                     as(DevnetRole::kProvider), file("genesis.json"),
                     shell_word(script_of(folder).string()), as(DevnetRole::kAuditor),
                     file("evidence.json"), to_hex0x(read_devnet_genesis(folder).hash));
}

}  // namespace datapact::tools
