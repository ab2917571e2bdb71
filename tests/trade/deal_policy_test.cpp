#include "trade/deal_policy.hpp"

#include "base/types.hpp"
#include "trade/terms.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::trade;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;

namespace {

/// Four validators of which one may be faulty; blocks at least every 60 s.
PolicyFacts facts() {
  PolicyFacts out;
  out.now_seconds = 1'000;
  out.faults_max = 1;
  out.work = 100s;
  return out;
}

DealHeader careful_header() {
  DealHeader h;
  h.bx = uint256{1};
  h.by = uint256{2};
  h.payee.raw()[0] = 1;
  h.bond = uint256{200};
  h.withhold_penalty = uint256{200};
  h.lock_by_seconds = 1'001;
  h.reveal_window_seconds = 60;
  h.min_blocks = 40;
  h.complain_window_seconds = 40 * 60;
  return h;
}

/// The only reason against a header.
std::string reason(const DealHeader& header) {
  const auto reasons = refusals(header, facts());
  return reasons.size() == 1 ? reasons[0] : std::to_string(reasons.size()) + " reasons";
}

/// The next block is 100 at time 1000, and just the margin is left of a window not announced.
RevealFacts unannounced() {
  RevealFacts out;
  out.until_seconds = 1'030;
  out.next_height = 100;
  out.next_seconds = 1'000;
  out.clock_seconds = 1'000;
  out.block_period = 250ms;
  out.is_node_current = true;
  return out;
}

}  // namespace

TEST_SUITE("trade/deal_policy") {
  TEST_CASE("a header with just enough of everything is accepted") {
    CHECK(refusals(careful_header(), facts()).empty());
  }

  TEST_CASE("an offer whose time to lock has passed is refused") {
    auto h = careful_header();
    h.lock_by_seconds = 1'000;
    CHECK(reason(h) == "lockBy 1000 has passed");
  }

  TEST_CASE("a buyer's point that is not on the curve is refused by the seller's client, too") {
    auto h = careful_header();
    h.by = uint256{3};
    CHECK(reason(h) == "(Bx, By) is not a point of bn254 other than infinity");
    h.bx = h.by = uint256{};
    CHECK(reason(h) == "(Bx, By) is not a point of bn254 other than infinity");
  }

  TEST_CASE("money to nobody and a penalty beyond the bond are refused") {
    auto h = careful_header();
    h.payee = Address{};
    CHECK(reason(h) == "payee is the zero address");
    h = careful_header();
    h.withhold_penalty = uint256{201};
    CHECK(reason(h) == "withholdPenalty exceeds the bond it is paid from");
  }

  TEST_CASE("fewer blocks than censoring validators could fill are refused") {
    auto h = careful_header();
    h.min_blocks = 39;
    CHECK(reason(h) == "minBlocks 39 is below 20 * (f + 1) = 40");
  }

  TEST_CASE("blocks that a quiet chain does not make within the window are refused") {
    auto h = careful_header();
    h.min_blocks = 41;
    CHECK(reason(h) == "minBlocks 41 cannot pass within complainWindow 2400 s on a quiet chain");
    auto quieter = facts();
    quieter.empty_block_period = 60'001ms;
    CHECK(refusals(careful_header(), quieter).size() == 1);
    quieter.empty_block_period = 58'536ms;
    CHECK(refusals(h, quieter).empty());
  }

  TEST_CASE("a complaint window shorter than three times the work is refused") {
    auto slow = facts();
    slow.work = 800s;
    CHECK(refusals(careful_header(), slow).empty());
    slow.work = 801s;
    const auto reasons = refusals(careful_header(), slow);
    REQUIRE(reasons.size() == 1);
    CHECK(reasons[0] == "complainWindow 2400 s is shorter than three times the work of 801 s");
  }

  TEST_CASE("a reveal window of no time is refused") {
    auto h = careful_header();
    h.reveal_window_seconds = 0;
    CHECK(reason(h) == "revealWindow is zero");
  }

  TEST_CASE("a reveal is announced first when less than the margin of its window is left") {
    auto f = unannounced();
    CHECK(judge_reveal(f) == RevealVerdict::kReveal);
    f.until_seconds = 1'029;
    CHECK(judge_reveal(f) == RevealVerdict::kAnnounceFirst);
    f.until_seconds = 1'001;
    CHECK(judge_reveal(f) == RevealVerdict::kAnnounceFirst);
    f.until_seconds = 1'000;
    CHECK(judge_reveal(f) == RevealVerdict::kWindowClosed);
    f.until_seconds = 0;
    CHECK(judge_reveal(f) == RevealVerdict::kWindowClosed);
  }

  TEST_CASE("the margin is the time of 20 blocks where that is longer than 30 seconds") {
    auto f = unannounced();
    f.block_period = 1500ms;
    CHECK(judge_reveal(f) == RevealVerdict::kReveal);
    f.block_period = 1501ms;
    CHECK(judge_reveal(f) == RevealVerdict::kAnnounceFirst);
    f.until_seconds = 1'031;
    CHECK(judge_reveal(f) == RevealVerdict::kReveal);
  }

  TEST_CASE("an announced reveal is sent while 20 blocks are left, whatever the time") {
    auto f = unannounced();
    f.until_seconds = 900;
    f.until_height = 120;
    CHECK(judge_reveal(f) == RevealVerdict::kReveal);
    f.until_height = 119;
    CHECK(judge_reveal(f) == RevealVerdict::kMarginGone);
    f.until_height = 101;
    CHECK(judge_reveal(f) == RevealVerdict::kMarginGone);
    f.until_height = 100;
    CHECK(judge_reveal(f) == RevealVerdict::kWindowClosed);
    f.until_height = 1;
    CHECK(judge_reveal(f) == RevealVerdict::kWindowClosed);
  }

  TEST_CASE("blocks that a node which is behind says are left are not believed, its time is") {
    auto f = unannounced();
    f.is_node_current = false;
    f.until_height = 140;
    CHECK(judge_reveal(f) == RevealVerdict::kReveal);
    f.until_seconds = 1'029;
    CHECK(judge_reveal(f) == RevealVerdict::kMarginGone);
    f.until_seconds = 900;
    CHECK(judge_reveal(f) == RevealVerdict::kMarginGone);
  }

  TEST_CASE("an announced reveal is sent while the margin of time is left, whatever the height") {
    auto f = unannounced();
    f.until_height = 100;
    CHECK(judge_reveal(f) == RevealVerdict::kReveal);
    f.until_seconds = 1'029;
    CHECK(judge_reveal(f) == RevealVerdict::kMarginGone);
    f.until_seconds = 1'001;
    CHECK(judge_reveal(f) == RevealVerdict::kMarginGone);
    f.until_seconds = 1'000;
    CHECK(judge_reveal(f) == RevealVerdict::kWindowClosed);
  }

  TEST_CASE("of two clocks the later one is believed, but the chain's says what is over") {
    auto f = unannounced();
    SUBCASE("the client's is slow") {
      f.clock_seconds = 0;
      CHECK(judge_reveal(f) == RevealVerdict::kReveal);
      f.next_seconds = 1'001;
      CHECK(judge_reveal(f) == RevealVerdict::kAnnounceFirst);
      f.next_seconds = 1'030;
      CHECK(judge_reveal(f) == RevealVerdict::kWindowClosed);
    }
    SUBCASE("the client's is fast") {
      f.clock_seconds = 1'001;
      CHECK(judge_reveal(f) == RevealVerdict::kAnnounceFirst);
      f.clock_seconds = 9'000;
      CHECK(judge_reveal(f) == RevealVerdict::kAnnounceFirst);
      f.until_height = 139;
      CHECK(judge_reveal(f) == RevealVerdict::kReveal);
      f.until_height = 119;
      CHECK(judge_reveal(f) == RevealVerdict::kMarginGone);
    }
  }

  TEST_CASE("a fresh announcement leaves the margin however long a block takes") {
    for (const auto period : {1ms, 250ms, 1000ms, 5000ms, 60'000ms}) {
      CAPTURE(period.count());
      auto f = unannounced();
      f.block_period = period;
      // The contract's 60 s and 40 blocks, of which the announcement's own is one.
      f.until_seconds = f.next_seconds + 60;
      f.until_height = f.next_height - 1 + 40;
      CHECK(judge_reveal(f) == RevealVerdict::kReveal);
    }
  }
}
