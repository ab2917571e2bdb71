#pragma once
// The committed artefacts as bytes of the program; generated at build time by
// contracts/embed.cmake.
#include "base/bytes.hpp"

namespace datapact::contracts::embedded {

extern const ByteView kGovernance;
extern const ByteView kSettlement;
extern const ByteView kDatasetRegistry;
extern const ByteView kFairExchange;

}  // namespace datapact::contracts::embedded
