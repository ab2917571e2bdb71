// Whatever decodes encodes to the same bytes; neither end crashes or is convinced.
#include "p2p/gossip/handshake.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  using namespace datapact::p2p;
  const ByteView bytes{data, size};
  if (const auto message = decode_handshake(bytes)) {
    if (encode_handshake(*message) != to_bytes(bytes)) std::abort();
  }
  crypto::PrivateKey key;
  key.raw()[31] = 1;
  const auto identity = NodeIdentity::make(key);
  NodeId expected;
  expected.raw()[0] = 1;
  const HandshakeTerms terms{.chain_id = ChainId{7}, .genesis_hash = {}, .exporter = {}};
  DiallerHandshake dialler(*identity, terms, HandshakeNonce{}, expected);
  if (dialler.read_challenge(bytes).has_value()) std::abort();
  (void)DiallerHandshake::read_welcome(bytes);
  ListenerHandshake listener(*identity, terms, HandshakeNonce{});
  if (listener.read_hello(bytes).has_value()) (void)listener.challenge();
  if (listener.read_proof(bytes).has_value()) std::abort();
  return 0;
}
