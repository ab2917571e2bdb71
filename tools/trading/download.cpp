#include "tools/trading/download.hpp"

#include "base/byte_stream.hpp"
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "crypto/secp256k1.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/http_client.hpp"
#include "tools/cli/http_url.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/signer.hpp"
#include "tools/cli/system.hpp"
#include "tools/trading/access.hpp"
#include "trade/lot_damage.hpp"
#include "trade/terms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace datapact::tools {
namespace {

[[noreturn]] void refuse(const std::string& what, const HttpResponse& response) {
  const auto body = json::parse(response.body);
  const auto* reason = body ? body->find("error") : nullptr;
  const auto text = reason != nullptr && reason->as_string() != nullptr ? *reason->as_string() : "";
  const bool authority = response.status == 401 || response.status == 403;
  const auto code = authority
                        ? ExitCode::kAuthority
                        : (response.status == 404 ? ExitCode::kNotFound : ExitCode::kConnection);
  throw CliError(code, authority ? "not-the-buyer" : "data-server",
                 fmt::format("{}: the data server answered {} {}", what, response.status, text));
}

/// Sleeps so that `done` bytes since `start` stay below the rate; an interrupt ends it.
void keep_rate(std::uint64_t done, std::uint64_t rate_max,
               std::chrono::steady_clock::time_point start) {
  using namespace std::chrono_literals;
  if (rate_max == 0) return;
  const auto until = start + std::chrono::milliseconds(done * 1000 / rate_max);
  for (auto now = std::chrono::steady_clock::now(); now < until && !interrupted();
       now = std::chrono::steady_clock::now()) {
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(until - now, 50ms));
  }
}

}  // namespace

Download::Download(Session& session, const std::string& url, const trade::DealId& deal)
    : session_(session), url_(url), root_("/v1/deals/" + to_hex0x(deal) + "/") {
  const HttpUrl parsed = parse_http_url(url);
  HttpClient http(parsed, session_.timeout());
  const auto answer = http.send({"GET", root_ + "challenge", {}, {}});
  if (answer.status != 200) refuse("challenge", answer);
  const auto body = json::parse(answer.body);
  const auto challenge =
      body ? fixed_from_hex<AccessTicket>(text_member(*body, "challenge")) : std::nullopt;
  if (!challenge) refuse("challenge", answer);
  const auto message = access_message(parsed.host + ":" + parsed.port, deal, *challenge);
  const auto signature = crypto::to_bytes_v27(session_.signer().sign(signing_request(message)));
  const auto request = json::Value::object(
      {{"challenge", to_hex0x(*challenge)}, {"signature", to_hex0x(signature)}});
  const auto granted = http.send({"POST", root_ + "token", {}, json::to_text(request)});
  const auto document = json::parse(granted.body);
  if (granted.status != 200 || !document) refuse("token", granted);
  token_ = text_member(*document, "token");
}

json::Value Download::fetch_offer() {
  HttpClient http(parse_http_url(url_), session_.timeout());
  const auto answer =
      http.send({"GET", root_ + "offer", {{"Authorization", "Bearer " + token_}}, {}});
  if (answer.status != 200) refuse("offer", answer);
  auto document = json::parse(answer.body);
  if (!document)
    fail_file("not-json", "the data server's offer is not JSON: " + document.error().message);
  return std::move(*document);
}

void Download::stream(const std::string& what, FileSink& sink, std::uint64_t& at,
                      std::optional<std::uint64_t> last, std::uint64_t rate_max) {
  const std::uint64_t first = at;
  HttpClient http(parse_http_url(url_), session_.timeout());
  const auto start = std::chrono::steady_clock::now();
  std::optional<StreamError> failure;
  const HttpRequest request{
      "GET",
      root_ + what,
      {{"Authorization", "Bearer " + token_},
       {"Range", fmt::format("bytes={}-{}", first, last ? std::to_string(*last) : "")}},
      {}};
  HttpResponse answer;
  try {
    answer = http.stream(request, [&](ByteView piece) {
      if (last && piece.size() > *last + 1 - at) {
        failure = StreamError{what + ": the data server sends more than it was asked for"};
        return false;
      }
      if (const auto written = sink.write_at(at, piece); !written) {
        failure = written.error();
        return false;
      }
      at += piece.size();
      session_.out.progress(fmt::format("{} {}", what, human_bytes(at)));
      keep_rate(at - first, rate_max, start);
      return !interrupted();
    });
  } catch (const CliError&) {
    session_.out.end_progress();
    if (failure) fail_stream(*failure);
    if (!interrupted()) throw;
    throw CliError(ExitCode::kInterrupted, "interrupted",
                   fmt::format("{} interrupted at byte {}; what has arrived is kept", what, at),
                   "run the command again: it resumes");
  }
  session_.out.end_progress();
  // Nothing was left to fetch: the file had arrived whole before it got its name.
  const bool is_whole = answer.status == 416 && first != 0 && !last;
  if (answer.status != 206 && answer.status != 200 && !is_whole) refuse(what, answer);
}

void Download::fetch(const std::string& what, const fs::path& path, std::uint64_t rate_max) {
  if (fs::exists(path)) return;
  FileSink sink(path, true);
  std::uint64_t at = sink.resumed_bytes();
  if (at != 0) session_.out.note(fmt::format("{}: resuming at byte {}", what, at));
  stream(what, sink, at, std::nullopt, rate_max);
  sink.finish();
}

void Download::fetch_range(const std::string& what, const trade::ByteRange& range, FileSink& sink,
                           std::uint64_t rate_max) {
  std::uint64_t at = range.first;
  stream(what, sink, at, range.last, rate_max);
  if (at == range.last + 1) return;
  throw CliError(ExitCode::kConnection, "data-server",
                 fmt::format("{}: the data server gave {} of {} bytes from byte {} on", what,
                             at - range.first, range.size(), range.first));
}

}  // namespace datapact::tools
