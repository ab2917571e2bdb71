// Precompile vectors: input, output and gas of one precompile a file; the file's name says which.
#include "tests/conformance_runner/kind.hpp"
#include "tests/conformance_runner/read.hpp"
#include "vm/precompiles.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace datapact::conformance {
namespace {

/// Where a vector file belongs.
struct VectorFile {
  std::string_view stem;  ///< without "fail-"
  unsigned id = 0;
  vm::Revision revision = vm::Revision::kPrague;
  /// The file's gas is that of a rule set before Cancun: only outputs are compared.
  bool has_older_gas = false;
};

constexpr std::array kVectorFiles{
    VectorFile{"ecRecover", 0x01}, VectorFile{"modexp", 0x05, vm::Revision::kCancun, true},
    VectorFile{"modexp_eip2565", 0x05, vm::Revision::kCancun},
    VectorFile{"modexp_eip7883", 0x05, vm::Revision::kOsaka}, VectorFile{"bn256Add", 0x06},
    VectorFile{"bn256ScalarMul", 0x07}, VectorFile{"bn256Pairing", 0x08},
    VectorFile{"blake2F", 0x09}, VectorFile{"blake2f", 0x09}, VectorFile{"pointEvaluation", 0x0a},
    VectorFile{"blsG1Add", 0x0b},
    // EIP-2537 as final has no multiplication: it is a multi-exponentiation of one pair.
    VectorFile{"blsG1Mul", 0x0c}, VectorFile{"blsG1MultiExp", 0x0c}, VectorFile{"blsG2Add", 0x0d},
    VectorFile{"blsG2Mul", 0x0e}, VectorFile{"blsG2MultiExp", 0x0e}, VectorFile{"blsPairing", 0x0f},
    VectorFile{"blsMapG1", 0x10}, VectorFile{"blsMapG2", 0x11},
    VectorFile{"p256Verify", 0x100, vm::Revision::kOsaka}};

Parsed<VectorFile> find_file(const std::filesystem::path& path) {
  std::string stem = path.stem().string();
  if (stem.starts_with("fail-")) stem.erase(0, 5);
  const auto found = std::ranges::find(kVectorFiles, stem, &VectorFile::stem);
  if (found == kVectorFiles.end()) return fail(fmt::format("{} names no precompile", stem));
  return *found;
}

Address address_of(unsigned id) {
  Address out;
  out.raw()[18] = static_cast<std::uint8_t>(id >> 8);
  out.raw()[19] = static_cast<std::uint8_t>(id);
  return out;
}

constexpr std::int64_t kPlentyOfGas = std::int64_t{1} << 40;

vm::PrecompileResult run(const VectorFile& file, ByteView input, std::int64_t gas) {
  return vm::run_precompile(file.revision, address_of(file.id), input, gas);
}

Parsed<Mismatches> compare_success(const json::Value& test, const VectorFile& file,
                                   const Bytes& input) {
  TRY(const auto expected, text(test, "Expected"));
  TRY(const auto gas, small_number(test, "Gas"));
  const auto result = run(file, input, kPlentyOfGas);
  Mismatches out;
  expect_equal("status", to_string(vm::Status::kSuccess), to_string(result.status), out);
  expect_equal("output", expected, to_hex(result.output), out);
  if (file.has_older_gas || result.status != vm::Status::kSuccess) return out;
  expect_equal("gas", std::to_string(gas), std::to_string(kPlentyOfGas - result.gas_left), out);
  if (gas > 0) {
    const auto tight = run(file, input, static_cast<std::int64_t>(gas) - 1);
    expect_equal("status with a gas too little", to_string(vm::Status::kOutOfGas),
                 to_string(tight.status), out);
  }
  return out;
}

Mismatches compare_failure(const std::string& reason, const VectorFile& file, const Bytes& input) {
  const auto result = run(file, input, kPlentyOfGas);
  Mismatches out;
  if (result.status == vm::Status::kSuccess) {
    expect_equal("status", "a failure (" + reason + ")", to_string(result.status), out);
  }
  return out;
}

class PrecompileKind final : public JsonKind {
 public:
  std::string_view name() const override { return "precompile"; }

 private:
  Result<void, std::string> run_document(const std::filesystem::path& path,
                                         const json::Value& document, CaseSink& sink) override {
    if (!document.is_array()) return fail(std::string{"the file is no JSON array"});
    TRY(const VectorFile file, find_file(path));
    for (const json::Value& test : *document.as_array()) {
      TRY(const auto name, text(test, "Name"));
      const std::string id = fmt::format("{} {}", path.stem().string(), name);
      if (sink.wants(id, to_string(file.revision))) TRY_VOID(run_case(test, file, id, sink));
    }
    return {};
  }

  static Result<void, std::string> run_case(const json::Value& test, const VectorFile& file,
                                            const std::string& id, CaseSink& sink) {
    const Address address = address_of(file.id);
    if (!vm::implemented_precompiles().contains(address)) {
      sink.skip(id, fmt::format("this build lacks {}", vm::precompile_name(address)));
      return {};
    }
    TRY(const Bytes input, bytes(test, "Input"));
    if (test.find("ExpectedError") != nullptr) {
      TRY(const auto reason, text(test, "ExpectedError"));
      sink.add(id, compare_failure(std::string{reason}, file, input));
      return {};
    }
    TRY(auto mismatches, compare_success(test, file, input));
    sink.add(id, std::move(mismatches));
    return {};
  }
};

}  // namespace

KindPtr make_precompile_kind() { return std::make_unique<PrecompileKind>(); }

}  // namespace datapact::conformance
