#pragma once
// The struct types of an EIP-712 document. Pure.
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "contracts/abi_type.hpp"
#include "contracts/typed_data.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::contracts {

/// "Person[2][]" of a member: an elementary type or a struct, in arrays.
struct TypedMember {
  std::string name;
  /// As the document has it.
  std::string type;
  /// Without arrays: "Person".
  std::string base;
  /// Of an elementary base.
  AbiType elementary;
  bool is_struct = false;
  /// Lengths of the arrays, the innermost first; 0 for one without a fixed length.
  std::vector<std::size_t> arrays;
};

struct TypedStruct {
  std::vector<TypedMember> members;
  /// encodeType, and its hash.
  std::string encoded;
  Hash256 hash;
};

/// By name. Every struct that a member names is there, and none contains itself.
using TypedStructs = std::map<std::string, TypedStruct, std::less<>>;

/// From the member `types` of a document.
[[nodiscard]] Result<TypedStructs, TypedDataError> read_typed_structs(const json::Value& types);

}  // namespace datapact::contracts
