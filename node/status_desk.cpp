#include "node/status_desk.hpp"

#include "node/core_event.hpp"
#include "node/core_status.hpp"

#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace datapact::node {

std::optional<CoreStatus> StatusDesk::ask() const {
  auto promise = std::make_shared<std::promise<CoreStatus>>();
  auto answer = promise->get_future();
  CoreEvent event = StatusQuery{
      [promise = std::move(promise)](CoreStatus status) { promise->set_value(std::move(status)); }};
  if (!inbox_.try_push(event)) return std::nullopt;
  if (answer.wait_for(patience_) != std::future_status::ready) return std::nullopt;
  // An event that is dropped on shutdown breaks its promise, which get() reports by throwing.
  try {
    return answer.get();
  } catch (const std::future_error&) {
    return std::nullopt;
  }
}

}  // namespace datapact::node
