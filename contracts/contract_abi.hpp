#pragma once
// A contract's ABI document: functions, events and errors by name and by selector or topic. Pure.
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::contracts {

struct AbiEvent {
  AbiSignature signature;
  /// One flag an input.
  std::vector<bool> indexed;
  [[nodiscard]] Hash256 topic() const;
};

struct ContractAbi {
  std::vector<AbiType> constructor_inputs;
  std::vector<AbiSignature> functions;
  std::vector<AbiEvent> events;
  std::vector<AbiSignature> errors;

  /// The first function of that name, or null.
  [[nodiscard]] const AbiSignature* function(std::string_view name) const noexcept;
  [[nodiscard]] const AbiEvent* event(std::string_view name) const noexcept;
  [[nodiscard]] const AbiEvent* event_by_topic(const Hash256& topic) const;
};

[[nodiscard]] Result<ContractAbi, AbiError> load_contract_abi(const json::Value& abi);

/// A log's fields by name; nothing when topics or data do not fit the event.
[[nodiscard]] std::optional<json::Value> decode_event(const AbiEvent& event,
                                                      const std::vector<Hash256>& topics,
                                                      ByteView data);
/// The values of a log in the order of the event's inputs.
[[nodiscard]] std::optional<AbiList> decode_event_values(const AbiEvent& event,
                                                         const std::vector<Hash256>& topics,
                                                         ByteView data);
/// What a revert says: Error(string), Panic(uint256) or one of `errors` with its arguments; "0x…"
/// when unknown.
[[nodiscard]] std::string describe_revert(const std::vector<AbiSignature>& errors, ByteView data);

}  // namespace datapact::contracts
