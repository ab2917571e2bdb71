#include "trade/lot.hpp"

#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "crypto/sha256.hpp"
#include "trade/merkle.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <set>
#include <variant>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::trade;  // NOLINT(google-build-using-namespace)

namespace {

struct Sale {
  Sale(std::uint64_t length, std::uint32_t s, std::uint64_t seed_number) {
    Prng prng(seed_number);
    file.resize(length);
    prng.fill(file);
    seed = random_fixed<LotSeed>(prng);
    key = {random_fixed<Hash256>(prng), random_fixed<DealKey>(prng)};
    const ViewSource source(file);
    registered = *register_lot(source, s, seed, manifest, work());
    root_z = *encrypt_lot(source, registered.lot.shape, seed, key, ciphertext, work());
  }
  [[nodiscard]] Work work() { return {runner, {}}; }
  [[nodiscard]] Result<Hash256, LotError> decrypt(const Bytes& z, const Bytes& m,
                                                  const CipherKey& k, BytesSink& out) {
    return decrypt_lot(ViewSource(z), ViewSource(m), registered.lot.shape, k, out, work());
  }
  SequentialRunner runner;
  Bytes file;
  LotSeed seed;
  CipherKey key;
  BytesSink manifest;
  BytesSink ciphertext;
  Registered registered;
  Hash256 root_z;
};

/// Chunk counts around powers of two, and a partial last chunk.
const std::uint64_t kLengths[] = {1,       991,         992,          993,      992 * 3,
                                  992 * 4, 992 * 5 - 1, 992 * 63 + 7, 992 * 64, 992 * 65};

}  // namespace

TEST_SUITE("trade/lot") {
  TEST_CASE("what is registered and encrypted decrypts to the same bytes, for every shape") {
    for (const auto length : kLengths) {
      for (const std::uint32_t s : {1024U, 2048U, 65536U}) {
        CAPTURE(length);
        CAPTURE(s);
        Sale sale(length, s, length + s);
        CHECK(sale.registered.file_digest == crypto::sha256(sale.file));
        CHECK(check_manifest(ViewSource(sale.manifest.bytes()), sale.registered.lot).has_value());
        CHECK(check_ciphertext(ViewSource(sale.ciphertext.bytes()), sale.registered.lot.shape,
                               sale.root_z, sale.work())
                  .has_value());
        BytesSink out;
        const auto digest =
            sale.decrypt(sale.ciphertext.bytes(), sale.manifest.bytes(), sale.key, out);
        REQUIRE(digest.has_value());
        CHECK(out.bytes() == sale.file);
        CHECK(*digest == sale.registered.file_digest);
      }
    }
  }

  TEST_CASE("a changed ciphertext byte, manifest byte or key byte is found at its chunk") {
    Sale sale(992 * 9 + 5, 1024, 7);
    Prng prng(8);
    for (int round = 0; round < 200; ++round) {
      CAPTURE(round);
      Bytes z = sale.ciphertext.bytes();
      Bytes m = sale.manifest.bytes();
      const auto place = prng.below(z.size());
      z[place] ^= static_cast<std::uint8_t>(1 + prng.below(255));
      CHECK_FALSE(
          check_ciphertext(ViewSource(z), sale.registered.lot.shape, sale.root_z, sale.work())
              .has_value());
      BytesSink out;
      const auto decrypted = sale.decrypt(z, m, sale.key, out);
      REQUIRE_FALSE(decrypted.has_value());
      CHECK(std::get<WrongChunk>(decrypted.error()).index == place / 1024);
      m[prng.below(m.size())] ^= 1;
      CHECK_FALSE(check_manifest(ViewSource(m), sale.registered.lot).has_value());
    }
    CipherKey wrong = sale.key;
    wrong.key.raw()[31] ^= 1;
    BytesSink out;
    const auto decrypted = sale.decrypt(sale.ciphertext.bytes(), sale.manifest.bytes(), wrong, out);
    CHECK(std::get<WrongChunk>(decrypted.error()).index == 0);
  }

  TEST_CASE("chunks of equal plaintext encrypt differently, and no word of a stream comes twice") {
    SequentialRunner runner;
    Prng prng(11);
    const Bytes file(3UL * 992);
    const ViewSource source(file);
    const CipherKey key{random_fixed<Hash256>(prng), random_fixed<DealKey>(prng)};
    BytesSink ciphertext;
    REQUIRE(encrypt_lot(source, *make_shape(file.size(), 1024), random_fixed<LotSeed>(prng), key,
                        ciphertext, {runner, {}})
                .has_value());
    // Zeros encrypt to the stream itself; the first word of a chunk is its salt's.
    std::set<Bytes> words;
    for (std::size_t at = 0; at < ciphertext.bytes().size(); at += 32) {
      if (at % 1024 != 0) words.insert(to_bytes(ByteView{ciphertext.bytes()}.subspan(at, 32)));
    }
    CHECK(words.size() == 3UL * 31);
  }

  TEST_CASE("the stream of a chunk is another under another key, commitment or index") {
    Prng prng(12);
    const auto commit = random_fixed<Hash256>(prng);
    const auto key = random_fixed<DealKey>(prng);
    const auto other_commit = random_fixed<Hash256>(prng);
    const auto other_key = random_fixed<DealKey>(prng);
    const std::set<Hash256> keys{
        chunk_key(commit, key, 0),         chunk_key(commit, key, 1),
        chunk_key(commit, key, 1U << 16U), chunk_key(commit, key, 1ULL << 32U),
        chunk_key(other_commit, key, 0),   chunk_key(commit, other_key, 0)};
    CHECK(keys.size() == 6);
  }

  TEST_CASE("foreign lengths and shapes are refused by name") {
    CHECK(make_shape(0, 2048).error() == ShapeError::kEmpty);
    CHECK(make_shape(1, 2047).error() == ShapeError::kChunkSize);
    CHECK(make_shape(1, 512).error() == ShapeError::kChunkSize);
    CHECK(make_shape(1ULL << 50, 1024).error() == ShapeError::kTooLong);
    CHECK(check_shape(2, 2048, 2016).error() == ShapeError::kCount);
    Sale sale(5000, 1024, 1);
    Bytes longer = sale.ciphertext.bytes();
    longer.push_back(0);
    const auto result =
        check_ciphertext(ViewSource(longer), sale.registered.lot.shape, sale.root_z, sale.work());
    REQUIRE_FALSE(result.has_value());
    CHECK(describe(result.error()) == "the ciphertext has 6145 bytes, expected 6144");
  }

  TEST_CASE("work stops when it is told to, and a source that fails is reported in its own words") {
    Sale sale(20000, 1024, 2);
    BytesSink out;
    const Work stop{sale.runner, [](std::uint64_t, std::uint64_t) { return false; }};
    const auto stopped = register_lot(ViewSource(sale.file), 1024, sale.seed, out, stop);
    CHECK(std::holds_alternative<Stopped>(stopped.error()));
    class Broken final : public ByteSource {
      [[nodiscard]] std::uint64_t size() const override { return 5000; }
      [[nodiscard]] Result<void, StreamError> read_at(std::uint64_t /*offset*/,
                                                      MutableBytes /*out*/) const override {
        return fail(StreamError{"the disk is gone"});
      }
    };
    CHECK(describe(register_lot(Broken{}, 1024, sale.seed, out, sale.work()).error()) ==
          "the disk is gone");
  }
}
