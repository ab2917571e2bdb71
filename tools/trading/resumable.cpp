#include "tools/trading/resumable.hpp"

#include "base/byte_stream.hpp"
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/sha256.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/system.hpp"
#include "tools/trading/fields.hpp"
#include "tools/trading/work_progress.hpp"
#include "trade/lot.hpp"
#include "trade/lot_checkpoint.hpp"
#include "trade/merkle.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

namespace datapact::tools {
namespace {

/// In the folder of a job: that it is kept, and what it reads.
constexpr const char* kKept = "kept";
constexpr const char* kSource = "source.json";
constexpr std::string_view kJobFormat = "datapact-job/1";
constexpr std::size_t kCheckpointBytesMax = 8192;

/// The secrets of a job with these parameters; nothing when there is none, or one that cannot be
/// read: its process ended before it had begun.
std::optional<json::Value> read_job(const fs::path& file, const json::Value& parameters) {
  const auto document = json::parse(read_text_file(file), {.depth_max = 64});
  if (!document || !document->is_object()) return std::nullopt;
  const auto* format = document->find("format");
  const auto* theirs = document->find("parameters");
  const auto* secrets = document->find("secrets");
  if (format == nullptr || theirs == nullptr || secrets == nullptr) return std::nullopt;
  // As texts: a number such as 1.0 is written as 1, and read back as another type.
  if (*format != json::Value{kJobFormat} ||
      json::to_canonical_text(*theirs) != json::to_canonical_text(parameters))
    return std::nullopt;
  return *secrets;
}

/// Hands the bytes [first, end) over in pieces.
void for_pieces(const ByteSource& file, std::uint64_t first, std::uint64_t end,
                const std::function<void(ByteView)>& use) {
  constexpr std::uint64_t kPiece = 1 << 20;
  Bytes piece;
  for (std::uint64_t at = first; at < end; at += piece.size()) {
    if (interrupted()) throw CliError(ExitCode::kInterrupted, "interrupted", "interrupted");
    piece.resize(static_cast<std::size_t>(std::min(kPiece, end - at)));
    const auto read = file.read_at(at, piece);
    if (!read) fail_stream(read.error());
    use(piece);
  }
}

std::optional<trade::LotCheckpoint> read_checkpoint(const fs::path& path, trade::LotWork work) {
  std::error_code unreadable;
  const auto size = fs::file_size(path, unreadable);
  if (unreadable || size > kCheckpointBytesMax) return std::nullopt;
  const std::string text = read_text_file(path, kCheckpointBytesMax);
  return trade::decode_checkpoint(work, as_bytes(text));
}

fs::path part_of(const fs::path& output) { return output.string() + ".part"; }

/// Data in the lots before.
std::uint64_t data_before(const LotSeries& series, std::uint32_t lot) {
  std::uint64_t out = 0;
  for (std::uint32_t i = 0; i < lot; ++i) out += series.shapes[i].length;
  return out;
}

/// The output is there as far as the checkpoint counts, and hashes to what it says: that is much
/// quicker than making it anew. A ciphertext is not hashed here, because an offer decrypts the
/// whole of it before it is signed.
bool is_there(const LotSeries& series, const trade::LotCheckpoint& at) {
  const LotPlace place = series.place(at.lot);
  if (place.output.empty()) return true;
  const auto& shape = series.shapes[at.lot];
  const std::uint64_t end = place.offset + trade::output_bytes(series.work, shape, at.chunks);
  const bool has_part = fs::exists(part_of(place.output));
  if (!has_part && (at.chunks != shape.n || !fs::exists(place.output))) return false;
  const FileSource file(has_part ? part_of(place.output) : place.output);
  if (has_part ? file.size() < end : file.size() != end) return false;
  switch (series.work) {
    case trade::LotWork::kManifest: {
      trade::MerkleStream tree;
      for_pieces(file, place.offset, end, [&](ByteView piece) {
        for (; !piece.empty(); piece = piece.subspan(Hash256::kSize))
          tree.add(Hash256::from(piece.first(Hash256::kSize)));
      });
      return tree.save() == at.tree.save();
    }
    case trade::LotWork::kPlaintext: {
      return hash_of(file, end).save() == at.digest.save();
    }
    case trade::LotWork::kCiphertext:
      return true;
  }
  return false;
}

/// Lots that have a file of their own must be there whole when a later one is under way.
bool are_earlier_there(const LotSeries& series, std::uint32_t lot) {
  for (std::uint32_t i = 0; i < lot; ++i) {
    const LotPlace place = series.place(i);
    const auto& shape = series.shapes[i];
    if (place.output == series.place(lot).output) continue;
    std::error_code missing;
    if (fs::file_size(place.output, missing) != trade::output_bytes(series.work, shape, shape.n) ||
        missing)
      return false;
  }
  return true;
}

}  // namespace

JobFolder::JobFolder(const fs::path& path, const json::Value& parameters,
                     const std::function<json::Value()>& make_secrets)
    : path_(path), lock_(path / "lock"), parameters_(parameters) {
  const fs::path file = path_ / "job.json";
  const bool was_there = fs::exists(file);
  if (was_there) {
    if (auto secrets = read_job(file, parameters)) {
      found_ = Found::kSame;
      secrets_ = std::move(*secrets);
      return;
    }
  }
  begin_anew(make_secrets);
  found_ = was_there ? Found::kOther : Found::kNothing;
}

void JobFolder::begin_anew(const std::function<json::Value()>& make_secrets) {
  if (is_kept()) {
    throw CliError(
        ExitCode::kFailed, "unfinished",
        "an interrupted run with other options, or of another state of the file, has sent "
        "transactions, and its secrets lie in " +
            path_.string(),
        "run the command as it was run then, or give that version up: remove the folder");
  }
  const fs::path file = path_ / "job.json";
  // The old secrets go first: nothing that is written from here on is theirs.
  fs::remove(file);
  for (const auto& entry : fs::directory_iterator(path_)) {
    if (entry.path().filename() != "lock") fs::remove_all(entry.path());
  }
  secrets_ = make_secrets();
  write_file_durably(
      file,
      json::to_pretty_text(json::Value::object(
          {{"format", kJobFormat}, {"parameters", parameters_}, {"secrets", secrets_}})),
      true);
  found_ = Found::kOther;
}

std::optional<FileIdentity> JobFolder::source() const {
  const fs::path file = path_ / kSource;
  if (!fs::exists(file)) return std::nullopt;
  const auto document = json::parse(read_text_file(file));
  if (!document || !document->is_object()) return std::nullopt;
  const Fields f(*document, file.string());
  // Times before 1970 are negative, and written as the numbers of their bits.
  const auto time = [&](const char* name) {
    return static_cast<std::int64_t>(f.integer<std::uint64_t>(name));
  };
  return FileIdentity{f.integer<std::uint64_t>("size"), time("modifiedNs"),
                      f.integer<std::uint64_t>("inode"), time("changedNs")};
}

void JobFolder::note_source(const FileIdentity& identity) const {
  write_file_durably(
      path_ / kSource,
      json::to_pretty_text(json::Value::object(
          {{"size", std::to_string(identity.size)},
           {"modifiedNs", std::to_string(static_cast<std::uint64_t>(identity.modified_ns))},
           {"inode", std::to_string(identity.inode)},
           {"changedNs", std::to_string(static_cast<std::uint64_t>(identity.changed_ns))}})),
      true);
}

void JobFolder::keep() {
  if (!is_kept()) write_file_durably(path_ / kKept, "");
}

bool JobFolder::is_kept() const { return fs::exists(path_ / kKept); }

JobFolder::~JobFolder() {
  std::error_code ignored;
  const bool is_wanted = fs::exists(checkpoint(), ignored) || fs::exists(path_ / kKept, ignored);
  if (discarded_ || !is_wanted) fs::remove_all(path_, ignored);
}

std::string short_digest(std::string_view text) {
  return to_hex0x(crypto::sha256(as_bytes(text))).substr(2, 16);
}

void note_found(const Output& out, const JobFolder& job, const std::string& what) {
  if (job.found() != JobFolder::Found::kOther) return;
  out.note(what + " or the options have changed since the interrupted run: this one begins anew");
}

trade::LotCheckpoint find_checkpoint(const LotSeries& series) {
  const auto left = read_checkpoint(series.checkpoint, series.work);
  const bool fits = left && left->lot < series.shapes.size() &&
                    trade::is_within(series.work, *left, series.shapes[left->lot],
                                     data_before(series, left->lot));
  return fits && are_earlier_there(series, left->lot) && is_there(series, *left)
             ? *left
             : trade::LotCheckpoint{};
}

crypto::Sha256 hash_of(const ByteSource& file, std::uint64_t end) {
  crypto::Sha256 digest;
  for_pieces(file, 0, end, [&](ByteView piece) { digest.update(piece); });
  return digest;
}

bool is_hashed_still(const LotSeries& series, const ByteSource& file) {
  const auto left = read_checkpoint(series.checkpoint, series.work);
  return left && left->digest.length() <= file.size() &&
         hash_of(file, left->digest.length()).save() == left->digest.save();
}

LotOutput::LotOutput(const LotSeries& series, const trade::LotCheckpoint& start,
                     std::chrono::milliseconds interval)
    : place_(series.place(start.lot)),
      work_(series.work),
      shape_(series.shapes[start.lot]),
      checkpoint_(series.checkpoint),
      start_(start),
      at_(start),
      interval_(interval) {
  if (at_.chunks == shape_.n && !fs::exists(part_of(place_.output))) return;
  const bool is_new = start.lot == 0 && start.chunks == 0;
  std::error_code ignored;
  if (is_new) fs::remove(checkpoint_, ignored);
  if (place_.output.empty()) return;
  sink_.emplace(place_.output, true);
  sink_->keep_partial(!is_new);
  sink_->truncate(place_.offset + trade::output_bytes(work_, shape_, at_.chunks));
}

LotOutput::~LotOutput() = default;

std::uint64_t LotOutput::resumed_bytes() const noexcept {
  return std::min(shape_.length, start_.chunks * shape_.data_per_chunk());
}

trade::Work LotOutput::resume(trade::Work work) {
  work.start = at_;
  work.save = [this](const trade::LotCheckpoint& at) -> Result<void, StreamError> {
    at_ = at;
    // What ends a lot also says whether a checkpoint is needed there.
    if (at.chunks == shape_.n || std::chrono::steady_clock::now() < next_save_) return {};
    return save();
  };
  return work;
}

Result<void, StreamError> LotOutput::write_at(std::uint64_t offset, ByteView data) {
  if (!sink_) return {};
  return sink_->write_at(place_.offset + offset, data);
}

Result<void, StreamError> LotOutput::save() {
  // The order is the promise: a checkpoint counts only what is on disk.
  if (sink_) TRY_VOID(sink_->sync());
  const Bytes bytes = trade::encode_checkpoint(work_, at_);
  TRY_VOID(try_write_file_durably(checkpoint_, as_text(bytes), true));
  if (sink_) sink_->keep_partial(true);
  next_save_ = std::chrono::steady_clock::now() + interval_;
  return {};
}

void LotOutput::flush() {
  if (at_.chunks == start_.chunks) return;
  if (const auto saved = save(); !saved) fail_stream(saved.error());
}

void LotOutput::complete() {
  flush();
  if (sink_) sink_->finish();
  sink_.reset();
}

void LotOutput::complete_part() {
  flush();
  sink_.reset();
}

void LotOutput::discard() {
  std::error_code ignored;
  fs::remove(checkpoint_, ignored);
  if (sink_) sink_->keep_partial(false);
  sink_.reset();
}

trade::LotCheckpoint LotOutput::next() const { return {at_.lot + 1, 0, {}, at_.digest}; }

void fail_resumable(LotOutput& output, const LongWork& work, const trade::LotError& error) {
  if (std::holds_alternative<trade::Stopped>(error)) output.flush();
  work.fail_resumable(error);
}

}  // namespace datapact::tools
