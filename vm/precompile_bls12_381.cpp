#include "base/bytes.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "crypto/bls12_381.hpp"
#include "vm/precompile_functions.hpp"
#include "vm/precompile_results.hpp"
#include "vm/precompiles.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

// Prices and discounts: EIP-2537.
namespace datapact::vm::precompiles {
namespace {

namespace bls = crypto::bls12_381;

constexpr std::int64_t kG1AddCost = 375;
constexpr std::int64_t kG2AddCost = 600;
constexpr std::int64_t kPairingCost = 37'700;
constexpr std::int64_t kPairCost = 32'600;
constexpr std::int64_t kMapToG1Cost = 5'500;
constexpr std::int64_t kMapToG2Cost = 23'800;

/// In thousandths of the price of a multiplication, for 1, 2, ... pairs; the last for more.
using Discounts = std::array<std::int16_t, 128>;

struct MsmPricing {
  std::size_t pair_size;
  std::int64_t multiplication;
  Discounts discounts;
};

// clang-format off
constexpr MsmPricing kG1Pricing{.pair_size = bls::kG1Size + bls::kScalarSize, .multiplication = 12'000, .discounts = {
    1000, 949, 848, 797, 764, 750, 738, 728, 719, 712, 705, 698, 692, 687, 682, 677,
    673, 669, 665, 661, 658, 654, 651, 648, 645, 642, 640, 637, 635, 632, 630, 627,
    625, 623, 621, 619, 617, 615, 613, 611, 609, 608, 606, 604, 603, 601, 599, 598,
    596, 595, 593, 592, 591, 589, 588, 586, 585, 584, 582, 581, 580, 579, 577, 576,
    575, 574, 573, 572, 570, 569, 568, 567, 566, 565, 564, 563, 562, 561, 560, 559,
    558, 557, 556, 555, 554, 553, 552, 551, 550, 549, 548, 547, 547, 546, 545, 544,
    543, 542, 541, 540, 540, 539, 538, 537, 536, 536, 535, 534, 533, 532, 532, 531,
    530, 529, 528, 528, 527, 526, 525, 525, 524, 523, 522, 522, 521, 520, 520, 519}};
constexpr MsmPricing kG2Pricing{.pair_size = bls::kG2Size + bls::kScalarSize, .multiplication = 22'500, .discounts = {
    1000, 1000, 923, 884, 855, 832, 812, 796, 782, 770, 759, 749, 740, 732, 724, 717,
    711, 704, 699, 693, 688, 683, 679, 674, 670, 666, 663, 659, 655, 652, 649, 646,
    643, 640, 637, 634, 632, 629, 627, 624, 622, 620, 618, 615, 613, 611, 609, 607,
    606, 604, 602, 600, 598, 597, 595, 593, 592, 590, 589, 587, 586, 584, 583, 582,
    580, 579, 578, 576, 575, 574, 573, 571, 570, 569, 568, 567, 566, 565, 563, 562,
    561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 552, 551, 550, 549, 548, 547,
    546, 545, 545, 544, 543, 542, 541, 541, 540, 539, 538, 537, 537, 536, 535, 535,
    534, 533, 532, 532, 531, 530, 530, 529, 528, 528, 527, 526, 526, 525, 524, 524}};
// clang-format on

/// Input is bounded by memory, so that this stays far below 2^63.
std::int64_t cost_of(const MsmPricing& pricing, ByteView input) noexcept {
  const std::size_t count = input.size() / pricing.pair_size;
  if (count == 0) return 0;
  const std::int64_t discount = pricing.discounts[std::min(count, pricing.discounts.size()) - 1];
  return static_cast<std::int64_t>(count) * pricing.multiplication * discount / 1000;
}

template <class Encoded>
PrecompileResult finish(std::int64_t gas_left, const std::optional<Encoded>& point) {
  return point ? answer(gas_left, *point) : refuse();
}

}  // namespace

PrecompileResult bls_g1_add(ByteView input, std::int64_t gas) {
  gas -= kG1AddCost;
  if (gas < 0) return out_of_gas();
  return finish(gas, bls::g1_add(input));
}

PrecompileResult bls_g2_add(ByteView input, std::int64_t gas) {
  gas -= kG2AddCost;
  if (gas < 0) return out_of_gas();
  return finish(gas, bls::g2_add(input));
}

PrecompileResult bls_g1_msm(ByteView input, std::int64_t gas) {
  gas -= cost_of(kG1Pricing, input);
  if (gas < 0) return out_of_gas();
  return finish(gas, bls::g1_msm(input));
}

PrecompileResult bls_g2_msm(ByteView input, std::int64_t gas) {
  gas -= cost_of(kG2Pricing, input);
  if (gas < 0) return out_of_gas();
  return finish(gas, bls::g2_msm(input));
}

PrecompileResult bls_pairing(ByteView input, std::int64_t gas) {
  const std::size_t count = input.size() / (bls::kG1Size + bls::kG2Size);
  gas -= kPairingCost + kPairCost * static_cast<std::int64_t>(count);
  if (gas < 0) return out_of_gas();
  const auto is_one = bls::pairing_product_is_one(input);
  if (!is_one) return refuse();
  return answer(gas, to_hash256(uint256{*is_one ? 1U : 0U}).view());
}

PrecompileResult bls_map_to_g1(ByteView input, std::int64_t gas) {
  gas -= kMapToG1Cost;
  if (gas < 0) return out_of_gas();
  return finish(gas, bls::map_to_g1(input));
}

PrecompileResult bls_map_to_g2(ByteView input, std::int64_t gas) {
  gas -= kMapToG2Cost;
  if (gas < 0) return out_of_gas();
  return finish(gas, bls::map_to_g2(input));
}

}  // namespace datapact::vm::precompiles
