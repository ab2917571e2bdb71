// Key files of version 3 with their password and the key inside.
#include "crypto/keystore.hpp"
#include "tests/conformance_runner/kind.hpp"
#include "tests/conformance_runner/read.hpp"

#include <string>
#include <utility>

namespace datapact::conformance {
namespace {

Parsed<Mismatches> check(const json::Value& test) {
  TRY(const json::Value* file, member(test, "json"));
  TRY(const auto password, text(test, "password"));
  TRY(const auto expected, text(test, "priv"));
  const auto key = crypto::decrypt_keystore(*file, password);
  Mismatches out;
  expect_equal(
      "key", expected,
      key ? to_hex(key->view()) : "a refusal (" + std::string{to_string(key.error())} + ")", out);
  return out;
}

class KeystoreKind final : public NamedCasesKind {
 public:
  std::string_view name() const override { return "keystore"; }

 private:
  Parsed<Mismatches> run_case(const json::Value& test) override { return check(test); }
};

}  // namespace

KindPtr make_keystore_kind() { return std::make_unique<KeystoreKind>(); }

}  // namespace datapact::conformance
