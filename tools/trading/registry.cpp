#include "tools/trading/registry.hpp"

#include "base/assert.hpp"
#include "base/hex.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"
#include "trade/lot.hpp"
#include "trade/merkle.hpp"
#include "trade/terms.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace datapact::tools {

using contracts::AbiList;
using contracts::ContractId;

const AbiList& list_at(const AbiList& list, std::size_t index) {
  PRECONDITION(index < list.size());
  PRECONDITION(list[index].list() != nullptr);
  return *list[index].list();
}

uint256 word_at(const AbiList& list, std::size_t index) {
  PRECONDITION(index < list.size());
  PRECONDITION(list[index].word() != nullptr);
  return *list[index].word();
}

RegisteredVersion read_version(ChainClient& chain, const Hash256& version) {
  const auto found = chain.events(ContractId::kDatasetRegistry, "VersionPublished",
                                  {std::nullopt, std::nullopt, version});
  if (found.empty()) {
    fail_not_found("no version " + to_hex0x(version) + " is registered",
                   "datapact data list --chain");
  }
  const auto version_answer = chain.read(ContractId::kDatasetRegistry, "versionOf", {version});
  const AbiList& v = list_at(version_answer, 0);
  RegisteredVersion out;
  out.dataset = u64_at(v, 0);
  out.number = static_cast<std::uint32_t>(u64_at(v, 1));
  out.attested = !word_at(v, 4).is_zero();
  out.revoked = !word_at(v, 5).is_zero();
  out.root = to_hash256(word_at(v, 6));
  out.file_digest = to_hash256(word_at(v, 7));
  out.height = found[0].height;
  out.provider = to_address(
      word_at(list_at(chain.read(ContractId::kDatasetRegistry, "datasetOf", {out.dataset}), 0), 0));
  out.query_code = u64_at(chain.read(ContractId::kDatasetRegistry, "queryCode", {out.dataset}), 0);

  std::vector<Hash256> leaves;
  const AbiList& lots = list_at(found[0].values, 5);
  for (std::size_t i = 0; i < lots.size(); ++i) {
    const AbiList& lot = list_at(lots, i);
    const trade::LotRoot root{
        to_hash256(word_at(lot, 0)),
        {u64_at(lot, 1), static_cast<std::uint32_t>(u64_at(lot, 2)), u64_at(lot, 3)}};
    leaves.push_back(trade::lot_leaf(static_cast<std::uint32_t>(i), root.root_x, root.shape));
    out.lots.push_back(root);
  }
  if (leaves.empty() || trade::merkle_root(leaves) != out.root) {
    fail_verification("lots", "the lots the node reports for version " + to_hex0x(version) +
                                  " do not hash to the registered root");
  }
  return out;
}

}  // namespace datapact::tools
