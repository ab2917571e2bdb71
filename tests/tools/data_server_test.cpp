#include "tools/trading/data_server.hpp"

#include "base/hex.hpp"
#include "base/prng.hpp"
#include "tools/cli/eip191.hpp"
#include "tools/cli/http_client.hpp"
#include "tools/trading/download.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::string_view kBuyerKey =
    "0x0101010101010101010101010101010101010101010101010101010101010101";
constexpr std::string_view kStrangerKey =
    "0x0202020202020202020202020202020202020202020202020202020202020202";

/// A provider's home with one deal, served on a free port.
struct Provider {
  Provider() : root(fs::path(DATAPACT_BUILD_DIR) / "data_server_test") {
    fs::remove_all(root);
    Prng prng(5);
    offer.domain = {ChainId{1}, Address{}};
    offer.header.buyer = crypto::address_of(*fixed_from_hex<crypto::PrivateKey>(kBuyerKey));
    offer.terms.judged.shape = *trade::make_shape(100, 1024);
    home.save(offer);
    ciphertext.resize(1'000'003);
    prng.fill(ciphertext);
    write_file_durably(home.deal_folder(offer.id()) / "ciphertext", as_text(ciphertext));
    thread = std::thread([this] { server.run([this] { return stop.load(); }); });
  }
  ~Provider() {
    stop = true;
    thread.join();
  }
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;
  Provider(Provider&&) = delete;
  Provider& operator=(Provider&&) = delete;
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server.port());
  }

  fs::path root;
  TradeHome home{root / "provider"};
  OfferDocument offer;
  Bytes ciphertext;
  AccessControl access{ServerSecret{}};
  node::SystemClock clock;
  DataServer server{{}, home, access, clock};
  std::atomic<bool> stop = false;
  std::thread thread;
};

void become(Session& session, std::string_view key) {
  session.settings.load(std::nullopt);
  session.out.quiet = true;
  session.insecure_key = std::string(key);
}

}  // namespace

TEST_SUITE("tools/data_server") {
  TEST_CASE("the buyer downloads, and an interrupted download resumes to the same bytes") {
    Provider provider;
    Session buyer;
    become(buyer, kBuyerKey);
    const fs::path target = provider.root / "buyer" / "ciphertext";
    make_folder(target.parent_path());
    write_file_durably(target.string() + ".part",
                       as_text(ByteView{provider.ciphertext}.first(123'456)));
    Download download(buyer, provider.url(), provider.offer.id());
    download.fetch("ciphertext", target, 0);
    CHECK(as_bytes(read_text_file(target)).size() == provider.ciphertext.size());
    CHECK(equal(as_bytes(read_text_file(target)), provider.ciphertext));
    CHECK(offer_from_json(download.fetch_offer(), "offer").id() == provider.offer.id());
  }

  TEST_CASE("a stranger, a missing token and an unknown deal are refused") {
    Provider provider;
    Session stranger;
    become(stranger, kStrangerKey);
    try {
      const Download download(stranger, provider.url(), provider.offer.id());
      FAIL("admitted");
    } catch (const CliError& error) {
      CHECK(error.code() == ExitCode::kAuthority);
    }
    HttpClient http(parse_http_url(provider.url()), std::chrono::seconds(5));
    const std::string path = "/v1/deals/" + to_hex0x(provider.offer.id()) + "/ciphertext";
    CHECK(http.send({"GET", path, {}, {}}).status == 401);
    CHECK(http.send({"GET", "/v1/deals/0x00/ciphertext", {}, {}}).status == 404);
    CHECK(http.send({"GET", "/../../etc/passwd", {}, {}}).status == 404);
    CHECK(http.send({"DELETE", path, {}, {}}).status == 405);
  }

  TEST_CASE("an occupied port is named") {
    Provider provider;
    CHECK_THROWS_AS(DataServer({"127.0.0.1", provider.server.port()}, provider.home,
                               provider.access, provider.clock),
                    CliError);
  }

  TEST_CASE("a server that is not there is a connection error") {
    HttpClient http(parse_http_url("http://127.0.0.1:1"), std::chrono::seconds(2));
    try {
      static_cast<void>(http.send({}));
      FAIL("answered");
    } catch (const CliError& error) {
      CHECK(error.code() == ExitCode::kConnection);
    }
  }
}
