#pragma once
#include <string_view>

namespace datapact::node {

/// web3_clientVersion.
inline constexpr std::string_view kClientVersion = "datapact/v0.1.0/linux-x64";

}  // namespace datapact::node
