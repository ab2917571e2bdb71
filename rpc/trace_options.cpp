#include "rpc/trace_options.hpp"

#include "base/json.hpp"
#include "base/result.hpp"
#include "ledger/chain/trace/tracers.hpp"
#include "rpc/error.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace datapact::rpc {
namespace {

using json::Value;

constexpr std::string_view kTracers = "callTracer, prestateTracer, 4byteTracer and noopTracer";
/// Longer ones are capped by the limit anyway.
constexpr std::uint64_t kTimeoutDigitsMax = 9;

/// Members of one object of options; null and absent are the same.
class Options {
 public:
  Options(const Value& object, std::size_t index) : object_(object), index_(index) {}

  [[nodiscard]] const Value* find(std::string_view name) const {
    const Value* value = object_.find(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  [[nodiscard]] Result<bool, Error> flag(std::string_view name) const {
    const Value* value = find(name);
    if (value == nullptr) return false;
    const auto flag = value->as_bool();
    if (!flag) return refuse_option(name, "true or false is expected");
    return *flag;
  }
  [[nodiscard]] Result<std::uint64_t, Error> number(std::string_view name) const {
    const Value* value = find(name);
    if (value == nullptr) return std::uint64_t{0};
    const auto number = value->as_u64();
    if (!number) return refuse_option(name, "a number from 0 on is expected");
    return *number;
  }
  [[nodiscard]] Result<const std::string*, Error> text(std::string_view name) const {
    const Value* value = find(name);
    if (value == nullptr) return static_cast<const std::string*>(nullptr);
    const std::string* text = value->as_string();
    if (text == nullptr) return refuse_option(name, "a string is expected");
    return text;
  }
  [[nodiscard]] auto refuse_option(std::string_view name, std::string_view why) const
      -> decltype(fail(Error{})) {
    std::string text(name);
    text += ": ";
    text += why;
    return refuse_argument(index_, text);
  }

 private:
  const Value& object_;
  std::size_t index_;
};

Result<chain::TracerOptions, Error> struct_logs(const Options& options) {
  chain::StructLogOptions out;
  TRY(out.disable_stack, options.flag("disableStack"));
  TRY(out.disable_storage, options.flag("disableStorage"));
  TRY(out.enable_memory, options.flag("enableMemory"));
  TRY(out.enable_return_data, options.flag("enableReturnData"));
  TRY(out.limit, options.number("limit"));
  return chain::TracerOptions{out};
}

Result<chain::TracerOptions, Error> call_tracer(const Options& config) {
  chain::CallTracerOptions out;
  TRY(out.only_top_call, config.flag("onlyTopCall"));
  TRY(out.with_log, config.flag("withLog"));
  return chain::TracerOptions{out};
}

Result<chain::TracerOptions, Error> prestate_tracer(const Options& config) {
  chain::PrestateOptions out;
  TRY(out.diff_mode, config.flag("diffMode"));
  TRY(out.disable_code, config.flag("disableCode"));
  TRY(out.disable_storage, config.flag("disableStorage"));
  TRY(out.include_empty, config.flag("includeEmpty"));
  if (out.diff_mode && out.include_empty) {
    return config.refuse_option("tracerConfig", "cannot use diffMode with includeEmpty");
  }
  return chain::TracerOptions{out};
}

Result<chain::TracerOptions, Error> tracer_options(const Options& options, std::size_t index) {
  TRY(const std::string* name, options.text("tracer"));
  if (name == nullptr) return struct_logs(options);
  const Value* given = options.find("tracerConfig");
  if (given != nullptr && !given->is_object()) {
    return options.refuse_option("tracerConfig", "an object is expected");
  }
  const Value none{json::Object{}};
  const Options config(given == nullptr ? none : *given, index);
  if (*name == "callTracer") return call_tracer(config);
  if (*name == "prestateTracer") return prestate_tracer(config);
  if (*name == "4byteTracer") return chain::TracerOptions{chain::FourByteOptions{}};
  if (*name == "noopTracer") return chain::TracerOptions{chain::NoopOptions{}};
  std::string why = "\"" + name->substr(0, 40) + "\" is not built in; there are ";
  why += kTracers;
  why += ", and struct logs without a tracer (JavaScript is not run)";
  return options.refuse_option("tracer", why);
}

/// "5s", "300ms", "1m": whole numbers of one unit, of those that Go reads.
Result<std::optional<std::chrono::milliseconds>, Error> timeout_of(const Options& options) {
  using std::chrono::milliseconds;
  constexpr std::array<std::pair<std::string_view, milliseconds>, 3> kUnits{
      {{"ms", milliseconds{1}}, {"s", milliseconds{1'000}}, {"m", milliseconds{60'000}}}};
  TRY(const std::string* text, options.text("timeout"));
  if (text == nullptr) return std::optional<milliseconds>{};
  std::int64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, number);
  const bool is_number = error == std::errc{} && number > 0 &&
                         static_cast<std::uint64_t>(rest - text->data()) <= kTimeoutDigitsMax;
  for (const auto& [unit, length] : kUnits) {
    if (is_number && std::string_view(rest, end) == unit) {
      return std::optional<milliseconds>{number * length};
    }
  }
  return options.refuse_option("timeout", "a time such as \"5s\" or \"300ms\" is expected");
}

}  // namespace

Result<TraceOptions, Error> parse_trace_options(const Value& options, std::size_t index) {
  const Value none{json::Object{}};
  const Value& object = options.is_null() ? none : options;
  if (!object.is_object()) return refuse_argument(index, "an object of options is expected");
  const Options given(object, index);
  for (const std::string_view name : {"overrides", "stateOverrides", "blockOverrides", "txIndex"}) {
    if (given.find(name) != nullptr) return given.refuse_option(name, "not supported");
  }
  TraceOptions out;
  TRY(out.tracer, tracer_options(given, index));
  TRY(out.timeout, timeout_of(given));
  return out;
}

}  // namespace datapact::rpc
