#pragma once
#include "vm/tracer.hpp"

#include <functional>
#include <string_view>

namespace datapact::chain {

/// Prints a line of JSON for each instruction (EIP-3155): pc, op, gas, memSize, stack, depth,
/// refund, opName. Gas costs are left to the reader: they are the difference to the next line.
class Eip3155Tracer final : public vm::Tracer {
 public:
  explicit Eip3155Tracer(std::function<void(std::string_view)> print) : print_(std::move(print)) {}
  void on_enter(const vm::Message& message) override;
  void on_step(const vm::TraceStep& step) override;
  void on_exit(const vm::Message& message, const vm::CallResult& result) override;

 private:
  std::function<void(std::string_view)> print_;
};

}  // namespace datapact::chain
