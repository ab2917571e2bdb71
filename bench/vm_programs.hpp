#pragma once
// The programs of the public evm_benchmarks folder.
#include "base/bytes.hpp"
#include "base/types.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::bench {

struct Program {
  std::string name;
  Bytes code;
  Bytes input;
  Address target;
  Address sender;
};

/// Every program of the folder with every input, by file name; files that are no JSON are left out.
[[nodiscard]] std::vector<Program> programs_in(const std::filesystem::path& folder);

/// Of each main program the input that stands for it.
[[nodiscard]] bool is_main(std::string_view name);

}  // namespace datapact::bench
