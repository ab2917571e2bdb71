#include "base/clock.hpp"
#include "p2p/net/channel.hpp"
#include "p2p/net/flood_watch.hpp"
#include "p2p/net/layered_channel.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <utility>

namespace datapact::p2p {

std::unique_ptr<Channel> make_tls_channel(boost::asio::ip::tcp::socket socket,
                                          const ChannelLimits& limits, const Clock& clock,
                                          boost::asio::ssl::context& context) {
  return std::make_unique<LayeredChannel<TlsLayer>>(
      limits, TcpLayer(FloodWatch(clock), std::move(socket)), context);
}

}  // namespace datapact::p2p
