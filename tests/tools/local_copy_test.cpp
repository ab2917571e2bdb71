#include "tools/trading/local_copy.hpp"

#include "base/hex.hpp"
#include "base/prng.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/trading/data_server.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::string_view kBuyerKey =
    "0x0101010101010101010101010101010101010101010101010101010101010101";
constexpr std::uint32_t kChunk = 1024;
constexpr std::uint64_t kChunks = 300;

Bytes content_of(const fs::path& path) { return to_bytes(as_bytes(read_text_file(path))); }

void flip(const fs::path& path, std::size_t at) {
  Bytes content = content_of(path);
  content[at] ^= 1;
  write_file_durably(path, as_text(content));
}

/// A provider that serves one deal, and its buyer's home with an empty deal folder.
struct Sale {
  Sale() : root(fs::path(DATAPACT_BUILD_DIR) / "local_copy_test") {
    fs::remove_all(root);
    Prng prng(6);
    Bytes file(kChunks * (kChunk - 32) - 7);
    prng.fill(file);
    const auto seed = random_fixed<trade::LotSeed>(prng);
    key = {random_fixed<Hash256>(prng), random_fixed<trade::DealKey>(prng)};
    SequentialRunner runner;
    BytesSink manifest;
    BytesSink ciphertext;
    auto& judged = offer.terms.judged;
    const auto registered =
        trade::register_lot(ViewSource(file), kChunk, seed, manifest, {runner, {}});
    judged.root_x = registered->lot.root_x;
    judged.shape = registered->lot.shape;
    judged.root_z =
        *trade::encrypt_lot(ViewSource(file), judged.shape, seed, key, ciphertext, {runner, {}});
    offer.header.buyer = crypto::address_of(*fixed_from_hex<crypto::PrivateKey>(kBuyerKey));
    offer.header.terms_digest = trade::terms_digest(offer.terms);
    provider.save(offer);
    write_file_durably(served("manifest"), as_text(manifest.bytes()));
    write_file_durably(served("ciphertext"), as_text(ciphertext.bytes()));
    home.save(offer);
    buyer.settings.load(std::nullopt);
    buyer.out.quiet = true;
    buyer.insecure_key = std::string(kBuyerKey);
    thread = std::thread([this] { server.run([this] { return stop.load(); }); });
  }
  ~Sale() {
    stop = true;
    thread.join();
  }
  Sale(const Sale&) = delete;
  Sale& operator=(const Sale&) = delete;
  Sale(Sale&&) = delete;
  Sale& operator=(Sale&&) = delete;

  [[nodiscard]] fs::path served(const char* what) const {
    return provider.deal_folder(offer.id()) / what;
  }
  [[nodiscard]] fs::path copy(const char* what) const {
    return home.deal_folder(offer.id()) / what;
  }
  /// Returns the bytes that were mended.
  std::uint64_t fetch() {
    Download download(buyer, "http://127.0.0.1:" + std::to_string(server.port()), offer.id());
    return fetch_copy(buyer, home, offer, download, 0);
  }
  void check_sound() {
    CHECK(content_of(copy("ciphertext")) == content_of(served("ciphertext")));
    CHECK(content_of(copy("manifest")) == content_of(served("manifest")));
    CHECK_FALSE(fs::exists(copy("ciphertext.part")));
    CHECK_NOTHROW(require_sound_copy(buyer, home, offer));
  }
  /// What is said of the copy; empty when it is sound.
  std::string said() {
    try {
      require_sound_copy(buyer, home, offer);
    } catch (const CliError& error) {
      CHECK(error.code() == ExitCode::kVerification);
      CHECK(error.name() == "damaged-copy");
      CHECK(error.hint().starts_with("run datapact deal fetch " + to_hex0x(offer.id())));
      return error.message();
    }
    return {};
  }

  fs::path root;
  TradeHome provider{root / "provider"};
  TradeHome home{root / "buyer"};
  OfferDocument offer;
  trade::CipherKey key;
  Session buyer;
  AccessControl access{ServerSecret{}};
  node::SystemClock clock;
  DataServer server{{}, provider, access, clock};
  std::atomic<bool> stop = false;
  std::thread thread;
};

}  // namespace

TEST_SUITE("tools/local_copy") {
  TEST_CASE("a copy that was damaged on the buyer's disk is named by its bytes, not blamed") {
    Sale sale;
    CHECK(sale.fetch() == 0);
    sale.check_sound();
    flip(sale.copy("ciphertext"), 5 * kChunk + 100);
    CHECK(sale.said() == "your copy of the ciphertext of deal " + to_hex0x(sale.offer.id()) +
                             " is damaged at bytes 5120-6143; the seller is not to blame for that");
    for (const std::size_t chunk : {7, 9, 11, 299}) flip(sale.copy("ciphertext"), chunk * kChunk);
    CHECK(sale.said().find("damaged at bytes 5120-6143, 7168-8191, 9216-10239 and at 2 more "
                           "places;") != std::string::npos);
  }

  TEST_CASE("what decrypting a damaged copy says is not blamed on the seller") {
    Sale sale;
    sale.fetch();
    require_sound_copy_after(sale.buyer, sale.home, sale.offer, trade::WrongChunk{3});
    flip(sale.copy("ciphertext"), 3 * kChunk);
    CHECK_NOTHROW(require_sound_copy_after(sale.buyer, sale.home, sale.offer, trade::Stopped{}));
    CHECK_THROWS_WITH_AS(
        require_sound_copy_after(sale.buyer, sale.home, sale.offer, trade::WrongChunk{3}),
        doctest::Contains("is damaged at bytes 3072-4095"), CliError);
  }

  TEST_CASE("a fetch does not say it is done over a damaged copy: it mends the damaged parts") {
    Sale sale;
    sale.fetch();
    flip(sale.copy("ciphertext"), 0);
    flip(sale.copy("ciphertext"), 100 * kChunk);
    flip(sale.copy("ciphertext"), 101 * kChunk + 1023);
    CHECK(sale.fetch() == 3 * kChunk);
    sale.check_sound();
    CHECK(sale.fetch() == 0);
  }

  TEST_CASE("a copy that was cut short or grew is mended") {
    Sale sale;
    sale.fetch();
    const Bytes whole = content_of(sale.copy("ciphertext"));
    write_file_durably(sale.copy("ciphertext"),
                       as_text(ByteView{whole}.first(whole.size() - kChunk - 1)));
    CHECK(sale.fetch() == 2 * kChunk);
    sale.check_sound();
    Bytes longer = whole;
    longer.resize(whole.size() + 5000);
    longer[whole.size() - 1] ^= 1;
    write_file_durably(sale.copy("ciphertext"), as_text(longer));
    CHECK(sale.fetch() == kChunk);
    sale.check_sound();
  }

  TEST_CASE("without sound leaves where the damage is cannot be told, and all is fetched again") {
    Sale sale;
    sale.fetch();
    for (const bool are_leaves_there : {false, true}) {
      CAPTURE(are_leaves_there);
      const fs::path leaves = leaves_file(sale.home, sale.offer.id());
      flip(sale.copy("ciphertext"), 9);
      if (are_leaves_there)
        flip(leaves, 64);
      else
        fs::remove(leaves);
      CHECK(sale.said().find("is damaged: it hashes to root 0x") != std::string::npos);
      CHECK(sale.fetch() == kChunks * kChunk);
      sale.check_sound();
      CHECK(fs::exists(leaves));
    }
  }

  TEST_CASE("a damaged manifest is fetched again") {
    Sale sale;
    sale.fetch();
    flip(sale.copy("manifest"), 40);
    CHECK(sale.said().find("your copy of the manifest of deal ") != std::string::npos);
    CHECK(sale.fetch() == kChunks * 32);
    sale.check_sound();
  }

  TEST_CASE("a download that began with damaged bytes is mended") {
    Sale sale;
    Bytes begun = content_of(sale.served("ciphertext"));
    begun.resize(40'000);
    begun[20'000] ^= 1;
    write_file_durably(sale.copy("ciphertext.part"), as_text(begun));
    CHECK(sale.fetch() == kChunks * kChunk);
    sale.check_sound();
  }

  TEST_CASE("a mending that was interrupted goes on with the next fetch") {
    Sale sale;
    sale.fetch();
    flip(sale.copy("ciphertext"), 50 * kChunk);
    fs::rename(sale.copy("ciphertext"), sale.copy("ciphertext.part"));
    CHECK(sale.fetch() == kChunk);
    sale.check_sound();
  }

  TEST_CASE("a server whose files are not what the seller signed is named, at first and later") {
    for (const char* what : {"manifest", "ciphertext"}) {
      CAPTURE(what);
      Sale sale;
      flip(sale.served(what), 100);
      const auto refused = [&] {
        try {
          sale.fetch();
        } catch (const CliError& error) {
          CHECK(error.code() == ExitCode::kVerification);
          CHECK(error.name() == "wrong-data");
          return error.message();
        }
        return std::string();
      };
      CHECK(refused().find(std::string("the ") + what + " that the data server has of deal ") == 0);
      CHECK(refused().find(std::string("the ") + what + " that the data server has of deal ") == 0);
    }
  }
}
