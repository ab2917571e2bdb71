#pragma once
// Virtual machines out of shared libraries that speak EVMC's C interface (bench/evmc_abi.hpp).
#include "base/result.hpp"
#include "bench/evmc_abi.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace datapact::bench {

/// The name of a library's create function, as EVMC's loader derives it: "evmc_create_" and the
/// file's name without "lib" in front and from the first dot on, '-' replaced by '_'.
[[nodiscard]] std::string evmc_create_name(std::string_view path);

/// One machine and the library it came from. Not thread-safe.
class EvmcLibrary {
 public:
  /// `config` is PATH[,OPTION[=VALUE]]..., as EVMC's loader has it. A path without a slash is
  /// searched for as dlopen(3) does. The error is a sentence that names the file and the rule.
  [[nodiscard]] static Result<EvmcLibrary, std::string> load(std::string_view config);

  [[nodiscard]] evmc::Vm& vm() const noexcept { return *vm_; }
  /// "evmone 0.15.0"
  [[nodiscard]] std::string name() const;
  [[nodiscard]] const std::string& config() const noexcept { return config_; }

 private:
  struct CloseLibrary {
    void operator()(void* handle) const noexcept;
  };
  struct DestroyVm {
    void operator()(evmc::Vm* vm) const noexcept { vm->destroy(vm); }
  };

  EvmcLibrary() = default;
  [[nodiscard]] Result<void, std::string> set_option(std::string_view option);

  std::string config_;
  // Declared in this order, so that the machine goes before its code does.
  std::unique_ptr<void, CloseLibrary> library_;
  std::unique_ptr<evmc::Vm, DestroyVm> vm_;
};

}  // namespace datapact::bench
