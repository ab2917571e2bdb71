#include "trade/evidence.hpp"

#include "base/hex.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/state/proof.hpp"
#include "ledger/state/trie.hpp"
#include "trade/merkle.hpp"
#include "trade/terms_codec.hpp"

#include <algorithm>
#include <array>

namespace datapact::trade {
namespace {

using contracts::AbiList;
using contracts::ContractId;
template <class T>
using Outcome = Result<T, EvidenceFailure>;

constexpr std::size_t kStepsMax = 16;
constexpr std::size_t kChangesMax = 10'000;
constexpr std::array<std::string_view, 8> kStepNames{
    "publish", "lock", "announce", "reveal", "settle", "refund", "complainKey", "complainChunk"};
const uint256 kEpochSlot{0};
const uint256 kValidatorsHashSlot{1};

tl::unexpected<EvidenceFailure> failure(std::string name, std::string reason) {
  return fail(EvidenceFailure{std::move(name), std::move(reason)});
}

/// Members of one object of the bundle, by name; foreign members are refused so that every byte of
/// a bundle counts.
class Member {
 public:
  Member(const json::Value& value, std::string name) : value_(&value), name_(std::move(name)) {}
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  [[nodiscard]] Outcome<void> only(std::initializer_list<std::string_view> names) const {
    const auto* members = value_->as_object();
    if (members == nullptr) return failure(name_, "must be an object");
    for (const auto& [key, value] : *members) {
      if (std::ranges::find(names, key) == names.end())
        return failure(name_ + "." + key, "is no member of this format");
    }
    return {};
  }
  [[nodiscard]] Outcome<Member> at(std::string_view key) const {
    const auto* found = value_->find(key);
    if (found == nullptr) return failure(name_ + "." + std::string(key), "is missing");
    return Member(*found, name_ + "." + std::string(key));
  }
  [[nodiscard]] Outcome<std::string> text(std::string_view key) const {
    TRY(const auto member, at(key));
    if (member.value_->as_string() == nullptr) return failure(member.name_, "must be a text");
    return *member.value_->as_string();
  }
  /// Lower-case hexadecimal only: two spellings of one value would be a byte that does not count.
  [[nodiscard]] Outcome<Bytes> bytes(std::string_view key) const {
    TRY(const auto member, at(key));
    return member.as_bytes();
  }
  [[nodiscard]] Outcome<std::vector<Member>> list(std::string_view key,
                                                  std::size_t count_max) const {
    TRY(const auto member, at(key));
    const auto* items = member.value_->as_array();
    if (items == nullptr || items->size() > count_max) {
      return failure(member.name_,
                     "must be a list of at most " + std::to_string(count_max) + " items");
    }
    std::vector<Member> out;
    for (std::size_t i = 0; i < items->size(); ++i) {
      out.emplace_back((*items)[i], member.name_ + "[" + std::to_string(i) + "]");
    }
    return out;
  }
  [[nodiscard]] Outcome<state::Proof> proof(std::string_view key) const {
    TRY(const auto items, list(key, 64));
    state::Proof out;
    for (const auto& item : items) {
      TRY(auto node, item.as_bytes());
      out.push_back(std::move(node));
    }
    return out;
  }

 private:
  [[nodiscard]] Outcome<Bytes> as_bytes() const {
    const auto* text = value_->as_string();
    auto parsed = text != nullptr ? from_hex(*text) : std::nullopt;
    if (!parsed || to_hex0x(*parsed) != *text)
      return failure(name_, "must be 0x and lower-case hex digits");
    return std::move(*parsed);
  }
  const json::Value* value_;
  std::string name_;
};

/// An account's leaf, or its storage word, proven under a state root.
Outcome<state::AccountLeaf> proven_account(const Member& where, const Hash256& state_root,
                                           const Address& address) {
  TRY(const auto proof, where.proof("accountProof"));
  const auto value = state::verify_proof(state_root, state::account_key(address).view(), proof);
  if (!value)
    return failure(where.name() + ".accountProof", std::string(state::to_string(value.error())));
  const auto leaf = *value ? state::decode_account_leaf(**value) : std::nullopt;
  if (!leaf)
    return failure(where.name() + ".accountProof",
                   "no account " + to_hex0x(address) + " in that state");
  return *leaf;
}

Outcome<uint256> proven_word(const Member& where, std::string_view key, const Hash256& storage_root,
                             const uint256& slot) {
  TRY(const auto proof, where.proof(key));
  const auto value = state::verify_proof(storage_root, state::storage_key(slot).view(), proof);
  const std::string name = where.name() + "." + std::string(key);
  if (!value) return failure(name, std::string(state::to_string(value.error())));
  if (!*value) return uint256{};
  rlp::Decoder decoder(**value);
  const auto word = decoder.u256();
  if (!word || !decoder.at_end()) return failure(name, "the proven leaf is no word");
  return *word;
}

struct Governance {
  uint256 epoch;
  Hash256 validators_hash;
};

Outcome<Governance> proven_governance(const Member& where, const Hash256& state_root) {
  TRY_VOID(where.only({"accountProof", "epochProof", "validatorsHashProof"}));
  TRY(const auto leaf,
      proven_account(where, state_root, contracts::predeploy_address(ContractId::kGovernance)));
  TRY(const auto epoch, proven_word(where, "epochProof", leaf.storage_root, kEpochSlot));
  TRY(const auto hash,
      proven_word(where, "validatorsHashProof", leaf.storage_root, kValidatorsHashSlot));
  return Governance{epoch, to_hash256(hash)};
}

/// A validator set and the first height it rules.
struct Reign {
  Height from;
  chain::ValidatorSet validators;
};

struct Step {
  std::string name;
  chain::BlockHeader header;
  chain::RecoveredTxn txn;
  chain::Receipt receipt;
};

class Verifier {
 public:
  explicit Verifier(const json::Value& bundle) : root_(bundle, "bundle") {}

  Outcome<EvidenceReport> run(const BlockHash& genesis) {
    TRY_VOID(check_form());
    TRY_VOID(check_genesis(genesis));
    TRY_VOID(check_changes());
    TRY_VOID(check_terms());
    TRY_VOID(check_steps());
    TRY_VOID(check_publication());
    TRY_VOID(check_deal_steps());
    TRY_VOID(check_registry_state());
    TRY_VOID(check_final_state());
    return std::move(report_);
  }

 private:
  void prove(std::string name, std::string detail) {
    report_.proven.push_back({std::move(name), std::move(detail)});
  }

  Outcome<void> require_text(std::string_view key, std::string_view expected) {
    TRY(const auto got, root_.text(key));
    if (got != expected) {
      return failure("bundle." + std::string(key),
                     "must be \"" + std::string(expected) + "\", got \"" + got + "\"");
    }
    return {};
  }

  Outcome<void> check_form() {
    TRY_VOID(root_.only({"format", "level", "hashSuite", "sigSuite", "chainId", "header", "judged",
                         "rest", "signature", "genesisHeader", "genesisGovernance",
                         "validatorChanges", "steps", "registryAtLock", "final"}));
    TRY_VOID(require_text("format", kEvidenceFormat));
    TRY_VOID(require_text("level", "L1"));
    TRY_VOID(require_text("hashSuite", "1"));
    return require_text("sigSuite", "1");
  }

  Outcome<chain::BlockHeader> header_of(const Member& where, std::string_view key) const {
    TRY(const auto bytes, where.bytes(key));
    auto header = chain::decode_header(bytes);
    const std::string name = where.name() + "." + std::string(key);
    if (!header) return failure(name, std::string(rlp::to_string(header.error())));
    if (chain::encode(*header) != bytes)
      return failure(name, "is not the canonical encoding of a header");
    return std::move(*header);
  }

  Outcome<void> check_genesis(const BlockHash& genesis) {
    TRY(const auto bytes, root_.bytes("genesisHeader"));
    const Hash256 hash = crypto::keccak256(bytes);
    if (hash.raw() != genesis.raw()) {
      return failure("genesis hash", "the bundle's chain begins with " + to_hex0x(hash) +
                                         ", expected " + to_hex0x(genesis));
    }
    TRY(const auto header, header_of(root_, "genesisHeader"));
    const auto extra = chain::decode_extra(header.extra_data);
    if (!extra)
      return failure("bundle.genesisHeader", std::string(chain::to_string(extra.error())));
    TRY(const auto where, root_.at("genesisGovernance"));
    TRY(governance_, proven_governance(where, header.state_root));
    if (chain::validators_hash(extra->validators) != governance_.validators_hash) {
      return failure("genesis validators",
                     "genesis header and Governance name different validators");
    }
    reigns_.push_back({Height{1}, extra->validators});
    prove("genesis hash", to_hex0x(genesis));
    prove("genesis validators",
          std::to_string(extra->validators.size()) + " named by header and Governance");
    return {};
  }

  [[nodiscard]] const chain::ValidatorSet& validators_at(Height height) const {
    const auto* found = &reigns_.front();
    for (const auto& reign : reigns_) {
      if (reign.from <= height) found = &reign;
    }
    return found->validators;
  }

  Outcome<void> check_seals(const std::string& name, const chain::BlockHeader& header) const {
    if (header.height == Height{}) return failure(name, "the genesis block carries no deal");
    const auto& validators = validators_at(header.height);
    const auto sealed = chain::verify_seals(header, validators);
    if (!sealed) return failure(name, std::string(chain::to_string(sealed.error())));
    return {};
  }

  Outcome<void> check_changes() {
    TRY(const auto changes, root_.list("validatorChanges", kChangesMax));
    for (const auto& change : changes) {
      TRY_VOID(change.only({"header", "governance", "validators"}));
      TRY(const auto header, header_of(change, "header"));
      if (header.height < reigns_.back().from)
        return failure(change.name(), "changes must ascend in height");
      TRY_VOID(check_seals(change.name() + ".seals", header));
      TRY(const auto where, change.at("governance"));
      TRY(const auto governance, proven_governance(where, header.state_root));
      if (governance.epoch != governance_.epoch + uint256{1}) {
        return failure(change.name(), "does not follow the epoch before it");
      }
      TRY(const auto encoded, change.bytes("validators"));
      chain::ValidatorSet validators;
      for (std::size_t i = 0; i + 20 <= encoded.size(); i += 20) {
        validators.push_back(Address::from(ByteView{encoded}.subspan(i, 20)));
      }
      if (encoded.size() % 20 != 0 ||
          chain::validators_hash(validators) != governance.validators_hash) {
        return failure(change.name() + ".validators", "do not hash to Governance's validatorsHash");
      }
      governance_ = governance;
      reigns_.push_back({next(header.height), std::move(validators)});
    }
    prove("validator changes", std::to_string(changes.size()) + " walked from genesis");
    return {};
  }

  Outcome<void> check_terms() {
    TRY(const auto chain_id_text, root_.text("chainId"));
    const auto chain_id = uint256::parse(chain_id_text);
    if (!chain_id || !chain_id->fits_u64() || to_decimal(*chain_id) != chain_id_text) {
      return failure("bundle.chainId", "must be a decimal number");
    }
    domain_ = {ChainId{chain_id->low_u64()},
               contracts::predeploy_address(ContractId::kFairExchange)};
    TRY(const auto header_bytes, root_.bytes("header"));
    TRY(const auto judged_bytes, root_.bytes("judged"));
    TRY(const auto rest_bytes, root_.bytes("rest"));
    const auto header = decode_header(header_bytes);
    const auto judged = decode_judged(judged_bytes);
    const auto rest = decode_rest(rest_bytes);
    if (!header) return failure("bundle.header", "is no deal header");
    if (!judged) return failure("bundle.judged", "is no judged part of terms");
    if (!rest) return failure("bundle.rest", "is no rest of terms");
    report_.header = *header;
    report_.terms = {*judged, *rest};
    report_.deal = deal_id(domain_, *header);
    if (terms_digest(report_.terms) != header->terms_digest) {
      return failure("terms digest", "the terms do not hash to the header's digest");
    }
    TRY(signature_, root_.bytes("signature"));
    const auto signature = crypto::signature_from_bytes_v27(signature_);
    const auto signer = signature && crypto::is_low_s(*signature)
                            ? crypto::recover_address(Hash256{report_.deal.raw()}, *signature)
                            : std::nullopt;
    if (signer != header->seller)
      return failure("seller's signature", "is not the seller's over this deal");
    prove("terms", "digest " + to_hex0x(header->terms_digest));
    prove("seller's signature",
          "by " + to_hex0x(header->seller) + " over deal " + to_hex0x(report_.deal));
    return {};
  }

  Outcome<void> check_steps() {
    TRY(const auto members, root_.list("steps", kStepsMax));
    for (const auto& member : members) {
      TRY(auto step, read_step(member));
      if (!steps_.empty() && step.header.height < steps_.back().header.height) {
        return failure(step.name, "steps must ascend in height");
      }
      prove(step.name, "transaction " + to_hex0x(step.txn.hash()) + " at height " +
                           std::to_string(step.header.height.raw()) +
                           ", sealed by a quorum, succeeded");
      steps_.push_back(std::move(step));
    }
    return {};
  }

  Outcome<Step> read_step(const Member& member) const {
    TRY_VOID(member.only(
        {"name", "header", "index", "transaction", "transactionProof", "receipt", "receiptProof"}));
    TRY(const auto name, member.text("name"));
    if (std::ranges::find(kStepNames, name) == kStepNames.end())
      return failure(member.name() + ".name", "is no step");
    TRY(auto header, header_of(member, "header"));
    TRY_VOID(check_seals(name + ".seals", header));
    TRY(const auto index_text, member.text("index"));
    const auto index = uint256::parse(index_text);
    if (!index || !index->fits_u64() || to_decimal(*index) != index_text)
      return failure(name + ".index", "is no number");
    const Bytes key = state::ordered_key(static_cast<std::size_t>(index->low_u64()));
    TRY(const auto txn_bytes, member.bytes("transaction"));
    TRY_VOID(included(member, {"transactionProof", header.transactions_root}, key, txn_bytes));
    TRY(const auto receipt_bytes, member.bytes("receipt"));
    TRY_VOID(included(member, {"receiptProof", header.receipts_root}, key, receipt_bytes));
    auto txn = chain::decode_transaction(txn_bytes);
    if (!txn) return failure(name + ".transaction", std::string(chain::to_string(txn.error())));
    auto recovered = chain::RecoveredTxn::recover(std::move(*txn));
    if (!recovered)
      return failure(name + ".transaction", std::string(chain::to_string(recovered.error())));
    auto receipt = chain::decode_receipt(receipt_bytes);
    if (!receipt) return failure(name + ".receipt", std::string(rlp::to_string(receipt.error())));
    if (!receipt->success) return failure(name + ".receipt", "the transaction failed");
    return Step{name, std::move(header), std::move(*recovered), std::move(*receipt)};
  }

  struct Place {
    std::string_view proof;
    Hash256 root;
  };
  static Outcome<void> included(const Member& member, const Place& place, ByteView key,
                                const Bytes& item) {
    TRY(const auto proof, member.proof(place.proof));
    const auto value = state::verify_proof(place.root, key, proof);
    const std::string name = member.name() + "." + std::string(place.proof);
    if (!value) return failure(name, std::string(state::to_string(value.error())));
    if (!*value || **value != item) return failure(name, "proves another item");
    return {};
  }

  [[nodiscard]] const Step* find_step(std::string_view name) const {
    const auto found = std::ranges::find(steps_, name, &Step::name);
    return found == steps_.end() ? nullptr : &*found;
  }

  /// The registered version's lot is what the terms name.
  Outcome<void> check_publication() {
    const auto* step = find_step("publish");
    if (step == nullptr) return failure("publish", "the registration is missing");
    const auto* event =
        contracts::contract(ContractId::kDatasetRegistry).abi.event("VersionPublished");
    for (const auto& log : step->receipt.logs) {
      if (log.address != contracts::predeploy_address(ContractId::kDatasetRegistry)) continue;
      const auto values = contracts::decode_event_values(*event, log.topics, log.data);
      if (!values || to_hash256(*(*values)[2].word()) != report_.terms.rest.version) continue;
      return check_lot(*(*values)[5].list(), to_hash256(*(*values)[3].word()));
    }
    return failure("publish",
                   "the receipt does not register version " + to_hex0x(report_.terms.rest.version));
  }

  Outcome<void> check_lot(const AbiList& lots, const Hash256& root) {
    if (report_.terms.rest.lot >= lots.size())
      return failure("publish", "the version has no such lot");
    const auto& lot = *lots[report_.terms.rest.lot].list();
    const auto& judged = report_.terms.judged;
    const bool same =
        to_hash256(*lot[0].word()) == judged.root_x && *lot[1].word() == uint256{judged.shape.n} &&
        *lot[2].word() == uint256{judged.shape.s} && *lot[3].word() == uint256{judged.shape.length};
    if (!same) return failure("publish", "the terms name another file than the registered one");
    version_root_ = root;
    prove("registered file", "root " + to_hex0x(judged.root_x) + ", " +
                                 std::to_string(judged.shape.length) + " bytes");
    return {};
  }

  /// The calldata of each deal step is exactly the call on this deal, by the party that may make
  /// it.
  Outcome<void> check_deal_steps() {
    if (find_step("lock") == nullptr) return failure("lock", "the lock is missing");
    for (const auto& step : steps_) {
      if (step.name == "publish") continue;
      const auto& txn = step.txn.txn();
      if (txn.to != domain_.contract) return failure(step.name, "is not a call of FairExchange");
      if (txn.chain_id != domain_.chain_id)
        return failure(step.name, "is signed for another chain");
      const auto* function = contracts::contract(ContractId::kFairExchange).abi.function(step.name);
      Bytes selector;
      append_be(selector, function->selector());
      if (txn.data.size() < 4 || !equal(ByteView{txn.data}.first(4), selector)) {
        return failure(step.name, "calls another function");
      }
      TRY_VOID(check_call(step, ByteView{txn.data}.subspan(4)));
    }
    return {};
  }

  Outcome<void> check_call(const Step& step, ByteView arguments) const {
    const bool by_id = step.name == "announce" || step.name == "reveal";
    const Bytes expected = by_id ? to_bytes(report_.deal.view()) : encode_header(report_.header);
    if (arguments.size() < expected.size() || !equal(arguments.first(expected.size()), expected)) {
      return failure(step.name, "is about another deal");
    }
    if (step.name == "lock") {
      const auto* lock = contracts::contract(ContractId::kFairExchange).abi.function("lock");
      const Bytes whole = contracts::encode_abi(lock->inputs, {to_abi(report_.header), signature_});
      if (!equal(whole, arguments)) return failure("lock", "carries another header or signature");
      if (step.txn.sender() != report_.header.buyer)
        return failure("lock", "was not sent by the buyer");
    }
    if (by_id && step.txn.sender() != report_.header.seller)
      return failure(step.name, "was not sent by the seller");
    return {};
  }

  Outcome<void> check_registry_state() {
    TRY(const auto where, root_.at("registryAtLock"));
    TRY_VOID(where.only({"accountProof", "versionProof", "rootProof"}));
    const auto& header = find_step("lock")->header;
    TRY(const auto leaf,
        proven_account(where, header.state_root,
                       contracts::predeploy_address(ContractId::kDatasetRegistry)));
    const uint256 slot = version_slot(report_.terms.rest.version);
    TRY(const auto flags, proven_word(where, "versionProof", leaf.storage_root, slot));
    TRY(const auto root, proven_word(where, "rootProof", leaf.storage_root, slot + uint256{1}));
    // Packed from the low end: dataset u64, number u32, lots u32, publishedAt u40, attested,
    // revoked.
    const bool revoked = ((flags >> 176) & uint256{0xff}) != uint256{};
    if (revoked) return failure("registry at the lock", "the version was revoked");
    if (to_hash256(root) != version_root_)
      return failure("registry at the lock", "another root is registered");
    prove("registry at the lock",
          "version " + to_hex0x(report_.terms.rest.version) + " not revoked");
    return {};
  }

  Outcome<void> check_final_state() {
    TRY(const auto where, root_.at("final"));
    TRY_VOID(where.only({"header", "exchange", "governance"}));
    TRY(const auto header, header_of(where, "header"));
    TRY_VOID(check_seals("final.seals", header));
    if (header.height < steps_.back().header.height)
      return failure("final.header", "is older than the last step");
    TRY(const auto governance_at, where.at("governance"));
    TRY(const auto governance, proven_governance(governance_at, header.state_root));
    if (governance.epoch != governance_.epoch ||
        governance.validators_hash != governance_.validators_hash) {
      return failure("validator changes",
                     "the final state knows changes that the bundle does not show");
    }
    TRY(const auto exchange, where.at("exchange"));
    TRY_VOID(exchange.only({"accountProof", "dealProof"}));
    TRY(const auto leaf, proven_account(exchange, header.state_root, domain_.contract));
    if (leaf.account.code_hash != report_.terms.rest.code_hash) {
      return failure("exchange code", "is not the code the parties signed for");
    }
    TRY(const auto word,
        proven_word(exchange, "dealProof", leaf.storage_root, deal_slot(report_.deal)));
    report_.status = static_cast<std::uint8_t>(word.low_u64() & 0xff);
    prove("exchange code", to_hex0x(leaf.account.code_hash));
    prove("final state", "deal status " + std::to_string(report_.status) + " at height " +
                             std::to_string(header.height.raw()));
    return check_status();
  }

  /// The deal's status is the one its last step leads to.
  Outcome<void> check_status() const {
    // FairExchange.Status; a refund clears the word.
    constexpr std::array<std::pair<std::string_view, std::uint8_t>, 7> kLeadsTo{
        {{"lock", 1},
         {"announce", 1},
         {"reveal", 2},
         {"settle", 3},
         {"refund", 0},
         {"complainKey", 5},
         {"complainChunk", 5}}};
    for (const auto& [name, status] : kLeadsTo) {
      if (steps_.back().name == name && report_.status == status) return {};
    }
    return failure("final state",
                   "the deal's status does not follow from its last step " + steps_.back().name);
  }

  Member root_;
  EvidenceReport report_;
  ExchangeDomain domain_;
  Governance governance_;
  std::vector<Reign> reigns_;
  std::vector<Step> steps_;
  Bytes signature_;
  Hash256 version_root_;
};

uint256 mapping_slot(const Hash256& key, std::uint64_t slot) {
  return to_uint256(crypto::keccak256(concat({key.view(), to_hash256(uint256{slot}).view()})));
}

}  // namespace

uint256 deal_slot(const DealId& deal) { return mapping_slot(Hash256{deal.raw()}, 0); }
uint256 version_slot(const Hash256& version) { return mapping_slot(version, 2); }

Result<EvidenceReport, EvidenceFailure> verify_evidence(const json::Value& bundle,
                                                        const BlockHash& genesis) {
  return Verifier(bundle).run(genesis);
}

}  // namespace datapact::trade
