#pragma once
// What a party keeps in its home: registered data sets (provider), deals (both sides), the deal
// secret (buyer).
//   datasets/<version>/dataset.json, manifest; manifest-<lot> of further lots
//   deals/<deal id>/offer.json, ciphertext, manifest, sealed.json (provider), leaves (buyer: the
//   hashes of the ciphertext as it was received)
//   requests/<seller>-<nonce> (buyer): nonces asked under
//   deal-secret (buyer): 32 bytes as hex
#include "tools/cli/files.hpp"
#include "tools/trading/documents.hpp"
#include "trade/lot.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace datapact::tools {

/// A part of a registered file that is sold by itself; the seed is secret.
struct DatasetLot {
  trade::LotRoot root;
  trade::LotSeed seed;
};

/// A registered version as its provider knows it; seeds and salts are secret.
struct DatasetRecord {
  std::uint64_t dataset = 0;
  std::uint32_t number = 0;
  Hash256 version;
  std::string file;
  /// One after the other they are the file.
  std::vector<DatasetLot> lots;
  Hash256 file_digest;
  Hash256 digest_salt;
  /// The description as published off the chain; the chain has H(salt | H(JCS)).
  json::Value description;
  Hash256 description_salt;

  /// Bytes of the file.
  [[nodiscard]] std::uint64_t length() const;
  /// Where a lot begins in the file.
  [[nodiscard]] std::uint64_t offset_of(std::uint32_t lot) const;
};

/// The seller's secrets of one deal: on disk before the offer leaves.
struct SealedRecord {
  trade::DealKey key;
  /// r of R = rG.
  Hash256 randomness;
};

class TradeHome {
 public:
  explicit TradeHome(fs::path root) : root_(std::move(root)) {}

  void save(const DatasetRecord& record) const;
  /// A CliError (code 7) when this home has no such version.
  [[nodiscard]] DatasetRecord dataset(const Hash256& version) const;
  [[nodiscard]] std::vector<DatasetRecord> datasets() const;
  [[nodiscard]] fs::path dataset_folder(const Hash256& version) const;
  [[nodiscard]] fs::path manifest_file(const Hash256& version, std::uint32_t lot) const;

  void save(const OfferDocument& offer) const;
  /// A CliError: code 7 when this home has no such deal, code 8 when the document is another
  /// deal's.
  [[nodiscard]] OfferDocument offer(const trade::DealId& deal) const;
  [[nodiscard]] bool has_offer(const trade::DealId& deal) const;
  /// The deals of this home about a lot, in the order of their ids.
  [[nodiscard]] std::vector<OfferDocument> offers_of(const Hash256& version,
                                                     std::uint32_t lot) const;
  /// An offer of this home under that nonce can still be locked.
  [[nodiscard]] bool has_open_nonce(Nonce nonce, std::uint64_t now_seconds) const;
  /// Where an offer to that request is worked on, and all such folders that are there.
  [[nodiscard]] fs::path offer_folder(const RequestDocument& request) const;
  [[nodiscard]] std::vector<fs::path> offer_folders() const;
  /// Of a buyer: takes a nonce for a request to that seller. False when this home has asked under
  /// it before, also from another process.
  [[nodiscard]] bool take_nonce(const Address& seller, Nonce nonce) const;
  void save(const trade::DealId& deal, const SealedRecord& record) const;
  [[nodiscard]] SealedRecord sealed(const trade::DealId& deal) const;
  [[nodiscard]] fs::path deal_folder(const trade::DealId& deal) const;

  [[nodiscard]] fs::path deal_secret_file() const { return root_ / "deal-secret"; }
  [[nodiscard]] fs::path backup_note_file() const { return root_ / "deal-secret.backup"; }

 private:
  fs::path root_;
};

/// "manifest" of lot 0, "manifest-<lot>" of a further one.
[[nodiscard]] std::string manifest_name(std::uint32_t lot);

/// 64 hex digits in a file of mode 0600.
[[nodiscard]] trade::DealSecretFile read_deal_secret(const fs::path& path);
void write_deal_secret(const fs::path& path, const trade::DealSecretFile& secret);

}  // namespace datapact::tools
