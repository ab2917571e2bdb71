#include "node/proposal_fetch.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::node;

namespace {

const Hash256 kDigest{{1}};
const p2p::NodeId kOne{{1}};
const p2p::NodeId kTwo{{2}};

}  // namespace

TEST_SUITE("node/proposal_fetch") {
  TEST_CASE("one peer is asked, and the next one when it does not have it") {
    ProposalFetch fetch;
    fetch.want(kDigest, {kOne, kTwo});
    CHECK(fetch.next() == kOne);
    fetch.asked(p2p::RequestId{1}, kOne, kDigest);
    CHECK_FALSE(fetch.next().has_value());
    CHECK(fetch.close(p2p::RequestId{1}) == kDigest);
    CHECK(fetch.next() == kTwo);
    fetch.asked(p2p::RequestId{2}, kTwo, kDigest);
    CHECK(fetch.close(p2p::RequestId{2}) == kDigest);
    CHECK_FALSE(fetch.next().has_value());
  }

  TEST_CASE("an answer to somebody else's question is none") {
    ProposalFetch fetch;
    fetch.want(kDigest, {kOne});
    CHECK_FALSE(fetch.close(p2p::RequestId{1}).has_value());
  }

  TEST_CASE("nobody is asked for what has come, until it is overdue") {
    ProposalFetch fetch;
    fetch.want(kDigest, {kOne, kTwo});
    REQUIRE(fetch.next() == kOne);
    fetch.asked(p2p::RequestId{1}, kOne, kDigest);
    REQUIRE(fetch.close(p2p::RequestId{1}).has_value());
    fetch.settle(kDigest);
    fetch.want(kDigest, {kOne, kTwo});
    CHECK_FALSE(fetch.next().has_value());
    fetch.try_again();
    CHECK(fetch.next() == kTwo);
  }

  TEST_CASE("who does not answer is not waited for, and not asked twice at a time") {
    ProposalFetch fetch;
    fetch.want(kDigest, {kOne});
    REQUIRE(fetch.next() == kOne);
    fetch.asked(p2p::RequestId{1}, kOne, kDigest);
    fetch.try_again();
    CHECK_FALSE(fetch.next().has_value());
    fetch.want(kDigest, {kOne, kTwo});
    CHECK(fetch.next() == kTwo);
    fetch.asked(p2p::RequestId{2}, kTwo, kDigest);
    REQUIRE(fetch.close(p2p::RequestId{1}).has_value());
    fetch.try_again();
    CHECK(fetch.next() == kOne);
  }

  TEST_CASE("a peer that never answers is asked for few proposals, and others for the rest") {
    ProposalFetch fetch;
    for (std::uint8_t i = 1; i <= 4; ++i) {
      fetch.want(Hash256{{i}}, {kOne, kTwo});
      REQUIRE(fetch.next() == kOne);
      fetch.asked(p2p::RequestId{i}, kOne, Hash256{{i}});
    }
    fetch.want(Hash256{{9}}, {kOne, kTwo});
    CHECK(fetch.next() == kTwo);
  }

  TEST_CASE("a peer that is asked for its own proposal is not asked for it on others' word, too") {
    ProposalFetch fetch;
    REQUIRE(fetch.may_ask(kOne, kDigest));
    fetch.asked(p2p::RequestId{1}, kOne, kDigest);
    CHECK_FALSE(fetch.may_ask(kOne, kDigest));
    CHECK(fetch.may_ask(kOne, Hash256{{2}}));
    fetch.want(kDigest, {kOne, kTwo});
    CHECK(fetch.next() == kTwo);
    CHECK(fetch.close(p2p::RequestId{1}) == kDigest);
    CHECK(fetch.may_ask(kOne, kDigest));
  }

  TEST_CASE("a late answer about an earlier proposal does not end the question about this one") {
    ProposalFetch fetch;
    fetch.want(Hash256{{2}}, {kOne});
    REQUIRE(fetch.next() == kOne);
    fetch.asked(p2p::RequestId{1}, kOne, Hash256{{2}});
    fetch.want(kDigest, {kOne, kTwo});
    REQUIRE(fetch.next() == kOne);
    fetch.asked(p2p::RequestId{2}, kOne, kDigest);
    CHECK(fetch.close(p2p::RequestId{1}) == Hash256{{2}});
    fetch.settle(Hash256{{2}});
    CHECK_FALSE(fetch.next().has_value());
    CHECK(fetch.close(p2p::RequestId{2}) == kDigest);
    CHECK(fetch.next() == kTwo);
  }
}
