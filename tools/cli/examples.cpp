#include "tools/cli/examples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::tools {
namespace {

using Example = std::pair<std::string_view, std::string_view>;

/// Command and what follows its name. Placeholders are words, so that each line can be parsed.
constexpr std::array kExamples{
    Example{"devnet up", "--dir devnet --production-like"},
    Example{"devnet down", "--dir devnet"},
    Example{"devnet status", "--dir devnet"},
    Example{"devnet logs", "--node 2 --follow"},
    Example{"devnet genesis", "--time 1735689600"},
    Example{"network node-keys", "--name north-1 --address node.example:30303"},
    Example{"network new", "consortium.toml --dir network"},
    Example{"network add-node", "card.json --organisation 2 --validator"},
    Example{"network unit", "--program /usr/bin/datapactd"},
    Example{"account new", "--password-file password"},
    Example{"account import", "--key-file key.hex"},
    Example{"account list", ""},
    Example{"account export", "--from 0xADDRESS --out key.hex"},
    Example{"account passwd", "--from 0xADDRESS"},
    Example{"account sign", "'I agree' --from 0xADDRESS"},
    Example{"account verify", "0xADDRESS 'I agree' 0xSIGNATURE"},
    Example{"tx send", "0xADDRESS --value 1"},
    Example{"tx decode", "0x02f8..."},
    Example{"tx trace", "0xTXN --logs"},
    Example{"tx wait", "0xTXN --timeout 60"},
    Example{"contract deploy", "Token.json 1000"},
    Example{"contract call", "Settlement balanceOf 0xADDRESS"},
    Example{"contract send", "DatasetRegistry attest 0xVERSION 0xDIGEST"},
    Example{"contract abi", "FairExchange"},
    Example{"data register", "villages.csv --title Villages"},
    Example{"data list", "--chain"},
    Example{"data show", "0xVERSION"},
    Example{"data join", "0xVERSION --out villages.csv"},
    Example{"data serve", "--listen 127.0.0.1:9000"},
    Example{"deal request", "0xVERSION --out request.json"},
    Example{"deal backup", "/media/usb/deal-secret"},
    Example{"deal fetch", "0xDEAL --url http://127.0.0.1:9000"},
    Example{"deal check", "0xDEAL"},
    Example{"deal lock", "0xDEAL"},
    Example{"deal complain", "0xDEAL"},
    Example{"deal decrypt", "0xDEAL --out villages.csv"},
    Example{"deal deposit", "500"},
    Example{"deal withdraw", "20.5"},
    Example{"deal pause", "--off"},
    Example{"deal cancel", "7"},
    Example{"deal offer", "request.json --amount 100 --bond 20 --penalty 5"},
    Example{"deal announce", "0xDEAL"},
    Example{"deal reveal", "0xDEAL"},
    Example{"deal settle", "0xDEAL"},
    Example{"deal refund", "0xDEAL"},
    Example{"deal show", "0xDEAL"},
    Example{"deal watch", "0xDEAL --follow --json"},
    Example{"evidence verify", "deal.evidence --genesis genesis.json"},
    Example{"evidence export", "0xDEAL --out deal.evidence"},
    Example{"chain block", "latest --follow --json"},
    Example{"chain receipt", "0xTXN"},
    Example{"chain logs", "--from-block 100 --to-block 200"},
    Example{"chain proof", "0xADDRESS 0"},
    Example{"chain validators", ""},
    Example{"chain status", ""},
    Example{"gov status", ""},
    Example{"gov propose-validator", "0xADDRESS --organisation 2"},
    Example{"gov acknowledge", "0xADDRESS"},
    Example{"gov remove-validator", "0xADDRESS"},
    Example{"gov node-key", "0xNODE_ID --organisation 2"},
    Example{"gov schedule-protocol", "120000 --revision osaka"},
    Example{"rpc", "eth_getBalance 0xADDRESS latest"},
    Example{"config show", "--origin"},
    Example{"config check", "datapact.toml"},
    Example{"completion", "bash"},
    Example{"reference", "--man man1"},
};

}  // namespace

std::optional<std::string> example_of(std::string_view command) {
  const auto* found = std::ranges::find(kExamples, command, &Example::first);
  if (found == kExamples.end()) return std::nullopt;
  return fmt::format("datapact {}{}{}", command, found->second.empty() ? "" : " ", found->second);
}

}  // namespace datapact::tools
