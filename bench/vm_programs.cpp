#include "bench/vm_programs.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "tests/testkit/fixtures.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMain[] = {
    "snailtracer/benchmark", "blake2b_shifts/8415nulls", "blake2b_huff/8415nulls",
    "sha1_shifts/5311",      "sha1_divs/5311",           "structarray_alloc/nfts_rank",
    "swap_math/spent",       "weierstrudel/15",
};

Address address_of(const json::Value& object, std::string_view member) {
  return fixed_from_hex<Address>(*object.find(member)->as_string()).value_or(Address{});
}

/// Those of one file, one for each labelled input.
void append_programs(std::vector<Program>& out, const fs::path& file) {
  const auto document = json::parse(testkit::read_text(file), {.depth_max = 64});
  if (!document.ok()) return;
  for (const auto& [name, test] : *document->as_object()) {
    const json::Value& txn = *test.find("transaction");
    const Address target = address_of(txn, "to");
    const json::Value& account = *test.find("pre")->find(to_hex0x(target));
    const json::Value* labels = test.find("_info")->find("labels");
    const json::Array& inputs = *txn.find("data")->as_array();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const json::Value* label = labels->find(std::to_string(i));
      out.push_back({name + "/" + (label != nullptr ? *label->as_string() : std::to_string(i)),
                     from_hex(*account.find("code")->as_string()).value_or(Bytes{}),
                     from_hex(*inputs[i].as_string()).value_or(Bytes{}), target,
                     address_of(txn, "sender")});
    }
  }
}

}  // namespace

std::vector<Program> programs_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Program> out;
  for (const fs::path& file : files) append_programs(out, file);
  return out;
}

bool is_main(std::string_view name) { return std::ranges::find(kMain, name) != std::end(kMain); }

}  // namespace datapact::bench
