#include "base/json.hpp"
#include "base/result.hpp"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace datapact::json {
namespace {

constexpr const char* kLoneSurrogate = "half of a surrogate pair";
constexpr unsigned kParseFlags = rapidjson::kParseValidateEncodingFlag |
                                 rapidjson::kParseIterativeFlag |
                                 rapidjson::kParseNumbersAsStringsFlag;

/// RapidJSON checks the text's own bytes, yet writes the escape of a lone low surrogate as three
/// bytes that are not UTF-8.
bool has_surrogate(std::string_view text) noexcept {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\xed' && static_cast<std::uint8_t>(text[i + 1]) >= 0xa0) return true;
  }
  return false;
}

template <class Number>
std::optional<Value> read_whole(std::string_view text) {
  Number out{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return Value{out};
}

/// An integer where the text is one of 64 bits, else the nearest double. RapidJSON's own exact
/// conversion counts the leading zeros of zero, which is undefined, for texts such as 0.0e-5.
std::optional<Value> read_number(std::string_view text) {
  if (auto integer = read_whole<std::int64_t>(text)) return integer;
  if (auto integer = read_whole<std::uint64_t>(text)) return integer;
  return read_whole<double>(text);
}

/// Builds a Value from RapidJSON's events; refuses depth beyond the limit and repeated names.
class Builder {
 public:
  explicit Builder(std::size_t depth_max) : depth_max_(depth_max) {}

  bool Null() { return add(Value{}); }
  bool Bool(bool value) { return add(Value{value}); }
  // The reader checks a number's grammar only; all numbers arrive at RawNumber.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    auto number = read_number({text, size});
    return number ? add(std::move(*number)) : refuse("number beyond the range of a double");
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (has_surrogate({text, size})) return refuse(kLoneSurrogate);
    return add(Value{std::string(text, size)});
  }
  bool StartObject() { return open(Value{Object{}}); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    if (has_surrogate({text, size})) return refuse(kLoneSurrogate);
    stack_.back().name.assign(text, size);
    if (!stack_.back().names.insert(stack_.back().name).second) {
      return refuse("repeated member name \"" + stack_.back().name + "\"");
    }
    return true;
  }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool StartArray() { return open(Value{Array{}}); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  [[nodiscard]] const std::string& refusal() const { return refusal_; }
  [[nodiscard]] Value take() { return std::move(root_); }

 private:
  struct Frame {
    Value container;
    std::string name;
    std::set<std::string> names;
  };
  bool refuse(std::string message) {
    refusal_ = std::move(message);
    return false;
  }
  bool open(Value container) {
    if (stack_.size() >= depth_max_) {
      return refuse("nested deeper than " + std::to_string(depth_max_) + " levels");
    }
    stack_.push_back({std::move(container), {}, {}});
    return true;
  }
  bool close() {
    Value done = std::move(stack_.back().container);
    stack_.pop_back();
    return add(std::move(done));
  }
  bool add(Value value) {
    if (stack_.empty()) {
      root_ = std::move(value);
      return true;
    }
    Frame& frame = stack_.back();
    if (auto* array = frame.container.as_array()) {
      array->push_back(std::move(value));
    } else {
      frame.container.as_object()->emplace_back(frame.name, std::move(value));
    }
    return true;
  }

  std::size_t depth_max_;
  std::vector<Frame> stack_;
  std::string refusal_;
  Value root_;
};

}  // namespace

Result<Value, Error> parse(std::string_view text, ParseLimits limits) {
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> input(stream);
  rapidjson::Reader reader;
  Builder builder(limits.depth_max);
  const auto result = reader.Parse<kParseFlags>(input, builder);
  if (result.IsError()) {
    std::string message = builder.refusal();
    if (message.empty()) message = rapidjson::GetParseError_En(result.Code());
    return fail(Error{result.Offset(), std::move(message)});
  }
  // The reader takes a zero byte for the end of its input.
  if (input.Tell() != text.size())
    return fail(Error{input.Tell(), "a zero byte after the document"});
  return builder.take();
}

}  // namespace datapact::json
