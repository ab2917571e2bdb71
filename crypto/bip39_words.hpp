#pragma once
// The word lists that the build embeds (crypto/CMakeLists.txt), in their order, a line feed after
// each word.
#include <string_view>

namespace datapact::crypto::embedded {

extern const std::string_view kEnglishWords;
extern const std::string_view kSimplifiedChineseWords;

}  // namespace datapact::crypto::embedded
