#pragma once
#include "base/result.hpp"

#include <set>
#include <string>
#include <string_view>

namespace datapact::conformance {

/// The cases that wait for a precompile this build lacks, by id. Lines are "precompile<TAB>id";
/// empty lines and those that begin with # say nothing. The error names the line.
class LaterList {
 public:
  [[nodiscard]] static Result<LaterList, std::string> parse(std::string_view text);
  [[nodiscard]] bool contains(const std::string& id) const { return ids_.contains(id); }

 private:
  std::set<std::string> ids_;
};

}  // namespace datapact::conformance
