// The public trie vectors, where they are on this machine (DATAPACT_FIXTURES).
#include "base/hex.hpp"
#include "crypto/keccak.hpp"
#include "ledger/state/trie.hpp"
#include "tests/testkit/fixtures.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace datapact::state {
namespace {

/// Text, or hexadecimal after "0x"; null is no bytes.
Bytes bytes_of(const json::Value& value) {
  const std::string* text = value.as_string();
  if (text == nullptr) return {};
  if (text->starts_with("0x")) return from_hex(*text).value();
  return to_bytes(as_bytes(*text));
}

/// Pairs in an array, or the members of an object.
std::vector<TrieEntry> entries_of(const json::Value& input) {
  std::vector<TrieEntry> out;
  if (const auto* pairs = input.as_array()) {
    for (const json::Value& pair : *pairs) {
      out.push_back({bytes_of((*pair.as_array())[0]), bytes_of((*pair.as_array())[1])});
    }
  } else {
    for (const auto& [key, value] : *input.as_object()) {
      out.push_back({bytes_of(json::Value{key}), bytes_of(value)});
    }
  }
  return out;
}

}  // namespace

TEST_SUITE("state/trie_fixture") {
  TEST_CASE("the public trie vectors have their roots") {
    std::size_t checked = 0;
    for (const std::string name : {"hex_encoded_securetrie_test", "trieanyorder",
                                   "trieanyorder_secureTrie", "trietest", "trietest_secureTrie"}) {
      const auto document = testkit::load_fixture("trie_tests/" + name + ".json");
      if (!document) continue;
      for (const auto& [title, test] : *document->as_object()) {
        CAPTURE(title);
        std::vector<TrieEntry> entries = entries_of(*test.find("in"));
        if (name.find("secure") != std::string::npos) {
          for (TrieEntry& it : entries) it.key = to_bytes(crypto::keccak256(it.key).view());
        }
        CHECK(to_hex0x(trie_root(entries)) == *test.find("root")->as_string());
        ++checked;
      }
    }
    MESSAGE("vectors checked: ", checked);
  }
}

}  // namespace datapact::state
