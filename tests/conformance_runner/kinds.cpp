#include "tests/conformance_runner/kind.hpp"

#include <fmt/format.h>

namespace datapact::conformance {

bool JsonKind::is_test_file(const std::filesystem::path& path) const {
  return path.extension() == ".json";
}

Result<void, std::string> JsonKind::run_file(const std::filesystem::path& path,
                                             std::string_view text, CaseSink& sink) {
  const auto document = json::parse(text, {.depth_max = 128});
  if (!document) {
    return fail(
        fmt::format("no JSON: {} at byte {}", document.error().message, document.error().offset));
  }
  return run_document(path, *document, sink);
}

std::vector<KindPtr> all_kinds() {
  std::vector<KindPtr> out;
  out.push_back(make_state_kind());
  out.push_back(make_blockchain_kind());
  out.push_back(make_transaction_kind());
  out.push_back(make_trie_kind());
  out.push_back(make_rlp_kind());
  out.push_back(make_abi_kind());
  out.push_back(make_precompile_kind());
  out.push_back(make_opcode_kind());
  out.push_back(make_keystore_kind());
  out.push_back(make_basic_kind());
  out.push_back(make_rpc_kind());
  return out;
}

}  // namespace datapact::conformance
