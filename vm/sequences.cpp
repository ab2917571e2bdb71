#include "vm/sequences.hpp"

#include "base/bytes.hpp"
#include "vm/instruction_table.hpp"
#include "vm/opcode.hpp"
#include "vm/revision.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>

namespace datapact::vm {
namespace {

/// Stands for the undefined opcodes whose places the sequences take.
constexpr std::uint8_t kUndefined = 0x0c;
constexpr bool is_sequence(std::uint8_t byte) noexcept {
  return byte >= static_cast<std::uint8_t>(Sequence::kPush2Jump) &&
         byte <= static_cast<std::uint8_t>(Sequence::kSelector);
}
consteval bool are_undefined() {
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (!is_sequence(static_cast<std::uint8_t>(byte)) && byte != kUndefined) continue;
    for (const Revision revision : {Revision::kCancun, Revision::kPrague, Revision::kOsaka}) {
      if (kInstructions[byte].cost_in(revision) != kUndefinedCost) return false;
    }
  }
  return true;
}
static_assert(are_undefined());

constexpr std::size_t push_bytes(std::uint8_t opcode) noexcept {
  constexpr std::uint8_t kFirst = byte_of(Opcode::kPush1);
  return opcode >= kFirst && opcode <= byte_of(Opcode::kPush32) ? opcode - kFirst + std::size_t{1}
                                                                : 0;
}

constexpr std::uint8_t numbered(Opcode first, unsigned number) noexcept {
  return static_cast<std::uint8_t>(byte_of(first) + number - 1);
}
constexpr std::uint8_t kPushOfOne = numbered(Opcode::kPush1, 1);
constexpr std::uint8_t kPushOfTwo = numbered(Opcode::kPush1, 2);
constexpr std::uint8_t kPushOfFour = numbered(Opcode::kPush1, 4);

/// Its instructions without their data.
struct Pattern {
  Sequence sequence{};
  std::uint8_t opcodes[5]{};
  unsigned count = 2;
};
/// Those that begin with the same instruction stand together.
constexpr Pattern kPatterns[] = {
    {Sequence::kPush2Jump, {kPushOfTwo, byte_of(Opcode::kJump)}},
    {Sequence::kPush2Jumpi, {kPushOfTwo, byte_of(Opcode::kJumpi)}},
    {Sequence::kPush2Mload, {kPushOfTwo, byte_of(Opcode::kMload)}},
    {Sequence::kPush2Mstore, {kPushOfTwo, byte_of(Opcode::kMstore)}},
    {Sequence::kIszeroPush2Jumpi,
     {byte_of(Opcode::kIszero), kPushOfTwo, byte_of(Opcode::kJumpi)},
     3},
    {Sequence::kPush1Add, {kPushOfOne, byte_of(Opcode::kAdd)}},
    {Sequence::kPush1Shl, {kPushOfOne, byte_of(Opcode::kShl)}},
    {Sequence::kPush1Shr, {kPushOfOne, byte_of(Opcode::kShr)}},
    {Sequence::kPush1Mload, {kPushOfOne, byte_of(Opcode::kMload)}},
    {Sequence::kPush1Mstore, {kPushOfOne, byte_of(Opcode::kMstore)}},
    {Sequence::kMask,
     {kPushOfOne, kPushOfOne, kPushOfOne, byte_of(Opcode::kShl), byte_of(Opcode::kSub)},
     5},
    {Sequence::kSelector,
     {byte_of(Opcode::kDup1), kPushOfFour, byte_of(Opcode::kEq), kPushOfTwo,
      byte_of(Opcode::kJumpi)},
     5},
    {Sequence::kDup2Mstore, {numbered(Opcode::kDup1, 2), byte_of(Opcode::kMstore)}},
    {Sequence::kSwap1Pop, {numbered(Opcode::kSwap1, 1), byte_of(Opcode::kPop)}},
    {Sequence::kSwap2Pop, {numbered(Opcode::kSwap1, 2), byte_of(Opcode::kPop)}},
    {Sequence::kSwap3Pop, {numbered(Opcode::kSwap1, 3), byte_of(Opcode::kPop)}},
    {Sequence::kSwap4Pop, {numbered(Opcode::kSwap1, 4), byte_of(Opcode::kPop)}},
    {Sequence::kPopPop, {byte_of(Opcode::kPop), byte_of(Opcode::kPop)}},
};

/// What the search does at an opcode. Nearly all have nothing to do and no data to skip.
struct Place {
  std::uint8_t first_pattern = 0;
  std::uint8_t patterns = 0;  ///< how many begin with it
  std::uint8_t data_bytes = 0;
  bool is_plain = true;
};
constexpr std::array<Place, 256> kPlaces = [] {
  std::array<Place, 256> out{};
  for (std::size_t i = 0; i < std::size(kPatterns); ++i) {
    Place& place = out[kPatterns[i].opcodes[0]];
    if (place.patterns == 0) place.first_pattern = static_cast<std::uint8_t>(i);
    ++place.patterns;
  }
  for (unsigned i = 0; i < out.size(); ++i) {
    const auto opcode = static_cast<std::uint8_t>(i);
    out[i].data_bytes = static_cast<std::uint8_t>(push_bytes(opcode));
    out[i].is_plain = out[i].patterns == 0 && out[i].data_bytes == 0 && !is_sequence(opcode);
  }
  return out;
}();

/// Where the sequence ends that begins at `at` and looks like `pattern`; nothing when none does.
/// Code ends in more STOPs than a pattern is long.
std::optional<std::size_t> end_of(const Pattern& pattern, const Bytes& code, std::size_t at) {
  for (unsigned i = 0; i < pattern.count; ++i) {
    if (code[at] != pattern.opcodes[i]) return std::nullopt;
    at += 1 + push_bytes(pattern.opcodes[i]);
  }
  return at;
}

/// Of the PUSH2 and the jump that end at `end`.
bool leads_to_destination(const Bytes& code, std::size_t end, const JumpDestinations& bits) {
  const std::size_t target = code[end - 3] * std::size_t{256} + code[end - 2];
  return target / 64 < bits.size() && ((bits[target / 64] >> (target % 64)) & 1) != 0;
}

struct Found {
  Sequence sequence;
  std::size_t end;
};
std::optional<Found> sequence_at(std::size_t at, const Bytes& code, const JumpDestinations& bits) {
  const Place place = kPlaces[code[at]];
  for (const Pattern& pattern : std::span{kPatterns}.subspan(place.first_pattern, place.patterns)) {
    const auto end = end_of(pattern, code, at);
    if (!end) continue;
    const std::uint8_t last = pattern.opcodes[pattern.count - 1];
    const bool jumps = last == byte_of(Opcode::kJump) || last == byte_of(Opcode::kJumpi);
    if (jumps && !leads_to_destination(code, *end, bits)) continue;
    return Found{pattern.sequence, *end};
  }
  return std::nullopt;
}

}  // namespace

Bytes fuse_sequences(const Bytes& padded, std::size_t size,
                     const JumpDestinations& jump_destinations) {
  Bytes out = padded;
  std::size_t at = 0;
  while (at < size) {
    const Place place = kPlaces[padded[at]];
    if (place.is_plain) {
      ++at;
      continue;
    }
    if (is_sequence(padded[at])) out[at] = kUndefined;
    if (const auto found = sequence_at(at, padded, jump_destinations)) {
      out[at] = static_cast<std::uint8_t>(found->sequence);
      at = found->end;
    } else {
      at += std::size_t{1} + place.data_bytes;
    }
  }
  return out;
}

}  // namespace datapact::vm
