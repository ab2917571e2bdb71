#include "contracts/contract_abi.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "contracts/abi_type.hpp"
#include "contracts/abi_value.hpp"
#include "crypto/keccak.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::contracts {
namespace {

std::string text_of(const json::Value& object, std::string_view name) {
  const auto* member = object.find(name);
  const auto* text = member != nullptr ? member->as_string() : nullptr;
  return text != nullptr ? *text : std::string();
}

Result<std::vector<AbiType>, AbiError> parameters(const json::Value& owner,
                                                  std::string_view member);

/// "tuple" types carry their members beside them; everything else is in the text.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the JSON, which its parser bounds
Result<AbiType, AbiError> parameter(const json::Value& item) {
  const std::string text = text_of(item, "type");
  std::string spelled = text;
  std::vector<AbiType> members;
  if (text.starts_with("tuple")) {
    TRY(members, parameters(item, "components"));
    spelled = AbiType{AbiKind::kTuple, 0, members, {}}.canonical() + text.substr(5);
  }
  auto parsed = parse_abi_type(spelled);
  if (!parsed) return fail(AbiError{parsed.error().message});
  AbiType* inner = &*parsed;
  while (inner->kind == AbiKind::kDynamicArray || inner->kind == AbiKind::kFixedArray)
    inner = inner->parts.data();
  if (!members.empty()) inner->parts = std::move(members);
  parsed->name = text_of(item, "name");
  return std::move(*parsed);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the JSON, which its parser bounds
Result<std::vector<AbiType>, AbiError> parameters(const json::Value& owner,
                                                  std::string_view member) {
  std::vector<AbiType> out;
  const auto* list = owner.find(member);
  const auto* items = list != nullptr ? list->as_array() : nullptr;
  if (items == nullptr) return out;
  for (const auto& item : *items) {
    TRY(auto type, parameter(item));
    out.push_back(std::move(type));
  }
  return out;
}

std::vector<bool> indexed_flags(const json::Value& item) {
  std::vector<bool> out;
  const auto* inputs = item.find("inputs");
  if (inputs == nullptr || inputs->as_array() == nullptr) return out;
  for (const auto& input : *inputs->as_array()) {
    const auto* flag = input.find("indexed");
    out.push_back(flag != nullptr && flag->as_bool().value_or(false));
  }
  return out;
}

std::string arguments_text(const std::vector<AbiType>& types, const AbiList& values) {
  std::string out = "(";
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i != 0) out += ", ";
    if (!types[i].name.empty()) out += types[i].name + "=";
    const auto value = to_json(types[i], values[i]);
    out += value.as_string() != nullptr ? *value.as_string() : json::to_text(value);
  }
  return out + ")";
}

}  // namespace

Hash256 AbiEvent::topic() const { return crypto::keccak256(as_bytes(signature.canonical())); }

const AbiSignature* ContractAbi::function(std::string_view name) const noexcept {
  for (const auto& candidate : functions) {
    if (candidate.name == name) return &candidate;
  }
  return nullptr;
}

const AbiEvent* ContractAbi::event(std::string_view name) const noexcept {
  for (const auto& candidate : events) {
    if (candidate.signature.name == name) return &candidate;
  }
  return nullptr;
}

const AbiEvent* ContractAbi::event_by_topic(const Hash256& topic) const {
  for (const auto& candidate : events) {
    if (candidate.topic() == topic) return &candidate;
  }
  return nullptr;
}

Result<ContractAbi, AbiError> load_contract_abi(const json::Value& abi) {
  const auto* items = abi.as_array();
  if (items == nullptr) return fail(AbiError{"an ABI document must be a JSON list"});
  ContractAbi out;
  for (const auto& item : *items) {
    const std::string kind = text_of(item, "type");
    AbiSignature signature{text_of(item, "name"), {}, {}};
    TRY(signature.inputs, parameters(item, "inputs"));
    TRY(signature.outputs, parameters(item, "outputs"));
    if (kind == "constructor") {
      out.constructor_inputs = std::move(signature.inputs);
    } else if (kind == "function") {
      out.functions.push_back(std::move(signature));
    } else if (kind == "error") {
      out.errors.push_back(std::move(signature));
    } else if (kind == "event") {
      out.events.push_back({std::move(signature), indexed_flags(item)});
    }
  }
  return out;
}

std::optional<AbiList> decode_event_values(const AbiEvent& event,
                                           const std::vector<Hash256>& topics, ByteView data) {
  std::vector<AbiType> in_data;
  std::size_t topic = 1;
  for (std::size_t i = 0; i < event.signature.inputs.size(); ++i) {
    if (!event.indexed[i]) in_data.push_back(event.signature.inputs[i]);
  }
  if (topics.size() != 1 + event.signature.inputs.size() - in_data.size() ||
      topics[0] != event.topic()) {
    return std::nullopt;
  }
  auto values = decode_abi(in_data, data);
  if (!values) return std::nullopt;
  AbiList out;
  std::size_t next = 0;
  for (const bool indexed : event.indexed) {
    out.push_back(indexed ? AbiValue{topics[topic++]} : std::move((*values)[next++]));
  }
  return out;
}

std::optional<json::Value> decode_event(const AbiEvent& event, const std::vector<Hash256>& topics,
                                        ByteView data) {
  const auto values = decode_event_values(event, topics, data);
  if (!values) return std::nullopt;
  json::Value out = json::Value::object({});
  for (std::size_t i = 0; i < values->size(); ++i) {
    const auto& type = event.signature.inputs[i];
    // An indexed dynamic value is present as its hash only.
    const bool hash_only = (*values)[i].word() != nullptr && type.is_dynamic();
    out.set(type.name.empty() ? std::to_string(i) : type.name,
            hash_only ? json::Value{to_hex0x(to_hash256(*(*values)[i].word()))}
                      : to_json(type, (*values)[i]));
  }
  return out;
}

std::string describe_revert(const std::vector<AbiSignature>& errors, ByteView data) {
  if (data.empty()) return "no reason given";
  if (data.size() < 4) return to_hex0x(data);
  const auto selector = load_be<std::uint32_t>(data.data());
  static const AbiSignature error_signature{"Error", {AbiType{AbiKind::kString, 0, {}, {}}}, {}};
  static const AbiSignature panic_signature{"Panic", {AbiType{AbiKind::kUint, 256, {}, {}}}, {}};
  if (selector == error_signature.selector()) {
    const auto values = decode_abi(error_signature.inputs, data.subspan(4));
    if (values) return std::string(as_text(*(*values)[0].bytes()));
  }
  if (selector == panic_signature.selector()) {
    const auto values = decode_abi(panic_signature.inputs, data.subspan(4));
    if (values) return "Panic(" + to_quantity(*(*values)[0].word()) + ")";
  }
  for (const auto& error : errors) {
    if (error.selector() != selector) continue;
    const auto values = decode_abi(error.inputs, data.subspan(4));
    if (values) return error.name + arguments_text(error.inputs, *values);
  }
  return to_hex0x(data);
}

}  // namespace datapact::contracts
