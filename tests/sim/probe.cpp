#include "tests/sim/probe.hpp"

#include <string>
#include <utility>

namespace datapact::sim {

namespace {

constexpr Address kOsakaAddress{{0x9b, 0x0b, 0xe1}};
/// EIP-2935
constexpr Address kHistoryAddress{{0x00, 0x00, 0xf9, 0x08, 0x27, 0xf1, 0xc5, 0x3a, 0x10, 0xcb,
                                   0x7a, 0x02, 0x33, 0x5b, 0x17, 0x53, 0x20, 0x00, 0x29, 0x35}};

// What the contracts consist of.
constexpr std::uint8_t kStop = 0x00;
constexpr std::uint8_t kSub = 0x03;
constexpr std::uint8_t kIsZero = 0x15;
constexpr std::uint8_t kAnd = 0x16;
constexpr std::uint8_t kClz = 0x1e;
constexpr std::uint8_t kCodeCopy = 0x39;
constexpr std::uint8_t kReturnDataSize = 0x3d;
constexpr std::uint8_t kNumber = 0x43;
constexpr std::uint8_t kPop = 0x50;
constexpr std::uint8_t kMload = 0x51;
constexpr std::uint8_t kMstore = 0x52;
constexpr std::uint8_t kMstore8 = 0x53;
constexpr std::uint8_t kPush0 = 0x5f;
constexpr std::uint8_t kPush1 = 0x60;
constexpr std::uint8_t kPush2 = 0x61;
constexpr std::uint8_t kPush20 = 0x73;
constexpr std::uint8_t kDup1 = 0x80;
constexpr std::uint8_t kLog0 = 0xa0;
constexpr std::uint8_t kReturn = 0xf3;
constexpr std::uint8_t kStaticCall = 0xfa;

/// Too little for some of the precompiles: one that fails is there, too.
constexpr std::uint16_t kGasOfCall = 700;
constexpr std::uint8_t kNumberAt = 0x40;
constexpr std::uint8_t kHashAt = 0x60;

void put(Bytes& code, std::initializer_list<std::uint8_t> bytes) { code.insert(code.end(), bytes); }
void push(Bytes& code, std::uint16_t value) {
  put(code, {kPush2, static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)});
}
void push(Bytes& code, const Address& address) {
  put(code, {kPush20});
  append(code, address.view());
}

/// Notes whether the address is more than an account without code, which never fails and never
/// returns anything.
void look_for_precompile(Bytes& code, unsigned id, std::uint8_t place) {
  // One byte of input: no precompile answers it with success and nothing.
  put(code, {kPush0, kPush0, kPush1, 1, kPush1, kNumberAt});
  push(code, static_cast<std::uint16_t>(id));
  push(code, kGasOfCall);
  put(code, {kStaticCall, kReturnDataSize, kIsZero, kAnd, kIsZero, kPush1, place, kMstore8});
}

void look_for_osaka(Bytes& code, std::uint8_t place) {
  put(code, {kPush0, kPush0, kPush0, kPush0});
  push(code, kOsakaAddress);
  push(code, kGasOfCall);
  put(code, {kStaticCall, kPush1, place, kMstore8});
}

/// Whether the parent's hash is kept.
void look_for_history(Bytes& code, std::uint8_t place) {
  put(code, {kPush1, 1, kNumber, kSub, kPush1, kNumberAt, kMstore});
  put(code, {kPush1, 32, kPush1, kHashAt, kPush1, 32, kPush1, kNumberAt});
  push(code, kHistoryAddress);
  push(code, std::uint16_t{10'000});
  put(code,
      {kStaticCall, kPop, kPush1, kHashAt, kMload, kIsZero, kIsZero, kPush1, place, kMstore8});
}

/// A creation that leaves `code`.
Bytes init_code_of(const Bytes& code) {
  Bytes out;
  push(out, static_cast<std::uint16_t>(code.size()));
  put(out, {kDup1, kPush1, 10, kPush0, kCodeCopy, kPush0, kReturn});
  INVARIANT(out.size() == 10);
  append(out, code);
  return out;
}

Bytes probe_code() {
  Bytes code;
  std::uint8_t place = 0;
  for (const auto id : kProbedPrecompiles) look_for_precompile(code, id, place++);
  look_for_osaka(code, place++);
  look_for_history(code, place++);
  put(code, {kPush1, place, kPush0, kLog0, kStop});
  return code;
}

}  // namespace

uint256 bit_of_precompile(unsigned id) { return uint256{1} << (id - 1); }

std::vector<chain::Predeploy> probe_contracts() {
  return {{"probe", kProbeAddress, init_code_of(probe_code()), {}},
          {"osaka", kOsakaAddress, init_code_of({kPush0, kClz, kStop}), {}}};
}

Bytes seen_under(const Rules& rules) {
  Bytes out;
  for (const auto id : kProbedPrecompiles) {
    out.push_back((rules.precompiles & bit_of_precompile(id)).is_zero() ? 0 : 1);
  }
  out.push_back(rules.revision >= 3 ? 1 : 0);
  out.push_back(rules.revision >= 2 ? 1 : 0);
  return out;
}

}  // namespace datapact::sim
