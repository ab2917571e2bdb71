#include "contracts/abi_value.hpp"

#include <memory>
#include <utility>

namespace datapact::contracts {

AbiValue::AbiValue(AbiList list) : data_(std::make_shared<const AbiList>(std::move(list))) {}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the value, which follows a type of bounded nesting
bool operator==(const AbiValue& a, const AbiValue& b) {
  const AbiList* list = a.list();
  if (list != nullptr && b.list() != nullptr) return *list == *b.list();
  return a.data_ == b.data_;
}

}  // namespace datapact::contracts
