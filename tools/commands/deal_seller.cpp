// datapact deal deposit, withdraw, pause, cancel; and the group's other verbs of a seller.
#include "base/hex.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/commands/deal.hpp"
#include "tools/trading/registry.hpp"
#include "tools/trading/trade_home.hpp"
#include "tools/trading/unfinished_offers.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>

namespace datapact::tools {
namespace {

using contracts::ContractId;

/// Refuses what the contract would: money that is not there to be moved into the deposit.
void require_money(Session& session, ChainClient& chain, const std::string& text,
                   const uint256& amount) {
  const auto account = session.from_address();
  const auto free = word_at(chain.read(ContractId::kSettlement, "balanceOf", {account}), 0);
  if (amount <= free) return;
  throw CliError(ExitCode::kFailed, "not-enough-money",
                 fmt::format("AMOUNT must be at most what {} has free in Settlement, {}, got "
                             "\"{}\"",
                             to_hex0x(account), human_money(free), text),
                 "the bank credits accounts in Settlement");
}

void move_deposit(Session& session, const std::string& function, const std::string& text) {
  const auto amount = parse_money("AMOUNT", text);
  if (amount.is_zero()) fail_usage("AMOUNT must be above 0, got \"" + text + "\"");
  ChainClient chain(session);
  if (function == "deposit") require_money(session, chain, text, amount);
  run_step(session, chain, function, "",
           {contracts::predeploy_address(ContractId::kSettlement), amount});
}

void cancel(Session& session, const std::string& nonce) {
  ChainClient chain(session);
  run_step(session, chain, "cancel", "", {parse_number("NONCE", nonce)});
  note_dropped(session.out, drop_dead_offers(chain, TradeHome(session.home())));
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
            [nonce](Session& s) { cancel(s, *nonce); })
      .add_option("NONCE", *nonce, "nonce of the offers")
      ->required();

  add_deal_offer_verb(commands, group);
  add_deal_reveal_verbs(commands, group);
}

}  // namespace datapact::tools
