// A seller that is an account contract (EIP-1271), for the tests of sales: the contract obeys the
// devnet provider's key, the sale is made out of a provider's home.
//   account_seller artefact                     the contract, for `datapact contract deploy`
//   account_seller orders HOME VERSION DATASET  the version registered anew as the contract's data
//                                               set of that number: its id, and what to send
//   account_seller offer HOME DEAL REQUEST      an honest offer of the home made out to the request
//                                               and signed for the contract: the new deal's id
//   account_seller reveal HOME DEAL             what to send to reveal that deal's key
// What is sent goes to the contract, as data of the provider's transactions.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "contracts/catalogue.hpp"
#include "tests/testkit/trade/account_contract.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/system.hpp"
#include "tools/devnet/devnet_files.hpp"
#include "tools/trading/trade_home.hpp"
#include "trade/lot.hpp"
#include "trade/sealing.hpp"
#include "trade/terms.hpp"

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace datapact;
using namespace datapact::tools;
using contracts::AbiList;
using contracts::ContractId;

constexpr std::uint64_t kDeposit = 100'000'000;

crypto::PrivateKey owner_key() { return devnet_key(to_string(DevnetRole::kProvider)); }

json::Value ordered(ContractId contract, std::string_view function, const AbiList& arguments) {
  const auto* signature = contracts::contract(contract).abi.function(function);
  return to_hex0x(testkit::order(contracts::predeploy_address(contract),
                                 contracts::encode_call(*signature, arguments)));
}

template <class Fixed>
Fixed parse(const std::string& text) {
  const auto parsed = fixed_from_hex<Fixed>(text);
  if (!parsed) fail_usage("must be " + std::to_string(Fixed::kSize) + " bytes in hex: " + text);
  return *parsed;
}

json::Value artefact() {
  const Bytes code = testkit::account_init_code(crypto::address_of(owner_key()));
  return json::Value::object({{"abi", json::Value::array()}, {"bytecode", to_hex0x(code)}});
}

json::Value orders(const TradeHome& home, const Hash256& version, std::uint64_t dataset) {
  const auto record = home.dataset(version);
  const auto& [root_x, shape] = record.lots[0].root;
  const AbiList lot{root_x, shape.n, std::uint64_t{shape.s}, shape.length};
  const auto registry = contracts::predeploy_address(ContractId::kDatasetRegistry);
  const auto settlement = contracts::predeploy_address(ContractId::kSettlement);
  return json::Value::object(
      {{"version", to_hex0x(trade::version_id({ChainId{kDevnetChainId}, registry}, dataset, 1))},
       {"orders",
        json::Value::array({ordered(ContractId::kFairExchange, "deposit", {settlement, kDeposit}),
                            ordered(ContractId::kDatasetRegistry, "register", {Hash256{}}),
                            ordered(ContractId::kDatasetRegistry, "publish",
                                    {dataset, AbiList{lot}, record.file_digest})})}});
}

/// Encrypted anew: the key's commitment binds seller and buyer.
json::Value offer(const TradeHome& home, const trade::DealId& honest, const fs::path& file) {
  const auto request = request_from_json(read_json_file(file), file.string());
  auto offer = home.offer(honest);
  const auto record = home.dataset(offer.terms.rest.version);
  const auto sealed = home.sealed(honest);
  auto& h = offer.header;
  h.seller = h.payee = request.seller;
  h.nonce = request.nonce;
  h.bx = request.bx;
  h.by = request.by;
  auto& judged = offer.terms.judged;
  judged.key_commit = trade::key_commit(offer.parties(), sealed.key);
  const fs::path ours = home.deal_folder(honest) / "account-ciphertext";
  FileSink ciphertext(ours, false);
  const auto runner = make_thread_runner();
  const auto root = trade::encrypt_lot(
      FileSource(record.file), judged.shape, record.lots[0].seed, {judged.key_commit, sealed.key},
      ciphertext, {*runner, [](std::uint64_t, std::uint64_t) { return true; }});
  if (!root) fail_file("file", trade::describe(root.error()));
  ciphertext.finish();
  judged.root_z = *root;
  offer.terms.rest.version = request.version;
  h.terms_digest = trade::terms_digest(offer.terms);
  const auto id = offer.id();
  const auto signature = crypto::sign(Hash256{id.raw()}, owner_key());
  offer.signature = to_bytes(crypto::to_bytes_v27(signature).view());
  home.save(id, sealed);
  fs::rename(ours, home.deal_folder(id) / "ciphertext");
  fs::copy_file(home.deal_folder(honest) / "manifest", home.deal_folder(id) / "manifest");
  home.save(offer);
  return to_hex0x(id);
}

json::Value reveal(const TradeHome& home, const trade::DealId& id) {
  const auto header = home.offer(id).header;
  const auto sealed = home.sealed(id);
  const auto seal = trade::seal_key(id, {header.bx, header.by}, sealed.key, sealed.randomness);
  return ordered(ContractId::kFairExchange, "reveal",
                 {Hash256{id.raw()}, seal.r.x, seal.r.y, seal.ek});
}

json::Value answer(const std::vector<std::string>& words) {
  const auto is = [&](std::string_view verb, std::size_t count) {
    return words.size() == count && words[0] == verb;
  };
  if (is("artefact", 1)) return artefact();
  if (is("orders", 4))
    return orders(TradeHome(words[1]), parse<Hash256>(words[2]), std::stoull(words[3]));
  if (is("offer", 4)) return offer(TradeHome(words[1]), parse<trade::DealId>(words[2]), words[3]);
  if (is("reveal", 3)) return reveal(TradeHome(words[1]), parse<trade::DealId>(words[2]));
  fail_usage(
      "account_seller artefact | orders HOME VERSION DATASET | offer HOME DEAL REQUEST | "
      "reveal HOME DEAL");
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    std::printf("%s\n", json::to_text(answer(words)).c_str());
    return 0;
  } catch (const CliError& error) {
    std::fprintf(stderr, "account_seller: %s\n", error.what());
    return static_cast<int>(error.code());
  }
}
