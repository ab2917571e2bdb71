// The public transaction vectors, where they are on this machine (DATAPACT_FIXTURES): results for
// Cancun.
#include "base/hex.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "tests/testkit/fixtures.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datapact::chain {
namespace {

constexpr ChainId kMainnet{1};

/// The transaction when every check passes that needs no state.
std::optional<RecoveredTxn> accept(ByteView encoded) {
  auto decoded = decode_transaction(encoded);
  if (!decoded) return std::nullopt;
  auto recovered = RecoveredTxn::recover(std::move(*decoded));
  if (!recovered) return std::nullopt;
  if (!validate_stateless(recovered->txn(), kMainnet, vm::Revision::kCancun)) return std::nullopt;
  return std::move(*recovered);
}

void check_vector(const json::Value& test) {
  const json::Value* expected = test.find("result")->find("Cancun");
  if (expected == nullptr) return;
  const Bytes encoded = from_hex(*test.find("txbytes")->as_string()).value();
  const auto accepted = accept(encoded);
  if (expected->find("exception") != nullptr) {
    CHECK_FALSE(accepted);
    return;
  }
  REQUIRE(accepted);
  CHECK(to_hex0x(accepted->hash()) == *expected->find("hash")->as_string());
  CHECK(to_hex0x(accepted->sender()) == *expected->find("sender")->as_string());
  CHECK(uint256{intrinsic_gas(accepted->txn(), vm::Revision::kCancun).intrinsic} ==
        uint256::parse(*expected->find("intrinsicGas")->as_string()));
  CHECK(encode(accepted->txn()) == encoded);
}

std::vector<std::filesystem::path> vector_files() {
  std::vector<std::filesystem::path> out;
  const auto root = testkit::fixtures_root();
  if (!root) return out;
  for (const auto& it :
       std::filesystem::recursive_directory_iterator(*root / "transaction_tests")) {
    if (it.path().extension() == ".json") out.push_back(it.path());
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace

TEST_SUITE("chain/transaction_fixture") {
  TEST_CASE("the public transaction vectors are accepted and refused as they say") {
    std::size_t checked = 0;
    for (const auto& file : vector_files()) {
      const auto document = json::parse(testkit::read_text(file));
      REQUIRE(document.ok());
      for (const auto& [name, test] : *document->as_object()) {
        CAPTURE(name);
        check_vector(test);
        ++checked;
      }
    }
    MESSAGE("vectors read: ", checked);
  }
}

}  // namespace datapact::chain
