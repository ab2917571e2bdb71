#include "crypto/secp256k1.hpp"

#include "base/prng.hpp"
#include "crypto/keccak.hpp"
#include "crypto/sha256.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

namespace datapact::crypto {
namespace {

using testkit::unhex;
using testkit::unhex_as;

uint256 word(std::string_view hex) { return *uint256::parse("0x" + std::string(hex)); }

PrivateKey key_of(const uint256& value) { return PrivateKey{to_hash256(value).raw()}; }

TEST_SUITE("crypto/secp256k1") {
  TEST_CASE("nonces follow RFC 6979 with SHA-256, and s is low") {
    // The vectors every secp256k1 library shares; RFC 6979 itself has none for this curve.
    const auto one = sign(sha256(as_bytes("Satoshi Nakamoto")), key_of(uint256{1}));
    CHECK(one.r == word("934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"));
    CHECK(one.s == word("2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"));
    const auto tears = sign(
        sha256(
            as_bytes("All those moments will be lost in time, like tears in rain. Time to die...")),
        key_of(uint256{1}));
    CHECK(tears.r == word("8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b"));
    CHECK(tears.s == word("547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21"));
    CHECK(is_low_s(one));
    CHECK(is_low_s(tears));
  }

  TEST_CASE("addresses come from keys as everywhere on Ethereum") {
    CHECK(to_hex(address_of(key_of(uint256{1})).view()) ==
          "7e5f4552091a69125d5dfcb7b8c2659029395bdf");
    const auto key =
        unhex_as<PrivateKey>("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
    CHECK(to_hex(address_of(key).view()) == "f39fd6e51aad88f6f4ce6ab8827279cfffb92266");
  }

  TEST_CASE("a signature recovers its signer, from either of its two forms") {
    const std::uint64_t seed = 0x256;
    CAPTURE(seed);
    Prng prng{seed};
    for (int i = 0; i < 50; ++i) {
      const auto key = random_fixed<PrivateKey>(prng);
      const auto hash = random_fixed<Hash256>(prng);
      const Signature low = sign(hash, key);
      CHECK(recover(hash, low) == public_key(key));
      CHECK(is_low_s(low));
      const Signature high{low.r, kSecp256k1Order - low.s,
                           static_cast<std::uint8_t>(1 - low.y_parity)};
      CHECK_FALSE(is_low_s(high));
      CHECK(recover_address(hash, high) == address_of(key));
      const Signature other{low.r, low.s, static_cast<std::uint8_t>(1 - low.y_parity)};
      CHECK(recover_address(hash, other) != address_of(key));
    }
  }

  TEST_CASE("half the order is low, one more is high") {
    CHECK(is_low_s({uint256{1}, kSecp256k1HalfOrder, 0}));
    CHECK_FALSE(is_low_s({uint256{1}, kSecp256k1HalfOrder + uint256{1}, 0}));
  }

  TEST_CASE("r or s outside [1, n), a parity above one and an r of no point recover nothing") {
    const auto hash = keccak256(as_bytes("x"));
    const Signature good = sign(hash, key_of(uint256{7}));
    const auto recovers = [&hash](const Signature& s) { return recover(hash, s).has_value(); };
    CHECK(recovers(good));
    CHECK_FALSE(recovers({uint256{}, good.s, 0}));
    CHECK_FALSE(recovers({good.r, uint256{}, 0}));
    CHECK_FALSE(recovers({kSecp256k1Order, good.s, 0}));
    CHECK_FALSE(recovers({good.r, kSecp256k1Order, 0}));
    CHECK_FALSE(recovers({good.r, good.s, 2}));
    CHECK_FALSE(recovers({uint256{5}, good.s, 0}));
  }

  TEST_CASE("keys of zero and of the order or more are not valid") {
    CHECK_FALSE(is_valid(PrivateKey{}));
    CHECK(is_valid(key_of(uint256{1})));
    CHECK(is_valid(key_of(kSecp256k1Order - uint256{1})));
    CHECK_FALSE(is_valid(key_of(kSecp256k1Order)));
    CHECK_FALSE(is_valid(key_of(uint256::max())));
  }

  TEST_CASE("65 bytes carry the parity as 0 and 1 or as 27 and 28") {
    const Signature signature{uint256{3}, uint256{4}, 1};
    CHECK(to_bytes(signature).raw()[64] == 1);
    CHECK(to_bytes_v27(signature).raw()[64] == 28);
    CHECK(signature_from_bytes(to_bytes(signature).view()) == signature);
    CHECK(signature_from_bytes_v27(to_bytes_v27(signature).view()) == signature);
    CHECK_FALSE(signature_from_bytes(to_bytes_v27(signature).view()).has_value());
    CHECK_FALSE(signature_from_bytes_v27(to_bytes(signature).view()).has_value());
    for (std::size_t size = 0; size < 65; ++size) {
      CHECK_FALSE(signature_from_bytes(to_bytes(signature).view().first(size)).has_value());
    }
    CHECK_FALSE(signature_from_bytes(Bytes(66)).has_value());
  }

  TEST_CASE("public keys pass through their compressed and uncompressed form") {
    for (std::uint64_t i = 1; i < 20; ++i) {
      const PublicKey key = public_key(key_of(uint256{i}));
      CHECK(is_on_curve(key));
      CHECK(decode_public_key(compress(key)) == key);
      const std::uint8_t prefix = 4;
      CHECK(decode_public_key(concat({{&prefix, 1}, key.view()})) == key);
      const auto hybrid = static_cast<std::uint8_t>(6 + (key.raw()[63] & 1));
      CHECK_FALSE(decode_public_key(concat({{&hybrid, 1}, key.view()})).has_value());
    }
    CHECK(to_hex(compress(public_key(key_of(uint256{1})))) ==
          "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
  }

  TEST_CASE("bytes that are no point of the curve are refused") {
    PublicKey key = public_key(key_of(uint256{1}));
    const Bytes compressed = compress(key);
    for (std::size_t size = 0; size < compressed.size(); ++size) {
      CHECK_FALSE(decode_public_key(ByteView{compressed}.first(size)).has_value());
    }
    key.raw()[63] ^= 1;
    CHECK_FALSE(is_on_curve(key));
    CHECK_FALSE(is_on_curve(PublicKey{}));
    CHECK_FALSE(decode_public_key(unhex("02" + std::string(64, 'f'))).has_value());
  }
}

}  // namespace
}  // namespace datapact::crypto
