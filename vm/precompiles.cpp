#include "vm/precompiles.hpp"

#include "base/assert.hpp"
#include "vm/precompile_functions.hpp"

#include <array>

namespace datapact::vm {
namespace {

constexpr PrecompileSet kCancunSet = PrecompileSet::range(0x01, 0x0a);
constexpr PrecompileSet kPragueSet = PrecompileSet::range(0x01, 0x11);

struct Entry {
  unsigned id;
  std::string_view name;
  /// Null when this build lacks it.
  PrecompileResult (*run)(ByteView input, std::int64_t gas);
};

constexpr std::array kEntries = {
    Entry{0x01, "0x01 (ecrecover)", precompiles::ecrecover},
    Entry{0x02, "0x02 (sha256)", precompiles::sha256},
    Entry{0x03, "0x03 (ripemd160)", precompiles::ripemd160},
    Entry{0x04, "0x04 (identity)", precompiles::identity},
    Entry{0x05, "0x05 (modexp)", precompiles::modexp},
    Entry{0x06, "0x06 (bn254 add)", precompiles::bn254_add},
    Entry{0x07, "0x07 (bn254 mul)", precompiles::bn254_mul},
    Entry{0x08, "0x08 (bn254 pairing)", nullptr},
    Entry{0x09, "0x09 (blake2f)", precompiles::blake2f},
    Entry{0x0a, "0x0a (KZG point evaluation)", nullptr},
    Entry{0x0b, "0x0b (BLS12-381 G1 add)", nullptr},
    Entry{0x0c, "0x0c (BLS12-381 G1 MSM)", nullptr},
    Entry{0x0d, "0x0d (BLS12-381 G2 add)", nullptr},
    Entry{0x0e, "0x0e (BLS12-381 G2 MSM)", nullptr},
    Entry{0x0f, "0x0f (BLS12-381 pairing)", nullptr},
    Entry{0x10, "0x10 (BLS12-381 map to G1)", nullptr},
    Entry{0x11, "0x11 (BLS12-381 map to G2)", nullptr},
    Entry{0x100, "0x100 (P-256 verify)", nullptr},
};

constexpr const Entry* entry_of(unsigned id) noexcept {
  for (const Entry& entry : kEntries) {
    if (entry.id == id) return &entry;
  }
  return nullptr;
}

constexpr PrecompileSet make_implemented() noexcept {
  PrecompileSet out;
  for (const Entry& entry : kEntries) {
    if (entry.run != nullptr) out.insert(entry.id);
  }
  return out;
}

}  // namespace

std::vector<Address> PrecompileSet::addresses() const {
  std::vector<Address> out;
  for (unsigned id = 1; id <= kPrecompileIdMax; ++id) {
    if (contains(id)) out.push_back(to_address(uint256{id}));
  }
  return out;
}

PrecompileSet implemented_precompiles() noexcept { return make_implemented(); }

PrecompileSet precompiles_of(Revision revision) noexcept {
  switch (revision) {
    case Revision::kCancun:
      return kCancunSet;
    case Revision::kPrague:
      return kPragueSet;
  }
  return {};
}

std::string_view precompile_name(const Address& address) noexcept {
  const Entry* entry = entry_of(PrecompileSet::id_of(address));
  return entry == nullptr ? std::string_view{} : entry->name;
}

PrecompileResult run_precompile([[maybe_unused]] Revision revision, const Address& address,
                                ByteView input, std::int64_t gas) {
  const Entry* entry = entry_of(PrecompileSet::id_of(address));
  PRECONDITION(entry != nullptr);
  PRECONDITION(entry->run != nullptr);
  PRECONDITION(gas >= 0);
  return entry->run(input, gas);
}

}  // namespace datapact::vm
