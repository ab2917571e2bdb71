// Opcode vectors: two words and what one instruction makes of them; the file's name says which.
#include "crypto/keccak.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/state/memory_state.hpp"
#include "ledger/state/state.hpp"
#include "tests/conformance_runner/kind.hpp"
#include "tests/conformance_runner/read.hpp"
#include "vm/opcode.hpp"

#include <algorithm>
#include <cctype>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace datapact::conformance {
namespace {

constexpr Gas kGas{1'000'000};

std::string upper(std::string_view name) {
  std::string out{name};
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::toupper(c); });
  return out == "SIGNEXT" ? "SIGNEXTEND" : out;
}

/// "testcases_add" is ADD.
Parsed<std::uint8_t> opcode_of(const std::filesystem::path& path) {
  const std::string stem = path.stem().string();
  const std::string wanted = upper(std::string_view{stem}.substr(stem.find('_') + 1));
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    if (vm::instruction(static_cast<std::uint8_t>(opcode)).name == wanted) {
      return static_cast<std::uint8_t>(opcode);
    }
  }
  return fail(fmt::format("{} names no instruction", stem));
}

/// Pushes X, then Y, runs the instruction and returns its word.
Bytes program(std::uint8_t opcode, const uint256& x, const uint256& y) {
  constexpr std::uint8_t kPush0 = 0x5f;
  constexpr std::uint8_t kPush1 = 0x60;
  constexpr std::uint8_t kPush32 = 0x7f;
  constexpr std::uint8_t kMstore = 0x52;
  constexpr std::uint8_t kReturn = 0xf3;
  Bytes out{kPush32};
  append(out, to_hash256(x).view());
  out.push_back(kPush32);
  append(out, to_hash256(y).view());
  append(out, Bytes{opcode, kPush0, kMstore, kPush1, 32, kPush0, kReturn});
  return out;
}

/// What a call to the code answers; nothing when it fails.
std::optional<Bytes> answer_of(Bytes code) {
  constexpr Address kContract{std::array<std::uint8_t, 20>{0xc0}};
  state::StateDiff diff;
  const Hash256 hash = crypto::keccak256(code);
  diff.codes[hash] = std::make_shared<const Bytes>(std::move(code));
  diff.accounts[kContract].account = state::Account{Nonce{1}, Wei{}, hash};
  const state::MemoryState world{diff};
  state::State state{world};
  chain::BlockContext context;
  context.precompiles = vm::precompiles_of(context.revision);
  chain::Executor executor{std::move(context)};
  chain::CallRequest request;
  request.to = kContract;
  request.gas_limit = kGas;
  auto outcome = executor.call(state, request);
  if (!outcome || outcome->status != vm::Status::kSuccess) return std::nullopt;
  return std::move(outcome->output);
}

Parsed<Mismatches> run_case(const json::Value& test, std::uint8_t opcode) {
  TRY(const auto x, fixed<Hash256>(test, "X"));
  TRY(const auto y, fixed<Hash256>(test, "Y"));
  TRY(const auto expected, text(test, "Expected"));
  const auto answer = answer_of(program(opcode, to_uint256(x), to_uint256(y)));
  Mismatches out;
  expect_equal("result", expected, answer ? to_hex(*answer) : "a failure", out);
  return out;
}

class OpcodeKind final : public JsonKind {
 public:
  std::string_view name() const override { return "opcode"; }

 private:
  Result<void, std::string> run_document(const std::filesystem::path& path,
                                         const json::Value& document, CaseSink& sink) override {
    if (!document.is_array()) return fail(std::string{"the file is no JSON array"});
    TRY(const std::uint8_t opcode, opcode_of(path));
    std::size_t index = 0;
    for (const json::Value& test : *document.as_array()) {
      const std::string id = fmt::format("{} {}", vm::instruction(opcode).name, index++);
      if (!sink.wants(id)) continue;
      TRY(auto mismatches, run_case(test, opcode));
      sink.add(id, std::move(mismatches));
    }
    return {};
  }
};

}  // namespace

KindPtr make_opcode_kind() { return std::make_unique<OpcodeKind>(); }

}  // namespace datapact::conformance
