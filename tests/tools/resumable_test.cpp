#include "tools/trading/resumable.hpp"

#include "base/hex.hpp"
#include "base/prng.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/trading/trade_home.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)
using trade::LotWork;

namespace {

constexpr std::uint32_t kChunk = 65536;

Bytes content_of(const fs::path& path) { return to_bytes(as_bytes(read_text_file(path))); }

void write(const fs::path& path, ByteView content) { write_file_durably(path, as_text(content)); }

json::Value parameters(const std::string& file) { return json::Value::object({{"file", file}}); }

/// A file of two lots, of two batches each, and its manifests, ciphertext of the first lot and
/// whole plaintext as uninterrupted work writes them.
struct World {
  World() : root(fs::path(DATAPACT_BUILD_DIR) / "resumable_test") {
    fs::remove_all(root);
    Prng prng(11);
    file.resize((28ULL << 20) + 5);
    prng.fill(file);
    write(root / "file", file);
    seed = random_fixed<trade::LotSeed>(prng);
    key = {random_fixed<Hash256>(prng), random_fixed<trade::DealKey>(prng)};
    const std::uint64_t first = 200ULL * (kChunk - 32);
    shapes = {*trade::make_shape(first, kChunk), *trade::make_shape(file.size() - first, kChunk)};
    for (std::uint32_t lot = 0; lot < 2; ++lot) {
      BytesSink manifest;
      BytesSink cipher;
      const auto done = trade::register_lot(data(lot), kChunk, seed, manifest, {runner, {}});
      roots.push_back(done->lot);
      manifests.push_back(manifest.bytes());
      (void)*trade::encrypt_lot(data(lot), shapes[lot], seed, key, cipher, {runner, {}});
      ciphertexts.push_back(cipher.bytes());
    }
  }
  ~World() { fs::remove_all(root); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  World(World&&) = delete;
  World& operator=(World&&) = delete;

  [[nodiscard]] std::uint64_t offset(std::uint32_t lot) const {
    return lot == 0 ? 0 : shapes[0].length;
  }
  [[nodiscard]] ViewSource data(std::uint32_t lot) const {
    return ViewSource(ByteView{file}.subspan(offset(lot), shapes[lot].length));
  }
  [[nodiscard]] LotSeries series(LotWork work) const {
    const fs::path folder = root / "job";
    return {work, shapes,
            [this, work, folder](std::uint32_t lot) {
              if (work == LotWork::kPlaintext) return LotPlace{root / "out", offset(lot)};
              return LotPlace{folder / manifest_name(lot), 0};
            },
            folder / "checkpoint"};
  }
  /// Works on all lots and is killed (throws) after `batches`; true when it came to the end.
  bool run(LotWork kind, int batches) {
    const JobFolder job(root / "job", parameters("a"), [] { return json::Value{}; });
    const auto all = series(kind);
    auto start = find_checkpoint(all);
    first_start = start;
    for (std::uint32_t lot = start.lot; lot < shapes.size(); ++lot) {
      LotOutput out(all, start, std::chrono::milliseconds{0});
      auto work = out.resume({runner, [&](auto, auto) { return --batches > 0; }});
      const auto ended =
          kind == LotWork::kPlaintext ? decrypt(lot, out, work) : hash(kind, lot, out, work);
      if (!ended) return false;
      if (kind == LotWork::kPlaintext && lot == 0)
        out.complete_part();
      else
        out.complete();
      start = out.next();
    }
    return true;
  }
  bool hash(LotWork kind, std::uint32_t lot, LotOutput& out, const trade::Work& work) {
    if (kind == LotWork::kManifest)
      return trade::register_lot(data(lot), kChunk, seed, out, work).has_value();
    return trade::encrypt_lot(data(lot), shapes[lot], seed, key, out, work).has_value();
  }
  bool decrypt(std::uint32_t lot, LotOutput& out, const trade::Work& work) {
    return trade::decrypt_lot(ViewSource(ciphertexts[lot]), ViewSource(manifests[lot]), shapes[lot],
                              key, out, work)
        .has_value();
  }
  void check_outputs(LotWork kind) const {
    if (kind == LotWork::kPlaintext) {
      CHECK(content_of(root / "out") == file);
      return;
    }
    const auto& expected = kind == LotWork::kManifest ? manifests : ciphertexts;
    for (std::uint32_t lot = 0; lot < 2; ++lot)
      CHECK(content_of(root / "job" / manifest_name(lot)) == expected[lot]);
  }
  /// The file that is being written when `run` was killed.
  [[nodiscard]] fs::path part(LotWork kind) const {
    const auto at = trade::decode_checkpoint(kind, content_of(root / "job" / "checkpoint"));
    REQUIRE(at.has_value());
    return series(kind).place(at->lot).output.string() + ".part";
  }

  fs::path root;
  SequentialRunner runner;
  Bytes file;
  trade::LotSeed seed;
  trade::CipherKey key;
  std::vector<trade::LotShape> shapes;
  std::vector<trade::LotRoot> roots;
  std::vector<Bytes> manifests;
  std::vector<Bytes> ciphertexts;
  trade::LotCheckpoint first_start;
};

constexpr LotWork kWorks[] = {LotWork::kManifest, LotWork::kCiphertext, LotWork::kPlaintext};

std::string secret_of(const fs::path& path, const json::Value& of, std::string fresh) {
  JobFolder job(path, of, [&] { return json::Value{std::move(fresh)}; });
  write_file_durably(job.checkpoint(), "kept");
  return *job.secrets().as_string();
}

}  // namespace

TEST_SUITE("tools/resumable") {
  TEST_CASE("work killed after any batch and run again writes what uninterrupted work does") {
    World world;
    for (const auto kind : kWorks) {
      for (int batches = 1; batches <= 3; ++batches) {
        CAPTURE(static_cast<int>(kind));
        CAPTURE(batches);
        REQUIRE_FALSE(world.run(kind, batches));
        REQUIRE(world.run(kind, 100));
        CHECK(world.first_start.lot + world.first_start.chunks > 0);
        world.check_outputs(kind);
        fs::remove_all(world.root / "job");
        fs::remove(world.root / "out");
      }
    }
  }

  TEST_CASE("what was written behind the checkpoint is written again") {
    World world;
    for (const auto kind : kWorks) {
      CAPTURE(static_cast<int>(kind));
      REQUIRE_FALSE(world.run(kind, 2));
      const auto part = world.part(kind);
      Bytes torn = content_of(part);
      torn.insert(torn.end(), 3'000'000, 0xa5);
      write(part, torn);
      REQUIRE(world.run(kind, 100));
      CHECK(world.first_start.chunks > 0);
      world.check_outputs(kind);
      fs::remove_all(world.root / "job");
      fs::remove(world.root / "out");
    }
  }

  TEST_CASE("an output shorter than its checkpoint, gone or changed begins anew") {
    World world;
    for (const auto kind : kWorks) {
      for (const int damage : {0, 1, 2}) {
        // A ciphertext is read whole before it is offered: that finds a change.
        if (kind == LotWork::kCiphertext && damage == 2) continue;
        CAPTURE(static_cast<int>(kind));
        CAPTURE(damage);
        REQUIRE_FALSE(world.run(kind, 1));
        const auto part = world.part(kind);
        Bytes content = content_of(part);
        if (damage == 0) content.pop_back();
        if (damage == 2) content[content.size() / 2] ^= 1;
        write(part, content);
        if (damage == 1) fs::remove(part);
        REQUIRE(world.run(kind, 100));
        CHECK(world.first_start.chunks == 0);
        world.check_outputs(kind);
        fs::remove_all(world.root / "job");
        fs::remove(world.root / "out");
      }
    }
  }

  TEST_CASE("a checkpoint that is torn, of other work or of another shape is as none") {
    World world;
    REQUIRE_FALSE(world.run(LotWork::kManifest, 2));
    const fs::path checkpoint = world.root / "job" / "checkpoint";
    const Bytes good = content_of(checkpoint);
    auto series = world.series(LotWork::kManifest);
    CHECK(find_checkpoint(series).chunks > 0);
    write(checkpoint, ByteView{good}.first(good.size() - 1));
    CHECK(find_checkpoint(series).chunks == 0);
    write(checkpoint, Bytes(100'000));
    CHECK(find_checkpoint(series).chunks == 0);
    write(checkpoint, good);
    CHECK(find_checkpoint(world.series(LotWork::kPlaintext)).chunks == 0);
    series.shapes[0] = *trade::make_shape(5000, kChunk);
    CHECK(find_checkpoint(series).chunks == 0);
  }

  TEST_CASE("an earlier lot's file that is gone begins anew") {
    World world;
    REQUIRE_FALSE(world.run(LotWork::kManifest, 3));
    REQUIRE(find_checkpoint(world.series(LotWork::kManifest)).lot == 1);
    fs::remove(world.root / "job" / "manifest");
    CHECK(find_checkpoint(world.series(LotWork::kManifest)).lot == 0);
  }

  TEST_CASE("work that ends before its first checkpoint leaves nothing behind") {
    World world;
    class Broken final : public ByteSource {
      [[nodiscard]] std::uint64_t size() const override { return 1 << 20; }
      [[nodiscard]] Result<void, StreamError> read_at(std::uint64_t /*offset*/,
                                                      MutableBytes /*out*/) const override {
        return fail(StreamError{"the disk is gone"});
      }
    };
    {
      const JobFolder job(world.root / "job", parameters("a"), [] { return json::Value{}; });
      auto series = world.series(LotWork::kManifest);
      series.shapes = {*trade::make_shape(1 << 20, kChunk)};
      LotOutput out(series, find_checkpoint(series));
      CHECK_FALSE(
          trade::register_lot(Broken{}, kChunk, world.seed, out, out.resume({world.runner, {}}))
              .has_value());
    }
    CHECK_FALSE(fs::exists(world.root / "job"));
  }

  TEST_CASE("a job's secrets are the same for the same parameters, and never those of others") {
    const fs::path root = fs::path(DATAPACT_BUILD_DIR) / "job_test";
    fs::remove_all(root);
    CHECK(secret_of(root / "job", parameters("a"), "first") == "first");
    CHECK(secret_of(root / "job", parameters("a"), "second") == "first");
    write_file_durably(root / "job" / "ciphertext.part", "under the first key");
    CHECK(secret_of(root / "job", parameters("b"), "third") == "third");
    CHECK_FALSE(fs::exists(root / "job" / "ciphertext.part"));
    CHECK(secret_of(root / "job", parameters("a"), "fourth") == "fourth");
    write_file_durably(root / "job" / "job.json", R"({"format":"datapact-job/1","param)");
    CHECK(secret_of(root / "job", parameters("a"), "fifth") == "fifth");
    fs::remove_all(root);
  }

  TEST_CASE("a job that has sent something is not given up for other parameters, nor lost") {
    const fs::path root = fs::path(DATAPACT_BUILD_DIR) / "kept_job_test";
    fs::remove_all(root);
    const auto secret = [] { return json::Value{std::string("first")}; };
    JobFolder{root / "job", parameters("a"), secret}.keep();
    CHECK_THROWS_WITH_AS(JobFolder(root / "job", parameters("b"), secret),
                         doctest::Contains("has sent transactions"), CliError);
    CHECK(secret_of(root / "job", parameters("a"), "second") == "first");
    JobFolder{root / "job", parameters("a"), secret}.discard();
    CHECK(secret_of(root / "job", parameters("b"), "third") == "third");
    fs::remove_all(root);
  }
  TEST_CASE("parameters with numbers are the same when they are written the same") {
    const fs::path root = fs::path(DATAPACT_BUILD_DIR) / "job_number_test";
    fs::remove_all(root);
    for (const std::string description : {"[1.0,1e3]", "[2.5,-0.0]", "[1e300,7]"}) {
      CAPTURE(description);
      const auto of = *json::parse(description);
      CHECK(secret_of(root / "job", of, description) == description);
      CHECK(secret_of(root / "job", of, "second") == description);
    }
    fs::remove_all(root);
  }

  TEST_CASE("a job has one process at a time, and its lock goes with it") {
    const fs::path root = fs::path(DATAPACT_BUILD_DIR) / "job_lock_test";
    fs::remove_all(root);
    const auto none = [] { return json::Value{}; };
    {
      const JobFolder first(root / "job", parameters("a"), none);
      try {
        const JobFolder second(root / "job", parameters("a"), none);
        FAIL("two processes had one job");
      } catch (const CliError& error) {
        CHECK(error.name() == "busy");
        CHECK(error.message() == "another command is at work on " + (root / "job").string());
      }
    }
    CHECK_FALSE(fs::exists(root / "job"));
    const JobFolder third(root / "job", parameters("a"), none);
    CHECK(third.found() == JobFolder::Found::kNothing);
  }

  TEST_CASE("what was hashed of a file is known again, and a change of it is not missed") {
    World world;
    REQUIRE_FALSE(world.run(LotWork::kManifest, 3));
    const auto series = world.series(LotWork::kManifest);
    const auto at = find_checkpoint(series);
    REQUIRE(at.lot == 1);
    const auto hashed = world.offset(1) + at.chunks * (kChunk - 32);
    REQUIRE(hashed < world.file.size());
    CHECK(is_hashed_still(series, ViewSource(world.file)));
    Bytes other = world.file;
    other[hashed] ^= 1;
    CHECK(is_hashed_still(series, ViewSource(other)));
    other[hashed - 1] ^= 1;
    CHECK_FALSE(is_hashed_still(series, ViewSource(other)));
    CHECK_FALSE(is_hashed_still(series, ViewSource(ByteView{world.file}.first(hashed - 1))));
    fs::remove(series.checkpoint);
    CHECK_FALSE(is_hashed_still(series, ViewSource(world.file)));
  }

  TEST_CASE("a job knows the file it read, and begins anew with other secrets for other content") {
    const fs::path root = fs::path(DATAPACT_BUILD_DIR) / "job_source_test";
    fs::remove_all(root);
    const FileIdentity seen{7, -5, 9, 11};
    const auto fresh = [](const char* text) { return [=] { return json::Value{text}; }; };
    {
      JobFolder job(root / "job", parameters("a"), fresh("first"));
      CHECK_FALSE(job.source().has_value());
      job.note_source(seen);
      write_file_durably(job.checkpoint(), "kept");
    }
    {
      JobFolder job(root / "job", parameters("a"), fresh("second"));
      CHECK(job.found() == JobFolder::Found::kSame);
      CHECK(job.source() == seen);
      job.begin_anew(fresh("third"));
      CHECK(job.found() == JobFolder::Found::kOther);
      CHECK_FALSE(job.source().has_value());
      CHECK_FALSE(fs::exists(job.checkpoint()));
      CHECK(*job.secrets().as_string() == "third");
      job.keep();
    }
    JobFolder job(root / "job", parameters("a"), fresh("fourth"));
    CHECK(*job.secrets().as_string() == "third");
    CHECK_THROWS_WITH_AS(job.begin_anew(fresh("fifth")), doctest::Contains("has sent transactions"),
                         CliError);
    CHECK(*job.secrets().as_string() == "third");
    job.discard();
  }

  TEST_CASE(
      "a file has another identity when it was written to, its time put back, or was replaced") {
    const fs::path root = fs::path(DATAPACT_BUILD_DIR) / "identity_test";
    fs::remove_all(root);
    write_file_durably(root / "file", "content");
    const FileSource open(root / "file");
    const auto before = open.identity();
    CHECK(FileSource(root / "file").identity() == before);
    fs::last_write_time(root / "file",
                        fs::last_write_time(root / "file") + std::chrono::seconds(1));
    CHECK_FALSE(open.identity() == before);
    fs::last_write_time(root / "file",
                        fs::last_write_time(root / "file") - std::chrono::seconds(1));
    CHECK(open.identity().modified_ns == before.modified_ns);
    CHECK_FALSE(open.identity() == before);
    write_file_durably(root / "file", "content");
    CHECK_FALSE(FileSource(root / "file").identity().inode == before.inode);
    fs::remove_all(root);
  }

  TEST_CASE("a record of one lot in the older form is read, and written in the newer") {
    const fs::path root = fs::path(DATAPACT_BUILD_DIR) / "record_test";
    fs::remove_all(root);
    const TradeHome home(root);
    const Hash256 version{{7}};
    const std::string one = to_hex0x(Hash256{{1}});
    write_file_durably(home.dataset_folder(version) / "dataset.json",
                       R"({"format":"datapact-dataset/1","dataset":"3","number":"1","version":")" +
                           to_hex0x(version) + R"(","file":"/rows","rootX":")" + one +
                           R"(","n":"3","s":"2048","length":"5000","seed":")" + one +
                           R"(","fileDigest":")" + one + R"(","digestSalt":")" + one +
                           R"(","description":{},"descriptionSalt":")" + one + R"("})");
    auto record = home.dataset(version);
    REQUIRE(record.lots.size() == 1);
    CHECK(record.length() == 5000);
    CHECK(record.lots[0].seed == trade::LotSeed{{1}});
    CHECK(home.manifest_file(version, 0) == home.dataset_folder(version) / "manifest");
    record.lots.push_back({{Hash256{{2}}, *trade::make_shape(1000, 1024)}, trade::LotSeed{{3}}});
    home.save(record);
    const auto again = home.dataset(version);
    REQUIRE(again.lots.size() == 2);
    CHECK(again.lots[1].root == record.lots[1].root);
    CHECK(again.lots[1].seed == record.lots[1].seed);
    CHECK(again.offset_of(1) == 5000);
    CHECK(again.length() == 6000);
    fs::remove_all(root);
  }
}
