#include "p2p/gossip/offence.hpp"

#include "base/assert.hpp"

namespace datapact::p2p {
namespace {

// By index of Offence. What an honest node never does costs half a ban or a whole one; what delay
// and restarts can cause costs little.
constexpr std::array<OffenceRule, kOffences> kRules{{
    {"garbage", 50, true},
    {"oversize", 50, true},
    {"endless frames", 50, true},
    {"protocol violation", 50, true},
    {"foreign chain", 100, true},
    {"invalid message", 20, false},
    {"forged signature", 50, false},
    {"invalid block", 100, true},
    {"stale message", 1, false},
    {"unasked response", 20, false},
    {"request timed out", 5, false},
    {"too many requests", 5, false},
    {"slow reader", 20, true},
}};
static_assert(index_of(Offence::kSlowReader) + 1 == kOffences);

}  // namespace

const OffenceRule& rule_of(Offence offence) noexcept {
  const std::size_t index = index_of(offence);
  INVARIANT(index < kOffences);
  return kRules[index];
}

std::string_view to_string(Offence offence) noexcept { return rule_of(offence).name; }

}  // namespace datapact::p2p
