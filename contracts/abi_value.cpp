#include "contracts/abi_value.hpp"

#include <cstddef>
#include <memory>
#include <utility>

namespace datapact::contracts {

AbiValue::AbiValue(AbiList list) : data_(std::make_shared<const AbiList>(std::move(list))) {}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the value, which follows a type of bounded nesting
bool operator==(const AbiValue& a, const AbiValue& b) {
  const AbiList* left = a.list();
  const AbiList* right = b.list();
  if (left == nullptr || right == nullptr) return a.data_ == b.data_;
  if (left->size() != right->size()) return false;
  // std::equal would recurse where nobody can say that it may.
  for (std::size_t i = 0; i < left->size(); ++i) {
    if (!((*left)[i] == (*right)[i])) return false;
  }
  return true;
}

}  // namespace datapact::contracts
