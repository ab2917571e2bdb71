#pragma once
// Where a deal stands on the chain, which steps can be taken there, and in words why another
// cannot.
#include "tools/cli/chain_client.hpp"
#include "trade/deal_status.hpp"
#include "trade/terms.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace datapact::tools {

/// A deal's word as the contract keeps it; what its status does not have is zero.
struct DealWord {
  trade::DealStatus status = trade::DealStatus::kNone;
  std::uint64_t reveal_until_seconds = 0;
  /// 0 unless announced.
  std::uint64_t reveal_until_height = 0;
  std::uint64_t revealed_seconds = 0;
  std::uint64_t revealed_height = 0;
};
[[nodiscard]] DealWord read_deal(ChainClient& chain, const trade::DealId& id);
/// A refund clears the deal's word: only its event tells it from a deal that never was.
[[nodiscard]] bool was_refunded(ChainClient& chain, const trade::DealId& id);
[[nodiscard]] bool is_nonce_used(ChainClient& chain, const Address& seller, Nonce nonce);

enum class Standing : std::uint8_t {
  kOffered,      ///< nobody has locked it
  kExpired,      ///< nobody has, and the time to lock is over
  kWithdrawn,    ///< nobody has, and its nonce is used
  kAwaitsKey,    ///< locked, the reveal window is open
  kOverdue,      ///< locked, and the window ended without a key
  kRevealed,     ///< complaints are open
  kUncontested,  ///< revealed, and the time for complaints is over
  kSettled,
  kRefunded,
  kUpheld,
};

/// What tells the standing.
struct DealFacts {
  DealWord word;
  /// Absent when this home does not have the deal: then its windows are not known.
  std::optional<trade::DealHeader> header;
  bool was_refunded = false;
  bool is_nonce_used = false;
  /// The first block that a step taken now can be in.
  NextBlock next;
};
[[nodiscard]] DealFacts read_facts(ChainClient& chain, const trade::DealId& id,
                                   const std::optional<trade::DealHeader>& header);
/// Pure.
[[nodiscard]] Standing standing_of(const DealFacts& facts);
/// "is settled: its payee was paid", after "the deal" or "it". Pure.
[[nodiscard]] std::string describe_standing(const DealFacts& facts);

enum class DealStep : std::uint8_t {
  kLock,
  kAnnounce,
  kReveal,
  kDecrypt,
  kComplain,
  kSettle,
  kRefund,
};

struct StepRefusal {
  std::string message;
  /// The next command to try.
  std::string hint;
};
/// Why the contract or the client does not take that step now; nothing when it may. `deal` is the
/// id as text. Pure.
[[nodiscard]] std::optional<StepRefusal> refusal_of(DealStep step, const DealFacts& facts,
                                                    const std::string& deal);

/// What the step was judged by. A CliError when it cannot be taken: code 7 for a key that is not
/// revealed, else code 1 (`wrong-state`).
DealFacts require_step(ChainClient& chain, DealStep step, const trade::DealId& id,
                       const trade::DealHeader& header);
/// Runs `act`; when the contract refuses it (code 5), the error also says where the deal stands.
void explain_refusal(ChainClient& chain, DealStep step, const trade::DealId& id,
                     const std::optional<trade::DealHeader>& header,
                     const std::function<void()>& act);

}  // namespace datapact::tools
