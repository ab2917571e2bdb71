#include "trade/lot_damage.hpp"

#include "base/prng.hpp"
#include "trade/lot.hpp"

#include <doctest/doctest.h>

#include <variant>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::trade;  // NOLINT(google-build-using-namespace)

namespace {

constexpr std::uint32_t kChunk = 1024;

/// A ciphertext, which is whatever its leaves say, and the leaves.
struct Copy {
  explicit Copy(std::uint64_t chunks) : shape(*make_shape(chunks * (kChunk - 32), kChunk)) {
    Prng prng(chunks);
    bytes.resize(shape.ciphertext_bytes());
    prng.fill(bytes);
    REQUIRE(write_cipher_leaves(ViewSource(bytes), shape, leaves, {runner, {}}).has_value());
  }
  [[nodiscard]] std::vector<ByteRange> damage() {
    return *find_damage(ViewSource(bytes), shape, ViewSource(leaves.bytes()), {runner, {}});
  }
  SequentialRunner runner;
  LotShape shape;
  Bytes bytes;
  BytesSink leaves;
};

using Ranges = std::vector<ByteRange>;

/// A lot that a seller has encrypted, with a chunk that is not what was registered.
struct FalseLot {
  FalseLot() {
    Prng prng(1);
    prng.fill(key.key_commit.raw());
    prng.fill(key.key.raw());
    Bytes file(9 * (kChunk - 32));
    prng.fill(file);
    LotSeed seed;
    prng.fill(seed.raw());
    const auto registered = register_lot(ViewSource(file), kChunk, seed, manifest, {runner, {}});
    REQUIRE(registered.has_value());
    shape = registered->lot.shape;
    file[5 * (kChunk - 32)] ^= 1;
    REQUIRE(encrypt_lot(ViewSource(file), shape, seed, key, cipher, {runner, {}}).has_value());
    REQUIRE(write_cipher_leaves(ViewSource(cipher.bytes()), shape, leaves, {runner, {}}));
    copy = to_bytes(cipher.bytes());
  }
  [[nodiscard]] std::optional<std::uint64_t> false_chunk() const {
    const auto found = find_false_chunk(ViewSource(copy), ViewSource(manifest.bytes()),
                                        ViewSource(leaves.bytes()), shape, key, {});
    REQUIRE(found.has_value());
    return *found;
  }
  SequentialRunner runner;
  CipherKey key;
  BytesSink manifest;
  BytesSink cipher;
  BytesSink leaves;
  LotShape shape;
  Bytes copy;
};

}  // namespace

TEST_SUITE("trade/lot_damage") {
  TEST_CASE("a sound copy has no damage") { CHECK(Copy(67).damage().empty()); }

  TEST_CASE("damage is named by the bytes of its chunks, neighbours as one") {
    Copy copy(67);
    copy.bytes[0] ^= 1;
    copy.bytes[10 * kChunk + 5] ^= 1;
    copy.bytes[11 * kChunk + 1023] ^= 0x80;
    copy.bytes.back() ^= 1;
    CHECK(copy.damage() ==
          Ranges{{0, kChunk - 1}, {10 * kChunk, 12 * kChunk - 1}, {66 * kChunk, 67 * kChunk - 1}});
  }

  TEST_CASE("a false chunk was not found behind a damaged one, and could not be complained of") {
    FalseLot lot;
    CHECK(lot.false_chunk() == 5);
    lot.copy[3 * kChunk] ^= 1;
    lot.copy.back() ^= 1;
    CHECK(lot.false_chunk() == 5);
    lot.copy.resize(7 * kChunk + 1);
    CHECK(lot.false_chunk() == 5);
  }

  TEST_CASE("a false chunk that is damaged itself, or missing, proves nothing") {
    FalseLot lot;
    lot.copy[5 * kChunk + 7] ^= 1;
    CHECK_FALSE(lot.false_chunk().has_value());
    lot.copy.resize(6 * kChunk - 1);
    CHECK_FALSE(lot.false_chunk().has_value());
  }

  TEST_CASE("a copy that is too short lacks its end, zeros too") {
    Copy copy(5);
    std::fill(copy.bytes.end() - kChunk, copy.bytes.end(), std::uint8_t{0});
    BytesSink leaves;
    REQUIRE(write_cipher_leaves(ViewSource(copy.bytes), copy.shape, leaves, {copy.runner, {}})
                .has_value());
    copy.bytes.resize(copy.bytes.size() - 10);
    const auto found = find_damage(ViewSource(copy.bytes), copy.shape, ViewSource(leaves.bytes()),
                                   {copy.runner, {}});
    CHECK(*found == Ranges{{4 * kChunk, 5 * kChunk - 1}});
    copy.bytes.clear();
    CHECK(copy.damage() == Ranges{{0, 5 * kChunk - 1}});
  }

  TEST_CASE("of a copy that is too long what is too much is damage") {
    Copy copy(5);
    copy.bytes.resize(copy.bytes.size() + 10);
    CHECK(copy.damage() == Ranges{{5 * kChunk, 5 * kChunk + 9}});
    copy.bytes[4 * kChunk] ^= 1;
    CHECK(copy.damage() == Ranges{{4 * kChunk, 5 * kChunk + 9}});
  }

  TEST_CASE("a copy that is damaged everywhere costs no more than a thousand ranges") {
    Copy copy(2 * kDamageRangesMax + 10);
    for (std::size_t at = 0; at < copy.bytes.size(); at += std::size_t{2} * kChunk)
      copy.bytes[at] ^= 1;
    const auto found = copy.damage();
    REQUIRE(found.size() == kDamageRangesMax);
    CHECK(found[1] == ByteRange{2 * kChunk, 3 * kChunk - 1});
    CHECK(found.back().last == copy.bytes.size() - kChunk - 1);
  }

  TEST_CASE("leaves of another length are refused") {
    Copy copy(5);
    const auto found =
        find_damage(ViewSource(copy.bytes), copy.shape,
                    ViewSource(ByteView{copy.leaves.bytes()}.first(128)), {copy.runner, {}});
    REQUIRE_FALSE(found.has_value());
    CHECK(std::holds_alternative<WrongLength>(found.error()));
  }
}
