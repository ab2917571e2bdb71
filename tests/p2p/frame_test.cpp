#include "p2p/gossip/frame.hpp"

#include "base/rlp.hpp"
#include "p2p/gossip/limits.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace datapact;
using namespace datapact::p2p;

namespace {

const Bytes kBody{1, 2, 3};
const Bytes kAbsent{kRefusalAbsent};

std::vector<Entry> one_of_each() {
  return {{EntryKind::kMessage, Topic::kTransactions, 0, kBody},
          {EntryKind::kRequest, Topic::kBlocks, 7, kBody},
          {EntryKind::kResponse, Topic::kBlocks, 7, {}},
          {EntryKind::kRefusal, Topic::kBlocks, 7, kAbsent},
          {EntryKind::kGrant, Topic::kConsensus, 2, {}},
          {EntryKind::kFirstPart, Topic::kConsensus, 1'000, kBody},
          {EntryKind::kNextPart, Topic::kConsensus, 0, kBody}};
}

Bytes frame_of(const std::vector<Entry>& entries) {
  Bytes payload;
  for (const auto& entry : entries) append(payload, encode_entry(entry));
  return rlp::Encoder{}.list(payload).take();
}

struct Items {
  std::uint64_t kind = 0;
  std::uint64_t topic = 1;
  std::uint64_t number = 0;
  Bytes bytes = kBody;
};
Bytes raw_frame(const Items& items) {
  rlp::Encoder entry;
  entry.integer(items.kind)
      .integer(items.topic)
      .integer(items.number)
      .string(ByteView{items.bytes});
  return rlp::Encoder{}.list(entry.as_list()).take();
}
FrameError error_of(const Items& items) {
  const auto decoded = decode_frame(raw_frame(items));
  REQUIRE_FALSE(decoded.has_value());
  return decoded.error();
}

}  // namespace

TEST_SUITE("p2p/frame") {
  TEST_CASE("every kind of entry comes back as it went") {
    const auto sent = one_of_each();
    const Bytes frame = frame_of(sent);
    const auto got = decode_frame(frame);
    REQUIRE(got.has_value());
    REQUIRE(got->size() == sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
      CAPTURE(i);
      CHECK((*got)[i].kind == sent[i].kind);
      CHECK((*got)[i].topic == sent[i].topic);
      CHECK((*got)[i].number == sent[i].number);
      CHECK(equal((*got)[i].bytes, sent[i].bytes));
    }
  }
  TEST_CASE("every truncated prefix of a frame is refused") {
    const Bytes frame = frame_of(one_of_each());
    for (std::size_t size = 0; size < frame.size(); ++size) {
      CAPTURE(size);
      CHECK_FALSE(decode_frame(ByteView{frame}.first(size)).has_value());
    }
  }
  TEST_CASE("bytes behind a frame or an entry are refused") {
    Bytes frame = frame_of(one_of_each());
    frame.push_back(0);
    CHECK(decode_frame(frame).error() == FrameError::kMalformed);
    Bytes entry = encode_entry(one_of_each().front());
    entry.push_back(0);
    CHECK(decode_entry(entry).error() == FrameError::kMalformed);
  }
  TEST_CASE("a frame has 1 to 1,024 entries") {
    CHECK(decode_frame(Bytes{0xc0}).error() == FrameError::kEmpty);
    std::vector<Entry> many(kFrameEntriesMax, one_of_each().front());
    CHECK(decode_frame(frame_of(many)).has_value());
    many.push_back(many.front());
    CHECK(decode_frame(frame_of(many)).error() == FrameError::kTooManyEntries);
  }
  TEST_CASE("what an entry may not be is refused by name") {
    CHECK(decode_frame(Bytes{0x01}).error() == FrameError::kMalformed);
    CHECK(error_of({.kind = 7}) == FrameError::kUnknownKind);
    CHECK(error_of({.topic = 0}) == FrameError::kUnknownTopic);
    CHECK(error_of({.topic = 4}) == FrameError::kUnknownTopic);
    CHECK(error_of({.kind = 1, .topic = 1}) == FrameError::kWrongTopic);
    CHECK(error_of({.kind = 4, .topic = 2, .number = 1, .bytes = {}}) == FrameError::kWrongTopic);
    CHECK(error_of({.kind = 0, .number = 1}) == FrameError::kUnusedField);
    CHECK(error_of({.kind = 4, .number = 1}) == FrameError::kUnusedField);
    CHECK(error_of({.kind = 6, .number = 1}) == FrameError::kUnusedField);
    CHECK(error_of({.kind = 4, .number = 0, .bytes = {}}) == FrameError::kBadNumber);
    CHECK(error_of({.kind = 4, .number = 3, .bytes = {}}) == FrameError::kBadNumber);
    CHECK(error_of({.kind = 5, .number = 0}) == FrameError::kBadNumber);
    CHECK(error_of({.kind = 3, .topic = 2, .bytes = {3}}) == FrameError::kBadNumber);
    CHECK(error_of({.kind = 3, .topic = 2, .bytes = {}}) == FrameError::kMalformed);
  }
  TEST_CASE("every error has a text of its own") {
    for (int i = 0; i <= static_cast<int>(FrameError::kBadNumber); ++i) {
      CHECK(to_string(static_cast<FrameError>(i)) != "unknown");
    }
  }
}
