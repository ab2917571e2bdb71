#include "vm/vm.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "vm/code.hpp"
#include "vm/frame_pool.hpp"
#include "vm/host.hpp"
#include "vm/interpreter.hpp"
#include "vm/machine.hpp"
#include "vm/message.hpp"
#include "vm/revision.hpp"
#include "vm/status.hpp"
#include "vm/stop_watch.hpp"
#include "vm/tracer.hpp"

#include <memory>

namespace datapact::vm {

Vm::Vm(Revision revision, Tracer* tracer, StopWatch* stop_watch)
    : revision_(revision),
      tracer_(tracer),
      stop_watch_(stop_watch),
      frames_(std::make_unique<FramePool>()) {}

Vm::~Vm() = default;

CallResult Vm::execute(Host& host, const Message& message, const Code& code) {
  PRECONDITION(message.depth >= 0);
  PRECONDITION(message.depth <= kCallDepthMax);
  PRECONDITION(message.gas >= 0);
  if (tracer_ != nullptr) tracer_->on_enter(message);

  Frame& frame = frames_->acquire();
  Machine machine{revision_,
                  host,
                  message,
                  code,
                  frame.memory,
                  frame.stack,
                  is_create(message.kind) ? ByteView{} : message.input};
  const Step end = interpret(machine, message.gas, {tracer_, stop_watch_});

  CallResult result;
  result.status = end.status;
  result.gas_left = end.gas;
  if (end.status == Status::kSuccess) result.gas_refund = machine.gas_refund;
  result.output.assign(machine.output.begin(), machine.output.end());
  frames_->release();
  if (tracer_ != nullptr) tracer_->on_exit(message, result);
  return result;
}

}  // namespace datapact::vm
