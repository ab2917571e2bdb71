#include "trade/merkle.hpp"

#include "base/prng.hpp"

#include <doctest/doctest.h>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::trade;  // NOLINT(google-build-using-namespace)

namespace {

/// The definition, level by level.
Hash256 plain_root(std::vector<Hash256> row) {
  row.resize(std::size_t{1} << merkle_depth(row.size()));
  while (row.size() > 1) {
    std::vector<Hash256> above;
    for (std::size_t i = 0; i < row.size(); i += 2)
      above.push_back(merkle_node(row[i], row[i + 1]));
    row = std::move(above);
  }
  return row[0];
}

std::vector<Hash256> leaves_of(std::size_t count) {
  Prng prng(count);
  std::vector<Hash256> out(count);
  for (auto& leaf : out) leaf = random_fixed<Hash256>(prng);
  return out;
}

}  // namespace

TEST_SUITE("trade/merkle") {
  TEST_CASE("the streamed root is the root by definition for every count up to 130") {
    for (std::size_t count = 1; count <= 130; ++count) {
      CAPTURE(count);
      CHECK(merkle_root(leaves_of(count)) == plain_root(leaves_of(count)));
    }
  }

  TEST_CASE("every leaf's path leads to the root, and no other index, leaf or length does") {
    for (const std::size_t count : {1U, 2U, 3U, 4U, 5U, 31U, 32U, 33U}) {
      const auto leaves = leaves_of(count);
      const auto root = merkle_root(leaves);
      Bytes file;
      for (const auto& leaf : leaves) append(file, leaf.view());
      for (std::size_t i = 0; i < count; ++i) {
        CAPTURE(count);
        CAPTURE(i);
        auto path = *merkle_path(ViewSource(file), count, i);
        CHECK(merkle_root_of(leaves[i], i, count, path) == root);
        if (count > 1) CHECK(merkle_root_of(leaves[i], i ^ 1, count, path) != root);
        CHECK_FALSE(merkle_root_of(leaves[i], count, count, path).has_value());
        path.emplace_back();
        CHECK_FALSE(merkle_root_of(leaves[i], i, count, path).has_value());
      }
    }
  }

  TEST_CASE("a full subtree added whole gives the same root as its leaves") {
    const auto leaves = leaves_of(13);
    MerkleStream stream;
    stream.add_subtree(merkle_root({leaves.begin(), leaves.begin() + 8}), 3);
    for (std::size_t i = 8; i < 13; ++i) stream.add(leaves[i]);
    CHECK(stream.root() == merkle_root(leaves));
    CHECK(stream.leaves() == 13);
  }
}
