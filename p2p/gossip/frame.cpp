#include "p2p/gossip/frame.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/types.hpp"

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace datapact::p2p {
namespace {

constexpr std::uint64_t kKinds = 7;

/// What the fields of a kind may hold.
struct Form {
  bool uses_number = false;
  bool uses_bytes = false;
  std::uint64_t number_min = 0;
  std::uint64_t number_max = std::numeric_limits<std::uint64_t>::max();
};

Form form_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::kMessage:
      return {.uses_bytes = true};
    case EntryKind::kRequest:
    case EntryKind::kResponse:
    case EntryKind::kRefusal:
      return {.uses_number = true, .uses_bytes = true};
    case EntryKind::kGrant:
      return {.uses_number = true,
              .number_min = static_cast<std::uint64_t>(Grant::kSyncOnly),
              .number_max = static_cast<std::uint64_t>(Grant::kFull)};
    case EntryKind::kFirstPart:
      return {.uses_number = true, .uses_bytes = true, .number_min = 1};
    case EntryKind::kNextPart:
      return {.uses_bytes = true};
  }
  return {};
}

bool belongs(EntryKind kind, Topic topic) {
  switch (kind) {
    case EntryKind::kRequest:
    case EntryKind::kResponse:
    case EntryKind::kRefusal:
      return topic == Topic::kBlocks;
    case EntryKind::kGrant:
      return topic == Topic::kConsensus;
    case EntryKind::kMessage:
    case EntryKind::kFirstPart:
    case EntryKind::kNextPart:
      return true;
  }
  return false;
}

Result<void, FrameError> check(const Entry& entry) {
  if (!belongs(entry.kind, entry.topic)) return fail(FrameError::kWrongTopic);
  const Form form = form_of(entry.kind);
  if (!form.uses_number && entry.number != 0) return fail(FrameError::kUnusedField);
  if (!form.uses_bytes && !entry.bytes.empty()) return fail(FrameError::kUnusedField);
  if (form.uses_number && (entry.number < form.number_min || entry.number > form.number_max)) {
    return fail(FrameError::kBadNumber);
  }
  if (entry.kind == EntryKind::kRefusal) {
    if (entry.bytes.size() != 1) return fail(FrameError::kMalformed);
    const std::uint8_t code = entry.bytes[0];
    if (code != kRefusalAbsent && code != kRefusalBusy) return fail(FrameError::kBadNumber);
  }
  return {};
}

/// The four items as RLP gives them.
struct RawEntry {
  std::uint64_t kind = 0;
  std::uint64_t topic = 0;
  std::uint64_t number = 0;
  ByteView bytes;
};

rlp::Result<RawEntry> read_items(rlp::Decoder& in) {
  TRY(auto items, in.list());
  RawEntry out;
  TRY(out.kind, items.u64());
  TRY(out.topic, items.u64());
  TRY(out.number, items.u64());
  TRY(out.bytes, items.string());
  TRY_VOID(items.finish());
  return out;
}

Result<Entry, FrameError> read_entry(rlp::Decoder& in) {
  const auto raw = read_items(in);
  if (!raw.has_value()) return fail(FrameError::kMalformed);
  if (raw->kind >= kKinds) return fail(FrameError::kUnknownKind);
  if (raw->topic < 1 || raw->topic > kTopics) return fail(FrameError::kUnknownTopic);
  const Entry entry{.kind = static_cast<EntryKind>(raw->kind),
                    .topic = static_cast<Topic>(raw->topic),
                    .number = raw->number,
                    .bytes = raw->bytes};
  TRY_VOID(check(entry));
  return entry;
}

}  // namespace

std::string_view to_string(FrameError error) noexcept {
  switch (error) {
    case FrameError::kMalformed:
      return "the frame is no canonical RLP list of entries";
    case FrameError::kEmpty:
      return "the frame has no entry";
    case FrameError::kTooManyEntries:
      return "the frame has too many entries";
    case FrameError::kUnknownKind:
      return "an entry is of an unknown kind";
    case FrameError::kUnknownTopic:
      return "an entry is of an unknown topic";
    case FrameError::kWrongTopic:
      return "an entry's kind does not belong to its topic";
    case FrameError::kUnusedField:
      return "a field that the entry does not use is not empty";
    case FrameError::kBadNumber:
      return "a number of the entry is out of range";
  }
  return "unknown";
}

Bytes encode_entry(const Entry& entry) {
  PRECONDITION(check(entry).has_value());
  rlp::Encoder items;
  items.integer(static_cast<std::uint64_t>(entry.kind))
      .integer(static_cast<std::uint64_t>(entry.topic))
      .integer(entry.number)
      .string(entry.bytes);
  return items.as_list();
}

Result<Entry, FrameError> decode_entry(ByteView bytes) {
  rlp::Decoder in(bytes);
  TRY(auto entry, read_entry(in));
  if (!in.at_end()) return fail(FrameError::kMalformed);
  return entry;
}

Result<std::vector<Entry>, FrameError> decode_frame(ByteView frame) {
  auto items = rlp::decode_list(frame);
  if (!items.has_value()) return fail(FrameError::kMalformed);
  if (items->at_end()) return fail(FrameError::kEmpty);
  std::vector<Entry> out;
  while (!items->at_end()) {
    if (out.size() == kFrameEntriesMax) return fail(FrameError::kTooManyEntries);
    TRY(auto entry, read_entry(*items));
    out.push_back(entry);
  }
  return out;
}

}  // namespace datapact::p2p
