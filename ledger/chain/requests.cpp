#include "ledger/chain/requests.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "crypto/sha256.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/state/state.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace datapact::chain {
namespace {

constexpr Address kWithdrawalRequests{
    std::array<std::uint8_t, 20>{0x00, 0x00, 0x09, 0x61, 0xef, 0x48, 0x0e, 0xb5, 0x5e, 0x80,
                                 0xd1, 0x9a, 0xd8, 0x35, 0x79, 0xa6, 0x4c, 0x00, 0x70, 0x02}};
constexpr Address kConsolidationRequests{
    std::array<std::uint8_t, 20>{0x00, 0x00, 0xbb, 0xdd, 0xc7, 0xce, 0x48, 0x86, 0x42, 0xfb,
                                 0x57, 0x9f, 0x8b, 0x00, 0xf3, 0xa5, 0x90, 0x00, 0x72, 0x51}};
/// keccak256("DepositEvent(bytes,bytes,bytes,bytes,bytes)").
constexpr Hash256 kDepositTopic{
    std::array<std::uint8_t, 32>{0x64, 0x9b, 0xbc, 0x62, 0xd0, 0xe3, 0x13, 0x42, 0xaf, 0xea, 0x4e,
                                 0x5c, 0xd8, 0x2d, 0x40, 0x49, 0xe7, 0xe1, 0xee, 0x91, 0x2f, 0xc0,
                                 0x88, 0x9a, 0xa7, 0x90, 0x80, 0x3b, 0xe3, 0x90, 0x38, 0xc5}};

/// One of the five byte strings of the event's ABI encoding.
struct DepositField {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};
constexpr std::array<DepositField, 5> kDepositFields{
    DepositField{160, 48}, {256, 32}, {320, 8}, {384, 96}, {512, 8}};
constexpr std::size_t kDepositLogBytes = 576;
constexpr std::size_t kWord = 32;

bool append_deposit(Bytes& out, ByteView data) {
  if (data.size() != kDepositLogBytes) return false;
  for (std::size_t i = 0; i < kDepositFields.size(); ++i) {
    const auto [offset, length] = kDepositFields[i];
    if (uint256::load_be(data.data() + i * kWord) != uint256{offset}) return false;
    if (uint256::load_be(data.data() + offset) != uint256{length}) return false;
    append(out, data.subspan(offset + kWord, length));
  }
  return true;
}

}  // namespace

std::optional<Bytes> deposit_requests(const std::vector<Receipt>& receipts,
                                      const Address& deposit_contract) {
  Bytes out;
  for (const Receipt& receipt : receipts) {
    for (const Log& log : receipt.logs) {
      const bool is_deposit =
          log.address == deposit_contract && !log.topics.empty() && log.topics[0] == kDepositTopic;
      if (is_deposit && !append_deposit(out, log.data)) return std::nullopt;
    }
  }
  return out;
}

std::optional<Hash256> collect_requests_hash(Executor& executor, state::State& state,
                                             const std::vector<Receipt>& receipts,
                                             const Address& deposit_contract) {
  const auto deposits = deposit_requests(receipts, deposit_contract);
  if (!deposits) return std::nullopt;
  const auto withdrawals = executor.system_call(state, kWithdrawalRequests, {});
  if (!withdrawals) return std::nullopt;
  const auto consolidations = executor.system_call(state, kConsolidationRequests, {});
  if (!consolidations) return std::nullopt;
  Bytes digests;
  std::uint8_t type = 0;
  for (const Bytes* request : {&*deposits, &*withdrawals, &*consolidations}) {
    if (!request->empty()) {
      append(digests, crypto::sha256(concat({ByteView{&type, 1}, *request})).view());
    }
    ++type;
  }
  return crypto::sha256(digests);
}

}  // namespace datapact::chain
