#include "ledger/store/ledger.hpp"

#include "ledger/chain/governance_view.hpp"
#include "ledger/state/trie.hpp"
#include "ledger/store/keys.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace datapact;
using namespace datapact::store;
using namespace datapact::testkit;

namespace {

struct TemporaryFolder {
  std::filesystem::path path = std::filesystem::path{DATAPACT_BUILD_DIR} / "ledger_test";
  TemporaryFolder() { std::filesystem::remove_all(path); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_SUITE("store/ledger") {
  TEST_CASE("a committed block is found by height, hash and transaction") {
    GovernedChain chain;
    const auto txn = signed_txn({});
    REQUIRE(chain.extend({txn}).has_value());
    const auto head = chain.ledger().head();
    CHECK(head->height == Height{1});
    CHECK(chain.ledger().height_of(head->hash) == Height{1});
    CHECK(chain.ledger().hash_at(Height{1}) == head->hash);
    CHECK(chain.ledger().hash_at(Height{0}) == chain.genesis().hash);
    const auto block = chain.ledger().block(Height{1});
    REQUIRE(block.has_value());
    CHECK(block->senders == std::vector{address_of(2)});
    CHECK(block->block.header == head->header);
    CHECK(chain::verify_seals(block->block.header, {address_of(1)}).has_value());
    const auto place = chain.ledger().find_txn(txn->hash());
    REQUIRE(place.has_value());
    CHECK(place->height == Height{1});
    const auto receipts = chain.ledger().receipts(Height{1});
    REQUIRE(receipts.has_value());
    CHECK(receipts->at(0).gas_used == Gas{21'000});
    CHECK_FALSE(chain.ledger().block(Height{2}).has_value());
    CHECK(chain.ledger().view_at(Height{2}) == nullptr);
  }

  TEST_CASE("a view keeps answering for its own height while the chain grows") {
    GovernedChain chain;
    const auto genesis = chain.ledger().view_at(Height{0});
    for (std::uint64_t i = 0; i < 3; ++i) REQUIRE(chain.extend({signed_txn({.nonce = i})}));
    for (std::uint64_t height = 0; height <= 3; ++height) {
      const auto view = chain.ledger().view_at(Height{height});
      CHECK(view->account(address_of(2))->nonce == Nonce{height});
      const auto leaf = state::read_account_leaf(
          *view, chain.ledger().header(Height{height})->state_root, address_of(2));
      REQUIRE(leaf.has_value());
      CHECK(leaf->account.nonce == Nonce{height});
    }
    CHECK(genesis->account(address_of(2))->nonce == Nonce{0});
    CHECK(genesis->has_storage(chain::kGovernanceAddress));
    CHECK_FALSE(genesis->has_storage(address_of(2)));
  }

  TEST_CASE("a reopened database continues where it was") {
    const TemporaryFolder folder;
    BlockHash hash;
    {
      GovernedChain chain{std::shared_ptr{*open_leveldb(folder.path)}};
      REQUIRE(chain.extend({signed_txn({})}).has_value());
      hash = chain.ledger().head()->hash;
      CHECK(open_leveldb(folder.path).error().code == StoreErrorCode::kLocked);
    }
    GovernedChain chain{std::shared_ptr{*open_leveldb(folder.path)}};
    CHECK(chain.ledger().head()->hash == hash);
    REQUIRE(chain.extend({signed_txn({.nonce = 1})}).has_value());
    CHECK(chain.ledger().head()->height == Height{2});
  }

  TEST_CASE("another chain's database is refused with both hashes") {
    GovernedChain chain;
    chain::Genesis other = chain.genesis();
    other.hash.raw()[0] ^= 1;
    const auto opened = Ledger::open(chain.store(), other);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().code == StoreErrorCode::kWrongGenesis);
    CHECK_FALSE(to_string(opened.error().code).empty());
  }

  TEST_CASE("a database of another format is refused with both formats") {
    GovernedChain chain;
    WriteBatch batch;
    batch.put(keys::meta("format"), Bytes{0, 0, 0, 0, 0, 0, 0, 9});
    REQUIRE(chain.store()->write(batch, true).has_value());
    const auto opened = Ledger::open(chain.store(), chain.genesis());
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().code == StoreErrorCode::kWrongFormat);
    CHECK(opened.error().message.find("reads format 2, the database has 9") != std::string::npos);
  }

  TEST_CASE("a block that does not stand on the head is refused") {
    GovernedChain chain;
    auto built = chain.build({});
    REQUIRE(chain.extend({}).has_value());
    CHECK(chain.ledger().commit(chain.seal(built->block)).error().code == StoreErrorCode::kNotNext);
  }

  TEST_CASE("after a failed write nothing of the block is there and nothing more is written") {
    auto inner = std::shared_ptr<KeyValueStore>{make_memory_store()};
    auto faulty = std::make_shared<FaultyStore>(inner);
    {
      GovernedChain chain{faulty};
      faulty->fail_after(1);
      REQUIRE(chain.extend({signed_txn({})}).has_value());
      CHECK(chain.extend({signed_txn({.nonce = 1})}).error().code == StoreErrorCode::kIo);
      CHECK(chain.extend({}).error().code == StoreErrorCode::kFailedBefore);
      CHECK(chain.ledger().head()->height == Height{1});
    }
    GovernedChain reopened{inner};
    CHECK(reopened.ledger().head()->height == Height{1});
    CHECK_FALSE(reopened.ledger().block(Height{2}).has_value());
  }

  TEST_CASE("a folder that cannot be made is an input or output error") {
    CHECK(open_leveldb("/dev/null/folder").error().code == StoreErrorCode::kIo);
  }

  TEST_CASE("logs match by address and topic, position by position") {
    const Hash256 topic = to_hash256(uint256{7});
    const chain::Log log{address_of(2), {topic, Hash256{}}, {}};
    LogFilter filter;
    CHECK(matches(filter, log));
    filter.addresses = {address_of(3)};
    CHECK_FALSE(matches(filter, log));
    filter.addresses = {address_of(3), address_of(2)};
    filter.topics = {{}, {Hash256{}}};
    CHECK(matches(filter, log));
    filter.topics = {{Hash256{}}};
    CHECK_FALSE(matches(filter, log));
    filter.topics = {{}, {}, {}};
    CHECK_FALSE(matches(filter, log));
  }

  TEST_CASE("a query over quiet blocks finds nothing and says how far it looked") {
    GovernedChain chain;
    REQUIRE(chain.extend({signed_txn({})}).has_value());
    const auto found = chain.ledger().logs({Height{0}, Height{99}, {address_of(2)}, {}}, {});
    CHECK(found.logs.empty());
    CHECK(found.last_height == Height{1});
    CHECK_FALSE(found.truncated);
  }
}
