// A seller that cheats, for the tests of complaints: takes an honest offer of a provider's home and
// signs another one, the same but for a ciphertext of FILE instead of the registered file. Prints
// the id of the new deal. `dishonest_seller HOME DEAL FILE`; the provider's key is the devnet's.
#include "base/hex.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/system.hpp"
#include "tools/devnet/devnet_files.hpp"
#include "tools/trading/trade_home.hpp"
#include "trade/lot.hpp"
#include "trade/terms.hpp"

#include <cstdint>
#include <cstdio>

namespace {

using namespace datapact;
using namespace datapact::tools;

trade::DealId sign_dishonest_offer(const TradeHome& home, const trade::DealId& honest,
                                   const fs::path& file) {
  auto offer = home.offer(honest);
  const auto record = home.dataset(offer.terms.rest.version);
  const auto sealed = home.sealed(honest);
  auto& judged = offer.terms.judged;
  const fs::path wrong = home.deal_folder(honest) / "wrong-ciphertext";
  FileSink ciphertext(wrong, false);
  const auto runner = make_thread_runner();
  const auto root =
      trade::encrypt_lot(FileSource(file), judged.shape, record.lots[offer.terms.rest.lot].seed,
                         {judged.key_commit, sealed.key}, ciphertext,
                         {*runner, [](std::uint64_t, std::uint64_t) { return true; }});
  if (!root) fail_file("file", trade::describe(root.error()));
  ciphertext.finish();

  judged.root_z = *root;
  offer.header.terms_digest = trade::terms_digest(offer.terms);
  const auto id = offer.id();
  const auto signature =
      crypto::sign(Hash256{id.raw()}, devnet_key(to_string(DevnetRole::kProvider)));
  offer.signature = to_bytes(crypto::to_bytes_v27(signature).view());
  home.save(id, sealed);
  fs::rename(wrong, home.deal_folder(id) / "ciphertext");
  fs::copy_file(home.deal_folder(honest) / "manifest", home.deal_folder(id) / "manifest");
  home.save(offer);
  return id;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 4) fail_usage("dishonest_seller HOME DEAL FILE");
    const auto honest = fixed_from_hex<trade::DealId>(argv[2]);
    if (!honest) fail_usage("DEAL must be 32 bytes in hex");
    const auto id = sign_dishonest_offer(TradeHome(argv[1]), *honest, argv[3]);
    std::printf("%s\n", to_hex0x(id).c_str());
    return 0;
  } catch (const CliError& error) {
    std::fprintf(stderr, "dishonest_seller: %s\n", error.what());
    return static_cast<int>(error.code());
  }
}
