#pragma once
// Long work that survives its process. A job's folder holds what the work depends on before the
// first byte of output exists; the output is written from front to back, with checkpoints
// (docs/formats/lot-checkpoint.md). The same command finds both again and goes on; when anything it
// depends on is different, it begins anew.
#include "base/byte_stream.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "crypto/sha256.hpp"
#include "tools/cli/files.hpp"
#include "trade/lot.hpp"
#include "trade/lot_checkpoint.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::tools {

class LongWork;
class Output;

/// A folder of one command's work, held by one process at a time. It goes with the object when the
/// work is done, was discarded, or has no checkpoint yet; else it stays for the next run.
class JobFolder {
 public:
  /// What an earlier run left there is used when its parameters are the same. Otherwise the folder
  /// is emptied and `make_secrets` asked; both are on disk when the constructor returns. Secrets
  /// are therefore never used with other parameters than those they were made for. A job that is
  /// kept (keep) is not emptied: a CliError with code 1, "unfinished".
  JobFolder(const fs::path& path, const json::Value& parameters,
            const std::function<json::Value()>& make_secrets);
  ~JobFolder();
  JobFolder(const JobFolder&) = delete;
  JobFolder& operator=(const JobFolder&) = delete;
  JobFolder(JobFolder&&) = delete;
  JobFolder& operator=(JobFolder&&) = delete;

  enum class Found : std::uint8_t { kNothing, kSame, kOther };
  [[nodiscard]] Found found() const noexcept { return found_; }
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }
  [[nodiscard]] const json::Value& secrets() const noexcept { return secrets_; }
  /// The file that the job reads, as the run saw it that noted it last.
  [[nodiscard]] std::optional<FileIdentity> source() const;
  /// On disk on return: before the first byte is read.
  void note_source(const FileIdentity& identity) const;
  /// The file's content is another: as with other parameters, the folder is emptied and
  /// `make_secrets` asked. A job that is kept is not given up: a CliError with code 1,
  /// "unfinished".
  void begin_anew(const std::function<json::Value()>& make_secrets);
  /// The one checkpoint of the job: which lot, and how far.
  [[nodiscard]] fs::path checkpoint() const { return path_ / "checkpoint"; }
  /// From here on others may know of what the secrets made: the job is not given up for other
  /// parameters any more. On disk on return.
  void keep();
  [[nodiscard]] bool is_kept() const;
  /// Nothing of it is needed any more.
  void discard() noexcept { discarded_ = true; }

 private:
  fs::path path_;
  FileLock lock_;
  json::Value parameters_;
  Found found_ = Found::kNothing;
  json::Value secrets_;
  bool discarded_ = false;
};

/// 16 hex digits of the text's digest, for names of jobs.
[[nodiscard]] std::string short_digest(std::string_view text);
/// Says when an interrupted run cannot be gone on with; `what` is the thing that may have changed.
void note_found(const Output& out, const JobFolder& job, const std::string& what);

/// Where a lot's output goes. Several lots may share a file.
struct LotPlace {
  /// Empty: the lot is only read.
  fs::path output;
  /// Where in `output` the lot begins.
  std::uint64_t offset = 0;
};

/// Lots written one after another, with one checkpoint for all.
struct LotSeries {
  trade::LotWork work;
  std::vector<trade::LotShape> shapes;
  std::function<LotPlace(std::uint32_t lot)> place;
  fs::path checkpoint;
};

/// Where an earlier run stood: its checkpoint is whole, fits the series, and what it counts is
/// there. Otherwise the beginning.
[[nodiscard]] trade::LotCheckpoint find_checkpoint(const LotSeries& series);

/// What the checkpoint of a series has hashed of `file` is in it still; false without a checkpoint.
/// It is read again, which Ctrl-C ends.
[[nodiscard]] bool is_hashed_still(const LotSeries& series, const ByteSource& file);
/// SHA-256 of the file up to `end`; Ctrl-C ends it.
[[nodiscard]] crypto::Sha256 hash_of(const ByteSource& file, std::uint64_t end);

/// The output of one lot of a series, `output`.part until it is complete. Only one process at a
/// time may have it: who uses it holds the job's folder.
class LotOutput final : public ByteSink {
 public:
  /// `start`: what find_checkpoint said, or the end of the lot before. What lies behind it is
  /// dropped. A checkpoint is made at most once every `interval`.
  LotOutput(const LotSeries& series, const trade::LotCheckpoint& start,
            std::chrono::milliseconds interval = kInterval);
  ~LotOutput() override;
  LotOutput(const LotOutput&) = delete;
  LotOutput& operator=(const LotOutput&) = delete;
  LotOutput(LotOutput&&) = delete;
  LotOutput& operator=(LotOutput&&) = delete;

  static constexpr std::chrono::milliseconds kInterval{2000};

  /// Bytes of the lot's data that need not be done again.
  [[nodiscard]] std::uint64_t resumed_bytes() const noexcept;
  /// The work, to go on from here and to leave checkpoints.
  [[nodiscard]] trade::Work resume(trade::Work work);
  [[nodiscard]] Result<void, StreamError> write_at(std::uint64_t offset, ByteView data) override;
  /// Output and checkpoint are on disk as far as the work went.
  void flush();
  /// The output is whole and gets its name; the checkpoint says so, on disk, before.
  void complete();
  /// The lot is whole, but its file goes on with the next one.
  void complete_part();
  /// Nothing of it is worth keeping.
  void discard();
  /// Where the lot after this one starts.
  [[nodiscard]] trade::LotCheckpoint next() const;

 private:
  [[nodiscard]] Result<void, StreamError> save();
  LotPlace place_;
  trade::LotWork work_;
  trade::LotShape shape_;
  fs::path checkpoint_;
  trade::LotCheckpoint start_;
  trade::LotCheckpoint at_;
  std::chrono::milliseconds interval_;
  /// Absent when an earlier run completed the output.
  std::optional<FileSink> sink_;
  std::chrono::steady_clock::time_point next_save_{};
};

/// Ends the command: what was done before an interrupt is on disk, and how much it is is said.
[[noreturn]] void fail_resumable(LotOutput& output, const LongWork& work,
                                 const trade::LotError& error);

}  // namespace datapact::tools
