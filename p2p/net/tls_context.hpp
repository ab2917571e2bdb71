#pragma once
// TLS 1.3 with a certificate that lives as long as the process. It proves nothing: who is at the
// other end is proved by the handshake of p2p/gossip/handshake.hpp, which signs this session's
// exporter value, so that nobody in between can have two sessions and pass the signatures on.
// Internal to p2p: includes OpenSSL. Thread contract: the io thread.
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

namespace datapact::p2p {

/// For both roles. The error says which step of OpenSSL failed.
[[nodiscard]] Result<std::unique_ptr<boost::asio::ssl::context>, std::string> make_tls_context();

/// The channel binding of a finished handshake: tls-exporter of RFC 9266, 32 bytes.
[[nodiscard]] Bytes tls_exporter(SSL* session);

}  // namespace datapact::p2p
