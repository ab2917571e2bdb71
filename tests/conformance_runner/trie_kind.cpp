// Trie tests: roots of sets of keys, and the keys beside a key.
#include "crypto/keccak.hpp"
#include "ledger/state/trie.hpp"
#include "ledger/state/trie_walk.hpp"
#include "tests/conformance_runner/kind.hpp"
#include "tests/conformance_runner/read.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datapact::conformance {
namespace {

/// Text, or hexadecimal after "0x"; null is no bytes.
Parsed<Bytes> bytes_of(const json::Value& value) {
  if (value.is_null()) return Bytes{};
  const std::string* text = value.as_string();
  if (text == nullptr) return fail(std::string{"a key or value is no text"});
  if (!text->starts_with("0x")) return to_bytes(as_bytes(*text));
  auto parsed = from_hex(*text);
  if (!parsed) return fail(fmt::format("{} is not hexadecimal", *text));
  return std::move(*parsed);
}

Parsed<state::TrieEntry> entry_of(const json::Value& key, const json::Value& value) {
  state::TrieEntry out;
  TRY(out.key, bytes_of(key));
  TRY(out.value, bytes_of(value));
  return out;
}

/// Pairs in an array, or the members of an object.
Parsed<std::vector<state::TrieEntry>> entries_of(const json::Value& input) {
  std::vector<state::TrieEntry> out;
  if (const auto* members = input.as_object()) {
    for (const auto& [key, value] : *members) {
      TRY(auto entry, entry_of(json::Value{key}, value));
      out.push_back(std::move(entry));
    }
    return out;
  }
  if (!input.is_array()) return fail(std::string{"member in is neither object nor array"});
  for (const json::Value& pair : *input.as_array()) {
    const auto* items = pair.as_array();
    if (items == nullptr || items->size() != 2) return fail(std::string{"in holds no pair"});
    TRY(auto entry, entry_of((*items)[0], (*items)[1]));
    out.push_back(std::move(entry));
  }
  return out;
}

Parsed<Mismatches> compare_root(const json::Value& test, bool is_secure) {
  TRY(const json::Value* in, member(test, "in"));
  TRY(const auto root, fixed<Hash256>(test, "root"));
  TRY(auto entries, entries_of(*in));
  if (is_secure) {
    for (auto& entry : entries) entry.key = to_bytes(crypto::keccak256(entry.key).view());
  }
  Mismatches out;
  expect_equal("root", root, state::trie_root(entries), out);
  return out;
}

class BuiltNodes final : public state::NodeSource {
 public:
  explicit BuiltNodes(const std::vector<state::NodeWrite>& writes) {
    for (const auto& write : writes) nodes_.emplace(write.path(), to_bytes(write.rlp));
  }
  ByteView node(const state::NodePath& path, state::Arena& arena) const override {
    const auto found = nodes_.find(path);
    return found == nodes_.end() ? ByteView{} : arena.copy(found->second);
  }

 private:
  std::map<state::NodePath, Bytes> nodes_;
};

std::string text_of(const std::optional<Bytes>& key) {
  return key ? std::string(key->begin(), key->end()) : std::string{};
}

/// "in" lists keys; each of "tests" is a key, the one before and the one after it.
Parsed<Mismatches> compare_neighbours(const json::Value& test) {
  TRY(const json::Array* keys, array(test, "in"));
  TRY(const json::Array* tests, array(test, "tests"));
  std::vector<state::TrieEntry> entries;
  for (const json::Value& key : *keys) {
    TRY(auto entry, entry_of(key, key));
    entries.push_back(std::move(entry));
  }
  const state::TrieUpdate built = state::build_trie(entries);
  const BuiltNodes nodes{built.writes};
  const state::TrieWalk walk{nodes, Hash256{}, built.root};
  Mismatches out;
  for (const json::Value& row : *tests) {
    const auto* items = row.as_array();
    if (items == nullptr || items->size() != 3) return fail(std::string{"a row of tests is no 3"});
    for (const json::Value& item : *items) {
      if (!item.is_string()) return fail(std::string{"a key of tests is no text"});
    }
    const std::string& key = *(*items)[0].as_string();
    const Bytes asked = to_bytes(as_bytes(key));
    expect_equal("before " + key, *(*items)[1].as_string(), text_of(walk.before(asked)), out);
    expect_equal("after " + key, *(*items)[2].as_string(), text_of(walk.after(asked)), out);
  }
  return out;
}

class TrieKind final : public JsonKind {
 public:
  std::string_view name() const override { return "trie"; }

 private:
  Result<void, std::string> run_document(const std::filesystem::path& path,
                                         const json::Value& document, CaseSink& sink) override {
    if (!document.is_object()) return fail(std::string{"the file is no JSON object"});
    // The format says it in the file's name alone.
    std::string file = path.filename().string();
    const bool is_secure = file.find("ecure") != std::string::npos;
    for (const auto& [name, test] : *document.as_object()) {
      const std::string id = file + " " + name;
      if (!sink.wants(id)) continue;
      TRY(auto mismatches,
          test.find("tests") != nullptr ? compare_neighbours(test) : compare_root(test, is_secure));
      sink.add(id, std::move(mismatches));
    }
    return {};
  }
};

}  // namespace

KindPtr make_trie_kind() { return std::make_unique<TrieKind>(); }

}  // namespace datapact::conformance
