// datapact deal deposit, withdraw, pause, cancel; and the group's other verbs of a seller.
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/random_source.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/bn254.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/genesis.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/signer.hpp"
#include "tools/commands/deal.hpp"
#include "tools/trading/chain_facts.hpp"
#include "tools/trading/deal_check.hpp"
#include "tools/trading/deal_standing.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/fields.hpp"
#include "tools/trading/registry.hpp"
#include "tools/trading/resumable.hpp"
#include "tools/trading/trade_home.hpp"
#include "tools/trading/work_progress.hpp"
#include "trade/data_layout.hpp"
#include "trade/deal_policy.hpp"
#include "trade/deal_status.hpp"
#include "trade/lot.hpp"
#include "trade/lot_checkpoint.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

namespace datapact::tools {
namespace {

using contracts::ContractId;

Address settlement() { return contracts::predeploy_address(ContractId::kSettlement); }

void move_deposit(Session& session, const std::string& function, const std::string& amount) {
  ChainClient chain(session);
  run_step(session, chain, function, "", {settlement(), parse_money("AMOUNT", amount)});
}

}  // namespace

void add_deal_seller_verbs(Commands& commands, CLI::App& group) {
  const auto deposit_verb = [&](const std::string& function, const char* purpose) {
    auto amount = std::make_shared<std::string>();
    commands
        .verb(group, function, purpose,
              [function, amount](Session& s) { move_deposit(s, function, *amount); })
        .add_option("AMOUNT", *amount, "money with at most six decimals")
        ->required();
  };
  deposit_verb("deposit", "add to the seller's deposit, out of which bonds are reserved");
  deposit_verb("withdraw", "take back of the deposit what no locked deal has reserved");
  auto off = std::make_shared<bool>(false);
  commands
      .verb(group, "pause", "no offer of this account can be locked any more",
            [off](Session& s) {
              ChainClient chain(s);
              run_step(s, chain, "pause", "", {std::uint64_t{!*off}});
            })
      .add_flag("--off", *off, "offers count again");
  auto nonce = std::make_shared<std::string>();
  commands
      .verb(group, "cancel", "withdraw the offers with a nonce",
            [nonce](Session& s) {
              ChainClient chain(s);
              run_step(s, chain, "cancel", "", {parse_number("NONCE", *nonce)});
            })
      .add_option("NONCE", *nonce, "nonce of the offers")
      ->required();

  add_deal_offer_verb(commands, group);
  add_deal_reveal_verbs(commands, group);
}

}  // namespace datapact::tools
