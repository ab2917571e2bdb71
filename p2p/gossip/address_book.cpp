#include "p2p/gossip/address_book.hpp"

#include "base/assert.hpp"
#include "p2p/gossip/types.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace datapact::p2p {

bool AddressBook::enter(const std::string& address, bool is_configured, Instant now) {
  const std::size_t kept = is_configured ? 0 : policy_.handshakes_kept;
  if (handshakes_ + kept >= policy_.handshakes_max) return false;
  auto found = addresses_.find(address);
  if (found == addresses_.end()) {
    if (addresses_.size() >= policy_.addresses_max) forget_idle(now);
    if (addresses_.size() >= policy_.addresses_max) return false;
    found =
        addresses_
            .emplace(address,
                     Record{.connections = 0, .handshakes = 0, .failures = {policy_.failures, now}})
            .first;
  }
  Record& record = found->second;
  if (record.connections >= policy_.connections_per_address_max) return false;
  if (!is_configured && record.handshakes >= policy_.handshakes_per_address_max) return false;
  if (record.failures.level(now) == 0) return false;
  ++record.connections;
  ++record.handshakes;
  ++handshakes_;
  return true;
}

void AddressBook::handshake_done(const std::string& address, bool has_succeeded, Instant now) {
  INVARIANT(handshakes_ > 0);
  --handshakes_;
  Record& record = addresses_.at(address);
  INVARIANT(record.handshakes > 0);
  --record.handshakes;
  if (!has_succeeded) (void)record.failures.take(1, now);
}

void AddressBook::leave(const std::string& address) {
  Record& record = addresses_.at(address);
  INVARIANT(record.connections > 0);
  --record.connections;
}

void AddressBook::forget_idle(Instant now) {
  std::erase_if(addresses_, [&](auto& entry) {
    return entry.second.connections == 0 &&
           entry.second.failures.level(now) == policy_.failures.burst;
  });
}

}  // namespace datapact::p2p
