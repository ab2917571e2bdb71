#pragma once
// Headers and blocks (Yellow Paper, section 4.3; EIP-1559, 4895, 4844, 4788, 7685). Pure.
// The block hash depends on the profile (EVM.md section 4): see chain/seal.hpp and
// chain/profile.hpp.
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/transaction.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace datapact::chain {

struct BlockHeader {
  BlockHash parent_hash;
  Hash256 ommers_hash;
  Address coinbase;
  Hash256 state_root;
  Hash256 transactions_root;
  Hash256 receipts_root;
  Bloom bloom;
  uint256 difficulty;
  Height height;
  Gas gas_limit;
  Gas gas_used;
  std::uint64_t timestamp_seconds = 0;
  Bytes extra_data;
  Hash256 mix_hash;
  FixedBytes<struct HeaderNonceTag, 8> nonce;
  uint256 base_fee_per_gas;              // EIP-1559
  Hash256 withdrawals_root;              // EIP-4895
  Gas blob_gas_used;                     // EIP-4844
  Gas excess_blob_gas;                   // EIP-4844
  Hash256 parent_beacon_block_root;      // EIP-4788
  std::optional<Hash256> requests_hash;  // EIP-7685: present from Prague on
  friend bool operator==(const BlockHeader&, const BlockHeader&) = default;
};

/// EIP-4895.
struct Withdrawal {
  std::uint64_t index = 0;
  std::uint64_t validator_index = 0;
  Address address;
  std::uint64_t amount_gwei = 0;
  friend bool operator==(const Withdrawal&, const Withdrawal&) = default;
};

struct Block {
  BlockHeader header;
  std::vector<Transaction> transactions;
  std::vector<Withdrawal> withdrawals;
};

[[nodiscard]] Bytes encode(const BlockHeader& header);
[[nodiscard]] Result<BlockHeader, rlp::Error> decode_header(ByteView encoded);
/// RLP [header, transactions, ommers (empty), withdrawals].
[[nodiscard]] Bytes encode(const Block& block);
[[nodiscard]] Result<Block, rlp::Error> decode_block(ByteView encoded);

[[nodiscard]] Hash256 transactions_root(const std::vector<Transaction>& transactions);
[[nodiscard]] Hash256 receipts_root(const std::vector<Receipt>& receipts);
[[nodiscard]] Hash256 withdrawals_root(const std::vector<Withdrawal>& withdrawals);

}  // namespace datapact::chain
