#include "rpc/gzip.hpp"

#include "base/assert.hpp"

#include <string>
#include <string_view>
#include <zconf.h>
#include <zlib.h>

namespace datapact::rpc {
namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib: 16 more asks for the gzip wrapper
constexpr int kMemoryLevel = 8;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_zero_quality(std::string_view parameters) {
  const auto equals = parameters.find("q=");
  if (equals == std::string_view::npos) return false;
  const std::string_view value = trimmed(parameters.substr(equals + 2));
  return value.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

std::string gzip(std::string_view text) {
  z_stream stream{};
  const int opened = deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                                  Z_DEFAULT_STRATEGY);
  INVARIANT(opened == Z_OK);
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  // zlib reads only; its interface lacks the const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int finished = deflate(&stream, Z_FINISH);
  INVARIANT(finished == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

bool accepts_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const auto comma = accept_encoding.find(',');
    const std::string_view item = accept_encoding.substr(0, comma);
    const auto semicolon = item.find(';');
    if (trimmed(item.substr(0, semicolon)) == "gzip") {
      return semicolon == std::string_view::npos || !is_zero_quality(item.substr(semicolon + 1));
    }
    if (comma == std::string_view::npos) break;
    accept_encoding.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace datapact::rpc
