#pragma once
// One connection: reads a request within its limits, has it answered, writes the response, again.
// Internal to rpc: includes Beast. Thread contract: everything runs on the connection's strand.
#include "rpc/server_core.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <memory>
#include <optional>
#include <string>

namespace datapact::rpc {

class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  /// `address` is entered in the core's book; the session leaves it when it ends.
  HttpSession(std::shared_ptr<ServerCore> core, boost::asio::ip::tcp::socket socket,
              std::string address, Caller caller);
  ~HttpSession();
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  void start();
  /// From any thread.
  void stop();

 private:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Response = boost::beast::http::response<boost::beast::http::string_body>;
  using Status = boost::beast::http::status;

  boost::asio::awaitable<void> run();
  boost::asio::awaitable<bool> wait_for_request();
  boost::asio::awaitable<bool> serve_request();
  boost::asio::awaitable<bool> answer(Request request);
  boost::asio::awaitable<bool> write(Response response);
  boost::asio::awaitable<bool> refuse_and_close(Response response);
  boost::asio::awaitable<void> continue_if_asked(bool asked);

  /// Set when the request is refused without being read.
  [[nodiscard]] std::optional<Response> check(const Request& request) const;
  [[nodiscard]] bool hand_over(std::string body, bool wants_gzip);
  void deliver(std::string body, bool is_gzip);

  std::shared_ptr<ServerCore> core_;
  boost::beast::tcp_stream stream_;
  const std::string address_;
  const Caller caller_;
  boost::beast::flat_buffer buffer_;
  /// Ends its wait when the answer is there.
  boost::asio::steady_timer answered_;
  std::optional<std::string> answer_;
  bool answer_is_gzip_ = false;
  bool stopping_ = false;
};

}  // namespace datapact::rpc
