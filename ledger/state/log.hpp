#pragma once
#include "base/bytes.hpp"
#include "base/types.hpp"

#include <vector>

namespace datapact::state {

/// What LOG0 to LOG4 leave behind (Yellow Paper, section 4.3.1).
struct Log {
  Address address;
  std::vector<Hash256> topics;
  Bytes data;
  friend bool operator==(const Log&, const Log&) = default;
};

}  // namespace datapact::state
