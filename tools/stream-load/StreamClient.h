#pragma once

#include "Target.h"

#include "net/Loop.h"
#include "rtmp/Message.h"

#include <Poco/Net/SocketAddress.h>

#include <cstddef>
#include <memory>
#include <string>

namespace hookcast::load {

/// The client's side of one connection that plays a stream, whatever the protocol. Loop thread only.
class StreamClient {
  public:
    /// What the owner learns, on the loop. It may destroy the client in any of these only by a post.
    class Listener {
      public:
        virtual ~Listener() = default;
        virtual void onConnected() = 0;                                    ///< TCP
        virtual void onStarted() = 0;                                      ///< the server lets it play or publish
        virtual void onBytes(std::size_t bytes) = 0;                       ///< whatever they mean
        virtual void onMessage(const rtmp::Message& message) = 0;          ///< media and data, while messages are read
        virtual void onEnded(const std::string& reason, bool refused) = 0; ///< once
    };

    virtual ~StreamClient() = default;

    /// From here on bytes are counted and not looked at.
    virtual void stopReadingMessages() = 0;

    /// Takes nothing from the socket any more.
    virtual void freeze() = 0;

    virtual void close() = 0;
};

/// A player of `target`, by its scheme.
std::unique_ptr<StreamClient> makePlayClient(net::Loop& loop, const Poco::Net::SocketAddress& address,
                                             const Target& target, StreamClient::Listener& listener);

} // namespace hookcast::load
