#include "tools/commands/trace_view.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "contracts/abi_type.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "contracts/contract_abi.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

using contracts::AbiSignature;

constexpr std::size_t kSelector = 4;
/// A value in a cell: a hash fits, a file does not.
constexpr std::size_t kCellMax = 70;
/// Items of a stack that are shown, the top first.
constexpr std::size_t kStackShown = 4;

const contracts::Contract* known(const Address& address) {
  const auto id = contracts::find_contract(address);
  return id ? &contracts::contract(*id) : nullptr;
}

std::string name_of(const Address& address) {
  const auto id = contracts::find_contract(address);
  return id ? std::string(to_string(*id)) : to_hex0x(address);
}

std::string shortened(const Output& out, std::string text) {
  if (text.size() <= kCellMax) return text;
  const bool is_hex = text.starts_with("0x");
  const std::size_t bytes = is_hex ? (text.size() - 2) / 2 : text.size();
  return out.word(fmt::format("{}… ({} bytes)", text.substr(0, 18), bytes));
}

std::string text_of_value(const Output& out, const contracts::AbiType& type,
                          const contracts::AbiValue& value) {
  const auto document = contracts::to_json(type, value);
  const auto* word = document.as_string();
  return shortened(out, word != nullptr ? *word : json::to_text(document));
}

/// "name: value, …", or nothing when the data does not fit the types.
std::optional<std::string> decoded(const Output& out, const std::vector<contracts::AbiType>& types,
                                   ByteView data) {
  const auto values = contracts::decode_abi(types, data);
  if (!values) return std::nullopt;
  std::string list;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i != 0) list += ", ";
    if (!types[i].name.empty()) list += types[i].name + ": ";
    list += text_of_value(out, types[i], (*values)[i]);
  }
  return list;
}

const AbiSignature* function_of(const contracts::Contract* contract, ByteView input) {
  if (contract == nullptr || input.size() < kSelector) return nullptr;
  const auto found = std::ranges::find_if(contract->abi.functions, [&](const auto& function) {
    const std::uint32_t selector = function.selector();
    return input[0] == static_cast<std::uint8_t>(selector >> 24U) &&
           input[1] == static_cast<std::uint8_t>(selector >> 16U) &&
           input[2] == static_cast<std::uint8_t>(selector >> 8U) &&
           input[3] == static_cast<std::uint8_t>(selector);
  });
  return found == contract->abi.functions.end() ? nullptr : &*found;
}

bool is_creation(std::string_view kind) { return kind.starts_with("CREATE"); }

Bytes bytes_or_none(const json::Value& object, std::string_view name) {
  return object.find(name) == nullptr ? Bytes{} : bytes_member(object, name);
}

std::string what_of(const Output& out, std::string_view kind, const AbiSignature* function,
                    ByteView input) {
  if (is_creation(kind)) return out.word(fmt::format("{} bytes of init code", input.size()));
  if (function != nullptr) {
    if (const auto arguments = decoded(out, function->inputs, input.subspan(kSelector))) {
      return function->name + "(" + *arguments + ")";
    }
  }
  return input.empty() ? std::string{} : shortened(out, to_hex0x(input));
}

/// What a frame's target is to the catalogue; both null where it is unknown.
struct Callee {
  const contracts::Contract* contract = nullptr;
  const AbiSignature* function = nullptr;
};

std::string result_of(const Output& out, const json::Value& frame, std::string_view kind,
                      const Callee& callee) {
  const Bytes output = bytes_or_none(frame, "output");
  if (frame.find("error") != nullptr) {
    std::string error = text_member(frame, "error");
    if (output.empty()) return error;
    static const std::vector<AbiSignature> none;
    const auto& errors = callee.contract == nullptr ? none : callee.contract->abi.errors;
    return error + ": " + shortened(out, contracts::describe_revert(errors, output));
  }
  if (is_creation(kind)) {
    return out.word(fmt::format("{} bytes of code", output.size()));
  }
  if (callee.function != nullptr) {
    if (auto values = decoded(out, callee.function->outputs, output)) return *values;
  }
  return output.empty() ? std::string{} : shortened(out, to_hex0x(output));
}

/// The event's name and fields, or topics and data as they are.
std::string event_text(const Output& out, const json::Value& log,
                       const contracts::Contract* contract) {
  std::vector<Hash256> topics;
  for (const json::Value& topic : list_of(member(log, "topics"), "topics")) {
    const auto* name = topic.as_string();
    const auto hash = name == nullptr ? std::nullopt : fixed_from_hex<Hash256>(*name);
    topics.push_back(hash.value_or(Hash256{}));
  }
  const Bytes data = bytes_member(log, "data");
  if (contract != nullptr && !topics.empty()) {
    const auto* event = contract->abi.event_by_topic(topics[0]);
    const auto fields = event == nullptr ? std::nullopt : decode_event(*event, topics, data);
    if (fields) return event->signature.name + " " + json::to_text(*fields);
  }
  std::string text;
  for (const Hash256& topic : topics) text += to_hex0x(topic) + " ";
  return text + shortened(out, to_hex0x(data));
}

class TreeWriter {
 public:
  explicit TreeWriter(const Output& out) : out_(out), is_plain_(out.format == Format::kPlain) {
    table_.headings = {"call", "contract", "function", "value", "gas", "result"};
    if (is_plain_) table_.headings.insert(table_.headings.begin(), "depth");
  }

  // NOLINTNEXTLINE(misc-no-recursion): the document was parsed within a bound of its depth
  void frame(const json::Value& frame, std::size_t depth) {
    const std::string& kind = text_member(frame, "type");
    const bool has_target = frame.find("to") != nullptr;
    const Address target = has_target ? fixed_member<Address>(frame, "to") : Address{};
    const auto* contract = has_target ? known(target) : nullptr;
    const Bytes input = bytes_member(frame, "input");
    const auto* function = function_of(contract, input);
    add(depth, kind,
        {has_target ? name_of(target) : "", what_of(out_, kind, function, input), value_of(frame),
         std::to_string(quantity_member(frame, "gasUsed")),
         result_of(out_, frame, kind, {contract, function})});
    below(frame, depth + 1);
  }

  [[nodiscard]] Table take() { return std::move(table_); }

 private:
  /// Calls and logs in the order in which they happened.
  // NOLINTNEXTLINE(misc-no-recursion): the document was parsed within a bound of its depth
  void below(const json::Value& parent, std::size_t depth) {
    static const json::Array none;
    const json::Value* calls = parent.find("calls");
    const json::Value* logs = parent.find("logs");
    const json::Array& frames = calls == nullptr ? none : list_of(*calls, "calls");
    const json::Array& events = logs == nullptr ? none : list_of(*logs, "logs");
    std::size_t written = 0;
    for (std::size_t i = 0; i <= frames.size(); ++i) {
      while (written < events.size() && quantity_member(events[written], "position") <= i) {
        log(events[written++], depth);
      }
      if (i < frames.size()) frame(frames[i], depth);
    }
  }

  void log(const json::Value& log, std::size_t depth) {
    const auto address = fixed_member<Address>(log, "address");
    add(depth, "LOG", {name_of(address), event_text(out_, log, known(address)), "", "", ""});
  }

  static std::string value_of(const json::Value& frame) {
    if (frame.find("value") == nullptr) return {};
    const auto value = u256_from_quantity(text_member(frame, "value"));
    return !value || value->is_zero() ? std::string{} : to_decimal(*value) + " wei";
  }

  void add(std::size_t depth, const std::string& kind, std::vector<std::string> cells) {
    if (is_plain_) {
      cells.insert(cells.begin(), {std::to_string(depth), kind});
    } else {
      cells.insert(cells.begin(), std::string(2 * depth, ' ') + kind);
    }
    table_.rows.push_back(std::move(cells));
  }

  const Output& out_;
  bool is_plain_;
  Table table_;
};

std::string number_text(const json::Value& record, std::string_view name) {
  const auto number = member(record, name).as_u64();
  return number ? std::to_string(*number) : json::to_text(member(record, name));
}

std::string stack_text(const json::Value& record) {
  const json::Value* stack = record.find("stack");
  if (stack == nullptr) return {};
  const json::Array& words = list_of(*stack, "stack");
  std::string out;
  for (std::size_t i = 0; i < std::min(words.size(), kStackShown); ++i) {
    const auto* word = words[words.size() - 1 - i].as_string();
    if (word != nullptr) out += (out.empty() ? "" : " ") + *word;
  }
  if (words.size() > kStackShown) out += fmt::format(" … {}", words.size());
  return out;
}

/// The members of an account as label and text, storage by slot.
std::map<std::string, std::string> members_of(const Output& out, const json::Value* account) {
  std::map<std::string, std::string> members;
  if (account == nullptr || account->as_object() == nullptr) return members;
  for (const auto& [name, value] : *account->as_object()) {
    if (name == "codeHash") continue;
    if (name == "storage" && value.is_object()) {
      for (const auto& [slot, word] : *value.as_object()) {
        members["slot " + slot] = word.as_string() != nullptr ? *word.as_string() : "";
      }
      continue;
    }
    const auto* text = value.as_string();
    const auto wei =
        text != nullptr && name == "balance" ? u256_from_quantity(*text) : std::nullopt;
    members[name] = wei               ? to_decimal(*wei) + " wei"
                    : text != nullptr ? shortened(out, *text)
                                      : json::to_text(value);
  }
  return members;
}

}  // namespace

Table call_table(const json::Value& tree, const Output& out) {
  TreeWriter writer(out);
  writer.frame(tree, 0);
  return writer.take();
}

Table step_table(const json::Value& trace) {
  Table out{{"depth", "pc", "instruction", "gas", "cost", "stack, top first", "error"}, {}};
  for (const json::Value& record : list_of(member(trace, "structLogs"), "structLogs")) {
    out.rows.push_back({number_text(record, "depth"), number_text(record, "pc"),
                        text_member(record, "op"), number_text(record, "gas"),
                        number_text(record, "gasCost"), stack_text(record),
                        record.find("error") == nullptr ? "" : text_member(record, "error")});
  }
  return out;
}

Table state_table(const json::Value& difference, const Output& out) {
  Table table{{"account", "member", "before", "after"}, {}};
  const json::Value& pre = member(difference, "pre");
  const json::Value& post = member(difference, "post");
  std::set<std::string> accounts;
  for (const json::Value* side : {&pre, &post}) {
    if (side->as_object() == nullptr) continue;
    for (const auto& [account, members] : *side->as_object()) accounts.insert(account);
  }
  for (const std::string& account : accounts) {
    const auto before = members_of(out, pre.find(account));
    const auto after = members_of(out, post.find(account));
    const auto address = fixed_from_hex<Address>(account);
    const std::string name = address ? name_of(*address) : account;
    // What is not in `post` did not change, unless the account is gone.
    const auto& changed = post.find(account) == nullptr ? before : after;
    std::set<std::string> members;
    for (const auto& [member, value] : changed) members.insert(member);
    for (const auto& [member, value] : before) {
      if (member.starts_with("slot ")) members.insert(member);
    }
    for (const std::string& member : members) {
      const auto old_value = before.find(member);
      const auto new_value = after.find(member);
      table.rows.push_back({name, out.word(member),
                            old_value == before.end() ? "" : old_value->second,
                            new_value == after.end() ? "" : new_value->second});
    }
  }
  return table;
}

}  // namespace datapact::tools
