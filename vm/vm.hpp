#pragma once
// The interpreter: runs one frame of byte code against a Host. Deterministic; never throws; its
// memory is bounded by the gas it is given.
#include "vm/code.hpp"
#include "vm/host.hpp"
#include "vm/message.hpp"
#include "vm/revision.hpp"
#include "vm/stop_watch.hpp"
#include "vm/tracer.hpp"

#include <memory>

namespace datapact::vm {

class FramePool;

/// Thread contract: one thread at a time. Re-entrant: Host::call runs nested messages on the same
/// object, which keeps one stack and one memory per depth for reuse, so keep it for a whole block.
class Vm {
 public:
  /// Both are borrowed and may be null.
  explicit Vm(Revision revision, Tracer* tracer = nullptr, StopWatch* stop_watch = nullptr);
  ~Vm();
  Vm(const Vm&) = delete;
  Vm& operator=(const Vm&) = delete;

  [[nodiscard]] Revision revision() const noexcept { return revision_; }

  /// Runs `code` for `message`. For creations the code is the init code, `message.input` is not
  /// shown to it, and the output is what is to be deployed. Transfers, precompiles and the undoing
  /// of a failed frame's changes are the host's. `message.depth` must be 0 to 1024.
  [[nodiscard]] CallResult execute(Host& host, const Message& message, const Code& code);

 private:
  Revision revision_;
  Tracer* tracer_;
  StopWatch* stop_watch_;
  std::unique_ptr<FramePool> frames_;
};

}  // namespace datapact::vm
