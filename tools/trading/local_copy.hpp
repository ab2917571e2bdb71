#pragma once
// A buyer's copy of a lot, manifest and ciphertext, against what the seller signed. A copy that the
// buyer's own disk has damaged is told from a seller that lied: only the latter is worth a
// complaint.
#include "tools/cli/session.hpp"
#include "tools/trading/documents.hpp"
#include "tools/trading/download.hpp"
#include "tools/trading/trade_home.hpp"
#include "trade/lot.hpp"
#include "trade/lot_damage.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace datapact::tools {

struct CopyDamage {
  /// "manifest" or "ciphertext".
  std::string what;
  /// The parts to fetch again; empty when nothing tells where: then it is all of it.
  std::vector<trade::ByteRange> ranges;
  /// What is wrong, for people.
  std::string how;
};

/// Reads both files whole; nothing when they are what the seller signed. Where a ciphertext is
/// damaged is known from its leaves, which are kept in the deal's folder when a copy is found sound
/// for the first time. A file that is not there is a CliError (code 3).
[[nodiscard]] std::optional<CopyDamage> find_copy_damage(Session& session, const TradeHome& home,
                                                         const OfferDocument& offer);
/// A CliError (code 8, `damaged-copy`) that names the damage and how it is mended.
void require_sound_manifest(const TradeHome& home, const OfferDocument& offer);
/// The same of both files.
void require_sound_copy(Session& session, const TradeHome& home, const OfferDocument& offer);
/// The same when `error`, of decrypting the copy, would be blamed on the seller; other errors are
/// the caller's.
void require_sound_copy_after(Session& session, const TradeHome& home, const OfferDocument& offer,
                              const trade::LotError& error);

/// A chunk that is as the seller signed it and does not decrypt to what was registered, in a copy
/// that may be damaged elsewhere. Nothing when there is none, or no leaves that tell.
[[nodiscard]] std::optional<std::uint64_t> find_provable_chunk(Session& session,
                                                               const TradeHome& home,
                                                               const OfferDocument& offer,
                                                               const trade::CipherKey& key);

/// Brings manifest and ciphertext into the home and leaves them sound: what is there is checked,
/// and damaged parts alone are fetched again. Returns how many bytes were mended so. A CliError
/// (code 8, `wrong-data`) when what the server has is not what the seller signed.
std::uint64_t fetch_copy(Session& session, const TradeHome& home, const OfferDocument& offer,
                         Download& download, std::uint64_t rate_max);

/// Where a complaint finds the leaves of the ciphertext once its copy was found sound.
[[nodiscard]] fs::path leaves_file(const TradeHome& home, const trade::DealId& deal);

}  // namespace datapact::tools
