#include "node/head_snapshot.hpp"

#include "base/assert.hpp"
#include "base/quantity.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/store/ledger.hpp"

#include <memory>

namespace datapact::node {

HeadPtr make_head(const store::Ledger& ledger, const chain::GenesisConfig& config) {
  auto out = std::make_shared<HeadSnapshot>();
  out->head = ledger.head();
  out->view = ledger.view_at(out->head->height);
  INVARIANT(out->view != nullptr);
  out->next_validators = chain::validators_after(out->head->header, *out->view, config);
  out->next_base_fee = chain::next_base_fee(out->head->header, config);
  out->next_rules = chain::rules_at({next(out->head->height), out->head->header.timestamp_seconds},
                                    *out->view, config);
  out->time = chain::time_of(out->head->header, config.profile);
  return out;
}

}  // namespace datapact::node
