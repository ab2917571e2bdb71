#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"
#include "contracts/abi_type.hpp"
#include "contracts/abi_value.hpp"

#include <tl/expected.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::contracts {
namespace {

constexpr std::size_t kWord = 32;

std::size_t padded(std::size_t size) noexcept { return (size + kWord - 1) / kWord * kWord; }

void append_word(Bytes& out, const uint256& word) {
  std::uint8_t buffer[kWord];
  word.store_be(buffer);
  append(out, buffer);
}

void append_padded(Bytes& out, ByteView bytes) {
  append(out, bytes);
  out.resize(out.size() + padded(bytes.size()) - bytes.size());
}

void encode_sequence(Bytes& out, const std::vector<const AbiType*>& types, const AbiList& values);

std::vector<const AbiType*> pointers(const std::vector<AbiType>& types) {
  std::vector<const AbiType*> out;
  out.reserve(types.size());
  for (const auto& type : types) out.push_back(&type);
  return out;
}

std::vector<const AbiType*> element_types(const AbiType& type, std::size_t count) {
  if (type.kind != AbiKind::kTuple) return std::vector<const AbiType*>(count, &type.parts[0]);
  return pointers(type.parts);
}

// NOLINTBEGIN(misc-no-recursion): follows the type, whose nesting the parser bounds
void encode_one(Bytes& out, const AbiType& type, const AbiValue& value) {
  if (const auto* list = value.list()) {
    if (type.kind == AbiKind::kDynamicArray) append_word(out, uint256{list->size()});
    encode_sequence(out, element_types(type, list->size()), *list);
  } else if (const auto* bytes = value.bytes()) {
    append_word(out, uint256{bytes->size()});
    append_padded(out, *bytes);
  } else {
    append_word(out, *value.word());
  }
}

void encode_sequence(Bytes& out, const std::vector<const AbiType*>& types, const AbiList& values) {
  PRECONDITION(types.size() == values.size());
  std::size_t head = 0;
  for (const auto* type : types) head += type->head_size();
  Bytes tail;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (types[i]->is_dynamic()) {
      append_word(out, uint256{head + tail.size()});
      encode_one(tail, *types[i], values[i]);
    } else {
      encode_one(out, *types[i], values[i]);
    }
  }
  append(out, tail);
}
// NOLINTEND(misc-no-recursion)

/// Every list decoded costs at least a word of data per element, so the work is bounded by the
/// input; offsets may point at the same bytes again, therefore a budget of elements bounds that
/// too.
class AbiDecoder {
 public:
  explicit AbiDecoder(ByteView data) : budget_(data.size() / kWord * 4 + 64) {}

  // NOLINTBEGIN(misc-no-recursion): follows the type, whose nesting the parser bounds
  Result<AbiList, AbiError> sequence(const std::vector<const AbiType*>& types, ByteView data) {
    AbiList out;
    std::size_t at = 0;
    for (const auto* type : types) {
      if (budget_ == 0) return error("more elements than the data can hold");
      --budget_;
      if (type->is_dynamic()) {
        TRY(const auto offset, length_at(data, at));
        if (offset > data.size()) return error("offset beyond the end");
        TRY(auto value, dynamic(*type, data.subspan(offset)));
        out.push_back(std::move(value));
      } else {
        if (data.size() < at + type->head_size()) return error("data is truncated");
        TRY(auto value, fixed(*type, data.subspan(at)));
        out.push_back(std::move(value));
      }
      at += type->head_size();
    }
    return out;
  }

 private:
  static tl::unexpected<AbiError> error(std::string_view what) {
    return fail(AbiError{"ABI data: " + std::string(what)});
  }

  static Result<std::size_t, AbiError> length_at(ByteView data, std::size_t at) {
    if (data.size() < at + kWord) return error("data is truncated");
    const uint256 word = uint256::load_be(data.data() + at);
    if (word > uint256{0xffffffff}) return error("length or offset above 2^32");
    return static_cast<std::size_t>(word.low_u64());
  }

  Result<AbiValue, AbiError> fixed(const AbiType& type, ByteView data) {
    if (type.kind == AbiKind::kTuple || type.kind == AbiKind::kFixedArray) {
      TRY(auto list, sequence(element_types(type, type.size), data));
      return AbiValue{std::move(list)};
    }
    const uint256 word = uint256::load_be(data.data());
    if (!in_range(type, word)) return error("value out of range for " + type.canonical());
    return AbiValue{word};
  }

  Result<AbiValue, AbiError> dynamic(const AbiType& type, ByteView data) {
    if (type.kind == AbiKind::kTuple || type.kind == AbiKind::kFixedArray) {
      TRY(auto list, sequence(element_types(type, type.size), data));
      return AbiValue{std::move(list)};
    }
    TRY(const auto count, length_at(data, 0));
    const ByteView rest = data.subspan(kWord);
    if (type.kind == AbiKind::kDynamicArray) {
      if (count > rest.size() / kWord) return error("array longer than the data");
      TRY(auto list, sequence(element_types(type, count), rest));
      return AbiValue{std::move(list)};
    }
    if (rest.size() < padded(count)) return error("bytes longer than the data");
    const auto padding = rest.subspan(count, padded(count) - count);
    if (!std::ranges::all_of(padding, [](std::uint8_t byte) { return byte == 0; })) {
      return error("padding is not zero");
    }
    return AbiValue{to_bytes(rest.first(count))};
  }
  // NOLINTEND(misc-no-recursion)

  static bool in_range(const AbiType& type, const uint256& word) {
    const auto size = static_cast<unsigned>(type.size);
    switch (type.kind) {
      case AbiKind::kUint:
        return size == 256 || (word >> size).is_zero();
      case AbiKind::kInt: {
        const uint256 sign = word >> (size - 1);
        return size == 256 || sign.is_zero() || sign == (uint256::max() >> (size - 1));
      }
      case AbiKind::kAddress:
        return (word >> 160).is_zero();
      case AbiKind::kBool:
        return word <= uint256{1};
      case AbiKind::kFixedBytes:
        return (word << (8 * size)).is_zero();
      case AbiKind::kBytes:
      case AbiKind::kString:
      case AbiKind::kDynamicArray:
      case AbiKind::kFixedArray:
      case AbiKind::kTuple:
        return true;
    }
    return true;
  }

  std::size_t budget_;
};

}  // namespace

Bytes encode_abi(const std::vector<AbiType>& types, const AbiList& values) {
  Bytes out;
  encode_sequence(out, pointers(types), values);
  return out;
}

Result<AbiList, AbiError> decode_abi(const std::vector<AbiType>& types, ByteView data) {
  return AbiDecoder(data).sequence(pointers(types), data);
}

Bytes encode_call(const AbiSignature& function, const AbiList& arguments) {
  Bytes out;
  append_be(out, function.selector());
  append(out, encode_abi(function.inputs, arguments));
  return out;
}

}  // namespace datapact::contracts
