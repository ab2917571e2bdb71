#include "tools/trading/deal_standing.hpp"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)
using trade::DealStatus;

namespace {

/// An offer to be locked by 1000, with complaints for 300 s and 40 blocks; the next block is of
/// time 900 and height 50.
DealFacts offered() {
  DealFacts facts;
  facts.header.emplace();
  facts.header->nonce = Nonce{7};
  facts.header->lock_by_seconds = 1000;
  facts.header->complain_window_seconds = 300;
  facts.header->min_blocks = 40;
  facts.next = {Height{50}, 900};
  return facts;
}

DealFacts with(DealStatus status) {
  auto facts = offered();
  facts.word.status = status;
  return facts;
}

DealFacts facts_of(Standing standing) {
  auto facts = offered();
  switch (standing) {
    case Standing::kOffered:
      return facts;
    case Standing::kExpired:
      facts.next.seconds = 1000;
      return facts;
    case Standing::kWithdrawn:
      facts.is_nonce_used = true;
      return facts;
    case Standing::kAwaitsKey:
      facts = with(DealStatus::kLocked);
      facts.word.reveal_until_seconds = 901;
      return facts;
    case Standing::kOverdue:
      facts = with(DealStatus::kLocked);
      facts.word.reveal_until_seconds = 900;
      return facts;
    case Standing::kRevealed:
      facts = with(DealStatus::kRevealed);
      facts.word.revealed_seconds = 700;
      facts.word.revealed_height = 8;
      return facts;
    case Standing::kUncontested:
      facts = with(DealStatus::kRevealed);
      facts.word.revealed_seconds = 600;
      facts.word.revealed_height = 10;
      return facts;
    case Standing::kSettled:
      return with(DealStatus::kSettled);
    case Standing::kRefunded:
      facts.was_refunded = true;
      facts.is_nonce_used = true;
      return facts;
    case Standing::kUpheld:
      return with(DealStatus::kUpheld);
  }
  return facts;
}

constexpr std::array kStandings{Standing::kOffered,     Standing::kExpired, Standing::kWithdrawn,
                                Standing::kAwaitsKey,   Standing::kOverdue, Standing::kRevealed,
                                Standing::kUncontested, Standing::kSettled, Standing::kRefunded,
                                Standing::kUpheld};

std::string said(DealStep step, const DealFacts& facts) {
  const auto refusal = refusal_of(step, facts, "D");
  return refusal ? refusal->message : "";
}

}  // namespace

TEST_SUITE("tools/deal_standing") {
  TEST_CASE("every standing says in a sentence what it is") {
    const std::map<Standing, std::string> sentences{
        {Standing::kOffered, "is not locked: the buyer has not paid in"},
        {Standing::kExpired, "was never locked, and its offer ended at 1000 (Unix seconds)"},
        {Standing::kWithdrawn,
         "was never locked, and its nonce 7 is used: the seller cancelled it, or another deal has "
         "taken it"},
        {Standing::kAwaitsKey,
         "is locked, and the seller may reveal the key until 901 (Unix seconds)"},
        {Standing::kOverdue,
         "is locked, and its reveal window ended without a key at 900 (Unix seconds)"},
        {Standing::kRevealed,
         "is revealed, and complaints are open until 1000 (Unix seconds), and below height 48"},
        {Standing::kUncontested,
         "is revealed, and the time for complaints ended at 900 (Unix seconds), and below height "
         "50"},
        {Standing::kSettled, "is settled: its payee was paid"},
        {Standing::kRefunded, "was refunded: no key came, and the buyer has the price back"},
        {Standing::kUpheld, "ended with an upheld complaint: the buyer has price and bond back"}};
    for (const auto& [standing, sentence] : sentences) {
      CAPTURE(sentence);
      CHECK(standing_of(facts_of(standing)) == standing);
      CHECK(describe_standing(facts_of(standing)) == sentence);
    }
    CHECK(sentences.size() == kStandings.size());
  }

  TEST_CASE("each step is taken where the contract takes it, and refused elsewhere by its state") {
    const std::map<DealStep, std::vector<Standing>> possible{
        {DealStep::kLock, {Standing::kOffered}},
        {DealStep::kAnnounce, {Standing::kAwaitsKey}},
        {DealStep::kReveal, {Standing::kAwaitsKey, Standing::kOverdue}},
        {DealStep::kDecrypt, {Standing::kRevealed, Standing::kUncontested, Standing::kSettled}},
        {DealStep::kComplain, {Standing::kRevealed}},
        {DealStep::kSettle, {Standing::kUncontested}},
        {DealStep::kRefund, {Standing::kOverdue}}};
    for (const auto& [step, standings] : possible) {
      for (const auto standing : kStandings) {
        CAPTURE(static_cast<int>(step));
        CAPTURE(static_cast<int>(standing));
        const auto facts = facts_of(standing);
        const bool is_taken = std::ranges::find(standings, standing) != standings.end();
        CHECK(said(step, facts).empty() == is_taken);
        if (is_taken) continue;
        CHECK(said(step, facts).ends_with(": it " + describe_standing(facts)));
        CHECK_FALSE(refusal_of(step, facts, "D")->hint.empty());
      }
    }
  }

  TEST_CASE("the reveal of a settled deal does not say that the buyer has not paid in") {
    CHECK(said(DealStep::kReveal, facts_of(Standing::kSettled)) ==
          "the key of deal D was not sent: it is settled: its payee was paid");
    CHECK(said(DealStep::kReveal, facts_of(Standing::kRefunded)) ==
          "the key of deal D was not sent: it was refunded: no key came, and the buyer has the "
          "price back");
    CHECK(said(DealStep::kReveal, facts_of(Standing::kOffered)) ==
          "the key of deal D was not sent: it is not locked: the buyer has not paid in");
  }

  TEST_CASE("a window is open until its time or its height, whichever is later") {
    auto facts = facts_of(Standing::kOverdue);
    facts.word.reveal_until_height = 51;
    CHECK(standing_of(facts) == Standing::kAwaitsKey);
    CHECK(said(DealStep::kAnnounce, facts) ==
          "the key of deal D cannot be announced: it is locked and announced, and the seller may "
          "reveal the key until 900 (Unix seconds), and below height 51");
    facts.word.reveal_until_height = 50;
    CHECK(standing_of(facts) == Standing::kOverdue);
    facts = facts_of(Standing::kUncontested);
    facts.word.revealed_height = 11;
    CHECK(standing_of(facts) == Standing::kRevealed);
  }

  TEST_CASE("until complaints are over only the buyer settles") {
    CHECK(said(DealStep::kSettle, facts_of(Standing::kRevealed)) ==
          "only the buyer can settle deal D yet: it is revealed, and complaints are open until "
          "1000 (Unix seconds), and below height 48");
  }

  TEST_CASE("without its header a deal stands as far as the contract alone tells") {
    auto facts = facts_of(Standing::kUncontested);
    facts.header.reset();
    CHECK(standing_of(facts) == Standing::kRevealed);
    CHECK(describe_standing(facts) == "is revealed");
    facts = facts_of(Standing::kExpired);
    facts.header.reset();
    CHECK(standing_of(facts) == Standing::kOffered);
  }
}
