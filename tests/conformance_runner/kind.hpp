#pragma once
// The interface of a public test format. A new format is one file that defines a Kind and a line in
// ledger_kinds.cpp.
#include "base/json.hpp"
#include "base/result.hpp"
#include "tests/conformance_runner/case_sink.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::conformance {

/// Thread contract: run_file may run for several files at once.
class Kind {
 public:
  virtual ~Kind() = default;
  /// As the command line names it.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Whether a file found in a folder is run.
  [[nodiscard]] virtual bool is_test_file(const std::filesystem::path& path) const = 0;
  /// Runs the cases `sink` wants and tells it what they came to. The error says why the file is not
  /// of this format.
  [[nodiscard]] virtual Result<void, std::string> run_file(const std::filesystem::path& path,
                                                           std::string_view text,
                                                           CaseSink& sink) = 0;
};

/// A format whose files are JSON documents.
class JsonKind : public Kind {
 public:
  [[nodiscard]] bool is_test_file(const std::filesystem::path& path) const override;
  [[nodiscard]] Result<void, std::string> run_file(const std::filesystem::path& path,
                                                   std::string_view text, CaseSink& sink) final;

 private:
  [[nodiscard]] virtual Result<void, std::string> run_document(const std::filesystem::path& path,
                                                               const json::Value& document,
                                                               CaseSink& sink) = 0;
};

/// A format whose documents are objects of cases by their names.
class NamedCasesKind : public JsonKind {
 private:
  /// The error says why `test` is no case of this format.
  [[nodiscard]] virtual Result<Mismatches, std::string> run_case(const json::Value& test) = 0;
  [[nodiscard]] Result<void, std::string> run_document(const std::filesystem::path& path,
                                                       const json::Value& document,
                                                       CaseSink& sink) final;
};

using KindPtr = std::unique_ptr<Kind>;
[[nodiscard]] KindPtr make_abi_kind();
[[nodiscard]] KindPtr make_basic_kind();
[[nodiscard]] KindPtr make_blockchain_kind();
[[nodiscard]] KindPtr make_keystore_kind();
[[nodiscard]] KindPtr make_opcode_kind();
[[nodiscard]] KindPtr make_precompile_kind();
[[nodiscard]] KindPtr make_rlp_kind();
[[nodiscard]] KindPtr make_state_kind();
[[nodiscard]] KindPtr make_transaction_kind();
[[nodiscard]] KindPtr make_trie_kind();

/// Of the program that runs.
[[nodiscard]] std::vector<KindPtr> all_kinds();

}  // namespace datapact::conformance
