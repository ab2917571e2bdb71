#include "tools/trading/deal_standing.hpp"

#include "base/hex.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/trading/registry.hpp"
#include "trade/deal_status.hpp"
#include "trade/terms.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace datapact::tools {
namespace {

using contracts::ContractId;
using trade::DealStatus;

/// The end of a window that is open until a time or a height, whichever is later.
std::string until(std::uint64_t seconds, std::uint64_t height) {
  const std::string time = fmt::format("{} (Unix seconds)", seconds);
  return height == 0 ? time : fmt::format("{}, and below height {}", time, height);
}

bool is_open(const NextBlock& next, std::uint64_t seconds, std::uint64_t height) {
  return next.seconds < seconds || next.height.raw() < height;
}

/// When complaints about a revealed deal end.
struct ComplaintsEnd {
  std::uint64_t seconds = 0;
  std::uint64_t height = 0;
};
ComplaintsEnd complaints_end(const DealWord& word, const trade::DealHeader& header) {
  return {word.revealed_seconds + header.complain_window_seconds,
          word.revealed_height + header.min_blocks};
}

bool is_possible(DealStep step, const DealFacts& f) {
  const Standing standing = standing_of(f);
  switch (step) {
    case DealStep::kLock:
      return standing == Standing::kOffered;
    case DealStep::kAnnounce:
      return standing == Standing::kAwaitsKey && f.word.reveal_until_height == 0;
    // Whether enough of the window is left for a key is judged apart (trade/deal_policy.hpp).
    case DealStep::kReveal:
      return standing == Standing::kAwaitsKey || standing == Standing::kOverdue;
    case DealStep::kDecrypt:
      return standing == Standing::kRevealed || standing == Standing::kUncontested ||
             standing == Standing::kSettled;
    case DealStep::kComplain:
      return standing == Standing::kRevealed;
    case DealStep::kSettle:
      return standing == Standing::kUncontested;
    case DealStep::kRefund:
      return standing == Standing::kOverdue;
  }
  return false;
}

std::string what_failed(DealStep step, const DealFacts& f, const std::string& deal) {
  switch (step) {
    case DealStep::kLock:
      return fmt::format("deal {} cannot be locked", deal);
    case DealStep::kAnnounce:
      return fmt::format("the key of deal {} cannot be announced", deal);
    case DealStep::kReveal:
      return fmt::format("the key of deal {} was not sent", deal);
    case DealStep::kDecrypt:
      return f.word.status == DealStatus::kUpheld
                 ? fmt::format("deal {} is not decrypted", deal)
                 : fmt::format("the key of deal {} is not revealed", deal);
    case DealStep::kComplain:
      return fmt::format("deal {} cannot be complained of", deal);
    case DealStep::kSettle:
      return standing_of(f) == Standing::kRevealed
                 ? fmt::format("only the buyer can settle deal {} yet", deal)
                 : fmt::format("deal {} cannot be settled", deal);
    case DealStep::kRefund:
      return fmt::format("deal {} cannot be refunded", deal);
  }
  return deal;
}

std::string next_command(Standing standing, const std::string& deal) {
  switch (standing) {
    case Standing::kOffered:
      return "the buyer pays in with datapact deal lock " + deal;
    case Standing::kExpired:
    case Standing::kWithdrawn:
      return "the buyer asks again: datapact deal request VERSION";
    case Standing::kAwaitsKey:
      return "datapact deal watch " + deal + " waits for the key";
    case Standing::kOverdue:
      return "datapact deal refund " + deal;
    case Standing::kRevealed:
      return "the buyer runs datapact deal decrypt " + deal +
             " --out FILE, then datapact deal settle or complain";
    case Standing::kUncontested:
      return "datapact deal settle " + deal;
    case Standing::kSettled:
    case Standing::kRefunded:
    case Standing::kUpheld:
      return "datapact deal show " + deal;
  }
  return {};
}

}  // namespace

DealWord read_deal(ChainClient& chain, const trade::DealId& id) {
  const auto answer = chain.read(ContractId::kFairExchange, "dealOf", {Hash256{id.raw()}});
  const auto& d = list_at(answer, 0);
  // The decoder has checked that the number fits uint8; one that no status has prints "unknown".
  return {.status = static_cast<DealStatus>(u64_at(d, 0)),
          .reveal_until_seconds = u64_at(d, 1),
          .reveal_until_height = u64_at(d, 2),
          .revealed_seconds = u64_at(d, 4),
          .revealed_height = u64_at(d, 5)};
}

bool was_refunded(ChainClient& chain, const trade::DealId& id) {
  return !chain.events(ContractId::kFairExchange, "Refunded", {Hash256{id.raw()}}).empty();
}

bool is_nonce_used(ChainClient& chain, const Address& seller, Nonce nonce) {
  const auto used = chain.read(ContractId::kFairExchange, "nonceUsed", {seller, nonce.raw()});
  return !word_at(used, 0).is_zero();
}

DealFacts read_facts(ChainClient& chain, const trade::DealId& id,
                     const std::optional<trade::DealHeader>& header) {
  DealFacts facts;
  facts.word = read_deal(chain, id);
  facts.header = header;
  if (facts.word.status == DealStatus::kNone) {
    facts.was_refunded = was_refunded(chain, id);
    facts.is_nonce_used = header && is_nonce_used(chain, header->seller, header->nonce);
  }
  facts.next = chain.next_block();
  return facts;
}

Standing standing_of(const DealFacts& f) {
  switch (f.word.status) {
    case DealStatus::kLocked:
      return is_open(f.next, f.word.reveal_until_seconds, f.word.reveal_until_height)
                 ? Standing::kAwaitsKey
                 : Standing::kOverdue;
    case DealStatus::kRevealed: {
      if (!f.header) return Standing::kRevealed;
      const auto end = complaints_end(f.word, *f.header);
      return is_open(f.next, end.seconds, end.height) ? Standing::kRevealed
                                                      : Standing::kUncontested;
    }
    case DealStatus::kSettled:
      return Standing::kSettled;
    case DealStatus::kRefunded:
      return Standing::kRefunded;
    case DealStatus::kUpheld:
      return Standing::kUpheld;
    case DealStatus::kNone:
      break;
  }
  if (f.was_refunded) return Standing::kRefunded;
  if (f.is_nonce_used) return Standing::kWithdrawn;
  const bool is_over = f.header && f.next.seconds >= f.header->lock_by_seconds;
  return is_over ? Standing::kExpired : Standing::kOffered;
}

std::string describe_standing(const DealFacts& f) {
  const auto& word = f.word;
  // Used where the standing tells that it is there.
  const auto header = f.header.value_or(trade::DealHeader{});
  const auto end = complaints_end(word, header);
  switch (standing_of(f)) {
    case Standing::kOffered:
      return "is not locked: the buyer has not paid in";
    case Standing::kExpired:
      return fmt::format("was never locked, and its offer ended at {} (Unix seconds)",
                         header.lock_by_seconds);
    case Standing::kWithdrawn:
      return fmt::format(
          "was never locked, and its nonce {} is used: the seller cancelled it, or another deal "
          "has taken it",
          header.nonce.raw());
    case Standing::kAwaitsKey:
      return fmt::format("is locked{}, and the seller may reveal the key until {}",
                         word.reveal_until_height == 0 ? "" : " and announced",
                         until(word.reveal_until_seconds, word.reveal_until_height));
    case Standing::kOverdue:
      return fmt::format("is locked, and its reveal window ended without a key at {}",
                         until(word.reveal_until_seconds, word.reveal_until_height));
    case Standing::kRevealed:
      return f.header ? fmt::format("is revealed, and complaints are open until {}",
                                    until(end.seconds, end.height))
                      : "is revealed";
    case Standing::kUncontested:
      return fmt::format("is revealed, and the time for complaints ended at {}",
                         until(end.seconds, end.height));
    case Standing::kSettled:
      return "is settled: its payee was paid";
    case Standing::kRefunded:
      return "was refunded: no key came, and the buyer has the price back";
    case Standing::kUpheld:
      return "ended with an upheld complaint: the buyer has price and bond back";
  }
  return {};
}

std::optional<StepRefusal> refusal_of(DealStep step, const DealFacts& facts,
                                      const std::string& deal) {
  if (is_possible(step, facts)) return std::nullopt;
  return StepRefusal{what_failed(step, facts, deal) + ": it " + describe_standing(facts),
                     next_command(standing_of(facts), deal)};
}

DealFacts require_step(ChainClient& chain, DealStep step, const trade::DealId& id,
                       const trade::DealHeader& header) {
  auto facts = read_facts(chain, id, header);
  const auto refusal = refusal_of(step, facts, to_hex0x(id));
  if (!refusal) return facts;
  if (step == DealStep::kDecrypt && facts.word.status != DealStatus::kUpheld)
    fail_not_found(refusal->message, refusal->hint);
  throw CliError(ExitCode::kFailed, "wrong-state", refusal->message, refusal->hint);
}

void explain_refusal(ChainClient& chain, DealStep step, const trade::DealId& id,
                     const std::optional<trade::DealHeader>& header,
                     const std::function<void()>& act) {
  try {
    act();
  } catch (const CliError& error) {
    if (error.code() != ExitCode::kReverted) throw;
    const auto refusal = refusal_of(step, read_facts(chain, id, header), to_hex0x(id));
    if (!refusal) throw;
    throw CliError(error.code(), error.name(), error.message() + ": " + refusal->message,
                   refusal->hint, error.data());
  }
}

}  // namespace datapact::tools
