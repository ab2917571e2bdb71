#pragma once
#include "base/bytes.hpp"
#include "crypto/sha256.hpp"
#include "p2p/gossip/types.hpp"

#include <array>
#include <cstdint>

namespace datapact::p2p {

/// SHA-256 of the topic's byte and the message. Pure.
[[nodiscard]] inline MessageId message_id(Topic topic, ByteView bytes) noexcept {
  const std::array<std::uint8_t, 1> prefix{static_cast<std::uint8_t>(topic)};
  return MessageId{crypto::Sha256{}.update(prefix).update(bytes).finish().raw()};
}

}  // namespace datapact::p2p
