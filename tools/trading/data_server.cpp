#include "tools/trading/data_server.hpp"

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/trading/access.hpp"
#include "tools/trading/trade_home.hpp"
#include "trade/terms.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace datapact::tools {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = asio::ip::tcp;

constexpr std::size_t kConnectionsMax = 64;
constexpr std::uint32_t kRequestBytesMax = 16 << 10;
constexpr std::chrono::seconds kStepTimeout{30};
constexpr std::size_t kPiece = 256 << 10;
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

struct Range {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// One "bytes=a-b", "bytes=a-" or "bytes=-n"; nothing when it is malformed or outside the file (RFC
/// 9110, 14.2).
std::optional<Range> parse_range(std::string_view text, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!text.starts_with(kUnit)) return std::nullopt;
  text.remove_prefix(kUnit.size());
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size())
      return std::nullopt;
    return value;
  };
  const auto first = number(text.substr(0, dash));
  const auto last = number(text.substr(dash + 1));
  if (!first) {
    if (dash != 0 || !last || *last == 0 || size == 0) return std::nullopt;
    const std::uint64_t count = std::min(*last, size);
    return Range{size - count, count};
  }
  if (*first >= size || (last && *last < *first)) return std::nullopt;
  if (!last && dash + 1 != text.size()) return std::nullopt;
  return Range{*first, std::min(last.value_or(size - 1), size - 1) - *first + 1};
}

struct Target {
  trade::DealId deal;
  std::string what;
};

std::optional<Target> parse_target(std::string_view path) {
  constexpr std::string_view kRoot = "/v1/deals/";
  if (!path.starts_with(kRoot)) return std::nullopt;
  path.remove_prefix(kRoot.size());
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto deal = fixed_from_hex<trade::DealId>(path.substr(0, slash));
  if (!deal) return std::nullopt;
  return Target{*deal, std::string(path.substr(slash + 1))};
}

using Request = http::request<http::string_body>;

struct Answer {
  http::status status = http::status::ok;
  json::Value document;
  /// Set for a download.
  std::shared_ptr<FileSource> file;
  Range range;
};

Answer refuse(http::status status, std::string message) {
  return {status, json::Value::object({{"error", std::move(message)}}), nullptr, {}};
}

}  // namespace

class DataServer::Impl {
 public:
  Impl(const DataServerOptions& options, const TradeHome& home, const AccessControl& access,
       const Clock& clock)
      : home_(home), access_(access), clock_(clock), acceptor_(context_) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(options.host, error);
    if (error) fail_usage("--listen must name an address, got \"" + options.host + "\"");
    const Tcp::endpoint endpoint(address, options.port);
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(Tcp::acceptor::reuse_address(true));
    acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      throw CliError(
          ExitCode::kConnection, "port-occupied",
          fmt::format("cannot listen on {}:{}: {}", options.host, options.port, error.message()),
          "choose another port with --listen HOST:PORT");
    }
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  void run(const std::function<bool()>& stop) {
    asio::co_spawn(context_, accept(), asio::detached);
    while (!stop()) context_.run_for(std::chrono::milliseconds(200));
  }

 private:
  asio::awaitable<void> accept() {
    for (;;) {  // The event loop: ends when the context stops.
      auto [error, socket] = co_await acceptor_.async_accept(kAsTuple);
      if (error) continue;
      if (connections_ >= kConnectionsMax) continue;
      auto session = serve(std::move(socket));
      asio::co_spawn(context_, std::move(session), asio::detached);
    }
  }

  asio::awaitable<void> serve(Tcp::socket socket) {
    ++connections_;
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    bool keep = true;
    while (keep) {
      http::request_parser<http::string_body> parser;
      parser.header_limit(kRequestBytesMax);
      parser.body_limit(kRequestBytesMax);
      stream.expires_after(kStepTimeout);
      const auto [error, count] = co_await http::async_read(stream, buffer, parser, kAsTuple);
      if (error) break;
      const Answer answer = decide(parser.get());
      keep = co_await send(stream, parser.get(), answer);
    }
    boost::system::error_code ignored;
    stream.socket().shutdown(Tcp::socket::shutdown_both, ignored);
    --connections_;
  }

  /// A CliError (a damaged file of the provider) is the server's fault and says nothing of its
  /// files to the client.
  Answer decide(const Request& request) {
    try {
      return route(request);
    } catch (const CliError&) {
      return refuse(http::status::internal_server_error, "the server cannot read this deal");
    }
  }

  Answer route(const Request& request) {
    const auto target = parse_target(std::string(request.target()));
    if (!target || !home_.has_offer(target->deal))
      return refuse(http::status::not_found, "no such deal here");
    if (request.method() == http::verb::post && target->what == "token")
      return token(request, target->deal);
    if (request.method() != http::verb::get)
      return refuse(http::status::method_not_allowed, "GET only");
    if (target->what == "challenge") {
      const auto challenge = access_.challenge(target->deal, clock_.now());
      return {
          http::status::ok, json::Value::object({{"challenge", to_hex0x(challenge)}}), nullptr, {}};
    }
    if (target->what != "offer" && target->what != "manifest" && target->what != "ciphertext") {
      return refuse(http::status::not_found, "a deal has offer, manifest and ciphertext");
    }
    if (!authorised(request, target->deal)) {
      return refuse(http::status::unauthorized,
                    "only the buyer of the deal may download it: sign a challenge first");
    }
    return download(request, *target);
  }

  Answer token(const Request& request, const trade::DealId& deal) {
    const auto body = json::parse(request.body());
    const auto* challenge_text = body ? body->find("challenge") : nullptr;
    const auto* signature_text = body ? body->find("signature") : nullptr;
    if (challenge_text == nullptr || challenge_text->as_string() == nullptr ||
        signature_text == nullptr || signature_text->as_string() == nullptr) {
      return refuse(http::status::bad_request, "challenge and signature are needed, as texts");
    }
    const auto challenge = fixed_from_hex<AccessTicket>(*challenge_text->as_string());
    const auto signature = from_hex(*signature_text->as_string());
    const auto granted =
        challenge && signature
            ? access_.grant(std::string(request[http::field::host]), deal,
                            home_.offer(deal).header.buyer, *challenge, *signature, clock_.now())
            : std::nullopt;
    if (!granted)
      return refuse(http::status::forbidden, "not the buyer's signature over a fresh challenge");
    return {http::status::ok, json::Value::object({{"token", to_hex0x(*granted)}}), nullptr, {}};
  }

  bool authorised(const Request& request, const trade::DealId& deal) const {
    constexpr std::string_view kScheme = "Bearer ";
    const std::string value(request[http::field::authorization]);
    if (!value.starts_with(kScheme)) return false;
    const auto token = fixed_from_hex<AccessTicket>(value.substr(kScheme.size()));
    return token && access_.admits(deal, *token, clock_.now());
  }

  Answer download(const Request& request, const Target& target) const {
    const fs::path folder = home_.deal_folder(target.deal);
    auto file = std::make_shared<FileSource>(folder /
                                             (target.what == "offer" ? "offer.json" : target.what));
    const std::string range_text(request[http::field::range]);
    if (range_text.empty()) return {http::status::ok, {}, file, {0, file->size()}};
    const auto range = parse_range(range_text, file->size());
    if (!range) return {http::status::range_not_satisfiable, {}, file, {0, 0}};
    return {http::status::partial_content, {}, file, *range};
  }

  // NOLINTBEGIN(cppcoreguidelines-avoid-reference-coroutine-parameters): who calls these awaits
  // them, and owns what it gives.
  asio::awaitable<bool> send(beast::tcp_stream& stream, const Request& request,
                             const Answer& answer) {
    if (answer.file) co_return co_await send_file(stream, request, answer);
    http::response<http::string_body> response{answer.status, request.version(),
                                               json::to_text(answer.document)};
    response.set(http::field::content_type, "application/json");
    response.keep_alive(request.keep_alive());
    response.prepare_payload();
    stream.expires_after(kStepTimeout);
    const auto [error, count] = co_await http::async_write(stream, response, kAsTuple);
    co_return !error && response.keep_alive();
  }

  asio::awaitable<bool> send_file(beast::tcp_stream& stream, const Request& request,
                                  const Answer& answer) {
    http::response<http::empty_body> response{answer.status, request.version()};
    response.set(http::field::content_type, "application/octet-stream");
    response.set(http::field::accept_ranges, "bytes");
    if (answer.status == http::status::partial_content) {
      response.set(http::field::content_range,
                   fmt::format("bytes {}-{}/{}", answer.range.first,
                               answer.range.first + answer.range.count - 1, answer.file->size()));
    }
    if (answer.status == http::status::range_not_satisfiable) {
      response.set(http::field::content_range, fmt::format("bytes */{}", answer.file->size()));
    }
    response.content_length(answer.range.count);
    response.keep_alive(request.keep_alive());
    http::response_serializer<http::empty_body> serializer{response};
    stream.expires_after(kStepTimeout);
    const auto [header_error, header_count] =
        co_await http::async_write_header(stream, serializer, kAsTuple);
    if (header_error) co_return false;
    Bytes piece;
    for (std::uint64_t sent = 0; sent < answer.range.count; sent += piece.size()) {
      piece.resize(
          static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, answer.range.count - sent)));
      if (!answer.file->read_at(answer.range.first + sent, piece)) co_return false;
      stream.expires_after(kStepTimeout);
      const asio::const_buffer bytes(piece.data(), piece.size());
      const auto [error, count] = co_await asio::async_write(stream, bytes, kAsTuple);
      if (error) co_return false;
    }
    co_return response.keep_alive();
  }
  // NOLINTEND(cppcoreguidelines-avoid-reference-coroutine-parameters)

  asio::io_context context_{1};
  const TradeHome& home_;
  const AccessControl& access_;
  const Clock& clock_;
  Tcp::acceptor acceptor_;
  std::size_t connections_ = 0;
};

DataServer::DataServer(const DataServerOptions& options, const TradeHome& home,
                       const AccessControl& access, const Clock& clock)
    : impl_(std::make_unique<Impl>(options, home, access, clock)) {}
DataServer::~DataServer() = default;
std::uint16_t DataServer::port() const noexcept { return impl_->port(); }
void DataServer::run(const std::function<bool()>& stop) { impl_->run(stop); }

}  // namespace datapact::tools
