// trade_bench [MEBIBYTES]: register, encrypt, verify and decrypt a file as the wallet does, beside
// openssl's digest and cipher on the same file in the same run; then the gas of every step of a
// sale and of every dispute. Printed, never asserted.
#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "bench/sale_gas.hpp"
#include "tests/testkit/node/network.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/system.hpp"
#include "tools/trading/resumable.hpp"
#include "trade/data_layout.hpp"
#include "trade/lot.hpp"
#include "trade/lot_checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/time.h>

namespace datapact::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMebibytesDefault = 256;
/// The best of these: the others had to wait for something.
constexpr int kRounds = 3;

/// Of this process and of the commands it ran.
double cpu_seconds() {
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  double sum = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    sum += seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  return sum;
}

/// MB a second of the clock, and of a processor: the second holds on a busy machine, too.
struct Speed {
  double wall = 0;
  double cpu = 0;
};

Speed speed_of(double megabytes, const std::function<void()>& work) {
  Speed best;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    const double cpu = cpu_seconds();
    work();
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    best.wall = std::max(best.wall, megabytes / spent.count());
    best.cpu = std::max(best.cpu, megabytes / std::max(cpu_seconds() - cpu, 1e-6));
  }
  return best;
}

void require(bool holds, std::string_view what) {
  if (holds) return;
  fmt::print(stderr, "trade_bench: {} failed\n", what);
  std::exit(1);
}

void write_random(const fs::path& path, std::uint64_t mebibytes) {
  std::ofstream out(path, std::ios::binary);
  Prng prng(1);
  Bytes block(1 << 20);
  for (std::uint64_t i = 0; i < mebibytes; ++i) {
    prng.fill(block);
    out.write(reinterpret_cast<const char*>(block.data()),
              static_cast<std::streamsize>(block.size()));
  }
  require(out.good(), "writing the file");
}

class Throughput {
 public:
  Throughput(const fs::path& folder, std::uint64_t mebibytes)
      : folder_(folder), bytes_(mebibytes << 20), runner_(tools::make_thread_runner()) {
    write_random(folder_ / "file", mebibytes);
  }

  void run() {
    fmt::print("{} MiB, {} cores, chunks of {} bytes; MB/s of plaintext, best of {}\n",
               bytes_ >> 20, runner_->width(), trade::kChunkBytesDefault, kRounds);
    const Speed digest = openssl("dgst -sha256 -r");
    const Speed cipher =
        openssl("enc -aes-256-ctr -K " + std::string(64, '1') + " -iv " + std::string(32, '2'));
    show("openssl dgst -sha256", digest, digest, cipher);
    show("openssl enc -aes-256-ctr", cipher, digest, cipher);
    show("register", speed([this] { register_file(); }), digest, cipher);
    show("encrypt", speed([this] { encrypt(); }), digest, cipher);
    show("verify", speed([this] { verify(); }), digest, cipher);
    show("decrypt", speed([this] { decrypt(); }), digest, cipher);
  }

 private:
  [[nodiscard]] Speed speed(const std::function<void()>& work) const {
    return speed_of(static_cast<double>(bytes_) / 1e6, work);
  }
  [[nodiscard]] Speed openssl(const std::string& arguments) const {
    const std::string command =
        "openssl " + arguments + (arguments.starts_with("enc") ? " -in '" : " '") +
        (folder_ / "file").string() + "' > '" + (folder_ / "openssl.out").string() + "'";
    // A shell as a person would use it: the command is fixed but for the folder's name.
    return speed([&] { require(std::system(command.c_str()) == 0, command); });  // NOLINT
  }
  static void show(std::string_view name, const Speed& speed, const Speed& digest,
                   const Speed& cipher) {
    fmt::print(
        "{:<26} {:>6.0f} MB/s ({:.2f} of sha256, {:.2f} of aes-256-ctr), {:>6.0f} MB a CPU second "
        "({:.2f}, {:.2f})\n",
        name, speed.wall, speed.wall / digest.wall, speed.wall / cipher.wall, speed.cpu,
        speed.cpu / digest.cpu, speed.cpu / cipher.cpu);
  }

  [[nodiscard]] trade::Work work() const { return {*runner_, {}}; }
  /// With checkpoints, as the wallet writes.
  [[nodiscard]] tools::LotSeries series(trade::LotWork what, const char* name) const {
    const auto shape = trade::make_shape(bytes_, trade::kChunkBytesDefault);
    require(shape.has_value(), "the shape");
    return {what,
            {*shape},
            [this, name](std::uint32_t) { return tools::LotPlace{folder_ / name, 0}; },
            folder_ / (std::string(name) + ".checkpoint")};
  }
  void register_file() {
    tools::LotOutput manifest(series(trade::LotWork::kManifest, "manifest"), {});
    const auto done =
        trade::register_lot(tools::FileSource(folder_ / "file"), trade::kChunkBytesDefault, seed_,
                            manifest, manifest.resume(work()));
    require(done.has_value(), "register");
    lot_ = done->lot;
    manifest.complete();
  }
  void encrypt() {
    tools::LotOutput ciphertext(series(trade::LotWork::kCiphertext, "ciphertext"), {});
    const auto root = trade::encrypt_lot(tools::FileSource(folder_ / "file"), lot_.shape, seed_,
                                         key_, ciphertext, ciphertext.resume(work()));
    require(root.has_value(), "encrypt");
    root_z_ = *root;
    ciphertext.complete();
  }
  void verify() {
    require(trade::check_manifest(tools::FileSource(folder_ / "manifest"), lot_).has_value() &&
                trade::check_ciphertext(tools::FileSource(folder_ / "ciphertext"), lot_.shape,
                                        root_z_, work())
                    .has_value(),
            "verify");
  }
  void decrypt() {
    tools::LotOutput plain(series(trade::LotWork::kPlaintext, "plain"), {});
    require(trade::decrypt_lot(tools::FileSource(folder_ / "ciphertext"),
                               tools::FileSource(folder_ / "manifest"), lot_.shape, key_, plain,
                               plain.resume(work()))
                .has_value(),
            "decrypt");
    plain.complete();
  }

  fs::path folder_;
  std::uint64_t bytes_;
  std::unique_ptr<TaskRunner> runner_;
  trade::LotSeed seed_{{1}};
  trade::CipherKey key_{Hash256{{2}}, trade::DealKey{{3}}};
  trade::LotRoot lot_;
  Hash256 root_z_;
};

void print_gas() {
  fmt::print("\ngas from receipts of a running node, Prague, calldata floor included\n");
  for (const auto& step : measure_sale_gas()) {
    fmt::print("{:<30} {:>9}{}\n", step.step, step.gas,
               step.gas_max == 0 ? "" : fmt::format("   at most {}", step.gas_max));
  }
}

}  // namespace
}  // namespace datapact::bench

int main(int argc, char** argv) {
  using namespace datapact::bench;  // NOLINT(google-build-using-namespace)
  std::uint64_t mebibytes = kMebibytesDefault;
  if (argc > 1) {
    const std::string_view text = argv[1];
    const auto end = std::from_chars(text.data(), text.data() + text.size(), mebibytes);
    if (argc > 2 || end.ptr != text.data() + text.size() || mebibytes == 0) {
      fmt::print(stderr, "usage: trade_bench [MEBIBYTES]\n");
      return 2;
    }
  }
  const datapact::node::test::TempFolder folder;
  Throughput(folder.path(), mebibytes).run();
  print_gas();
  return 0;
}
