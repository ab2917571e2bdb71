#pragma once
// Compression of responses (RFC 1952). Pure, thread-safe.
#include <string>
#include <string_view>

namespace datapact::rpc {

[[nodiscard]] std::string gzip(std::string_view text);
/// Whether an Accept-Encoding header names gzip without a zero quality (RFC 9110, 12.5.3).
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

}  // namespace datapact::rpc
