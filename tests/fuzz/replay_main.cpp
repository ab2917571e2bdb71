// Runs a fuzz target without libFuzzer: every file of the corpus folder, then seeded mutations of
// them and random inputs. The seed is printed, so that a failure can be run again:
//   fuzz_rlp CORPUS_FOLDER [MUTATIONS [SEED]]
#include "base/prng.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace datapact {
namespace {

constexpr std::uint64_t kMutationsDefault = 2000;
constexpr std::uint64_t kSeedDefault = 0xf022;
constexpr std::size_t kRandomSizeMax = 300;

std::vector<Bytes> read_corpus(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  std::vector<Bytes> corpus;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    corpus.push_back(to_bytes(as_bytes(text)));
  }
  return corpus;
}

Bytes random_input(Prng& prng) {
  Bytes out(prng.below(kRandomSizeMax));
  prng.fill(out);
  return out;
}

std::size_t place(Prng& prng, const Bytes& bytes) { return prng.below(bytes.size() + 1); }

void mutate_once(Bytes& input, const Bytes& other, Prng& prng) {
  const std::size_t at = place(prng, input);
  const auto here = input.begin() + static_cast<std::ptrdiff_t>(at);
  switch (prng.below(6)) {
    case 0:
      if (at < input.size()) input[at] ^= static_cast<std::uint8_t>(1U << prng.below(8));
      break;
    case 1:
      if (at < input.size()) input[at] = static_cast<std::uint8_t>(prng.next());
      break;
    case 2:
      input.resize(at);
      break;
    case 3:
      input.insert(here, static_cast<std::uint8_t>(prng.next()));
      break;
    case 4:
      if (at < input.size()) input.erase(here);
      break;
    default:
      // A tail of another input, as a crossing of the two.
      input.resize(at);
      append(input, ByteView{other}.subspan(place(prng, other)));
  }
}

Bytes mutated(const std::vector<Bytes>& corpus, Prng& prng) {
  if (corpus.empty() || prng.below(8) == 0) return random_input(prng);
  Bytes input = corpus[prng.below(corpus.size())];
  const Bytes& other = corpus[prng.below(corpus.size())];
  for (std::uint64_t i = 0; i <= prng.below(4); ++i) mutate_once(input, other, prng);
  return input;
}

std::uint64_t argument(int count, char** values, int index, std::uint64_t fallback) {
  return index < count ? std::strtoull(values[index], nullptr, 0) : fallback;
}

int replay(int argument_count, char** arguments) {
  if (argument_count < 2) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER [MUTATIONS [SEED]]\n", arguments[0]);
    return 2;
  }
  const auto mutations = argument(argument_count, arguments, 2, kMutationsDefault);
  const auto seed = argument(argument_count, arguments, 3, kSeedDefault);
  const auto corpus = read_corpus(arguments[1]);
  std::printf("%zu corpus files, %llu mutations, seed 0x%llx\n", corpus.size(),
              static_cast<unsigned long long>(mutations), static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  for (const auto& input : corpus) LLVMFuzzerTestOneInput(input.data(), input.size());
  Prng prng{seed};
  for (std::uint64_t i = 0; i < mutations; ++i) {
    // A copy of exactly the input's size, so that a sanitizer sees one byte read too far.
    const Bytes input = mutated(corpus, prng);
    const Bytes exact(input.begin(), input.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
  }
  return 0;
}

}  // namespace
}  // namespace datapact

int main(int argc, char** argv) { return datapact::replay(argc, argv); }
