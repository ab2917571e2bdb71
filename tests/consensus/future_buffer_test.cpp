#include "consensus/future_buffer.hpp"

#include "consensus/params.hpp"
#include "tests/testkit/consensus/world.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::consensus;
using namespace datapact::consensus::test;

namespace {
constexpr auto kValidator = FutureBuffer::Author::kValidator;
constexpr auto kStranger = FutureBuffer::Author::kStranger;

MessageReceived message(TestSigner& signer, std::uint64_t height, std::size_t bytes) {
  return {signed_as<Prepare>(signer, PreparePayload{Height{height}, Round{}, Hash256{}}), bytes};
}
}  // namespace

TEST_SUITE("consensus/future_buffer") {
  TEST_CASE("messages come back at their height, and passed heights are forgotten") {
    auto signers = make_signers(1);
    FutureBuffer buffer;
    CHECK(buffer.add(message(signers[0], 2, 100), kValidator));
    CHECK(buffer.add(message(signers[0], 3, 100), kValidator));
    CHECK(buffer.add(message(signers[0], 4, 100), kValidator));
    CHECK(buffer.take(Height{3}).size() == 1);
    CHECK(buffer.take(Height{3}).empty());
    CHECK(buffer.take(Height{4}).size() == 1);
  }
  TEST_CASE("an author's share is bounded by messages and by bytes, and freed again") {
    auto signers = make_signers(2);
    FutureBuffer buffer;
    for (std::size_t i = 0; i < kBufferedMessagesMax; ++i) {
      CHECK(buffer.add(message(signers[0], 2, 1), kValidator));
    }
    CHECK_FALSE(buffer.add(message(signers[0], 2, 1), kValidator));
    CHECK(buffer.add(message(signers[1], 2, kBufferedBytesMax), kValidator));
    CHECK_FALSE(buffer.add(message(signers[1], 2, 1), kValidator));
    CHECK(buffer.take(Height{2}).size() == kBufferedMessagesMax + 1);
    CHECK(buffer.add(message(signers[0], 3, 1), kValidator));
    CHECK(buffer.add(message(signers[1], 3, kBufferedBytesMax), kValidator));
  }
  TEST_CASE("strangers share one bound, whatever their number, and validators keep theirs") {
    auto signers = make_signers(4);
    FutureBuffer buffer;
    for (std::size_t i = 0; i < kBufferedMessagesMax; ++i) {
      CHECK(buffer.add(message(signers[i % 3], 2, 1), kStranger));
    }
    CHECK_FALSE(buffer.add(message(signers[3], 2, 1), kStranger));
    CHECK(buffer.add(message(signers[3], 2, 1), kValidator));
    CHECK(buffer.take(Height{2}).size() == kBufferedMessagesMax + 1);
    CHECK(buffer.add(message(signers[0], 3, 1), kStranger));
  }
}
