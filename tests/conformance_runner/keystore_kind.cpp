// Key files of version 3 with their password and the key inside.
#include "crypto/keystore.hpp"
#include "tests/conformance_runner/kind.hpp"
#include "tests/conformance_runner/read.hpp"

#include <string>
#include <utility>

namespace datapact::conformance {
namespace {

Parsed<Mismatches> run_case(const json::Value& test) {
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

class KeystoreKind final : public JsonKind {
 public:
  std::string_view name() const override { return "keystore"; }

 private:
  Result<void, std::string> run_document(const std::filesystem::path& /*path*/,
                                         const json::Value& document, CaseSink& sink) override {
    if (!document.is_object()) return fail(std::string{"the file is no JSON object"});
    for (const auto& [name, test] : *document.as_object()) {
      if (!sink.wants(name)) continue;
      TRY(auto mismatches, run_case(test));
      sink.add(name, std::move(mismatches));
    }
    return {};
  }
};

}  // namespace

KindPtr make_keystore_kind() { return std::make_unique<KeystoreKind>(); }

}  // namespace datapact::conformance
