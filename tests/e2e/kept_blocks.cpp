// What a node that has ended keeps: `kept_blocks GENESIS DATA_DIR` prints the hash of each block of
// its ledger, a line each, from the first after genesis to the head.
#include "base/hex.hpp"
#include "ledger/store/ledger.hpp"
#include "ledger/store/leveldb_store.hpp"
#include "node/genesis_file.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <utility>

int main(int argc, char** argv) {
  using namespace datapact;
  if (argc != 3) {
    std::fprintf(stderr, "usage: kept_blocks GENESIS DATA_DIR\n");
    return 2;
  }
  const auto genesis = node::read_genesis_file(argv[1]);
  if (!genesis.has_value()) {
    std::fprintf(stderr, "%s\n", genesis.error().message.c_str());
    return 1;
  }
  auto store = store::open_leveldb(std::filesystem::path{argv[2]} / "ledger");
  if (!store.has_value()) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return 1;
  }
  const auto ledger = store::Ledger::open(std::move(*store), *genesis);
  if (!ledger.has_value()) {
    std::fprintf(stderr, "%s\n", ledger.error().message.c_str());
    return 1;
  }
  const auto head = (*ledger)->head()->height.raw();
  for (std::uint64_t height = 1; height <= head; ++height) {
    const auto block = (*ledger)->block(Height{height});
    if (!block.has_value()) {
      std::fprintf(stderr, "no block of height %llu\n", static_cast<unsigned long long>(height));
      return 1;
    }
    std::printf("%s\n", to_hex0x((*ledger)->hash_at(Height{height}).value()).c_str());
  }
  return 0;
}
