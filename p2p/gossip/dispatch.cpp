#include "p2p/gossip/handler.hpp"
#include "p2p/gossip/router.hpp"
#include "p2p/gossip/types.hpp"

#include <optional>
#include <utility>
#include <variant>

namespace datapact::p2p {
namespace {

struct Dispatcher {
  Handler& handler;
  using Answer = std::optional<NotTaken>;

  Answer operator()(Message& message) const {
    NotTaken what{.peer = message.peer,
                  .topic = message.topic,
                  .message = message.id,
                  .request = std::nullopt};
    if (handler.on_message(std::move(message))) return std::nullopt;
    return what;
  }
  Answer operator()(Request& request) const {
    NotTaken what{
        .peer = request.peer, .topic = Topic::kBlocks, .message = {}, .request = request.id};
    if (handler.on_request(std::move(request))) return std::nullopt;
    return what;
  }
  Answer operator()(Response& response) const {
    handler.on_response(std::move(response));
    return std::nullopt;
  }
  Answer operator()(const RequestFailed& failed) const {
    handler.on_request_failed(failed.id, failed.failure);
    return std::nullopt;
  }
  Answer operator()(const PeerUp& up) const {
    handler.on_peer_up(up.peer, up.grant);
    return std::nullopt;
  }
  Answer operator()(const PeerDown& down) const {
    handler.on_peer_down(down.peer, down.end);
    return std::nullopt;
  }
  Answer operator()(const CloseLink&) const { return std::nullopt; }
  Answer operator()(const PeerOffended&) const { return std::nullopt; }
};

}  // namespace

std::optional<NotTaken> dispatch(RouterEvent event, Handler& handler) {
  return std::visit(Dispatcher{handler}, event);
}

}  // namespace datapact::p2p
