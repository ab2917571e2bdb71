// A revision, a precompile and its input: it ends within its gas, the same way each time; what
// fails takes all of it; and what succeeds needs exactly what it took.
#include "base/assert.hpp"
#include "vm/precompiles.hpp"

namespace datapact::vm {
namespace {

/// Bounds the time of a run, BLAKE2's million of rounds among them.
constexpr std::int64_t kGas = 300'000;

void check(Revision revision, const Address& address, ByteView input) {
  const PrecompileResult result = run_precompile(revision, address, input, kGas);
  if (result.status != Status::kSuccess) {
    INVARIANT(result.status == Status::kOutOfGas || result.status == Status::kPrecompileFailure);
    INVARIANT(result.gas_left == 0);
    INVARIANT(result.output.empty());
    return;
  }
  INVARIANT(result.gas_left >= 0);
  INVARIANT(result.gas_left <= kGas);
  const std::int64_t price = kGas - result.gas_left;
  const PrecompileResult exact = run_precompile(revision, address, input, price);
  INVARIANT(exact.status == Status::kSuccess);
  INVARIANT(exact.gas_left == 0);
  INVARIANT(exact.output == result.output);
  if (price == 0) return;
  INVARIANT(run_precompile(revision, address, input, price - 1).status == Status::kOutOfGas);
}

}  // namespace
}  // namespace datapact::vm

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  if (size < 2) return 0;
  const auto revision = static_cast<vm::Revision>(data[0] % vm::kRevisionCount);
  static const auto addresses = vm::implemented_precompiles().addresses();
  vm::check(revision, addresses[data[1] % addresses.size()], ByteView{data + 2, size - 2});
  return 0;
}
