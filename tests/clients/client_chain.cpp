// client_chain FOLDER FUNDED_ADDRESS: genesis.json, validator.key and node.toml of a chain of one
// validator, which funds the account that tests/clients/run signs with. The RPC port is any free
// one.
#include "base/hex.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/genesis_builder.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace {

using namespace datapact;

constexpr std::string_view kNodeToml = R"([node]
genesis = "genesis.json"
data_dir = "data"
[validator]
key_file = "validator.key"
[rpc]
port = 0
[log]
level = "info"
)";

bool write(const std::filesystem::path& file, std::string_view text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  return out.good();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: client_chain FOLDER FUNDED_ADDRESS\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const auto funded = fixed_from_hex<Address>(argv[2]);
  if (!funded) return 2;
  crypto::PrivateKey validator;
  validator.raw()[31] = 7;
  chain::ConsortiumParams params;
  params.chain_id = ChainId{31337};
  params.time = UnixMillis{1'700'000'000'000};
  params.validators = {crypto::address_of(validator)};
  params.balances = {{*funded, Wei{uint256{1} << 80}}};
  const auto document = chain::build_consortium_genesis(params);
  if (!document.ok()) {
    std::fprintf(stderr, "%s: %s\n", document.error().field.c_str(),
                 document.error().message.c_str());
    return 1;
  }
  const bool written = write(folder / "genesis.json", json::to_pretty_text(*document)) &&
                       write(folder / "validator.key", to_hex(validator.view()) + "\n") &&
                       write(folder / "node.toml", kNodeToml);
  return written ? 0 : 1;
}
