#pragma once
// A computer of the simulated consortium: what survives its processes.
#include "crypto/secp256k1.hpp"
#include "p2p/gossip/types.hpp"
#include "tests/sim/disk.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>

namespace datapact::sim {

class Process;

enum class Conduct : std::uint8_t {
  kCorrect,
  kTwin,     ///< shares its key with another machine
  kForger,   ///< signs contradictions and unjustified proposals
  kAmnesiac  ///< has lost its journal once
};

struct Machine {
  Machine();
  Machine(Machine&&) noexcept;
  Machine& operator=(Machine&&) = delete;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  ~Machine();

  std::size_t index = 0;
  crypto::PrivateKey key;
  Address address;
  Conduct conduct = Conduct::kCorrect;
  /// Never runs.
  bool is_dead = false;
  /// Of its clock against the true time.
  std::chrono::milliseconds skew{0};
  /// Executing a block takes up to this long.
  std::chrono::milliseconds execution_max{5};
  Disk disk;
  /// Blocks that its processes found valid.
  std::set<BlockHash> executed;
  /// Counts the processes: what was meant for an earlier one is dropped.
  std::uint64_t incarnation = 0;
  std::unique_ptr<Process> process;

  [[nodiscard]] bool is_correct() const { return conduct == Conduct::kCorrect && !is_dead; }
  [[nodiscard]] p2p::NodeId node_id() const { return node_id_of(index); }
  [[nodiscard]] static p2p::NodeId node_id_of(std::size_t index);
  [[nodiscard]] static std::size_t index_of(const p2p::NodeId& id);
};

}  // namespace datapact::sim
