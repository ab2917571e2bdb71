#include "p2p/gossip/outbox.hpp"

#include "p2p/gossip/assembly.hpp"
#include "p2p/gossip/frame.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace datapact;
using namespace datapact::p2p;

namespace {

SharedEntry entry_of(Topic topic, std::size_t size, std::uint8_t fill) {
  const Bytes bytes(size, fill);
  return std::make_shared<const Bytes>(encode_entry({EntryKind::kMessage, topic, 0, bytes}));
}

struct Box {
  Limits limits;
  Outbox outbox;
  bool push(Topic topic, std::size_t size, std::uint8_t fill = 1) {
    return outbox.push(topic, entry_of(topic, size, fill), limits.of(topic));
  }
  /// What the frame holds, as topics in order.
  std::vector<Topic> topics_of_frame() {
    const Bytes frame = outbox.next_frame();
    CHECK(frame.size() <= kFrameBytesMax);
    const auto entries = decode_frame(frame);
    REQUIRE(entries.has_value());
    std::vector<Topic> out;
    for (const auto& entry : *entries) out.push_back(entry.topic);
    return out;
  }
};

}  // namespace

TEST_SUITE("p2p/outbox") {
  TEST_CASE("small messages share a frame, consensus first") {
    Box box;
    CHECK(box.push(Topic::kTransactions, 100));
    CHECK(box.push(Topic::kBlocks, 100));
    CHECK(box.push(Topic::kConsensus, 100));
    const std::vector<Topic> wanted{Topic::kConsensus, Topic::kTransactions, Topic::kBlocks};
    CHECK(box.topics_of_frame() == wanted);
    CHECK(box.outbox.empty());
  }
  TEST_CASE("a vote overtakes a block that is being sent") {
    Box box;
    CHECK(box.push(Topic::kBlocks, 1'000'000));
    CHECK(box.topics_of_frame() == std::vector<Topic>{Topic::kBlocks});
    CHECK(box.push(Topic::kConsensus, 100));
    CHECK(box.topics_of_frame() == std::vector<Topic>{Topic::kConsensus, Topic::kBlocks});
  }
  TEST_CASE("transactions keep a share of the frame while blocks are sent") {
    Box box;
    CHECK(box.push(Topic::kBlocks, 1'000'000));
    for (int i = 0; i < 1'000; ++i) CHECK(box.push(Topic::kTransactions, 200));
    const auto topics = box.topics_of_frame();
    CHECK(std::ranges::count(topics, Topic::kTransactions) > 50);
    CHECK(std::ranges::count(topics, Topic::kBlocks) == 1);
  }
  TEST_CASE("a large message goes out in parts that join to the same bytes") {
    Box box;
    CHECK(box.push(Topic::kBlocks, 300'000, 9));
    Assembly assembly;
    std::optional<Bytes> whole;
    std::size_t frames = 0;
    while (!box.outbox.empty()) {
      const Bytes frame = box.outbox.next_frame();
      const auto entries = decode_frame(frame);
      REQUIRE(entries.has_value());
      for (const auto& part : *entries) {
        auto joined = assembly.add(part, 1'000'000, Instant{0});
        REQUIRE(joined.has_value());
        if (joined->has_value()) whole = std::move(*joined);
      }
      ++frames;
    }
    CHECK(frames == 5);
    REQUIRE(whole.has_value());
    CHECK(*whole == *entry_of(Topic::kBlocks, 300'000, 9));
    CHECK(box.outbox.bytes() == 0);
  }
  TEST_CASE("a queue is bounded by messages and by bytes, each topic for itself") {
    Box box;
    box.limits.topics[index_of(Topic::kTransactions)].queue_messages_max = 2;
    box.limits.topics[index_of(Topic::kBlocks)].queue_bytes_max = 1'000;
    CHECK(box.push(Topic::kTransactions, 10));
    CHECK(box.push(Topic::kTransactions, 10));
    CHECK_FALSE(box.push(Topic::kTransactions, 10));
    CHECK(box.push(Topic::kBlocks, 900));
    CHECK_FALSE(box.push(Topic::kBlocks, 100));
    CHECK(box.push(Topic::kConsensus, 10'000));
    (void)box.topics_of_frame();
    CHECK(box.push(Topic::kTransactions, 10));
    CHECK(box.push(Topic::kBlocks, 900));
  }
  TEST_CASE("messages of many sizes leave in order and whole") {
    Box box;
    std::size_t left = 0;
    for (std::uint8_t i = 0; i < 200; ++i) {
      CHECK(box.push(Topic::kConsensus, 700 * (std::size_t{i} + 1), i));
    }
    Assembly assembly;
    std::uint8_t expected = 0;
    const auto take = [&](const Entry& entry) {
      REQUIRE(entry.bytes.size() == 700 * (std::size_t{expected} + 1));
      CHECK(entry.bytes[0] == expected);
      ++expected;
    };
    while (!box.outbox.empty()) {
      const Bytes frame = box.outbox.next_frame();
      const auto entries = decode_frame(frame);
      REQUIRE(entries.has_value());
      for (const auto& entry : *entries) {
        if (entry.kind == EntryKind::kMessage) {
          take(entry);
          continue;
        }
        const auto whole = assembly.add(entry, 1'000'000, Instant{0});
        REQUIRE(whole.has_value());
        if (!whole->has_value()) continue;
        const auto joined = decode_entry(**whole);
        REQUIRE(joined.has_value());
        take(*joined);
      }
      ++left;
    }
    CHECK(expected == 200);
    CHECK(left > 100);
  }
}
