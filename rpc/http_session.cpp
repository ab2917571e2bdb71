#include "rpc/http_session.hpp"

#include "rpc/error.hpp"
#include "rpc/gzip.hpp"
#include "rpc/host_check.hpp"
#include "rpc/limits.hpp"
#include "rpc/request.hpp"
#include "rpc/server_core.hpp"
#include "rpc/service.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::rpc {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kHeaderBytesMax = 16U << 10U;
constexpr std::size_t kReadBytes = 64U << 10U;
/// Below this size compression saves no packet.
constexpr std::size_t kGzipBytesMin = 1'400;
/// A client that is still sending when it is refused would lose the answer to a reset: it gets this
/// long to finish.
constexpr std::chrono::seconds kDrainMax{2};
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kRetryAfterSeconds = "1";
constexpr std::string_view kHelp =
    "Datapact JSON-RPC 2.0 over HTTP: POST a request to this address, such as\n"
    R"({"jsonrpc":"2.0","id":1,"method":"eth_blockNumber"})"
    "\nThe methods are listed in docs/rpc.md.\n";

using Response = http::response<http::string_body>;

Response make_response(http::status status, std::string_view type, std::string body) {
  Response response(status, 11);
  response.set(http::field::content_type, beast::string_view(type.data(), type.size()));
  response.body() = std::move(body);
  return response;
}

Response refusal(http::status status, ErrorCode code, std::string message) {
  return make_response(status, kJson, encode_error({}, {code, std::move(message), {}}));
}

Response overloaded(std::string message) {
  Response response =
      refusal(http::status::too_many_requests, ErrorCode::kLimit, std::move(message));
  response.set(http::field::retry_after,
               beast::string_view(kRetryAfterSeconds.data(), kRetryAfterSeconds.size()));
  return response;
}

std::string_view text_of(beast::string_view text) { return {text.data(), text.size()}; }

/// Nothing when the client is gone or silent: there is nobody to answer.
std::optional<Response> refusal_for(beast::error_code error, std::size_t body_bytes_max) {
  if (error == http::error::body_limit) {
    return refusal(http::status::payload_too_large, ErrorCode::kLimit,
                   "request larger than " + std::to_string(body_bytes_max) + " bytes");
  }
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return refusal(http::status::request_header_fields_too_large, ErrorCode::kLimit,
                   "request header larger than " + std::to_string(kHeaderBytesMax) + " bytes");
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message) {
    return std::nullopt;
  }
  if (error.category() == make_error_code(http::error::bad_method).category()) {
    return refusal(http::status::bad_request, ErrorCode::kInvalidRequest,
                   "no HTTP request: " + error.message());
  }
  return std::nullopt;
}

}  // namespace

HttpSession::HttpSession(std::shared_ptr<ServerCore> core, asio::ip::tcp::socket socket,
                         std::string address, Caller caller)
    : core_(std::move(core)),
      stream_(std::move(socket)),
      address_(std::move(address)),
      caller_(caller),
      buffer_(kHeaderBytesMax + kReadBytes),
      answered_(stream_.get_executor()) {}

HttpSession::~HttpSession() { core_->book().leave(address_); }

void HttpSession::start() { asio::co_spawn(stream_.get_executor(), run(), asio::detached); }

void HttpSession::stop() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    self->stopping_ = true;
    self->stream_.close();
    self->answered_.cancel();
  });
}

asio::awaitable<void> HttpSession::run() {
  const auto self = shared_from_this();
  beast::error_code ignored;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  while (!stopping_) {
    const bool arrived = co_await wait_for_request();
    if (!arrived) break;
    const bool again = co_await serve_request();
    if (!again) break;
  }
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.close();
}

asio::awaitable<bool> HttpSession::wait_for_request() {
  const auto self = shared_from_this();
  if (buffer_.size() != 0) co_return true;  // pipelined
  stream_.expires_after(core_->config().limits.idle_max);
  const auto space = buffer_.prepare(kReadBytes);
  const auto [error, size] = co_await stream_.async_read_some(space, kToken);
  if (error) co_return false;
  buffer_.commit(size);
  co_return true;
}

std::optional<HttpSession::Response> HttpSession::check(const Request& request) const {
  const RequestOrigin origin{text_of(request[http::field::host]),
                             text_of(request[http::field::origin])};
  if (auto refused = check_origin(core_->config().host_rules, origin)) {
    return refusal(http::status::forbidden, ErrorCode::kNotAllowed, std::move(*refused));
  }
  const http::verb method = request.method();
  if (method != http::verb::post && method != http::verb::get && method != http::verb::head) {
    Response response = refusal(http::status::method_not_allowed, ErrorCode::kInvalidRequest,
                                "POST a JSON-RPC request");
    response.set(http::field::allow, "GET, HEAD, POST");
    return response;
  }
  return std::nullopt;
}

asio::awaitable<bool> HttpSession::serve_request() {
  const auto self = shared_from_this();
  const Limits& limits = core_->config().limits;
  Parser parser;
  parser.header_limit(kHeaderBytesMax);
  parser.body_limit(limits.body_bytes_max);
  stream_.expires_after(limits.header_max);
  const auto [header_error, header_size] =
      co_await http::async_read_header(stream_, buffer_, parser, kToken);
  if (header_error) {
    auto refused = refusal_for(header_error, limits.body_bytes_max);
    if (!refused) co_return false;
    co_return co_await refuse_and_close(std::move(*refused));
  }
  if (auto refused = check(parser.get())) {
    co_return co_await refuse_and_close(std::move(*refused));
  }
  stream_.expires_after(limits.body_max);
  co_await continue_if_asked(parser.get()[http::field::expect] == "100-continue");
  const auto [body_error, body_size] = co_await http::async_read(stream_, buffer_, parser, kToken);
  if (body_error) {
    auto refused = refusal_for(body_error, limits.body_bytes_max);
    if (!refused) co_return false;
    co_return co_await refuse_and_close(std::move(*refused));
  }
  Request request = parser.release();
  co_return co_await answer(std::move(request));
}

asio::awaitable<void> HttpSession::continue_if_asked(bool asked) {
  const auto self = shared_from_this();
  if (!asked) co_return;
  http::response<http::empty_body> go_on(http::status::continue_, 11);
  co_await http::async_write(stream_, go_on, kToken);
}

bool HttpSession::hand_over(std::string body, bool wants_gzip) {
  answer_.reset();
  answered_.expires_at(asio::steady_timer::time_point::max());
  // Weak: a node that answers after the server has stopped finds nobody.
  auto done = [weak = weak_from_this(), executor = stream_.get_executor(),
               wants_gzip](std::string text) {
    const bool is_gzip = wants_gzip && text.size() >= kGzipBytesMin;
    if (is_gzip) text = gzip(text);
    const auto self = weak.lock();
    if (self == nullptr) return;
    asio::post(executor, [self, is_gzip, text = std::move(text)]() mutable {
      self->deliver(std::move(text), is_gzip);
    });
  };
  return core_->answer(std::move(body), caller_, std::move(done));
}

void HttpSession::deliver(std::string body, bool is_gzip) {
  answer_ = std::move(body);
  answer_is_gzip_ = is_gzip;
  answered_.cancel();
}

asio::awaitable<bool> HttpSession::answer(Request request) {
  const auto self = shared_from_this();
  const bool keep_alive = request.keep_alive();
  Response response;
  if (request.method() == http::verb::post) {
    const bool wants_gzip = accepts_gzip(text_of(request[http::field::accept_encoding]));
    if (hand_over(std::move(request.body()), wants_gzip)) {
      stream_.expires_never();
      if (!answer_) co_await answered_.async_wait(kToken);
      if (!answer_) co_return false;  // stopping
      response = make_response(http::status::ok, kJson, std::move(*answer_));
      if (answer_is_gzip_) {
        response.set(http::field::content_encoding, "gzip");
        response.set(http::field::vary, "Accept-Encoding");
      }
    } else {
      response = overloaded("too many requests wait: try again");
    }
  } else {
    response = make_response(http::status::ok, "text/plain; charset=utf-8", std::string(kHelp));
  }
  response.keep_alive(keep_alive);
  response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();
  const bool written = co_await write(std::move(response));
  co_return written&& keep_alive;
}

asio::awaitable<bool> HttpSession::write(Response response) {
  const auto self = shared_from_this();
  stream_.expires_after(core_->config().limits.write_max);
  const auto [error, size] = co_await http::async_write(stream_, response, kToken);
  co_return !error;
}

asio::awaitable<bool> HttpSession::refuse_and_close(Response response) {
  const auto self = shared_from_this();
  response.keep_alive(false);
  response.prepare_payload();
  const bool written = co_await write(std::move(response));
  if (!written) co_return false;
  beast::error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kDrainMax);
  buffer_.clear();
  const std::size_t drained_max = 2 * core_->config().limits.body_bytes_max;
  for (std::size_t drained = 0; drained < drained_max;) {
    const auto space = buffer_.prepare(kReadBytes);
    const auto [error, size] = co_await stream_.async_read_some(space, kToken);
    if (error) break;
    drained += size;
  }
  co_return false;
}

}  // namespace datapact::rpc
