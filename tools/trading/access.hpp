#pragma once
// Who may download a deal's ciphertext: the buyer its header names, shown by a signed challenge.
// The server keeps no state: challenge and token carry their time and a MAC under the server's
// secret. Pure.
#include "base/types.hpp"
#include "trade/terms.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace datapact::tools {

using ServerSecret = FixedBytes<struct ServerSecretTag, 32>;
/// u64 Unix milliseconds it was made or ends at, and the first 24 bytes of a MAC.
using AccessTicket = FixedBytes<struct AccessTicketTag, 32>;

/// What the buyer signs as a personal message; `host` is the one it connected to, so that a
/// challenge relayed to another server is worth nothing there.
[[nodiscard]] std::string access_message(std::string_view host, const trade::DealId& deal,
                                         const AccessTicket& challenge);

class AccessControl {
 public:
  explicit AccessControl(const ServerSecret& secret) : secret_(secret) {}

  static constexpr std::chrono::milliseconds kChallengeLife{60'000};
  static constexpr std::chrono::milliseconds kTokenLife{3'600'000};

  [[nodiscard]] AccessTicket challenge(const trade::DealId& deal, UnixMillis now) const;
  /// A token when the challenge is this server's, fresh, and signed by `buyer`; else nothing.
  [[nodiscard]] std::optional<AccessTicket> grant(std::string_view host, const trade::DealId& deal,
                                                  const Address& buyer,
                                                  const AccessTicket& challenge, ByteView signature,
                                                  UnixMillis now) const;
  [[nodiscard]] bool admits(const trade::DealId& deal, const AccessTicket& token,
                            UnixMillis now) const;

 private:
  [[nodiscard]] AccessTicket ticket(std::string_view purpose, const trade::DealId& deal,
                                    UnixMillis time) const;
  [[nodiscard]] std::optional<UnixMillis> time_of(std::string_view purpose,
                                                  const trade::DealId& deal,
                                                  const AccessTicket& claimed) const;
  ServerSecret secret_;
};

}  // namespace datapact::tools
