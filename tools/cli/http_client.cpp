#include "tools/cli/http_client.hpp"

#include "base/bytes.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/http_url.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::tools {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr std::uint64_t kWholeBodyMax = 64ULL << 20;
constexpr std::size_t kPiece = 1 << 18;

}  // namespace

HttpUrl parse_http_url(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) fail_usage("URL \"" + url + "\" must start with http://");
  const std::string rest = url.substr(kScheme.size());
  const auto slash = rest.find('/');
  const std::string authority = rest.substr(0, slash);
  const auto colon = authority.rfind(':');
  HttpUrl out{authority.substr(0, colon),
              colon == std::string::npos ? "80" : authority.substr(colon + 1),
              slash == std::string::npos ? "/" : rest.substr(slash)};
  if (out.host.empty() || out.port.empty()) fail_usage("URL \"" + url + "\" has no host or port");
  return out;
}

std::string HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (beast::iequals(key, name)) return value;
  }
  return {};
}

class HttpClient::Impl {
 public:
  Impl(HttpUrl url, std::chrono::seconds timeout) : url_(std::move(url)), timeout_(timeout) {}

  HttpResponse exchange(const HttpRequest& request, const BodyReader* reader) {
    const bool fresh = !stream_;
    error_code error = attempt(request, reader);
    // A server may close an idle connection at any time; only that case is tried again.
    const bool stale = error == http::error::end_of_stream ||
                       error == asio::error::connection_reset || error == asio::error::broken_pipe;
    if (!fresh && stale && !body_started_) error = attempt(request, reader);
    if (error) {
      stream_.reset();
      const bool slow = error == beast::error::timeout;
      throw CliError(ExitCode::kConnection, slow ? "timeout" : "connection",
                     fmt::format("http://{}:{}: {}", url_.host, url_.port,
                                 slow ? fmt::format("no answer within {} s", timeout_.count())
                                      : error.message()),
                     "is the server running, and is the address right?");
    }
    return std::move(response_);
  }

 private:
  /// Runs one asynchronous step with the time-out: Beast's time-outs work on asynchronous
  /// operations only.
  template <class Start>
  error_code step(Start start) {
    error_code result = asio::error::would_block;
    start([&result](error_code error, auto&&...) { result = error; });
    context_.restart();
    context_.run();
    return result;
  }

  error_code connect() {
    asio::ip::tcp::resolver resolver(context_);
    error_code error;
    const auto endpoints = resolver.resolve(url_.host, url_.port, error);
    if (error) return error;
    stream_ = std::make_unique<beast::tcp_stream>(context_);
    buffer_.clear();
    stream_->expires_after(timeout_);
    error = step([&](auto done) { stream_->async_connect(endpoints, done); });
    if (!error) stream_->socket().set_option(asio::ip::tcp::no_delay(true), error);
    return error;
  }

  error_code attempt(const HttpRequest& request, const BodyReader* reader) {
    body_started_ = false;
    response_ = {};
    if (!stream_) {
      if (const auto error = connect()) return error;
    }
    http::request<http::string_body> message{http::string_to_verb(request.method), request.path, 11,
                                             request.body};
    message.set(http::field::host, url_.host + ":" + url_.port);
    message.set(http::field::user_agent, "datapact");
    for (const auto& [name, value] : request.headers) message.set(name, value);
    message.prepare_payload();
    stream_->expires_after(timeout_);
    if (const auto error = step([&](auto done) { http::async_write(*stream_, message, done); }))
      return drop(error);
    return read(reader);
  }

  error_code read(const BodyReader* reader) {
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(boost::none);
    if (const auto error =
            step([&](auto done) { http::async_read_header(*stream_, buffer_, parser, done); })) {
      return drop(error);
    }
    response_.status = parser.get().result_int();
    for (const auto& field : parser.get().base()) {
      response_.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    const bool streaming = reader != nullptr && response_.status / 100 == 2;
    Bytes piece(kPiece);
    while (!parser.is_done()) {
      parser.get().body().data = piece.data();
      parser.get().body().size = piece.size();
      stream_->expires_after(timeout_);
      error_code error =
          step([&](auto done) { http::async_read(*stream_, buffer_, parser, done); });
      if (error == http::error::need_buffer) error = {};
      if (error) return drop(error);
      body_started_ = true;
      const ByteView got = ByteView{piece}.first(piece.size() - parser.get().body().size);
      if (streaming) {
        if (!(*reader)(got)) return drop(asio::error::operation_aborted);
      } else {
        if (response_.body.size() + got.size() > kWholeBodyMax)
          return drop(http::error::body_limit);
        response_.body += as_text(got);
      }
    }
    if (!parser.keep_alive()) stream_.reset();
    return {};
  }

  error_code drop(error_code error) {
    stream_.reset();
    return error;
  }

  HttpUrl url_;
  std::chrono::seconds timeout_;
  asio::io_context context_{1};
  std::unique_ptr<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
  HttpResponse response_;
  bool body_started_ = false;
};

HttpClient::HttpClient(HttpUrl url, std::chrono::seconds timeout)
    : impl_(std::make_unique<Impl>(std::move(url), timeout)) {}
HttpClient::~HttpClient() = default;
HttpResponse HttpClient::send(const HttpRequest& request) {
  return impl_->exchange(request, nullptr);
}
HttpResponse HttpClient::stream(const HttpRequest& request, const BodyReader& reader) {
  return impl_->exchange(request, &reader);
}

}  // namespace datapact::tools
