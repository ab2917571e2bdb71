#pragma once
// One WebSocket message: RLP list of entries, each [kind, topic, number, bytes]
// (docs/formats/p2p-wire.md). Canonical: one frame has one encoding, unused items are zero or
// empty. Pure, thread-safe.
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "p2p/gossip/types.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace datapact::p2p {

enum class FrameError : std::uint8_t {
  kMalformed,       ///< not canonical RLP of this form
  kEmpty,           ///< no entry
  kTooManyEntries,  ///< more than kFrameEntriesMax
  kUnknownKind,
  kUnknownTopic,
  kWrongTopic,   ///< a kind that does not belong to that topic
  kUnusedField,  ///< a field that this kind does not use is not zero or empty
  kBadNumber,    ///< a number outside its range
};
[[nodiscard]] std::string_view to_string(FrameError error) noexcept;

/// On the wire: never renumber.
enum class EntryKind : std::uint8_t {
  kMessage = 0,   ///< bytes: the message
  kRequest = 1,   ///< number: its id; bytes: the body. Topic blocks
  kResponse = 2,  ///< as kRequest
  kRefusal = 3,   ///< number: the id; bytes: one byte, 1 = does not have it, 2 = busy. Topic blocks
  kGrant = 4,     ///< number: what the sender lets the receiver do from now on. Topic consensus
  kFirstPart = 5,  ///< number: size of a whole encoded entry; bytes: its beginning
  kNextPart = 6,   ///< bytes: more of it
};

/// `bytes` borrows from the buffer that was decoded, or is to be encoded, and is short-lived.
struct Entry {
  EntryKind kind = EntryKind::kMessage;
  Topic topic = Topic::kConsensus;
  std::uint64_t number = 0;
  ByteView bytes;
};

inline constexpr std::uint8_t kRefusalAbsent = 1;
inline constexpr std::uint8_t kRefusalBusy = 2;
/// An encoded entry is at most this much larger than its bytes: three RLP prefixes, kind, topic and
/// a 64-bit number.
inline constexpr std::size_t kEntryOverheadMax = 32;

[[nodiscard]] Bytes encode_entry(const Entry& entry);
/// One encoded entry and nothing else.
[[nodiscard]] Result<Entry, FrameError> decode_entry(ByteView bytes);
[[nodiscard]] Result<std::vector<Entry>, FrameError> decode_frame(ByteView frame);

}  // namespace datapact::p2p
