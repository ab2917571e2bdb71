// The public transaction vectors, where they are on this machine (DATAPACT_FIXTURES): their 111
// results for Cancun. The older forks' are another rule set.
#include "base/hex.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "tests/testkit/fixtures.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace datapact;
using namespace datapact::chain;

namespace {

/// The transaction, when every check that needs no state holds on chain 1.
std::optional<RecoveredTxn> accept(ByteView bytes) {
  auto txn = decode_transaction(bytes);
  if (!txn.has_value()) return std::nullopt;
  auto recovered = RecoveredTxn::recover(*std::move(txn));
  if (!recovered.has_value()) return std::nullopt;
  if (!validate_stateless(recovered->txn(), ChainId{1}, vm::Revision::kCancun).has_value()) {
    return std::nullopt;
  }
  return *std::move(recovered);
}

int check_file(const std::filesystem::path& file) {
  int checked = 0;
  const auto document = json::parse(testkit::read_text(file), {.depth_max = 64});
  REQUIRE(document.has_value());
  for (const auto& [name, test] : *document->as_object()) {
    const json::Value* expected = test.find("result")->find("Cancun");
    if (expected == nullptr) continue;
    ++checked;
    CAPTURE(name);
    const auto bytes = from_hex(*test.find("txbytes")->as_string());
    const auto txn = bytes ? accept(*bytes) : std::nullopt;
    CHECK(txn.has_value() == (expected->find("exception") == nullptr));
    if (!txn || expected->find("hash") == nullptr) continue;
    CHECK(to_hex0x(txn->hash()) == *expected->find("hash")->as_string());
    CHECK(to_hex0x(txn->sender()) == *expected->find("sender")->as_string());
  }
  return checked;
}

}  // namespace

TEST_SUITE("chain/transaction_fixtures") {
  TEST_CASE("the public transaction vectors give their results for Cancun") {
    const auto root = testkit::fixtures_root();
    if (!root) {
      MESSAGE("DATAPACT_FIXTURES is not set: transaction vectors not read");
      return;
    }
    int checked = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(*root / "transaction_tests")) {
      if (entry.path().extension() == ".json") checked += check_file(entry.path());
    }
    CHECK(checked == 111);
  }
}
