// Basic tests: hex-prefix encoding of paths, addresses of keys, signed transactions. The file's
// name says which; those of other protocols are left out.
#include "base/rlp.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/nibbles.hpp"
#include "tests/conformance_runner/kind.hpp"
#include "tests/conformance_runner/read.hpp"

#include <optional>
#include <string>
#include <utility>

namespace datapact::conformance {
namespace {

Parsed<Mismatches> run_hex_prefix(const json::Value& test) {
  TRY(const json::Array* nibbles, array(test, "seq"));
  TRY(const json::Value* is_leaf, member(test, "term"));
  TRY(const auto expected, text(test, "out"));
  if (!is_leaf->as_bool()) return fail(std::string{"member term is no truth value"});
  state::CompactPath path{{}, *is_leaf->as_bool()};
  for (const json::Value& nibble : *nibbles) {
    if (!nibble.as_u64()) return fail(std::string{"member seq holds no number"});
    path.nibbles.push_back(static_cast<std::uint8_t>(*nibble.as_u64()));
  }
  const Bytes encoded = state::encode_compact(path);
  const auto decoded = state::decode_compact(encoded);
  Mismatches out;
  expect_equal("encoded", expected, to_hex(encoded), out);
  const bool is_same =
      decoded && decoded->nibbles == path.nibbles && decoded->is_leaf == path.is_leaf;
  expect_equal("decoded", "the path", is_same ? "the path" : "something else", out);
  return out;
}

/// The key of a seed, its address, and a signature of ours that leads back to it. The vectors' own
/// "sig_of_emptystring" signs a digest that nobody has written down: it is no keccak, SHA-2 or
/// SHA-3 of no bytes.
Parsed<Mismatches> run_key_address(const json::Value& test) {
  TRY(const auto key, fixed<crypto::PrivateKey>(test, "key"));
  TRY(const auto seed, text(test, "seed"));
  TRY(const auto expected, text(test, "addr"));
  const Hash256 digest = crypto::keccak256(ByteView{});
  const auto again = crypto::recover_address(digest, crypto::sign(digest, key));
  Mismatches out;
  expect_equal("key of the seed", to_hex(key.view()),
               to_hex(crypto::keccak256(as_bytes(seed)).view()), out);
  expect_equal("address", expected, to_hex(crypto::address_of(key).view()), out);
  expect_equal("own signature", expected, again ? to_hex(again->view()) : "none", out);
  return out;
}

Parsed<rlp::Encoder> unsigned_fields(const json::Value& test) {
  rlp::Encoder out;
  for (const auto* name : {"nonce", "gasprice", "startgas"}) {
    TRY(const auto value, number(test, name));
    out.integer(value);
  }
  TRY(const Bytes to, bytes(test, "to"));
  TRY(const auto value, number(test, "value"));
  TRY(const Bytes data, bytes(test, "data"));
  out.string(ByteView{to}).integer(value).string(ByteView{data});
  return out;
}

Parsed<Mismatches> run_transaction(const json::Value& test) {
  TRY(const auto key, fixed<crypto::PrivateKey>(test, "key"));
  TRY(const Bytes expected, bytes(test, "unsigned"));
  TRY(const Bytes encoded, bytes(test, "signed"));
  TRY(const auto fields, unsigned_fields(test));
  Mismatches out;
  const Hash256 digest = crypto::keccak256(fields.as_list());
  rlp::Encoder with_zeros = fields;
  with_zeros.integer(std::uint64_t{0}).integer(std::uint64_t{0}).integer(std::uint64_t{0});
  expect_equal("unsigned", to_hex(expected), to_hex(with_zeros.as_list()), out);
  const auto txn = chain::decode_transaction(encoded);
  if (!txn) return fail(fmt::format("signed: {}", to_string(txn.error())));
  expect_equal("signing hash", digest, chain::signing_hash(*txn), out);
  expect_equal("encoded again", to_hex(encoded), to_hex(chain::encode(*txn)), out);
  const auto signer = crypto::recover_address(digest, txn->signature);
  expect_equal("signer", to_hex(crypto::address_of(key).view()),
               signer ? to_hex(signer->view()) : "none", out);
  return out;
}

using RunCase = Parsed<Mismatches> (*)(const json::Value&);

RunCase runner_of(std::string_view stem) {
  if (stem == "hexencodetest") return run_hex_prefix;
  if (stem == "keyaddrtest") return run_key_address;
  if (stem == "txtest") return run_transaction;
  return nullptr;
}

class BasicKind final : public JsonKind {
 public:
  std::string_view name() const override { return "basic"; }

 private:
  Result<void, std::string> run_document(const std::filesystem::path& path,
                                         const json::Value& document, CaseSink& sink) override {
    const std::string stem = path.stem().string();
    const RunCase run = runner_of(stem);
    if (run == nullptr) {
      sink.leave_out(1, "files of other protocols (ECIES, blocks before Cancun)");
      return {};
    }
    if (document.is_object()) {
      for (const auto& [name, test] : *document.as_object()) {
        TRY_VOID(run_one(stem + " " + name, test, run, sink));
      }
      return {};
    }
    if (!document.is_array()) return fail(std::string{"the file is neither object nor array"});
    std::size_t index = 0;
    for (const json::Value& test : *document.as_array()) {
      TRY_VOID(run_one(fmt::format("{} {}", stem, index++), test, run, sink));
    }
    return {};
  }

  static Result<void, std::string> run_one(const std::string& id, const json::Value& test,
                                           RunCase run, CaseSink& sink) {
    if (!sink.wants(id)) return {};
    TRY(auto mismatches, run(test));
    sink.add(id, std::move(mismatches));
    return {};
  }
};

}  // namespace

KindPtr make_basic_kind() { return std::make_unique<BasicKind>(); }

}  // namespace datapact::conformance
