#include "trade/deal_policy.hpp"

#include "base/types.hpp"
#include "trade/terms.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::trade;  // NOLINT(google-build-using-namespace)

namespace {

/// Four validators of which one may be faulty; blocks at least every 60 s.
PolicyFacts facts() {
  PolicyFacts out;
  out.now_seconds = 1'000;
  out.faults_max = 1;
  out.work_seconds = 100;
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
  }

  TEST_CASE("a complaint window shorter than three times the work is refused") {
    auto slow = facts();
    slow.work_seconds = 801;
    const auto reasons = refusals(careful_header(), slow);
    REQUIRE(reasons.size() == 1);
    CHECK(reasons[0] ==
          "complainWindow 2400 s is shorter than three times the measured work of 801 s");
  }

  TEST_CASE("a reveal window of no time is refused") {
    auto h = careful_header();
    h.reveal_window_seconds = 0;
    CHECK(reason(h) == "revealWindow is zero");
  }

  TEST_CASE("a reveal is announced first when less than the margin of its window is left") {
    CHECK_FALSE(needs_announcement(1'030, 1'000));
    CHECK(needs_announcement(1'029, 1'000));
    CHECK(needs_announcement(900, 1'000));
  }
}
