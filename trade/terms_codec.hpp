#pragma once
// The fixed-width binary forms of header and terms (docs/formats/fair-exchange.md). Pure.
#include "trade/terms.hpp"

#include <optional>

namespace datapact::trade {

/// The header's 15 ABI words.
[[nodiscard]] Bytes encode_header(const DealHeader& header);
/// Nothing unless it is exactly what encode_header writes for some header.
[[nodiscard]] std::optional<DealHeader> decode_header(ByteView bytes);
/// Preimages of H(judged) and H(rest).
[[nodiscard]] Bytes encode_judged(const JudgedTerms& judged);
[[nodiscard]] std::optional<JudgedTerms> decode_judged(ByteView bytes);
[[nodiscard]] Bytes encode_rest(const RestTerms& rest);
[[nodiscard]] std::optional<RestTerms> decode_rest(ByteView bytes);

}  // namespace datapact::trade
