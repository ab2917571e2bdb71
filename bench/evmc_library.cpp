#include "bench/evmc_library.hpp"

#include "base/result.hpp"
#include "bench/evmc_abi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <dlfcn.h>
#include <string>
#include <string_view>

namespace datapact::bench {
namespace {

constexpr std::string_view kCreatePrefix = "evmc_create";

/// The text up to `delimiter`, which is taken off `rest` together with it.
std::string_view take_token(std::string_view& rest, char delimiter) {
  const auto end = std::min(rest.find(delimiter), rest.size());
  const std::string_view token = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return token;
}

evmc::CreateFunction find_function(void* library, const std::string& name) {
  // POSIX promises that a function's address survives the way through an object pointer.
  return reinterpret_cast<evmc::CreateFunction>(dlsym(library, name.c_str()));
}

}  // namespace

std::string evmc_create_name(std::string_view path) {
  std::string_view file = path.substr(path.rfind('/') + 1);  // npos + 1 = 0
  if (file.starts_with("lib")) file.remove_prefix(3);
  std::string name{file.substr(0, file.find('.'))};
  std::ranges::replace(name, '-', '_');
  return fmt::format("{}_{}", kCreatePrefix, name);
}

void EvmcLibrary::CloseLibrary::operator()(void* handle) const noexcept { dlclose(handle); }

Result<EvmcLibrary, std::string> EvmcLibrary::load(std::string_view config) {
  std::string_view options = config;
  const std::string path{take_token(options, ',')};
  if (path.empty()) return fail(fmt::format("'{}': the path of a library stands first", config));

  EvmcLibrary out;
  out.config_ = config;
  out.library_.reset(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (!out.library_) {
    const char* reason = dlerror();  // NOLINT(concurrency-mt-unsafe): a thread's own
    return fail(fmt::format("{}: must be a shared library that can be opened: {}", path, reason));
  }
  const std::string own_name = evmc_create_name(path);
  evmc::CreateFunction create = find_function(out.library_.get(), own_name);
  if (create == nullptr) create = find_function(out.library_.get(), std::string{kCreatePrefix});
  if (create == nullptr) {
    return fail(fmt::format("{}: must export {} or {}, as EVMC's machines do", path, own_name,
                            kCreatePrefix));
  }
  out.vm_.reset(create());
  if (!out.vm_) return fail(fmt::format("{}: its create function returned no machine", path));
  if (out.vm_->abi_version != evmc::kAbiVersion) {
    // Where another version keeps its destroy function is unknown.
    const int version = out.vm_.release()->abi_version;
    return fail(fmt::format("{}: must have EVMC's ABI version {}, but has {}", path,
                            evmc::kAbiVersion, version));
  }
  while (!options.empty()) TRY_VOID(out.set_option(take_token(options, ',')));
  return out;
}

Result<void, std::string> EvmcLibrary::set_option(std::string_view option) {
  const std::string name{take_token(option, '=')};
  const std::string value{option};
  if (vm_->set_option == nullptr) {
    return fail(fmt::format("{}: has no options, so '{}' cannot be set", config_, name));
  }
  switch (vm_->set_option(vm_.get(), name.c_str(), value.c_str())) {
    case evmc::SetOption::kSuccess:
      return {};
    case evmc::SetOption::kInvalidName:
      return fail(fmt::format("{}: has no option '{}'", config_, name));
    case evmc::SetOption::kInvalidValue:
      return fail(
          fmt::format("{}: option '{}' does not take the value '{}'", config_, name, value));
  }
  return fail(fmt::format("{}: option '{}' with the value '{}' failed", config_, name, value));
}

std::string EvmcLibrary::name() const { return fmt::format("{} {}", vm_->name, vm_->version); }

}  // namespace datapact::bench
