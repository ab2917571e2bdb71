// datapact evidence verify, as a third party runs it: no node, no home.
#include "base/json.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/files.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

namespace {

const fs::path kExample = fs::path(DATAPACT_SOURCE_DIR) / "docs/formats/evidence-example.json";
constexpr std::string_view kGenesis =
    "0x5a7b654af88e26516e990600fdca2a6920c4c0ed1e89496055899a28fc780b71";

/// Sends descriptor 1 into a file while it lives.
class CapturedOutput {
 public:
  explicit CapturedOutput(const fs::path& file) : kept_(::dup(1)) {
    std::fflush(stdout);
    const int target = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ::dup2(target, 1);
    ::close(target);
  }
  ~CapturedOutput() {
    std::fflush(stdout);
    ::dup2(kept_, 1);
    ::close(kept_);
  }
  CapturedOutput(const CapturedOutput&) = delete;
  CapturedOutput& operator=(const CapturedOutput&) = delete;
  CapturedOutput(CapturedOutput&&) = delete;
  CapturedOutput& operator=(CapturedOutput&&) = delete;

 private:
  int kept_;
};

struct Answer {
  int code = 0;
  std::string out;
  [[nodiscard]] json::Value document() const {
    auto parsed = json::parse(out);
    REQUIRE(parsed.has_value());
    return *parsed;
  }
  [[nodiscard]] std::string error_name() const {
    return *document().find("error")->find("name")->as_string();
  }
};

Answer run(std::vector<std::string> arguments) {
  const fs::path file = fs::path(DATAPACT_BUILD_DIR) / "evidence-command-stdout";
  std::vector<const char*> argv{"datapact"};
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  Answer out;
  {
    const CapturedOutput captured(file);
    out.code = run_app(static_cast<int>(argv.size()), argv.data());
  }
  out.out = read_text_file(file);
  return out;
}

Answer verify(const fs::path& file, std::string_view genesis) {
  return run({"evidence", "verify", file.string(), "--genesis", std::string(genesis), "--json"});
}

fs::path written(const std::string& text) {
  const fs::path path = fs::path(DATAPACT_BUILD_DIR) / "evidence-command-bundle.json";
  write_file_durably(path, text);
  return path;
}

}  // namespace

TEST_SUITE("tools/evidence_command") {
  TEST_CASE("a bundle that holds is reported in words and ends with 0") {
    const auto text = run({"evidence", "verify", kExample.string(), "--genesis",
                           std::string(kGenesis), "--lang", "en"});
    CHECK(text.code == 0);
    CHECK(text.out.find("settled at height") != std::string::npos);
    CHECK(text.out.find("genesis hash") != std::string::npos);
    const auto answer = verify(kExample, kGenesis);
    CHECK(answer.code == 0);
    const auto document = answer.document();
    CHECK(*document.find("status") == json::Value("settled"));
    CHECK(*document.find("level") == json::Value("L1"));
    CHECK(document.find("steps")->as_array()->size() == 4);
  }

  TEST_CASE("another genesis is refused with code 8 and its name") {
    const auto answer = verify(kExample, "0x" + std::string(64, '1'));
    CHECK(answer.code == 8);
    CHECK(answer.error_name() == "genesis hash");
  }

  TEST_CASE("a tampered bundle is refused with code 8 and the place") {
    auto bundle = read_json_file(kExample);
    bundle.set("level", "L3");
    const auto answer = verify(written(json::to_text(bundle)), kGenesis);
    CHECK(answer.code == 8);
    CHECK(answer.error_name() == "level");
  }

  TEST_CASE("a file that is no bundle, cut or missing gives one error that names it") {
    CHECK(verify(written("{}"), kGenesis).error_name() == "format");
    CHECK(verify(written("{}"), kGenesis).code == 8);
    const auto text = read_text_file(kExample);
    const auto cut = verify(written(text.substr(0, text.size() / 2)), kGenesis);
    CHECK(cut.code == 3);
    CHECK(cut.error_name() == "not-json");
    CHECK(verify("/no/such/file", kGenesis).error_name() == "no-such-file");
  }

  TEST_CASE("the genesis may be given as genesis.json") {
    const fs::path genesis = fs::path(DATAPACT_SOURCE_DIR) / "genesis.json";
    // Another chain than the example's: its hash is computed and compared.
    CHECK(verify(kExample, genesis.string()).error_name() == "genesis hash");
    CHECK(verify(kExample, kExample.string()).error_name() == "genesis");
  }

  TEST_CASE("a genesis that is neither hash nor file is a usage error") {
    const auto answer = verify(kExample, "0x12");
    CHECK(answer.code == 2);
    CHECK(answer.error_name() == "usage");
  }
}
