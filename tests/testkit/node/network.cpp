#include "tests/testkit/node/network.hpp"

#include "base/hex.hpp"
#include "ledger/chain/genesis_builder.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace datapact::node::test {
namespace {

crypto::PrivateKey key_of(std::uint8_t last) {
  crypto::PrivateKey key;
  key.raw()[31] = last;
  return key;
}

}  // namespace

Consortium make_network(std::chrono::milliseconds period, std::size_t validators) {
  Consortium network;
  for (std::size_t i = 0; i < validators; ++i) {
    network.validators.push_back(key_of(static_cast<std::uint8_t>(11 + i)));
  }
  network.validator = network.validators.front();
  network.sender = key_of(22);
  chain::ConsortiumParams params;
  params.chain_id = kChainId;
  params.time = UnixMillis{1'700'000'000'000};
  params.qbft.block_period = period;
  for (const auto& key : network.validators) params.validators.push_back(crypto::address_of(key));
  std::ranges::sort(params.validators);
  params.balances = {{crypto::address_of(network.sender), Wei{uint256{1'000'000'000'000}}}};
  const auto document = chain::build_consortium_genesis(params);
  INVARIANT(document.has_value());
  network.genesis_document = *document;
  auto genesis = chain::load_genesis(*document);
  INVARIANT(genesis.has_value());
  network.genesis = std::move(*genesis);
  return network;
}

chain::Transaction transfer(const Consortium& network, std::uint64_t nonce, const Wei& value) {
  chain::Transaction txn;
  txn.type = chain::TxnType::kDynamicFee;
  txn.chain_id = kChainId;
  txn.nonce = Nonce{nonce};
  txn.gas_limit = Gas{21'000};
  txn.to = Address{{0xbe, 0xef}};
  txn.value = value;
  chain::sign(txn, network.sender);
  return txn;
}

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "datapact-XXXXXX").string();
  INVARIANT(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}
TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  INVARIANT(out.good());
}

std::filesystem::path write_node_files(const std::filesystem::path& folder,
                                       const Consortium& network, std::uint16_t rpc_port) {
  write_file(folder / "genesis.json", json::to_pretty_text(network.genesis_document));
  write_file(folder / "validator.key", to_hex(network.validator.view()) + "\n");
  write_file(folder / "node.toml",
             "[node]\ndata_dir = \"data\"\ngenesis = \"genesis.json\"\n"
             "[validator]\nkey_file = \"validator.key\"\n"
             "[log]\nlevel = \"warning\"\n[rpc]\nport = " +
                 std::to_string(rpc_port) + "\n");
  return folder / "node.toml";
}

}  // namespace datapact::node::test
