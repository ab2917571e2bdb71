#pragma once
// Who may connect from where: connections and handshakes at once, and how often handshakes from one
// network may fail. A network is one IPv4 address or 64 bits of IPv6, which is what one host is
// given to choose its addresses from. One that fails too often is closed at the door, before any
// work is done for it. A few cannot hold every place: each has its share of the handshakes, and
// some places are kept for the hosts that the configuration names. Bounded. Thread contract: one
// thread at a time.
#include "p2p/gossip/token_bucket.hpp"
#include "p2p/gossip/types.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace datapact::p2p {

class AddressBook {
 public:
  struct Policy {
    std::size_t handshakes_max = 1;               ///< over all networks, at once
    std::size_t handshakes_kept = 0;              ///< of those, for configured hosts alone
    std::size_t handshakes_per_address_max = 1;   ///< of one network that is not configured
    std::size_t connections_per_address_max = 1;  ///< handshakes included
    std::size_t addresses_max = 4'096;            ///< beyond it strangers are refused
    Rate failures;                                ///< of one address
  };
  explicit AddressBook(const Policy& policy) : policy_(policy) {}

  /// False when it is refused; otherwise a handshake has begun, and handshake_done() and leave()
  /// must each be called once, in this order.
  [[nodiscard]] bool enter(const std::string& address, bool is_configured, Instant now);
  void handshake_done(const std::string& address, bool has_succeeded, Instant now);
  void leave(const std::string& address);
  /// Forgets addresses that have no connection and no failure left.
  void forget_idle(Instant now);
  [[nodiscard]] std::size_t handshakes() const noexcept { return handshakes_; }
  [[nodiscard]] std::size_t size() const noexcept { return addresses_.size(); }

 private:
  struct Record {
    std::size_t connections = 0;
    std::size_t handshakes = 0;
    TokenBucket failures;
  };

  Policy policy_;
  std::map<std::string, Record> addresses_;
  std::size_t handshakes_ = 0;
};

}  // namespace datapact::p2p
