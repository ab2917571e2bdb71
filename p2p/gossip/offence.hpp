#pragma once
// What a peer can do wrong, and what each costs. A peer that collects kBanPoints is banned for a
// while; points fade with time (score_book.hpp). Pure, thread-safe.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace datapact::p2p {

enum class Offence : std::uint8_t {
  kGarbage,          ///< a frame or an entry that does not decode
  kOversize,         ///< a frame or a message above its limit
  kEndlessFrames,    ///< bytes without end that never become a message
  kProtocol,         ///< a frame that decodes and has no place here
  kForeignChain,     ///< a message of another chain or genesis
  kInvalidMessage,   ///< the node refused a message: malformed, or a rule is broken
  kForgedSignature,  ///< a signature or a seal of somebody else
  kInvalidBlock,     ///< a block that execution refutes (wrong root, not enough seals)
  kStaleMessage,     ///< old rounds and heights: may happen to honest peers
  kUnaskedResponse,  ///< an answer to a request that was never made
  kRequestTimeout,   ///< a request it took and did not answer in time
  kTooManyRequests,  ///< more requests at once than the limit
  kSlowReader,       ///< does not read what it is sent
};
inline constexpr std::size_t kOffences = 13;

struct OffenceRule {
  std::string_view name;
  std::uint32_t points = 0;
  /// Whether the link is closed at once: nothing sensible can follow on it.
  bool closes_link = false;
};
inline constexpr std::uint32_t kBanPoints = 100;

[[nodiscard]] const OffenceRule& rule_of(Offence offence) noexcept;
[[nodiscard]] constexpr std::size_t index_of(Offence offence) noexcept {
  return static_cast<std::size_t>(offence);
}
[[nodiscard]] std::string_view to_string(Offence offence) noexcept;

}  // namespace datapact::p2p
