#pragma once
// A blocking HTTP/1.1 connection with time-outs. Not thread-safe.
#include "base/bytes.hpp"
#include "tools/cli/http_url.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace datapact::tools {

struct HttpRequest {
  std::string method = "GET";
  std::string path = "/";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct HttpResponse {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// Receives the body piece by piece; returning false ends the transfer.
using BodyReader = std::function<bool(ByteView piece)>;

class HttpClient {
 public:
  HttpClient(HttpUrl url, std::chrono::seconds timeout);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  HttpClient(HttpClient&&) = delete;
  HttpClient& operator=(HttpClient&&) = delete;

  /// The whole answer, at most 64 MiB. Reconnects once when a kept-alive connection was closed
  /// meanwhile. No connection or a time-out is a CliError with code 4.
  [[nodiscard]] HttpResponse send(const HttpRequest& request);
  /// Streams a 2xx body into `reader`; other answers come back whole. The body's end before its
  /// length is a CliError.
  [[nodiscard]] HttpResponse stream(const HttpRequest& request, const BodyReader& reader);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace datapact::tools
