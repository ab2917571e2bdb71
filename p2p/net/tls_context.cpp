#include "p2p/net/tls_context.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <openssl/asn1.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/prov_ssl.h>
#include <openssl/ssl.h>
#include <openssl/tls1.h>
#include <openssl/types.h>
#include <openssl/x509.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::p2p {
namespace {

namespace ssl = boost::asio::ssl;

constexpr std::string_view kExporterLabel = "EXPORTER-Channel-Binding";  // RFC 9266
constexpr std::size_t kExporterBytes = 32;
constexpr long kSecondsBack = 24L * 3'600;  // NOLINT(google-runtime-int): OpenSSL's type
constexpr long kSecondsAhead = 100L * 365 * 24 * 3'600;  // NOLINT(google-runtime-int)

struct Free {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

/// Self-signed; peers do not look at it.
Certificate make_certificate(EVP_PKEY* key) {
  Certificate out(X509_new());
  if (!out) return nullptr;
  const bool is_made = X509_set_version(out.get(), X509_VERSION_3) == 1 &&
                       ASN1_INTEGER_set(X509_get_serialNumber(out.get()), 1) == 1 &&
                       X509_gmtime_adj(X509_getm_notBefore(out.get()), -kSecondsBack) != nullptr &&
                       X509_gmtime_adj(X509_getm_notAfter(out.get()), kSecondsAhead) != nullptr &&
                       X509_set_pubkey(out.get(), key) == 1 &&
                       X509_sign(out.get(), key, EVP_sha256()) > 0;
  return is_made ? std::move(out) : nullptr;
}

}  // namespace

Result<std::unique_ptr<ssl::context>, std::string> make_tls_context() {
  const Key key(EVP_EC_gen("P-256"));
  if (!key) return fail(std::string("TLS: cannot make a key"));
  const Certificate certificate = make_certificate(key.get());
  if (!certificate) return fail(std::string("TLS: cannot make a certificate"));
  auto context = std::make_unique<ssl::context>(ssl::context::tls);
  SSL_CTX* const handle = context->native_handle();
  const bool is_ready = SSL_CTX_set_min_proto_version(handle, TLS1_3_VERSION) == 1 &&
                        SSL_CTX_use_certificate(handle, certificate.get()) == 1 &&
                        SSL_CTX_use_PrivateKey(handle, key.get()) == 1 &&
                        SSL_CTX_set_num_tickets(handle, 0) == 1;
  if (!is_ready) return fail(std::string("TLS: cannot set up the context"));
  SSL_CTX_set_verify(handle, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_session_cache_mode(handle, SSL_SESS_CACHE_OFF);
  return context;
}

Bytes tls_exporter(SSL* session) {
  Bytes out(kExporterBytes);
  const int done = SSL_export_keying_material(
      session, out.data(), out.size(), kExporterLabel.data(), kExporterLabel.size(), nullptr, 0, 1);
  INVARIANT(done == 1);
  return out;
}

}  // namespace datapact::p2p
