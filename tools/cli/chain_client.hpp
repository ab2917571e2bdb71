#pragma once
// The node as commands use it: typed reads, contract calls and transactions with decoded reverts
// and events.
#include "base/json.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "ledger/chain/receipt.hpp"
#include "tools/cli/log_pages.hpp"
#include "tools/cli/session.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::tools {

/// A transaction that is final.
struct FinalTxn {
  TxnHash hash;
  Height height;
  Gas gas_used;
  std::optional<Address> created;
  std::vector<chain::Log> logs;
  /// The receipt as the node gave it.
  json::Value receipt;
};

struct FoundEvent {
  /// In the order of the event's inputs.
  contracts::AbiList values;
  Height height;
  TxnHash txn;
};

/// Seconds of the newest block, or of the clock when that is later: what contracts will see next.
struct HeadTime {
  Height height;
  std::uint64_t seconds = 0;
};

/// The first block that a transaction sent now can be in.
struct NextBlock {
  Height height;
  /// By the clock of the node, which consensus checks; never below the newest block's.
  std::uint64_t seconds = 0;
};

class ChainClient {
 public:
  explicit ChainClient(Session& session) : session_(session) {}

  [[nodiscard]] ChainId chain_id();
  [[nodiscard]] HeadTime head();
  [[nodiscard]] NextBlock next_block();
  [[nodiscard]] Bytes code(const Address& address);

  /// eth_call on latest; the outputs decoded. A revert is a CliError with code 5 and the decoded
  /// reason.
  [[nodiscard]] contracts::AbiList read(contracts::ContractId contract, std::string_view function,
                                        const contracts::AbiList& arguments);
  /// eth_call on latest: the bytes returned.
  [[nodiscard]] Bytes call_raw(const Address& to, const Bytes& data);
  /// Called when a transaction is signed, right before it is sent: throws when it must not be sent
  /// any more. A signer can take minutes.
  using BeforeSend = std::function<void()>;
  /// Signs with the session's account, sends and waits until final; a revert is a CliError with
  /// code 5. What the wait is for goes to stderr.
  FinalTxn transact(contracts::ContractId contract, std::string_view function,
                    const contracts::AbiList& arguments, const BeforeSend& before_send = {});
  FinalTxn send(const std::optional<Address>& to, const Bytes& data, const uint256& value);
  /// The same without waiting.
  [[nodiscard]] TxnHash submit(contracts::ContractId contract, std::string_view function,
                               const contracts::AbiList& arguments,
                               const BeforeSend& before_send = {});
  [[nodiscard]] TxnHash submit(const std::optional<Address>& to, const Bytes& data,
                               const uint256& value, const BeforeSend& before_send = {});
  [[nodiscard]] FinalTxn wait_for(const TxnHash& hash);
  /// Waits until no transaction of the session's account waits for a block at the node.
  void wait_for_pending();

  /// Events of a catalogue contract whose indexed inputs equal `topics` (nothing: any), oldest
  /// first.
  [[nodiscard]] std::vector<FoundEvent> events(contracts::ContractId contract,
                                               std::string_view event,
                                               const std::vector<std::optional<Hash256>>& topics);

 private:
  [[nodiscard]] json::Value send_raw(const Address& sender, const Bytes& raw);
  [[nodiscard]] json::Value call_guarded(const std::string& method, json::Value params);
  Session& session_;
  std::optional<ChainId> chain_id_;
  LogPages log_pages_;
};

/// The first log of that event, or a CliError: the node's answer does not fit the contract.
[[nodiscard]] contracts::AbiList event_of(const FinalTxn& txn, contracts::ContractId contract,
                                          std::string_view event);

/// Members of node answers: a missing or foreign one is a CliError that names it.
[[nodiscard]] const json::Value& member(const json::Value& object, std::string_view name);
[[nodiscard]] const json::Array& list_of(const json::Value& value, std::string_view name);
[[nodiscard]] const std::string& text_member(const json::Value& object, std::string_view name);
[[nodiscard]] std::uint64_t quantity_member(const json::Value& object, std::string_view name);
template <class Fixed>
[[nodiscard]] Fixed fixed_member(const json::Value& object, std::string_view name);
[[nodiscard]] Bytes bytes_member(const json::Value& object, std::string_view name);

}  // namespace datapact::tools
