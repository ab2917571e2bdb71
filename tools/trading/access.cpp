#include "tools/trading/access.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/types.hpp"
#include "crypto/constant_time.hpp"
#include "crypto/hmac.hpp"
#include "tools/cli/eip191.hpp"
#include "trade/terms.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace datapact::tools {

std::string access_message(std::string_view host, const trade::DealId& deal,
                           const AccessTicket& challenge) {
  return "Datapact data access\nserver: " + std::string(host) + "\ndeal: " + to_hex0x(deal) +
         "\nchallenge: " + to_hex0x(challenge);
}

AccessTicket AccessControl::ticket(std::string_view purpose, const trade::DealId& deal,
                                   UnixMillis time) const {
  AccessTicket out;
  store_be(out.data(), static_cast<std::uint64_t>(time.count()));
  const Hash256 mac = crypto::hmac_sha256(
      secret_.view(), concat({as_bytes(purpose), deal.view(), ByteView{out.data(), 8}}));
  std::copy_n(mac.data(), 24, out.data() + 8);
  return out;
}

std::optional<UnixMillis> AccessControl::time_of(std::string_view purpose,
                                                 const trade::DealId& deal,
                                                 const AccessTicket& claimed) const {
  const UnixMillis time{static_cast<std::int64_t>(load_be<std::uint64_t>(claimed.data()))};
  const AccessTicket expected = ticket(purpose, deal, time);
  if (!crypto::equal_constant_time(expected.view(), claimed.view())) return std::nullopt;
  return time;
}

AccessTicket AccessControl::challenge(const trade::DealId& deal, UnixMillis now) const {
  return ticket("challenge", deal, now);
}

std::optional<AccessTicket> AccessControl::grant(std::string_view host, const trade::DealId& deal,
                                                 const Address& buyer,
                                                 const AccessTicket& challenge, ByteView signature,
                                                 UnixMillis now) const {
  const auto made = time_of("challenge", deal, challenge);
  if (!made || now - *made > kChallengeLife) return std::nullopt;
  if (personal_signer(access_message(host, deal, challenge), signature) != buyer)
    return std::nullopt;
  return ticket("token", deal, now + kTokenLife);
}

bool AccessControl::admits(const trade::DealId& deal, const AccessTicket& token,
                           UnixMillis now) const {
  const auto end = time_of("token", deal, token);
  return end && now < *end;
}

}  // namespace datapact::tools
